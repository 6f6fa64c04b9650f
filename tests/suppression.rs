//! Comments at module calls, and comments beside `--rule`.

mod scratch;

use scratch::Dir;

const CALLS: &str = r#"# trueup:ignore aws/ebs/volume-encrypted reason="scratch data only"
module "cache" {
  source = "./volume"
}

module "data" {
  source = "./volume"
}
"#;
const VOLUME: &str = r#"resource "aws_ebs_volume" "disk" {
  availability_zone = "eu-west-1a"
  size              = 20
}
"#;

fn tree(name: &str, calls: &str) -> Dir {
    let dir = Dir::new(name);
    dir.write("main.tf", calls);
    dir.write("volume/main.tf", VOLUME);
    dir
}

const CHECK: [&str; 5] = ["check", "--format", "json", "--rule", "aws/ebs/volume-encrypted"];

#[test]
fn a_comment_at_a_call_silences_what_the_call_leads_to() {
    let one = tree("call-one", CALLS.split_inclusive("}\n").next().unwrap());
    one.run(&CHECK).said(0, &["\"suppressed\": 1", "scratch data only", "main.tf:1"]);
    let inside = tree(
        "call-inside",
        "module \"cache\" {\n  source = \"./volume\" #checkov:skip=CKV_AWS_3:scratch\n}\n",
    );
    inside.run(&CHECK).said(0, &["\"suppressed\": 1"]);
}

#[test]
fn a_comment_at_one_of_two_calls_leaves_the_other() {
    let both = tree("call-both", CALLS).run(&CHECK);
    both.said(1, &["\"fail\": 1", "\"suppressed\": 0", "module.data.aws_ebs_volume.disk"]);
    let instances = both.out.split("\"instances\"").nth(1).unwrap().split(']').next().unwrap();
    assert!(!instances.contains("module.cache"), "{instances}");
    assert!(!both.out.contains("silences nothing"), "{}", both.out);
}

#[test]
fn a_comment_for_a_rule_that_is_not_run_is_not_called_vain() {
    let text = VOLUME.replace("  size", "  # trueup:ignore aws/s3/bucket-versioning reason=\"x\"\n  size");
    let dir = Dir::new("call-other");
    dir.write("main.tf", text);
    assert!(!dir.run(&CHECK).all().contains("silences nothing"));
    dir.run(&["check"]).said(1, &["silences nothing"]);
}

#[test]
fn each_of_several_comments_on_a_line_counts() {
    let dir = Dir::new("ignore-several");
    let silenced = "#tfsec:ignore:aws-dynamodb-table-customer-key #tfsec:ignore:aws-dynamodb-enable-recovery";
    let table = "resource \"aws_dynamodb_table\" \"t\" {\n  name     = \"t\"\n  hash_key = \"k\"\n}\n";
    dir.write("main.tf", format!("{silenced}\n{table}"));
    dir.run(&["check", "--format", "json", "--rule", "aws/dynamodb/pitr"]).said(0, &["\"suppressed\": 1"]);
}
