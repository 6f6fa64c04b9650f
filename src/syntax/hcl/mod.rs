//! The parser of HCL's native syntax.
//!
//! In: the text of one file. Out: a [`Document`]. It works by recursive descent over bytes and
//! pushes nodes into the document's arena, so parsing allocates nothing per node. An error costs
//! the top-level block it stands in; everything else is kept.

mod body;
mod expr;
mod heredoc;
mod lex;
mod pieces;
mod recover;
mod template;
#[cfg(test)]
mod tests;

use crate::source::{FileId, Location, SourceFile, Span};

use super::ast::{Document, Kind, NONE, SyntaxError};
use pieces::Piece;

/// How deep expressions, blocks and templates may nest. Deeper input is refused, because everything
/// that walks the tree recurses over it.
const MAX_DEPTH: u32 = 200;

/// How many operators or accesses may follow each other in one chain: each makes the tree deeper.
const MAX_CHAIN: u32 = 500;

/// How many errors one file may report.
const MAX_ERRORS: usize = 100;

/// The item being parsed is lost; its error is already recorded.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Lost;

pub(in crate::syntax) type Parsed<T = u32> = Result<T, Lost>;

pub(in crate::syntax) struct Parser<'s> {
    text: &'s str,
    src: &'s [u8],
    pos: u32,
    /// Newlines are white space, as inside brackets.
    loose: bool,
    /// The text stands inside a JSON string: quotes and line ends carry a backslash.
    embedded: bool,
    depth: u32,
    /// Ids of lists under construction.
    scratch: Vec<u32>,
    /// Template pieces under construction.
    pieces: Vec<Piece>,
    /// Where comments lie; kept only when the file holds invalid bytes.
    comments: Option<Vec<Span>>,
    pub(super) doc: Document,
}

/// Parses one file of native syntax. Never fails: what can't be read is in `errors`.
pub fn parse_hcl(file: FileId, source: &SourceFile) -> Document {
    let mut doc = Document::new(file, source.shared_text(), false);
    if u32::try_from(source.text().len()).map_or(true, |len| len == NONE) {
        doc.errors.push(SyntaxError {
            location: Location::new(file, Span::new(0, 0)),
            message: "the file is larger than 4 GiB".to_owned(),
            help: None,
        });
        return doc;
    }
    let mut parser = Parser::new(source.text(), doc);
    if !source.invalid().is_empty() {
        parser.comments = Some(Vec::new());
    }
    parser.file();
    parser.check_invalid(source.invalid());
    parser.finish()
}

impl<'s> Parser<'s> {
    pub(super) fn new(text: &'s str, doc: Document) -> Self {
        Self {
            text,
            src: text.as_bytes(),
            pos: 0,
            loose: false,
            embedded: false,
            depth: 0,
            scratch: Vec::new(),
            pieces: Vec::new(),
            comments: None,
            doc,
        }
    }

    fn finish(mut self) -> Document {
        self.doc.errors.sort_by_key(|error| error.location.span.start);
        self.doc
    }

    /// Records an error and gives up the item.
    fn fail<T>(&mut self, span: Span, message: impl Into<String>, help: Option<&str>) -> Parsed<T> {
        self.report(span, message.into(), help);
        Err(Lost)
    }

    /// Records an error of the JSON form.
    pub(super) fn json_error(&mut self, span: Span, message: String) {
        self.report(span, message, None);
    }

    fn report(&mut self, span: Span, message: String, help: Option<&str>) {
        if self.doc.errors.len() < MAX_ERRORS {
            self.doc.errors.push(SyntaxError {
                location: Location::new(self.doc.file, span),
                message,
                help: help.map(str::to_owned),
            });
        }
    }

    /// Goes one level deeper; every `Ok` is paired with [`Self::leave`].
    fn enter(&mut self) -> Parsed<()> {
        if self.depth >= MAX_DEPTH {
            let here = self.here();
            return self.fail(
                here,
                format!("nested deeper than {MAX_DEPTH} levels"),
                Some("Split the expression over several locals."),
            );
        }
        self.depth += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Refuses chains that would make the tree too deep.
    fn chain(&mut self, links: &mut u32) -> Parsed<()> {
        *links += 1;
        if *links > MAX_CHAIN {
            let here = self.here();
            return self.fail(
                here,
                format!("more than {MAX_CHAIN} operators or accesses in one chain"),
                Some("Split the expression over several locals."),
            );
        }
        Ok(())
    }

    /// Runs `inner` with newlines as white space, or not.
    fn with_newlines<T>(&mut self, loose: bool, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let outer = std::mem::replace(&mut self.loose, loose);
        let result = inner(self);
        self.loose = outer;
        result
    }

    fn push(&mut self, kind: Kind, flags: u8, span: Span, a: u32, b: u32) -> u32 {
        self.doc.push(kind, flags, span, a, b)
    }

    /// Moves what was pushed on the scratch stack since `base` into a list of the document.
    fn list_from(&mut self, base: usize) -> u32 {
        let list = self.doc.push_list(self.scratch.get(base..).unwrap_or(&[]));
        self.scratch.truncate(base);
        list
    }

    fn span_of(&self, id: u32) -> Span {
        self.doc.node(id).span
    }

    /// Bytes that are not UTF-8 are fine in comments only.
    fn check_invalid(&mut self, invalid: &[u32]) {
        let comments = self.comments.take().unwrap_or_default();
        let mut last = None;
        for at in invalid {
            let index = comments.partition_point(|span| span.end <= *at);
            let commented = comments.get(index).is_some_and(|span| span.start <= *at);
            let run = last.is_some_and(|last: u32| last + 1 == *at);
            last = Some(*at);
            if !commented && !run {
                self.report(
                    Span::new(*at, at.saturating_add(1)),
                    "not valid UTF-8".to_owned(),
                    Some("Save the file as UTF-8."),
                );
            }
        }
    }
}
