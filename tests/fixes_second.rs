//! A companion is not added to a block of which another instance has one of its own.

mod scratch;

use scratch::{Dir, Ran};

const MODULE: &str = r#"variable "name" { type = string }

resource "aws_s3_bucket" "this" { bucket = var.name }

output "id" { value = aws_s3_bucket.this.id }
"#;

const OWN: &str = r#"
resource "aws_s3_bucket_versioning" "b" {
  bucket = module.b.id

  versioning_configuration {
    status = "Enabled"
  }
}
"#;

/// The call of a module, from a directory below the tree's.
fn call(name: &str, source: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"{source}\"\n  name   = \"{name}\"\n}}\n")
}

fn fix(dir: &Dir) -> Ran {
    dir.run(&["fix", "--diff", "--rule", "aws/s3/bucket-versioning"])
}

#[track_caller]
fn refused(dir: &Dir, reason: &str) {
    let shown = fix(dir);
    assert!(!shown.out.contains("+resource"), "{}", shown.out);
    shown.said(0, &["0 proved fixes", reason]);
}

#[test]
fn another_call_has_one() {
    let dir = Dir::new("second-call");
    dir.write("m/main.tf", MODULE);
    dir.write("main.tf", call("a", "./m") + &call("b", "./m"));
    fix(&dir).said(0, &["1 proved fix", "+resource \"aws_s3_bucket_versioning\" \"this\" {"]);
    dir.write("main.tf", call("a", "./m") + &call("b", "./m") + OWN);
    refused(&dir, "module.b.aws_s3_bucket.this has aws_s3_bucket_versioning.b already");
}

#[test]
fn a_call_of_another_root_has_one() {
    let dir = Dir::new("second-root");
    dir.write("m/main.tf", MODULE);
    dir.write("one/main.tf", call("a", "../m"));
    dir.write("two/main.tf", call("b", "../m") + OWN);
    refused(&dir, "module.b.aws_s3_bucket.this has aws_s3_bucket_versioning.b already");
}

#[test]
fn its_own_is_elsewhere_and_does_not_hold() {
    let dir = Dir::new("second-suspended");
    dir.write("m/main.tf", MODULE);
    dir.write("main.tf", call("b", "./m") + &OWN.replace("Enabled", "Suspended"));
    refused(&dir, "aws_s3_bucket_versioning.b stands in another module: change it there");
}

#[test]
fn another_key_has_one() {
    let dir = Dir::new("second-key");
    let bucket = "resource \"aws_s3_bucket\" \"this\" {\n  for_each = toset([\"a\", \"b\"])\n  bucket   = each.key\n}\n";
    dir.write("main.tf", bucket);
    fix(&dir).said(0, &["1 proved fix"]);
    dir.write("main.tf", bucket.to_owned() + &OWN.replace("module.b.id", "aws_s3_bucket.this[\"b\"].id"));
    refused(&dir, "aws_s3_bucket.this[\"b\"] has aws_s3_bucket_versioning.b already");
}

#[test]
fn nobody_knows_whether_another_has_one() {
    let dir = Dir::new("second-unknown");
    dir.write("m/main.tf", MODULE);
    dir.write("one/main.tf", call("a", "../m"));
    let own = OWN.replace("module.b.id", "var.bucket") + "\nvariable \"bucket\" {}\n";
    dir.write("two/main.tf", call("b", "../m") + &own);
    refused(&dir, "module.b.aws_s3_bucket.this may have aws_s3_bucket_versioning.b already");
}

#[test]
fn those_that_differ_by_name_may_be_many() {
    let dir = Dir::new("second-name");
    let detector = "resource \"aws_guardduty_detector\" \"this\" {\n  enable = true\n}\n";
    let feature = "\nresource \"aws_guardduty_detector_feature\" \"other\" {\n  detector_id = aws_guardduty_detector.this.id\n  name        = \"RDS_LOGIN_EVENTS\"\n  status      = \"ENABLED\"\n}\n";
    dir.write("main.tf", detector.to_owned() + feature);
    let shown = dir.run(&["fix", "--diff", "--rule", "aws/guardduty"]);
    assert!(shown.out.contains("+resource \"aws_guardduty_detector_feature\""), "{}", shown.all());
}
