//! A rule as code scanning reads it.
//!
//! In: what reports know of a rule. Out: a `reportingDescriptor` with every field that GitHub requires,
//! within its limits.

use std::fmt::Write as _;

use crate::findings::{RuleInfo, Severity};
use crate::report::text::cut;

use super::{bounded, model};

/// Tags of one rule.
const MAX_TAGS: usize = 20;
/// Characters of a rule's name.
const MAX_NAME: usize = 255;
/// Characters of a rule's descriptions.
const MAX_DESCRIPTION: usize = 1024;

/// The level of a failure.
pub(super) const fn level(severity: Severity) -> &'static str {
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

pub(super) fn rule(info: &RuleInfo) -> model::Rule {
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
        name: cut(&camel(&info.id), MAX_NAME),
        short_description: bounded(info.title.clone(), MAX_DESCRIPTION).into(),
        full_description: bounded(or_title(&info.description), MAX_DESCRIPTION).into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_id_in_one_word() {
        assert_eq!(camel("aws/s3/bucket-logging"), "AwsS3BucketLogging");
    }
}
