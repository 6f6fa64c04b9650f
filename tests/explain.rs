//! `trueup explain` leads from a finding or a value to what decided it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that finds nothing must fail"
)]

mod scratch;

use std::path::{Path, PathBuf};

use scratch::Dir;
use serde_json::Value as Json;
use trueup::eval::{Root, Step, Traced};
use trueup::rules::RuleSet;
use trueup::source::{Location, Sources};

fn tree(name: &str, files: &[(&str, &str)]) -> Dir {
    let dir = Dir::new(name);
    for (path, text) in files {
        dir.write(path, text);
    }
    dir
}

/// A bucket in a module, whose versioning is decided in the root's locals.
const MODULE: &str = r#"variable "versioned" {
  type    = bool
  default = true
}
variable "name" {}
resource "aws_s3_bucket" "this" {
  bucket = var.name
  versioning {
    enabled = var.versioned
  }
}
output "name" { value = aws_s3_bucket.this.bucket }
"#;
const ROOT: &str = r#"module "logs" {
  source    = "./modules/bucket"
  name      = "logs"
  versioned = local.defaults.versioned
}
"#;
const LOCALS: &str = r"locals {
  base = { versioned = true }
  defaults = merge(local.base, {
    versioned = false
  })
}
";

fn buckets(name: &str) -> Dir {
    tree(name, &[("main.tf", ROOT), ("locals.tf", LOCALS), ("modules/bucket/main.tf", MODULE)])
}

fn fingerprint(dir: &Dir, rule: &str) -> String {
    let ran = dir.run(&["check", "--rule", rule, "--no-fixes", "--format", "json"]);
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    report["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn a_finding_is_followed_through_modules_to_the_literal() {
    let dir = buckets("explain-module");
    let id = fingerprint(&dir, "aws/s3/bucket-versioning");
    let tree = "self.versioning[0].enabled = false modules/bucket/main.tf:9
        │ └─ var.versioned = false modules/bucket/main.tf:1
        │ └─ module.logs argument versioned is false main.tf:4
        │ └─ local.defaults.versioned = false locals.tf:3
        │ └─ false locals.tf:4 <- decided here";
    for digits in [&id, &id[..4], &id.to_uppercase()] {
        let ran = dir.run(&["explain", digits]);
        ran.said(0, &["module.logs.aws_s3_bucket.this  aws/s3/bucket-versioning  fails\n└─ "]);
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed(&ran.out).contains(&squeezed(tree)), "{}", ran.out);
    }
    // Nothing else is concluded for the resource alone.
    let whole = dir.run(&["explain", "module.logs.aws_s3_bucket.this", "--rule", "aws/s3/bucket-versioning"]);
    assert_eq!(whole.out, dir.run(&["explain", &id]).out);
}

#[test]
fn a_value_is_followed_by_its_address() {
    let dir = buckets("explain-value");
    let ran = dir.run(&["explain", "module.logs.aws_s3_bucket.this.versioning[0].enabled"]);
    ran.said(0, &["local.defaults.versioned = false", "locals.tf:4  <- decided here"]);
    dir.run(&["explain", "module.logs.name"]).said(0, &["\"logs\"", "main.tf:3  <- decided here"]);
    dir.run(&["explain", "local.base.versioned"]).said(0, &["locals.tf:2  <- decided here"]);
    let ran = dir.run(&["explain", "module.logs.aws_s3_bucket.this.acl"]);
    ran.said(0, &["is not set", "main.tf:6  <- nothing sets it"]);
}

