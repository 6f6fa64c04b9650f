//! Types, templates and keys that are written as texts come to what Terraform makes of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

const SSH: &str = "aws/ec2/sg-no-ingress-ssh-from-internet";
const ENCRYPTED: &str = "aws/ebs/volume-encrypted";

#[test]
fn a_type_in_json_syntax_is_an_expression() {
    let dir = Dir::new("json-types");
    dir.write(
        "main.tf.json",
        r#"{
  "variable": {
    "cidrs": { "type": "list(string)", "default": ["0.0.0.0/0"] },
    "rule": { "type": "object({\n  port = number\n  open = optional(list(string), [\"0.0.0.0/0\"])\n})" },
    "wrong": { "type": "lists(string)", "default": [] }
  },
  "resource": {
    "aws_security_group_rule": {
      "plain": {
        "type": "ingress", "from_port": 22, "to_port": 22, "protocol": "tcp",
        "security_group_id": "sg-1", "cidr_blocks": "${var.cidrs}"
      },
      "default": {
        "type": "ingress", "from_port": "${var.rule.port}", "to_port": "${var.rule.port}", "protocol": "tcp",
        "security_group_id": "sg-1", "cidr_blocks": "${var.rule.open}"
      },
      "wrong": {
        "type": "ingress", "from_port": 22, "to_port": 22, "protocol": "tcp",
        "security_group_id": "sg-1", "cidr_blocks": "${var.wrong}"
      }
    }
  }
}
"#,
    );
    dir.write("terraform.tfvars", "rule = { port = \"22\" }\n");
    let ran = dir.run(&["check", ".", "--rule", SSH]);
    ran.said(1, &["2 failed", "aws_security_group_rule.plain", "aws_security_group_rule.default"]);
    ran.said(1, &["UNDETERMINED", "\"lists(string)\" is no type"]);
}
