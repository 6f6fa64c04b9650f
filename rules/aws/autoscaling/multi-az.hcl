# Losing one zone must not stop the service. Only a person knows which further subnet to use, so there is no fix.
rule {
  title    = "Auto Scaling group spans several subnets or zones"
  severity = "medium"
  resource = ["aws_autoscaling_group"]
  aliases  = ["autoscaling_group_multiple_az"]
  criteria = {
    "A1.2" = "Instances keep running elsewhere when one zone fails."
    "A1.1" = "Capacity does not depend on a single zone."
  }
  require = length(self.vpc_zone_identifier) >= 2 || length(self.availability_zones) >= 2
  message = "${self.address} runs in a single subnet or zone"
}