#[test]
fn keys_of_any_text_lead_to_their_entry() {
    let text = r#"variable "all" {
  type = map(object({ days = optional(number, 3) }))
  default = {
    "a.b/c[\"x\"]" = { days = 9 }
    d              = {}
  }
}
resource "aws_db_instance" "this" {
  for_each                = var.all
  identifier              = each.key
  backup_retention_period = each.value.days
}
"#;
    let dir = tree("explain-keys", &[("main.tf", text)]);
    let first = r#"aws_db_instance.this["a.b/c[\"x\"]"]"#;
    dir.run(&["explain", &format!("{first}.backup_retention_period")])
        .said(0, &["each.value.days = 9", "main.tf:4  <- decided here"]);
    dir.run(&["explain", &format!("{first}.identifier")])
        .said(0, &["each.key = ", "main.tf:4  <- decided here"]);
    // The default of the type decides, not the entry.
    dir.run(&["explain", r#"aws_db_instance.this["d"].backup_retention_period"#])
        .said(0, &["each.value.days = 3", "main.tf:2  <- decided here"]);
}

#[test]
fn what_is_unknown_says_how_to_give_it() {
    let text = r#"variable "days" { type = number }
variable "on" { type = bool }
data "aws_ssm_parameter" "days" { name = "days" }
module "far" { source = "example.com/far/aws" }
locals {
  one = { days = var.days }
}
resource "aws_db_instance" "a" {
  backup_retention_period = local.one.days
  storage_encrypted       = var.on ? true : false
  identifier              = "a-${terraform.workspace}"
  engine                  = module.far.engine
  kms_key_id              = aws_kms_key.k.arn
  port                    = data.aws_ssm_parameter.days.value
}
resource "aws_kms_key" "k" {}
"#;
    let dir = tree("explain-unknown", &[("main.tf", text)]);
    for (attribute, said) in [
        ("backup_retention_period", "would decide: --var days=VALUE, or --var-file FILE"),
        ("storage_encrypted", "would decide: --var on=VALUE, or --var-file FILE"),
        ("identifier", "would decide: --workspace NAME"),
        ("engine", "the source of module.far is not here: run terraform init first"),
        ("kms_key_id", "apply decides aws_kms_key.k.arn; a plan may know it: --plan FILE"),
        ("port", "the provider is asked for data.aws_ssm_parameter.days.value; a plan knows it: --plan FILE"),
    ] {
        let ran = dir.run(&["explain", &format!("aws_db_instance.a.{attribute}")]);
        ran.said(0, &["is not known", said]);
    }
    // And given, it is known.
    let ran = dir.run(&["explain", "aws_db_instance.a.backup_retention_period", "--var", "days=9"]);
    ran.said(0, &["var.days = 9", "given by --var"]);
    dir.write("x.tfvars", "days = 8\n");
    let ran = dir.run(&["explain", "aws_db_instance.a.backup_retention_period", "--var-file", "x.tfvars"]);
    ran.said(0, &["given = 8", "x.tfvars:1  <- decided here"]);
}

#[test]
fn what_makes_the_instance_decides_what_it_reads() {
    let text = r#"variable "on" { type = bool }
locals { encrypted = var.on ? true : false }
resource "aws_ebs_volume" "a" {
  count     = var.on ? 0 : 1
  encrypted = var.on
}
resource "aws_ebs_volume" "b" {
  for_each  = var.on ? { x = 1 } : {}
  encrypted = local.encrypted
}
module "m" {
  source = "./m"
  count  = var.on ? 1 : 0
  on     = var.on
}
"#;
    let inner =
        "variable \"on\" { type = bool }\nresource \"aws_ebs_volume\" \"c\" {\n  encrypted = !var.on\n}\n";
    let dir = tree("explain-made", &[("main.tf", text), ("m/main.tf", inner)]);
    let only = "decided here: there is an instance only then";
    for (attribute, said) in [
        ("aws_ebs_volume.a[*].encrypted = false", ["var.on ? 0 : 1", "main.tf:4"]),
        ("aws_ebs_volume.b[*].encrypted = true", ["var.on ? { x = 1 } : {}", "main.tf:8"]),
        ("module.m[*].aws_ebs_volume.c.encrypted = false", ["var.on ? 1 : 0", "main.tf:13"]),
    ] {
        let address = attribute.split(' ').next().unwrap();
        let ran = dir.run(&["explain", address]);
        ran.said(0, &[attribute, said[0], said[1], only]);
        assert!(!ran.out.contains("would decide"), "{}", ran.out);
    }
}

#[test]
fn the_branch_that_was_taken_and_its_condition_are_named() {
    let text = r#"variable "stage" { default = "dev" }
resource "aws_ebs_volume" "a" {
  size      = 1
  encrypted = var.stage == "prod" ? true : false
}
"#;
    let dir = tree("explain-branch", &[("main.tf", text)]);
    let ran = dir.run(&["explain", "aws_ebs_volume.a.encrypted"]);
    ran.said(
        0,
        &[
            "├─ false",
            "if var.stage == \"prod\" is false",
            "var.stage = \"dev\"",
            "main.tf:1  <- decided here",
        ],
    );
}

#[test]
fn what_was_said_is_not_said_again_and_what_is_not_computed_is_named() {
    let text = r#"variable "x" { type = string }
locals {
  a     = "a-${var.x}"
  b     = "b-${local.a}"
  c     = "c-${local.b}"
  d     = "d-${local.c}"
  twice = "${local.d}-${upper(local.d)}"
  paths = "known"
  files = fileset(local.paths, "**")
  count = true ? length(local.files) : 0
}
"#;
    let dir = tree("explain-again", &[("main.tf", text)]);
    let twice = dir.run(&["explain", "local.twice"]);
    assert_eq!(twice.out.matches("--var x=VALUE").count(), 1, "{}", twice.out);
    let files = dir.run(&["explain", "local.count"]);
    files.said(0, &["fileset(local.paths, \"**\") is not known", "fileset is not computed here"]);
    assert!(!files.out.contains("local.paths ") && !files.out.contains("if true"), "{}", files.out);
    let both =
        "\nlocals {\n  both = [local.d, upper(local.d), local.d]\n  all = [local.twice, local.both]\n}\n";
    dir.write("more.tf", both);
    dir.run(&["explain", "local.all"]).said(0, &["local.d is not known", "<- as above"]);
}

#[test]
fn circles_and_widths_are_cut() {
    let mut text = String::from("locals {\n  a = local.b\n  b = local.a\n  all = [");
    for at in 0..200 {
        text.push_str(&format!("var.v{at}, "));
    }
    text.push_str("]\n");
    for at in 1..200 {
        text.push_str(&format!("  d{at} = [local.d{}, local.d{}]\n", at - 1, at - 1));
    }
    text.push_str("  d0 = [var.v0]\n}\n");
    for at in 0..200 {
        text.push_str(&format!("variable \"v{at}\" {{}}\n"));
    }
    let dir = tree("explain-bounds", &[("main.tf", &text)]);
    dir.run(&["explain", "local.a"]).said(0, &["leads back to itself"]);
    let wide = dir.run(&["explain", "local.all"]);
    wide.said(0, &["not followed further"]);
    assert!(wide.out.lines().count() < 20, "{}", wide.out);
    let deep = dir.run(&["explain", "local.d60"]);
    assert!(deep.out.lines().count() < 1_000, "{}", deep.out.lines().count());
}

#[test]
fn secrets_are_masked_in_every_form() {
    let text = r#"variable "password" { default = "abc" }
variable "token" {
  default   = "tok-4711-hidden"
  sensitive = true
}
locals {
  login = { password = var.password, plain = upper("hunter2-hunter2") }
}
resource "aws_db_instance" "a" {
  password   = local.login.password
  identifier = "x-${var.token}"
  username   = lower(local.login.plain)
}
resource "aws_db_instance" "b" {
  password = lower(local.login.plain)
}
"#;
    let dir = tree("explain-secrets", &[("main.tf", text)]);
    for address in
        ["aws_db_instance.a.password", "aws_db_instance.a.identifier", "aws_db_instance.b.password"]
    {
        for format in ["terminal", "json"] {
            let ran = dir.run(&["explain", address, "--format", format]);
            ran.said(0, &["(sensitive value)"]);
            for secret in ["abc", "tok-4711", "hunter2"] {
                assert!(!ran.out.contains(secret), "{secret} in\n{}", ran.out);
            }
        }
    }
}

#[test]
fn what_is_not_there_is_answered_with_what_is() {
    let dir = buckets("explain-absent");
    dir.run(&["explain", "ab"]).said(2, &["ab is too short for a fingerprint"]);
    dir.run(&["explain", "0000"]).said(2, &["no finding's fingerprint begins with 0000", "aws/s3/"]);
    dir.run(&["explain", "module.log.aws_s3_bucket.this.acl"])
        .said(2, &["nothing here has the address", "there is module.logs.aws_s3_bucket.this"]);
    dir.run(&["explain", "module.logs.aws_s3_bucket.this"]).said(0, &["fails"]);
    let plain =
        tree("explain-unjudged", &[("main.tf", "resource \"null_resource\" \"a\" {\n  triggers = {}\n}\n")]);
    plain.run(&["explain", "null_resource.a"]).said(2, &["no rule judges null_resource.a", "triggers"]);
}

#[test]
fn keys_do_not_command_the_terminal() {
    let text = r#"resource "aws_ebs_volume" "a" {
  for_each = { "x\u001b[31m\u202e" = 1 }
  size     = each.value
}
"#;
    let dir = tree("explain-escapes", &[("main.tf", text)]);
    let obeyed = |c: char| c == '\u{1b}' || c == '\u{202e}';
    let whole = "aws_ebs_volume.a[\"x\u{1b}[31m\u{202e}\"]";
    for target in ["aws_ebs_volume.b.size", "0000", &format!("{whole}.size"), whole, "\u{1b}[31m"] {
        let ran = dir.run(&["explain", target]);
        assert!(!ran.all().contains(obeyed), "{:?}", ran.all());
    }
    dir.run(&["explain", &format!("{whole}.size")]).said(0, &["each.value = 1"]);
}

