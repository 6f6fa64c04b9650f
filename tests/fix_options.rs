//! `trueup fix`: what it takes, what it leaves and why, and in which forms.

mod scratch;

use scratch::Dir;

const TREE: &str = r#"resource "aws_kms_key" "key" {
  description = "app"
}

resource "aws_ebs_volume" "disk" {
  availability_zone = "eu-west-1a"
  size              = 20
  encrypted         = false
}

resource "aws_sqs_queue" "jobs" {
  name                    = "jobs"
  sqs_managed_sse_enabled = false
}
"#;

fn tree(name: &str) -> Dir {
    let dir = Dir::new(name);
    dir.write("main.tf", TREE);
    dir
}

#[test]
fn effects_are_bounded() {
    let dir = tree("fix-effects");
    dir.run(&["fix"]).said(0, &["+  enable_key_rotation = true", "--allow-replace includes it"]);
    let all = dir.run(&["fix", "--allow-replace"]);
    all.said(0, &["enable_key_rotation = true", "+  encrypted         = true"]);
    dir.run(&["fix", "--max-effect", "replace"]).said(2, &["add --allow-replace"]);
    dir.run(&["fix", "--max-effect", "nothing"]).said(2, &["use one of update, create"]);
    let update = dir.run(&["fix", "--max-effect", "update", "--allow-replace"]);
    assert!(!update.out.contains("encrypted         = true"), "{}", update.out);
}

#[test]
fn findings_are_selected() {
    let dir = tree("fix-select");
    dir.write("other/main.tf", TREE);
    let only = dir.run(&["fix", "--path", "other", "--rule", "aws/kms"]);
    assert!(only.out.contains("b/other/main.tf") && !only.out.contains("b/main.tf"), "{}", only.out);
    let high = dir.run(&["fix", "--severity", "high", "--allow-replace"]);
    assert!(high.out.contains("encrypted") && !high.out.contains("enable_key_rotation"), "{}", high.out);
    let found = dir.run(&["check", "--format", "json", "--rule", "aws/kms", "other"]).out;
    let print = found.split("\"fingerprint\": \"").nth(1).unwrap().split('"').next().unwrap();
    let one = dir.run(&["fix", "--fingerprint", &print[..8], "other"]);
    assert_eq!(one.out.matches("+++").count(), 1, "{}", one.out);
    assert!(dir.run(&["fix", "--criterion", "CC9.9"]).out.is_empty());
    dir.run(&["fix", "--severity", "urgent"]).said(2, &["use one of low, medium"]);
}

