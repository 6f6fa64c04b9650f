//! Broken and hostile input: a clear message, the right exit status, no panic, and the rest still judged.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::Write as _;
use std::process::Stdio;

mod scratch;

use scratch::{Dir, Ran};

/// A resource that passes and one that fails; they stand beside every broken file.
const BESIDE: &str = r#"resource "aws_kms_key" "good" {
  enable_key_rotation = true
}

resource "aws_ebs_volume" "bad" {
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = false
}
"#;
const BAD: &str = "aws_ebs_volume.bad is not encrypted";
const ROTATION: &str = include_str!("../rules/aws/kms/key-rotation.hcl");

/// A directory with the two resources in `beside.tf`.
fn beside(name: &str) -> Dir {
    let dir = Dir::new(name);
    dir.write("beside.tf", BESIDE);
    dir
}

/// What could not be read is named once.
#[track_caller]
fn not_read(ran: &Ran, file: &str) {
    let heading = format!("NOT READ  {file}");
    assert_eq!(ran.out.matches(&heading).count(), 1, "{}", ran.out);
    assert!(ran.out.contains("1 part not read"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn a_broken_link_is_named_and_the_rest_judged() {
    let dir = beside("link");
    std::os::unix::fs::symlink("nowhere.tf", dir.0.join("broken.tf")).unwrap();
    let ran = dir.run(&["check", "."]);
    ran.said(2, &[BAD, "No such file", "help: check that the file exists"]);
    not_read(&ran, "broken.tf");
}

#[test]
fn a_directory_named_like_a_file_is_a_directory() {
    let dir = beside("directory");
    dir.write("x.tf/inner.tf", BESIDE.replace("\"bad\"", "\"inner\""));
    dir.run(&["check", "."]).said(1, &[BAD, "aws_ebs_volume.inner is not encrypted"]);
    let ran = dir.run(&["check", "beside.tf"]);
    ran.said(1, &[BAD]);
    assert!(!ran.all().contains("NOT READ"), "{}", ran.out);
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let dir = beside("missing");
    dir.run(&["check", "missing.tf"]).said(2, &["missing.tf", "Check the path"]);
}

#[test]
fn a_directory_without_terraform_is_no_success() {
    let dir = Dir::new("nothing");
    dir.write("docs/readme.txt", "nothing here");
    dir.run(&["check", "docs"]).said(2, &["no Terraform files in docs", "Name a directory"]);
}

#[test]
fn bytes_that_are_not_utf_8_outside_a_comment_are_named() {
    let dir = beside("utf8");
    dir.write("latin.tf", b"resource \"aws_kms_key\" \"k\" {\n  description = \"\xe9\xe8\"\n}\n");
    let ran = dir.run(&["check", "."]);
    ran.said(2, &[BAD, "not valid UTF-8", "latin.tf:2:18", "help: Save the file as UTF-8."]);
    not_read(&ran, "latin.tf");
}

#[test]
fn bytes_that_are_not_utf_8_in_a_comment_do_no_harm() {
    let dir = Dir::new("comment");
    dir.write("latin.tf", b"# caf\xe9\nresource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n}\n");
    dir.run(&["check", "."]).said(0, &["Nothing failed"]);
}

#[test]
fn half_a_plan_is_refused_and_the_rest_judged() {
    let dir = beside("half");
    dir.write("plan.json", r#"{"format_version":"1.2","variables":{"t":{"value":"Zx9-secret"#);
    let ran = dir.run(&["check", "plan.json", "."]);
    ran.said(2, &[BAD, "the file is cut off", "plan.json:1:1", "help: Write it with `terraform show -json"]);
    not_read(&ran, "plan.json");
    assert!(!ran.all().contains("Zx9"), "{}", ran.all());
}

#[test]
fn a_plan_of_an_unknown_major_version_is_refused() {
    let dir = Dir::new("version");
    dir.write(
        "plan.json",
        r#"{"format_version":"9.0","terraform_version":"9.9.9","planned_values":{"root_module":{}}}"#,
    );
    let ran = dir.run(&["check", "plan.json"]);
    ran.said(2, &["format_version is not 1.x", "help: Write the plan with Terraform"]);
    not_read(&ran, "plan.json");
}

#[test]
fn a_plan_that_errored_is_refused() {
    let dir = Dir::new("errored");
    dir.write(
        "plan.json",
        r#"{"format_version":"1.2","errored":true,"planned_values":{"root_module":{}},"resource_changes":[]}"#,
    );
    let ran = dir.run(&["check", "plan.json"]);
    ran.said(2, &["marked as errored", "help: Fix what `terraform plan` reports"]);
    not_read(&ran, "plan.json");
}

#[test]
fn a_typo_in_a_rule_is_named_with_the_right_word() {
    let dir = beside("typo");
    dir.write("team/rules/aws/kms/mine.hcl", ROTATION.replace("require = (", "reqire = ("));
    dir.write("team/templates/aws/kms/mine.tf.tera", "");
    let ran = dir.run(&["check", "--rules", "team", "."]);
    // It is one error; every other rule runs.
    ran.said(2, &["ERROR  aws/kms/mine", "team/rules/aws/kms/mine.hcl:17:3", "unknown key reqire", BAD]);
    assert!(ran.all().replace(['\n', '│', ' '], "").contains("didyoumeanrequire?"), "{}", ran.all());
    assert_eq!(ran.all().matches("ERROR  aws/kms/mine").count(), 1, "{}", ran.all());
    let ran = dir.run(&["check", "--rules", "team", "--rule", "aws/ebs", "."]);
    ran.said(1, &[BAD]);
    let ran = dir.run(&["fix", "--rules", "team", "--rule", "aws/kms/mine", "."]);
    ran.said(2, &["not judged: team/rules/aws/kms/mine.hcl: the rule aws/kms/mine can't be loaded"]);
    let ran = dir.run(&["check", "--rules", "team", "--format", "json", "."]);
    ran.said(2, &["\"outcome\": \"error\"", "team/rules/aws/kms/mine.hcl"]);
}

#[test]
fn a_broken_rule_never_passes_whatever_it_stands_for() {
    let dir = beside("broken-rule");
    // It takes the place of trueup's own rule of that id.
    dir.write("team/rules/aws/ebs/volume-encrypted.hcl", "rule {\n  title = \n}\n");
    dir.write("team/rules/acme/kms/fine.hcl", ROTATION);
    dir.write(
        "team/templates/acme/kms/fine.tf.tera",
        "resource \"{{ type }}\" \"{{ label }}\" {\n  enable_key_rotation = true\n}\n",
    );
    let ran = dir.run(&["check", "--rules", "team", "--outcomes", "pass,error", "."]);
    ran.said(2, &["ERROR  aws/ebs/volume-encrypted", "volume-encrypted.hcl:2", "acme/kms/fine"]);
}

#[test]
fn a_template_that_reads_an_unknown_variable_is_named() {
    let dir = Dir::new("template");
    dir.write("team/rules/aws/kms/mine.hcl", ROTATION);
    dir.write(
        "team/templates/aws/kms/mine.tf.tera",
        "resource \"{{ type }}\" \"{{ label }}\" {\n  enable_key_rotation = {{ nonsense }}\n}\n",
    );
    let ran = dir.run(&["rules", "test", "team"]);
    ran.said(2, &["templates/aws/kms/mine.tf.tera:2:28: the template reads nonsense"]);
    dir.write("main.tf", BESIDE);
    let ran = dir.run(&["check", "--rules", "team", "main.tf"]);
    ran.said(2, &["team/templates/aws/kms/mine.tf.tera:2:28", "enable_key_rotation = {{ nonsense }}", BAD]);
}

#[test]
fn locals_in_a_circle_leave_the_verdict_open() {
    let dir = beside("circle");
    dir.write(
        "circle.tf",
        "locals {\n  a = local.b\n  b = local.a\n}\n\n\
         resource \"aws_kms_key\" \"c\" {\n  enable_key_rotation = local.a\n}\n",
    );
    let ran = dir.run(&["check", "."]);
    ran.said(1, &[BAD, "UNDETERMINED  aws/kms/key-rotation", "circle.tf:7", "refers to itself"]);
}

#[test]
fn templates_that_call_themselves_leave_the_verdict_open() {
    let dir = beside("templates");
    dir.write("again.tpl", "${templatefile(\"again.tpl\", {})}${templatefile(\"again.tpl\", {})}");
    dir.write(
        "templates.tf",
        "locals {\n  text = \"$${templatestring(t, { t = t })}\"\n}\n\n\
         resource \"aws_kms_key\" \"file\" {\n  \
         enable_key_rotation = templatefile(\"again.tpl\", {}) == \"x\"\n}\n\n\
         resource \"aws_kms_key\" \"text\" {\n  \
         enable_key_rotation = templatestring(local.text, { t = local.text }) == \"x\"\n}\n",
    );
    let ran = dir.run(&["check", "."]);
    ran.said(1, &[BAD, "UNDETERMINED  aws/kms/key-rotation", "templates.tf:6", "templates.tf:10"]);
    ran.said(1, &["templates call each other more than 16 deep"]);
}

#[test]
fn a_module_that_calls_itself_is_followed_once() {
    let dir = beside("itself");
    dir.write("self.tf", "module \"me\" {\n  source = \"./\"\n}\n");
    let ran = dir.run(&["check", "."]);
    ran.said(1, &[BAD, "module.me calls a module that is already being called", "self.tf:1"]);
}

#[test]
fn modules_that_multiply_each_other_end_at_a_limit() {
    let dir = beside("multiply");
    for level in 0..7 {
        let calls: Vec<String> = (0..20)
            .map(|at| format!("module \"m{at}\" {{\n  source = \"../m{}\"\n}}\n", level + 1))
            .collect();
        dir.write(&format!("m{level}/main.tf"), calls.concat());
    }
    dir.write("m7/main.tf", "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n}\n");
    dir.write("multiply.tf", "module \"all\" {\n  source = \"./m0\"\n}\n");
    let start = std::time::Instant::now();
    let ran = dir.run(&["check", "."]);
    ran.said(2, &[BAD, "the root has more than the 20000 module instances that are judged"]);
    ran.said(2, &["not everything could be judged"]);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn blocks_that_multiply_each_other_end_at_a_limit() {
    let dir = beside("blocks-multiply");
    let inner = (0..4).fold("x = 1\n".to_owned(), |inner, at| {
        format!("dynamic \"b{at}\" {{\n  for_each = range(1000)\n  content {{\n{inner}}}\n}}\n")
    });
    dir.write("main.tf", format!("resource \"aws_security_group\" \"g\" {{\n{inner}}}\n"));
    let ran = dir.run(&["check", "."]);
    ran.said(2, &["steps of work", "aws_ebs_volume.bad"]);
}

#[test]
fn a_verdict_that_waits_for_a_mistake_says_what_to_mend() {
    let dir = Dir::new("mistake");
    dir.write("main.tf", "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = local.rotate\n}\n");
    let ran = dir.run(&["check", ".", "--rule", "aws/kms/key-rotation"]);
    ran.said(
        0,
        &[
            "UNDETERMINED",
            "mend this first: the local \"rotate\" is not declared",
            "Would decide: mend this first",
        ],
    );
}

#[test]
fn a_block_that_is_set_like_an_argument_is_refused_and_no_rule_errs() {
    let wall = |allow: &str| {
        format!(
            "variable \"all\" {{}}\nresource \"google_compute_firewall\" \"a\" {{\n  name          = \"a\"\n  network       = \"n\"\n  source_ranges = [\"0.0.0.0/0\"]\n  {allow}\n}}\n"
        )
    };
    let rule = ["check", "--rule", "gcp/network/compute-firewall-no-public-ssh"];
    for allow in ["\"tcp\"", "var.all", "[{ protocol = \"all\" }]", "null"] {
        let dir = Dir::new("block-argument");
        dir.write("main.tf", wall(&format!("allow = {allow}")));
        let said = ["an argument named \"allow\" is not expected here", "main.tf:6"];
        dir.run(&rule).said(0, &said);
    }
    // Attributes that may be written as blocks, and blocks as JSON has them, are both.
    let dir = Dir::new("block-argument-json");
    let json = r#"{"resource": {"google_compute_firewall": {"a": {"name": "a", "network": "n", "source_ranges": ["0.0.0.0/0"], "allow": ALLOW}}}}"#;
    dir.write("main.tf.json", json.replace("ALLOW", r#"[{"protocol": "all"}]"#));
    dir.run(&rule).said(1, &["1 failed"]);
    for allow in [r#""tcp""#, r#"["tcp"]"#] {
        dir.write("main.tf.json", json.replace("ALLOW", allow));
        dir.run(&rule).said(0, &["allow is a block: an object is needed, or a list of objects"]);
    }
    let dir = Dir::new("block-attribute");
    dir.write("main.tf", "resource \"aws_security_group\" \"a\" {\n  ingress = [{ from_port = 22, to_port = 22, protocol = \"tcp\", cidr_blocks = [\"0.0.0.0/0\"], description = null, ipv6_cidr_blocks = null, prefix_list_ids = null, security_groups = null, self = null }]\n}\n");
    dir.run(&["check", "--rule", "aws/ec2"]).said(1, &["main.tf:2"]);
}

#[test]
fn a_huge_count_is_judged_by_one_stand_in() {
    let dir = beside("count");
    dir.write(
        "many.tf",
        "resource \"aws_kms_key\" \"many\" {\n  count               = 1000000000\n  enable_key_rotation = false\n}\n",
    );
    let ran = dir.run(&["check", "."]);
    ran.said(2, &[BAD, "aws_kms_key.many[*] is not rotated", "1000000000 instances", "many.tf:2"]);
    ran.said(2, &["not everything could be judged"]);
}

#[test]
fn a_limit_that_leaves_resources_unjudged_is_no_success() {
    let dir = Dir::new("unjudged");
    dir.write(
        "many.tf",
        "resource \"aws_kms_key\" \"many\" {\n  count               = 20000\n  enable_key_rotation = true\n}\n",
    );
    let ran = dir.run(&["check", ".", "--rule", "aws/kms/key-rotation"]);
    ran.said(2, &["Nothing failed, but not everything could be judged", "20000 instances"]);
    let ran = dir.run(&["check", ".", "--rule", "aws/kms/key-rotation", "--format", "json"]);
    ran.said(2, &["\"kind\": \"unjudged\""]);
}

#[test]
fn a_limit_that_leaves_values_open_is_in_the_ledger() {
    let dir = Dir::new("limit");
    dir.write(
        "many.tf",
        "locals {\n  thousand = range(1000)\n}\nresource \"aws_security_group\" \"many\" {\n  name = \"many\"\n  \
         dynamic \"ingress\" {\n    for_each = flatten([for a in range(20) : local.thousand])\n    \
         content {\n      from_port = 1\n    }\n  }\n}\n",
    );
    let ran =
        dir.run(&["check", ".", "--rule", "aws/ec2/sg-no-ingress-ssh-from-internet", "--format", "json"]);
    ran.said(0, &["\"kind\": \"limit\"", "\"outcome\": \"undetermined\""]);
}

#[test]
fn deep_nesting_is_refused_and_the_rest_judged() {
    for (name, open, close) in [("lists", "[", "]"), ("parentheses", "(", ")"), ("objects", "{a=", "}")] {
        let dir = beside(name);
        let (open, close) = (open.repeat(10_000), close.repeat(10_000));
        dir.write(
            "deep.tf",
            format!("resource \"aws_kms_key\" \"n\" {{\n  tags = {open}true{close}\n}}\n\n{}", {
                BESIDE.replace("\"bad\"", "\"after\"").replace("\"good\"", "\"fine\"")
            }),
        );
        let ran = dir.run(&["check", "."]);
        ran.said(2, &[BAD, "nested deeper than", "deep.tf:2", "help: Split the expression"]);
        ran.said(2, &["aws_ebs_volume.after is not encrypted"]);
        not_read(&ran, "deep.tf");
    }
}

#[test]
fn deep_blocks_are_refused_and_the_rest_judged() {
    let dir = beside("blocks");
    let mut text = "resource \"aws_kms_key\" \"n\" {\n".to_owned();
    for _ in 0..10_000 {
        text.push_str("a {\n");
    }
    text.push_str(&"}\n".repeat(10_001));
    dir.write("deep.tf", text);
    dir.run(&["check", "."]).said(2, &[BAD, "NOT READ  deep.tf", "nested deeper than"]);
}

#[test]
fn a_huge_range_leaves_the_verdict_open() {
    let dir = beside("range");
    dir.write(
        "range.tf",
        "resource \"aws_kms_key\" \"r\" {\n  enable_key_rotation = length(range(1000000000)) > 3\n}\n\n\
         resource \"aws_kms_key\" \"s\" {\n  \
         for_each            = toset([for i in range(1000000000) : tostring(i)])\n  \
         enable_key_rotation = false\n}\n",
    );
    let ran = dir.run(&["check", "."]);
    ran.said(1, &[BAD, "UNDETERMINED  aws/kms/key-rotation", "range.tf:2", "a range has at most 1024"]);
    ran.said(1, &["aws_kms_key.s[*] is not rotated"]);
}

#[test]
fn an_error_in_one_block_costs_that_block() {
    let dir = beside("syntax");
    let mut text = "resource \"aws_kms_key\" \"broken\" {\n  enable_key_rotation = = true\n}\n\n".to_owned();
    let _ = write!(text, "{}", BESIDE.replace("\"bad\"", "\"after\"").replace("\"good\"", "\"fine\""));
    dir.write("syntax.tf", text);
    let ran = dir.run(&["check", "."]);
    ran.said(
        2,
        &[BAD, "aws_ebs_volume.after is not encrypted", "expected a value, found `=`", "syntax.tf:2:25"],
    );
    not_read(&ran, "syntax.tf");
    let json: serde_json::Value = serde_json::from_str(&dir.run(&["check", "-f", "json", "."]).out)
        .expect("JSON in spite of the error");
    assert_eq!(json["coverage"]["unparsed"].as_array().unwrap().len(), 1);
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    for format in ["terminal", "json", "sarif"] {
        let dir = Dir::new(&format!("pipe-{format}"));
        let mut text = String::new();
        for at in 0..300 {
            text.push_str(
                &BESIDE.replace("\"bad\"", &format!("\"b{at}\"")).replace("good", &format!("g{at}")),
            );
        }
        dir.write("many.tf", text);
        let mut child = dir
            .command(&["check", "--no-fixes", "-f", format, "."])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ran = Ran::new(&child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert_eq!(ran.err, "", "quiet on a broken pipe");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_success() {
    let dir = Dir::new("full");
    dir.write("good.tf", "resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = true\n}\n");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = dir.command(&["check", "."]).stdout(full).output().unwrap();
    Ran::new(&output).said(2, &["stdout can't be written"]);
}

const SECRETS: &str = r#"variable "plain" {
  default   = "Zx9-sensitive-default"
  sensitive = true
}

resource "aws_db_instance" "db" {
  identifier          = "db"
  engine              = "postgres"
  username            = "admin"
  password            = "Zx9-literal-password"
  publicly_accessible = true
  storage_encrypted   = false
}

resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::123456789012:role/f"
  environment {
    variables = {
      PLAIN       = var.plain
      DB_PASSWORD = "Zx9-lambda-literal"
    }
  }
}

resource "aws_instance" "i" {
  user_data = "export PASSWORD=${var.plain}"
}

resource "aws_instance" "j" {
  user_data = <<-EOT
    #!/bin/sh
    export DB_PASSWORD=Zx9-user-data
  EOT
}

resource "aws_kms_key" "k" {
  description         = var.plain
  enable_key_rotation = var.plain
}
"#;

#[test]
fn secrets_never_leave() {
    let dir = Dir::new("secrets");
    dir.write("main.tf", SECRETS);
    dir.write("terraform.tfvars", "plain = \"Zx9-from-tfvars\"\n");
    for format in ["terminal", "json", "sarif"] {
        for outcomes in ["fail,undetermined,error", "pass,fail,undetermined,error,not_applicable"] {
            let ran = dir.run(&["check", ".", "-f", format, "--outcomes", outcomes]);
            ran.said(1, &["aws_lambda_function.f has a secret in plain text"]);
            assert!(!ran.all().contains("Zx9"), "{}", ran.all());
        }
    }
}

#[test]
fn secrets_of_a_plan_never_leave() {
    let dir = Dir::new("plan-secrets");
    let values = r#"{"identifier":"db","password":"Zx9-password","publicly_accessible":true,"storage_encrypted":false}"#;
    let resource = r#""address":"aws_db_instance.db","mode":"managed","type":"aws_db_instance","name":"db","provider_name":"registry.terraform.io/hashicorp/aws""#;
    // A plan does not mark these: the name tells.
    let lambda = r#"{"address":"aws_lambda_function.f","mode":"managed","type":"aws_lambda_function","name":"f","provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"before":null,"after":{"function_name":"f","environment":[{"variables":{"DB_PASSWORD":"Zx9-lambda"}}]},"after_unknown":{},"after_sensitive":{}}}"#;
    dir.write(
        "plan.json",
        format!(
            r#"{{"format_version":"1.2","variables":{{"t":{{"value":"Zx9-variable"}}}},"planned_values":{{"root_module":{{"resources":[{{{resource},"values":{values}}}]}}}},"resource_changes":[{{{resource},"change":{{"actions":["create"],"before":null,"after":{values},"after_unknown":{{}},"after_sensitive":{{"password":true}}}}}},{lambda}]}}"#
        ),
    );
    for format in ["terminal", "json", "sarif"] {
        let ran = dir.run(&["check", "plan.json", "-f", format]);
        ran.said(1, &["aws_db_instance.db", "aws_lambda_function.f has a secret in plain text"]);
        assert!(!ran.all().contains("Zx9"), "{}", ran.all());
    }
}