#[test]
fn a_prefix_of_several_fingerprints_is_refused_with_all_of_them() {
    let mut text = String::new();
    for at in 0..800 {
        text.push_str(&format!("resource \"aws_ebs_volume\" \"v{at}\" {{\n  size = 1\n}}\n"));
    }
    let dir = tree("explain-ambiguous", &[("main.tf", &text)]);
    let ran = dir.run(&["check", "--rule", "aws/ebs/volume-encrypted", "--no-fixes", "--format", "json"]);
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    let mut all: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
    all.sort_unstable();
    let twins = all.windows(2).find(|pair| pair[0][..4] == pair[1][..4]).unwrap();
    let ran = dir.run(&["explain", &twins[0][..4], "--rule", "aws/ebs/volume-encrypted"]);
    ran.said(2, &["begins the fingerprints of", twins[0], twins[1]]);
}

#[test]
fn machines_get_the_same_chain() {
    let dir = buckets("explain-json");
    let ran =
        dir.run(&["explain", "module.logs.aws_s3_bucket.this.versioning[0].enabled", "--format", "json"]);
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["schema_version"], 1);
    let mut link = &report["explanations"][0]["chains"][0];
    while let Some(below) = link["below"].get(0) {
        assert_eq!(link["decides"], false);
        link = below;
    }
    assert_eq!(
        (&link["file"], &link["line"], &link["decides"]),
        (&"locals.tf".into(), &4.into(), &true.into())
    );
}

