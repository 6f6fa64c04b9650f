//! Secrets in plain text: comments, scripts, and files that could not be parsed.
//!
//! In: a text. Out: the values that stand behind a telling name (`password = "..."`,
//! `DB_PASSWORD=...`, `"token": "..."`), passwords in URLs, and those of commands and headers.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::rules::functions::spoken;

use super::{Telling, telling};

/// What telling names hold, and what comes before the password in a URL.
const HINTS: [&str; 16] = [
    "passw",
    "pwd",
    "secret",
    "token",
    "api_key",
    "api-key",
    "apikey",
    "_key",
    "-key",
    "credential",
    "passphrase",
    "connection",
    "conn_str",
    "pre_shared",
    "pre-shared",
    "://",
];
/// How long a name may be.
const MAX_LENGTH: usize = 256;

static SEARCH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(HINTS).ok());

/// A value behind a telling name.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    /// Where the name stands.
    pub(super) name: usize,
    /// The value, without quotes.
    pub(super) value: Range<usize>,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
}

/// Every such value, in order.
pub(super) fn told(text: &str) -> Vec<Told> {
    let mut found: Vec<Told> = Vec::new();
    // Where the last name ends: one name may hold many hints.
    let mut named = 0;
    for hint in SEARCH.iter().flat_map(|search| search.find_iter(text)) {
        if hint.start() < named || found.last().is_some_and(|last| hint.start() < last.value.end) {
            continue;
        }
        if hint.pattern().as_usize() == HINTS.len() - 1 {
            found.extend(password_of_url(text, hint.end()));
        } else {
            let name = name_around(text, hint.range());
            named = name.end;
            found.extend(assigned(text, name));
        }
    }
    let spoken = spoken(text).into_iter();
    found.extend(spoken.map(|value| Told { name: value.start, value, quoted: true }));
    found.sort_by_key(|told| told.value.start);
    let mut end = 0;
    found.retain(|told| {
        let fresh = told.value.start >= end;
        end = end.max(told.value.end);
        fresh
    });
    found
}

/// The name around a hint.
fn name_around(text: &str, hint: Range<usize>) -> Range<usize> {
    let part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let before = text.get(..hint.start).unwrap_or("").chars().rev().take(MAX_LENGTH).take_while(part).count();
    let after = text.get(hint.end..).unwrap_or("").chars().take(MAX_LENGTH).take_while(part).count();
    hint.start - before..hint.end + after
}

/// The value that is assigned to a name.
fn assigned(text: &str, name: Range<usize>) -> Option<Told> {
    let Range { start: name, end } = name;
    if telling(text.get(name..end)?) == Telling::No {
        return None;
    }
    let rest = text.get(end..)?;
    let rest = rest.trim_start_matches(['\\', '"', '\'']).trim_start_matches([' ', '\t']);
    // `"name": "DB_PASSWORD", "value": "..."`
    let paired = rest.strip_prefix(',').and_then(|rest| {
        let rest = rest.trim_start().trim_start_matches(['\\', '"', '\'']).strip_prefix("value")?;
        Some(rest.trim_start_matches(['\\', '"', '\'']).trim_start_matches([' ', '\t']))
    });
    let rest = paired.unwrap_or(rest).strip_prefix(['=', ':'])?;
    if rest.starts_with(['=', '~']) {
        return None;
    }
    // A doubled sign is a mistake in a file that can't be parsed.
    let rest = rest.strip_prefix('>').unwrap_or(rest).trim_start_matches([' ', '\t', '=']);
    let start = text.len() - rest.len();
    value(text, start).map(|(value, quoted)| Told { name, value, quoted })
}

/// The value that begins at `start`: between quotes, a heredoc, or one word.
fn value(text: &str, start: usize) -> Option<(Range<usize>, bool)> {
    let rest = text.get(start..)?;
    if let Some(marker) = rest.strip_prefix("<<") {
        let line = marker.find('\n')? + 1;
        let marker = marker.get(..line)?.trim_start_matches(['-', '~']).trim();
        let body = rest.get(2 + line..)?;
        let mut length = 0;
        for line in body.split_inclusive('\n').take_while(|line| line.trim() != marker) {
            length += line.len();
        }
        let from = start + 2 + line;
        return Some((from..from + length, true));
    }
    let plain = rest.trim_start_matches('\\');
    let open = start + (rest.len() - plain.len());
    if let Some(quote) = plain.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inside = text.get(open + 1..)?;
        let mut escaped = false;
        let ends = |c: char| {
            let ends = c == '\n' || c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        };
        // Quotes inside a quoted text are escaped themselves.
        let end = if open > start { inside.find(['\\', '"', '\n']) } else { inside.find(ends) };
        let length = end.unwrap_or(inside.len());
        return Some((open + 1..open + 1 + length, true));
    }
    let stop =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '&' | ')' | '}' | ']' | '\\');
    let length = rest.find(stop).unwrap_or(rest.len());
    Some((start..start + length, false))
}

/// `user:PASSWORD@` behind `://`.
fn password_of_url(text: &str, start: usize) -> Option<Told> {
    let rest = text.get(start..)?;
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '/' | '?' | '#' | ','))
        .unwrap_or(rest.len());
    let host = rest.get(..end)?;
    let at = host.rfind('@')?;
    let password = host.get(..at)?.find(':').map_or(0, |colon| colon + 1);
    Some(Told { name: start, value: start + password..start + at, quoted: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<&str> {
        told(text).into_iter().map(|told| &text[told.value]).collect()
    }

    #[test]
    fn values_stand_behind_telling_names() {
        assert_eq!(values("  password = \"one two\" # x"), ["one two"]);
        assert_eq!(values("export DB_PASSWORD=three; y"), ["three"]);
        assert_eq!(values("{\"api-key\": \"four\\\"5\"}"), ["four\\\"5"]);
        assert_eq!(values("x = \"{\\\"token\\\": \\\"six\\\"}\""), ["six"]);
        assert_eq!(values(r#"{"name": "DB_PWD", "value": "nine"}"#), ["nine"]);
        assert_eq!(values("secret = <<-EOF\n  a\n  b\n  EOF\nz"), ["  a\n  b\n"]);
        assert_eq!(values("password = \"cut off\nb"), ["cut off"]);
        assert_eq!(values("password = = \"eight\""), ["eight"]);
        assert_eq!(values("git::https://me:seven@host/x?y"), ["seven"]);
    }

    #[test]
    fn other_names_and_comparisons_tell_nothing() {
        assert!(values("secret_arn = \"x\"\nvar.password == \"y\"\nhttp://host/@x a_key").is_empty());
    }
}
