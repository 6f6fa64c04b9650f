//! One line of an embedded schema file to a [`Block`].
//!
//! In: the text and a line of it. Out: the block, its nested blocks followed by their numbers. The
//! form is described in `.ci/compact-schema`, which writes it; the data is ours, so what does not
//! fit the form is left out instead of reported.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Attribute, Block, Kind, NestedBlock, Nesting};

/// Key (the first two words) and body of a line.
pub(super) fn split(line: &str) -> (&str, &str) {
    line.match_indices(' ').nth(1).and_then(|(at, _)| line.split_at_checked(at)).unwrap_or((line, ""))
}

/// The block that `line` describes.
pub(super) fn block(text: &'static str, line: &'static str) -> Arc<Block> {
    read(text, line, &mut BTreeMap::new())
}

/// `known` holds the numbered blocks read so far: large types repeat the same ones many times.
fn read(
    text: &'static str,
    line: &'static str,
    known: &mut BTreeMap<&'static str, Arc<Block>>,
) -> Arc<Block> {
    let mut block = Block::default();
    for word in split(line).1.split_ascii_whitespace() {
        if let Some(nested) = word.strip_prefix('@') {
            if let Some((name, nested)) = nested_block(text, nested, known) {
                block.blocks.insert(name, nested);
            }
        } else if let Some((names, form)) = word.split_once('=') {
            let attribute = attribute(form);
            for name in names.split(',') {
                block.attributes.insert(name, attribute.clone());
            }
        }
    }
    Arc::new(block)
}

fn nested_block(
    text: &'static str,
    word: &'static str,
    known: &mut BTreeMap<&'static str, Arc<Block>>,
) -> Option<(&'static str, NestedBlock)> {
    let mut parts = word.split(',');
    let name = parts.next()?;
    let nesting = match parts.next()? {
        "l" => Nesting::List,
        "t" => Nesting::Set,
        "m" => Nesting::Map,
        _ => Nesting::Single,
    };
    let min = parts.next()?.parse().ok();
    let max = parts.next()?.parse().ok();
    let number = parts.next()?;
    let block = if let Some(block) = known.get(number) {
        Arc::clone(block)
    } else {
        let block = read(text, super::line(text, &format!("b {number}"))?, known);
        known.insert(number, Arc::clone(&block));
        block
    };
    Some((name, NestedBlock { block, nesting, min, max }))
}

fn attribute(form: &'static str) -> Attribute {
    let ty = form.trim_start_matches(['!', '?', '+', '*', '~']);
    let flags = form.strip_suffix(ty).unwrap_or("");
    Attribute {
        ty: kind(&mut &*ty),
        required: flags.contains('!'),
        optional: flags.contains('?'),
        computed: flags.contains('+'),
        sensitive: flags.contains('*'),
        deprecated: flags.contains('~'),
    }
}

/// Takes one type from the front of `rest`.
fn kind(rest: &mut &'static str) -> Kind {
    let mut letters = rest.chars();
    let letter = letters.next();
    *rest = letters.as_str();
    match letter {
        Some('s') => Kind::String,
        Some('n') => Kind::Number,
        Some('b') => Kind::Bool,
        Some('l') => Kind::List(inner(rest)),
        Some('t') => Kind::Set(inner(rest)),
        Some('m') => Kind::Map(inner(rest)),
        Some('o') => Kind::Object(fields(rest)),
        _ => Kind::Any,
    }
}

fn inner(rest: &mut &'static str) -> Box<Kind> {
    *rest = rest.strip_prefix('(').unwrap_or(rest);
    let kind = kind(rest);
    *rest = rest.strip_prefix(')').unwrap_or(rest);
    Box::new(kind)
}

fn fields(rest: &mut &'static str) -> Vec<(&'static str, Kind)> {
    let mut fields = Vec::new();
    *rest = rest.strip_prefix('(').unwrap_or(rest);
    while !rest.starts_with(')') {
        let Some((name, after)) = rest.split_once('=') else { break };
        *rest = after;
        fields.push((name, kind(rest)));
        *rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    *rest = rest.strip_prefix(')').unwrap_or(rest);
    fields
}
