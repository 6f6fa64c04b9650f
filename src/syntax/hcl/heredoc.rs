//! Heredocs: `<<MARKER` and, with the common indentation taken away, `<<-MARKER`.

use crate::syntax::ast::HEREDOC;

use super::cursor::{Parsed, Parser};
use super::template::Piece;

impl Parser<'_> {
    pub(super) fn heredoc(&mut self) -> Parsed<u32> {
        let start = self.pos;
        self.pos += 2;
        let dedent = self.peek() == b'-';
        self.pos += usize::from(dedent);
        let Some(marker) = self.ident() else {
            return Err(self.stop(format!("expected the heredoc's marker after <<, found {}", self.found())));
        };
        let marker = self.doc.slice(marker).to_owned();
        if self.peek() == b'\r' {
            self.pos += 1;
        }
        self.expect(b'\n', "the end of the line after the heredoc's marker")?;
        let mut pieces = self.nested(|parser| parser.heredoc_pieces(start, &marker))?;
        if dedent {
            dedented(&mut pieces);
        }
        let span = self.span_from(start);
        self.template(pieces, span, HEREDOC)
    }

    /// Whether the line that begins here is the end marker; the offset behind the marker.
    fn marker_line(&self, marker: &str) -> Option<usize> {
        let rest = self.text.get(self.pos..)?;
        let line = rest.split('\n').next().unwrap_or("");
        let indent = line.len() - line.trim_start().len();
        (line.trim() == marker).then(|| self.pos + indent + marker.len())
    }

    fn heredoc_pieces(&mut self, start: usize, marker: &str) -> Parsed<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut from = self.pos;
        let mut line_start = true;
        let mut at_line = true;
        loop {
            if at_line {
                if let Some(end) = self.marker_line(marker) {
                    self.flush(&mut pieces, &mut text, from, line_start);
                    self.pos = end;
                    return Ok(pieces);
                }
                at_line = false;
            }
            let plain = self.pos;
            while !matches!(self.peek(), b'$' | b'%' | b'\n') && !self.at_end() {
                self.pos += 1;
            }
            text.push_str(self.text.get(plain..self.pos).unwrap_or(""));
            match self.peek() {
                _ if self.at_end() => {
                    let help = "add a line that holds only the marker";
                    let message = format!("the heredoc {marker} is never closed");
                    return Err(Self::stop_at(self.span_from(start), message, help));
                }
                b'\n' => {
                    text.push('\n');
                    self.pos += 1;
                    self.flush(&mut pieces, &mut text, from, line_start);
                    from = self.pos;
                    line_start = true;
                    at_line = true;
                }
                _ => {
                    let before = pieces.len();
                    let here = self.pos;
                    self.dollar(&mut pieces, &mut text, &mut from, line_start)?;
                    if pieces.len() != before || self.pos > here + 3 {
                        line_start = false;
                    }
                    // A right strip marker may have eaten the line's end.
                    at_line = self.byte(self.pos.wrapping_sub(1)) == b'\n';
                    line_start |= at_line;
                }
            }
        }
    }
}

/// Takes away the indentation that all lines share. Blank lines don't count; a line that begins
/// with an interpolation has none. As Terraform does it (hclsyntax, `flushHeredocTemplateParts`).
fn dedented(pieces: &mut [Piece]) {
    let mut least = usize::MAX;
    let mut at_line = true;
    for piece in pieces.iter() {
        let Piece::Text { text, .. } = piece else {
            if at_line {
                least = 0;
            }
            at_line = false;
            continue;
        };
        if at_line {
            let trimmed = text.trim_start();
            if !(trimmed.is_empty() && text.ends_with('\n')) {
                least = least.min(text.chars().count() - trimmed.chars().count());
            }
        }
        at_line = text.ends_with('\n');
    }
    let mut at_line = true;
    for piece in pieces {
        let Piece::Text { text, .. } = piece else {
            at_line = false;
            continue;
        };
        let blank = text.trim_start().is_empty() && text.ends_with('\n');
        let begins = std::mem::replace(&mut at_line, text.ends_with('\n'));
        if begins && !blank && least != usize::MAX {
            let cut = text.char_indices().nth(least).map_or(text.len(), |(at, _)| at);
            text.replace_range(..cut, "");
        }
    }
}
