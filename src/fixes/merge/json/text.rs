//! JSON text by its spans: the entries of an object, the members of a list, and how the author lays them out.
//!
//! In: text that parses. Out: places in it, and new values in its style. Nothing is parsed into a tree and
//! printed again: all that is not edited keeps its bytes.

use crate::source::Span;

use super::super::super::layout::{indent_at, newline};

/// `"key": value` of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Decoded.
    pub(super) key: String,
    /// With its quotes.
    pub(super) name: Span,
    /// The value.
    pub(super) value: Span,
}

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// As it stands in JSON.
    Text(String),
    List(Vec<Written>),
    Object(Vec<(String, Written)>),
}

impl Written {
    /// A string.
    pub(super) fn string(text: &str) -> Self {
        Self::Text(serde_json::Value::from(text).to_string())
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

/// The first byte at or after `at` that is no white space.
fn skip(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

/// One past the value that starts at `at`.
fn value_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (index, byte) in bytes.iter().enumerate().skip(at) {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    quoted = false;
                    if depth == 0 {
                        return index + 1;
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return index,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return index + 1;
                }
            }
            b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return index,
            _ => {}
        }
    }
    bytes.len()
}

/// The members of what opens at `open` with a brace or bracket: of an object, names and values in turn.
fn members(text: &str, open: u32) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = skip(text, open as usize + 1);
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'}' | b']' => break,
            b',' | b':' => at = skip(text, at + 1),
            _ => {
                let end = value_end(text, at);
                if end <= at {
                    break;
                }
                found.push(span(at, end));
                at = skip(text, end);
            }
        }
    }
    found
}

/// The entries of the object that opens at `open`.
pub(super) fn entries(text: &str, open: u32) -> Vec<Entry> {
    let members = members(text, open);
    let pairs = members.chunks_exact(2);
    let entry = |pair: &[Span]| {
        let [name, value] = pair else { return None };
        let key = serde_json::from_str(text.get(name.range())?).ok()?;
        Some(Entry { key, name: *name, value: *value })
    };
    pairs.filter_map(entry).collect()
}

/// The members of the list that opens at `open`.
pub(super) fn items(text: &str, open: u32) -> Vec<Span> {
    members(text, open)
}

/// Whether the value there begins so.
pub(super) fn begins(text: &str, value: Span, with: char) -> bool {
    text.get(value.range()).is_some_and(|value| value.starts_with(with))
}

/// How a file is laid out.
#[derive(Debug)]
pub(super) struct Style {
    unit: String,
    end: &'static str,
    /// Everything on one line.
    compact: bool,
    colon: &'static str,
    comma: &'static str,
    /// Lists of plain values stay on one line.
    flat_lists: bool,
}

impl Style {
    pub(super) fn of(text: &str) -> Self {
        let mut lines = text.lines().skip(1);
        let first = lines.find_map(|line| {
            let length = line.len() - line.trim_start_matches([' ', '\t']).len();
            line.get(..length).filter(|indent| !indent.is_empty())
        });
        let plain = |value: &str| !value.is_empty() && !value.starts_with(['{', '[', ']']);
        let expanded = text
            .lines()
            .zip(text.lines().skip(1))
            .any(|(line, next)| line.trim_end().ends_with('[') && plain(next.trim_start()));
        let flat = text.lines().any(|line| {
            line.rsplit_once('[').is_some_and(|(_, rest)| {
                rest.trim_end().trim_end_matches(',').ends_with(']') && plain(rest.trim_start())
            })
        });
        Self {
            unit: first.unwrap_or("  ").to_owned(),
            end: newline(text),
            compact: !text.trim().contains('\n'),
            colon: if text.contains("\": ") || !text.contains("\":") { ": " } else { ":" },
            comma: if text.contains(", ") || !text.contains(',') { ", " } else { "," },
            flat_lists: flat && !expanded,
        }
    }

    /// A value whose line has this indentation.
    pub(super) fn write(&self, value: &Written, indent: &str, inline: bool) -> String {
        let inline = inline || self.compact;
        match value {
            Written::Text(text) => text.clone(),
            Written::List(items) => {
                let plain = items.iter().all(|item| matches!(item, Written::Text(_)));
                let inner = self.deeper(indent);
                let inline = inline || (plain && self.flat_lists);
                let items: Vec<String> = items.iter().map(|item| self.write(item, &inner, inline)).collect();
                self.enclose(('[', ']'), &items, indent, inline)
            }
            Written::Object(entries) => {
                let inner = self.deeper(indent);
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| self.entry(key, value, &inner, inline)).collect();
                self.enclose(('{', '}'), &entries, indent, inline)
            }
        }
    }

    /// `"key": value`
    pub(super) fn entry(&self, key: &str, value: &Written, indent: &str, inline: bool) -> String {
        let key = serde_json::Value::from(key).to_string();
        format!("{key}{}{}", self.colon, self.write(value, indent, inline))
    }

    fn deeper(&self, indent: &str) -> String {
        format!("{indent}{}", self.unit)
    }

    fn enclose(&self, signs: (char, char), parts: &[String], indent: &str, inline: bool) -> String {
        let (open, close) = signs;
        if parts.is_empty() {
            return format!("{open}{close}");
        }
        if inline {
            return format!("{open}{}{close}", parts.join(self.comma));
        }
        let (end, inner) = (self.end, self.deeper(indent));
        let parts = parts.join(&format!(",{end}{inner}"));
        format!("{open}{end}{inner}{parts}{end}{indent}{close}")
    }

    /// What goes between two members of the object or list that opens at `open`, and the indentation of its
    /// members; `None` where all of it stands on one line.
    fn inside(&self, text: &str, open: u32, first: Span) -> Option<String> {
        let between = text.get(open as usize..first.start as usize)?;
        (between.contains('\n') && !self.compact).then(|| indent_at(text, first.start).to_owned())
    }

    /// An insertion behind `last`, a member of what opens at `open`, of which `first` is the first one.
    pub(super) fn behind(
        &self,
        text: &str,
        open: u32,
        first: Span,
        write: &dyn Fn(&str, bool) -> Vec<String>,
    ) -> String {
        match self.inside(text, open, first) {
            Some(indent) => {
                let added = write(&indent, false);
                added.iter().flat_map(|part| [",", self.end, &indent, part]).collect()
            }
            None => write("", true).iter().flat_map(|part| [self.comma, part.as_str()]).collect(),
        }
    }

    /// The same members, standing where one was.
    pub(super) fn instead(
        &self,
        text: &str,
        open: u32,
        first: Span,
        write: &dyn Fn(&str, bool) -> Vec<String>,
    ) -> String {
        match self.inside(text, open, first) {
            Some(indent) => write(&indent, false).join(&format!(",{}{indent}", self.end)),
            None => write("", true).join(self.comma),
        }
    }

    /// What an empty object that opens at `open` becomes.
    pub(super) fn filled(&self, text: &str, open: u32, write: &dyn Fn(&str, bool) -> Vec<String>) -> String {
        let indent = indent_at(text, open);
        let inner = self.deeper(indent);
        self.enclose(('{', '}'), &write(&inner, self.compact), indent, self.compact)
    }
}
