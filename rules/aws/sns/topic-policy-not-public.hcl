# Everyone could read notifications or send false ones. A condition on the protocol or the endpoint says nothing about who
# comes. Only a person knows who publishes and subscribes, so there is no fix.
rule {
  title    = "SNS topic policy does not allow everyone"
  severity = "high"
  resource = ["aws_sns_topic_policy", "aws_sns_topic"]
  aliases  = ["CKV_AWS_169", "sns_topics_not_publicly_accessible"]
  criteria = {
    "CC6.1" = "Messages are published and read by named identities only."
    "CC6.6" = "The topic can't be reached from outside through its policy."
  }
  applies = self.policy != null
  require = policy_allows_public(self.policy) == false
  message = "${self.address} has a policy that lets everyone use the topic"
}