#[test]
fn a_plan_knows_the_value_and_its_source_the_chain() {
    let dir = Dir::new("explain-plan");
    let plan = r#"{"format_version":"1.2","terraform_version":"1.9.0","variables":{"days":{"value":2}},
      "planned_values":{"root_module":{"resources":[{"address":"aws_db_instance.a","mode":"managed",
        "type":"aws_db_instance","name":"a","provider_name":"registry.terraform.io/hashicorp/aws","schema_version":0,
        "values":{"backup_retention_period":2}}]}},
      "resource_changes":[{"address":"aws_db_instance.a","mode":"managed","type":"aws_db_instance","name":"a",
        "provider_name":"registry.terraform.io/hashicorp/aws",
        "change":{"actions":["create"],"before":null,"after":{"backup_retention_period":2},"after_unknown":{}}}],
      "configuration":{"root_module":{"resources":[{"address":"aws_db_instance.a","mode":"managed",
        "type":"aws_db_instance","name":"a","expressions":{"backup_retention_period":{"references":["var.days"]}}}],
        "variables":{"days":{}}}}}"#;
    dir.write("plan.json", plan);
    let text = "variable \"days\" { type = number }\nresource \"aws_db_instance\" \"a\" {\n  backup_retention_period = var.days\n}\n";
    dir.write("src/main.tf", text);
    let address = "aws_db_instance.a.backup_retention_period";
    dir.run(&["explain", address, "plan.json"]).said(0, &[" = 2", "decided here"]);
    let ran = dir.run(&["explain", address, "plan.json", "--source", "src"]);
    ran.said(0, &[" = 2", "src/main.tf:3", "var.days = 2", "given by the plan"]);
}

