//! Takes literal secrets out of what a report shows.
//!
//! In: a finished run. Out: the same findings without secret literals, and a copy of the sources in
//! which every secret is covered by as many stars, so that all places stay where they are. Exists
//! because excerpts quote the files: an excerpt beside `password = "..."` would carry it into a CI log.

use std::collections::BTreeSet;

use memchr::{memchr, memchr2};

use crate::rules::functions::{holds_secret, names_secret};
use crate::source::{Sources, Span};
use crate::syntax::Workspace;
use crate::syntax::ast::{Block, Body, Document, Expr, Item, NodeId};

use super::Run;

/// Shorter literals are covered in excerpts, but not searched for elsewhere: they would match too much.
const SHORT: usize = 4;
/// Text a report shows instead of a secret.
const HIDDEN: &str = "(sensitive value)";
/// Keys of a plan's JSON whose strings say what a resource is, never what it holds.
const PLAIN: [&str; 8] = [
    "address",
    "module_address",
    "mode",
    "type",
    "name",
    "provider_name",
    "format_version",
    "terraform_version",
];

/// Hides secrets in the findings, and takes the sources out of the run to quote from. Plans are large:
/// they are covered only for a report that quotes.
pub(super) fn secrets(run: &mut Run, quotes: bool) -> Sources {
    let Run { assessment, workspace, plans, secrets, .. } = run;
    let mut sources = std::mem::take(&mut workspace.sources);
    let mut texts: BTreeSet<String> = secrets.iter().map(|text| text.trim_end().to_owned()).collect();
    let names = sensitive_variables(workspace);
    for doc in workspace.documents.iter().flatten() {
        let mut spans = Vec::new();
        body(doc, doc.body(), &names, None, &mut spans);
        for id in &spans {
            if let Expr::Str(text) = doc.expr(*id) {
                texts.insert(text.trim_end().to_owned());
            }
        }
        if !spans.is_empty() {
            let mut spans: Vec<Span> = spans.into_iter().map(|id| doc.span(id)).collect();
            spans.sort_by_key(|span| (span.start, span.end));
            sources = sources.with_text(doc.file(), covered(doc.text(), spans.into_iter()));
        }
    }
    for plan in plans.iter().filter(|_| quotes) {
        if let Some(file) = sources.get(*plan) {
            let text = covered(file.text(), plan_strings(file.text()));
            sources.set_text(*plan, text);
        }
    }
    texts.retain(|text| text.len() >= SHORT);
    if !texts.is_empty() {
        for finding in &mut assessment.findings {
            finding.message = without(&finding.message, &texts);
            for evidence in &mut finding.why {
                evidence.value = without(&evidence.value, &texts);
            }
        }
    }
    sources
}

/// Names of all variables marked sensitive, whichever module declares them.
fn sensitive_variables(workspace: &Workspace) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for doc in workspace.documents.iter().flatten() {
        for block in doc.body().blocks_of("variable") {
            let flag = block.body().attribute("sensitive").map(|flag| doc.expr(flag.expr()));
            if matches!(flag, Some(Expr::Bool(true)))
                && let Some(name) = block.label(0)
            {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// Collects the literals of one body that must not be shown; `of` is the block it belongs to.
fn body(
    doc: &Document,
    at: Body<'_>,
    names: &BTreeSet<String>,
    of: Option<Block<'_>>,
    into: &mut Vec<NodeId>,
) {
    let kind = of.map(Block::kind);
    let secret = |name: &str| match kind {
        Some("variable") => {
            let variable = of.and_then(|block| block.label(0)).unwrap_or_default();
            name == "default" && (names.contains(variable) || names_secret(variable))
        }
        // Values of variables: a .tfvars file, or a module's arguments.
        None | Some("module") => names.contains(name) || names_secret(name),
        Some(_) => names_secret(name),
    };
    for item in at.items() {
        match item {
            Item::Attribute(attribute) => {
                literals(doc, attribute.expr(), secret(attribute.name()), into);
            }
            Item::Block(block) => body(doc, block.body(), names, Some(block), into),
        }
    }
}

/// The strings and numbers of an expression: all with `secret`, else those under a telling key.
/// Parsed expressions are at most 200 levels deep.
fn literals(doc: &Document, id: NodeId, secret: bool, into: &mut Vec<NodeId>) {
    match doc.expr(id) {
        Expr::Str(text) if holds_secret(text) || secret && !text.is_empty() => into.push(id),
        Expr::Number(_) if secret => into.push(id),
        Expr::List(items) | Expr::Template(items) => {
            items.iter().for_each(|item| literals(doc, item, secret, into));
        }
        Expr::Call { args, .. } => args.iter().for_each(|item| literals(doc, item, secret, into)),
        Expr::Object(items) => {
            for (key, value) in items.pairs() {
                let telling = match doc.expr(key) {
                    Expr::Str(name) | Expr::Variable(name) => names_secret(name),
                    _ => false,
                };
                literals(doc, value, secret || telling, into);
            }
        }
        Expr::Parens(inner) => literals(doc, inner, secret, into),
        Expr::Conditional { then, otherwise, .. } => {
            literals(doc, then, secret, into);
            literals(doc, otherwise, secret, into);
        }
        _ => {}
    }
}

/// The string values of a plan that may hold anything, in order. A file that is cut off is read as far
/// as it goes. There are millions of them in a large plan: they are never collected.
fn plan_strings(text: &str) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut key = "";
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(open) = bytes.get(at..).and_then(|rest| memchr(b'"', rest)) {
            let start = at + open + 1;
            let mut end = start;
            // To the closing quote, over what is escaped.
            while let Some(next) = bytes.get(end..).map(|rest| memchr2(b'"', b'\\', rest)) {
                end = next.map_or(bytes.len(), |next| end + next);
                if bytes.get(end) != Some(&b'\\') {
                    break;
                }
                end += 2;
            }
            let end = end.min(bytes.len());
            let after = bytes.get(end + 1..).unwrap_or_default();
            let inside = text.get(start..end).unwrap_or_default();
            at = end + 1;
            if after.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':') {
                key = inside;
            } else if !PLAIN.contains(&key)
                && let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end))
            {
                return Some(Span::new(start, end));
            }
        }
        None
    })
}

