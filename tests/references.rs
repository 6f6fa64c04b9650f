//! What a reference to something that a block does not set comes to.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

/// What else expressions name.
const OTHERS: &str = r#"
resource "aws_instance" "i" {
  root_block_device {
    encrypted = true
  }
  dynamic "ebs_block_device" {
    for_each = []
    content {}
  }
}

resource "google_sql_database_instance" "s" {
  settings {
    tier = "t"
  }
}

resource "acme_thing" "t" {
  auth {
    role {
      name = "r"
    }
  }
}

resource "aws_security_group" "g" {
  ingress {
    from_port = "443"
    protocol  = -1
  }
  dynamic "egress" {
    for_each = [-1]
    content {
      protocol = egress.value
    }
  }
}

variable "queues" {
  type = set(string)
}

resource "aws_sqs_queue" "each" {
  for_each = var.queues
  name     = each.key
}

module "typed" {
  source = "./typed"
  text   = var.on ? true : false
}

variable "text" {
  type    = string
  default = null
}

variable "texts_given" {
  type = string
}

variable "texts" {
  type    = list(string)
  default = null
}

variable "object" {
  type = object({
    port  = optional(string)
    inner = optional(object({ port = string, b = optional(list(string), []) }))
  })
  default = {}
}

"#;

/// The outcome of "encrypted" where it is this expression.
fn outcome(name: &str, expression: &str) -> String {
    let dir = Dir::new(&format!("reference-{name}"));
    dir.write(
        "main.tf",
        format!(
            "data \"aws_region\" \"here\" {{}}\n\nvariable \"on\" {{\n  type = bool\n}}\n\n\
             resource \"aws_sqs_queue\" \"q\" {{\n  count = var.on ? 1 : 0\n  name  = \"x\"\n}}\n\n\
             resource \"google_cloudfunctions2_function\" \"f\" {{\n  service_config {{\n  }}\n  lifecycle {{\n    \
             ignore_changes = [labels]\n  }}\n}}\n\n{OTHERS}\
             resource \"aws_ebs_volume\" \"v\" {{\n  encrypted = {expression}\n}}\n"
        ),
    );
    dir.write(
        "typed/main.tf",
        "variable \"text\" {\n  type = string\n}\n\noutput \"text\" {\n  value = var.text\n}\n",
    );
    let rule = ["--rule", "aws/ebs/volume-encrypted", "--outcomes", "pass,fail,undetermined"];
    let ran = dir.run(&[&["check", "--no-fixes", "--format", "json"][..], &rule].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let problems = report["coverage"]["problems"].as_array().unwrap().len();
    format!("{} {problems}", report["findings"][0]["outcome"].as_str().unwrap())
}

/// How many there are is not known, but what each is like.
#[test]
fn a_list_of_unknown_length_is_a_list() {
    let queues = "aws_sqs_queue.q[*]";
    for (name, expression, wanted) in [
        ("one", format!("one({queues}.name) == \"y\""), "fail 0"),
        ("one-or-none", format!("one({queues}.name) == \"x\""), "undetermined 0"),
        ("one-computed", format!("one({queues}.url) == \"y\""), "undetermined 0"),
        ("length", format!("length({queues}.name) == 1"), "undetermined 0"),
        ("joined", format!("join(\",\", {queues}.name) == \"x\""), "undetermined 0"),
        ("tried", "try(aws_sqs_queue.q[0].name, \"z\") == \"y\"".to_owned(), "fail 0"),
        (
            "tried-either",
            "try(var.on ? aws_sqs_queue.q[0].name : \"w\", \"z\") == \"w\"".to_owned(),
            "undetermined 0",
        ),
        ("tried-null", "try(aws_sqs_queue.q[0].url, null) != null".to_owned(), "undetermined 0"),
        ("first", "try(aws_sqs_queue.q[0].name, \"\") == \"x\"".to_owned(), "undetermined 0"),
    ] {
        assert_eq!(outcome(name, &expression), wanted, "{expression}");
    }
}

#[test]
fn what_the_provider_may_fill_in_is_not_known() {
    let block = "google_cloudfunctions2_function.f.service_config[0]";
    for (name, expression, wanted) in [
        ("computed", format!("try({block}.uri, null) == \"x\""), "undetermined 0"),
        ("optional", format!("{block}.vpc_connector == null"), "undetermined 0"),
        ("list", "google_cloudfunctions2_function.f.labels == null".to_owned(), "pass 0"),
        ("long", "resource.google_cloudfunctions2_function.f.id != null".to_owned(), "pass 0"),
        ("nonsense", format!("{block}.nonsense == null"), "undetermined 1"),
        ("region", "data.aws_region.here.region == \"x\"".to_owned(), "undetermined 0"),
    ] {
        assert_eq!(outcome(name, &expression), wanted, "{expression}");
    }
}

/// The provider may fill in a nested block that nobody wrote, and what nobody wrote in one that stands.
#[test]
fn a_nested_block_that_nobody_wrote_is_not_known() {
    let machine = "aws_instance.i";
    for (name, expression, wanted) in [
        ("length", format!("length({machine}.metadata_options) > 0"), "undetermined 0"),
        (
            "tried-block",
            format!("try({machine}.metadata_options[0].http_tokens == \"x\", false)"),
            "undetermined 0",
        ),
        ("one-block", format!("one({machine}.metadata_options[*].http_tokens) == \"x\""), "undetermined 0"),
        ("dynamic", format!("length({machine}.ebs_block_device) == 0"), "undetermined 0"),
        ("written", format!("{machine}.root_block_device[0].encrypted"), "pass 0"),
        ("splat", format!("join(\"\", {machine}.root_block_device[*].volume_id) == \"x\""), "undetermined 0"),
        (
            "legacy-splat",
            format!("join(\"\", {machine}.root_block_device.*.volume_id) == \"x\""),
            "undetermined 0",
        ),
        (
            "for",
            format!("join(\"\", [for it in {machine}.root_block_device : it.volume_id]) == \"x\""),
            "undetermined 0",
        ),
        ("one", format!("one({machine}.root_block_device).volume_id == \"x\""), "undetermined 0"),
        ("element", format!("element({machine}.root_block_device, 0).volume_id == \"x\""), "undetermined 0"),
        (
            "flatten",
            format!("flatten([{machine}.root_block_device])[0].volume_id == \"x\""),
            "undetermined 0",
        ),
        (
            "inner",
            "google_sql_database_instance.s.settings[0].ip_configuration[0].ipv4_enabled".to_owned(),
            "undetermined 0",
        ),
        ("nobody", format!("join(\"\", {machine}.root_block_device[*].nonsense) == \"x\""), "undetermined 1"),
        // No schema describes it: what is read of a single block tells that it is one.
        ("foreign", "acme_thing.t.auth.role.id == \"x\"".to_owned(), "undetermined 0"),
        ("foreign-written", "acme_thing.t.auth.role.name == \"r\"".to_owned(), "pass 0"),
        ("foreign-list", "acme_thing.t.auth[0].role[0].id == \"x\"".to_owned(), "undetermined 0"),
        ("foreign-splat", "join(\"\", acme_thing.t.auth.*.id) == \"x\"".to_owned(), "undetermined 0"),
    ] {
        assert_eq!(outcome(name, &expression), wanted, "{expression}");
    }
}

#[test]
fn a_null_keeps_its_type() {
    for (name, expression, wanted) in [
        ("chosen", "(var.text == null ? 22 : var.text) == \"22\"", "pass 0"),
        ("coalesced", "coalesce(var.text, 22) == \"22\"", "pass 0"),
        ("attribute", "(var.object.port == null ? 22 : var.object.port) == \"22\"", "pass 0"),
        ("list", "jsonencode(coalesce(var.texts, [80])) == jsonencode([\"80\"])", "pass 0"),
        ("splat", "var.texts[*] == []", "undetermined 1"),
        ("sides", "(true ? { port = \"x\", b = [\"c\"] } : var.object.inner).port == \"x\"", "pass 0"),
        ("last", "element(split(\"/\", \"a/b/c\"), -1) == \"c\"", "pass 0"),
    ] {
        assert_eq!(outcome(&format!("null-{name}"), expression), wanted, "{expression}");
    }
}

/// Only a text that its value can't come to is ruled out.
#[test]
fn a_text_is_ruled_out_only_by_what_is_known_of_it() {
    for (name, expression, wanted) in [
        ("bool", "jsonencode(var.on) == \"true\"", "undetermined 0"),
        ("text", "jsonencode(var.on) == \"yes\"", "fail 0"),
        ("number", "jsonencode(var.on ? 1 : 2) == \"1\"", "undetermined 0"),
        ("numbers", "jsonencode(var.on ? 1 : 2) == \"3\"", "fail 0"),
        ("null", "jsonencode(var.on ? null : 1) == \"null\"", "undetermined 0"),
        ("list", "jsonencode([var.on]) == \"true\"", "fail 0"),
        ("empty", "jsonencode(var.on) == \"\"", "fail 0"),
        ("starts", "\"a${data.aws_region.here.id}\" == \"b${data.aws_region.here.id}\"", "fail 0"),
    ] {
        assert_eq!(outcome(&format!("json-{name}"), expression), wanted, "{expression}");
    }
}

/// Only the output that is asked for has to be known.
#[test]
fn instances_of_modules_may_use_what_uses_them() {
    let dir = Dir::new("reference-circle");
    dir.write(
        "main.tf",
        "resource \"aws_ebs_volume\" \"v\" {\n  encrypted = module.m[0].on\n}\n\n\
         resource \"aws_ebs_volume\" \"w\" {\n  encrypted = module.n[\"a\"].on\n}\n\n\
         module \"m\" {\n  count  = 1\n  source = \"./m\"\n  of     = aws_ebs_volume.v.id\n}\n\n\
         module \"n\" {\n  for_each = toset([\"a\", \"b\"])\n  source   = \"./m\"\n  of       = aws_ebs_volume.w.id\n}\n",
    );
    dir.write(
        "m/main.tf",
        "variable \"of\" {}\n\noutput \"on\" {\n  value = true\n}\n\noutput \"of\" {\n  value = var.of\n}\n",
    );
    let ran =
        dir.run(&["check", "--format", "json", "--rule", "aws/ebs/volume-encrypted", "--outcomes", "pass"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 2, "{}", ran.out);
    assert_eq!(report["coverage"]["problems"].as_array().unwrap().len(), 0);
}

/// What is known of an unknown is converted with it.
#[test]
fn both_values_of_a_condition_are_converted() {
    for (name, expression, wanted) in [
        ("schema", "var.on ? \"true\" : \"true\"", "pass 0"),
        ("schema-either", "var.on ? \"true\" : \"false\"", "undetermined 0"),
        ("module", "module.typed.text == \"true\"", "undetermined 0"),
        ("module-neither", "module.typed.text == \"maybe\"", "fail 0"),
        ("tostring", "tostring(var.on ? 1 : 2) == \"1\"", "undetermined 0"),
        ("tonumber", "tonumber(var.on ? \"1\" : \"2\") == 1", "undetermined 0"),
        ("mixed", "(var.on ? 1 : \"a\") == \"1\"", "undetermined 0"),
        ("objects", "(var.on ? { a = true } : { a = \"q\" }).a == \"true\"", "undetermined 0"),
        ("list", "tolist([var.on ? 1 : 2, \"x\"])[0] == \"1\"", "undetermined 0"),
        ("refused", "try(tonumber(var.on ? \"a\" : \"2\"), 0) == 2", "undetermined 0"),
        ("splat", "one((var.on ? [{ a = 1 }] : [])[*].a) == 1", "undetermined 0"),
        ("splat-neither", "one((var.on ? [{ a = 1 }] : [{ a = 2 }])[*].a) == 1", "undetermined 0"),
    ] {
        assert_eq!(outcome(&format!("convert-{name}"), expression), wanted, "{expression}");
    }
}

/// What is computed from an instance that may not be there may be an error too.
#[test]
fn what_may_be_missing_is_no_answer() {
    let queue = "aws_sqs_queue.q";
    for (name, expression, wanted) in [
        ("compared", format!("try({queue}[0].name == \"x\", false)"), "undetermined 0"),
        ("compared-alike", format!("try({queue}[0].name == \"x\", true)"), "pass 0"),
        ("negated", format!("try(!({queue}[0].name == \"x\"), true)"), "undetermined 0"),
        ("can", format!("can({queue}[0].name == \"x\")"), "undetermined 0"),
        ("length", format!("length(try([{queue}[0].name], [])) == 1"), "undetermined 0"),
        ("one", format!("one({queue}[*].name) == null"), "undetermined 0"),
        ("lookup", "lookup(aws_sqs_queue.each, \"k\", null) == null".to_owned(), "undetermined 0"),
        ("certain", "try(aws_instance.i.ami == \"x\", true)".to_owned(), "undetermined 0"),
        ("nested", format!("try(try({queue}[0].name == \"x\"), false)"), "undetermined 0"),
        ("nested-can", format!("can(try({queue}[0].name == \"x\"))"), "undetermined 0"),
        ("not-taken", format!("try(false ? {queue}[0].name == \"x\" : true, false)"), "pass 0"),
        ("merged", "try(merge({ a = 1 }, var.on ? { b = 2 } : {}).b, 0) == 0".to_owned(), "undetermined 0"),
        ("branch", "try((var.on ? { a = 1 } : {}).a, 5) == 5".to_owned(), "undetermined 0"),
        ("branch-key", "try((var.on ? { a = 1 } : {})[\"a\"], 5) == 5".to_owned(), "undetermined 0"),
        ("branch-index", "try((var.on ? [1, 2] : [3])[1], 9) == 9".to_owned(), "undetermined 0"),
        ("joined", format!("join(\"\", {queue}[*].arn) != \"\""), "undetermined 0"),
        ("joined-not", format!("join(\"\", {queue}[*].arn) == \"\""), "undetermined 0"),
        ("filled", format!("element(concat({queue}[*].id, [null]), 0) != null"), "undetermined 0"),
        ("listed", format!("coalescelist({queue}[*].id, [null])[0] != null"), "undetermined 0"),
        ("first", format!("concat({queue}[*].arn, [\"\"])[0] != \"\""), "undetermined 0"),
        (
            "looked-up",
            "lookup({ a = aws_instance.i.arn }, var.texts_given, \"\") != \"\"".to_owned(),
            "undetermined 0",
        ),
        (
            "chosen",
            "element([aws_instance.i.id, null], length(var.texts_given)) != null".to_owned(),
            "undetermined 0",
        ),
        ("sure", "join(\"\", [aws_instance.i.arn]) != \"\"".to_owned(), "pass 0"),
        ("branch-can", "can((var.on ? { a = 1 } : {}).a)".to_owned(), "undetermined 0"),
        (
            "branch-deep",
            "try((var.on ? { a = 1 } : (var.on ? {} : {})).a == 1, true)".to_owned(),
            "undetermined 0",
        ),
        ("branch-both", "try((var.on == true ? { a = 1 } : { a = 2 }).a, 5) == 5".to_owned(), "fail 0"),
        // A condition that is null is refused.
        ("branch-null", "try((var.on ? { a = 1 } : { a = 2 }).a, 5) == 5".to_owned(), "undetermined 0"),
        (
            "nothing-set",
            "try(coalesce(var.on == true ? \"a\" : \"\", \"\"), \"b\") == \"a\"".to_owned(),
            "undetermined 0",
        ),
        // Many that may be null: what is known of them is bounded, and no stack is.
        (
            "many",
            "coalesce([for i in range(1000) : var.texts_given]...) == \"x\"".to_owned(),
            "undetermined 0",
        ),
    ] {
        assert_eq!(outcome(&format!("missing-{name}"), &expression), wanted, "{expression}");
    }
}

/// The provider calls them attributes, and they may be written as blocks.
#[test]
fn blocks_in_place_of_an_attribute_have_its_types() {
    let group = "aws_security_group.g";
    for (name, expression, wanted) in [
        ("block", format!("{group}.ingress[0].protocol == \"-1\""), "pass 0"),
        ("number", format!("{group}.ingress[0].from_port == 443"), "pass 0"),
        ("dynamic", format!("{group}.egress[0].protocol == \"-1\""), "pass 0"),
    ] {
        assert_eq!(outcome(&format!("typed-{name}"), &expression), wanted, "{expression}");
    }
}
