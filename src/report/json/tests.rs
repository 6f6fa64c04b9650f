//! The JSON Schema that is shipped is the one that the types make; a long list is written as a short one is.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::json;

use crate::findings::{Assessment, Finding, Outcome, Severity, fingerprint};
use crate::report::Options;
use crate::source::Sources;

use super::model::Report;
use super::{CHUNK, SCHEMA, json as written};

fn generated() -> String {
    // Validators that are strict refuse formats that they don't know: `uint32` says nothing that
    // `minimum` does not.
    let plain = RecursiveTransform(|schema: &mut Schema| {
        if schema.get("type").is_some_and(|of| of == "integer" || of == &json!(["integer", "null"])) {
            schema.remove("format");
        }
    });
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(plain);
    let schema = settings.into_generator().into_root_schema_for::<Report<'_>>();
    serde_json::to_string_pretty(&schema).unwrap() + "\n"
}

/// After a change of the types: `BLESS=1 cargo test --lib report::json`, then build again.
#[test]
fn the_schema_follows_from_the_types() {
    let generated = generated();
    if std::env::var_os("BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/json/check.schema.json");
        std::fs::write(path, &generated).unwrap();
        return;
    }
    assert!(generated == SCHEMA, "src/report/json/check.schema.json is out of date: see this test's comment");
}

fn failure(number: usize) -> Finding {
    let address = format!("aws_s3_bucket.b{number}");
    Finding {
        fingerprint: fingerprint("r", &address, ""),
        rule: "r".into(),
        outcome: Outcome::Fail,
        severity: Severity::High,
        address,
        instances: Vec::new(),
        identities: Vec::new(),
        environments: Vec::new(),
        block: None,
        module: String::new(),
        location: None,
        message: "it fails".to_owned(),
        why: Vec::new(),
        fix: None,
        suppressed: None,
        change: None,
        drift: false,
        action: None,
    }
}

#[test]
fn findings_that_are_written_side_by_side_are_one_list() {
    let report = |count: usize| {
        let findings = (0..count).map(failure).collect();
        written(&Assessment { findings, ..Assessment::default() }, &Sources::default(), &Options::default())
    };
    for count in [0, 1, CHUNK, 2 * CHUNK + 500] {
        let text = report(count);
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        let listed: Vec<_> = parsed["findings"].as_array().unwrap().iter().map(|it| &it["address"]).collect();
        assert!(
            listed.iter().copied().eq((0..count).map(|at| failure(at).address).collect::<Vec<_>>().iter())
        );
        let (none, one) = (report(0).lines().count(), report(1).lines().count());
        let expected = if count == 0 { none } else { one + (count - 1) * (one - none - 1) };
        assert_eq!(text.lines().count(), expected, "a finding is indented as in a short list");
    }
}
