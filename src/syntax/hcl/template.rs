//! Quoted strings, interpolations and directives, cut into pieces.

use crate::source::Span;

use super::super::ast::{DECODED, Kind};
use super::pieces::{Piece, PieceKind};
use super::{Parsed, Parser};

/// What ends a run of literal text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Literal {
    /// A closing quote; backslashes escape.
    Quoted,
    /// The end of the line, which belongs to the literal; nothing escapes.
    Line,
    /// This offset: a JSON string's closing quote. Its escapes are JSON's.
    Json(u32),
}

impl Parser<'_> {
    /// A quoted string at its opening quote.
    pub(super) fn quoted(&mut self) -> Parsed {
        let start = self.pos;
        let width = if self.embedded { 2 } else { 1 };
        self.pos += width;
        let rest = self.src.get(self.pos as usize..).unwrap_or(&[]);
        let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'\n' | b'\r'));
        if let Some(length) = plain.filter(|at| !self.embedded && rest.get(*at) == Some(&b'"')) {
            let (text, length) = (self.pos, u32::try_from(length).unwrap_or(0));
            self.pos += length + 1;
            return Ok(self.push(Kind::Str, 0, Span::new(start, self.pos), text, length));
        }
        let base = self.pieces.len();
        loop {
            self.literal(Literal::Quoted)?;
            match self.peek() {
                b'$' | b'%' if self.peek_at(1) == b'{' => self.sequence_start()?,
                b'"' if !self.embedded => break,
                b'\\' if self.embedded => break,
                _ => {
                    return self.fail(
                        Span::new(start, self.pos),
                        "the string is not closed on its line",
                        Some("Close it with `\"`, or use a heredoc for text of several lines."),
                    );
                }
            }
        }
        self.pos += width;
        self.assemble(base, Span::new(start, self.pos), 0, false)
    }

    /// A label of a block: a quoted string without templates.
    pub(super) fn label(&mut self) -> Parsed {
        let id = self.quoted()?;
        let node = self.doc.node(id);
        if node.kind == Kind::Str {
            return Ok(id);
        }
        self.fail(
            node.span,
            "a block label can't hold a template",
            Some("Labels are fixed text; write `$${` for a literal `${`."),
        )
    }

    /// `${...}` or `%{...}`, at its first byte.
    pub(super) fn sequence_start(&mut self) -> Parsed<()> {
        let start = self.pos;
        let directive = self.peek() == b'%';
        self.pos += 2;
        let trim_before = self.take(b'~');
        let (kind, words) = self.with_newlines(true, |parser| {
            let inner = if directive {
                parser.directive(start)?
            } else {
                (PieceKind::Interpolation, [parser.expr()?, 0, 0])
            };
            parser.skip();
            Ok(inner)
        })?;
        let trim_after = self.take(b'~');
        if !self.take(b'}') {
            let message =
                format!("expected `}}` at the end of the template sequence, found {}", self.found());
            let here = self.here();
            return self.fail(here, message, None);
        }
        self.pieces.push(Piece {
            kind,
            trim_before,
            trim_after,
            decoded: false,
            span: Span::new(start, self.pos),
            words,
        });
        Ok(())
    }

    fn directive(&mut self, start: u32) -> Parsed<(PieceKind, [u32; 3])> {
        self.skip();
        let name = self.name().unwrap_or(Span::new(start, start + 2));
        Ok(match self.slice(name) {
            "if" => (PieceKind::If, [self.expr()?, 0, 0]),
            "else" => (PieceKind::Else, [0; 3]),
            "endif" => (PieceKind::EndIf, [0; 3]),
            "for" => {
                let (key, value, collection) = self.for_intro()?;
                (PieceKind::For, [key, value, collection])
            }
            "endfor" => (PieceKind::EndFor, [0; 3]),
            _ => {
                return self.fail(
                    name,
                    "unknown template directive",
                    Some(
                        "The directives are if, else, endif, for and endfor; write `%%{` for a literal `%{`.",
                    ),
                );
            }
        })
    }

    /// Literal text up to its end or to a template sequence.
    pub(super) fn literal(&mut self, until: Literal) -> Parsed<()> {
        let start = self.pos;
        // Start of the source text not yet copied, and where its decoded form began.
        let mut copied = start;
        let mut decoded = None;
        loop {
            let byte = self.peek();
            match byte {
                b'"' if until == Literal::Quoted && !self.embedded => break,
                b'\n' | b'\r' if until == Literal::Quoted => break,
                b'\r' if until == Literal::Line && self.peek_at(1) != b'\n' => {
                    return self.fail(
                        Span::new(self.pos, self.pos + 1),
                        "a lone carriage return can't stand in a heredoc",
                        Some("End lines with a line feed, alone or after a carriage return."),
                    );
                }
                b'\n' if until == Literal::Line => {
                    self.pos += 1;
                    break;
                }
                b'$' | b'%' if self.peek_at(1) == b'{' => break,
                b'$' | b'%' if self.peek_at(1) == byte && self.peek_at(2) == b'{' => {
                    decoded.get_or_insert(self.doc.decoded.len());
                    self.copy(copied, self.pos + 1);
                    self.pos += 2;
                    copied = self.pos;
                }
                b'\\' if until != Literal::Line => {
                    if until == Literal::Quoted && self.embedded && self.peek_at(1) == b'"' {
                        break;
                    }
                    decoded.get_or_insert(self.doc.decoded.len());
                    self.copy(copied, self.pos);
                    let value = match until {
                        Literal::Json(_) => self.json_escape()?,
                        _ => self.escape()?,
                    };
                    self.doc.decoded.push(value);
                    copied = self.pos;
                }
                _ if self.at_end() => break,
                _ => self.pos += 1,
            }
            if let Literal::Json(end) = until
                && self.pos >= end
            {
                break;
            }
        }
        if self.pos == start {
            return Ok(());
        }
        let span = Span::new(start, self.pos);
        let words = match decoded {
            None => [start, span.len(), 0],
            Some(from) => {
                self.copy(copied, self.pos);
                let length = self.doc.decoded.len() - from;
                [u32::try_from(from).unwrap_or(0), u32::try_from(length).unwrap_or(0), 0]
            }
        };
        self.pieces.push(Piece {
            kind: PieceKind::Literal,
            trim_before: false,
            trim_after: false,
            decoded: decoded.is_some(),
            span,
            words,
        });
        Ok(())
    }

    fn copy(&mut self, from: u32, to: u32) {
        let text = self.text.get(from as usize..to as usize).unwrap_or("");
        self.doc.decoded.push_str(text);
    }

    /// A backslash escape of a quoted string.
    fn escape(&mut self) -> Parsed<char> {
        let start = self.pos;
        if self.embedded && self.peek_at(1) != b'\\' {
            let value = self.json_escape()?;
            if matches!(value, '\n' | '\r') {
                let span = Span::new(start, self.pos);
                return self.fail(
                    span,
                    "the string is not closed on its line",
                    Some("Write `\\\\n` for a line break."),
                );
            }
            return Ok(value);
        }
        // Inside a JSON string the backslash itself is escaped, and so is a quote after it.
        self.pos += if self.embedded { 2 } else { 1 };
        if self.embedded && matches!(self.peek(), b'\\') {
            self.pos += 1;
        }
        let escape = self.peek();
        self.pos += 1;
        let value = match escape {
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'"' => Some('"'),
            b'\\' => Some('\\'),
            b'u' => self.hex(4).and_then(char::from_u32),
            b'U' => self.hex(8).and_then(char::from_u32),
            _ => None,
        };
        let Some(value) = value else {
            self.pos = start + 1;
            let span = Span::new(start, self.here().end);
            return self.fail(
                span,
                "unknown escape sequence",
                Some("The escapes are \\n, \\r, \\t, \\\", \\\\, \\uXXXX and \\UXXXXXXXX; write `\\\\` for a backslash."),
            );
        };
        Ok(value)
    }

    /// A backslash escape of a JSON string.
    pub(super) fn json_escape(&mut self) -> Parsed<char> {
        let start = self.pos;
        self.pos += 2;
        let value = match self.src.get(start as usize + 1).copied().unwrap_or(0) {
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            quoted @ (b'"' | b'\\' | b'/') => Some(char::from(quoted)),
            b'u' => self.json_unicode(),
            _ => None,
        };
        match value {
            Some(value) => Ok(value),
            None => {
                self.pos = start + 1;
                self.fail(Span::new(start, start + 1), "unknown escape sequence", None)
            }
        }
    }

    /// `\uXXXX`, or two of them for a character beyond the first plane.
    fn json_unicode(&mut self) -> Option<char> {
        let first = self.hex(4)?;
        if (0xd800..0xdc00).contains(&first) && self.peek() == b'\\' && self.peek_at(1) == b'u' {
            self.pos += 2;
            let second = self.hex(4)?;
            let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
            return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low);
        }
        Some(char::from_u32(first).unwrap_or('\u{fffd}'))
    }

    fn hex(&mut self, digits: u32) -> Option<u32> {
        let mut value = 0u32;
        for _ in 0..digits {
            value = (value << 4) | char::from(self.peek()).to_digit(16)?;
            self.pos += 1;
        }
        Some(value)
    }

    /// The inside of a JSON string as a template; `span` holds its quotes.
    pub(in crate::syntax) fn json_template(&mut self, span: Span, literal: bool) -> Parsed {
        let end = span.end.saturating_sub(1);
        let inside = Span::new(span.start + 1, end);
        let text = self.slice(inside);
        let escaped = text.contains('\\');
        if !escaped && (literal || !(text.contains("${") || text.contains("%{"))) {
            return Ok(self.push(Kind::Str, 0, span, inside.start, inside.len()));
        }
        self.pos = inside.start;
        self.depth = 0;
        if literal {
            return self.json_literal(span, end);
        }
        let base = self.pieces.len();
        self.embedded = true;
        let pieces: Parsed<()> = (|| {
            while self.pos < end {
                self.literal(Literal::Json(end))?;
                if self.pos < end {
                    self.sequence_start()?;
                }
            }
            // A comment or heredoc may have run on into the next string.
            if self.pos > end {
                return self.fail(span, "the template is not closed within its string", None);
            }
            Ok(())
        })();
        self.embedded = false;
        self.loose = false;
        if pieces.is_err() {
            self.pieces.truncate(base);
            return Err(super::Lost);
        }
        self.assemble(base, span, 0, false)
    }

    fn json_literal(&mut self, span: Span, end: u32) -> Parsed {
        let from = self.doc.decoded.len();
        let mut copied = self.pos;
        while self.pos < end {
            if self.peek() == b'\\' {
                self.copy(copied, self.pos);
                let value = self.json_escape()?;
                self.doc.decoded.push(value);
                copied = self.pos;
            } else {
                self.pos += 1;
            }
        }
        self.copy(copied, end);
        let length = self.doc.decoded.len() - from;
        let (from, length) = (u32::try_from(from).unwrap_or(0), u32::try_from(length).unwrap_or(0));
        Ok(self.push(Kind::Str, DECODED, span, from, length))
    }
}
