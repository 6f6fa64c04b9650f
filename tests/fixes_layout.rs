//! Alignment and insertion against text that `terraform fmt` (1.11) gave.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::needless_pass_by_value,
    reason = "helpers of tests"
)]

use std::sync::Arc;

use trueup::eval::Value;
use trueup::findings::Edit;
use trueup::fixes::edit::apply_to;
use trueup::fixes::layout::realign;
use trueup::fixes::merge::{MergeError, plan};
use trueup::graph::{Configuration, Key, Mode, Resource};
use trueup::source::{FileId, Location, SourceFile, Sources, Span};
use trueup::syntax::Workspace;

fn replace(text: &str, find: &str, with: &str) -> Edit {
    let start = text.find(find).expect("the text holds what is replaced");
    let span = Span::new(start as u32, (start + find.len()) as u32);
    Edit { file: FileId(0), span, text: with.to_owned() }
}

/// (before, what is replaced, with what, `terraform fmt` of the result)
const ALIGN: &[(&str, &str, &str, &str)] = &[
    // A longer name widens its group, and only that.
    ("a = 1\nbb = 2\n\nc = 3\n", "bb = 2\n", "bb = 2\nlonger = 3\n", "a = 1\nbb = 2\nlonger = 3\n\nc = 3\n"),
    (
        "a  = 1\nbb = 2\n\nc = 3\n",
        "bb = 2\n",
        "bb = 2\nlonger = 3\n",
        "a      = 1\nbb     = 2\nlonger = 3\n\nc = 3\n",
    ),
    // Removing the longest narrows it.
    ("x {\n  a    = 1\n  long = 2\n  bb   = 3\n}\n", "  long = 2\n", "", "x {\n  a  = 1\n  bb = 3\n}\n"),
    // A comment line and a multi-line value break a group; a heredoc does not.
    ("a = 1\n# c\nb = 2\n", "b = 2\n", "bbb = 2\n", "a = 1\n# c\nbbb = 2\n"),
    (
        "a = 1\nb = [\n  1,\n]\nc = 2\n",
        "c = 2\n",
        "c = 2\nddd = 3\n",
        "a = 1\nb = [\n  1,\n]\nc   = 2\nddd = 3\n",
    ),
    (
        "a  = 1\nbb = <<E\nx = 1\nE\nc  = 2\n",
        "c  = 2\n",
        "c  = 2\nddd = 3\n",
        "a   = 1\nbb  = <<E\nx = 1\nE\nc   = 2\nddd = 3\n",
    ),
    // A list that becomes one line joins its neighbours.
    ("aaa = 1\nb = [\n  1,\n]\nc = 2\n", "[\n  1,\n]", "[2]", "aaa = 1\nb   = [2]\nc   = 2\n"),
    // And one that becomes many leaves them.
    ("a   = 1\nbbb = [1]\nc   = 2\n", "[1]", "[\n  1,\n]", "a = 1\nbbb = [\n  1,\n]\nc = 2\n"),
    // Trailing comments.
    ("a   = 1  # x\nbbb = 22 # y\n", "22", "4444", "a   = 1    # x\nbbb = 4444 # y\n"),
    ("b \"x\" { # h\n  a = 1 # x\n}\n", "a = 1", "aaaa = 1", "b \"x\" {    # h\n  aaaa = 1 # x\n}\n"),
    // What the author left unaligned stays.
    ("a = 1\nlong = 2\n", "long = 2\n", "long = 2\nlonger = 3\n", "a = 1\nlong = 2\nlonger = 3\n"),
    // CRLF.
    ("a  = 1\r\nbb = 2\r\n", "bb = 2\r\n", "bb = 2\r\nccc = 3\r\n", "a   = 1\r\nbb  = 2\r\nccc = 3\r\n"),
    // Wide and combined characters count as one column.
    ("a   = \"\u{65e5}\" # x\nbbb = 1   # y\n", "1   #", "22 #", "a   = \"\u{65e5}\" # x\nbbb = 22  # y\n"),
];

#[test]
fn groups_are_aligned_as_terraform_fmt_does() {
    for (before, find, with, golden) in ALIGN {
        let edits = realign(before, &[replace(before, find, with)]).unwrap();
        assert_eq!(apply_to(before, &edits).unwrap(), *golden, "{before:?}");
    }
}

struct Case {
    workspace: Workspace,
    configuration: Configuration,
}

/// One file with one subject, `values` as given.
fn case(text: &str, values: Value) -> Case {
    let mut sources = Sources::default();
    sources.add(SourceFile::new("main.tf", text));
    let workspace = Workspace::parse(sources);
    let document = workspace.documents[0].clone().unwrap();
    let resources = document
        .body()
        .blocks_of("resource")
        .enumerate()
        .map(|(index, block)| {
            let (kind, name) = (block.label(0).unwrap(), block.label(1).unwrap());
            Resource {
                address: format!("{kind}.{name}").into(),
                module: "".into(),
                mode: Mode::Managed,
                kind: kind.into(),
                name: name.into(),
                key: Key::None,
                values: if index == 0 { values.clone() } else { Value::object([]) },
                file: FileId(0),
                block: Some(block.id()),
                header: Location::new(FileId(0), block.header_span()),
                span: block.span(),
                uncertain: None,
                presence: std::sync::Arc::default(),
            }
        })
        .collect();
    Case { workspace, configuration: Configuration { resources, ..Configuration::default() } }
}

