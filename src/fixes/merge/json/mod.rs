//! What must hold, merged into JSON syntax.
//!
//! In: a block of a `.tf.json` file and the rendered template. Out: byte splices in the JSON: values changed at
//! their origin or in place, keys added and removed, nested blocks as the objects or lists that they are there.
//! Nothing else of the file changes.

mod companion;
mod convert;
mod text;

pub(super) use companion::insertion;

use crate::eval::Value;
use crate::findings::Edit;
use crate::graph::Resource;
use crate::schema;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Attribute, Block, Body, Document, Expr, Item, NodeId};

use super::attribute::{self, Values};
use super::block::{dynamic_holds, member};
use super::holds::{holds, is_constant};
use super::{Context, MergeError, edit};

use text::{Entry, Style, Written, begins, entries, items};

/// How deep nested blocks are merged.
const MAX_DEPTH: u32 = 16;

/// A rendered expression as JSON on one line. Variable files have strings that are no templates.
pub(super) fn constant(rendered: &Document, id: NodeId, templates: bool) -> String {
    Style::of("{}").write(&convert::attribute(rendered, "", id, templates), "", true)
}

/// The object that is merged into.
struct Target<'d> {
    file: FileId,
    text: &'d str,
    open: u32,
}

/// Merges `stated` into `block`, a resource with these instances.
pub(super) fn merge(
    context: &Context<'_>,
    block: Block<'_>,
    instances: &[&Resource],
    stated: Block<'_>,
    edits: &mut Vec<Edit>,
) -> Result<(), MergeError> {
    let values: Vec<(&Resource, Option<&Value>)> =
        instances.iter().map(|resource| (*resource, Some(&resource.values))).collect();
    let document = block.document();
    let target = Target { file: document.file(), text: document.text(), open: block.open() };
    let kind = block.label(0).unwrap_or_default();
    merge_object(context, &target, &values, stated.body(), (kind, 0), edits)
}

/// Merges a body into an object. `place` is the resource's type and how deep the object lies in it.
fn merge_object(
    context: &Context<'_>,
    target: &Target<'_>,
    values: &Values<'_>,
    stated: Body<'_>,
    place: (&str, u32),
    edits: &mut Vec<Edit>,
) -> Result<(), MergeError> {
    let (kind, depth) = place;
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let there = entries(target.text, target.open);
    let entry = |name: &str| there.iter().find(|entry| entry.key == name);
    let mut added: Vec<(String, Written)> = Vec::new();
    let mut removed: Vec<&Entry> = Vec::new();
    let mut taken: Vec<Span> = Vec::new();
    for item in stated.items() {
        match item {
            Item::Attribute(stated) => match (entry(stated.name()), wish(context, values, stated)) {
                (_, Wish::Holds) | (None, Wish::Gone) => {}
                (None, Wish::Is(value)) => added.push((stated.name().to_owned(), value)),
                (Some(entry), Wish::Gone) => removed.push(entry),
                (Some(entry), Wish::Is(value)) => {
                    change(context, target, values, stated, entry, &value, edits);
                }
            },
            Item::Block(nested) => {
                if is_dynamic(target, entry("dynamic"), nested.kind()) {
                    dynamic_holds(context, values, nested)?;
                    continue;
                }
                let found = entry(nested.kind());
                let objects = match found {
                    None => Vec::new(),
                    Some(entry) => objects(target.text, entry).ok_or_else(|| MergeError::Computed {
                        name: nested.kind().to_owned(),
                        address: context.resource.address.to_string(),
                    })?,
                };
                let best = best(context, values, nested, &objects, &taken);
                if let Some((index, object)) = best {
                    taken.push(object);
                    let inner: Vec<(&Resource, Option<&Value>)> = values
                        .iter()
                        .map(|(resource, value)| (*resource, member(*value, nested.kind(), index)))
                        .collect();
                    let target = Target { open: object.start, ..*target };
                    merge_object(context, &target, &inner, nested.body(), (kind, depth + 1), edits)?;
                    continue;
                }
                let content = Written::Object(convert::body(&context.rendered, nested.body(), 0));
                match found {
                    Some(entry) => append(target, entry, &content, edits),
                    None => add_block(&mut added, nested.kind(), content, is_list(place, nested.kind())),
                }
            }
        }
    }
    rewrite(target, &there, &added, &removed, edits);
    Ok(())
}

