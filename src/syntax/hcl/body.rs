//! Attributes and blocks, and going on after an error.

use std::collections::HashSet;

use crate::source::Span;
use crate::syntax::ast::{BARE, Kind};

use super::cursor::{Parsed, Parser, Stop, is_ident_start, offset};

impl Parser<'_> {
    /// The whole file. Every error is recorded; parsing goes on at the next top-level item.
    pub(super) fn file_body(&mut self) {
        let base = self.stack.len();
        loop {
            self.skip(true);
            if self.at_end() {
                break;
            }
            let start = self.pos;
            let depth = self.stack.len();
            match self.item() {
                Ok(id) => self.stack.push(id),
                Err(stop) => {
                    self.record(*stop);
                    self.stack.truncate(depth);
                    self.newlines_are_space = false;
                    self.resume(start);
                }
            }
        }
        let items = self.stack.split_off(base);
        self.refuse_duplicates(&items);
        let whole = Span::new(0, offset(self.bytes.len()));
        self.doc.root = self.block(whole, 0, 0, offset(self.bytes.len()), &[], &items);
    }

    /// Goes to where the next top-level item begins: after a `}` at the start of a line, or at a
    /// word at the start of a line that looks like an item.
    fn resume(&mut self, start: usize) {
        let mut at = self.pos.max(start);
        loop {
            let rest = self.bytes.get(at..).unwrap_or(&[]);
            let Some(newline) = rest.iter().position(|byte| *byte == b'\n') else {
                self.pos = self.bytes.len();
                return;
            };
            at += newline + 1;
            match self.byte(at) {
                b'}' => {
                    let rest = self.bytes.get(at..).unwrap_or(&[]);
                    self.pos = at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                    return;
                }
                byte if is_ident_start(byte) && self.looks_like_item(at) => {
                    self.pos = at;
                    return;
                }
                _ => {}
            }
        }
    }

    fn looks_like_item(&self, at: usize) -> bool {
        let line = self.text.get(at..).unwrap_or("").lines().next().unwrap_or("").trim_end();
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        line.ends_with('{') || line.ends_with('}') || line.contains(" = ")
    }

    fn block(
        &mut self,
        span: Span,
        kind_end: u32,
        open: u32,
        close: u32,
        labels: &[u32],
        items: &[u32],
    ) -> u32 {
        let mut words = Vec::with_capacity(3 + labels.len() + items.len());
        words.extend([open, close, u32::try_from(labels.len()).unwrap_or(0)]);
        words.extend_from_slice(labels);
        words.extend_from_slice(items);
        let list = self.doc.push_list(&words);
        self.doc.push(Kind::Block, 0, span, list, kind_end)
    }

    /// One attribute or block.
    fn item(&mut self) -> Parsed<u32> {
        let start = self.pos;
        let Some(name) = self.ident() else {
            return Err(self.stop(format!("expected an attribute or a block, found {}", self.found())));
        };
        self.skip(false);
        if self.peek() == b'=' && self.byte(self.pos + 1) != b'=' {
            self.pos += 1;
            self.skip(false);
            let expr = self.expr()?;
            let end = self.doc.nodes.get(expr as usize).map_or(self.here(), |node| node.span.end);
            self.end_of_item()?;
            let span = Span::new(name.start, end);
            return Ok(self.doc.push(Kind::Attribute, 0, span, expr, name.end));
        }
        let mut labels: Vec<u32> = Vec::new();
        loop {
            match self.peek() {
                b'{' => break,
                b'"' => {
                    let at = self.pos;
                    let label = self.quoted()?;
                    if self.doc.nodes.get(label as usize).is_some_and(|node| node.kind != Kind::Str) {
                        let help = "write the label as plain text";
                        return Err(Self::stop_at(
                            self.span_from(at),
                            "a block label can't hold an interpolation",
                            help,
                        ));
                    }
                    labels.push(label);
                }
                _ => match self.ident() {
                    Some(word) => labels.push(self.doc.push(Kind::Str, BARE, word, word.start, word.len())),
                    None => {
                        let message = format!(
                            "expected = or {{ after {:?}, found {}",
                            self.doc.slice(name),
                            self.found()
                        );
                        return Err(self.stop(message));
                    }
                },
            }
            self.skip(false);
        }
        let open = self.here();
        self.pos += 1;
        let items = self.nested(|parser| parser.with_newlines(false, |parser| parser.block_items(open)))?;
        let close = self.here().saturating_sub(1);
        let span = self.span_from(start);
        self.end_of_item()?;
        Ok(self.block(span, name.end, open, close, &labels, &items))
    }

    fn block_items(&mut self, open: u32) -> Parsed<Vec<u32>> {
        let base = self.stack.len();
        loop {
            self.skip(true);
            if self.at_end() {
                let help = "add the missing }";
                return Err(Self::stop_at(Span::new(open, open + 1), "this block is never closed", help));
            }
            if self.peek() == b'}' {
                self.pos += 1;
                break;
            }
            let id = self.item()?;
            self.stack.push(id);
        }
        let items = self.stack.split_off(base);
        self.refuse_duplicates(&items);
        Ok(items)
    }

    /// An attribute may stand once in a body; the first is kept and the error recorded.
    fn refuse_duplicates(&mut self, items: &[u32]) {
        if items.len() < 2 {
            return;
        }
        let mut seen: HashSet<&str> = HashSet::with_capacity(items.len());
        let mut doubles = Vec::new();
        for id in items {
            let Some(node) = self.doc.nodes.get(*id as usize).filter(|node| node.kind == Kind::Attribute)
            else {
                continue;
            };
            let name = Span::new(node.span.start, node.b);
            if !seen.insert(self.text.get(name.range()).unwrap_or("")) {
                doubles.push(name);
            }
        }
        for span in doubles {
            let name = self.doc.slice(span).to_owned();
            self.record(Stop {
                span,
                message: format!("the attribute {name:?} is set twice in this block"),
                help: Some("remove one of them".to_owned()),
            });
        }
    }

    fn end_of_item(&mut self) -> Parsed<()> {
        self.skip(false);
        match self.peek() {
            b'\n' | b'}' | b'\r' => Ok(()),
            _ if self.at_end() => Ok(()),
            b',' => {
                let here = Span::new(self.here(), self.here() + 1);
                Err(Self::stop_at(here, "attributes are not separated by commas here", "begin a new line"))
            }
            _ => Err(self.stop(format!("expected the end of the line, found {}", self.found()))),
        }
    }
}
