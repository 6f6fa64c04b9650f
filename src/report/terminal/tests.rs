use std::sync::Arc;

use super::*;
use crate::findings::{
    Applicability, Edit, Effect, Evidence, Finding, Fix, RuleInfo, Severity, UnparsedFile,
};
use crate::source::{FileId, Location, SourceFile, Span};

const TEXT: &str = "# one\n# two\n# three\n# four\nresource \"aws_s3_bucket\" \"logs\" {\n  acl = \"public-read\"\n}\n# eight\n";

fn at(text: &str, part: &str) -> Location {
    let start = u32::try_from(text.find(part).unwrap()).unwrap();
    Location::new(FileId(0), Span::new(start, start + u32::try_from(part.len()).unwrap()))
}

fn case(path: &str, text: &str, part: &str, words: &str) -> (Assessment, Sources) {
    let mut sources = Sources::default();
    sources.add(SourceFile::new(path, text));
    let id: Arc<str> = "aws/s3/bucket-acl".into();
    let place = at(text, part);
    let location = Some(place);
    let finding = Finding {
        fingerprint: String::new(),
        rule: id.clone(),
        outcome: Outcome::Fail,
        severity: Severity::High,
        address: "aws_s3_bucket.logs".into(),
        instances: vec![],
        environments: Vec::new(),
        block: None,
        module: String::new(),
        location,
        message: format!("aws_s3_bucket.logs can be read by everyone. {words}"),
        why: vec![Evidence {
            clause: "self.acl != \"public-read\"".into(),
            path: "self.acl".into(),
            value: format!("\"public-read\"{words}"),
            origin: location,
            attribute: None,
        }],
        fix: Some(Fix {
            title: "Make the bucket private".into(),
            applicability: Applicability::Review,
            effect: Effect::Update,
            caution: Some("Readers outside the account lose access.".into()),
            edits: vec![Edit { file: FileId(0), span: place.span, text: "\"private\"".into() }],
            proved: true,
            reason: None,
            needs: None,
        }),
        suppressed: None,
        change: None,
        drift: false,
        action: None,
    };
    let rule = RuleInfo {
        id: id.clone(),
        title: "Buckets are not open to everyone on the internet, by their own access control list".into(),
        severity: Severity::High,
        criteria: vec![(
            "CC6.1".into(),
            "Logical access to what is stored is given to those who need it, and to nobody else.".into(),
        )],
        aliases: vec![],
        description: String::new(),
        dated: None,
    };
    let mut assessment = Assessment { findings: vec![finding], ..Assessment::default() };
    assessment.rules.insert(id, rule);
    assessment.coverage.files = 1;
    assessment.coverage.resources = 1;
    (assessment, sources)
}

fn fits(text: &str) {
    for line in text.lines() {
        assert!(text::width(line) <= 80, "{} columns: {line}", text::width(line));
    }
}

#[test]
fn a_failure_shows_its_source_reason_criterion_and_fix() {
    let (assessment, sources) = case("main.tf", TEXT, "\"public-read\"", "");
    let text = terminal(&assessment, &sources, &Options::default());
    for part in [
        "HIGH  aws/s3/bucket-acl  Buckets are not open",
        "main.tf:6:9",
        " 6 │   acl = \"public-read\"",
        "this is \"public-read\"",
        "because   self.acl != \"public-read\"",
        "self.acl = \"public-read\"   (main.tf:6)",
        "criteria  CC6.1  Logical access",
        "fix       Make the bucket private (review, update)",
        "Caution: Readers outside",
        "    -  acl = \"public-read\"",
        "    +  acl = \"private\"",
        "1 failed (1 high).\n",
        "Read 1 file, judged 1 resource.",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains('\u{1b}') && !text.contains("+++"), "{text}");
    fits(&text);
}

