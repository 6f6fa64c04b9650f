//! Finds the end of a broken top-level item, so that one error costs one block.

use super::Parser;

impl Parser<'_> {
    /// Moves from an error inside the item that began at `start` to the line after that item.
    ///
    /// Braces are matched from the item's start, knowing strings, comments and heredocs. When they do
    /// not close, the next line that looks like the head of a top-level block ends the item.
    pub(super) fn recover(&mut self, start: u32) {
        let failed = self.pos;
        self.pos = start;
        let mut depth = 0u32;
        let mut opened = false;
        while !self.at_end() {
            let before = self.pos;
            match self.peek() {
                b'{' | b'[' | b'(' => {
                    depth += 1;
                    opened = true;
                    self.pos += 1;
                }
                b'}' | b']' | b')' => {
                    depth = depth.saturating_sub(1);
                    self.pos += 1;
                }
                b'"' => self.skip_string(),
                b'#' | b'/' => self.skip(),
                b'<' if self.peek_at(1) == b'<' => self.skip_heredoc(),
                b'\n' => {
                    self.pos += 1;
                    let closed = depth == 0 && (opened || self.pos > failed);
                    if self.pos > failed && (closed || self.at_head()) {
                        return;
                    }
                }
                _ => self.pos += 1,
            }
            if self.pos == before {
                self.pos += 1;
            }
        }
    }

    /// A line that begins like `resource "a" "b" {` or `locals {`, in the first column.
    fn at_head(&mut self) -> bool {
        let start = self.pos;
        let named = self.name().is_some();
        let mut head = false;
        if named {
            self.skip_line();
            let line = self.text.get(start as usize..self.pos as usize).unwrap_or("");
            let code = line.split('#').next().unwrap_or("").trim_end();
            head = !line.contains('=') && (code.ends_with('{') || code.ends_with("{}"));
        }
        self.pos = start;
        head
    }

    /// A quoted string; a line end closes it, because it was left open then.
    fn skip_string(&mut self) {
        self.pos += 1;
        let mut inner = 0u32;
        while !self.at_end() && self.peek() != b'\n' {
            match self.peek() {
                b'\\' => self.pos += 1,
                b'$' | b'%' if self.peek_at(1) == b'{' => {
                    inner += 1;
                    self.pos += 1;
                }
                b'}' => inner = inner.saturating_sub(1),
                b'"' if inner == 0 => {
                    self.pos += 1;
                    return;
                }
                _ => {}
            }
            if self.peek() != b'\n' {
                self.pos += 1;
            }
        }
    }

    fn skip_heredoc(&mut self) {
        self.pos += 2;
        self.take(b'-');
        let Some(marker) = self.name() else { return };
        let after = self.pos;
        let rest = self.text.get(after as usize..).unwrap_or("");
        let marker = self.slice(marker);
        let mut at = after;
        for line in rest.split_inclusive('\n') {
            if at > after && line.trim() == marker {
                // Stay before the line end: the caller looks there for the next item.
                let kept = line.trim_end_matches(['\n', '\r']).len();
                self.pos = at + u32::try_from(kept).unwrap_or(0);
                return;
            }
            at += u32::try_from(line.len()).unwrap_or(0);
        }
    }
}