#[test]
fn each_environment_has_a_chain_of_its_own() {
    let text = "variable \"on\" { default = false }\nresource \"aws_ebs_volume\" \"a\" {\n  size      = 1\n  encrypted = var.on\n}\n";
    let declared = "environment \"dev\" {}\nenvironment \"prod\" { variables = { on = true } }\n";
    let dir = tree("explain-environments", &[("main.tf", text), (".trueup.hcl", declared)]);
    let both = dir.run(&["explain", "aws_ebs_volume.a.encrypted"]);
    both.said(
        0,
        &[
            "for dev\n",
            "encrypted = false",
            "for prod\n",
            "encrypted = true",
            "given by --var, or by an environment",
        ],
    );
    let one = dir.run(&["explain", "aws_ebs_volume.a.encrypted", "--environment", "prod"]);
    assert!(!one.out.contains("false"), "{}", one.out);
    dir.run(&["explain", "aws_ebs_volume.a", "--rule", "aws/ebs/volume-encrypted"])
        .said(0, &["fails  (for dev)"]);
}

#[test]
fn a_null_that_is_written_is_told_from_nothing() {
    let text = r#"variable "key" { default = null }
resource "aws_ebs_volume" "a" {
  size       = 1
  kms_key_id = var.key
}
"#;
    let dir = tree("explain-null", &[("main.tf", text)]);
    dir.run(&["explain", "aws_ebs_volume.a.kms_key_id"])
        .said(0, &["kms_key_id is not set", "var.key is not set", "└─ null", "main.tf:1  <- decided here"]);
}

/// Files or folders that are fixtures of rules.
#[test]
fn what_terraform_would_refuse_is_named_where_it_stands() {
    let text = r#"variable "v" {
  type    = number
  default = "abc"
}
variable "on" { type = bool }
locals {
  l = upper(lower("a" + 1))
}
resource "aws_ebs_volume" "a" {
  size              = [1][3]
  iops              = { a = 1 }.b
  throughput        = "a" + 1
  encrypted         = "yes"
  final_snapshot    = !"x"
  snapshot_id       = local.l
  availability_zone = join("", [for x in 5 : x])
  tags              = { for x in ["a", "b"] : "k" => x }
  kms_key_id        = var.v
  outpost_arn       = "a" + (var.on ? 1 : 2)
  type              = try("a" + 1, "gp3")
}
"#;
    let dir = tree("explain-refused", &[("main.tf", text)]);
    let refused = |attribute: &str, what: &str, error: &str| {
        let ran = dir.run(&["explain", &format!("aws_ebs_volume.a.{attribute}")]);
        ran.said(0, &[&format!("{what} is not known"), &format!("<- mend this first: {error}")]);
        assert!(!ran.out.contains("nothing sets it"), "{}", ran.out);
    };
    let number = "a number is needed, and this string is none";
    let flag = "true or false is needed, and this string is neither";
    refused("size", "[1][3]", "the index is outside the list, which has 1 elements");
    refused("iops", "{ a = 1 }.b", "the object has no attribute \"b\"");
    refused("throughput", "\"a\" + 1", number);
    refused("encrypted", "aws_ebs_volume.a.encrypted", flag);
    refused("final_snapshot", "!\"x\"", flag);
    refused("snapshot_id", "\"a\" + 1", number);
    refused("availability_zone", "[for x in 5 : x]", "a for expression needs a list, set, map or object");
    refused("tags", "=> x }", "two items of the for expression have the key \"k\"");
    refused("kms_key_id", "var.v", number);
    refused("outpost_arn", "\"a\" + (var.on ? 1 : 2)", number);
    dir.run(&["explain", "aws_ebs_volume.a.type"]).said(0, &["\"gp3\"", "main.tf:20  <- decided here"]);
}

