//! What rules make of values that are known in part: lists of which nobody knows the length, texts with
//! unknown pieces, references to what only apply reads. What is certain decides; nothing is made up.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod scratch;

use std::collections::BTreeMap;

use scratch::Dir;

const MAIN: &str = r#"
variable "open" {}
resource "aws_security_group" "open" {
  name = "open"
  dynamic "ingress" {
    for_each = var.open
    content {
      from_port   = 443
      protocol    = "tcp"
      description = ingress.value
    }
  }
}
resource "aws_security_group" "beside" {
  name = "beside"
  ingress {
    from_port   = 22
    protocol    = "tcp"
    cidr_blocks = concat(var.open, ["0.0.0.0/0"])
  }
  dynamic "ingress" {
    for_each = var.open
    content {
      from_port = 443
      protocol  = "tcp"
    }
  }
  ingress {
    from_port = 80
    protocol  = "udp"
  }
}
"#;

/// Judges a tree of two resources of one type by conditions: for each, what came of both.
fn judged(name: &str, main: &str, of: (&str, [&str; 2]), conditions: &[&str]) -> Vec<[String; 2]> {
    let dir = Dir::new(name);
    dir.write("tree/main.tf", main);
    for (at, condition) in conditions.iter().enumerate() {
        let rule = format!(
            "# Why.\nrule {{\n  title = \"t\"\n  severity = \"low\"\n  resource = [\"{}\"]\n  \
             criteria = {{ \"CC6.1\" = \"why\" }}\n  require = {condition}\n  \
             message = \"${{self.address}} is bad\"\n}}\n",
            of.0
        );
        dir.write(&format!("own/rules/acme/net/rule-{at:02}.hcl"), rule);
    }
    let outcomes = "pass,fail,undetermined,error,not_applicable";
    let ran = dir.run(&[
        "check",
        "tree",
        "--rules",
        "own",
        "--rule",
        "acme/net",
        "--format",
        "json",
        "--outcomes",
        outcomes,
    ]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.all()));
    let mut found: BTreeMap<(String, String), String> = BTreeMap::new();
    for finding in json["findings"].as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        found.insert((text("rule"), text("address")), text("outcome"));
    }
    let one = |at: usize, label: &str| {
        let key = (format!("acme/net/rule-{at:02}"), format!("{}.{label}", of.0));
        found.get(&key).cloned().unwrap_or_else(|| format!("missing: {found:?}"))
    };
    (0..conditions.len()).map(|at| of.1.map(|label| one(at, label))).collect()
}

#[track_caller]
fn agree(name: &str, main: &str, of: (&str, [&str; 2]), cases: &[(&str, &str, &str)]) {
    let conditions: Vec<&str> = cases.iter().map(|(condition, ..)| *condition).collect();
    for ((condition, one, other), found) in cases.iter().zip(judged(name, main, of, &conditions)) {
        assert_eq!(found, [*one, *other], "{condition}");
    }
}

/// Of the groups `open` and `beside`.
#[track_caller]
fn check(name: &str, cases: &[(&str, &str, &str)]) {
    agree(name, MAIN, ("aws_security_group", ["open", "beside"]), cases);
}

const U: &str = "undetermined";

#[test]
fn a_count_of_blocks_is_not_made_up() {
    check(
        "open-count",
        &[
            ("length(self.ingress) == 1", U, "fail"),
            ("length(self.ingress) == 2", U, U),
            ("length(self.ingress) > 0", U, "pass"),
            ("length(self.ingress) <= 1", U, "fail"),
            ("2 <= length(self.ingress)", U, "pass"),
            ("length(self.ingress) < 7", U, U),
            ("self.ingress != null", U, "pass"),
            ("length([for rule in self.ingress : rule if rule.from_port == 22]) == 0", "pass", "fail"),
            ("length(self.egress) == 0", "pass", "pass"),
        ],
    );
}

#[test]
fn every_block_counts_and_those_that_may_be_there_too() {
    check(
        "open-all",
        &[
            ("alltrue([for rule in self.ingress : rule.from_port != 22])", "pass", "fail"),
            ("alltrue([for rule in self.ingress : rule.from_port != 443])", U, U),
            ("alltrue([for rule in self.ingress : rule.description != \"a\"])", U, "pass"),
            ("anytrue([for rule in self.ingress : rule.from_port == 443])", U, U),
            ("anytrue([for rule in self.ingress : rule.from_port == 80])", "fail", "pass"),
            ("contains(self.ingress[*].from_port, 22)", "fail", "pass"),
            ("contains([for rule in self.ingress : rule.protocol], \"tcp\")", U, "pass"),
            (
                "alltrue([for rule in concat(self.ingress, self.egress) : rule.from_port != 22])",
                "pass",
                "fail",
            ),
            ("anytrue(flatten([for rule in self.ingress : [rule.from_port == 22]]))", "fail", "pass"),
            ("anytrue([for rule in self.ingress : is_world(rule.cidr_blocks) == true])", "fail", "pass"),
            // An unknown condition hides neither what passes it for sure, nor makes up what does not.
            (
                "alltrue([for rule in self.ingress : rule.from_port > 100 if rule.description != \"a\"])",
                "pass",
                "fail",
            ),
        ],
    );
}

