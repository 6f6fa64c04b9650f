//! One attribute: already right, changed at its origin, changed in place, removed, or added.

use crate::eval::Value;
use crate::findings::Edit;
use crate::graph::Resource;
use crate::source::{FileId, Location, Span};
use crate::syntax::ast::{Attribute, Block, Body, Expr, Item};

use super::super::layout::{indent_at, line_start, newline, next_line, reindent};
use super::holds::{holds, is_constant, same_text};
use super::{Context, document, edit, is_part, is_vendored, json, path_of, source_of};

/// The value of an attribute in each instance: the resource and the object around the attribute.
pub(super) type Values<'v> = [(&'v Resource, Option<&'v Value>)];

/// Merges one stated attribute into `block`. `true` when it is absent and must be added.
pub(super) fn merge(
    context: &Context<'_>,
    block: Block<'_>,
    values: &Values<'_>,
    stated: Attribute<'_>,
    edits: &mut Vec<Edit>,
) -> bool {
    let name = stated.name();
    let (rendered, wanted) = (&context.rendered, stated.expr());
    let remove = matches!(rendered.expr(wanted), Expr::Null);
    let Some(existing) = block.body().attribute(name) else {
        // What holds without being written (a schema default) is left alone.
        let given = !values.is_empty()
            && values.iter().all(|(_, object)| {
                let value = object.and_then(|object| object.get(name));
                value.is_some() && holds(rendered, wanted, value)
            });
        return !remove && !given;
    };
    let source = block.document();
    let now = source.slice(source.span(existing.expr()));
    if same_text(now, rendered.slice(rendered.span(wanted))) {
        return false;
    }
    let wrong: Vec<Option<&Value>> = values
        .iter()
        .map(|(_, object)| object.and_then(|object| object.get(name)))
        .filter(|value| !holds(rendered, wanted, *value))
        .collect();
    if wrong.is_empty() && !values.is_empty() {
        return false;
    }
    let file = source.file();
    if remove {
        edits.push(edit(file, line_of(source.text(), existing.span()), ""));
        return false;
    }
    let origins: Option<Vec<Location>> = if wrong.is_empty() {
        None
    } else {
        let here = (file, existing.span());
        wrong.iter().map(|value| elsewhere(context, here, *value)).collect()
    };
    match origins {
        Some(origins) if is_constant(rendered, wanted) => {
            for origin in origins {
                edits.push(at_origin(context, origin, stated));
            }
        }
        _ => {
            if let Some(branch) = branch(block, existing, rendered.expr(wanted), &wrong) {
                edits.push(edit(file, branch, source_of(rendered, rendered.span(wanted))));
                return false;
            }
            let indent = indent_at(source.text(), existing.span().start);
            let code = source_of(rendered, rendered.span(wanted));
            let text = reindent(&code, indent, newline(source.text()));
            // The first line stands behind `=`, only the others are indented.
            let text = text.strip_prefix(indent).unwrap_or(&text);
            edits.push(edit(file, expression_span(source.text(), source.span(existing.expr())), text));
        }
    }
    false
}

/// The literal that decided the value, if it stands outside of the attribute (at `here`) where it may be
/// edited.
pub(super) fn elsewhere(
    context: &Context<'_>,
    here: (FileId, Span),
    value: Option<&Value>,
) -> Option<Location> {
    let origin = value?.mark.origin.filter(|origin| origin.literal)?;
    let location = origin.location;
    let inside = here.0 == location.file && here.1.contains(location.span);
    let known =
        document(context.workspace, location.file).is_some() && !is_part(context.workspace, location.file);
    let editable = known && !is_vendored(&path_of(context.workspace, location.file));
    (!inside && editable && !location.span.is_empty()).then_some(location)
}

/// The number or text inside of the attribute's expression that decided every wrong value: one branch
/// of a conditional, so that the others stay what they are. A boolean's conditional would say nothing
/// afterwards: it is replaced as a whole.
fn branch(
    block: Block<'_>,
    existing: Attribute<'_>,
    wanted: Expr<'_>,
    wrong: &[Option<&Value>],
) -> Option<Span> {
    let doc = block.document();
    let conditional = |mut id| {
        while let Expr::Parens(inner) = doc.expr(id) {
            id = inner;
        }
        matches!(doc.expr(id), Expr::Conditional { .. })
    };
    if !matches!(wanted, Expr::Number(_) | Expr::Str(_)) || !conditional(existing.expr()) {
        return None;
    }
    let mut spans = wrong.iter().map(|value| {
        let origin = value.and_then(|value| value.mark.origin).filter(|origin| origin.literal)?;
        let here = origin.location.file == doc.file() && existing.span().contains(origin.location.span);
        here.then_some(origin.location.span)
    });
    let first = spans.next()??;
    (spans.all(|span| span == Some(first)) && first != doc.span(existing.expr())).then_some(first)
}

