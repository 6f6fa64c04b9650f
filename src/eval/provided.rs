//! What resources have that their blocks do not set.
//!
//! In: a reference to an attribute, and the provider's schema. Out: a value that is known, null, or left to
//! the provider. Exists because most of what a configuration reads of a resource is not written there.

use std::sync::Arc;

use crate::schema::{self, Kind, NestedBlock, Nesting};

use super::{Data, EvalError, Partial, Reference, Type, Unknown, Value, Why, convert};

/// The attribute that a computed one repeats, where the provider's documentation says so.
pub(super) fn same_as(resource: &Reference, name: &str) -> Option<&'static str> {
    match (kind_of(&resource.address), name) {
        (("aws_cloudwatch_log_metric_filter", false), "id") => Some("name"),
        _ => None,
    }
}

/// A set attribute of a resource, read from outside: the value, and whose it is. An unknown that is one of two, or a
/// text of which parts are known, is this very attribute all the same, whatever it comes to.
pub(super) fn identified(value: Value, resource: &Reference, name: &str) -> Value {
    read_as(value, resource.attribute(name))
}

/// A value that is what a reference reads.
pub(super) fn read_as(value: Value, reference: Reference) -> Value {
    let Data::Unknown(unknown) = &value.data else {
        let mut value = blocks_of(value, &reference);
        value.mark.reference = Some(Arc::new(reference));
        return value;
    };
    let mut unknown = Unknown::clone(unknown);
    let mut mark = value.mark;
    if let Some(Partial::Either(..) | Partial::Template(_) | Partial::Json(_)) = unknown.partial {
        mark.reference = Some(Arc::new(reference.clone()));
    }
    unknown.refers.push(reference);
    Value { data: Data::Unknown(Arc::new(unknown)), mark }
}

/// Nested blocks, each of which knows whose it is: however it is taken out of its list, what it does not
/// set can be told from what nobody has.
fn blocks_of(value: Value, of: &Reference) -> Value {
    let Data::Sequence(sequence) = &value.data else { return value };
    let block = |item: &Value| matches!(item.data, Data::Mapping(_)) && item.mark.reference.is_none();
    if !sequence.items.iter().any(block) {
        return value;
    }
    let path = format!("{}[]", of.attribute);
    let items = sequence
        .items
        .iter()
        .map(|item| if block(item) { within(item.clone(), of, &path) } else { item.clone() });
    let marked = Value::sequence(sequence.kind, items.collect());
    Value { data: marked.data, mark: value.mark }
}

/// The same value, as a part of a resource's attribute.
pub(super) fn within(mut value: Value, of: &Reference, path: &str) -> Value {
    if value.mark.reference.is_none() {
        let part = of.attribute(path);
        value = blocks_of(value, &part);
        value.mark.reference = Some(Arc::new(part));
    }
    value
}

/// Type of the block at an instance address, and whether it is read rather than managed.
pub fn kind_of(address: &str) -> (&str, bool) {
    let mut rest = address;
    while let Some(after) = rest.strip_prefix("module.") {
        // The module's key may hold dots: skip it by its brackets and quotes.
        let bytes = after.as_bytes();
        let mut quoted = false;
        let mut end = after.len();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b'.' if !quoted => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        rest = after.get(end + 1..).unwrap_or("");
    }
    // What an ephemeral resource gives may be anything, as what is read.
    let read = rest.strip_prefix("data.").or_else(|| rest.strip_prefix("ephemeral."));
    let (rest, data) = read.map_or((rest, false), |rest| (rest, true));
    (rest.split('.').next().unwrap_or(""), data)
}

/// The schema of the block that a reference leads into; none for a type that no schema describes.
fn schema_of(of: &Reference) -> Option<Arc<schema::Block>> {
    let (kind, data) = kind_of(&of.address);
    if data { schema::data(kind) } else { schema::resource(kind) }
}

/// Whether what stands in a resource is as good as not written: null, or a `dynamic` block that makes none.
pub(super) fn not_written(found: &Value, resource: &Reference, name: &str) -> bool {
    let empty = || found.as_items().is_some_and(<[_]>::is_empty);
    let block = || schema_of(resource).is_some_and(|schema| schema.block(name).is_some());
    found.is_null() || empty() && block()
}

