//! Adds a hook to the text of a `.pre-commit-config.yaml`.
//!
//! In: the text, and the entry. Out: the text with the entry behind the last repository; every other byte
//! stays. The result is parsed again, and not offered where it would say anything else than before.

use saphyr_parser::{Event, Parser, Span};

/// What became of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hooked {
    /// The new text.
    Added(String),
    /// A hook of trueup is there.
    There,
    /// The text has a form that nothing is added to.
    Foreign,
}

/// What a text holds: its scalars in order, and where its list of repositories ends.
struct Read {
    scalars: Vec<String>,
    repositories: Option<Repositories>,
}

struct Repositories {
    /// The line of the first item's dash, from 1.
    first: usize,
    /// The line that the last item ends on, from 1.
    last: usize,
    /// Scalars before the end.
    scalars: usize,
    items: usize,
}

/// Adds an entry: its lines without indent, the first one beginning with a dash.
pub(super) fn with_entry(text: &str, entry: &[String], marks: &[&str]) -> Hooked {
    let Some(before) = read(text) else { return Hooked::Foreign };
    if before.scalars.iter().any(|scalar| marks.iter().any(|mark| scalar.contains(mark))) {
        return Hooked::There;
    }
    let Some(repositories) = &before.repositories else { return Hooked::Foreign };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(first) = repositories.first.checked_sub(1).and_then(|at| lines.get(at)) else {
        return Hooked::Foreign;
    };
    // A list in one line has no dashes to put another one below.
    let Some(indent) = first.find('-').and_then(|at| first.get(..at)).filter(|it| it.trim().is_empty())
    else {
        return Hooked::Foreign;
    };
    let Some((head, tail)) = lines.split_at_checked(repositories.last) else { return Hooked::Foreign };
    let mut new = head.concat();
    if !new.ends_with('\n') {
        new.push_str(end);
    }
    for line in entry {
        new.push_str(&format!("{indent}{line}{end}"));
    }
    new.push_str(&tail.concat());
    let wanted = read(&entry.join("\n")).map(|entry| entry.scalars);
    let is_sound = || {
        let after = read(&new)?;
        let (start, rest) = before.scalars.split_at_checked(repositories.scalars)?;
        let expected = [start, &wanted?, rest].concat();
        let items = after.repositories.as_ref()?.items;
        Some(after.scalars == expected && items == repositories.items + 1)
    };
    if is_sound() == Some(true) { Hooked::Added(new) } else { Hooked::Foreign }
}

/// Reads one document; none where it can't be parsed, or there are several.
fn read(text: &str) -> Option<Read> {
    let mut read = Read { scalars: Vec::new(), repositories: None };
    let mut depth = 0_usize;
    let mut documents = 0;
    // The last key or value at the top of the document, and whether it is a key.
    let mut top: Option<(String, bool)> = None;
    let mut inside: Option<(usize, Repositories)> = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let opens = matches!(event, Event::MappingStart(..) | Event::SequenceStart(..));
        let closes = matches!(event, Event::MappingEnd | Event::SequenceEnd);
        if closes {
            depth = depth.checked_sub(1)?;
        }
        if let Some((at, mut repositories)) = inside.take() {
            if closes && depth == at {
                repositories.scalars = read.scalars.len();
                read.repositories = Some(repositories);
            } else {
                if depth == at + 1 && !closes {
                    repositories.items += 1;
                    if repositories.items == 1 {
                        repositories.first = span.start.line();
                    }
                }
                if !closes {
                    repositories.last = repositories.last.max(last_line(&span));
                }
                inside = Some((at, repositories));
            }
        }
        match &event {
            Event::DocumentStart(_) => documents += 1,
            Event::Alias(_) => return None,
            Event::Scalar(value, ..) => read.scalars.push(value.to_string()),
            Event::SequenceStart(..)
                if depth == 1 && top.as_ref().is_some_and(|(name, key)| *key && name == "repos") =>
            {
                inside = Some((depth, Repositories { first: 0, last: 0, scalars: 0, items: 0 }));
            }
            _ => {}
        }
        // At depth 1 keys and values take turns.
        if depth == 1 && !closes {
            let key = !top.as_ref().is_some_and(|(_, key)| *key);
            let name = if let Event::Scalar(value, ..) = &event { value.to_string() } else { String::new() };
            if !matches!(event, Event::MappingStart(..) if read.scalars.is_empty() && top.is_none()) {
                top = Some((name, key));
            }
        }
        if opens {
            depth += 1;
        }
    }
    (documents == 1).then_some(read)
}

/// The last line that holds something of a span.
fn last_line(span: &Span) -> usize {
    if span.end.col() == 0 && span.end.line() > span.start.line() {
        span.end.line() - 1
    } else {
        span.end.line()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str) -> Hooked {
        let entry = ["- repo: https://x/t", "  rev: v1", "  hooks:", "    - id: t"].map(str::to_owned);
        with_entry(text, &entry, &["x/t"])
    }

    #[test]
    fn the_entry_comes_behind_the_last_repository() {
        let text = "# ours\nrepos:\n  - repo: a\n    hooks: [{id: b}] # c\n\n# end\nci:\n  skip: [b]\n";
        let entry = "  - repo: https://x/t\n    rev: v1\n    hooks:\n      - id: t\n";
        let Hooked::Added(new) = added(text) else { panic!() };
        assert_eq!(new, text.replace("# c\n", &format!("# c\n{entry}")));
        assert_eq!(added(&new), Hooked::There);
        let flat = "repos:\r\n- repo: a\r\n  hooks:\r\n  - id: b";
        let Hooked::Added(new) = added(flat) else { panic!() };
        assert!(
            new.starts_with(flat)
                && new.ends_with(
                    "  - id: b\r\n- repo: https://x/t\r\n  rev: v1\r\n  hooks:\r\n    - id: t\r\n"
                ),
            "{new:?}"
        );
        let block = "repos:\n  - repo: local\n    hooks:\n      - id: x\n        entry: |\n          a\n          b\nfail_fast: true\n";
        let Hooked::Added(new) = added(block) else { panic!() };
        assert!(new.contains("          b\n  - repo: https://x/t\n"), "{new}");
    }

    #[test]
    fn what_has_another_form_is_left() {
        for text in [
            "repos: []\n",
            "repos: [{repo: a}]\n",
            "a: 1\n",
            "repos:\n  - &a {}\n  - *a\n",
            "]",
            "",
            "a: 1\n---\nrepos:\n- repo: a\n",
        ] {
            assert_eq!(added(text), Hooked::Foreign, "{text}");
        }
    }
}
