# A public broker lets everybody guess the passwords of the message bus.
rule {
  title    = "MQ broker has no public address"
  severity = "high"
  resource = ["aws_mq_broker"]
  aliases  = ["CKV_AWS_69", "AVD-AWS-0072", "aws-mq-no-public-access", "mq_broker_not_publicly_accessible"]
  criteria = {
    "CC6.6" = "The broker has no address outside the network boundary."
    "CC6.1" = "Messages can be reached only from networks that are meant to."
  }
  require = self.publicly_accessible != true
  message = "${self.address} is publicly accessible"
  fix {
    title         = "Take the public address from ${self.address}"
    applicability = "review"
    effect        = "destroys-data"
    caution       = "Terraform replaces the broker: queued messages are lost, and clients outside the VPC lose access. Drain the queues first."
  }
}