fn fixed(text: &str, values: Value, rendered: &str) -> Result<String, MergeError> {
    let case = case(text, values);
    let subject = &case.configuration.resources[0];
    let edits = plan(&case.workspace, subject, &case.configuration, &[&case.configuration], rendered)?;
    Ok(apply_to(text, &edits).unwrap())
}

/// Plans, applies, and sees that a second plan on the result is empty.
fn check(text: &str, rendered: &str, golden: &str) {
    let once = fixed(text, Value::object([]), rendered).unwrap();
    assert_eq!(once, golden);
    assert_eq!(fixed(&once, Value::object([]), rendered).unwrap(), golden, "a second run changes something");
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(fixed(&crlf(text), Value::object([]), rendered).unwrap(), crlf(golden), "CRLF");
}

#[test]
fn attributes_are_replaced_added_and_removed() {
    check(
        "resource \"a\" \"b\" {\n  name = \"x\" # why\n  on   = false\n\n  tags = {\n    a = 1\n  }\n}\n",
        "resource \"a\" \"b\" {\n  on              = true\n  deletion_window = 30\n}\n",
        "resource \"a\" \"b\" {\n  name            = \"x\" # why\n  on              = true\n  deletion_window = 30\n\n  tags = {\n    a = 1\n  }\n}\n",
    );
    check(
        "resource \"a\" \"b\" {\n  count = 2\n\n  v {\n    x = 1\n  }\n}\n",
        "resource \"a\" \"b\" {\n  on = true\n}\n",
        "resource \"a\" \"b\" {\n  count = 2\n\n  on = true\n\n  v {\n    x = 1\n  }\n}\n",
    );
    check(
        "resource \"a\" \"b\" {\n  v {\n    x = 1\n  }\n}\n",
        "resource \"a\" \"b\" {\n  on = true\n}\n",
        "resource \"a\" \"b\" {\n  on = true\n\n  v {\n    x = 1\n  }\n}\n",
    );
    check(
        "resource \"a\" \"b\" {\n  ports = [1, 2] # p\n}\n",
        "resource \"a\" \"b\" {\n  ports = [\n    443,\n  ]\n}\n",
        "resource \"a\" \"b\" {\n  ports = [\n    443,\n  ] # p\n}\n",
    );
}

#[test]
fn a_new_attribute_stands_beside_its_kin() {
    // The one that shares the most leading words, in whichever group; the rest go where they always go.
    check(
        "resource \"a\" \"b\" {\n  name = \"x\"\n\n  backup_window      = \"1\"\n  maintenance_window = \"2\"\n\n  v {\n    x = 1\n  }\n}\n",
        "resource \"a\" \"b\" {\n  on                      = true\n  backup_retention_period = 7\n}\n",
        "resource \"a\" \"b\" {\n  name = \"x\"\n  on   = true\n\n  backup_window           = \"1\"\n  backup_retention_period = 7\n  maintenance_window      = \"2\"\n\n  v {\n    x = 1\n  }\n}\n",
    );
    // Whole words count, and the last of equals.
    check(
        "resource \"a\" \"b\" {\n  kms_key_id = 1\n  kms_alias  = 2\n  kmsish     = 3\n}\n",
        "resource \"a\" \"b\" {\n  kms_key_rotation = 4\n}\n",
        "resource \"a\" \"b\" {\n  kms_key_id       = 1\n  kms_key_rotation = 4\n  kms_alias        = 2\n  kmsish           = 3\n}\n",
    );
    check(
        "resource \"a\" \"b\" {\n  log_a = 1\n  log_b = <<-E\n    x\n  E\n  z     = 2\n}\n",
        "resource \"a\" \"b\" {\n  log_c = 3\n}\n",
        "resource \"a\" \"b\" {\n  log_a = 1\n  log_b = <<-E\n    x\n  E\n  log_c = 3\n  z     = 2\n}\n",
    );
    // One is removed, and the other takes its place.
    let text = "resource \"a\" \"b\" {\n  ssl_old = 1\n  z       = 2\n}\n";
    let values = Value::object([(Arc::from("ssl_old"), Value::from(1))]);
    let rendered = "resource \"a\" \"b\" {\n  ssl_old = null\n  ssl_new = 3\n}\n";
    let golden = "resource \"a\" \"b\" {\n  ssl_new = 3\n  z       = 2\n}\n";
    assert_eq!(fixed(text, values, rendered).unwrap(), golden);
}

