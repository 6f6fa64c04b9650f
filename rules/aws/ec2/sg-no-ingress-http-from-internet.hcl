# Port 80 to a server is clear text as far as the server. Public load balancers need it to send clients to HTTPS, so a group
# is judged by who uses it: one that a machine, a container or a network interface has fails; one of load balancers passes
# where every listener for port 80 in the tree only redirects. A listener that forwards is elb/listener-https's finding, and a
# group whose users are not in the tree is not asked. Openings of all ports are another rule's. Servers that answer port 80
# with a redirect of their own are why this is low. Only a person knows who needs the port, so there is no fix.
rule {
  title    = "Security groups do not open plain HTTP (80) to the internet"
  severity = "low"
  resource = ["aws_security_group"]
  aliases  = ["CKV_AWS_260"]
  criteria = {
    "CC6.7" = "Clients reach the service through encrypted connections only."
    "CC6.6" = "Servers are reached through the load balancer, not around it."
  }
  locals {
    # In the group, and as resources of their own. A range over half of all ports is left to another rule.
    rules = [for rule in concat(
      self.ingress,
      referrers("aws_security_group_rule", "security_group_id"),
      referrers("aws_vpc_security_group_ingress_rule", "security_group_id"),
    ) : rule if contains(["-1", "all"], rule.protocol) == false && contains(["-1", "all"], rule.ip_protocol) == false && coalesce(rule.to_port, 0) - coalesce(rule.from_port, 0) < 32767]
    open = anytrue([for rule in local.rules : world_reaches_port(rule, 80)])
    balancers = concat(
      [for balancer in referrers("aws_lb", "security_groups") : balancer.address],
      [for balancer in referrers("aws_alb", "security_groups") : balancer.address],
    )
    servers = concat(
      [for user in referrers("aws_instance", "vpc_security_group_ids") : user.address],
      [for user in referrers("aws_instance", "security_groups") : user.address],
      [for user in referrers("aws_launch_template", "vpc_security_group_ids") : user.address],
      [for user in referrers("aws_launch_template", "network_interfaces.security_groups") : user.address],
      [for user in referrers("aws_launch_configuration", "security_groups") : user.address],
      [for user in referrers("aws_spot_instance_request", "vpc_security_group_ids") : user.address],
      [for user in referrers("aws_network_interface", "security_groups") : user.address],
      [for user in referrers("aws_network_interface_sg_attachment", "security_group_id") : user.address],
      [for user in referrers("aws_ecs_service", "network_configuration.security_groups") : user.address],
    )
    listeners = [for listener in concat(resources("aws_lb_listener"), resources("aws_alb_listener")) : listener if listener.port == 80]
    redirects = alltrue([for listener in local.listeners : alltrue([for action in listener.default_action : action.type == "redirect"])])
  }
  applies = local.open == true && (
    length(local.servers) > 0 || (length(local.balancers) > 0 && length(local.listeners) > 0 && local.redirects == true)
  )
  require = length(local.servers) == 0
  message = "${self.address} lets anyone on the internet reach a server by plain HTTP (port 80)"
}
