//! A block's body to an object: attributes by schema type, nested and dynamic blocks as lists.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::schema::{self, Kind};
use crate::source::Location;
use crate::syntax::ast::{Attribute, Block, Body, Document, Item};

use super::bound::{Bindings, Bound};
use super::module::ModuleScope;
use super::root::MAX_INSTANCES;
use super::{Data, EvalError, OpenList, Origin, SequenceKind, Type, Value, Why, access, convert, evaluate};

/// What a block that a `dynamic` block makes costs: it is kept to the end.
const BLOCK_COST: u64 = 50;
/// Attributes that steer Terraform itself and are no values of the resource.
pub(super) const META: [&str; 5] = ["count", "for_each", "provider", "depends_on", "providers"];
/// Blocks that are no values of the resource: what is run, and what is asked of it once it is there.
const META_BLOCKS: [&str; 4] = ["provisioner", "connection", "precondition", "postcondition"];

/// Evaluates a body. Names in `bindings` (`each`, `count`, iterators) hide the module's.
pub(super) fn evaluate_body(
    scope: &ModuleScope<'_>,
    doc: &Document,
    body: Body<'_>,
    schema: Option<&schema::Block>,
    bindings: &mut Bindings,
) -> Value {
    let mut pairs: Vec<(Arc<str>, Value)> = Vec::new();
    let mut blocks: BTreeMap<Arc<str>, Blocks> = BTreeMap::new();
    for item in body.items() {
        match item {
            Item::Attribute(attribute) if steers(attribute, schema) || names_only(attribute) => {}
            Item::Attribute(attribute) => {
                let value = attribute_value(scope, doc, attribute, schema, bindings);
                pairs.push((attribute.name().into(), value));
            }
            Item::Block(block) if META_BLOCKS.contains(&block.kind()) => {}
            Item::Block(block) if block.kind() == "dynamic" => {
                let Some(kind) = block.label(0) else { continue };
                let nested =
                    schema.and_then(|schema| schema.block(kind)).map(|nested| Arc::clone(&nested.block));
                let at = Location::new(doc.file(), block.header_span());
                let ty = element_type(schema, kind);
                let typed = |value: Value| as_element(scope, value, ty.as_ref(), at);
                let made = match dynamic(scope, doc, block, kind, nested.as_deref(), bindings) {
                    Made::Known(items) => Made::Known(items.into_iter().map(typed).collect()),
                    Made::Open(why, like, at) => Made::Open(why, typed(like), at),
                };
                blocks.entry(kind.into()).or_default().add(made);
            }
            Item::Block(block) => {
                let nested = schema
                    .and_then(|schema| schema.block(block.kind()))
                    .map(|nested| Arc::clone(&nested.block));
                let mut value = evaluate_body(scope, doc, block.body(), nested.as_deref(), bindings);
                let location = Location::new(doc.file(), block.header_span());
                value.mark.origin = Some(Origin { location, literal: false });
                let value = as_element(scope, value, element_type(schema, block.kind()).as_ref(), location);
                let value = labelled(value, block);
                blocks.entry(block.kind().into()).or_default().list.push(value);
            }
        }
    }
    pairs.extend(blocks.into_iter().map(|(kind, blocks)| (kind, blocks.into_value())));
    Value::object(pairs)
}

/// The type of one element of an attribute that may be written as blocks, such as `ingress`.
fn element_type(schema: Option<&schema::Block>, name: &str) -> Option<Type> {
    match &schema?.attribute(name)?.ty {
        Kind::List(of) | Kind::Set(of) if matches!(**of, Kind::Object(_)) => Some(convert::schema_type(of)),
        _ => None,
    }
}

