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

/// A module that needs a variable which it does not declare.
fn generated(name: &str) -> Dir {
    let dir = Dir::new(name);
    let main = MAIN.split_once("resource ").map_or("", |(_, rest)| rest).replace("var.sizes[0]", "1");
    dir.write("modules/disk/main.tf", format!("resource {main}"));
    let unit = |encrypted: &str| {
        format!(
            "include \"root\" {{\n  path = find_in_parent_folders(\"root.hcl\")\n}}\n\
             terraform {{\n  source = \"../../modules//disk\"\n}}\ninputs = {{\n  encrypted = {encrypted}\n}}\n"
        )
    };
    dir.write("live/a/terragrunt.hcl", unit("true"));
    dir.write("live/b/terragrunt.hcl", unit("false"));
    dir
}

#[test]
fn files_that_terragrunt_generates_belong_to_the_module() {
    let heredoc = "generate \"variables\" {\n  path      = \"variables.tf\"\n  if_exists = \"overwrite\"\n  \
                   contents  = <<-EOF\n    variable \"encrypted\" {\n      type = bool\n    }\n  EOF\n}\n";
    let file = "generate \"variables\" {\n  path      = \"variables.tf\"\n  if_exists = \"overwrite\"\n  \
                contents  = file(\"./common/variables.tf.txt\")\n}\n";
    for (name, root) in [("heredoc", heredoc), ("file", file)] {
        let dir = generated(&format!("env-generated-{name}"));
        check(&dir, &["live/a", "modules"]).said(0, &["\"undetermined\": 1"]);
        dir.write("live/root.hcl", root);
        dir.write("live/common/variables.tf.txt", "variable \"encrypted\" {\n  type = bool\n}\n");
        check(&dir, &[]).said(1, &["\"fail\": 1", "\"undetermined\": 0", "\"live/b\"", "\"problems\": []"]);
        let patch = dir.run(&["fix", "--rule", "aws/ebs/volume-encrypted", "--allow-replace"]);
        patch.said(0, &["-  encrypted = false", "+  encrypted = true", "live/b/terragrunt.hcl"]);
    }
}

#[test]
fn a_generated_resource_is_judged_where_it_is_written() {
    let dir = generated("env-generated-resource");
    let text = "generate \"disk\" {\n  path     = \"more.tf\"\n  contents = <<EOF\nvariable \"encrypted\" {}\n\
                resource \"aws_ebs_volume\" \"more\" {\n  availability_zone = \"a\"\n  size = 1\n}\nEOF\n}\n";
    dir.write("live/root.hcl", text);
    let ran = check(&dir, &[]);
    ran.said(1, &["\"fail\": 2", "\"aws_ebs_volume.more\"", "\"file\": \"live/root.hcl\"", "\"line\": 5"]);
    let patch = dir.run(&["fix", "--rule", "aws/ebs/volume-encrypted", "--allow-replace"]);
    assert!(!patch.all().contains("live/root.hcl\n+++"), "{}", patch.all());
    dir.run(&["fix", "--rule", "aws/ebs/volume-encrypted", "--allow-replace", "--write"]);
    assert_eq!(dir.read("live/root.hcl"), text);
}

#[test]
fn what_is_generated_and_can_not_be_computed_is_told() {
    let dir = generated("env-generated-unknown");
    let block =
        |contents: &str| format!("generate \"more\" {{\n  path = \"more.tf\"\n  contents = {contents}\n}}\n");
    for contents in ["<<EOF\n# ${get_env(\"X\")}\nEOF", "file(\"/etc/hostname\")", "file(\"../../../x\")"] {
        dir.write("live/root.hcl", block(contents));
        let ran = check(&dir, &[]);
        ran.said(
            0,
            &["what Terragrunt generates here can't be computed, so it is not judged", "live/root.hcl"],
        );
    }
}

#[test]
fn a_block_of_the_unit_replaces_the_included_one_and_one_that_is_off_writes_nothing() {
    let dir = generated("env-generated-own");
    let block = |default: &str, more: &str| {
        format!(
            "generate \"variables\" {{\n  path = \"variables.tf\"\n{more}  contents = <<EOF\n\
             variable \"encrypted\" {{\n  default = {default}\n}}\nEOF\n}}\n"
        )
    };
    let unit = "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\n\
                terraform {\n  source = \"../../modules//disk\"\n}\n";
    dir.write("live/root.hcl", block("true", ""));
    dir.write("live/a/terragrunt.hcl", unit);
    dir.write("live/b/terragrunt.hcl", format!("{unit}{}", block("false", "")));
    check(&dir, &[]).said(1, &["\"pass\": 1", "\"fail\": 1", "\"live/b\""]);
    dir.write("live/b/terragrunt.hcl", format!("{unit}{}", block("false", "  disable = true\n")));
    check(&dir, &[]).said(0, &["\"pass\": 1", "\"undetermined\": 1", "is not declared"]);
}

