//! The SARIF report holds to the standard's schema and says what the assessment says.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod json_schema;

use std::sync::Arc;

use json_schema::check;
use serde_json::{Value, json};
use trueup::findings::{
    Applicability, Assessment, Edit, Effect, Evidence, Finding, Fix, Outcome, RuleInfo, Severity,
    Suppression, UnparsedFile,
};
use trueup::report::{Options, sarif};
use trueup::source::{FileId, Location, SourceFile, Sources, Span};

const TEXT: &str = "# é\nresource \"aws_s3_bucket\" \"é\" {\n  acl = \"public\"\n}\n";

fn at(part: &str) -> Span {
    let start = TEXT.find(part).unwrap();
    Span::new(u32::try_from(start).unwrap(), u32::try_from(start + part.len()).unwrap())
}

fn finding(file: FileId, outcome: Outcome, proved: bool) -> Finding {
    let span = at("\"public\"");
    Finding {
        fingerprint: "00112233445566aa".into(),
        rule: Arc::from("aws/s3/private"),
        outcome,
        severity: Severity::High,
        address: "aws_s3_bucket.é".into(),
        instances: vec!["aws_s3_bucket.é[0]".into()],
        environments: Vec::new(),
        block: None,
        module: String::new(),
        location: Some(Location::new(file, span)),
        message: "aws_s3_bucket.é[\"x](http://evil)\"] is public".into(),
        why: vec![Evidence {
            clause: "self.acl == \"private\"".into(),
            path: "self.acl".into(),
            value: "\"public\"".into(),
            origin: Some(Location::new(file, span)),
            attribute: None,
        }],
        fix: Some(Fix {
            title: "Make it private".into(),
            applicability: Applicability::Auto,
            effect: Effect::Update,
            caution: Some("Look first.".into()),
            edits: vec![Edit { file, span, text: "\"private\"".into() }],
            proved,
            reason: None,
            needs: None,
        }),
        suppressed: None,
        change: None,
        drift: false,
        action: None,
    }
}

/// An assessment with a file in every kind of trouble.
fn assessment() -> (Assessment, Sources) {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("live/my site/main.tf", TEXT));
    let mut silent = finding(file, Outcome::Fail, false);
    silent.suppressed = Some(Suppression {
        by: "comment trueup:ignore, live/my site/main.tf:1".into(),
        reason: Some("a website".into()),
        until: Some("2027-01-31".into()),
    });
    let mut nowhere = finding(file, Outcome::Error, false);
    nowhere.location = None;
    nowhere.rule = Arc::from("no/such");
    let mut assessment = Assessment {
        findings: vec![
            nowhere,
            finding(file, Outcome::Fail, true),
            silent,
            finding(file, Outcome::Undetermined, false),
            finding(file, Outcome::Pass, false),
        ],
        rules_digest: "0123456789abcdef".into(),
        ..Assessment::default()
    };
    for id in ["aws/a", "aws/s3/private"] {
        let info = RuleInfo {
            id: Arc::from(id),
            title: "Buckets are private".into(),
            severity: Severity::High,
            criteria: vec![("CC6.1".into(), "Access is restricted.".into())],
            aliases: vec!["CKV_AWS_20".into()],
            description: String::new(),
            dated: None,
        };
        assessment.rules.insert(Arc::from(id), info);
    }
    assessment.coverage.unparsed = vec![
        UnparsedFile {
            file: "live/my site/main.tf".into(),
            location: Some(Location::new(file, Span::new(0, 1))),
            message: "no closing brace".into(),
            help: Some("Add one.".into()),
        },
        UnparsedFile { file: "a#b.tf".into(), location: None, message: "not read".into(), help: None },
    ];
    (assessment, sources)
}

fn report() -> Value {
    let (assessment, sources) = assessment();
    serde_json::from_str(&sarif(&assessment, &sources, &Options::default())).unwrap()
}

#[test]
fn the_schema_accepts_the_report() {
    let schema: Value = serde_json::from_str(include_str!("data/sarif-2.1.0.schema.json")).unwrap();
    let mut errors = Vec::new();
    check(&report(), &schema, &schema, "", &mut errors);
    assert!(errors.is_empty(), "{errors:#?}");
    // A check that accepts everything proves nothing.
    let bad = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"nam": "x"}}, "columnKind": "x"}]});
    check(&bad, &schema, &schema, "", &mut errors);
    assert_eq!(errors.len(), 3, "{errors:#?}");
}

