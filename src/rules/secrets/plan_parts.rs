//! A plan's JSON in parts that are small enough to be read as trees.
//!
//! In: the text. Out: its resources one by one, and every other section, in one pass.

use std::borrow::Cow;

use foldhash::{HashMap, HashSet};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::syntax::plain_address;

/// Keys under which resources lie, however deep.
const CONTAINERS: [&str; 6] =
    ["planned_values", "prior_state", "values", "root_module", "child_modules", "resources"];
/// Keys of the lists of changes.
const CHANGES: [&str; 2] = ["resource_changes", "resource_drift"];
/// Sections that are looked into by themselves too.
const SECTIONS: [&str; 2] = ["variables", "configuration"];
/// How deep the containers nest: each module takes two steps.
const DEPTH: usize = 128;

/// The parts of a plan.
#[derive(Default)]
pub(super) struct Parts<'a> {
    /// The sections `variables` and `configuration`.
    pub(super) sections: HashMap<Cow<'a, str>, &'a RawValue>,
    changes: Vec<&'a RawValue>,
    resources: Vec<&'a RawValue>,
    others: Vec<&'a RawValue>,
}

impl<'a> Parts<'a> {
    /// Reads them; none where the text is no JSON, or no plan's.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut found = Self::default();
        let mut json = serde_json::Deserializer::from_str(text);
        let whole = Level { found: &mut found, key: "", depth: 0 };
        whole.deserialize(&mut json).and_then(|()| json.end()).ok()?;
        // What a change tells of a resource is what stands of it in the values before and after. They may be
        // masked where the change is not.
        let told: HashSet<&str> = found.changes.iter().filter_map(|raw| plain_address(raw)).collect();
        let more = |raw: &&RawValue| {
            plain_address(raw).is_none_or(|address| !told.contains(address)) || is_masked(raw)
        };
        found.resources.retain(more);
        Some(found)
    }

    /// Each part.
    pub(super) fn all(&self) -> Vec<&'a RawValue> {
        let lists = [&self.changes, &self.resources, &self.others];
        lists.into_iter().flatten().chain(self.sections.values()).copied().collect()
    }
}

/// Whether anything of a resource's values is masked. The mask stands behind them.
fn is_masked(resource: &RawValue) -> bool {
    resource.get().rsplit_once("\"sensitive_values\"").is_some_and(|(_, mask)| mask.contains("true"))
}

/// What lies under a key that leads to resources.
struct Level<'p, 'a> {
    found: &'p mut Parts<'a>,
    key: &'p str,
    depth: usize,
}

impl<'a> DeserializeSeed<'a> for Level<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Level<'_, 'a> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a part of a plan")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let depth = self.depth + 1;
        while let Some(key) = map.next_key::<Cow<'a, str>>()? {
            let changes = self.depth == 0 && CHANGES.contains(&&*key);
            if depth < DEPTH && (changes || CONTAINERS.contains(&&*key)) {
                map.next_value_seed(Level { found: self.found, key: &key, depth })?;
            } else {
                let section = map.next_value()?;
                if self.depth == 0 && SECTIONS.contains(&&*key) {
                    self.found.sections.insert(key, section);
                } else {
                    self.found.others.push(section);
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        let Level { found, key, depth } = self;
        match key {
            "resources" => {
                while let Some(item) = items.next_element()? {
                    found.resources.push(item);
                }
            }
            "child_modules" => {
                while items
                    .next_element_seed(Level { found: &mut *found, key: "", depth: depth + 1 })?
                    .is_some()
                {}
            }
            key => {
                let list = if CHANGES.contains(&key) { &mut found.changes } else { &mut found.others };
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
            }
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_a_change_tells_are_left_out_unless_they_are_masked() {
        let resource = |address: &str, mask: &str| {
            format!(r#"{{"address":"{address}","values":{{"password":"x"}},"sensitive_values":{mask}}}"#)
        };
        let text = format!(
            r#"{{"variables":{{}},"prior_state":{{"values":{{"root_module":{{"resources":[{},{}],"child_modules":[{{"resources":[{}]}}]}}}}}},"resource_changes":[{{"address":"a.told"}},{{"address":"a.masked"}}]}}"#,
            resource("a.told", "{}"),
            resource("a.masked", r#"{"password":true}"#),
            resource("m.a.other", "{}"),
        );
        let parts = Parts::read(&text).unwrap();
        let addresses: Vec<&str> = parts.resources.iter().filter_map(|raw| plain_address(raw)).collect();
        assert_eq!(addresses, ["a.masked", "m.a.other"]);
        assert_eq!((parts.changes.len(), parts.sections.len(), parts.others.len()), (2, 1, 0));
        assert!(Parts::read("{\"a\":").is_none());
    }
}
