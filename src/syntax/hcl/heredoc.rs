//! Heredocs: `<<MARK` and, with their common indent removed, `<<-MARK`.

use crate::source::Span;

use super::super::ast::HEREDOC;
use super::template::Literal;
use super::{Parsed, Parser};

impl Parser<'_> {
    /// A heredoc at its `<<`. It ends with its marker; the line end after that stays.
    pub(super) fn heredoc(&mut self) -> Parsed {
        let start = self.pos;
        self.pos += 2;
        let dedent = self.take(b'-');
        let marker = self.name();
        let Some(marker) = marker.filter(|_| self.at_newline()) else {
            let here = self.here();
            return self.fail(
                here,
                format!("expected a heredoc marker and the end of the line, found {}", self.found()),
                Some("A heredoc begins with `<<EOT` as the last word of its line."),
            );
        };
        let head = Span::new(start, self.pos);
        self.pos += if self.peek() == b'\r' { 2 } else { 1 };
        let base = self.pieces.len();
        let text = self.text;
        let marker = text.get(marker.range()).unwrap_or("");
        loop {
            let rest = text.get(self.pos as usize..).unwrap_or("");
            let Some(length) = rest.find('\n') else { return self.unclosed(head, marker) };
            let line = rest.get(..length).unwrap_or("");
            if line.trim() == marker && !line.strip_suffix('\r').unwrap_or(line).contains('\r') {
                let kept = u32::try_from(line.trim_end().len()).unwrap_or(0);
                self.pos += kept;
                let end = self.pos;
                return self.assemble(base, Span::new(start, end), HEREDOC, dedent);
            }
            loop {
                let before = self.pos;
                self.literal(Literal::Line)?;
                let ended = self.src.get((self.pos as usize).saturating_sub(1)) == Some(&b'\n');
                if self.pos > before && ended {
                    break;
                }
                if self.at_end() {
                    return self.unclosed(head, marker);
                }
                self.sequence_start()?;
            }
        }
    }

    fn unclosed(&mut self, head: Span, marker: &str) -> Parsed {
        self.fail(
            head,
            format!("the heredoc is not closed by `{marker}`"),
            Some("The marker stands alone on a line that ends with a line break."),
        )
    }
}
