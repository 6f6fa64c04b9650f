//! Text that is safe and fits: cleaning, cutting, wrapping, colouring.
//!
//! In: strings that strangers wrote. Out: strings without a character that a terminal would obey,
//! no wider than asked for. What reports quote from the tree goes through here.

/// Stands for every character that is not shown.
const HIDDEN: char = '\u{fffd}';

/// Colours, or none.
#[derive(Clone, Copy)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(super) fn red(self, text: &str) -> String {
        self.with("31", text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    /// `text` in a graphic rendition, by its number.
    pub(super) fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A character as it is shown. Control characters could command the terminal, and those that turn
/// the direction of text could make a line read as what it is not.
pub(super) fn shown(c: char) -> char {
    let turns =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || turns { HIDDEN } else { c }
}

/// One line of text: white space becomes single spaces, hidden characters U+FFFD.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(shown));
    }
    out
}

/// Columns a character takes: two in the East Asian and pictograph blocks.
pub(super) fn columns(c: char) -> usize {
    let wide = matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x2_0000..=0x3_fffd);
    if wide { 2 } else { 1 }
}

/// Columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// At most `limit` columns of a text, with `…` where the rest was. Hidden characters are replaced;
/// white space stays, so that this suits lines of source.
pub(super) fn cut(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let (c, wide) = if c == '\t' { (' ', 1) } else { (shown(c), columns(c)) };
        let room = if chars.peek().is_some() { limit.saturating_sub(1) } else { limit };
        if used + wide > room {
            out.push('…');
            break;
        }
        out.push(c);
        used += wide;
    }
    out
}

/// The end of a path, at most `limit` columns of it.
pub(super) fn tail(path: &str, limit: usize) -> String {
    if width(path) <= limit {
        return path.to_owned();
    }
    let mut used = 1;
    let mut kept: Vec<char> = path
        .chars()
        .rev()
        .take_while(|c| {
            used += columns(*c);
            used <= limit
        })
        .collect();
    kept.push('…');
    kept.iter().rev().collect()
}

/// Writes `body` after `head`, wrapped at `limit` columns; further lines start at `indent`.
/// `head` is plain text of known width and `painted` is how it is printed.
pub(super) fn hanging(out: &mut String, head: &str, painted: &str, body: &str, indent: usize, limit: usize) {
    out.push_str(painted);
    let mut at = width(head);
    let mut fresh = true;
    for word in clean(body).split(' ') {
        let wide = width(word);
        if !fresh && at + 1 + wide > limit {
            newline(out, indent);
            at = indent;
            fresh = true;
        }
        if !fresh {
            out.push(' ');
            at += 1;
        }
        for c in word.chars() {
            // A word wider than the line is broken where it must be.
            if at + columns(c) > limit && at > indent {
                newline(out, indent);
                at = indent;
            }
            out.push(c);
            at += columns(c);
        }
        fresh = word.is_empty() && fresh;
    }
    out.push('\n');
}

fn newline(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}
