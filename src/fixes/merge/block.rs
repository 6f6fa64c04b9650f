//! A block's body: each stated attribute and nested block merged into what is there.

use std::collections::BTreeMap;

use crate::eval::Value;
use crate::findings::Edit;
use crate::graph::Resource;
use crate::source::Span;
use crate::syntax::ast::{Attribute, Block, Body, Expr, Item};

use super::super::layout::{indent_at, line_start, newline, reindent};
use super::attribute::{self, Place, Values, place, place_after, place_beside};
use super::holds::{body_holds, holds, same_text};
use super::{Context, MergeError, edit, is_one_line, source_of};

/// How deep nested blocks are merged.
const MAX_DEPTH: u32 = 16;

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
    merge_body(context, block, &values, stated, edits, 0)
}

fn merge_body(
    context: &Context<'_>,
    block: Block<'_>,
    values: &Values<'_>,
    stated: Block<'_>,
    edits: &mut Vec<Edit>,
    depth: u32,
) -> Result<(), MergeError> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let mut new_attributes: Vec<Attribute<'_>> = Vec::new();
    let mut new_blocks: Vec<Block<'_>> = Vec::new();
    let mut taken: Vec<Span> = Vec::new();
    let mut inner = Vec::new();
    for item in stated.body().items() {
        match item {
            Item::Attribute(attribute) => {
                if attribute::merge(context, block, values, attribute, &mut inner) {
                    new_attributes.push(attribute);
                }
            }
            Item::Block(nested) => {
                let found = candidate(context, block, values, nested, &taken)?;
                match found {
                    Found::Holds => {}
                    Found::Absent => new_blocks.push(nested),
                    Found::At(existing, index) => {
                        taken.push(existing.span());
                        let nested_values: Vec<(&Resource, Option<&Value>)> = values
                            .iter()
                            .map(|(resource, object)| (*resource, member(*object, nested.kind(), index)))
                            .collect();
                        merge_body(context, existing, &nested_values, nested, &mut inner, depth + 1)?;
                    }
                }
            }
        }
    }
    if is_one_line(block) && !(new_attributes.is_empty() && new_blocks.is_empty()) {
        expand(context, block, &inner, &new_attributes, &new_blocks, edits);
    } else {
        edits.append(&mut inner);
        insert(context, block, stated.body(), &new_attributes, &new_blocks, edits);
    }
    Ok(())
}

/// Where a stated nested block finds its counterpart.
enum Found<'d> {
    /// Nothing to do.
    Holds,
    /// It must be added.
    Absent,
    /// This block, the nth of its type.
    At(Block<'d>, usize),
}

/// Refuses blocks that a `dynamic` block makes, unless one of them has all that is stated in every instance.
pub(super) fn dynamic_holds(
    context: &Context<'_>,
    values: &Values<'_>,
    nested: Block<'_>,
) -> Result<(), MergeError> {
    let has = |item: &Value| body_holds(&context.rendered, nested.body(), Some(item), 0);
    let satisfied = values.iter().all(|(_, object)| {
        let found = object.and_then(|object| object.get(nested.kind()));
        found
            .and_then(|list| list.as_items().or_else(|| Some(list.as_open()?.sure())))
            .is_some_and(|items| items.iter().any(has))
    });
    if satisfied && !values.is_empty() {
        return Ok(());
    }
    let (kind, address) = (nested.kind().to_owned(), context.resource.address.to_string());
    Err(MergeError::Dynamic { kind, address })
}

fn candidate<'d>(
    context: &Context<'_>,
    block: Block<'d>,
    values: &Values<'_>,
    nested: Block<'_>,
    taken: &[Span],
) -> Result<Found<'d>, MergeError> {
    let kind = nested.kind();
    let dynamic = block.body().blocks_of("dynamic").any(|dynamic| dynamic.label(0) == Some(kind));
    if dynamic {
        return dynamic_holds(context, values, nested).map(|()| Found::Holds);
    }
    // The block that agrees with most of what is stated; the first of equals.
    let mut best: Option<(usize, usize, Block<'d>)> = None;
    for (index, existing) in block.body().blocks_of(kind).enumerate() {
        if taken.contains(&existing.span()) || !existing.labels().eq(nested.labels()) {
            continue;
        }
        let object = values.first().and_then(|(_, object)| member(*object, kind, index));
        let score = agreement(context, existing, object, nested.body());
        if best.is_none_or(|(most, _, _)| score > most) {
            best = Some((score, index, existing));
        }
    }
    Ok(best.map_or(Found::Absent, |(_, index, existing)| Found::At(existing, index)))
}

/// How many stated attributes an existing block already has.
fn agreement(context: &Context<'_>, existing: Block<'_>, object: Option<&Value>, stated: Body<'_>) -> usize {
    stated
        .attributes()
        .filter(|attribute| {
            let value = object.and_then(|object| object.get(attribute.name()));
            let known = value.is_some_and(|value| holds(&context.rendered, attribute.expr(), Some(value)));
            let source = existing.document();
            known
                || existing.body().attribute(attribute.name()).is_some_and(|other| {
                    same_text(
                        source.slice(source.span(other.expr())),
                        context.rendered.slice(context.rendered.span(attribute.expr())),
                    )
                })
        })
        .count()
}

pub(super) fn member<'v>(object: Option<&'v Value>, kind: &str, index: usize) -> Option<&'v Value> {
    object?.get(kind)?.as_items()?.get(index)
}

