//! Secrets in a plan's JSON.
//!
//! In: the text of a plan. Out: the values under its masks, those of variables and outputs that it
//! calls sensitive, and those under telling names. A plan carries the same values unmasked elsewhere,
//! which are found by value. In an excerpt of the file no text is shown but what a resource is.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::findings::{Gathered, distinctive};
use crate::rules::functions::holds_secret;
use crate::source::{FileId, Span};

use super::{NAMED, NAMING, Telling, lines, literal, telling};

/// Keys of a plan's JSON whose strings say what a resource is, never what it holds.
const PLAIN: [&str; 8] = [
    "address",
    "module_address",
    "mode",
    "type",
    "name",
    "provider_name",
    "format_version",
    "terraform_version",
];
/// A value, and the mask over it.
const MASKED: [(&str, &str); 4] = [
    ("before", "before_sensitive"),
    ("after", "after_sensitive"),
    ("values", "sensitive_values"),
    ("value", "sensitive"),
];
/// Under a telling name these describe the value.
const ABOUT: [&str; 4] = ["references", "description", "type", "source"];

/// The secrets of one plan.
pub(super) fn of(file: FileId, text: &str) -> Gathered {
    let mut found = Gathered::default();
    for span in strings(text) {
        found.span(file, span);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Ok(sections) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else {
        for told in lines::told(text) {
            text.get(told.value).into_iter().for_each(|value| found.text(value));
        }
        return found;
    };
    let variables = variables(&sections);
    // One resource at a time, so that the whole plan never lies in memory as a tree.
    let mut parts: Vec<&RawValue> = Vec::new();
    for section in sections.values() {
        match serde_json::from_str::<Vec<&RawValue>>(section.get()) {
            Ok(items) => parts.extend(items),
            Err(_) => parts.push(section),
        }
    }
    let gathered: Vec<Gathered> = parts
        .par_iter()
        .map(|part| {
            let mut found = Gathered::default();
            if let Ok(part) = serde_json::from_str::<Json>(part.get()) {
                walk(&part, &mut found);
            }
            found
        })
        .collect();
    for part in gathered {
        found.add(part);
    }
    for value in &variables {
        masked(value, &Json::Bool(true), &mut found);
    }
    found
}

/// Values of the root's variables that the configuration marks: the values themselves carry no mark.
fn variables(sections: &BTreeMap<String, &RawValue>) -> Vec<Json> {
    let section = |name: &str| {
        sections.get(name).and_then(|raw| serde_json::from_str::<Json>(raw.get()).ok()).unwrap_or_default()
    };
    let (values, configuration) = (section("variables"), section("configuration"));
    let declared = configuration.pointer("/root_module/variables").and_then(Json::as_object);
    let marked = declared.into_iter().flatten().filter(|(_, variable)| flagged(variable));
    marked.filter_map(|(name, _)| values.get(name)?.get("value").cloned()).collect()
}

fn flagged(of: &Json) -> bool {
    ["sensitive", "ephemeral"].iter().any(|flag| of.get(flag) == Some(&Json::Bool(true)))
}

/// Depth is bounded by the JSON parser.
fn walk(json: &Json, found: &mut Gathered) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Json::Object(entries) => {
            for (value, mask) in MASKED {
                if let (Some(value), Some(mask)) = (entries.get(value), entries.get(mask)) {
                    masked(value, mask, found);
                }
            }
            if flagged(json) {
                let written = [entries.get("default"), json.pointer("/expression/constant_value")];
                written.into_iter().flatten().for_each(|value| masked(value, &Json::Bool(true), found));
            }
            // A literal given to a variable that the called module marks.
            let declared = json.pointer("/module/variables").and_then(Json::as_object);
            for (name, _) in declared.into_iter().flatten().filter(|(_, variable)| flagged(variable)) {
                let given = json.get("expressions").and_then(|given| given.get(name)?.get("constant_value"));
                if let Some(value) = given {
                    masked(value, &Json::Bool(true), found);
                }
            }
            let beside = NAMING.iter().find_map(|name| entries.get(*name)?.as_str());
            if let (Some(beside), Some(value)) = (beside, entries.get(NAMED)) {
                named(value, telling(beside), found);
            }
            for (key, value) in entries {
                named(value, telling(key), found);
                walk(value, found);
            }
        }
        Json::String(text) if holds_secret(text) => {
            for told in lines::told(text) {
                text.get(told.value).into_iter().for_each(|value| found.text(value));
            }
            if !text.contains('\n') {
                found.text(text);
            }
        }
        _ => {}
    }
}

/// Texts and numbers of a value where the mask says so.
fn masked(value: &Json, mask: &Json, found: &mut Gathered) {
    match (value, mask) {
        (Json::String(text), Json::Bool(true)) => found.text(text),
        (Json::Number(number), Json::Bool(true)) => found.text(&number.to_string()),
        (Json::Array(items), Json::Bool(true)) => items.iter().for_each(|item| masked(item, mask, found)),
        (Json::Object(items), Json::Bool(true)) => inside(items, found),
        (Json::Array(items), Json::Array(masks)) => {
            items.iter().zip(masks).for_each(|(item, mask)| masked(item, mask, found));
        }
        (Json::Object(items), Json::Object(masks)) => {
            for (name, mask) in masks {
                items.get(name).into_iter().for_each(|item| masked(item, mask, found));
            }
        }
        _ => {}
    }
}

/// Members of an object that is masked as a whole: plain words among them stand elsewhere too.
fn inside(items: &serde_json::Map<String, Json>, found: &mut Gathered) {
    for (key, item) in items {
        match item {
            Json::String(text) if !distinctive(text) && !literal(telling(key), text) => {}
            _ => masked(item, &Json::Bool(true), found),
        }
    }
}

/// Texts under a telling name.
fn named(value: &Json, telling: Telling, found: &mut Gathered) {
    match value {
        _ if telling == Telling::No => {}
        Json::String(text) if literal(telling, text) => found.text(text),
        Json::Array(items) => items.iter().for_each(|item| named(item, telling, found)),
        Json::Object(items) => {
            let of_value = items.iter().filter(|(key, _)| !ABOUT.contains(&key.as_str()));
            of_value.for_each(|(_, item)| named(item, telling, found));
        }
        _ => {}
    }
}

/// The string values of a plan that may hold anything. A file that is cut off is read as far as it goes.
fn strings(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut key = "";
    let mut at = 0;
    while let Some(open) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'"')) {
        let start = at + open + 1;
        let mut end = start;
        while let Some(byte) = bytes.get(end).filter(|byte| **byte != b'"') {
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        let after = bytes.get(end + 1..).unwrap_or_default();
        let inside = text.get(start..end).unwrap_or_default();
        if after.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':') {
            key = inside;
        } else if !PLAIN.contains(&key)
            && let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end))
        {
            spans.push(Span::new(start, end));
        }
        at = end + 1;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_shows_what_a_resource_is_not_what_it_holds() {
        let text = r#"{"variables":{"t":{"value":"s\"3"}},"address":"a.b","values":{"x":"cut"#;
        let shown: Vec<&str> = strings(text).iter().map(|span| &text[span.range()]).collect();
        assert_eq!(shown, ["s\\\"3", "cut"]);
    }
}