/// What is wanted of an attribute.
enum Wish {
    Holds,
    Gone,
    Is(Written),
}

fn wish(context: &Context<'_>, values: &Values<'_>, stated: Attribute<'_>) -> Wish {
    let rendered = &context.rendered;
    if matches!(rendered.expr(stated.expr()), Expr::Null) {
        return Wish::Gone;
    }
    let given = !values.is_empty()
        && values.iter().all(|(_, object)| {
            let value = object.and_then(|object| object.get(stated.name()));
            value.is_some() && holds(rendered, stated.expr(), value)
        });
    if given {
        return Wish::Holds;
    }
    Wish::Is(convert::attribute(rendered, stated.name(), stated.expr(), true))
}

/// Changes a value where it was decided: elsewhere, or here.
fn change(
    context: &Context<'_>,
    target: &Target<'_>,
    values: &Values<'_>,
    stated: Attribute<'_>,
    entry: &Entry,
    wanted: &Written,
    edits: &mut Vec<Edit>,
) {
    let wrong = values
        .iter()
        .map(|(_, object)| object.and_then(|object| object.get(stated.name())))
        .filter(|value| !holds(&context.rendered, stated.expr(), *value));
    let here = (target.file, entry.value);
    let origins: Option<Vec<_>> = wrong.map(|value| attribute::elsewhere(context, here, value)).collect();
    match origins.filter(|origins| !origins.is_empty() && is_constant(&context.rendered, stated.expr())) {
        Some(origins) => {
            edits.extend(origins.into_iter().map(|origin| attribute::at_origin(context, origin, stated)));
        }
        None => {
            let text = target.text.get(entry.value.range()).unwrap_or_default();
            let indent = super::super::layout::indent_at(target.text, entry.name.start);
            let flat = !text.contains('\n') && !text.is_empty();
            let style = Style::of(target.text);
            let code = style.write(wanted, indent, flat && text.starts_with(['[', '{']));
            if text != code {
                edits.push(edit(target.file, entry.value, code));
            }
        }
    }
}

/// Whether a `dynamic` block makes these nested blocks.
fn is_dynamic(target: &Target<'_>, dynamic: Option<&Entry>, kind: &str) -> bool {
    dynamic.is_some_and(|entry| {
        let objects = objects(target.text, entry).unwrap_or_default();
        objects.iter().any(|object| entries(target.text, object.start).iter().any(|entry| entry.key == kind))
    })
}

/// The objects that a key stands for: one, or a list of them. `None` where the value is computed.
fn objects(text: &str, entry: &Entry) -> Option<Vec<Span>> {
    if begins(text, entry.value, '{') {
        return Some(vec![entry.value]);
    }
    let items = begins(text, entry.value, '[').then(|| items(text, entry.value.start))?;
    items.iter().all(|item| begins(text, *item, '{')).then_some(items)
}

/// The object that agrees with most of what is stated; the first of equals.
fn best(
    context: &Context<'_>,
    values: &Values<'_>,
    nested: Block<'_>,
    objects: &[Span],
    taken: &[Span],
) -> Option<(usize, Span)> {
    let agreement = |index: usize| {
        let object = values.first().and_then(|(_, object)| member(*object, nested.kind(), index));
        let agrees = |attribute: &Attribute<'_>| {
            let value = object.and_then(|object| object.get(attribute.name()));
            value.is_some() && holds(&context.rendered, attribute.expr(), value)
        };
        nested.body().attributes().filter(agrees).count()
    };
    let mut best: Option<(usize, usize, Span)> = None;
    for (index, object) in objects.iter().enumerate().filter(|(_, object)| !taken.contains(object)) {
        let score = agreement(index);
        if best.is_none_or(|(most, _, _)| score > most) {
            best = Some((score, index, *object));
        }
    }
    best.map(|(_, index, object)| (index, object))
}

