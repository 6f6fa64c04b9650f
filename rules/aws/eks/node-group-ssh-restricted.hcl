# With a key and no source groups EKS opens port 22 of every node to the world. Only a person knows from where nodes
# are administered, so there is no fix.
rule {
  title    = "EKS node group keeps SSH closed to the internet"
  severity = "high"
  resource = ["aws_eks_node_group"]
  aliases  = ["CKV_AWS_100"]
  criteria = {
    "CC6.6" = "SSH on nodes can't be reached from outside the network boundary."
    "CC6.1" = "Nodes are administered through a controlled path."
  }
  require = (
    self.remote_access[0].ec2_ssh_key == null
    || length(self.remote_access[0].source_security_group_ids) > 0
  )
  message = "${self.address} opens SSH on its nodes to the whole internet"
}