#[test]
fn one_of_several_instances_has_values_of_its_own() {
    let text = r#"resource "aws_ebs_volume" "v" {
  for_each  = {
    "$${x}" = false,
    "a.b"   = "no" == "yes"
  }
  encrypted = each.value
}
"#;
    let dir = tree("explain-instances", &[("main.tf", text)]);
    for (key, line) in [("$${x}", 3), ("a.b", 4)] {
        let address = format!("aws_ebs_volume.v[\"{key}\"]");
        let place = format!("main.tf:{line}  <- decided here");
        dir.run(&["explain", &address])
            .said(0, &[&format!("{address}  aws/ebs/volume-encrypted  fails"), "each.value", &place]);
        dir.run(&["explain", &format!("{address}.encrypted")]).said(0, &[&place]);
    }
}

fn fixtures(dir: &Path, depth: u32, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if depth < 3 && path.is_dir() && !path.ends_with("_example") {
            fixtures(&path, depth + 1, found);
        } else if depth == 3 {
            found.push(path);
        }
    }
}

fn places(step: &Step, into: &mut Vec<Location>) {
    into.extend(step.at);
    into.extend(step.written);
    step.below.iter().for_each(|below| places(below, into));
}

/// Every value that a verdict rests on has a chain, and the chain passes where the evaluator says
/// that the value was decided.
#[test]
fn chains_agree_with_the_origins_of_values() {
    let mut all = Vec::new();
    fixtures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), 0, &mut all);
    let rules = RuleSet::embedded();
    let mut seen = 0;
    for path in all {
        let found = trueup::source::read(std::slice::from_ref(&path), &[], None).unwrap();
        let run = trueup::cli::assess(found, &rules, &trueup::cli::Asked::default());
        for finding in &run.assessment.findings {
            for evidence in &finding.why {
                let (Some(attribute), Some(origin)) = (&evidence.attribute, evidence.origin) else {
                    continue;
                };
                let traced =
                    run.configurations.iter().filter(|it| it.inputs.environment.is_none()).find_map(|it| {
                        let root = Root::with(&run.workspace, &it.root, it.inputs.clone());
                        match trueup::graph::trace(root, attribute) {
                            Traced::Found(step) => Some(step),
                            _ => None,
                        }
                    });
                let context = || format!("{}: {attribute} ({})", path.display(), evidence.path);
                let Some(step) = traced else { panic!("{} has no chain", context()) };
                let mut passed = Vec::new();
                places(&step, &mut passed);
                let near = |at: &Location| {
                    at.file == origin.file && (at.span.contains(origin.span) || origin.span.contains(at.span))
                };
                let line =
                    |sources: &Sources| sources.place(origin).map(|(path, at)| (path.to_owned(), at.line));
                assert!(
                    passed.iter().any(near),
                    "{} misses {:?}: {step:#?}",
                    context(),
                    line(&run.workspace.sources)
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn whether_a_document_is_there_does_not_decide_what_it_holds() {
    let condition = "count = var.on ? 1 : 0";
    for (own, index) in [(condition, "count.index"), (condition, "0"), ("", "0")] {
        let text = format!(
            "variable \"on\" {{ type = bool }}\ndata \"aws_iam_policy_document\" \"d\" {{\n  {condition}\n  statement {{\n    actions   = [\"*\"]\n    resources = [\"*\"]\n  }}\n}}\nresource \"aws_iam_policy\" \"p\" {{\n  {own}\n  policy = data.aws_iam_policy_document.d[{index}].json\n}}\n"
        );
        let dir = tree("explain-there", &[("main.tf", &text)]);
        let rule = "aws/iam/policy-no-admin-wildcard";
        let id = fingerprint(&dir, rule);
        let ran = dir.run(&["explain", &id]);
        ran.said(0, &["fails", "self.policy = ", "actions", "main.tf:5", "<- decided here"]);
        for wrong in ["var.on", "not known"] {
            assert!(!ran.all().contains(wrong), "{own}: {}", ran.all());
        }
        let ran = dir.run(&["check", "--rule", rule, "--no-fixes", "--format", "json"]);
        let report: Json = serde_json::from_str(&ran.out).unwrap();
        let value = report["findings"][0]["why"][0]["value"].as_str().unwrap();
        assert!(value.contains("Statement"), "{own}: {value}");
    }
}
