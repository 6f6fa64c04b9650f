//! Typed values from a plan's JSON.
//!
//! In: what an instance looks like afterwards, with the masks that say what of it is unknown or
//! sensitive. Out: its [`Value`], shaped as evaluating the block would shape it: nested blocks are
//! lists, and what the configuration leaves to the provider is absent.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;

use foldhash::{HashMap, HashSet};

use crate::eval::convert::{convert, schema_type};
use crate::eval::{Data, Number, Reference, Unknown, Value, Why};
use crate::schema::{self, Kind, Nesting};
use crate::syntax::{Json, Members, RawMembers, Side, Text};

use super::references::{Place, Resolver};

/// What one thread has met, each kept once: names of attributes, and values that recur.
#[derive(Default)]
pub(super) struct Met<'a> {
    texts: RefCell<HashSet<Arc<str>>>,
    attributes: RefCell<HashMap<Attribute<'a>, Value>>,
}

/// An attribute of which nothing is hidden or unknown: its type and name, its value, and the mask's form.
type Attribute<'a> = (Kinds<'a>, &'a str, &'a str, &'a str);

/// A type, of data sources or of resources.
pub(super) type Kinds<'a> = (bool, &'a str);

/// How many texts are remembered.
const MAX_TEXTS: usize = 100_000;
/// Longer texts seldom recur.
const MAX_LENGTH: usize = 64;
/// How many attributes are remembered.
const MAX_ATTRIBUTES: usize = 20_000;
/// The same for their values as JSON.
const MAX_VALUE: usize = 16 << 10;

impl Met<'_> {
    fn get(&self, text: &str) -> Arc<str> {
        let mut known = self.texts.borrow_mut();
        if let Some(found) = known.get(text) {
            return Arc::clone(found);
        }
        let new: Arc<str> = text.into();
        if text.len() <= MAX_LENGTH && known.len() < MAX_TEXTS {
            known.insert(Arc::clone(&new));
        }
        new
    }
}

/// Reads one instance.
pub(super) struct Reader<'r, 'a> {
    pub(super) met: &'r Met<'a>,
    pub(super) resolver: &'r Resolver<'r>,
    pub(super) place: &'r Place<'r>,
    pub(super) address: &'r str,
}

const NOTHING: &Json<'static> = &Json::Null;

fn member<'j, 'a>(json: &'j Json<'a>, name: &str) -> &'j Json<'a> {
    json.get(name).unwrap_or(NOTHING)
}

fn element<'j, 'a>(json: &'j Json<'a>, at: usize) -> &'j Json<'a> {
    // A mask may be `true` for a whole collection: then it holds for each element.
    if json.as_bool() == Some(true) { json } else { at_index(json, at).unwrap_or(NOTHING) }
}

fn at_index<'j, 'a>(json: &'j Json<'a>, at: usize) -> Option<&'j Json<'a>> {
    json.as_array()?.get(at)
}

/// The names that either has, in order.
fn names<'j>(after: &'j Json<'_>, unknown: &'j Json<'_>) -> Vec<&'j str> {
    let keys =
        |json: &'j Json<'_>| json.as_object().into_iter().flat_map(Members::iter).map(|(name, _)| name);
    let mut names: Vec<&str> = keys(after).chain(keys(unknown)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Where a value stands in its resource. Written out only where something is unknown.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    outer: Option<&'p Path<'p>>,
    name: &'p str,
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            write!(out, "{outer}.")?;
        }
        out.write_str(self.name)
    }
}

fn json(raw: Option<&RawValue>) -> Json<'_> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or(Json::Null)
}

/// The members of a mask, or of expressions; none where it hides the whole. A mask over nothing is `false`.
fn members(raw: Option<&RawValue>) -> Option<RawMembers<'_>> {
    let raw = raw.filter(|raw| !matches!(raw.get(), "null" | "false"));
    raw.map_or_else(|| Some(RawMembers::default()), |raw| serde_json::from_str(raw.get()).ok())
}

