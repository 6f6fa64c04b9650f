//! A finding points at the part that decided, and shows the value of that part with its origin.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use trueup::findings::{Finding, Outcome};
use trueup::rules::RuleSet;
use trueup::source::{Found, SourceFile, Sources};

/// The findings of one embedded rule, with the line of each and its evidence as `path = value @line`.
fn findings(rule: &str, files: &[(&str, &str)]) -> Vec<Described> {
    judged(&RuleSet::embedded().only(rule), files)
}

type Described = (Finding, u32, Vec<String>);

fn judged(rules: &RuleSet, files: &[(&str, &str)]) -> Vec<Described> {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(name, *text));
    }
    let run = trueup::cli::assess(Found::from_sources(sources), rules, &trueup::cli::Asked::default());
    let line = |at| run.workspace.sources.place(at).map(|(_, position)| position.line);
    let described = run.assessment.findings.iter().map(|finding| {
        let why = finding.why.iter().map(|seen| {
            let origin = seen.origin.and_then(line).map_or_else(String::new, |at| format!(" @{at}"));
            format!("{} = {}{origin}", seen.path, seen.value)
        });
        (finding.clone(), finding.location.and_then(line).unwrap_or(0), why.collect())
    });
    described.collect()
}

/// The one finding.
fn only(rule: &str, text: &str) -> Described {
    let mut all = findings(rule, &[("main.tf", text)]);
    all.retain(|(finding, _, _)| finding.outcome != Outcome::Pass);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

const SSH: &str = "aws/ec2/sg-no-ingress-ssh-from-internet";

#[test]
fn the_third_block_is_named_and_not_the_first() {
    let text = r#"resource "aws_security_group" "a" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port   = 0
    to_port     = 65535
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "::/0", "0.0.0.0/0"]
  }
}
"#;
    let (_, line, why) = only(SSH, text);
    assert_eq!(line, 18);
    assert!(why.contains(&"self.ingress[2].from_port = 0 @15".to_owned()), "{why:#?}");
    assert!(why.iter().all(|each| !each.contains("ingress[0]") && !each.contains("443")), "{why:#?}");
}

#[test]
fn blocks_made_by_dynamic_are_told_from_those_beside_them() {
    let text = r#"variable "cidrs" {
  default = ["10.0.0.0/8", "0.0.0.0/0"]
}
resource "aws_security_group" "a" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  dynamic "ingress" {
    for_each = var.cidrs
    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = [ingress.value]
    }
  }
}
"#;
    let (_, line, why) = only(SSH, text);
    assert!((11..=19).contains(&line), "{line}");
    assert!(why.first().unwrap().starts_with("self.ingress[2].cidr_blocks = [\"0.0.0.0/0\"]"), "{why:#?}");
}

#[test]
fn an_element_of_a_list_has_its_own_place() {
    let text = r#"resource "google_compute_firewall" "a" {
  name          = "a"
  network       = "n"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
  allow {
    protocol = "tcp"
    ports    = ["80", "20-30"]
  }
}
"#;
    let (_, _, why) = only("gcp/network/compute-firewall-no-public-ssh", text);
    assert!(why.contains(&"self.allow[1].ports[1] = \"20-30\" @11".to_owned()), "{why:#?}");
}

const BLOCK: &str = "aws/s3/bucket-public-access-block";

#[test]
fn a_local_is_looked_through_to_the_companion() {
    let text = r#"resource "aws_s3_bucket" "a" {
  bucket = "a"
}
resource "aws_s3_bucket_public_access_block" "a" {
  bucket                  = aws_s3_bucket.a.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"#;
    let (_, line, why) = only(BLOCK, text);
    assert_eq!(line, 7);
    assert_eq!(why.first().unwrap(), "local.block.block_public_policy = false @7");
}

#[test]
fn a_local_with_a_loop_shows_what_it_found() {
    let text = r#"resource "aws_cloudtrail" "a" {
  name                  = "a"
  s3_bucket_name        = "b"
  is_multi_region_trail = true
  enable_logging        = false
}
resource "aws_guardduty_detector" "a" {}
"#;
    let (finding, line, why) = only("aws/cloudtrail/multi-region-trail-exists", text);
    assert_eq!((finding.outcome, line), (Outcome::Fail, 5));
    assert!(why.contains(&"aws_cloudtrail.a.enable_logging = false @5".to_owned()), "{why:#?}");
}

#[test]
fn of_two_candidates_none_is_to_blame() {
    let trail = |name: &str| {
        format!("resource \"aws_cloudtrail\" \"{name}\" {{\n  is_multi_region_trail = false\n}}\n")
    };
    let detector = "resource \"aws_guardduty_detector\" \"a\" {}\n";
    let text = format!("{}{}{detector}", trail("a"), trail("b"));
    let (_, line, why) = only("aws/cloudtrail/multi-region-trail-exists", &text);
    assert_eq!((line, why.len()), (1, 2), "{why:#?}");
}

#[test]
fn a_verdict_waits_only_for_what_is_unknown() {
    let text = r#"variable "days" {
  type = number
}
resource "aws_db_instance" "a" {
  instance_class          = "db.t4g.micro"
  backup_retention_period = var.days
}
"#;
    let (finding, line, why) = only("aws/rds/backup-retention", text);
    assert_eq!(finding.outcome, Outcome::Undetermined);
    assert_eq!((line, why), (6, vec!["self.backup_retention_period = needs var.days".to_owned()]));
}

