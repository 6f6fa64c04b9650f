//! Lists of which nobody knows the length: `dynamic` blocks over unknown collections, lists joined with
//! unknown ones, loops with unknown conditions. What is certain decides; a count is never made up.

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

/// Judges the two groups by conditions: for each, what came of `open` and of `beside`.
fn judged(name: &str, conditions: &[&str]) -> Vec<(String, String)> {
    let dir = Dir::new(name);
    dir.write("tree/main.tf", MAIN);
    for (at, condition) in conditions.iter().enumerate() {
        let rule = format!(
            "# Why.\nrule {{\n  title = \"t\"\n  severity = \"low\"\n  resource = [\"aws_security_group\"]\n  \
             criteria = {{ \"CC6.1\" = \"why\" }}\n  require = {condition}\n  message = \"${{self.address}} is bad\"\n}}\n"
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
    let of = |at: usize, group: &str| {
        let key = (format!("acme/net/rule-{at:02}"), format!("aws_security_group.{group}"));
        found.get(&key).cloned().unwrap_or_else(|| format!("missing: {found:?}"))
    };
    (0..conditions.len()).map(|at| (of(at, "open"), of(at, "beside"))).collect()
}

#[track_caller]
fn check(name: &str, cases: &[(&str, &str, &str)]) {
    let conditions: Vec<&str> = cases.iter().map(|(condition, ..)| *condition).collect();
    for ((condition, open, beside), found) in cases.iter().zip(judged(name, &conditions)) {
        assert_eq!((found.0.as_str(), found.1.as_str()), (*open, *beside), "{condition}");
    }
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
