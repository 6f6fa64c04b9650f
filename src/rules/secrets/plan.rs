//! Secrets in a plan's JSON.
//!
//! In: the text of a plan. Out: the values under its masks, those of variables and outputs that it
//! calls sensitive, and those under telling names. A plan carries the same values unmasked elsewhere,
//! which are found by value. In an excerpt of the file no text is shown but what a resource is.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::findings::{Gathered, distinctive};
use crate::rules::functions::holds_secret;
use crate::source::FileId;
use crate::syntax::{Json, Members};

use super::plan_parts::Parts;
use super::{NAMED, NAMING, Telling, lines, literal, telling};

/// A value, and the mask over it.
const MASKED: [(&str, &str); 4] = [
    ("before", "before_sensitive"),
    ("after", "after_sensitive"),
    ("values", "sensitive_values"),
    ("value", "sensitive"),
];
/// Members of which one is there wherever a member says something of another.
const TELLS: [&str; 7] =
    ["before_sensitive", "after_sensitive", "sensitive_values", "sensitive", "ephemeral", "module", NAMED];
/// Under a telling name these describe the value.
const ABOUT: [&str; 4] = ["references", "description", "type", "source"];

/// The secrets of one plan.
pub(super) fn of(file: FileId, text: &str) -> Gathered {
    let mut found = Gathered::default();
    found.plan(file);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(parts) = Parts::read(text) else {
        for told in lines::told(text) {
            text.get(told.value).into_iter().for_each(|value| found.text(value));
        }
        return found;
    };
    // One resource at a time, so that the whole plan never lies in memory as a tree.
    let gathered: Vec<Gathered> = parts
        .all()
        .par_iter()
        .map_init(Told::default, |names, part| {
            let mut search = Search { names, found: Gathered::default() };
            if let Ok(part) = serde_json::from_str::<Json<'_>>(part.get()) {
                search.walk(&part);
            }
            search.found
        })
        .collect();
    for part in gathered {
        found.add(part);
    }
    variables(&parts, &mut found);
    found
}

/// What each name tells: the same names stand in a plan many thousand times.
type Told = HashMap<String, Telling>;

/// Names that are remembered.
const MAX_NAMES: usize = 10_000;

/// Goes through a part of the plan.
struct Search<'n> {
    names: &'n mut Told,
    found: Gathered,
}

/// Values of the root's variables that the configuration marks: the values themselves carry no mark.
fn variables(parts: &Parts<'_>, found: &mut Gathered) {
    let section = |name: &str| {
        let raw = parts.sections.get(name)?;
        serde_json::from_str::<Json<'_>>(raw.get()).ok()
    };
    let (Some(values), Some(configuration)) = (section("variables"), section("configuration")) else {
        return;
    };
    let declared = configuration.path(&["root_module", "variables"]);
    for name in declared.into_iter().flat_map(marked) {
        values.path(&[name, "value"]).into_iter().for_each(|value| masked(value, &ALL, found));
    }
}

/// The mask of what is secret as a whole.
const ALL: Json<'static> = Json::Bool(true);

fn flagged(of: &Json<'_>) -> bool {
    ["sensitive", "ephemeral"].iter().any(|flag| of.get(flag) == Some(&ALL))
}

/// The variables that are marked, of those of a module.
fn marked<'j>(declared: &'j Json<'_>) -> impl Iterator<Item = &'j str> {
    let declared = declared.as_object().into_iter().flat_map(Members::iter);
    declared.filter(|(_, variable)| flagged(variable)).map(|(name, _)| name)
}

impl Search<'_> {
    fn telling(&mut self, name: &str) -> Telling {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let told = telling(name);
        if self.names.len() < MAX_NAMES {
            self.names.insert(name.to_owned(), told);
        }
        told
    }

    /// Depth is bounded by the JSON parser.
    fn walk(&mut self, json: &Json<'_>) {
        match json {
            Json::Array(items) => items.iter().for_each(|item| self.walk(item)),
            Json::Object(entries) => self.object(json, entries),
            Json::String(text) if holds_secret(text) => {
                for told in lines::told(text) {
                    text.get(told.value).into_iter().for_each(|value| self.found.text(value));
                }
                if !text.contains('\n') {
                    self.found.text(text);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, json: &Json<'_>, entries: &Members<'_>) {
        let mut tells = false;
        for (key, value) in entries.iter() {
            tells |= TELLS.contains(&key);
            named(value, self.telling(key), &mut self.found);
            self.walk(value);
        }
        if tells {
            self.told_by_others(json, entries);
        }
    }

    /// What some members say of others.
    fn told_by_others(&mut self, json: &Json<'_>, entries: &Members<'_>) {
        for (value, mask) in MASKED {
            if let (Some(value), Some(mask)) = (entries.get(value), entries.get(mask)) {
                masked(value, mask, &mut self.found);
            }
        }
        if flagged(json) {
            let written = [entries.get("default"), json.path(&["expression", "constant_value"])];
            written.into_iter().flatten().for_each(|value| masked(value, &ALL, &mut self.found));
        }
        // A literal given to a variable that the called module marks.
        for name in json.path(&["module", "variables"]).into_iter().flat_map(marked) {
            let given = json.path(&["expressions", name, "constant_value"]);
            if let Some(value) = given {
                masked(value, &ALL, &mut self.found);
            }
        }
        let beside = NAMING.iter().find_map(|name| entries.get(name)?.as_str());
        if let (Some(beside), Some(value)) = (beside, entries.get(NAMED)) {
            named(value, telling(beside), &mut self.found);
        }
    }
}

/// Texts and numbers of a value where the mask says so.
fn masked(value: &Json<'_>, mask: &Json<'_>, found: &mut Gathered) {
    match (value, mask) {
        (Json::String(text), Json::Bool(true)) => found.text(text),
        (Json::Number(number), Json::Bool(true)) => found.text(&number.to_string()),
        (Json::Array(items), Json::Bool(true)) => items.iter().for_each(|item| masked(item, mask, found)),
        (Json::Object(items), Json::Bool(true)) => inside(items, found),
        (Json::Array(items), Json::Array(masks)) => {
            items.iter().zip(masks).for_each(|(item, mask)| masked(item, mask, found));
        }
        (Json::Object(items), Json::Object(masks)) => {
            for (name, mask) in masks.iter() {
                items.get(name).into_iter().for_each(|item| masked(item, mask, found));
            }
        }
        _ => {}
    }
}

/// Members of an object that is masked as a whole: plain words among them stand elsewhere too.
fn inside(items: &Members<'_>, found: &mut Gathered) {
    for (key, item) in items.iter() {
        match item {
            Json::String(text) if !distinctive(text) && !literal(telling(key), text) => {}
            _ => masked(item, &ALL, found),
        }
    }
}

/// Texts under a telling name.
fn named(value: &Json<'_>, telling: Telling, found: &mut Gathered) {
    match value {
        _ if telling == Telling::No => {}
        Json::String(text) if literal(telling, text) => found.text(text),
        Json::Array(items) => items.iter().for_each(|item| named(item, telling, found)),
        Json::Object(items) => {
            let of_value = items.iter().filter(|(key, _)| !ABOUT.contains(key));
            of_value.for_each(|(_, item)| named(item, telling, found));
        }
        _ => {}
    }
}
