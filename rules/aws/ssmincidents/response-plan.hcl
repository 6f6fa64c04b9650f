# When an alarm goes off it must be clear who does what. Incident Manager's plans say so; so do tools such as
# PagerDuty that a topic calls, and the setting external_incident_tool stands for those not seen here.
rule {
  title    = "Incident Manager has response plans"
  severity = "low"
  scope    = "estate"
  aliases  = ["ssmincidents_enabled_with_plans"]
  criteria = {
    "CC7.4" = "Incidents are answered by a plan."
    "CC7.5" = "Recovery follows a plan."
  }
  applies = account_baseline() == true && (setting.external_incident_tool == null || setting.external_incident_tool == false)
  require = length(resources("aws_ssmincidents_response_plan")) > 0 || anytrue([
    for subscription in resources("aws_sns_topic_subscription") : subscription.protocol == "https"
  ])
  message = "no response plan and no incident tool is called when an alarm goes off"
}
