//! Bodies: attributes and blocks.

use std::collections::HashSet;

use crate::source::Span;

use super::super::ast::{BARE, Kind};
use super::{Parsed, Parser};

/// From this many attributes on, duplicates are looked up in a set.
const MANY: usize = 16;

impl Parser<'_> {
    /// The whole file, with recovery between top-level items.
    pub(super) fn file(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.pos = 3;
        }
        let base = self.scratch.len();
        let open = self.pos;
        self.scratch.extend([open, self.len(), 0]);
        loop {
            self.skip_lines();
            if self.at_end() {
                break;
            }
            let start = self.pos;
            let mark = self.scratch.len();
            let item = self.item().and_then(|id| {
                self.end_of_item(false)?;
                Ok(id)
            });
            match item {
                Ok(id) => self.scratch.push(id),
                Err(_) => {
                    self.scratch.truncate(mark);
                    self.pieces.clear();
                    self.loose = false;
                    self.depth = 0;
                    self.recover(start);
                }
            }
        }
        self.duplicates(base + 3);
        let list = self.list_from(base);
        let span = Span::new(0, self.len());
        self.doc.root = self.push(Kind::Block, 0, span, list, 0);
    }

    /// One attribute or block, without its line end.
    fn item(&mut self) -> Parsed {
        let Some(name) = self.name() else {
            let (here, found) = (self.here(), self.found());
            return self.fail(
                here,
                format!("expected an argument or a block, found {found}"),
                Some("An argument is written `name = value`, a block `type \"label\" { ... }`."),
            );
        };
        self.skip();
        match self.peek() {
            b'=' if self.peek_at(1) != b'=' => {
                self.pos += 1;
                self.attribute(name)
            }
            b'{' | b'"' => self.block(name),
            _ if self.at_label() => self.block(name),
            _ => {
                let message =
                    format!("expected `=` or `{{` after `{}`, found {}", self.slice(name), self.found());
                let here = self.here();
                self.fail(
                    here,
                    message,
                    Some("Write `=` to set an argument, or labels and `{` to open a block."),
                )
            }
        }
    }

    fn at_label(&mut self) -> bool {
        let start = self.pos;
        let found = self.name().is_some();
        self.pos = start;
        found
    }

    fn attribute(&mut self, name: Span) -> Parsed {
        let value = self.expr()?;
        let span = Span::new(name.start, self.span_of(value).end);
        Ok(self.push(Kind::Attribute, 0, span, value, name.end))
    }

    fn block(&mut self, name: Span) -> Parsed {
        self.enter()?;
        let base = self.scratch.len();
        self.scratch.extend([0, 0, 0]);
        let mut labels = 0;
        loop {
            self.skip();
            let start = self.pos;
            let label = match self.peek() {
                b'{' => break,
                b'"' => self.label()?,
                _ => {
                    let Some(span) = self.name() else {
                        let (here, found) = (self.here(), self.found());
                        return self.fail(
                            here,
                            format!("expected a label or `{{`, found {found}"),
                            Some("The `{` of a block stands on the line of its type."),
                        );
                    };
                    self.push(Kind::Str, BARE, span, start, span.len())
                }
            };
            labels += 1;
            self.scratch.push(label);
        }
        let open = self.pos;
        self.pos += 1;
        let items = self.scratch.len();
        self.skip();
        if self.at_newline() || self.at_end() {
            self.lines(open)?;
        } else if self.peek() != b'}' {
            self.single()?;
        }
        let close = self.pos;
        self.pos += 1;
        self.duplicates(items);
        for (slot, word) in self.scratch.iter_mut().skip(base).zip([open, close, labels]) {
            *slot = word;
        }
        let list = self.list_from(base);
        self.leave();
        Ok(self.push(Kind::Block, 0, Span::new(name.start, self.pos), list, name.end))
    }

    /// Items on lines of their own, up to the `}`, which stays.
    fn lines(&mut self, open: u32) -> Parsed<()> {
        loop {
            self.skip_lines();
            if self.peek() == b'}' {
                return Ok(());
            }
            if self.at_end() {
                return self.expect(b'}', "`}`", Some(open));
            }
            let id = self.item()?;
            self.scratch.push(id);
            self.end_of_item(false)?;
        }
    }

    /// The one argument of a block on one line.
    fn single(&mut self) -> Parsed<()> {
        let start = self.here();
        let id = self.item()?;
        if self.doc.node(id).kind == Kind::Block {
            return self.fail(
                start,
                "a block on one line can't hold another block",
                Some("Put the inner block on a line of its own."),
            );
        }
        self.scratch.push(id);
        self.end_of_item(true)
    }

    /// After an item the line must end, or the one-line block it stands in.
    fn end_of_item(&mut self, single: bool) -> Parsed<()> {
        self.skip();
        if single {
            if self.peek() == b'}' {
                return Ok(());
            }
        } else if self.at_end() || self.at_newline() {
            return Ok(());
        }
        let (here, found) = (self.here(), self.found());
        if single {
            self.fail(
                here,
                format!("expected `}}`, found {found}"),
                Some("A block on one line holds a single argument."),
            )
        } else {
            self.fail(
                here,
                format!("expected the end of the line, found {found}"),
                Some("Each argument and each block starts on a line of its own."),
            )
        }
    }

    /// Drops attributes whose name was set before, with an error for each.
    fn duplicates(&mut self, from: usize) {
        let count = self.scratch.len().saturating_sub(from);
        if count < 2 {
            return;
        }
        let text = self.text;
        let mut seen: HashSet<&str> = HashSet::new();
        let mut names: [&str; MANY] = [""; MANY];
        let mut used = 0;
        let mut twice = Vec::new();
        for id in self.scratch.get(from..).unwrap_or(&[]) {
            let node = self.doc.node(*id);
            if node.kind != Kind::Attribute {
                continue;
            }
            let name = text.get(node.span.start as usize..node.b as usize).unwrap_or("");
            let known = if count > MANY {
                !seen.insert(name)
            } else {
                let known = names.get(..used).unwrap_or(&[]).contains(&name);
                if let Some(slot) = names.get_mut(used) {
                    *slot = name;
                }
                used += 1;
                known
            };
            if known {
                twice.push((*id, Span::new(node.span.start, node.b)));
            }
        }
        for (_, span) in &twice {
            let message = format!("the argument `{}` is set twice in this block", self.slice(*span));
            self.report(*span, message, Some("Keep one of the two."));
        }
        for (id, _) in twice {
            if let Some(at) = self.scratch.iter().skip(from).position(|other| *other == id) {
                self.scratch.remove(from + at);
            }
        }
    }
}