#[test]
fn an_unknown_element_is_what_a_verdict_waits_for() {
    let text = r#"variable "cidr" {
  type = string
}
resource "aws_security_group" "a" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}
"#;
    let (finding, line, why) = only(SSH, text);
    assert_eq!(finding.outcome, Outcome::Undetermined);
    assert_eq!((line, why), (15, vec!["self.ingress[1].cidr_blocks = [needs var.cidr] @15".to_owned()]));
}

#[test]
fn two_subjects_of_one_companion_are_two_findings() {
    let root = "module \"m\" {\n  source = \"./m\"\n}\n";
    let module = r#"resource "aws_s3_bucket" "a" {
  bucket = "a"
}
resource "aws_s3_bucket" "b" {
  bucket = "b"
}
resource "aws_s3_bucket_public_access_block" "both" {
  for_each                = { a = aws_s3_bucket.a.id, b = aws_s3_bucket.b.id }
  bucket                  = each.value
  block_public_acls       = false
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"#;
    let found = findings(BLOCK, &[("main.tf", root), ("m/main.tf", module)]);
    let places: Vec<(String, u32)> =
        found.iter().map(|(finding, line, _)| (finding.address.clone(), *line)).collect();
    assert_eq!(
        places,
        [("module.m.aws_s3_bucket.a".to_owned(), 10), ("module.m.aws_s3_bucket.b".to_owned(), 10)]
    );
}

#[test]
fn a_place_is_found_through_locals_that_compute() {
    let text = r#"resource "aws_instance" "a" {
  instance_type = "t3.micro"
  user_data     = <<-EOT
    #!/bin/sh
    export DB_PASSWORD=Zx9-user-data
  EOT
}
"#;
    let (_, line, why) = only("aws/ec2/user-data-no-secrets", text);
    assert_eq!(line, 3);
    assert!(why.contains(&"local.assignments[0][0] = \"DB_PASSWORD\"".to_owned()), "{why:#?}");
    assert!(why.iter().all(|each| !each.contains("Zx9")), "{why:#?}");
}

/// Line and evidence of the finding of a rule with this condition on a group with three blocks.
fn of_condition(condition: &str) -> (u32, Vec<String>) {
    let rule = format!(
        "rule {{\n  title = \"t\"\n  severity = \"low\"\n  resource = [\"aws_security_group\"]\n  \
         criteria = {{ \"CC6.1\" = \"w\" }}\n  locals {{\n    open = [for r in self.ingress : r.from_port == 22]\n  }}\n  \
         require = {condition}\n  message = self.address\n}}\n"
    );
    let mut rules = RuleSet::empty();
    rules.add("", "acme/ec2/rule", &rule, None);
    assert!(rules.broken().is_empty(), "{:?}", rules.broken());
    let block = |port: u32| format!("  ingress {{\n    from_port = {port}\n    to_port   = 90\n  }}\n");
    let text =
        format!("resource \"aws_security_group\" \"a\" {{\n{}{}{}}}\n", block(80), block(22), block(21));
    let mut found = judged(&rules, &[("main.tf", &text)]);
    assert_eq!(found.len(), 1);
    let (finding, line, why) = found.remove(0);
    assert_eq!(finding.outcome, Outcome::Fail, "{condition}");
    (line, why)
}

#[test]
fn every_kind_of_loop_leads_to_its_element() {
    for condition in [
        "!anytrue([for r in self.ingress : r.from_port == 22])",
        "alltrue([for r in self.ingress : r.from_port != 22]) == true",
        "alltrue([for r in self.ingress : !(r.from_port <= 22 && r.from_port > 21)])",
        "length([for r in self.ingress : r if r.from_port == 22]) == 0",
        "!(length([for r in self.ingress : r if r.from_port == 22]) > 0)",
        "length([for r in concat(self.ingress, self.egress) : r if r.from_port == 22]) < 1",
        "!contains([for r in self.ingress : r.from_port == 22], true)",
        "!contains(local.open, true)",
        "anytrue(local.open) == false",
    ] {
        let (line, why) = of_condition(condition);
        assert_eq!(line, 7, "{condition}: {why:?}");
        assert!(why.first().unwrap().ends_with("from_port = 22 @7"), "{condition}: {why:?}");
        assert_eq!(why.len(), 1, "{condition}: {why:?}");
    }
}

#[test]
fn where_no_element_does_it_each_is_shown() {
    let (_, why) = of_condition("anytrue([for r in self.ingress : r.from_port == 443])");
    assert_eq!(
        why,
        [
            "self.ingress[0].from_port = 80 @3",
            "self.ingress[1].from_port = 22 @7",
            "self.ingress[2].from_port = 21 @11"
        ]
    );
}

#[test]
fn a_finding_about_the_estate_points_at_the_block_of_its_own_provider() {
    let rule = "aws/guardduty/enabled";
    let text = "provider \"newrelic\" {}\nprovider \"aws\" {\n  alias = \"us\"\n}\nprovider \"aws\" {}\nprovider \"google\" {}\nresource \"aws_vpc\" \"v\" {}\n";
    assert_eq!(only(rule, text).1, 5);
    let text =
        "provider \"newrelic\" {}\nprovider \"aws\" {\n  alias = \"us\"\n}\nresource \"aws_vpc\" \"v\" {}\n";
    assert_eq!(only(rule, text).1, 2);
    let text = "provider \"newrelic\" {}\nresource \"aws_vpc\" \"v\" {}\n";
    assert_eq!(only(rule, text).1, 1);
}
