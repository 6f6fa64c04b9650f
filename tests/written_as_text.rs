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

#[test]
fn a_template_file_that_is_one_interpolation_is_the_value_itself() {
    let dir = Dir::new("lone");
    dir.write("one.tpl", "${x}");
    dir.write("line.tpl", "${x}\n");
    dir.write("blank.tpl", "${x ~}\n");
    dir.write("strip.tpl", "${~ x ~}");
    // Terraform's answers are those of `terraform console`, 1.11.4.
    let same = [
        "templatefile(\"one.tpl\", { x = true }) == true",
        "templatefile(\"one.tpl\", { x = [1, 2] })[1] == 2",
        "templatefile(\"one.tpl\", { x = { a = 1 } }).a == 1",
        "templatefile(\"strip.tpl\", { x = [1] })[0] == 1",
        "templatefile(\"line.tpl\", { x = true }) == \"true\\n\"",
        "templatefile(\"blank.tpl\", { x = true }) == \"true\"",
        "templatestring(local.text, { x = true }) == \"true\"",
        "!can(templatestring(local.text, { x = [1] }))",
        "!can(templatestring(local.text, { x = null }))",
        "!can(templatefile(\"one.tpl\", { x = null }))",
        "!can(templatefile(\"line.tpl\", { x = [1] }))",
    ];
    let mut main = "locals {\n  text = \"$${x}\"\n}\n".to_owned();
    for (at, expression) in same.iter().enumerate() {
        let volume = format!("resource \"aws_ebs_volume\" \"v{at}\" {{\n  encrypted = {expression}\n}}\n");
        main.push_str(&volume);
    }
    dir.write("main.tf", main);
    let ran = dir.run(&["check", ".", "--rule", ENCRYPTED, "--outcomes", "fail,undetermined,error"]);
    ran.said(0, &["Nothing failed"]);
    assert!(!ran.out.contains("UNDETERMINED"), "{}", ran.out);
}