/// An attribute that the resource's block does not set: null if the provider never fills it in.
pub(super) fn absent(resource: &Reference, name: &str) -> Value {
    let (_, data) = kind_of(&resource.address);
    let Some(block) = schema_of(resource) else { return computed(resource, name, Type::Any, data) };
    match (block.attribute(name), block.block(name)) {
        (Some(attribute), _) => unset(attribute, resource, name, data),
        (None, Some(nested)) => unset_block(nested, resource, name, data),
        (None, None) => computed(resource, name, Type::Any, data),
    }
}

/// A nested block that nobody wrote. The provider may fill it in, and its schema does not say whether it does.
fn unset_block(nested: &NestedBlock, resource: &Reference, name: &str, data: bool) -> Value {
    let ty = match nested.nesting {
        Nesting::List => Type::List(Box::new(Type::Any)),
        Nesting::Set => Type::Set(Box::new(Type::Any)),
        Nesting::Single | Nesting::Map => Type::Any,
    };
    computed(resource, name, ty, data)
}

/// What an attribute is that nobody wrote. A data source may read what it was not told. The region of
/// a resource follows its provider's, though the schema has it as if nobody filled it in. And what a
/// provider has a default for, its schema does not tell.
fn unset(attribute: &schema::Attribute, resource: &Reference, name: &str, data: bool) -> Value {
    let value = computed(resource, name, convert::schema_type(&attribute.ty), data);
    if data || attribute.computed || attribute.required || name == "region" {
        return value;
    }
    let simple = matches!(attribute.ty, Kind::Bool | Kind::Number | Kind::String);
    if simple { value.or_null() } else { Value::NULL }
}

/// What the schema says of the nested block at a path such as `rule[].filter[]`.
fn nested_at(schema: Arc<schema::Block>, path: &str) -> Option<Arc<schema::Block>> {
    let mut parts = path.split('.').filter(|part| !part.is_empty());
    parts.try_fold(schema, |block, part| Some(Arc::clone(&block.block(part.trim_end_matches("[]"))?.block)))
}

/// An attribute that a nested block does not set.
pub(super) fn absent_within(of: &Reference, name: &str) -> Result<Value, EvalError> {
    let (_, data) = kind_of(&of.address);
    let path = format!("{}.{name}", of.attribute.replace("[]", ""));
    let Some(schema) = schema_of(of) else { return Ok(computed(of, &path, Type::Any, data)) };
    let block = nested_at(schema, &of.attribute);
    let attribute = block.as_ref().and_then(|block| block.attribute(name));
    let nested = block.as_ref().and_then(|block| block.block(name));
    match (attribute, nested) {
        (Some(attribute), _) => Ok(unset(attribute, of, &path, data)),
        (None, Some(nested)) => Ok(unset_block(nested, of, &path, data)),
        (None, None) => Err(EvalError::new(format!("the object has no attribute {name:?}"))),
    }
}

/// Whether the nested blocks that are kept as a list are one object to expressions. Where no schema tells,
/// the expression does.
pub(super) fn is_single(value: &Value) -> bool {
    let Some(of) = value.mark.reference.as_deref().filter(|of| !of.attribute.is_empty()) else {
        return false;
    };
    let Some(schema) = schema_of(of) else { return true };
    let (outer, name) = of.attribute.rsplit_once('.').unwrap_or(("", &of.attribute));
    let block = nested_at(schema, outer);
    block.is_some_and(|block| block.block(name).is_some_and(|nested| nested.nesting == Nesting::Single))
}

pub(super) fn computed(resource: &Reference, name: &str, ty: Type, data: bool) -> Value {
    let path: Arc<str> = format!("{}.{name}", resource.address).into();
    let why = if data { Why::DataSource(path) } else { Why::Computed(path) };
    let refers = vec![resource.attribute(name)];
    Data::Unknown(Arc::new(Unknown { ty, why, refers, made: false, not_null: true, partial: None })).into()
}
