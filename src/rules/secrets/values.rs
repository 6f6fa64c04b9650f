//! Secrets among computed values.

use crate::eval::{Data, Value};
use crate::findings::Gathered;
use crate::graph::Configuration;

use super::tells;

/// Starts of texts that only name a secret kept elsewhere.
const REFERENCES: [&str; 8] =
    ["arn:", "ssm:", "vault:", "{{resolve:", "/", "projects/", "@Microsoft.KeyVault", "secretsmanager:"];

/// The secrets of one configuration: what is marked sensitive, and texts under telling names.
pub(super) fn of(configuration: &Configuration) -> Gathered {
    let mut found = Gathered::default();
    configuration.secrets.iter().for_each(|text| found.text(text));
    for resource in &configuration.resources {
        walk(&resource.values, false, &mut found);
    }
    found
}

/// Values nest no deeper than the expressions that made them.
fn walk(value: &Value, hidden: bool, found: &mut Gathered) {
    let hidden = hidden || value.mark.sensitive;
    match &value.data {
        Data::String(text) if hidden => found.text(text),
        Data::Number(number) if hidden => found.text(&number.to_string()),
        Data::Sequence(sequence) => sequence.items.iter().for_each(|item| walk(item, hidden, found)),
        Data::Mapping(entries) => {
            for (key, item) in entries.iter() {
                match item.as_str() {
                    Some(text) if literal(key, text) => found.text(text),
                    _ => walk(item, hidden, found),
                }
            }
        }
        _ => {}
    }
}

/// Whether a text under this name is a secret itself.
pub(super) fn literal(name: &str, text: &str) -> bool {
    tells(name)
        && !text.contains(char::is_whitespace)
        && !REFERENCES.iter().any(|start| text.starts_with(start))
}