#[test]
fn the_source_of_a_unit_is_computed_where_the_tree_decides_it() {
    let unit = |source: &str, more: &str| {
        format!("{more}terraform {{\n  source = {source}\n}}\ninputs = {{\n  encrypted = false\n}}\n")
    };
    let dir = Dir::new("env-source");
    dir.write("modules/disk/main.tf", MAIN);
    dir.write("live/env.hcl", "locals {\n  env = \"dev\"\n}\n");
    let env = "locals {\n  env = read_terragrunt_config(find_in_parent_folders(\"env.hcl\")).locals.env\n}\n";
    for (source, more) in [
        ("\"${get_repo_root()}/modules//disk\"", ""),
        ("\"${get_terragrunt_dir()}/../..//modules/disk\"", ""),
        ("\"${dirname(find_in_parent_folders(\"env.hcl\"))}/../modules//disk\"", ""),
        ("local.env == \"dev\" ? \"../../modules//disk\" : \"git::https://example.com/disk\"", env),
    ] {
        dir.write("live/a/terragrunt.hcl", unit(source, more));
        check(&dir, &[]).said(1, &["\"fail\": 1", "live/a/terragrunt.hcl", "\"problems\": []"]);
    }
    for (source, why) in [
        ("\"git::https://example.com/disk\"", "is not in this tree"),
        ("\"../../modules/none\"", "is not in this tree"),
        ("\"${get_env(\"X\", \"../..\")}/modules//disk\"", "can't be computed here"),
        ("local.a", "can't be computed here"),
    ] {
        dir.write("live/a/terragrunt.hcl", unit(source, "locals {\n  a = local.b\n  b = local.a\n}\n"));
        check(&dir, &[]).said(0, &[why]);
    }
}

#[test]
fn inputs_are_read_from_the_locals_of_other_files() {
    let dir = Dir::new("env-locals");
    dir.write("modules/disk/main.tf", MAIN);
    dir.write("live/env.hcl", "locals {\n  encrypted = false\n  secret = get_env(\"X\")\n}\n");
    let unit = |value: &str| {
        format!(
            "locals {{\n  env = read_terragrunt_config(find_in_parent_folders(\"env.hcl\"))\n}}\n\
             terraform {{\n  source = \"../../modules//disk\"\n}}\ninputs = {{\n  encrypted = {value}\n}}\n"
        )
    };
    dir.write("live/a/terragrunt.hcl", unit("local.env.locals.encrypted"));
    check(&dir, &[]).said(1, &["\"fail\": 1"]);
    dir.write("live/a/terragrunt.hcl", unit("!local.env.locals.encrypted"));
    check(&dir, &[]).said(0, &["\"pass\": 1"]);
    dir.write("live/a/terragrunt.hcl", unit("local.env.locals.secret"));
    check(&dir, &[]).said(0, &["\"undetermined\": 1"]);
    // A file outside of what is scanned is not read.
    dir.write("live/a/terragrunt.hcl", unit("read_terragrunt_config(\"/etc/x.hcl\").locals.encrypted"));
    check(&dir, &[]).said(0, &["\"undetermined\": 1", "inputs.encrypted"]);
}

#[test]
fn terragrunt_can_ask_for_no_endless_work() {
    let dir = generated("env-endless");
    dir.write("modules/disk/main.tf", MAIN);
    let mut root = "locals {\n  l0 = \"x\"\n".to_owned();
    for at in 1..60 {
        root.push_str(&format!("  l{at} = [local.l{0}, local.l{0}]\n", at - 1));
    }
    root.push_str(
        "  again = read_terragrunt_config(\"root.hcl\").locals.again\n}\ninputs = {\n  encrypted = ",
    );
    let blocks = |count: usize| {
        let block =
            |at| format!("generate \"g{at}\" {{\n  path = \"g{at}.tf\"\n  contents = <<EOF\n\nEOF\n}}\n");
        (0..count).map(block).collect::<String>()
    };
    dir.write("live/b/terragrunt.hcl", dir.read("live/a/terragrunt.hcl").replace("inputs", "none"));
    for value in ["local.l59", "local.again"] {
        dir.write("live/root.hcl", format!("{root}{value}\n}}\n"));
        check(&dir, &[]).said(0, &["\"pass\": 1", "\"undetermined\": 1", ", which Terragrunt computes"]);
    }
    dir.write("live/root.hcl", blocks(101));
    check(&dir, &[]).said(0, &["generates more than 100 files", "\"limit\""]);
}
