//! Where the parser is: bytes, white space, comments, nesting, errors.

use crate::source::{FileId, Location, SourceFile, Span};
use crate::syntax::ast::{Document, SyntaxError};

use super::MAX_NESTING;

/// Why parsing stopped here.
pub(super) struct Stop {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

pub(super) type Parsed<T> = Result<T, Box<Stop>>;

pub(super) struct Parser<'s> {
    pub(super) doc: Document,
    pub(super) text: &'s str,
    pub(super) bytes: &'s [u8],
    pub(super) pos: usize,
    /// Whether newlines are plain space here: inside parentheses, brackets, interpolations.
    pub(super) newlines_are_space: bool,
    depth: u32,
    /// Node ids waiting to become lists; shared so that lists need no allocation of their own.
    pub(super) stack: Vec<u32>,
    comments: Vec<Span>,
    keep_comments: bool,
}

pub(super) const fn is_ident_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

pub(super) const fn is_ident(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte >= 0x80
}

pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl<'s> Parser<'s> {
    pub(super) fn new(file: FileId, source: &'s SourceFile) -> Self {
        let text: &'s str = source.text();
        let pos = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            doc: Document::new(file, source.text().clone(), false),
            text,
            bytes: text.as_bytes(),
            pos,
            newlines_are_space: false,
            depth: 0,
            stack: Vec::new(),
            comments: Vec::new(),
            keep_comments: !source.invalid().is_empty(),
        }
    }

    pub(super) fn finish(mut self) -> Document {
        self.doc.errors.sort_by_key(|error| error.location.span);
        self.doc
    }

    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.byte(self.pos)
    }

    /// The byte at an offset; 0 past the end.
    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    #[inline]
    pub(super) fn here(&self) -> u32 {
        offset(self.pos)
    }

    pub(super) fn span_from(&self, start: usize) -> Span {
        Span::new(offset(start), self.here())
    }

    pub(super) fn starts_with(&self, word: &str) -> bool {
        self.bytes.get(self.pos..).is_some_and(|rest| rest.starts_with(word.as_bytes()))
    }

    /// Skips spaces and comments; newlines too where `newlines` says so. A comment to the end of
    /// the line leaves its newline.
    #[inline]
    pub(super) fn skip(&mut self, newlines: bool) {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.pos += 1,
                b'\r' if self.byte(self.pos + 1) == b'\n' => {
                    if !newlines {
                        return;
                    }
                    self.pos += 2;
                }
                b'\n' if newlines => self.pos += 1,
                b'#' => self.line_comment(),
                b'/' if self.byte(self.pos + 1) == b'/' => self.line_comment(),
                b'/' if self.byte(self.pos + 1) == b'*' => {
                    let start = self.pos;
                    let rest = self.text.get(self.pos + 2..).unwrap_or("");
                    self.pos = rest.find("*/").map_or(self.bytes.len(), |at| self.pos + 2 + at + 2);
                    self.remember_comment(start);
                }
                _ => return,
            }
        }
    }

    fn line_comment(&mut self) {
        let start = self.pos;
        let rest = self.bytes.get(self.pos..).unwrap_or(&[]);
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.pos += end;
        if self.byte(self.pos.wrapping_sub(1)) == b'\r' && self.peek() == b'\n' {
            self.pos -= 1;
        }
        self.remember_comment(start);
    }

    fn remember_comment(&mut self, start: usize) {
        if self.keep_comments {
            self.comments.push(self.span_from(start));
        }
    }

    /// Skips what counts as space in the present context.
    #[inline]
    pub(super) fn space(&mut self) {
        self.skip(self.newlines_are_space);
    }

    /// The identifier here, if there is one.
    pub(super) fn ident(&mut self) -> Option<Span> {
        if !is_ident_start(self.peek()) {
            return None;
        }
        let start = self.pos;
        while is_ident(self.peek()) && !self.at_end() {
            self.pos += 1;
        }
        Some(self.span_from(start))
    }

    pub(super) fn expect(&mut self, byte: u8, what: &str) -> Parsed<()> {
        if self.peek() == byte && !self.at_end() {
            self.pos += 1;
            return Ok(());
        }
        Err(self.stop(format!("expected {what}, found {}", self.found())))
    }

    /// What stands here, for messages.
    pub(super) fn found(&self) -> String {
        let rest = self.text.get(self.pos..).unwrap_or("");
        match rest.chars().next() {
            None => "the end of the file".to_owned(),
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(char) => format!("{char:?}"),
        }
    }

    pub(super) fn stop(&self, message: impl Into<String>) -> Box<Stop> {
        let width = self.text.get(self.pos..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = Span::new(self.here(), offset(self.pos + width));
        Box::new(Stop { span, message: message.into(), help: None })
    }

    pub(super) fn stop_at(span: Span, message: impl Into<String>, help: &str) -> Box<Stop> {
        Box::new(Stop { span, message: message.into(), help: Some(help.to_owned()) })
    }

    /// One level deeper, for as long as `inner` runs.
    pub(super) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            let here = Span::new(self.here(), self.here() + 1);
            return Err(Self::stop_at(
                here,
                format!("nested more than {MAX_NESTING} levels deep, which is not read"),
                "split the expression with locals",
            ));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Runs `inner` with newlines as space (or not), then goes back to the present way.
    pub(super) fn with_newlines<T>(
        &mut self,
        are_space: bool,
        inner: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        let before = std::mem::replace(&mut self.newlines_are_space, are_space);
        let result = inner(self);
        self.newlines_are_space = before;
        result
    }

    pub(super) fn record(&mut self, stop: Stop) {
        let location = Location::new(self.doc.file, stop.span);
        self.doc.errors.push(SyntaxError { location, message: stop.message, help: stop.help });
    }

    /// Bytes that are not UTF-8 are fine in comments only.
    pub(super) fn refuse_invalid_bytes(&mut self, invalid: &[u32]) {
        let outside = |at: &&u32| {
            let span = Span::new(**at, **at + 1);
            !self.comments.iter().any(|comment| comment.contains(span))
        };
        if let Some(at) = invalid.iter().find(outside) {
            self.record(Stop {
                span: Span::new(*at, *at + 1),
                message: "not valid UTF-8".to_owned(),
                help: Some("save the file as UTF-8".to_owned()),
            });
        }
    }
}