/// The text with the spans, which are in order, covered: each character by one of the same length,
/// quotes and spaces kept.
fn covered(text: &str, spans: impl Iterator<Item = Span>) -> String {
    let mut out = String::with_capacity(text.len());
    for span in spans {
        let start = (span.start as usize).max(out.len());
        let (Some(before), Some(inside)) = (text.get(out.len()..start), text.get(start..span.end as usize))
        else {
            continue;
        };
        out.push_str(before);
        out.extend(inside.chars().map(|c| match c.len_utf8() {
            _ if c.is_whitespace() || c == '"' => c,
            1 => '*',
            2 => '\u{b7}',
            3 => '\u{2022}',
            _ => '\u{1f512}',
        }));
    }
    out.push_str(text.get(out.len()..).unwrap_or_default());
    out
}

/// `shown` without the texts, also where one is cut off at its end.
fn without(shown: &str, texts: &BTreeSet<String>) -> String {
    let mut out = shown.to_owned();
    // Longer ones first: a short one may be part of them.
    let mut texts: Vec<&String> = texts.iter().collect();
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    for text in texts {
        let quoted = format!("{text:?}");
        let escaped = quoted.trim_matches('"');
        for form in [text.as_str(), escaped] {
            if out.contains(form) {
                out = out.replace(form, HIDDEN);
            }
            let Some(cut) = out.strip_suffix('…') else { continue };
            let ends = form.char_indices().map(|(at, _)| at).filter(|at| *at >= SHORT).rev();
            let left = ends.filter_map(|at| form.get(..at)).find_map(|start| cut.strip_suffix(start));
            if let Some(left) = left {
                out = format!("{left}{HIDDEN}…");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covered_text_keeps_its_length_lines_and_quotes() {
        let text = "a = \"sé\ncret\"\nb";
        let out = covered(text, std::iter::once(Span::new(4, 14)));
        assert_eq!(out, "a = \"*·\n****\"\nb");
        assert_eq!(out.len(), text.len());
    }

    #[test]
    fn values_are_freed_of_secrets_even_when_cut() {
        let texts = BTreeSet::from(["hunter2-long".to_owned()]);
        assert_eq!(without("{ a = \"hunter2-long\" }", &texts), "{ a = \"(sensitive value)\" }");
        assert_eq!(without("{ a = \"hunter2…", &texts), "{ a = \"(sensitive value)…");
    }

    #[test]
    fn a_plan_shows_what_a_resource_is_not_what_it_holds() {
        let text = r#"{"variables":{"t":{"value":"s\"3"}},"address":"a.b","values":{"x":"cut"#;
        assert_eq!(
            covered(text, plan_strings(text)),
            r#"{"variables":{"t":{"value":"**"*"}},"address":"a.b","values":{"x":"***"#
        );
    }
}