impl<'a> Reader<'_, 'a> {
    /// The attributes of an instance; none where it has none.
    pub(super) fn read(
        &self,
        kind: Kinds<'a>,
        side: Side<'a>,
        schema: Option<&schema::Block>,
    ) -> Option<Value> {
        let (Some(unknown), Some(sensitive)) = (members(side.unknown), members(side.sensitive)) else {
            return self.tree(side, schema);
        };
        let after: RawMembers<'a> = serde_json::from_str(side.values.get()).ok()?;
        let expressions = self.place.config.map(|config| members(config.expressions).unwrap_or_default());
        Some(self.attributes(kind, [&after, &unknown, &sensitive], expressions.as_ref(), schema))
    }

    /// The same from a tree of all of it.
    pub(super) fn tree(&self, side: Side<'_>, schema: Option<&schema::Block>) -> Option<Value> {
        let [after, unknown, sensitive] = [Some(side.values), side.unknown, side.sensitive].map(json);
        after.as_object()?;
        let expressions = self.place.config.map(|config| json(config.expressions));
        Some(self.block(&after, &unknown, &sensitive, expressions.as_ref(), schema, None))
    }

    /// The same from the text of each attribute: most were met before. `expressions` are as for a block.
    fn attributes(
        &self,
        kind: Kinds<'a>,
        [after, unknown, sensitive]: [&RawMembers<'a>; 3],
        expressions: Option<&RawMembers<'_>>,
        schema: Option<&schema::Block>,
    ) -> Value {
        let (mut names, all): (Vec<&Text<'a>>, _) = (after.names().collect(), unknown.names());
        names.extend(all.filter(|name| after.get(name).is_none()));
        let mut pairs: Vec<(Arc<str>, Value)> = Vec::with_capacity(names.len());
        for name in names {
            let [after, unknown, sensitive] = [after, unknown, sensitive].map(|part| part.get(name));
            let texts = [after, unknown].map(|raw| raw.map_or("null", RawValue::get));
            let expression = expressions.map(|expressions| expressions.get(name));
            // `true` is what a mask hides, `references` are what a value may have been read from.
            let has = |raw: Option<&RawValue>, what| raw.is_some_and(|raw| raw.get().contains(what));
            let plain = !has(unknown, "true")
                && !has(sensitive, "true")
                && !has(expression.flatten(), "\"references\"");
            if plain && matches!(texts, ["null", "null" | "false"]) {
                continue;
            }
            let [text, mask] = texts;
            let key = name.borrowed().filter(|_| plain && text.len() + mask.len() <= MAX_VALUE);
            let key = key.map(|name| (kind, name, text, mask));
            let known = key.and_then(|key| self.met.attributes.borrow().get(&key).cloned());
            let value = known.unwrap_or_else(|| {
                let [after, unknown, sensitive] = [after, unknown, sensitive].map(json);
                let expression = expression.map(json);
                let value =
                    self.member(name, [&after, &unknown, &sensitive], expression.as_ref(), schema, None);
                let mut attributes = self.met.attributes.borrow_mut();
                if let Some(key) = key.filter(|_| attributes.len() < MAX_ATTRIBUTES) {
                    attributes.insert(key, value.clone());
                }
                value
            });
            if !value.is_null() {
                pairs.push((self.met.get(name), value));
            }
        }
        Value::object(pairs)
    }

    /// A block's attributes. `expressions` are those of the configuration; `None` where it can't be
    /// told what they were (no configuration, `dynamic`).
    fn block(
        &self,
        after: &Json<'_>,
        unknown: &Json<'_>,
        sensitive: &Json<'_>,
        expressions: Option<&Json<'_>>,
        schema: Option<&schema::Block>,
        outer: Option<&Path<'_>>,
    ) -> Value {
        let names = names(after, unknown);
        let mut pairs: Vec<(Arc<str>, Value)> = Vec::with_capacity(names.len());
        for name in names {
            let (after, unknown) = (member(after, name), member(unknown, name));
            let sensitive =
                if sensitive.as_bool() == Some(true) { sensitive } else { member(sensitive, name) };
            let expression = expressions.map(|expressions| member(expressions, name));
            let value = self.member(name, [after, unknown, sensitive], expression, schema, outer);
            if !value.is_null() {
                pairs.push((self.met.get(name), value));
            }
        }
        Value::object(pairs).sensitive_if(sensitive.as_bool() == Some(true))
    }

    /// An attribute, or the nested blocks of a name.
    fn member(
        &self,
        name: &str,
        parts: [&Json<'_>; 3],
        expression: Option<&Json<'_>>,
        schema: Option<&schema::Block>,
        outer: Option<&Path<'_>>,
    ) -> Value {
        let path = Path { outer, name };
        if let Some(nested) = schema.and_then(|schema| schema.block(name)) {
            return self.blocks(nested, parts, expression, &path);
        }
        let attribute = schema.and_then(|schema| schema.attribute(name));
        self.attribute(attribute, parts, expression, &path)
    }

    /// A nested block as a list; null where there is none.
    fn blocks(
        &self,
        nested: &schema::NestedBlock,
        parts: [&Json<'_>; 3],
        expression: Option<&Json<'_>>,
        path: &Path<'_>,
    ) -> Value {
        let [after, unknown, sensitive] = parts;
        // No expressions: absent, or `dynamic`, which plans don't show.
        let expression = expression.filter(|expression| !expression.is_null());
        if unknown.as_bool() == Some(true) {
            // Not even their number is known: a list of one would have a length.
            return self.unknown(expression, path, true);
        }
        let one =
            |after: &Json<'_>, unknown: &Json<'_>, sensitive: &Json<'_>, expression: Option<&Json<'_>>| {
                self.block(after, unknown, sensitive, expression, Some(&nested.block), Some(path))
            };
        let items: Vec<Value> = match (after, nested.nesting) {
            (Json::Array(_) | Json::Null, _) => {
                let count = length(after).max(length(unknown));
                (0..count)
                    .map(|at| {
                        let unknown = element(unknown, at);
                        if unknown.as_bool() == Some(true) {
                            return self.unknown(expression, path, false);
                        }
                        // The order of sets says nothing: only a lone block is surely the written one.
                        let lone = expression.filter(|list| {
                            list.as_object().is_some()
                                || nested.nesting != Nesting::Set
                                || (count == 1 && length(list) == 1)
                        });
                        let written = lone.and_then(|list| {
                            if list.as_object().is_some() { Some(list) } else { at_index(list, at) }
                        });
                        one(element(after, at), unknown, element(sensitive, at), written)
                    })
                    .collect()
            }
            (Json::Object(_), Nesting::Single) => vec![one(after, unknown, sensitive, expression)],
            (Json::Object(entries), _) => entries
                .iter()
                .map(|(key, item)| one(item, member(unknown, key), member(sensitive, key), None))
                .collect(),
            _ => Vec::new(),
        };
        if items.is_empty() { Value::NULL } else { Value::list(items) }
    }

    fn attribute(
        &self,
        attribute: Option<&schema::Attribute>,
        parts: [&Json<'_>; 3],
        expression: Option<&Json<'_>>,
        path: &Path<'_>,
    ) -> Value {
        let [after, unknown, sensitive] = parts;
        let configured = expression.is_some_and(|expression| !expression.is_null());
        if unknown.as_bool() == Some(true)
            && expression.is_some()
            && !configured
            && attribute.is_some_and(|attribute| attribute.computed && !of_objects(&attribute.ty))
        {
            // Left to the provider. Evaluating the block would find no such attribute either; as an
            // unknown that is set it would pass for a choice somebody made.
            return Value::NULL;
        }
        let written = expression.filter(|_| configured);
        let collection = attribute.is_some_and(|attribute| {
            matches!(attribute.ty, Kind::List(_) | Kind::Set(_) | Kind::Map(_) | Kind::Object(_))
        });
        let mut value = self.value(parts, written, path, collection);
        if value.is_null() {
            return value;
        }
        if let (Some(text), Some(written)) = (after.as_str(), written) {
            value.mark.reference = self.read_from(text, written).map(Arc::new);
        }
        if let Some(attribute) = attribute {
            value = convert(&value, &schema_type(&attribute.ty))
                .unwrap_or(value)
                .sensitive_if(attribute.sensitive);
        }
        value.sensitive_if(sensitive.as_bool() == Some(true))
    }

    /// The attribute that a known text equals, if the expression names just that.
    fn read_from(&self, text: &str, written: &Json<'_>) -> Option<Reference> {
        let mut targets = self.resolver.targets(written, self.place);
        let reference = targets.pop().filter(|_| targets.is_empty())?;
        self.resolver.is_text(&reference, text).then_some(reference)
    }

    fn value(
        &self,
        parts: [&Json<'_>; 3],
        written: Option<&Json<'_>>,
        path: &Path<'_>,
        collection: bool,
    ) -> Value {
        let [after, unknown, sensitive] = parts;
        let hidden = sensitive.as_bool() == Some(true);
        if unknown.as_bool() == Some(true) {
            return self.unknown(written, path, collection).sensitive_if(hidden);
        }
        let value = match (after, unknown) {
            (Json::Array(_), _) | (Json::Null, Json::Array(_)) => {
                let count = length(after).max(length(unknown));
                let items = (0..count).map(|at| {
                    let parts = [element(after, at), element(unknown, at), element(sensitive, at)];
                    self.value(parts, written, path, collection)
                });
                let items: Vec<Value> = items.collect();
                // An absent collection has an empty mask.
                if items.is_empty() && after.is_null() { Value::NULL } else { Value::tuple(items) }
            }
            (Json::Object(_), _) | (Json::Null, Json::Object(_)) => {
                let pairs = names(after, unknown).into_iter().map(|name| {
                    let parts = [member(after, name), member(unknown, name), member(sensitive, name)];
                    (self.met.get(name), self.value(parts, written, path, collection))
                });
                let pairs: Vec<(Arc<str>, Value)> = pairs.collect();
                if pairs.is_empty() && after.is_null() { Value::NULL } else { Value::object(pairs) }
            }
            (Json::Null, _) => Value::NULL,
            (Json::Bool(value), _) => Value::from(*value),
            (Json::Number(number), _) => Number::parse(&number.to_string()).map_or(Value::NULL, Value::from),
            (Json::String(text), _) => Data::String(self.met.get(text)).into(),
        };
        value.sensitive_if(hidden)
    }

    /// An unknown, with what its expression refers to. Where several resources are named and only
    /// one can be meant (`condition ? a.id : b.id`), it can't be told which: none is.
    fn unknown(&self, written: Option<&Json<'_>>, path: &Path<'_>, collection: bool) -> Value {
        let mut refers =
            written.map(|written| self.resolver.targets(written, self.place)).unwrap_or_default();
        let several = refers.iter().map(|reference| &reference.address).collect::<BTreeSet<_>>().len() > 1;
        if several && !collection {
            refers.clear();
        }
        let why = Why::Computed(format!("{}.{path}", self.address).into());
        let not_null = written.is_some();
        let ty = crate::eval::Type::Any;
        Data::Unknown(Arc::new(Unknown { ty, why, refers, made: false, not_null, partial: None })).into()
    }
}

fn length(json: &Json<'_>) -> usize {
    json.as_array().map_or(0, <[_]>::len)
}

/// Attributes that may be written as blocks, so as `dynamic` ones too, which plans don't show.
fn of_objects(kind: &Kind) -> bool {
    matches!(kind, Kind::List(of) | Kind::Set(of) if matches!(**of, Kind::Object(_)))
}
