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

#[test]
fn passwords_in_commands_are_covered_in_excerpts_and_patches() {
    let dir = Dir::new("secret-commands");
    let script = r#"resource "aws_instance" "i" {
  user_data = <<-EOT
    curl -u admin:Zx9Passw0rd1 http://x
    curl -H "Authorization: Bearer Zx9eyJhbGci.abc" http://x
    mysql -uroot -pZx9Passw0rd2
    sshpass -p Zx9Passw0rd3 ssh x
    echo "root:Zx9Passw0rd4" | chpasswd
    echo "Zx9Passw0rd5" | docker login -u x --password-stdin
    docker run -e DB_PASS=Zx9Passw0rd6 x
    curl https://hooks.slack.com/services/T00/B00/Zx9abcdefghijkl
    export STRIPE=sk_live_Zx9abcdefghijkl
    x "AccountKey=Zx9abcdefghijklmnop==;"
    y --password Zx9Passw0rd7
  EOT
  metadata_options { http_tokens = "optional" }
}

resource "aws_instance" "j" {
  metadata_options { http_tokens = "optional" }
  user_data = "curl -u admin:Zx9Passw0rd8 http://x"
  monitoring = false
}
"#;
    dir.write("main.tf", script);
    for arguments in [
        &["check", "."][..],
        &["check", ".", "-f", "json"],
        &["check", ".", "-f", "sarif"],
        &["fix", ".", "--diff"],
    ] {
        let ran = dir.run(arguments);
        assert!(!ran.all().contains("Zx9"), "{}", ran.all());
    }
}