/// Stated attributes as lines, without those that only say `null`.
fn attribute_lines(context: &Context<'_>, attributes: &[Attribute<'_>]) -> Vec<String> {
    attributes
        .iter()
        .filter(|attribute| !matches!(context.rendered.expr(attribute.expr()), Expr::Null))
        .map(|attribute| {
            let code = source_of(&context.rendered, attribute.span());
            code.trim_end_matches(['\n', '\r']).to_owned()
        })
        .collect()
}

/// Adds attributes and blocks to a block of several lines.
fn insert(
    context: &Context<'_>,
    block: Block<'_>,
    stated: Body<'_>,
    attributes: &[Attribute<'_>],
    blocks: &[Block<'_>],
    edits: &mut Vec<Edit>,
) {
    let text = block.document().text();
    let (file, end) = (block.document().file(), newline(text));
    let indent = inner_indent(block);
    let mut used = block.body().items().next().is_some();
    let closing = closing_line(block);
    let mut places: BTreeMap<u32, (Place, Vec<Attribute<'_>>)> = BTreeMap::new();
    for attribute in attributes {
        let beside = place_beside(text, block.body(), attribute.name());
        let beside = beside.or_else(|| place_after(text, block.body(), stated, attribute.name()));
        let place = beside.unwrap_or_else(|| place(text, block.body(), block.open()));
        places.entry(place.offset).or_insert_with(|| (place, Vec::new())).1.push(*attribute);
    }
    for (place, attributes) in places.into_values() {
        let lines = attribute_lines(context, &attributes);
        if lines.is_empty() {
            continue;
        }
        let mut code = String::new();
        if place.blank_before {
            code.push_str(end);
        }
        for line in &lines {
            code.push_str(&reindent(line, &indent, end));
            code.push_str(end);
        }
        if place.blank_after {
            code.push_str(end);
        }
        edits.push(edit(file, Span::new(place.offset, place.offset), code));
        used = true;
    }
    if blocks.is_empty() {
        return;
    }
    let mut code = String::new();
    for nested in blocks {
        let blank = used && !(code.is_empty() && blank_before(text, closing));
        if blank {
            code.push_str(end);
        }
        code.push_str(&reindent(&source_of(&context.rendered, nested.span()), &indent, end));
        code.push_str(end);
        used = true;
    }
    edits.push(edit(file, Span::new(closing, closing), code));
}

/// The indentation of what stands in a block: that of its first item, or two more than its own.
fn inner_indent(block: Block<'_>) -> String {
    let text = block.document().text();
    let own = indent_at(text, block.span().start);
    let first = block.body().items().next().map(|item| match item {
        Item::Attribute(attribute) => attribute.span().start,
        Item::Block(block) => block.span().start,
    });
    match first {
        Some(first) if line_start(text, first) > block.open() => indent_at(text, first).to_owned(),
        _ => format!("{own}  "),
    }
}

/// Start of the line with the closing brace.
fn closing_line(block: Block<'_>) -> u32 {
    let text = block.document().text();
    let start = line_start(text, block.close());
    let alone = text.get(start as usize..block.close() as usize).is_some_and(|head| head.trim().is_empty());
    if alone { start } else { block.close() }
}

/// Whether the line before `offset`, the start of a line, is blank.
fn blank_before(text: &str, offset: u32) -> bool {
    let before = text.get(..offset as usize).unwrap_or("");
    before
        .strip_suffix('\n')
        .is_some_and(|head| head.rsplit('\n').next().is_some_and(|line| line.trim().is_empty()))
}

/// Spreads `x { a = 1 }` over several lines and adds to it.
fn expand(
    context: &Context<'_>,
    block: Block<'_>,
    inner: &[Edit],
    attributes: &[Attribute<'_>],
    blocks: &[Block<'_>],
    edits: &mut Vec<Edit>,
) {
    let source = block.document();
    let (text, file) = (source.text(), source.file());
    let end = newline(text);
    let own = indent_at(text, block.span().start);
    let indent = format!("{own}  ");
    let mut code = format!("{{{end}");
    let mut used = false;
    // What stands on the line: at most one attribute or block, itself possibly edited.
    for item in block.body().items() {
        let span = match item {
            Item::Attribute(attribute) => attribute.span(),
            Item::Block(block) => block.span(),
        };
        let (mine, start): (Vec<Edit>, u32) = (
            inner
                .iter()
                .filter(|edit| {
                    edit.file == file && span.start <= edit.span.start && edit.span.end <= span.end + 1
                })
                .cloned()
                .collect(),
            span.start,
        );
        let kept = source.slice(span);
        let moved: Vec<Edit> = mine
            .iter()
            .map(|edit| Edit {
                span: Span::new(edit.span.start - start, (edit.span.end - start).min(span.len())),
                ..edit.clone()
            })
            .collect();
        let line = super::super::edit::apply_to(kept, &moved).unwrap_or_else(|_| kept.to_owned());
        if !line.trim().is_empty() {
            code.push_str(&reindent(line.trim_end(), &indent, end));
            code.push_str(end);
            used = true;
        }
    }
    let elsewhere = inner.iter().filter(|edit| edit.file != file || !block.span().contains(edit.span));
    edits.extend(elsewhere.cloned());
    for line in attribute_lines(context, attributes) {
        code.push_str(&reindent(&line, &indent, end));
        code.push_str(end);
        used = true;
    }
    for nested in blocks {
        if used {
            code.push_str(end);
        }
        code.push_str(&reindent(&source_of(&context.rendered, nested.span()), &indent, end));
        code.push_str(end);
        used = true;
    }
    code.push_str(own);
    code.push('}');
    edits.push(edit(file, Span::new(block.open(), block.close() + 1), code));
}
