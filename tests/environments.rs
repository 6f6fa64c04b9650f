//! What roots are evaluated with: options, declared environments, workspaces, Terragrunt.

mod scratch;

use scratch::{Dir, Ran};

const MAIN: &str = r#"variable "encrypted" {
  type = bool
}

variable "sizes" {
  type    = list(number)
  default = [1]
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = var.sizes[0]
  encrypted         = var.encrypted
}
"#;

fn check(dir: &Dir, more: &[&str]) -> Ran {
    let base = ["check", "--format", "json", "--outcomes", "fail,pass,undetermined"];
    dir.run(&[&base[..], &["--rule", "aws/ebs/volume-encrypted"], more].concat())
}

fn root(name: &str) -> Dir {
    let dir = Dir::new(name);
    dir.write("main.tf", MAIN);
    dir
}

#[test]
fn options_give_values_in_the_order_of_their_weight() {
    let dir = root("env-options");
    check(&dir, &[]).said(0, &["\"undetermined\": 1", "var.encrypted"]);
    dir.write("prod.tfvars", "encrypted = true\n");
    check(&dir, &["--var-file", "prod.tfvars"]).said(0, &["\"pass\": 1"]);
    let both = ["--var-file", "prod.tfvars", "--var", "encrypted=false", "--var", "sizes=[2, 3]"];
    check(&dir, &both).said(1, &["\"fail\": 1"]);
    check(&dir, &["--var", "encrypted"]).said(2, &["--var needs a name and a value"]);
    check(&dir, &["--var-file", "none.tfvars"]).said(2, &["none.tfvars is no file"]);
    dir.write("prod.vars", "encrypted = true\n");
    check(&dir, &["--var-file", "prod.vars"]).said(2, &["ends in .tfvars"]);
    let absolute = dir.0.join("prod.tfvars").display().to_string();
    check(&dir, &["--var-file", &absolute]).said(0, &["\"pass\": 1"]);
    check(&dir, &["--var", "encrypted=true", "--var", "encryptd=1"])
        .said(0, &["gives a value to encryptd, which no root module declares"]);
    check(&dir, &["--environment", "prod"]).said(2, &["not declared", ".trueup.hcl"]);
}

#[test]
fn variables_of_the_environment_count_only_when_asked_for() {
    let dir = root("env-ambient");
    let run = |more: &[&str]| {
        let base = ["check", "--rule", "aws/ebs/volume-encrypted"];
        let mut command = dir.command(&[&base[..], more].concat());
        let output = command.env("TF_VAR_encrypted", "false").output().unwrap();
        output.status.code()
    };
    assert_eq!(run(&[]), Some(0));
    assert_eq!(run(&["--tf-vars"]), Some(1));
    dir.write("terraform.tfvars", "encrypted = true\n");
    assert_eq!(run(&["--tf-vars"]), Some(0), "a variable file wins");
}

#[test]
fn a_workspace_is_unknown_until_it_is_named() {
    let dir = Dir::new("env-workspace");
    dir.write("main.tf", MAIN.replace("var.encrypted", "terraform.workspace == \"prod\""));
    check(&dir, &[]).said(0, &["\"undetermined\": 1", "terraform.workspace"]);
    check(&dir, &["--workspace", "prod"]).said(0, &["\"pass\": 1"]);
    check(&dir, &["--workspace", "dev"]).said(1, &["\"fail\": 1"]);
}

const DECLARED: &str = r#"environment "dev" {
  roots     = ["live"]
  var_files = ["env/dev.tfvars"]
}

environment "prod" {
  roots     = ["live"]
  var_files = ["env/prod.tfvars"]
  variables = { sizes = [4, 5] }
  workspace = "prod"
}

environment "stage" {
  roots     = ["live"]
  variables = { encrypted = true }
}
"#;

#[test]
fn each_declared_environment_is_judged_and_named() {
    let dir = Dir::new("env-declared");
    dir.write(".trueup.hcl", DECLARED);
    dir.write("live/main.tf", MAIN);
    dir.write("live/env/dev.tfvars", "encrypted = false\n");
    dir.write("live/env/prod.tfvars", "encrypted = false # for now\n");
    let ran = check(&dir, &[]);
    ran.said(1, &["\"fail\": 1", "live/env/dev.tfvars", "live/env/prod.tfvars"]);
    let names = ran.out.split("\"environments\"").nth(1).unwrap().split(']').next().unwrap();
    assert!(names.contains("dev") && names.contains("prod") && !names.contains("stage"), "{names}");
    check(&dir, &["--environment", "stage"]).said(0, &["\"pass\": 1"]);
    check(&dir, &["--environment", "dev", "--var", "encrypted=true"]).said(0, &["\"pass\": 1"]);

    let shown = dir.run(&["check", "--rule", "aws/ebs/volume-encrypted"]);
    shown.said(1, &["holds in  dev, prod"]);
    let patch = dir.run(&["fix", "--rule", "aws/ebs/volume-encrypted", "--allow-replace"]);
    patch.said(0, &["+encrypted = true\n", "+encrypted = true # for now"]);
}

#[test]
fn terragrunt_units_give_their_inputs() {
    let dir = Dir::new("env-terragrunt");
    dir.write("modules/disk/main.tf", MAIN);
    dir.write("root.hcl", "inputs = {\n  sizes = [9]\n}\n");
    let unit = |inputs: &str| {
        format!(
            "include \"root\" {{\n  path = find_in_parent_folders(\"root.hcl\")\n}}\n\
             terraform {{\n  source = \"../../modules//disk\"\n}}\ninputs = {{\n  {inputs}\n}}\n"
        )
    };
    dir.write("live/a/terragrunt.hcl", unit("encrypted = false"));
    dir.write("live/b/terragrunt.hcl", unit("encrypted = true"));
    dir.write("live/c/terragrunt.hcl", unit("encrypted = dependency.x.outputs.y"));
    check(&dir, &[]).said(1, &["\"fail\": 1", "live/a/terragrunt.hcl", "\"live/a\""]);
    check(&dir, &["live/b", "modules"]).said(0, &["\"pass\": 1"]);
    check(&dir, &["live/c", "modules"]).said(0, &["\"undetermined\": 1", "inputs.encrypted"]);
    let explained = dir.run(&["explain", "aws_ebs_volume.data.encrypted", "live/c", "modules"]);
    explained.said(0, &["given by Terragrunt is not known"]);
    let patch = dir.run(&["fix", "--rule", "aws/ebs/volume-encrypted", "--allow-replace"]);
    patch.said(0, &["-  encrypted = false", "+  encrypted = true", "live/a/terragrunt.hcl"]);
}