#[test]
fn programs_read_edits_and_what_was_left() {
    let dir = tree("fix-json");
    let ran = dir.run(&["fix", "--format", "json", "--rule", "aws/kms", "--rule", "aws/ebs/volume"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["applied"], false);
    let fix = &report["fixes"][0];
    assert_eq!(fix["closes"][0]["rule"], "aws/kms/key-rotation");
    assert!(fix["fix"]["edits"].to_string().contains("enable_key_rotation"));
    assert!(report["left"][0]["reason"].as_str().unwrap().contains("--allow-replace"));
    let ran = dir.run(&["fix", "--format", "json", "--write", "--rule", "aws/kms"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["applied"], true);
    dir.run(&["check", "--rule", "aws/kms/key-rotation"]).said(0, &["Nothing failed"]);
}

#[test]
fn what_is_suppressed_is_told_of() {
    let dir = Dir::new("fix-suppressed");
    let silent = "# trueup:ignore aws/kms/key-rotation reason=\"rotated by hand\"\n";
    dir.write("main.tf", format!("{silent}{TREE}"));
    let ran = dir.run(&["fix", "--rule", "aws/kms"]);
    ran.said(0, &["0 proved fixes in this patch, 0 left", "suppressed: 1 failure, which stays as it is"]);
    let ran = dir.run(&["fix", "--rule", "aws/kms", "--no-inline-ignores"]);
    assert!(ran.out.contains("enable_key_rotation") && !ran.err.contains("suppressed"), "{}", ran.err);
}

#[test]
fn tags_are_asked_for_and_written_where_the_provider_stands() {
    let dir = Dir::new("fix-tags");
    dir.write(
        "main.tf",
        "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n\nresource \"aws_sqs_queue\" \"q\" {\n}\n",
    );
    let rule = ["--rule", "aws/provider/default-tags-configured"];
    let wanted = "settings = { owner_tags = { Owner = \"...\", Environment = \"...\" } }";
    dir.run(&[&["fix"][..], &rule].concat()).said(0, &[wanted]);
    let answers = "platform\nOwner=platform, Environment=prod\ny\ny\n";
    let ran = dir.run_with(&[&["fix", "--interactive"][..], &rule].concat(), answers);
    ran.said(0, &["NAME=VALUE, with commas between", "wrote .trueup.hcl"]);
    let tags = "  default_tags {\n    tags = {\n      \"Environment\" = \"prod\"\n      \"Owner\"       = \"platform\"\n    }\n  }\n";
    assert!(dir.read("main.tf").contains(tags), "{}", dir.read("main.tf"));
    dir.run(&[&["check"][..], &rule].concat()).said(0, &["Nothing failed"]);

    dir.write(
        "main.tf",
        "provider \"aws\" {\n  version = \"3.37.0\"\n}\n\nresource \"aws_sqs_queue\" \"q\" {\n}\n",
    );
    let old = dir.run(&[&["fix"][..], &rule].concat());
    old.said(0, &["provider.aws.default_tags came with version 3.38.0 of the aws provider"]);
}

#[test]
fn a_module_outside_the_working_directory_is_not_changed() {
    let dir = Dir::new("fix-outside");
    // A checkout around both.
    dir.write(".git/HEAD", "ref: refs/heads/main\n");
    dir.write("live/main.tf", "module \"key\" {\n  source = \"../key\"\n}\n");
    dir.write("key/main.tf", "resource \"aws_kms_key\" \"key\" {\n}\n");
    let output = dir.command(&["fix", "--write"]).current_dir(dir.0.join("live")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("it changes ../key/main.tf, outside the working directory"), "{said}");
    dir.run(&["fix", "live"]).said(0, &["+++ b/key/main.tf", "enable_key_rotation = true"]);
}

/// Two fixes of one block, one of which moves the lines of the other.
#[test]
fn fixes_of_the_same_lines_are_applied_in_rounds() {
    let dir = Dir::new("fix-rounds");
    dir.write("main.tf", "resource \"aws_db_instance\" \"db\" { instance_class = \"db.t3.micro\" }\n");
    dir.run(&["fix", "--write", "--allow-review", "--allow-replace"]);
    let again = dir.run(&["fix", "--allow-replace"]);
    assert!(again.out.is_empty() && !again.err.contains("same lines"), "{}", again.all());
}

#[test]
fn a_missing_setting_is_asked_for_once_and_written_down() {
    let dir = Dir::new("fix-setting");
    let bucket = |label: &str, name: &str| {
        format!("resource \"aws_s3_bucket\" \"{label}\" {{\n  bucket = \"{name}\"\n}}\n\n")
    };
    dir.write(
        "main.tf",
        [bucket("a", "app-data"), bucket("b", "app-files"), bucket("logs", "app-logs")].concat(),
    );
    let rule = ["--rule", "aws/s3/bucket-access-logging"];
    let report = dir.run(&[&["check", "--format", "json"][..], &rule].concat());
    assert!(report.out.contains("\"needs\": \"log_bucket\""), "{}", report.out);

    let ran = dir.run_with(&[&["fix", "--interactive"][..], &rule].concat(), "1\ny\ny\ny\ny\n");
    let said = ran.all();
    // The bucket that is named for it comes first.
    assert!(said.contains("wait for the setting log_bucket") && said.contains("1. app-logs"), "{said}");
    assert_eq!(said.matches("log_bucket (").count(), 1, "{said}");
    let text = dir.read("main.tf");
    assert!(text.contains("target_bucket = \"app-logs\""), "{text}\n{said}");
    assert_eq!(dir.read(".trueup.hcl"), "settings = {\n  log_bucket = \"app-logs\"\n}\n");
}

#[test]
fn one_branch_of_a_conditional_changes_and_the_other_stays() {
    let dir = Dir::new("fix-branch");
    dir.write(
        "main.tf",
        "variable \"env\" {\n  default = \"dev\"\n}\n\nresource \"aws_db_instance\" \"d\" {\n  \
         instance_class          = \"db.t3.micro\"\n  \
         backup_retention_period = var.env == \"prod\" ? 30 : 1\n}\n\n\
         resource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = var.env == \"prod\" ? true : false\n}\n",
    );
    let ran = dir.run(&["fix", "--rule", "aws/rds/backup-retention", "--rule", "aws/kms/key-rotation"]);
    ran.said(
        0,
        &["+  backup_retention_period = var.env == \"prod\" ? 30 : 7", "+  enable_key_rotation = true"],
    );
    // What was computed is not applied unseen.
    let ran = dir.run(&["fix", "--write", "--rule", "aws/kms/key-rotation"]);
    ran.said(1, &["--allow-review includes it"]);
}

#[test]
fn what_the_author_commented_is_looked_at_first() {
    let dir = Dir::new("fix-commented");
    let tree = |comment: &str| {
        format!(
            "resource \"aws_sqs_queue\" \"jobs\" {{\n  name                    = \"jobs\"\n  sqs_managed_sse_enabled = false{comment}\n}}\n"
        )
    };
    let rule = ["fix", "--write", "--rule", "aws/sqs/queue-encrypted"];
    dir.write("main.tf", tree(" # the old client can't"));
    dir.run(&rule).said(1, &["0 proved fixes applied", "a person should look first"]);
    dir.run(&["check", "--rule", "aws/sqs/queue-encrypted"])
        .said(1, &["A comment stands beside what is changed"]);
    dir.write("main.tf", tree(""));
    dir.run(&rule).said(0, &["1 proved fix applied"]);
}

#[test]
fn allowed_ranges_replace_the_world() {
    let dir = Dir::new("fix-ranges");
    dir.write(
        "main.tf",
        "resource \"aws_security_group\" \"admin\" {\n  ingress {\n    from_port   = 22\n    to_port     = 22\n    protocol    = \"tcp\"\n    cidr_blocks = [\"10.1.0.0/16\", \"0.0.0.0/0\"]\n  }\n}\n",
    );
    let rule = ["--rule", "aws/ec2/sg-no-ingress-ssh-from-internet"];
    dir.run(&["fix", rule[0], rule[1]]).said(0, &["allowed_cidrs"]);
    dir.write(".trueup.hcl", "settings = {\n  allowed_cidrs = [\"192.0.2.0/24\"]\n}\n");
    dir.run(&["fix", rule[0], rule[1]]).said(0, &["+    cidr_blocks = [\"10.1.0.0/16\", \"192.0.2.0/24\"]"]);
}
