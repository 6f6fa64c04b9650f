//! Bytes to words: white space, comments, names and numbers.

use crate::source::Span;

use super::{Parsed, Parser};

const NAME_START: u8 = 1;
const NAME: u8 = 2;
const WIDE: u8 = 4;

/// What each byte can be, so that the hot loops take one look-up.
const CLASS: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut byte = 0u8;
    loop {
        let class = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => NAME_START | NAME,
            b'0'..=b'9' | b'-' => NAME,
            0x80.. => WIDE,
            _ => 0,
        };
        #[allow(clippy::indexing_slicing, reason = "evaluated at compile time")]
        {
            table[byte as usize] = class;
        }
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    table
};

fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or(0)
}

impl Parser<'_> {
    /// The byte at the cursor; 0 at the end.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.src.get(self.pos as usize).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn peek_at(&self, ahead: u32) -> u8 {
        self.src.get((self.pos + ahead) as usize).copied().unwrap_or(0)
    }

    /// A byte of an operator and its width. Inside JSON it may be written `\u003e`, as Go writes `>`.
    #[inline]
    pub(super) fn glyph(&self, ahead: u32) -> (u8, u32) {
        let byte = self.peek_at(ahead);
        if self.embedded && byte == b'\\' {
            let start = (self.pos + ahead) as usize;
            let value = self.text.get(start..start + 6).and_then(|text| text.strip_prefix("\\u00"));
            if let Some(value) = value.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                return (value, 6);
            }
        }
        (byte, 1)
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos as usize >= self.src.len()
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.src.len()).unwrap_or(u32::MAX)
    }

    /// The character at the cursor, or an empty span at the end.
    pub(super) fn here(&self) -> Span {
        let width =
            self.text.get(self.pos as usize..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Span::new(self.pos, self.pos + u32::try_from(width).unwrap_or(0))
    }

    /// What stands at the cursor, for messages.
    pub(super) fn found(&self) -> String {
        match self.text.get(self.pos as usize..).and_then(|rest| rest.chars().next()) {
            None => "the end of the file".to_owned(),
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(found) => format!("`{}`", found.escape_debug()),
        }
    }

    /// Skips white space and comments; newlines only where they carry no meaning.
    #[inline]
    pub(super) fn skip(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.pos += 1,
                b'\n' if self.loose => self.pos += 1,
                b'\r' if self.loose && self.peek_at(1) == b'\n' => self.pos += 2,
                b'#' => self.line_comment(),
                b'/' if self.peek_at(1) == b'/' => self.line_comment(),
                b'/' if self.peek_at(1) == b'*' => {
                    if !self.block_comment() {
                        return;
                    }
                }
                b'\\' if self.embedded && matches!(self.peek_at(1), b'n' | b't' | b'r') => self.pos += 2,
                _ => return,
            }
        }
    }

    /// Skips newlines too.
    pub(super) fn skip_lines(&mut self) {
        let outer = std::mem::replace(&mut self.loose, true);
        self.skip();
        self.loose = outer;
    }

    fn line_comment(&mut self) {
        let start = self.pos;
        self.skip_line();
        self.comment(start);
    }

    pub(super) fn skip_line(&mut self) {
        let rest = self.src.get(self.pos as usize..).unwrap_or(&[]);
        let skipped = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.pos += u32::try_from(skipped).unwrap_or(0);
        if skipped > 0 && self.src.get(self.pos as usize - 1) == Some(&b'\r') && !self.at_end() {
            self.pos -= 1;
        }
    }

    fn block_comment(&mut self) -> bool {
        let start = self.pos;
        let rest = self.src.get(self.pos as usize + 2..).unwrap_or(&[]);
        let Some(end) = rest.windows(2).position(|pair| pair == b"*/") else { return false };
        self.pos += u32::try_from(end).unwrap_or(0) + 4;
        self.comment(start);
        true
    }

    fn comment(&mut self, start: u32) {
        let end = self.pos;
        if let Some(comments) = &mut self.comments {
            comments.push(Span::new(start, end));
        }
    }

    /// Whether a line ends at the cursor.
    pub(super) fn at_newline(&self) -> bool {
        match self.peek() {
            b'\n' => true,
            b'\r' => self.peek_at(1) == b'\n',
            _ => false,
        }
    }

    /// Takes one byte if it is `byte`.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && !self.at_end();
        self.pos += u32::from(found);
        found
    }

    /// Takes `byte` after white space, or fails.
    pub(super) fn expect(&mut self, byte: u8, what: &str, open: Option<u32>) -> Parsed<()> {
        self.skip();
        if self.take(byte) {
            return Ok(());
        }
        let message = format!("expected {what}, found {}", self.found());
        let help = open.map(|open| {
            let line = self.src.get(..open as usize).unwrap_or(&[]).iter().filter(|b| **b == b'\n').count();
            format!("It was opened in line {}.", line + 1)
        });
        let here = self.here();
        self.fail(here, message, help.as_deref())
    }

    /// A name at the cursor.
    #[inline]
    pub(super) fn name(&mut self) -> Option<Span> {
        let start = self.pos;
        let first = class(self.peek());
        if first & NAME_START != 0 {
            self.pos += 1;
        } else if first & WIDE == 0 || !self.wide(char::is_alphabetic) {
            return None;
        }
        loop {
            let next = class(self.peek());
            if next & NAME != 0 {
                self.pos += 1;
            } else if next & WIDE == 0 || !self.wide(char::is_alphanumeric) {
                return Some(Span::new(start, self.pos));
            }
        }
    }

    /// Takes a character beyond ASCII if `fits`.
    fn wide(&mut self, fits: impl Fn(char) -> bool) -> bool {
        let next = self.text.get(self.pos as usize..).and_then(|rest| rest.chars().next());
        match next {
            Some(next) if fits(next) => {
                self.pos += u32::try_from(next.len_utf8()).unwrap_or(1);
                true
            }
            _ => false,
        }
    }

    /// Takes the keyword if it stands at the cursor as a whole word.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let start = self.pos;
        let found = self.name().is_some_and(|span| self.slice(span) == word);
        if !found {
            self.pos = start;
        }
        found
    }

    pub(super) fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Takes a number, as far as Terraform takes its characters for one; the cursor is at a digit.
    /// Whether it is one: `1e3.2` and `1.2.3` are not.
    pub(super) fn number(&mut self) -> bool {
        let (mut points, mut exponents, mut sound) = (0, 0, true);
        loop {
            self.digits();
            let sign = u32::from(matches!(self.peek_at(1), b'+' | b'-'));
            if self.peek() == b'.' && self.peek_at(1).is_ascii_digit() {
                self.pos += 1;
                points += 1;
                sound &= exponents == 0;
            } else if matches!(self.peek(), b'e' | b'E') && self.peek_at(1 + sign).is_ascii_digit() {
                self.pos += 1 + sign;
                exponents += 1;
            } else {
                return sound && points < 2 && exponents < 2;
            }
        }
    }

    fn digits(&mut self) {
        while self.peek().is_ascii_digit() {
            self.pos += 1;
        }
    }
}
