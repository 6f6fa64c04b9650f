//! What a run reads beyond the paths that it is given: called modules, and files that expressions name.

mod scratch;

use scratch::Dir;

fn check<'a>(rule: &'a str, path: &'a str) -> [&'a str; 6] {
    ["check", "--format", "json", "--rule", rule, path]
}

#[test]
fn local_modules_outside_the_named_path_are_followed() {
    let dir = Dir::new("reach-modules");
    dir.write("live/prod/main.tf", "module \"a\" {\n  source = \"../../modules/a\"\n}\n");
    dir.write("modules/a/main.tf", "module \"disk\" {\n  source = \"../disk\"\n}\n");
    dir.write(
        "modules/disk/main.tf",
        "resource \"aws_ebs_volume\" \"disk\" {\n  availability_zone = \"a\"\n  size = 1\n}\n",
    );
    dir.write("modules/unused/main.tf", "resource \"aws_ebs_volume\" \"x\" {\n}\n");
    for path in ["live/prod", "live/prod/main.tf"] {
        let ran = dir.run(&check("aws/ebs/volume-encrypted", path));
        ran.said(1, &["module.a.module.disk.aws_ebs_volume.disk", "\"files\": 3", "modules/disk/main.tf"]);
    }
}

#[test]
fn files_that_expressions_name_are_read_inside_the_tree_only() {
    let dir = Dir::new("reach-files");
    let policy =
        |path: &str| format!("resource \"aws_iam_policy\" \"p\" {{\n  policy = file(\"{path}\")\n}}\n");
    let text =
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    dir.write("tree/main.tf", policy("${path.module}/policies/all.json"));
    dir.write("tree/policies/all.json", text);
    dir.run(&check("aws/iam/policy-no-admin-wildcard", "tree")).said(1, &["\"fail\": 1"]);

    dir.write("tree/main.tf", policy("/etc/hostname"));
    let ran = dir.run(&check("aws/iam/policy-no-admin-wildcard", "tree"));
    ran.said(0, &["\"undetermined\": 1", "lies outside the scanned tree and is not read"]);
}