#[test]
fn a_place_is_known_only_before_the_unknown_blocks() {
    check(
        "open-place",
        &[
            ("self.ingress[0].from_port == 22", U, "pass"),
            ("self.ingress[1].from_port == 443", U, U),
            ("self.ingress[1].from_port == null", U, U),
            ("self.ingress[0].to_port == null", U, "pass"),
        ],
    );
}

#[test]
fn a_text_is_read_as_far_as_it_is_known() {
    let main = r#"
variable "image" {}
resource "aws_ecs_task_definition" "encoded" {
  family = "encoded"
  container_definitions = jsonencode([
    { image = var.image, ports = [1, 2], secret = null, size = aws_ebs_volume.data.size },
  ])
}
resource "aws_ebs_volume" "data" {}
resource "aws_ecs_task_definition" "written" {
  family                = "written"
  container_definitions = "[{ \"image\": \"x/${var.image}\", \"ports\": [1, 2], \"size\": ${var.image} }]"
}
"#;
    agree(
        "text-json",
        main,
        ("aws_ecs_task_definition", ["encoded", "written"]),
        &[
            ("length(jsondecode(self.container_definitions)) == 1", "pass", "pass"),
            // One is not known at all; the other begins with `x/`.
            ("jsondecode(self.container_definitions)[0].image == \"x\"", U, "fail"),
            ("startswith(jsondecode(self.container_definitions)[0].image, \"x\")", U, "pass"),
            ("jsondecode(self.container_definitions)[0].ports == [1, 2]", "pass", "pass"),
            ("jsondecode(self.container_definitions)[0].secret == null", "pass", "pass"),
            ("jsondecode(self.container_definitions)[0].size == 5", U, U),
            ("jsondecode(self.inference_accelerator) == null", "pass", "pass"),
        ],
    );
}

#[test]
fn a_text_that_can_not_be_read_is_no_fault_of_the_rule() {
    let main = r#"
resource "aws_ecs_task_definition" "broken" {
  family                = "***"
  container_definitions = "[{ \"image\": \"x\", }]"
}
resource "aws_ecs_task_definition" "plain" {
  family                = "aGVsbG8="
  container_definitions = "[]"
}
"#;
    agree(
        "text-broken",
        main,
        ("aws_ecs_task_definition", ["broken", "plain"]),
        &[
            ("length(jsondecode(self.container_definitions)) == 0", U, "pass"),
            ("base64decode(self.family) == \"hello\"", U, "pass"),
            ("tonumber(self.family) == 1", U, U),
            // This one is.
            ("length(jsondecode()) == 0", "error", "error"),
        ],
    );
}

#[test]
fn what_an_ephemeral_resource_gives_is_set() {
    let main = r#"
variable "key" {
  type = string
}
ephemeral "aws_secretsmanager_secret_version" "key" {
  secret_id = "key"
}
resource "aws_ebs_volume" "read" {
  availability_zone = "eu-west-1a"
  kms_key_id        = ephemeral.aws_secretsmanager_secret_version.key.secret_string
}
resource "aws_ebs_volume" "given" {
  availability_zone = "eu-west-1a"
  kms_key_id        = var.key
}
"#;
    agree(
        "ephemeral",
        main,
        ("aws_ebs_volume", ["read", "given"]),
        &[
            ("self.kms_key_id != null", "pass", U),
            ("self.kms_key_id == \"x\"", U, U),
            ("is_world(self.kms_key_id) == false", U, U),
        ],
    );
}

#[test]
fn user_data_of_which_a_plan_has_only_the_digest_is_not_judged() {
    let dir = Dir::new("digest");
    let values = serde_json::json!({"ami": "ami-1", "user_data": "da39a3ee5e6b4b0d3255bfef95601890afd80709"});
    let of = serde_json::json!({"address": "aws_instance.a", "mode": "managed", "type": "aws_instance",
        "name": "a", "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": ["create"], "before": null, "after": values, "after_unknown": {}}});
    let plan = serde_json::json!({"format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {}}, "resource_changes": [of], "configuration": {"root_module": {}}});
    dir.write("plan.json", plan.to_string());
    let ran = dir.run(&["check", "plan.json", "--rule", "aws/ec2/user-data-no-secrets"]);
    ran.said(0, &["UNDETERMINED  aws/ec2/user-data-no-secrets", "base64decode", "1 undetermined"]);
}