/// Changes the literal at its origin, in the syntax of the file that it stands in.
pub(super) fn at_origin(context: &Context<'_>, origin: Location, stated: Attribute<'_>) -> Edit {
    let rendered = &context.rendered;
    if document(context.workspace, origin.file).is_some_and(|document| document.json) {
        // Strings of a variable file are no templates.
        let templates = !path_of(context.workspace, origin.file).ends_with(".tfvars.json");
        return edit(origin.file, origin.span, json::constant(rendered, stated.expr(), templates));
    }
    let text = context.workspace.sources.get(origin.file).map_or("", |file| file.text());
    let code = source_of(rendered, rendered.span(stated.expr()));
    let indent = indent_at(text, origin.span.start);
    let code = reindent(&code, indent, newline(text));
    edit(origin.file, expression_span(text, origin.span), code.strip_prefix(indent).unwrap_or(&code))
}

/// An expression without the line end that a heredoc's span may take in.
fn expression_span(text: &str, span: Span) -> Span {
    let slice = text.get(span.range()).unwrap_or("");
    let kept = slice.trim_end_matches(['\n', '\r']).len();
    Span::new(span.start, span.start + u32::try_from(kept).unwrap_or(0))
}

/// The whole lines of an attribute with its trailing comment; only its own bytes where something
/// else stands on them.
fn line_of(text: &str, span: Span) -> Span {
    let start = line_start(text, span.start);
    let end = next_line(text, span.end.saturating_sub(1).max(span.start));
    let alone = text.get(start as usize..span.start as usize).is_some_and(|head| head.trim().is_empty());
    let tail = text.get(span.end as usize..end as usize).unwrap_or("").trim();
    let quiet = tail.is_empty() || tail.starts_with('#') || tail.starts_with("//") || tail.starts_with("/*");
    if alone && quiet {
        return Span::new(start, end);
    }
    // `x { a = 1 }`: take the space behind it too.
    let after = text.get(span.end as usize..).unwrap_or("");
    let spaces = after.len() - after.trim_start_matches([' ', '\t']).len();
    Span::new(span.start, span.end + u32::try_from(spaces).unwrap_or(0))
}

/// Where new attributes go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The start of a line.
    pub(super) offset: u32,
    /// A blank line goes before them.
    pub(super) blank_before: bool,
    /// A blank line goes after them.
    pub(super) blank_after: bool,
}

/// The place for new attributes: behind the last one-line attribute of the first group that holds
/// more than meta-arguments, and before the nested blocks.
pub(super) fn place(text: &str, body: Body<'_>, open: u32) -> Place {
    let mut groups: Vec<Vec<Attribute<'_>>> = Vec::new();
    let mut end = open;
    for item in body.items() {
        let Item::Attribute(attribute) = item else { break };
        let between = text.get(end as usize..attribute.span().start as usize).unwrap_or("");
        if groups.is_empty() || has_break(between) {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(attribute);
        }
        end = attribute.span().end;
    }
    let behind = |attribute: &Attribute<'_>| next_line(text, attribute.span().end.saturating_sub(1));
    let ordinary = |attribute: &&Attribute<'_>| !META.contains(&attribute.name());
    let single = |attribute: &&Attribute<'_>| {
        !text.get(attribute.span().range()).unwrap_or("").trim_end().contains('\n')
    };
    let anchor = groups.iter().find_map(|group| {
        let mut last = group.iter().rev().filter(ordinary);
        group.iter().rev().filter(ordinary).find(single).or_else(|| last.next())
    });
    if let Some(anchor) = anchor {
        return Place { offset: behind(anchor), blank_before: false, blank_after: false };
    }
    if let Some(last) = groups.last().and_then(|group| group.last()) {
        return Place { offset: behind(last), blank_before: true, blank_after: false };
    }
    Place { offset: next_line(text, open), blank_before: false, blank_after: body.items().next().is_some() }
}

/// The place for a new attribute beside its kin: behind the one that shares the most leading words
/// of its name. `None` where no name begins with the same word.
pub(super) fn place_beside(text: &str, body: Body<'_>, name: &str) -> Option<Place> {
    let shared = |other: &str| name.split('_').zip(other.split('_')).take_while(|(a, b)| a == b).count();
    let kin = body
        .attributes()
        .filter(|attribute| !META.contains(&attribute.name()))
        .map(|attribute| (shared(attribute.name()), attribute))
        .filter(|(words, _)| *words > 0)
        .max_by_key(|(words, attribute)| (*words, attribute.span().start))?
        .1;
    let offset = next_line(text, kin.span().end.saturating_sub(1));
    Some(Place { offset, blank_before: false, blank_after: false })
}

/// The place for a new attribute where others of the fix stand: behind the one that the template states
/// last before it.
pub(super) fn place_after(text: &str, body: Body<'_>, stated: Body<'_>, name: &str) -> Option<Place> {
    let before = stated.attributes().map(Attribute::name).take_while(|other| *other != name);
    let neighbour = before.filter_map(|other| body.attribute(other)).last()?;
    let offset = next_line(text, neighbour.span().end.saturating_sub(1));
    Some(Place { offset, blank_before: false, blank_after: false })
}

/// Whether a blank line stands in the text between two items.
fn has_break(between: &str) -> bool {
    let mut lines = between.split('\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_some() && line.trim().is_empty() {
            return true;
        }
    }
    false
}

/// Arguments that Terraform itself reads.
pub(super) const META: [&str; 5] = ["count", "for_each", "provider", "depends_on", "providers"];