/// Adds one more object to those that stand there.
fn append(target: &Target<'_>, entry: &Entry, content: &Written, edits: &mut Vec<Edit>) {
    let (text, style) = (target.text, Style::of(target.text));
    if begins(text, entry.value, '{') {
        let indent = super::super::layout::indent_at(text, entry.name.start);
        let one = text.get(entry.value.range()).unwrap_or_default().to_owned();
        let both = Written::List(vec![Written::Text(one), content.clone()]);
        edits.push(edit(target.file, entry.value, style.write(&both, indent, true)));
        return;
    }
    let items = items(text, entry.value.start);
    let write = |indent: &str, inline: bool| vec![style.write(content, indent, inline)];
    match (items.first(), items.last()) {
        (Some(first), Some(last)) => {
            let added = style.behind(text, entry.value.start, *first, &write);
            edits.push(edit(target.file, Span::new(last.end, last.end), added));
        }
        _ => {
            let indent = super::super::layout::indent_at(text, entry.name.start);
            let list = style.write(&Written::List(vec![content.clone()]), indent, false);
            edits.push(edit(target.file, entry.value, list));
        }
    }
}

/// Whether what looks like a nested block is an attribute that takes a list of objects.
fn is_list((kind, depth): (&str, u32), name: &str) -> bool {
    let schema = schema::resource(kind).filter(|_| depth == 0);
    schema.is_some_and(|schema| schema.block(name).is_none() && schema.attribute(name).is_some())
}

fn add_block(added: &mut Vec<(String, Written)>, kind: &str, content: Written, list: bool) {
    match added.iter_mut().find(|(key, _)| key == kind) {
        Some((_, Written::List(several))) => several.push(content),
        Some((_, one)) => *one = Written::List(vec![one.clone(), content]),
        None if list => added.push((kind.to_owned(), Written::List(vec![content]))),
        None => added.push((kind.to_owned(), content)),
    }
}

/// Adds and removes keys of one object.
fn rewrite(
    target: &Target<'_>,
    there: &[Entry],
    added: &[(String, Written)],
    removed: &[&Entry],
    edits: &mut Vec<Edit>,
) {
    let (text, style) = (target.text, Style::of(target.text));
    let write = |indent: &str, inline: bool| -> Vec<String> {
        added.iter().map(|(key, value)| style.entry(key, value, indent, inline)).collect()
    };
    let (Some(first), Some(last)) = (there.first(), there.last()) else {
        if !added.is_empty() {
            // The whole of it: two fixes that fill one empty object can't be applied together.
            let end = text.get(target.open as usize..).and_then(|rest| rest.find('}')).unwrap_or(0);
            let span = Span::new(target.open, target.open + u32::try_from(end + 1).unwrap_or(0));
            edits.push(edit(target.file, span, style.filled(text, target.open, &write)));
        }
        return;
    };
    let mut removed = removed.to_vec();
    if let Some(place) = (!added.is_empty()).then(|| removed.pop()).flatten() {
        // What comes stands where something goes.
        let code = style.instead(text, target.open, first.name, &write);
        edits.push(edit(target.file, Span::new(place.name.start, place.value.end), code));
    } else if !added.is_empty() {
        let code = style.behind(text, target.open, first.name, &write);
        edits.push(edit(target.file, Span::new(last.value.end, last.value.end), code));
    }
    let goes = |entry: &Entry| removed.iter().any(|gone| gone.name == entry.name);
    if !removed.is_empty() && there.iter().all(&goes) {
        let close = last.value.end;
        let rest = text.get(close as usize..).and_then(|rest| rest.find('}')).unwrap_or(0);
        let end = close + u32::try_from(rest + 1).unwrap_or(0);
        edits.push(edit(target.file, Span::new(target.open, end), "{}"));
        return;
    }
    let mut at = 0;
    while let Some(entry) = there.get(at) {
        let run = there.iter().skip(at).take_while(|entry| goes(entry)).count();
        if run == 0 {
            at += 1;
            continue;
        }
        let span = match (there.get(at + run), at.checked_sub(1).and_then(|before| there.get(before))) {
            (Some(next), _) => Span::new(entry.name.start, next.name.start),
            (None, Some(before)) => Span::new(before.value.end, last.value.end),
            (None, None) => entry.name,
        };
        edits.push(edit(target.file, span, ""));
        at += run;
    }
}
