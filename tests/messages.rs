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
    ran.said(0, &["\"message\": \"Data stores carry a classification tag\""]);
}
