//! The SARIF 2.1.0 report, for code scanning.
//!
//! In: an assessment and the sources it points into. Out: one SARIF log with one run. The verdicts
//! keep their fingerprints, so that an alert survives moved lines; only proved fixes are handed on,
//! because a reader applies them without looking.

mod model;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::findings::{
    Applicability, Assessment, Change, Evidence, Finding, Fix, Outcome, RuleInfo, Severity,
};
use crate::source::{self, FileId, Sources};

use super::{Options, place};

/// Readers refuse rules with more tags.
const MAX_TAGS: usize = 20;
/// Evidence shown beside a result.
const MAX_RELATED: usize = 20;

/// Writes the assessment as SARIF, with the findings whose outcome the options name.
pub fn sarif(assessment: &Assessment, sources: &Sources, options: &Options) -> String {
    let places: BTreeMap<&str, usize> =
        assessment.rules.keys().enumerate().map(|(at, id)| (&**id, at)).collect();
    let results = assessment
        .findings
        .iter()
        .filter(|finding| options.shows(finding))
        .map(|finding| result(finding, places.get(&*finding.rule).copied(), sources))
        .collect();
    let notifications = notifications(assessment, sources);
    let driver = model::Driver {
        name: "trueup",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: assessment.rules.values().map(rule).collect(),
        properties: BTreeMap::from([("rulesDigest", assessment.rules_digest.clone())]),
    };
    let log = model::Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: vec![model::Run {
            tool: model::Tool { driver },
            invocations: vec![model::Invocation {
                execution_successful: notifications.is_empty(),
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    // Writing plain structs to a string cannot fail: every key is a string, no value refuses.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// The number from which code scanning makes its own words: over 9.0 critical, from 7.0 high, from
/// 4.0 medium.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

fn rule(info: &RuleInfo) -> model::Rule {
    let or_title = |text: &str| {
        let text = text.trim();
        if text.is_empty() { info.title.clone() } else { text.to_owned() }
    };
    let mut text = or_title(&info.description);
    let mut markdown = text.clone();
    if !info.criteria.is_empty() {
        text.push_str("\n\nSOC 2 criteria:");
        markdown.push_str("\n\n**SOC 2 criteria**\n");
    }
    for (id, why) in &info.criteria {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{id}: {why}");
        let _ = write!(markdown, "\n- **{id}**: {why}");
    }
    if !info.aliases.is_empty() {
        let _ = write!(text, "\n\nAlso known as {}.", info.aliases.join(", "));
        let _ = write!(markdown, "\n\nAlso known as `{}`.", info.aliases.join("`, `"));
    }
    let tags = std::iter::once("security".to_owned())
        .chain(info.criteria.iter().map(|(id, _)| format!("soc2/{id}")))
        .take(MAX_TAGS)
        .collect();
    model::Rule {
        id: info.id.to_string(),
        name: camel(&info.id),
        short_description: info.title.clone().into(),
        full_description: or_title(&info.description).into(),
        help: model::Text { text, markdown: Some(markdown) },
        default_configuration: model::Configuration { level: level(info.severity) },
        properties: model::RuleProperties {
            tags,
            precision: "high",
            problem_severity: match info.severity {
                Severity::Critical | Severity::High => "error",
                Severity::Medium => "warning",
                Severity::Low => "recommendation",
            },
            security_severity: score(info.severity),
        },
    }
}

/// `aws/s3/bucket-logging` as `AwsS3BucketLogging`.
fn camel(id: &str) -> String {
    id.split(|c: char| !c.is_alphanumeric())
        .flat_map(|word| {
            let mut rest = word.chars();
            rest.next().into_iter().flat_map(char::to_uppercase).chain(rest)
        })
        .collect()
}

fn result(finding: &Finding, rule_index: Option<usize>, sources: &Sources) -> model::Verdict {
    // The standard wants the level `none` for everything that is not a failure.
    let (kind, level) = match finding.outcome {
        // Not every reader knows the baseline state: what goes away must not be counted as a failure.
        _ if finding.change == Some(Change::Resolved) => ("informational", "none"),
        Outcome::Fail => ("fail", level(finding.severity)),
        Outcome::Error | Outcome::Undetermined => ("open", "none"),
        Outcome::Pass => ("pass", "none"),
        Outcome::NotApplicable => ("notApplicable", "none"),
    };
    model::Verdict {
        rule_id: finding.rule.to_string(),
        rule_index,
        kind,
        level,
        baseline_state: finding.change.map(|change| match change {
            Change::Introduced => "new",
            Change::Kept => "unchanged",
            Change::Resolved => "absent",
        }),
        message: plain(&finding.message),
        locations: vec![model::Place {
            id: None,
            physical_location: finding.location.and_then(|at| physical(sources, at)),
            logical_locations: vec![model::LogicalLocation {
                fully_qualified_name: finding.address.clone(),
                kind: "resource",
            }],
            message: None,
        }],
        related_locations: related(&finding.why, sources),
        partial_fingerprints: BTreeMap::from([
            ("trueup/v1", finding.fingerprint.clone()),
            ("primaryLocationLineHash", format!("{}:1", finding.fingerprint)),
        ]),
        suppressions: finding.suppressed.iter().map(suppression).collect(),
        fixes: finding.fix.iter().filter_map(|fix| fixed(fix, sources)).collect(),
        properties: model::VerdictProperties {
            outcome: finding.outcome.name(),
            severity: finding.severity.name(),
            instances: finding.instances.clone(),
            environments: finding.environments.clone(),
            action: finding.action.clone(),
            drift: finding.drift,
        },
    }
}

/// A message whose brackets make no link: names in it come from the tree.
fn plain(text: &str) -> model::Text {
    text.replace("](", "] (").into()
}

fn related(why: &[Evidence], sources: &Sources) -> Vec<model::Place> {
    why.iter()
        .filter_map(|seen| Some((seen, physical(sources, seen.origin?)?)))
        .take(MAX_RELATED)
        .enumerate()
        .map(|(at, (seen, place))| model::Place {
            id: Some(at + 1),
            physical_location: Some(place),
            logical_locations: Vec::new(),
            message: Some(plain(&format!("{} is {}", seen.path, seen.value))),
        })
        .collect()
}

fn suppression(by: &crate::findings::Suppression) -> model::Suppression {
    let mut properties = BTreeMap::from([("by", by.by.clone())]);
    if let Some(until) = &by.until {
        properties.insert("until", until.clone());
    }
    let kind = if by.by.starts_with("comment ") { "inSource" } else { "external" };
    model::Suppression { kind, status: "accepted", justification: by.reason.clone(), properties }
}

fn fixed(fix: &Fix, sources: &Sources) -> Option<model::Fix> {
    if !fix.proved || fix.edits.is_empty() || fix.applicability == Applicability::Manual {
        return None;
    }
    let mut files: BTreeMap<FileId, Vec<model::Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        files.entry(edit.file).or_default().push(model::Replacement {
            deleted_region: region(sources, source::Location::new(edit.file, edit.span))?,
            inserted_content: model::Content { text: edit.text.clone() },
        });
    }
    let artifact_changes = files
        .into_iter()
        .map(|(id, replacements)| {
            let artifact_location = model::ArtifactLocation { uri: uri(sources.get(id)?.path()) };
            Some(model::ArtifactChange { artifact_location, replacements })
        })
        .collect::<Option<Vec<_>>>()?;
    let description = match &fix.caution {
        Some(caution) => format!("{}. {caution}", fix.title.trim_end_matches('.')),
        None => fix.title.clone(),
    };
    let properties = BTreeMap::from([
        ("applicability", fix.applicability.to_string()),
        ("effect", fix.effect.to_string()),
    ]);
    Some(model::Fix { description: plain(&description), artifact_changes, properties })
}

fn notifications(assessment: &Assessment, sources: &Sources) -> Vec<model::Notification> {
    let unparsed = assessment.coverage.unparsed.iter().map(|bad| {
        let place =
            bad.location.and_then(|at| physical(sources, at)).unwrap_or_else(|| model::PhysicalLocation {
                artifact_location: model::ArtifactLocation { uri: uri(Path::new(&bad.file)) },
                region: None,
            });
        let help = bad.help.as_ref().map(|help| format!(" {help}")).unwrap_or_default();
        model::Notification {
            level: "error",
            message: plain(&format!("{}{help}", bad.message)),
            locations: vec![at_file(place)],
            associated_rule: None,
        }
    });
    // A rule that broke is the tool's failure as well, whatever outcomes are asked for.
    let broken = assessment.findings.iter().filter(|finding| finding.outcome == Outcome::Error);
    let broken = broken.map(|finding| model::Notification {
        level: "error",
        message: plain(&finding.message),
        locations: finding.location.and_then(|at| physical(sources, at)).map(at_file).into_iter().collect(),
        associated_rule: Some(model::RuleReference { id: finding.rule.to_string() }),
    });
    unparsed.chain(broken).collect()
}

const fn at_file(place: model::PhysicalLocation) -> model::Place {
    model::Place { id: None, physical_location: Some(place), logical_locations: Vec::new(), message: None }
}

fn physical(sources: &Sources, at: source::Location) -> Option<model::PhysicalLocation> {
    Some(model::PhysicalLocation {
        artifact_location: model::ArtifactLocation { uri: uri(sources.get(at.file)?.path()) },
        region: Some(region(sources, at)?),
    })
}

fn region(sources: &Sources, at: source::Location) -> Option<model::Region> {
    let (start, end) = place::positions(sources, at)?;
    Some(model::Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    })
}

/// A path as a URI reference: relative where the path is, `file:` where it is absolute. Bytes that
/// a URI cannot hold, also those that are no UTF-8, are percent-encoded.
fn uri(path: &Path) -> String {
    let mut bytes = path.as_os_str().as_encoded_bytes();
    while let Some(rest) = bytes.strip_prefix(b"./") {
        bytes = rest;
    }
    let mut out = match bytes.first() {
        Some(b'/') => "file://".to_owned(),
        _ if path.is_absolute() => "file:///".to_owned(),
        _ => String::new(),
    };
    for byte in bytes {
        match byte {
            b'\\' if std::path::MAIN_SEPARATOR == '\\' => out.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(*byte)),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri(Path::new("./a b/é#?:%.tf")), "a%20b/%C3%A9%23%3F%3A%25.tf");
        assert_eq!(uri(Path::new("../main.tf")), "../main.tf");
        assert_eq!(uri(Path::new("/srv/main.tf")), "file:///srv/main.tf");
    }

    #[test]
    fn names_are_the_id_in_one_word() {
        assert_eq!(camel("aws/s3/bucket-logging"), "AwsS3BucketLogging");
    }
}