#[test]
fn null_removes_the_line_with_its_comment() {
    let text = "resource \"a\" \"b\" {\n  n    = 1\n  long = 2 # gone\n  l    = 3\n}\n";
    let golden = "resource \"a\" \"b\" {\n  n = 1\n  l = 3\n}\n";
    let rendered = "resource \"a\" \"b\" {\n  long = null\n}\n";
    let values = Value::object([(Arc::from("long"), Value::from(2))]);
    assert_eq!(fixed(text, values, rendered).unwrap(), golden);
    assert_eq!(fixed(golden, Value::object([]), rendered).unwrap(), golden);
}

#[test]
fn nested_blocks_are_merged_or_added() {
    check(
        "resource \"a\" \"b\" {\n  n = 1\n}\n",
        "resource \"a\" \"b\" {\n  versioning {\n    enabled = true\n\n    inner {\n      a = 1\n    }\n  }\n}\n",
        "resource \"a\" \"b\" {\n  n = 1\n\n  versioning {\n    enabled = true\n\n    inner {\n      a = 1\n    }\n  }\n}\n",
    );
    check(
        "resource \"a\" \"b\" {\n  n = 1\n\n  versioning {\n    mfa = false\n  }\n}\n",
        "resource \"a\" \"b\" {\n  versioning {\n    enabled = true\n  }\n}\n",
        "resource \"a\" \"b\" {\n  n = 1\n\n  versioning {\n    mfa     = false\n    enabled = true\n  }\n}\n",
    );
}

#[test]
fn one_line_and_empty_blocks_are_spread() {
    check(
        "resource \"a\" \"b\" { n = 1 }\n",
        "resource \"a\" \"b\" {\n  on = true\n}\n",
        "resource \"a\" \"b\" {\n  n  = 1\n  on = true\n}\n",
    );
    check(
        "resource \"a\" \"b\" {}\n",
        "resource \"a\" \"b\" {\n  on = true\n  v {\n    x = 1\n  }\n}\n",
        "resource \"a\" \"b\" {\n  on = true\n\n  v {\n    x = 1\n  }\n}\n",
    );
    check(
        "resource \"a\" \"b\" {\n}\n",
        "resource \"a\" \"b\" {\n  on = true\n  v {\n    x = 1\n  }\n}\n",
        "resource \"a\" \"b\" {\n  on = true\n\n  v {\n    x = 1\n  }\n}\n",
    );
}

#[test]
fn companions_follow_their_subject_with_its_meta_arguments() {
    check(
        "resource \"a\" \"b\" {\n  for_each = toset(var.names)\n  n        = each.key\n}\n\nresource \"z\" \"z\" {}\n",
        "resource \"a_block\" \"b\" {\n  bucket = a.b[each.key].id\n  on     = true\n}\n",
        "resource \"a\" \"b\" {\n  for_each = toset(var.names)\n  n        = each.key\n}\n\nresource \"a_block\" \"b\" {\n  for_each = toset(var.names)\n\n  bucket = a.b[each.key].id\n  on     = true\n}\n\nresource \"z\" \"z\" {}\n",
    );
    check(
        "resource \"a\" \"b\" {\n  n = 1\n}\n\nresource \"a_block\" \"b\" {\n  on  = false\n  key = 1\n}\n",
        "resource \"a_block\" \"b\" {\n  on      = true\n  another = true\n}\n",
        "resource \"a\" \"b\" {\n  n = 1\n}\n\nresource \"a_block\" \"b\" {\n  on      = true\n  another = true\n  key     = 1\n}\n",
    );
    check(
        "resource \"a\" \"b\" {\n  n = 1\n}",
        "resource \"c\" \"b\" {\n  on = true\n}\n",
        "resource \"a\" \"b\" {\n  n = 1\n}\n\nresource \"c\" \"b\" {\n  on = true\n}",
    );
}

#[test]
fn a_literal_is_changed_where_it_stands() {
    let text = "variable \"on\" {\n  default = false\n}\n\nresource \"a\" \"b\" {\n  on = var.on\n}\n";
    let start = text.find("false").unwrap() as u32;
    let origin = Location::new(FileId(0), Span::new(start, start + 5));
    let values = Value::object([(Arc::from("on"), Value::from(false).at_literal(origin))]);
    let rendered = "resource \"a\" \"b\" {\n  on = true\n}\n";
    assert_eq!(fixed(text, values, rendered).unwrap(), text.replace("false", "true"));
    let computed = Value::object([(Arc::from("on"), Value::from(false).computed_at(origin))]);
    assert_eq!(fixed(text, computed, rendered).unwrap(), text.replace("var.on", "true"));
    let held = Value::object([(Arc::from("on"), Value::from(true))]);
    assert_eq!(fixed(text, held, rendered).unwrap(), text);
}

#[test]
fn content_of_a_dynamic_block_is_advice() {
    let text = "resource \"a\" \"b\" {\n  dynamic \"v\" {\n    for_each = [1]\n    content {\n      x = 1\n    }\n  }\n}\n";
    let error =
        fixed(text, Value::object([]), "resource \"a\" \"b\" {\n  v {\n    x = 2\n  }\n}\n").unwrap_err();
    assert!(matches!(error, MergeError::Dynamic { .. }));
}
