//! Our parser against hcl-edit, node by node: structure, names, kinds, decoded text and spans.
//!
//! Both trees are written down as lines of text and compared. Where hcl-edit is known to be wrong
//! the terraform command has the last word, recorded in `snippets.rs`.
//! `TRUEUP_CORPUS=/dir cargo test --test syntax_differential` also compares every file below it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on must fail")]
#![allow(clippy::indexing_slicing, clippy::string_slice, reason = "a wrong span must fail")]

#[path = "syntax_differential/ours.rs"]
mod ours;
#[path = "syntax_differential/snippets.rs"]
mod snippets;
#[path = "syntax_differential/theirs.rs"]
mod theirs;

use std::path::Path;
use std::process::{Command, Stdio};

use snippets::{ACCEPTED, HCL_EDIT_MISREADS, HCL_EDIT_REFUSES, REFUSED, TEXTS};
use trueup::source::{FileId, SourceFile};
use trueup::syntax::{Document, parse_hcl};

fn parse(text: &str) -> Document {
    parse_hcl(FileId(0), &SourceFile::new("a.tf", text))
}

/// The first lines in which the two trees differ; `None` when they agree.
fn difference(document: &Document, body: &hcl_edit::structure::Body) -> Option<String> {
    let (ours, theirs) = (ours::lines(document), theirs::lines(document.text(), body));
    if ours == theirs {
        return None;
    }
    let at = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
    let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_else(|| "(nothing)".to_owned());
    Some(format!("ours:   {}\n  theirs: {}", line(&ours), line(&theirs)))
}

/// Literal text of indented heredocs with directives or strip markers is hcl-edit's known fault.
fn unsure(text: &str) -> bool {
    text.starts_with("<<-") && ["%{", "~}", "${~"].iter().any(|mark| text.contains(mark))
}

#[test]
fn the_verdicts_are_those_of_terraform() {
    let mut wrong = Vec::new();
    for text in ACCEPTED {
        let document = parse(text);
        if !document.errors.is_empty() {
            wrong.push(format!("{text:?} is refused: {:?}", document.errors));
        }
    }
    for text in REFUSED {
        if parse(text).errors.is_empty() {
            wrong.push(format!("{text:?} is accepted"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts_are_those_of_terraform() {
    let mut wrong = Vec::new();
    for (source, expected) in TEXTS {
        let document = parse(source);
        assert!(document.errors.is_empty(), "{source:?}: {:?}", document.errors);
        let text = ours::text(&document);
        if text != *expected {
            wrong.push(format!("{source:?}\n  ours:      {text:?}\n  terraform: {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn snippets_give_the_same_tree() {
    let mut wrong = Vec::new();
    for text in ACCEPTED {
        let known = HCL_EDIT_REFUSES.contains(text);
        match hcl_edit::parser::parse_body(text) {
            Ok(_) if known => wrong.push(format!("{text:?}: hcl-edit reads it now; take it off the list")),
            Ok(body) => {
                let differs = difference(&parse(text), &body);
                if differs.is_some() != HCL_EDIT_MISREADS.contains(text) {
                    wrong.push(format!("{text:?}\n  {}", differs.unwrap_or_default()));
                }
            }
            Err(_) if known => {}
            Err(error) => wrong.push(format!("{text:?}: hcl-edit refuses it: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `terraform fmt` says; `None` where it is not installed.
fn terraform_accepts(text: &[u8]) -> Option<bool> {
    use std::io::Write;
    let mut child = Command::new("terraform")
        .args(["fmt", "-check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(text).ok()?;
    let code = child.wait().ok()?.code()?;
    Some(code == 0 || code == 3)
}

fn compare_files(root: &Path) -> (usize, Vec<String>) {
    let (mut count, mut wrong) = (0, Vec::new());
    for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
        let Ok(entry) = entry else { continue };
        let path = entry.path();
        if !entry.file_type().is_file() || path.extension().is_none_or(|ending| ending != "tf") {
            continue;
        }
        count += 1;
        let bytes = std::fs::read(path).unwrap();
        let source = SourceFile::from_bytes(path, bytes);
        let document = parse_hcl(FileId(0), &source);
        let sound = document.errors.is_empty();
        let body = hcl_edit::parser::parse_body(source.text());
        match body {
            Ok(body) if sound => {
                if let Some(differs) = difference(&document, &body) {
                    wrong.push(format!("{}\n  {differs}", path.display()));
                }
            }
            body => {
                if body.is_ok() != sound && terraform_accepts(source.bytes()) != Some(sound) {
                    let errors = &document.errors;
                    wrong.push(format!("{}: sound: {sound}, {errors:?}, {:?}", path.display(), body.err()));
                }
            }
        }
    }
    (count, wrong)
}

#[test]
fn fixtures_give_the_same_tree() {
    let (count, wrong) = compare_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    assert!(count > 0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_corpus_gives_the_same_tree() {
    let Some(root) = std::env::var_os("TRUEUP_CORPUS") else { return };
    let (count, wrong) = compare_files(Path::new(&root));
    assert!(count > 0, "no file below TRUEUP_CORPUS");
    assert!(wrong.is_empty(), "{} of {count} files:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every span must lie in the text, on character boundaries.
fn check(text: &str) {
    let document = parse(text);
    let _ = ours::lines(&document);
    for error in &document.errors {
        assert!(text.get(error.location.span.range()).is_some(), "{text:?}: {error:?}");
    }
}

#[test]
fn cut_snippets_never_panic() {
    for text in ACCEPTED.iter().chain(REFUSED) {
        for (at, _) in text.char_indices() {
            check(&text[..at]);
            check(&text[at..]);
        }
    }
}

#[test]
fn changed_snippets_never_panic() {
    for text in ACCEPTED.iter().chain(REFUSED) {
        for (at, old) in text.char_indices() {
            for new in ["", "\"", "{", "}", "$", "%", "\\", "\n", "\r", "(", "]", "*", "~", "<", "\0", "é"] {
                check(&format!("{}{new}{}", &text[..at], &text[at + old.len_utf8()..]));
            }
        }
    }
}
