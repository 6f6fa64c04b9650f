//! Sources without their secrets, every place where it was.
//!
//! In: texts, and what of them may not be shown. Out: the same texts with each such character replaced
//! by one of the same length. Of a plan only what says what a resource is stays, and the file is large:
//! its text is changed where it lies.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use crate::source::Sources;

use super::{PIECE, Secrets};

/// Keys of a plan's JSON whose strings say what a resource is, never what it holds.
const PLAIN: [&[u8]; 8] = [
    b"address",
    b"module_address",
    b"mode",
    b"type",
    b"name",
    b"provider_name",
    b"format_version",
    b"terraform_version",
];

impl Secrets {
    /// The sources with every secret covered by as many stars, so that all places stay where they are.
    pub fn cover(&self, mut sources: Sources) -> Sources {
        let files: Vec<_> = sources.iter().map(|(id, _)| id).collect();
        for id in files {
            if self.plans.contains(&id) {
                sources.change_text(id, |text| written(text, strings));
            }
            let text = sources.get(id).map_or("", |file| file.text());
            let mut ranges = self.ranges(text);
            ranges.extend(self.spans.get(&id).into_iter().flatten().map(|span| span.range()));
            if self.all {
                ranges.push(0..text.len());
            }
            if !ranges.is_empty() {
                sources.change_text(id, |text| covered(text, &ranges));
            }
        }
        sources
    }
}

/// The text with the ranges covered.
pub(super) fn covered(text: String, ranges: &[Range<usize>]) -> String {
    written(text, |bytes| ranges.iter().for_each(|range| stars(bytes, range.clone())))
}

/// The text with its bytes changed: characters by such of the same length.
fn written(text: String, change: impl FnOnce(&mut [u8])) -> String {
    let mut bytes = text.into_bytes();
    change(&mut bytes);
    // Were a character cut, nothing may be shown.
    String::from_utf8(bytes).unwrap_or_else(|error| "*".repeat(error.as_bytes().len()))
}

/// Covers the characters that begin in a range; quotes and spaces are kept.
fn stars(bytes: &mut [u8], range: Range<usize>) {
    if let Some(all) = bytes.get_mut(range.clone()).filter(|all| all.is_ascii()) {
        for byte in all {
            *byte = star(*byte);
        }
        return;
    }
    let mut at = range.start;
    while let Some(byte) = bytes.get_mut(at).filter(|_| at < range.end) {
        let other: &[u8] = match *byte {
            0xc0..=0xdf => "\u{b7}".as_bytes(),
            0xe0..=0xef => "\u{2022}".as_bytes(),
            0xf0.. => "\u{1f512}".as_bytes(),
            _ => {
                *byte = star(*byte);
                &[]
            }
        };
        if let Some(character) = bytes.get_mut(at..at + other.len()) {
            character.copy_from_slice(other);
        }
        at += other.len().max(1);
    }
}

/// A byte covered, unless it is part of a longer character.
const fn star(byte: u8) -> u8 {
    if byte == b'"' || byte >= 0x80 || byte.is_ascii_whitespace() { byte } else { b'*' }
}

/// Covers the strings of a plan that may hold anything. A file that is cut off is read as far as it goes.
fn strings(bytes: &mut [u8]) {
    // Between resources, where no string can be: quotes inside one are escaped.
    let middle = bytes.len() / 2;
    let rest = bytes.get(middle..).filter(|rest| rest.len() > PIECE).unwrap_or_default();
    if let Some(found) = memmem::find(rest, b"{\"address\":\"") {
        let (before, after) = bytes.split_at_mut(middle + found);
        rayon::join(|| strings(before), || strings(after));
        return;
    }
    let mut plain = false;
    let mut at = 0;
    while let Some(open) = bytes.get(at..).and_then(|rest| memchr(b'"', rest)) {
        let start = at + open + 1;
        let mut end = start;
        while let Some(found) = bytes.get(end..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            end += found;
            if bytes.get(end) == Some(&b'"') {
                break;
            }
            end += 2;
        }
        if bytes.get(end) != Some(&b'"') {
            end = bytes.len();
        }
        let after = bytes.get(end + 1..).unwrap_or_default();
        if after.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':') {
            plain = bytes.get(start..end).is_some_and(|key| PLAIN.contains(&key));
        } else if !plain {
            stars(bytes, start..end);
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covered_text_keeps_its_length_lines_and_quotes() {
        let text = "a = \"sé\ncret€🔒\"\nb";
        let out = covered(text.to_owned(), &[4..9, 6..21]);
        assert_eq!(out, "a = \"*·\n****•🔒\"\nb");
        assert_eq!(out.len(), text.len());
    }

    #[test]
    fn a_range_that_cuts_a_character_covers_what_begins_in_it() {
        assert_eq!(covered("é€x".to_owned(), &[1..3, 2..4]), "é•x");
    }

    #[test]
    fn a_plan_shows_what_a_resource_is_not_what_it_holds() {
        let text = r#"{"variables":{"t":{"value":"s\"3 x"}},"address":"a.b","l":["é"],"values":{"x":"cut"#;
        let shown = r#"{"variables":{"t":{"value":"**"* *"}},"address":"a.b","l":["·"],"values":{"x":"***"#;
        assert_eq!(written(text.to_owned(), strings), shown);
    }
}
