//! What an expression of a plan's configuration refers to.
//!
//! In: the `references` that a plan keeps of an expression, which are paths as they were written:
//! `aws_s3_bucket.a.id`, `var.bucket`, `module.b.name`. Out: resource instances with module path
//! and key. Paths are followed through input variables, outputs and `each.value`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::eval::Reference;
use crate::syntax::{CallConfig, Change, Json, ModuleConfig, ResourceConfig, address_parts, module_calls};

/// How many paths are followed for one expression.
const MAX_STEPS: usize = 1_000;
/// How many modules a path may pass through.
const MAX_DEPTH: usize = 32;

/// Knows every instance of a plan, and the configuration.
pub(super) struct Resolver<'p> {
    root: Option<&'p ModuleConfig<'p>>,
    configs: HashMap<(String, &'p str), &'p ResourceConfig<'p>>,
    values: BTreeMap<&'p str, &'p RawValue>,
    modules: BTreeSet<&'p str>,
}

/// Reads one text of an object and passes over the rest.
struct OneText<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for OneText<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneText<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if key == self.0 {
                found = map.next_value::<Json<'_>>()?.as_str().map(str::to_owned);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Where an expression stands.
#[derive(Clone)]
pub(super) struct Place<'p> {
    /// Module calls from the root: name and key as written in addresses.
    path: Vec<(String, String)>,
    /// The key of what the expression belongs to: `[0]`, `["a"]` or nothing.
    key: String,
    for_each: Option<&'p Json<'p>>,
    /// The block of a resource.
    pub(super) config: Option<&'p ResourceConfig<'p>>,
}

impl<'p> Resolver<'p> {
    pub(super) fn new(
        root: Option<&'p ModuleConfig<'p>>,
        values: BTreeMap<&'p str, &'p RawValue>,
        modules: BTreeSet<&'p str>,
    ) -> Self {
        let mut configs = HashMap::default();
        let mut rest: Vec<(String, &'p ModuleConfig<'p>)> =
            root.map(|root| (String::new(), root)).into_iter().collect();
        while let Some((path, module)) = rest.pop() {
            for resource in &module.resources {
                configs.insert((path.clone(), &*resource.address), resource);
            }
            for (name, call) in &module.module_calls {
                rest.push((format!("{path}/{name}"), &call.module));
            }
        }
        Self { root, configs, values, modules }
    }

    /// Whether an attribute of an instance is this text.
    pub(super) fn is_text(&self, reference: &Reference, text: &str) -> bool {
        self.values.get(&*reference.address).is_some_and(|raw| {
            let mut reader = serde_json::Deserializer::from_str(raw.get());
            OneText(&reference.attribute)
                .deserialize(&mut reader)
                .is_ok_and(|found| found.as_deref() == Some(text))
        })
    }