#[test]
fn long_lines_and_words_stay_within_the_columns() {
    let long = "x".repeat(300);
    let source = format!("{TEXT}a = \"{long}\" + target + \"{long}\"\n");
    let (mut assessment, sources) = case(&format!("{long}/main.tf"), &source, "target", &long);
    assessment.coverage.resource_types_without_rules.insert(long.clone(), 3);
    assessment.coverage.problems.push(crate::source::Problem::refused(long.clone(), None));
    let text = terminal(&assessment, &sources, &Options::default());
    assert!(text.contains("target"), "{text}");
    fits(&text);
}

#[test]
fn strangers_can_not_command_the_terminal() {
    let bad = "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}\r";
    let source = format!("# {bad}\na = \"{bad}\" + wrong\n");
    let (mut assessment, sources) = case(&format!("{bad}.tf"), &source, "wrong", bad);
    let finding = assessment.findings.first_mut().unwrap();
    finding.instances = vec![bad.into(), bad.into()];
    finding.fix.as_mut().unwrap().edits.first_mut().unwrap().text = bad.into();
    assessment.coverage.unparsed.push(UnparsedFile {
        file: bad.into(),
        location: Some(at(&source, "wrong")),
        message: bad.into(),
        help: Some(bad.into()),
    });
    assessment.coverage.undetermined_inputs.insert(bad.into(), 1);
    let text = terminal(&assessment, &sources, &Options::default());
    assert!(!text.chars().any(|c| c != '\n' && c != text::shown(c)), "{text:?}");
    // The mark stays under its word although replaced characters have another length.
    let line = text.lines().position(|line| line.contains("+ wrong")).unwrap();
    let column = |line: &str, c: &str| line.find(c).map(|at| text::width(&line[..at]));
    let (above, below) = (text.lines().nth(line).unwrap(), text.lines().nth(line + 1).unwrap());
    assert_eq!(column(above, "wrong"), column(below, "─"), "{above}\n{below}");
}

#[test]
fn colours_come_only_when_asked_for() {
    let (assessment, sources) = case("main.tf", TEXT, "\"public-read\"", "");
    let text = terminal(&assessment, &sources, &Options { color: true, ..Options::default() });
    assert!(text.contains("\u{1b}[1;31mHIGH\u{1b}[0m"), "{text}");
    assert!(text.contains("\u{1b}[32m+  acl = \"private\"\u{1b}[0m"), "{text}");
}

#[test]
fn what_waits_is_short_and_what_is_silenced_is_counted() {
    let (mut assessment, sources) = case("main.tf", TEXT, "\"public-read\"", "");
    assessment.findings.first_mut().unwrap().outcome = Outcome::Undetermined;
    let text = terminal(&assessment, &sources, &Options::default());
    assert!(
        text.contains("UNDETERMINED  aws/s3/bucket-acl") && text.contains("waits for self.acl"),
        "{text}"
    );
    assert!(!text.contains('│') && text.contains("Nothing failed: 1 undetermined"), "{text}");
    let by = crate::findings::Suppression { by: "comment".into(), reason: None, until: None };
    assessment.findings.first_mut().unwrap().suppressed = Some(by);
    let text = terminal(&assessment, &sources, &Options::default());
    assert_eq!(text, "Nothing failed: 1 suppressed\nRead 1 file, judged 1 resource.\n");
}

#[test]
fn a_syntax_error_at_the_end_of_a_file_is_shown() {
    let mut sources = Sources::default();
    sources.add(SourceFile::new("a.tf", "a = {"));
    let mut assessment = Assessment::default();
    assessment.coverage.unparsed.push(UnparsedFile {
        file: "a.tf".into(),
        location: Some(Location::new(FileId(0), Span::new(5, 5))),
        message: "a brace is not closed".into(),
        help: Some("add }".into()),
    });
    let text = terminal(&assessment, &sources, &Options::default());
    for part in [
        "NOT READ  a.tf",
        "a brace is not closed",
        "1 │ a = {",
        "help: add }",
        "not everything could be judged",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}