/// A block as the element that it stands for.
fn as_element(scope: &ModuleScope<'_>, value: Value, ty: Option<&Type>, at: Location) -> Value {
    let Some(Type::Object(attributes)) = ty else { return value };
    let Some(entries) = value.as_entries() else { return value };
    let typed = entries.iter().map(|(name, item)| {
        let of = attributes.iter().find(|(attribute, _, _)| attribute == name);
        let converted = of.map_or_else(|| Ok(item.clone()), |(_, ty, _)| convert::convert(item, ty));
        let item = converted.unwrap_or_else(|error| {
            let error = error.at(at);
            scope.root.problem(error.problem(None));
            Value::error(error)
        });
        (Arc::clone(name), item)
    });
    Value { data: Value::object(typed).data, mark: value.mark }
}

/// Whether an attribute steers Terraform itself. A nested block may have one of the same name for its own.
fn steers(attribute: Attribute<'_>, schema: Option<&schema::Block>) -> bool {
    META.contains(&attribute.name())
        && schema.is_none_or(|schema| schema.attribute(attribute.name()).is_none())
}

/// Arguments of `lifecycle` that name attributes and resources: no values.
fn names_only(attribute: Attribute<'_>) -> bool {
    matches!(attribute.name(), "ignore_changes" | "replace_triggered_by")
}

/// The nested blocks of one type, in order.
#[derive(Default)]
struct Blocks {
    list: OpenList,
    /// Why nobody knows how many there are, and where that is said.
    open: Option<(Why, Location)>,
}

/// What a `dynamic` block makes.
enum Made {
    Known(Vec<Value>),
    /// Any number of blocks like this one.
    Open(Why, Value, Location),
}

impl Blocks {
    fn add(&mut self, made: Made) {
        match made {
            Made::Known(items) => items.into_iter().for_each(|item| self.list.push(item)),
            Made::Open(why, like, at) => {
                self.list.push_maybe(like);
                self.open.get_or_insert((why, at));
            }
        }
    }

    fn into_value(self) -> Value {
        match self.open {
            None => Value::list(self.list.sure().to_vec()),
            Some((why, at)) => self.list.into_value(why).computed_at(at),
        }
    }
}

/// A nested block's label (rare outside `provisioner`) is kept beside its attributes.
fn labelled(value: Value, block: Block<'_>) -> Value {
    let (Some(label), Some(entries)) = (block.label(0), value.as_entries()) else { return value };
    let pairs = entries.iter().map(|(key, value)| (key.clone(), value.clone()));
    let mut labelled = Value::object(pairs.chain([(Arc::from("label"), Value::from(label))]));
    labelled.mark = value.mark.clone();
    labelled
}

fn attribute_value(
    scope: &ModuleScope<'_>,
    doc: &Document,
    attribute: Attribute<'_>,
    schema: Option<&schema::Block>,
    bindings: &Bindings,
) -> Value {
    let bound = Bound { scope, bindings };
    let problem = |error: EvalError| {
        let error = error.at(Location::new(doc.file(), attribute.span()));
        scope.root.problem(error.problem(None));
        Value::error(error)
    };
    let name = attribute.name();
    let is_block = schema.is_some_and(|it| it.attribute(name).is_none() && it.block(name).is_some());
    if is_block && !doc.json {
        let message =
            format!("an argument named {name:?} is not expected here: it is a block, {name} {{ ... }}");
        return problem(EvalError::new(message));
    }
    let value = match evaluate(doc, attribute.expr(), &bound) {
        Ok(value) => value,
        Err(error) => return problem(error),
    };
    let Some(schema) = schema.filter(|_| !value.is_null()) else { return value };
    if let Some(described) = schema.attribute(name) {
        let sensitive = described.sensitive;
        return match convert::convert(&value, &convert::schema_type(&described.ty)) {
            Ok(value) => value.sensitive_if(sensitive),
            Err(error) => problem(error),
        };
    }
    let Some(nested) = schema.block(name) else { return value };
    let simple = |it: &Value| matches!(it.data, Data::Bool(_) | Data::Number(_) | Data::String(_));
    if simple(&value) || value.as_items().is_some_and(|items| items.iter().any(simple)) {
        return problem(EvalError::new(format!(
            "{name} is a block: an object is needed, or a list of objects"
        )));
    }
    as_blocks(value, &nested.block)
}

