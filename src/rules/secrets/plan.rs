//! Secrets in a plan's JSON.
//!
//! In: the text of a plan. Out: the values under its masks, those of variables and outputs that it
//! calls sensitive, and those under telling names. A plan carries the same values unmasked elsewhere,
//! which are found by value. In an excerpt of the file no text is shown but what a resource is.

use std::fmt;

use foldhash::{HashMap, HashSet};
use rayon::prelude::*;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::findings::{Gathered, distinctive};
use crate::rules::functions::holds_secret;
use crate::source::FileId;
use crate::syntax::{Json, Members, Text};

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
        .map_init(Memory::default, |memory, part| {
            let mut search = Search { memory, found: Gathered::default() };
            search.part(part);
            search.found
        })
        .collect();
    for part in gathered {
        found.add(part);
    }
    variables(&parts, &mut found);
    found
}

/// What was met before: the same names and values stand in a plan many thousand times.
#[derive(Default)]
struct Memory<'a> {
    /// What each name tells.
    names: HashMap<String, Telling>,
    /// Attributes of resources whose values hold no more secrets than were found.
    searched: HashSet<(&'a str, &'a str)>,
}

/// Names that are remembered.
const MAX_NAMES: usize = 10_000;
/// Values that are remembered.
const MAX_SEARCHED: usize = 100_000;
/// Longer values seldom recur.
const MAX_LENGTH: usize = 16 << 10;

/// Goes through a part of the plan.
struct Search<'n, 'a> {
    memory: &'n mut Memory<'a>,
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

impl<'a> Search<'_, 'a> {
    /// A part: attribute by attribute where nothing else in it says something of them, as a tree otherwise.
    fn part(&mut self, part: &'a RawValue) {
        let skim = Skim { search: self, of: Of::Part };
        if skim.deserialize(&mut serde_json::Deserializer::from_str(part.get())).is_ok() {
            return;
        }
        if let Ok(part) = serde_json::from_str::<Json<'_>>(part.get()) {
            self.walk(&part);
        }
    }

    /// An attribute, unless the same was met before.
    fn attribute(&mut self, name: &Text<'a>, raw: &'a RawValue) {
        let text = raw.get();
        let known = (text.len() <= MAX_LENGTH).then(|| name.borrowed().map(|name| (name, text))).flatten();
        if known.is_some_and(|known| self.memory.searched.contains(&known)) {
            return;
        }
        if let Some(known) = known.filter(|_| self.memory.searched.len() < MAX_SEARCHED) {
            self.memory.searched.insert(known);
        }
        if let Ok(value) = serde_json::from_str::<Json<'_>>(text) {
            named(&value, self.telling(name), &mut self.found);
            self.walk(&value);
        }
    }

    fn telling(&mut self, name: &str) -> Telling {
        let names = &mut self.memory.names;
        if let Some(known) = names.get(name) {
            return *known;
        }
        let told = telling(name);
        if names.len() < MAX_NAMES {
            names.insert(name.to_owned(), told);
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

/// What an object of a plan is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// A resource, or a section.
    Part,
    /// What is to be done with a resource.
    Change,
    /// How a resource is.
    Attributes,
}

/// Goes through a resource without a tree of it. Gives up, with an error, where some members say something of
/// others.
struct Skim<'s, 'n, 'a> {
    search: &'s mut Search<'n, 'a>,
    of: Of,
}

impl<'a> DeserializeSeed<'a> for Skim<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Skim<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a resource of which nothing is masked")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut naming, mut valued) = (false, false);
        while let Some(name) = map.next_key::<Text<'a>>()? {
            let inner = match (self.of, &*name) {
                (Of::Part, "change") => Some(Of::Change),
                (Of::Part, "values") | (Of::Change, "before" | "after") => Some(Of::Attributes),
                _ => None,
            };
            if let Some(of) = inner {
                map.next_value_seed(Skim { search: &mut *self.search, of })?;
                continue;
            }
            let raw: &RawValue = map.next_value()?;
            naming |= NAMING.contains(&&*name);
            valued |= *name == *NAMED;
            let tells = TELLS.contains(&&*name) && *name != *NAMED && raw.get().contains("true");
            if tells || naming && valued {
                return Err(A::Error::custom("some members say something of others"));
            }
            self.search.attribute(&name, raw);
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a part by attributes, and whether it could be; and what is found in its tree.
    fn both(part: &str) -> (Gathered, bool, Gathered) {
        let raw: &RawValue = serde_json::from_str(part).unwrap();
        let (mut memory, mut other) = (Memory::default(), Memory::default());
        let mut search = Search { memory: &mut memory, found: Gathered::default() };
        let skim = Skim { search: &mut search, of: Of::Part };
        let skimmed = skim.deserialize(&mut serde_json::Deserializer::from_str(part)).is_ok();
        search.part(raw);
        let mut tree = Search { memory: &mut other, found: Gathered::default() };
        tree.walk(&serde_json::from_str(part).unwrap());
        (search.found, skimmed, tree.found)
    }

    #[test]
    fn attribute_by_attribute_the_same_is_found_as_in_the_tree() {
        let resource = |after: &str, mask: &str| {
            format!(
                r#"{{"address":"a.b","type":"a","name":"b","change":{{"actions":["update"],"before":null,"after":{after},"after_unknown":{{"id":true}},"before_sensitive":false,"after_sensitive":{mask}}}}}"#
            )
        };
        let cases = [
            (resource(r#"{"password":"hunter22x","size":3,"tags":{"Token":"q8-Zx0r7"}}"#, "{}"), true),
            (resource(r#"{"environment":[{"name":"DB_PASSWORD","value":"s3cr3t-one"}]}"#, "{}"), true),
            (resource(r#"{"name":"db_password","value":"s3cr3t-two"}"#, "{}"), false),
            (resource(r#"{"value":"s3cr3t-three","key":"db_password"}"#, "{}"), false),
            (resource(r#"{"value":"s3cr3t-four","type":"String"}"#, r#"{"value":true}"#), false),
            (resource(r#"{"sensitive":true,"default":"s3cr3t-five"}"#, "{}"), false),
            (resource(r#"{"user_data":"export DB_PASSWORD=s3cr3t-six\nrun"}"#, "{}"), true),
            (
                r#"{"address":"a.b","values":{"pw":"x","pwd":"s3cr3t-7"},"sensitive_values":{}}"#.to_owned(),
                true,
            ),
            (
                r#"{"address":"a.b","values":{"x":"s3cr3t-8"},"sensitive_values":{"x":true}}"#.to_owned(),
                false,
            ),
            (r#"{"change":{"value":"s3cr3t-9"},"values":{"value":"s3cr3t-10"}}"#.to_owned(), true),
            (r#"["a",{"password":"s3cr3t-eleven"}]"#.to_owned(), false),
        ];
        for (case, by_attributes) in cases {
            let (found, skimmed, tree) = both(&case);
            assert_eq!(format!("{found:?}"), format!("{tree:?}"), "{case}");
            assert_eq!(skimmed, by_attributes, "{case}");
        }
    }

    #[test]
    fn what_was_searched_once_was_found_once() {
        let resource = r#"{"address":"a.b","values":{"password":"hunter22x"}}"#;
        let text = format!(
            r#"{{"format_version":"1.2","planned_values":{{"root_module":{{"resources":[{resource},{resource}]}}}}}}"#
        );
        let found = of(FileId(0), &text);
        assert!(format!("{found:?}").contains("hunter22x"));
    }
}
