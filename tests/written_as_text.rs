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

#[test]
fn a_key_is_escaped_as_in_the_addresses_of_plans() {
    let dir = Dir::new("keys");
    dir.write(
        "main.tf",
        "resource \"aws_ebs_volume\" \"v\" {\n  for_each = { \"$${x}\" = false, \"a\\nb\" = true }\n  \
         encrypted = each.value\n}\n",
    );
    let ran = dir.run(&["check", ".", "--rule", ENCRYPTED]);
    ran.said(1, &[r#"aws_ebs_volume.v["$${x}"] is not encrypted"#]);
    let volume = |key: &str, address: &str, encrypted: bool| {
        serde_json::json!({
            "address": format!("aws_ebs_volume.v[{address}]"), "mode": "managed", "type": "aws_ebs_volume",
            "name": "v", "index": key, "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": { "actions": ["create"], "before": null, "after": { "encrypted": encrypted },
                        "after_unknown": {}, "after_sensitive": {} }
        })
    };
    let plan = serde_json::json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "planned_values": { "root_module": {} },
        "resource_changes": [volume("${x}", r#""$${x}""#, false), volume("a\nb", r#""a\nb""#, true)],
        "configuration": { "root_module": { "resources": [{
            "address": "aws_ebs_volume.v", "mode": "managed", "type": "aws_ebs_volume", "name": "v",
            "expressions": { "encrypted": { "references": ["each.value"] } },
            "for_each_expression": {} }] } }
    });
    dir.write("plan.json", plan.to_string());
    let ran = dir.run(&["check", "plan.json", "--source", ".", "--rule", ENCRYPTED, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    // The literal in the map decided it.
    let finding = &json["findings"][0];
    assert_eq!(finding["address"], r#"aws_ebs_volume.v["$${x}"]"#, "{}", ran.out);
    assert_eq!(finding["why"][0]["origin"]["line"], 2, "{}", ran.out);
}
