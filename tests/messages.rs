//! What is said of verdicts that wait: without a name that is not there, or a mistake that is none.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

#[test]
fn an_estate_whose_message_is_not_known_is_told_by_the_title() {
    let dir = Dir::new("estate-title");
    dir.write(
        "main.tf",
        "variable \"tags\" {\n  type = map(string)\n}\nresource \"aws_ebs_volume\" \"v\" {\n  tags = var.tags\n}\n",
    );
    let ran = dir.run(&["check", ".", "--rule", "aws/multi/tags-data-classification", "-f", "json"]);
    ran.said(0, &["\"message\": \"Undetermined: Data stores carry a classification tag\""]);
}

#[test]
fn what_a_plan_hides_is_no_mistake() {
    let dir = Dir::new("hidden");
    dir.write(
        "plan.json",
        r#"{"format_version":"1.2","planned_values":{"root_module":{}},"resource_changes":[{
            "address":"aws_instance.i","mode":"managed","type":"aws_instance","name":"i",
            "provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"before":null,
            "after":{"user_data_base64":"(sensitive value)"},"after_unknown":{},
            "after_sensitive":{"user_data_base64":true}}}]}"#,
    );
    let ran = dir.run(&["check", "plan.json", "--rule", "aws/ec2/user-data-no-secrets"]);
    ran.said(0, &["base64decode: the value is hidden; --source DIR may"]);
    assert!(!ran.out.contains("mend this first"), "{}", ran.out);
}

#[test]
fn types_of_rules_that_were_not_chosen_have_rules() {
    let dir = Dir::new("not-chosen");
    dir.write(
        "main.tf",
        "resource \"aws_db_instance\" \"d\" {}\nresource \"aws_s3_bucket_versioning\" \"v\" {}\n\
         resource \"acme_thing\" \"t\" {}\n",
    );
    let ran = dir.run(&["check", ".", "--rule", "aws/ebs/volume-encrypted"]);
    ran.said(0, &["No rule for: acme_thing (1)"]);
    assert!(!ran.out.contains("aws_db_instance"), "{}", ran.out);
    assert!(!ran.out.contains("aws_s3_bucket_versioning"), "{}", ran.out);
}