#[test]
fn results_carry_place_identity_and_level() {
    let report = report();
    let results = &report["runs"][0]["results"];
    assert_eq!(results.as_array().unwrap().len(), 4, "passes are not asked for");
    let failed = &results[1];
    assert_eq!((&failed["kind"], &failed["level"]), (&json!("fail"), &json!("error")));
    assert_eq!(failed["ruleIndex"], 1);
    let place = &failed["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "live/my%20site/main.tf");
    assert_eq!(place["region"], json!({"startLine": 3, "startColumn": 9, "endLine": 3, "endColumn": 17}));
    assert_eq!(failed["partialFingerprints"]["trueup/v1"], "00112233445566aa");
    // As GitHub's own upload computes it for line 3.
    assert_eq!(failed["partialFingerprints"]["primaryLocationLineHash"], "ee0320fb227ef7dc:1");
    assert!(results[0]["partialFingerprints"]["primaryLocationLineHash"].is_null(), "it has no place");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 1, "a result without a place would make GitHub refuse them all");
    assert_eq!(report["runs"][0]["automationDetails"]["id"], "trueup/");
    assert!(!failed["message"]["text"].as_str().unwrap().contains("]("));
    assert_eq!((&results[3]["kind"], &results[3]["level"]), (&json!("open"), &json!("none")));
    assert!(results[0]["ruleIndex"].is_null(), "the rule is not in the list");
}

#[test]
fn only_proved_fixes_are_offered() {
    let report = report();
    let results = &report["runs"][0]["results"];
    let change = &results[1]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["deletedRegion"]["startColumn"], 9);
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "\"private\"");
    assert!(results[2]["fixes"].is_null());
    assert_eq!(results[2]["suppressions"][0]["kind"], "inSource");
    assert_eq!(results[2]["suppressions"][0]["justification"], "a website");
}

#[test]
fn what_could_not_be_read_is_told() {
    let report = report();
    let invocation = &report["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(told.len(), 3);
    assert_eq!(told[0]["message"]["text"], "no closing brace Add one.");
    assert_eq!(told[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%23b.tf");
    assert_eq!(told[2]["associatedRule"]["id"], "no/such");
}

#[test]
fn an_expression_over_many_lines_is_marked_at_its_first() {
    let (mut assessment, mut sources) = assessment();
    let file = sources.add(SourceFile::new("b.tf", "a = [\r\n  1,\r\n]\r\n"));
    assessment.findings.truncate(1);
    assessment.findings[0].location = Some(Location::new(file, Span::new(4, 14)));
    let report: Value = serde_json::from_str(&sarif(&assessment, &sources, &Options::default())).unwrap();
    let place = &report["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["region"], json!({"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 6}));
    assert_eq!(
        place["contextRegion"],
        json!({"startLine": 1, "startColumn": 5, "endLine": 3, "endColumn": 2})
    );
}

#[test]
fn what_code_scanning_would_refuse_or_not_show_is_told() {
    let (mut assessment, sources) = assessment();
    let failed = assessment.findings[1].clone();
    let passed = assessment.findings[4].clone();
    assessment.coverage.unparsed.clear();
    assessment.findings = vec![passed; 10];
    let last = Finding { message: "the last one".into(), ..failed.clone() };
    assessment.findings.extend(std::iter::repeat_n(failed, 25_000));
    assessment.findings.push(last);
    let options = Options { outcomes: vec![Outcome::Pass, Outcome::Fail], ..Options::default() };
    let text = sarif(&assessment, &sources, &options);
    assert_eq!(text.matches("\"ruleId\"").count(), 25_000);
    assert!(!text.contains("\"kind\": \"pass\"") && !text.contains("the last one"));
    assert!(text.contains("11 results are left out"), "the rest is told");
    assert!(text.contains("Code scanning shows the 5000 worst of 25011 results"));
    assert!(text.contains("\"executionSuccessful\": true"), "a warning is no failure");
}

#[test]
fn rules_stay_within_the_limits() {
    let (mut assessment, sources) = assessment();
    let rule = assessment.rules.get_mut("aws/s3/private").unwrap();
    rule.title = "é".repeat(2000);
    rule.criteria = (0..30).map(|at| (format!("CC{at}"), "Why.".into())).collect();
    let text =
        sarif(&assessment, &sources, &Options { category: "infra/prod/".into(), ..Options::default() });
    let report: Value = serde_json::from_str(&text).unwrap();
    let rule = &report["runs"][0]["tool"]["driver"]["rules"][1];
    assert_eq!(rule["shortDescription"]["text"].as_str().unwrap().chars().count(), 1024);
    assert_eq!(rule["fullDescription"]["text"].as_str().unwrap().chars().count(), 1024);
    assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
    let tags = rule["properties"]["tags"].as_array().unwrap();
    assert_eq!((tags.len(), &tags[0], &tags[1]), (20, &json!("security"), &json!("soc2/CC0")));
    assert_eq!(rule["properties"]["security-severity"], "8.0");
    assert_eq!(report["runs"][0]["automationDetails"]["id"], "infra/prod/");
}
