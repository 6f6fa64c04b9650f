//! What holds for every fix, however the tree is written.
//!
//! In: trees of resources with right and wrong attributes, behind variables, with tabs, comments in odd
//! places, one-line blocks, other scripts, either line end, with and without a byte order mark. What
//! `fix --write` claims must be so, and all that it does not speak of must stay byte for byte.

#![allow(clippy::indexing_slicing, clippy::string_slice, reason = "a wrong place must fail")]
#![allow(clippy::expect_used, reason = "output that can't be read must fail")]

mod scratch;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use scratch::Dir;
use serde_json::Value as Json;
use trueup::fixes::format::unformatted;

/// A type, and what its blocks may hold.
type Kind = (&'static str, &'static [&'static str]);

const KINDS: [Kind; 7] = [
    ("aws_kms_key", &["description = \"key\"", "enable_key_rotation = false", "deletion_window_in_days = 7"]),
    ("aws_s3_bucket", &["bucket = \"example-data\"", "force_destroy = true", "tags = { Name = \"日本\" }"]),
    ("aws_sqs_queue", &["name = \"jobs\"", "sqs_managed_sse_enabled = false", "fifo_queue = false"]),
    ("aws_ebs_volume", &["size = 20", "availability_zone = \"eu-west-1a\"", "encrypted = false"]),
    (
        "aws_db_instance",
        &[
            "engine = \"postgres\"",
            "allocated_storage = 50",
            "publicly_accessible = true",
            "storage_encrypted = true",
            "backup_retention_period = 1",
            "auto_minor_version_upgrade = false",
        ],
    ),
    (
        "aws_instance",
        &["ami = \"ami-0123456789abcdef0\"", "metadata_options {\n  http_tokens = \"optional\"\n}"],
    ),
    ("aws_ecr_repository", &["name = \"app\"", "image_tag_mutability = \"MUTABLE\"", "force_delete = false"]),
];

/// How a line stands.
#[derive(Clone, Copy, Debug)]
struct Style {
    indent: &'static str,
    equals: &'static str,
    above: &'static str,
    behind: &'static str,
}

fn style() -> impl Strategy<Value = Style> {
    let indents = prop::sample::select(vec!["  ", "  ", "  ", "\t", "    ", ""]);
    let equals = prop::sample::select(vec![" = ", " = ", "=", "   = ", " =\t"]);
    let above =
        prop::sample::select(vec!["", "", "", "\n", "# kept 🔒\n", "// kept é\n", "/* kept\n   too */\n"]);
    let behind = prop::sample::select(vec!["", "", "", " # why", " // = {", " /* } */"]);
    (indents, equals, above, behind).prop_map(|(indent, equals, above, behind)| Style {
        indent,
        equals,
        above,
        behind,
    })
}

#[derive(Clone, Debug)]
struct Block {
    kind: usize,
    attributes: Vec<(usize, Style)>,
    one_line: bool,
    /// Whether the value comes from a variable.
    variable: bool,
}

fn block() -> impl Strategy<Value = Block> {
    (0..KINDS.len(), any::<u8>(), any::<u8>(), any::<u8>(), prop::collection::vec(style(), 6)).prop_map(
        |(kind, chosen, line, variable, styles)| {
            let attributes =
                (0..KINDS[kind].1.len()).filter(|at| chosen >> at & 1 == 1).zip(styles).collect();
            Block { kind, attributes, one_line: line < 40, variable: variable < 60 }
        },
    )
}

/// The text of a tree, and the comments that must stay.
fn written(blocks: &[Block], crlf: bool, mark: bool, end: bool) -> String {
    let mut text = String::new();
    for (at, block) in blocks.iter().enumerate() {
        let (kind, all) = KINDS[block.kind];
        let simple = block.attributes.iter().all(|(which, _)| !all[*which].contains('\n'));
        if block.one_line && block.attributes.len() == 1 && simple {
            let (which, _) = block.attributes[0];
            text.push_str(&format!("resource \"{kind}\" \"r{at}\" {{ {} }}\n\n", all[which]));
            continue;
        }
        let mut variables = String::new();
        text.push_str(&format!("# block {at}\nresource \"{kind}\" \"r{at}\" {{ # header {at}\n"));
        for (which, style) in &block.attributes {
            let Style { indent, equals, above, behind } = style;
            let attribute = all[*which];
            for line in above.lines() {
                text.push_str(&format!("{indent}{line}\n"));
            }
            let plain = attribute.split_once(" = ").filter(|_| !attribute.contains('\n'));
            match plain {
                Some((name, value)) if block.variable && !value.starts_with('{') => {
                    variables.push_str(&format!("\nvariable \"{name}_{at}\" {{\n  default = {value}\n}}\n"));
                    text.push_str(&format!("{indent}{name}{equals}var.{name}_{at}{behind}\n"));
                }
                Some((name, value)) => text.push_str(&format!("{indent}{name}{equals}{value}{behind}\n")),
                None => {
                    for line in attribute.lines() {
                        text.push_str(&format!("{indent}{line}\n"));
                    }
                }
            }
        }
        text.push_str(&format!("}}\n{variables}\n"));
    }
    let mut text = text.trim_end().to_owned();
    if end {
        text.push('\n');
    }
    let text = if crlf { text.replace('\n', "\r\n") } else { text };
    if mark { format!("\u{feff}{text}") } else { text }
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect(text)
}

fn failing(dir: &Dir) -> BTreeSet<String> {
    let report = json(&dir.run(&["check", "--no-fixes", "--profile", "strict", "--format", "json"]).out);
    let findings = report["findings"].as_array().into_iter().flatten();
    let failed = findings.filter(|finding| finding["outcome"] == "fail");
    failed.filter_map(|finding| finding["fingerprint"].as_str().map(str::to_owned)).collect()
}

/// Comments on lines of their own, and those behind a block's header, which are aligned with what follows.
fn comments(text: &str) -> Vec<&str> {
    let own = |line: &'_ str| line.starts_with(['#', '/']) || line.starts_with("too */");
    let lines = text.lines().map(str::trim);
    lines
        .filter_map(|line| if own(line) { Some(line) } else { line.find("# header").map(|at| &line[at..]) })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn a_fix_does_what_it_says_and_nothing_else(
        blocks in prop::collection::vec(block(), 1..5),
        crlf in any::<bool>(),
        mark in any::<bool>(),
        end in any::<bool>(),
    ) {
        static CASE: AtomicUsize = AtomicUsize::new(0);
        let dir = Dir::new(&format!("fix-properties-{}", CASE.fetch_add(1, Ordering::Relaxed)));
        let before = written(&blocks, crlf, mark, end);
        dir.write("main.tf", &before);
        let failed = failing(&dir);
        let all = ["fix", "--profile", "strict", "--write", "--format", "json", "--allow-review"];
        let mut closed = BTreeSet::new();
        let mut rounds = 0;
        loop {
            let report = json(&dir.run(&all).out);
            let fixes = report["fixes"].as_array().cloned().unwrap_or_default();
            if fixes.is_empty() {
                break;
            }
            let closes = fixes.iter().flat_map(|fix| fix["closes"].as_array().into_iter().flatten());
            closed.extend(closes.filter_map(|each| each["fingerprint"].as_str().map(str::to_owned)));
            rounds += 1;
            // Where edits stand in each other's way the rest comes with another run, but not forever.
            prop_assert!(rounds < 6, "there is always something to fix:\n{}", dir.read("main.tf"));
        }
        let after = dir.read("main.tf");
        let left = failing(&dir);
        let still: Vec<_> = left.intersection(&closed).collect();
        prop_assert!(still.is_empty(), "claimed to be closed: {still:?}\n{before}\n---\n{after}");
        let new: Vec<_> = left.difference(&failed).collect();
        prop_assert!(new.is_empty(), "newly failing: {new:?}\n{before}\n---\n{after}");

        prop_assert_eq!(after.starts_with('\u{feff}'), mark);
        let ends = after.matches('\n').count();
        let carriage = after.matches("\r\n").count();
        // A file of one line without an end says nothing of it.
        prop_assert_eq!(carriage, if crlf && before.contains('\n') { ends } else { 0 }, "{}", after);
        for line in comments(&before) {
            prop_assert!(after.contains(line), "{line:?} is gone:\n{before}\n---\n{after}");
        }
        let clean = |text: &str| unformatted(text).is_none();
        prop_assert!(!clean(&before) || clean(&after), "not as fmt writes it:\n{before}\n---\n{after}");
        let plain = after.trim_start_matches('\u{feff}');
        prop_assert!(hcl_edit::parser::parse_body(plain).is_ok(), "{}", after);
    }
}