    /// Where the expressions of an instance stand.
    pub(super) fn place(&self, change: &Change<'_>) -> Place<'p> {
        let calls = module_calls(&change.module).into_iter();
        let path: Vec<_> = calls.map(|(name, key)| (name.to_owned(), key.to_owned())).collect();
        let base = format!("{}{}.{}", if change.data { "data." } else { "" }, change.kind, change.name);
        let names: String = path.iter().flat_map(|(name, _)| ["/", name.as_str()]).collect();
        let config = self.configs.get(&(names, base.as_str())).copied();
        let key = change
            .address
            .strip_prefix(&*change.module)
            .map(|rest| rest.trim_start_matches('.'))
            .and_then(|rest| rest.strip_prefix(&*base))
            .unwrap_or("")
            .to_owned();
        let for_each = config.map(|config| &config.for_each_expression);
        Place { path, key, for_each, config }
    }

    /// The resource attributes that an expression is made from, in the order they are named.
    pub(super) fn targets(&self, expression: &Json<'_>, place: &Place<'p>) -> Vec<Reference> {
        let mut found = Vec::new();
        let mut steps = 0;
        self.follow(expression, place, 0, &mut steps, &mut found);
        found
    }

    fn follow(
        &self,
        expression: &Json<'_>,
        place: &Place<'p>,
        depth: usize,
        steps: &mut usize,
        found: &mut Vec<Reference>,
    ) {
        let references = expression.get("references").and_then(Json::as_array);
        for text in references.into_iter().flatten().filter_map(Json::as_str) {
            *steps += 1;
            if *steps > MAX_STEPS || depth > MAX_DEPTH {
                return;
            }
            let parts = address_parts(text);
            match parts.as_slice() {
                ["var", name, ..] => {
                    let Some((call, outer)) = self.outer(place) else { continue };
                    if let Some(input) = call.expressions.get(name) {
                        self.follow(input, &outer, depth + 1, steps, found);
                    }
                }
                ["each", "value", ..] => {
                    if let Some(collection) = place.for_each {
                        let place = Place { for_each: None, ..place.clone() };
                        self.follow(collection, &place, depth + 1, steps, found);
                    }
                }
                ["module", name, rest @ ..] => {
                    let (key, rest) = key_of(rest);
                    let Some(output) = rest.first() else { continue };
                    self.output(name, key, output, place, depth, steps, found);
                }
                ["count" | "each" | "local" | "path" | "terraform" | "self", ..] => {}
                ["data", kind, name, rest @ ..] => {
                    self.resource(&format!("data.{kind}.{name}"), rest, place, found);
                }
                [kind, name, rest @ ..] => self.resource(&format!("{kind}.{name}"), rest, place, found),
                _ => {}
            }
        }
    }

    fn outer(&self, place: &Place<'p>) -> Option<(&'p CallConfig<'p>, Place<'p>)> {
        let mut path = place.path.clone();
        let (name, key) = path.pop()?;
        let call = self.module(&path)?.module_calls.get(&name)?;
        Some((call, Place { path, key, for_each: Some(&call.for_each_expression), config: None }))
    }

    fn module(&self, path: &[(String, String)]) -> Option<&'p ModuleConfig<'p>> {
        path.iter()
            .try_fold(self.root?, |module, (name, _)| module.module_calls.get(name).map(|call| &call.module))
    }

    #[allow(clippy::too_many_arguments)]
    fn output(
        &self,
        name: &str,
        key: &str,
        output: &str,
        place: &Place<'p>,
        depth: usize,
        steps: &mut usize,
        found: &mut Vec<Reference>,
    ) {
        let base = format!("{}module.{name}", prefix(&place.path));
        let exists = |key: &str| {
            let address = format!("{base}{key}");
            self.modules.contains(address.as_str())
                || self.modules.range(format!("{address}.").as_str()..).next().is_some_and(|next| {
                    next.strip_prefix(&*address).is_some_and(|rest| rest.starts_with('.'))
                })
        };
        let keyed = format!("{base}[");
        let key = if !key.is_empty() || exists("") {
            key
        } else if exists(&place.key) {
            &place.key
        } else if self.modules.range(keyed.as_str()..).next().is_some_and(|next| next.starts_with(&keyed)) {
            // The key was computed: it can't be told which instance is meant.
            return;
        } else {
            ""
        };
        let mut path = place.path.clone();
        path.push((name.to_owned(), key.to_owned()));
        let Some(output) = self.module(&path).and_then(|module| module.outputs.get(output)) else { return };
        let inner = Place { path, key: String::new(), for_each: None, config: None };
        self.follow(&output.expression, &inner, depth + 1, steps, found);
    }

    fn resource(&self, label: &str, rest: &[&str], place: &Place<'p>, found: &mut Vec<Reference>) {
        let base = format!("{}{label}", prefix(&place.path));
        let (key, rest) = key_of(rest);
        let attribute = rest.first().copied().filter(|name| !name.starts_with('[')).unwrap_or("");
        let exists = |address: &str| self.values.contains_key(address);
        let same = format!("{base}{}", place.key);
        let address = if !key.is_empty() {
            format!("{base}{key}")
        } else if exists(&same) {
            same
        } else if exists(&base) {
            base
        } else {
            // The key was computed. One instance is the one; of several it can't be told which.
            let keyed = format!("{base}[");
            let mut instances = self
                .values
                .range(keyed.as_str()..)
                .map(|(address, _)| *address)
                .take_while(|address| address.starts_with(&keyed));
            match (instances.next(), instances.next()) {
                (None, _) => base,
                (Some(only), None) => only.to_owned(),
                (Some(_), Some(_)) => return,
            }
        };
        // After `a.b.id` a plan lists `a.b` too.
        let covered = |known: &Reference| {
            *known.address == *address && (attribute.is_empty() || *known.attribute == *attribute)
        };
        if !found.iter().any(covered) {
            found.push(Reference { address: address.into(), attribute: attribute.into(), any: false });
        }
    }
}

fn prefix(path: &[(String, String)]) -> String {
    path.iter().flat_map(|(name, key)| ["module.", name.as_str(), key.as_str(), "."]).collect()
}

fn key_of<'a, 'b>(parts: &'b [&'a str]) -> (&'a str, &'b [&'a str]) {
    match parts {
        [key, rest @ ..] if key.starts_with('[') => (key, rest),
        _ => ("", parts),
    }
}
