//! A block beside the subject: merged where it exists in the module, inserted where not.

use crate::findings::Edit;
use crate::graph::Resource;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Block, Item};

use super::super::layout::{indent_at, newline, next_line, reindent};
use super::{Context, MergeError, edit, into, json, keyword, path_of, source_of};

/// Meta-arguments that a companion takes over from its subject.
const INHERITED: [&str; 3] = ["count", "for_each", "provider"];

/// Merges `stated` into the block of its address in the subject's module. `false` where there is none.
pub(super) fn merge(
    context: &Context<'_>,
    stated: Block<'_>,
    edits: &mut Vec<Edit>,
) -> Result<bool, MergeError> {
    let Some((file, found)) = existing(context, stated) else { return Ok(false) };
    let instances = instances(context, file, found);
    into(context, found, &instances, stated, edits)?;
    Ok(true)
}

/// Inserts blocks that the module does not have beside the subject, in the template's order.
pub(super) fn insert(
    context: &Context<'_>,
    subject: Block<'_>,
    absent: &[Block<'_>],
    edits: &mut Vec<Edit>,
) -> Result<(), MergeError> {
    let mut insertions: Vec<Edit> = Vec::new();
    if subject.document().json {
        // Those of one type stand under one key.
        let kind =
            |block: &Block<'_>| (block.kind().to_owned(), block.label(0).unwrap_or_default().to_owned());
        let mut kinds: Vec<(String, String)> = Vec::new();
        for block in absent {
            if !kinds.contains(&kind(block)) {
                kinds.push(kind(block));
            }
        }
        for wanted in kinds {
            let alike: Vec<Block<'_>> =
                absent.iter().filter(|block| kind(block) == wanted).copied().collect();
            let path = || path_of(context.workspace, subject.document().file());
            insertions
                .push(json::insertion(context, subject, &alike).ok_or_else(|| MergeError::NoPlace(path()))?);
        }
    } else {
        insertions.extend(absent.iter().map(|stated| insertion(context, subject, *stated)));
    }
    for insertion in insertions {
        let same = |edit: &&mut Edit| edit.file == insertion.file && edit.span == insertion.span;
        match edits.iter_mut().find(same) {
            Some(before) => before.text.push_str(&insertion.text),
            None => edits.push(insertion),
        }
    }
    Ok(())
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The block of the same type and labels in a file beside the subject's.
fn existing<'w>(context: &Context<'w>, stated: Block<'_>) -> Option<(FileId, Block<'w>)> {
    let own = path_of(context.workspace, context.resource.file);
    let dir = directory(&own);
    let (Some(module), Some(kind), Some(name)) = (
        context.workspace.modules.get(if dir.is_empty() { "." } else { dir }),
        stated.label(0),
        stated.label(1),
    ) else {
        return None;
    };
    let declared = if stated.kind() == "data" { &module.data } else { &module.resources };
    let declaration = declared.get(&(kind.to_owned(), name.to_owned()))?;
    let document = context.workspace.document(declaration.file)?;
    Some((declaration.file, document.block(declaration.node)))
}

fn instances<'w>(context: &Context<'w>, file: FileId, found: Block<'_>) -> Vec<&'w Resource> {
    let kind = found.label(0).unwrap_or("");
    let map = if found.kind() == "data" {
        &context.configuration.data_by_kind
    } else {
        &context.configuration.by_kind
    };
    map.get(kind)
        .into_iter()
        .flatten()
        .filter_map(|id| context.configuration.get(*id))
        .filter(|resource| {
            resource.file == file && resource.span == found.span() && keyword(resource.mode) == found.kind()
        })
        .take(super::MAX_INSTANCES)
        .collect()
}

/// The stated block after the subject, with one blank line between.
fn insertion(context: &Context<'_>, subject: Block<'_>, stated: Block<'_>) -> Edit {
    let document = subject.document();
    let text = document.text();
    let end = newline(text);
    let indent = indent_at(text, subject.span().start);
    let mut code = source_of(&context.rendered, stated.span());
    let inherited = inherited(subject, stated);
    if !inherited.is_empty() {
        code = with_meta(&context.rendered, stated, &code, &inherited);
    }
    let offset = next_line(text, subject.span().end.saturating_sub(1));
    let open = !text.get(..offset as usize).is_some_and(|text| text.ends_with('\n'));
    let first = if open { end } else { "" };
    let block = reindent(&code, indent, end);
    // A file without a last line end keeps that.
    let last = if open { "" } else { end };
    edit(document.file(), Span::new(offset, offset), format!("{first}{end}{block}{last}"))
}

/// The subject's meta-arguments that the stated block does not have, as source from column 0.
fn inherited(subject: Block<'_>, stated: Block<'_>) -> Vec<String> {
    subject
        .body()
        .attributes()
        .filter(|attribute| INHERITED.contains(&attribute.name()))
        .filter(|attribute| stated.body().attribute(attribute.name()).is_none())
        .map(|attribute| {
            let text = source_of(subject.document(), attribute.span());
            text.trim_end().replace("\r\n", "\n")
        })
        .collect()
}

/// The block's text with meta-arguments first, a blank line behind them.
fn with_meta(rendered: &crate::syntax::Document, stated: Block<'_>, code: &str, meta: &[String]) -> String {
    let header = rendered.slice(Span::new(stated.span().start, stated.open() + 1));
    let mut out = format!("{header}\n");
    for line in meta {
        out.push_str(&reindent(line, "  ", "\n"));
        out.push('\n');
    }
    if stated.body().items().next().is_none() {
        out.push('}');
        return out;
    }
    out.push('\n');
    let one_line = !code.contains('\n');
    if one_line {
        for item in stated.body().items() {
            let span = match item {
                Item::Attribute(attribute) => attribute.span(),
                Item::Block(block) => block.span(),
            };
            out.push_str("  ");
            out.push_str(rendered.slice(span));
            out.push('\n');
        }
        out.push('}');
        return out;
    }
    out.push_str(code.split_once('\n').map_or("", |(_, rest)| rest));
    out
}
