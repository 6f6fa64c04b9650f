# TLS that ends at the load balancer leaves the way to the targets in clear text. Pass-through on port 443 leaves it
# whole; services over UDP can't comply and are not asked.
rule {
  title    = "Target groups encrypt traffic to targets"
  severity = "medium"
  resource = ["aws_lb_target_group", "aws_alb_target_group"]
  aliases  = ["CKV_AWS_378"]
  criteria = {
    "CC6.7" = "Data between the load balancer and its targets is encrypted."
  }
  applies = (self.target_type == null || self.target_type != "lambda") && contains(["HTTP", "HTTPS", "TCP", "TLS"], self.protocol)
  require = contains(["HTTPS", "TLS"], self.protocol) || (self.protocol == "TCP" && self.port == 443)
  message = "${self.address} sends clear text to its targets"
}
