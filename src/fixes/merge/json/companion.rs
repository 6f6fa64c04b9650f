//! New resources in the `resource` object of a JSON file.
//!
//! In: the subject and a stated resource that the module does not have. Out: one insertion behind the subject's
//! type, or among the resources of the new one's own type where there are some.

use crate::findings::Edit;
use crate::source::Span;
use crate::syntax::ast::Block;

use super::super::{Context, edit};
use super::convert;
use super::text::{Entry, Style, Written, begins, entries, items};

/// Meta-arguments that a companion takes over from its subject.
const INHERITED: [&str; 3] = ["provider", "count", "for_each"];

/// The edit that inserts `stated`, all of one type, beside the subject. `None` where the file's form leaves no
/// place for it.
pub(in super::super) fn insertion(
    context: &Context<'_>,
    subject: Block<'_>,
    stated: &[Block<'_>],
) -> Option<Edit> {
    let (document, first) = (subject.document(), stated.first()?);
    let (text, style) = (document.text(), Style::of(document.text()));
    let kind = first.label(0)?;
    let named: Vec<(String, Written)> = stated
        .iter()
        .filter_map(|block| Some((block.label(1)?.to_owned(), content(context, subject, *block))))
        .collect();
    let open = u32::try_from(text.find('{')?).ok()?;
    let top = entries(text, open);
    let keyword = top.iter().find(|entry| entry.key == first.kind());
    let Some(keyword) = keyword else {
        // The first one of its keyword, `data` beside resources.
        let value = Written::Object(vec![(kind.to_owned(), Written::Object(named))]);
        return behind(document.file(), text, &style, open, &top, &[(first.kind().to_owned(), value)]);
    };
    let objects =
        if begins(text, keyword.value, '[') { items(text, keyword.value.start) } else { vec![keyword.value] };
    // The object that holds the subject; the first one, where that stands under another keyword.
    let object = objects
        .iter()
        .find(|object| object.contains(Span::new(subject.open(), subject.open())))
        .or(objects.first())
        .filter(|object| begins(text, **object, '{'))?;
    let kinds = entries(text, object.start);
    match kinds.iter().find(|entry| entry.key == kind) {
        Some(entry) if begins(text, entry.value, '{') => behind(
            document.file(),
            text,
            &style,
            entry.value.start,
            &entries(text, entry.value.start),
            &named,
        ),
        Some(entry) => {
            let items = items(text, entry.value.start);
            let (first, last) = (items.first()?, items.last()?);
            let write = |indent: &str, inline: bool| {
                vec![style.write(&Written::Object(named.clone()), indent, inline)]
            };
            let code = style.behind(text, entry.value.start, *first, &write);
            Some(edit(document.file(), Span::new(last.end, last.end), code))
        }
        None => {
            let value = (kind.to_owned(), Written::Object(named));
            let beside = kinds.iter().find(|entry| Some(entry.key.as_str()) == subject.label(0));
            let last = beside.or(kinds.last());
            let place: Vec<Entry> = kinds.first().into_iter().chain(last).cloned().collect();
            behind(document.file(), text, &style, object.start, &place, &[value])
        }
    }
}

/// New entries behind the last of these, or as the only ones.
fn behind(
    file: crate::source::FileId,
    text: &str,
    style: &Style,
    open: u32,
    there: &[Entry],
    added: &[(String, Written)],
) -> Option<Edit> {
    let write = |indent: &str, inline: bool| -> Vec<String> {
        added.iter().map(|(key, value)| style.entry(key, value, indent, inline)).collect()
    };
    match (there.first(), there.last()) {
        (Some(first), Some(last)) => {
            let code = style.behind(text, open, first.name, &write);
            Some(edit(file, Span::new(last.value.end, last.value.end), code))
        }
        _ => {
            let end = u32::try_from(text.get(open as usize..)?.find('}')? + 1).ok()?;
            Some(edit(file, Span::new(open, open + end), style.filled(text, open, &write)))
        }
    }
}

/// What stands in the new block, the subject's meta-arguments first.
fn content(context: &Context<'_>, subject: Block<'_>, stated: Block<'_>) -> Written {
    let text = subject.document().text();
    let inherited = entries(text, subject.open())
        .into_iter()
        .filter(|entry| INHERITED.contains(&entry.key.as_str()))
        .filter(|entry| stated.body().attribute(&entry.key).is_none())
        .filter_map(|entry| Some((entry.key, Written::Text(text.get(entry.value.range())?.to_owned()))));
    Written::Object(inherited.chain(convert::body(&context.rendered, stated.body(), 0)).collect())
}