/// A nested block as JSON writes it: a list of objects.
fn as_blocks(value: Value, schema: &schema::Block) -> Value {
    let typed = |value: &Value| -> Value {
        let Some(entries) = value.as_entries() else { return value.clone() };
        let pairs: Vec<(Arc<str>, Value)> = entries
            .iter()
            .map(|(key, value)| {
                let value = match (schema.attribute(key), schema.block(key)) {
                    (Some(attribute), _) => convert::convert(value, &convert::schema_type(&attribute.ty))
                        .unwrap_or_else(Value::error)
                        .sensitive_if(attribute.sensitive),
                    (None, Some(nested)) => as_blocks(value.clone(), &nested.block),
                    (None, None) => value.clone(),
                };
                (key.clone(), value)
            })
            .collect();
        let mut object = Value::object(pairs);
        object.mark = value.mark.clone();
        object
    };
    let mark = value.mark.clone();
    let mut blocks = match &value.data {
        Data::Mapping(_) => Value::list(vec![typed(&value)]),
        Data::Sequence(sequence) => Value::list(sequence.items.iter().map(typed).collect()),
        _ => return value,
    };
    blocks.mark = mark;
    blocks
}

/// The blocks that a `dynamic` block makes. If its collection can't be known, neither can their number;
/// what they have in common is known from their content.
fn dynamic(
    scope: &ModuleScope<'_>,
    doc: &Document,
    block: Block<'_>,
    kind: &str,
    schema: Option<&schema::Block>,
    bindings: &mut Bindings,
) -> Made {
    let here = Location::new(doc.file(), block.header_span());
    let refuse = |error: EvalError| {
        scope.root.problem(error.problem(Some(here)));
        let why = Why::Error(Arc::new(error));
        Made::Open(why.clone(), Value::unknown(why).computed_at(here), here)
    };
    let (Some(collection), Some(content)) =
        (block.body().attribute("for_each"), block.body().blocks_of("content").next())
    else {
        return refuse(EvalError::new(format!("the dynamic block {kind:?} needs for_each and content")));
    };
    let collection = match evaluate(doc, collection.expr(), &Bound { scope, bindings }) {
        Ok(collection) => collection,
        Err(error) => return refuse(error),
    };
    let iterator = block
        .body()
        .attribute("iterator")
        .map_or(kind, |attribute| doc.slice(doc.span(attribute.expr())).trim_matches('"'))
        .to_owned();
    let mut block_of = |key: Value, value: Value| {
        let bound = Value::object([("key".into(), key), ("value".into(), value)]);
        bindings.push(iterator.clone(), bound);
        let mut body = evaluate_body(scope, doc, content.body(), schema, bindings);
        bindings.pop();
        body.mark.origin = Some(Origin { location: here, literal: false });
        body
    };
    let items = match access::each_item(&collection, false) {
        Ok(Ok(items)) => items,
        Ok(Err(unknown)) => {
            let item = || Value::unknown(unknown.why.clone()).sensitive_if(collection.mark.sensitive);
            return Made::Open(unknown.why.clone(), block_of(item(), item()), here);
        }
        Err(error) => return refuse(error),
    };
    if items.len() > MAX_INSTANCES {
        let message = format!(
            "the dynamic block {kind:?} makes more than the {MAX_INSTANCES} blocks that are followed"
        );
        return refuse(EvalError::limit(message));
    }
    // Blocks within blocks multiply.
    if let Err(error) = scope.root.spend(items.len() as u64 * BLOCK_COST) {
        return refuse(error);
    }
    let set = matches!(&collection.data, Data::Sequence(sequence) if sequence.kind == SequenceKind::Set);
    let blocks = items.into_iter().map(|(key, value)| {
        let key = if set { value.clone() } else { key };
        block_of(key, value)
    });
    Made::Known(blocks.collect())
}
