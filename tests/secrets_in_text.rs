//! Secrets in commands are covered wherever they are shown; what the code calls things never is.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

#[test]
fn names_of_the_code_are_shown_and_names_of_other_modules_tell_nothing() {
    let dir = Dir::new("secret-names");
    // One module's `name` is a secret; the other's is not.
    dir.write(
        "one/main.tf",
        "variable \"name\" {}\nresource \"aws_db_instance\" \"d\" {\n  password = var.name\n}\n",
    );
    dir.write(
        "two/main.tf",
        "variable \"name\" {}\nresource \"aws_ebs_volume\" \"v\" {\n  encrypted = false\n  tags      = { Name = var.name }\n}\n",
    );
    dir.write(
        "main.tf",
        "module \"one\" {\n  source = \"./one\"\n  name   = \"Zx9-Secret-one\"\n}\n\n\
         module \"two\" {\n  source = \"./two\"\n  name   = \"docs-rs-web\"\n}\n\n\
         variable \"token\" {\n  default = \"github_Action2\"\n}\n\n\
         resource \"aws_ebs_volume\" \"github_Action2\" {\n  encrypted = var.github_Action2x\n}\n",
    );
    let ran = dir.run(&["explain", "module.two.aws_ebs_volume.v.tags.Name"]);
    ran.said(0, &["\"docs-rs-web\""]);
    let ran = dir.run(&["explain", "module.one.aws_db_instance.d.password"]);
    assert!(!ran.all().contains("Zx9"), "{}", ran.all());
    let ran = dir.run(&["check", ".", "--rule", "aws/ebs"]);
    ran.said(1, &["aws_ebs_volume.github_Action2", "the variable \"github_Action2x\" is not declared"]);
}
