//! Quoted strings and the template language inside them and inside heredocs.

use crate::source::Span;
use crate::syntax::ast::{DECODED, HEREDOC, Kind, NONE};

use super::cursor::{Parsed, Parser, is_ident, offset};

/// A piece of a template before directives are paired.
pub(super) enum Piece {
    /// Decoded text; whether it begins a line of the source (for dedenting heredocs).
    Text {
        span: Span,
        text: String,
        line_start: bool,
    },
    /// `${...}`
    Value(u32),
    If {
        span: Span,
        condition: u32,
    },
    Else(Span),
    EndIf(Span),
    For {
        span: Span,
        key: u32,
        value: u32,
        collection: u32,
    },
    EndFor(Span),
}

impl Parser<'_> {
    /// A quoted string: a `Str` where it holds no interpolation, else a `Template`.
    pub(super) fn quoted(&mut self) -> Parsed<u32> {
        let start = self.pos;
        self.pos += 1;
        let text = self.pos;
        // Most strings have neither escapes nor templates.
        loop {
            match self.peek() {
                b'"' => {
                    let length = offset(self.pos - text);
                    self.pos += 1;
                    return Ok(self.doc.push(Kind::Str, 0, self.span_from(start), offset(text), length));
                }
                b'\\' | b'$' | b'%' => break,
                b'\n' => return Err(self.unclosed(start)),
                _ if self.at_end() => return Err(self.unclosed(start)),
                _ => self.pos += 1,
            }
        }
        self.pos = text;
        let pieces = self.nested(|parser| parser.quoted_pieces(start))?;
        let span = self.span_from(start);
        self.template(pieces, span, 0)
    }

    fn unclosed(&self, start: usize) -> Box<super::cursor::Stop> {
        let help = "close the string with \" on the same line, or use a heredoc for several lines";
        Self::stop_at(self.span_from(start), "this string is never closed", help)
    }

    fn quoted_pieces(&mut self, start: usize) -> Parsed<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut from = self.pos;
        loop {
            let plain = self.pos;
            while !matches!(self.peek(), b'"' | b'\\' | b'$' | b'%' | b'\n') && !self.at_end() {
                self.pos += 1;
            }
            text.push_str(self.text.get(plain..self.pos).unwrap_or(""));
            match self.peek() {
                b'"' => {
                    self.flush(&mut pieces, &mut text, from, false);
                    self.pos += 1;
                    return Ok(pieces);
                }
                b'\\' => self.escape(&mut text)?,
                b'$' | b'%' => self.dollar(&mut pieces, &mut text, &mut from, false)?,
                _ => return Err(self.unclosed(start)),
            }
        }
    }

    pub(super) fn flush(&self, pieces: &mut Vec<Piece>, text: &mut String, from: usize, line_start: bool) {
        if !text.is_empty() {
            pieces.push(Piece::Text { span: self.span_from(from), text: std::mem::take(text), line_start });
        }
    }

    /// At `$` or `%`: `$${` is text, `${` an interpolation, `%{` a directive, anything else text.
    pub(super) fn dollar(
        &mut self,
        pieces: &mut Vec<Piece>,
        text: &mut String,
        from: &mut usize,
        line_start: bool,
    ) -> Parsed<()> {
        let sign = self.peek();
        if self.byte(self.pos + 1) == sign && self.byte(self.pos + 2) == b'{' {
            text.push(char::from(sign));
            text.push('{');
            self.pos += 3;
            return Ok(());
        }
        if self.byte(self.pos + 1) != b'{' {
            text.push(char::from(sign));
            self.pos += 1;
            return Ok(());
        }
        let strip_left = self.byte(self.pos + 2) == b'~';
        if strip_left {
            text.truncate(text.trim_end().len());
            if text.is_empty()
                && let Some(Piece::Text { text, .. }) = pieces.last_mut()
            {
                // In a heredoc the text before is cut into lines.
                text.truncate(text.trim_end().len());
            }
        }
        self.flush(pieces, text, *from, line_start);
        let start = self.pos;
        self.pos += 2 + usize::from(strip_left);
        let piece = self.with_newlines(true, |parser| {
            parser.space();
            if sign == b'%' { parser.directive(start) } else { parser.expr().map(Piece::Value) }
        })?;
        self.skip(true);
        let strip_right = self.peek() == b'~';
        self.pos += usize::from(strip_right);
        if self.peek() != b'}' {
            return Err(self.stop(format!("expected }} to close the template part, found {}", self.found())));
        }
        self.pos += 1;
        let piece = match piece {
            Piece::Value(expr) => {
                Piece::Value(self.doc.push(Kind::Interpolation, 0, self.span_from(start), expr, 0))
            }
            piece => piece,
        };
        pieces.push(piece);
        if strip_right {
            while self.peek().is_ascii_whitespace() && !self.at_end() {
                self.pos += 1;
            }
        }
        *from = self.pos;
        Ok(())
    }

    fn directive(&mut self, start: usize) -> Parsed<Piece> {
        let word = self.pos;
        while is_ident(self.peek()) && !self.at_end() {
            self.pos += 1;
        }
        let name = self.text.get(word..self.pos).unwrap_or("");
        let span = |parser: &Self| parser.span_from(start);
        match name {
            "if" => {
                self.space();
                let condition = self.expr()?;
                Ok(Piece::If { span: span(self), condition })
            }
            "else" => Ok(Piece::Else(span(self))),
            "endif" => Ok(Piece::EndIf(span(self))),
            "for" => {
                let (key, value) = self.for_intro()?;
                let collection = self.expr()?;
                Ok(Piece::For { span: span(self), key, value, collection })
            }
            "endfor" => Ok(Piece::EndFor(span(self))),
            _ => {
                let help = "use if, else, endif, for or endfor; write %%{ for the characters %{";
                Err(Self::stop_at(span(self), format!("{name:?} is no template directive"), help))
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Parsed<()> {
        let start = self.pos;
        let digits = match self.byte(self.pos + 1) {
            b'n' => return self.plain_escape(text, '\n'),
            b'r' => return self.plain_escape(text, '\r'),
            b't' => return self.plain_escape(text, '\t'),
            b'"' => return self.plain_escape(text, '"'),
            b'\\' => return self.plain_escape(text, '\\'),
            b'u' => 4,
            b'U' => 8,
            _ => {
                self.pos += 2;
                let help = r#"the escapes are \n, \r, \t, \", \\, \uXXXX and \UXXXXXXXX"#;
                return Err(Self::stop_at(self.span_from(start), "this is no escape sequence", help));
            }
        };
        self.pos += 2;
        let code =
            self.text.get(self.pos..self.pos + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        self.pos += digits;
        match code.and_then(char::from_u32) {
            Some(char) => {
                text.push(char);
                Ok(())
            }
            None => {
                self.pos = self.pos.min(self.bytes.len());
                let help = "write the character's code in 4 digits after \\u or 8 after \\U";
                Err(Self::stop_at(self.span_from(start), "this escape names no character", help))
            }
        }
    }

    fn plain_escape(&mut self, text: &mut String, char: char) -> Parsed<()> {
        text.push(char);
        self.pos += 2;
        Ok(())
    }

    fn decoded(&mut self, span: Span, text: &str, flags: u8) -> u32 {
        // Text that stands in the source as it is needs no copy.
        if self.doc.slice(span) == text {
            return self.doc.push(Kind::Str, flags, span, span.start, span.len());
        }
        let at = offset(self.doc.decoded.len());
        self.doc.decoded.push_str(text);
        self.doc.push(Kind::Str, flags | DECODED, span, at, offset(text.len()))
    }

    /// Pieces to a node: `Str` for plain text, else `Template` with directives paired.
    pub(super) fn template(&mut self, pieces: Vec<Piece>, span: Span, flags: u8) -> Parsed<u32> {
        let plain = pieces.iter().all(|piece| matches!(piece, Piece::Text { .. }));
        if plain {
            let mut whole = String::new();
            for piece in &pieces {
                if let Piece::Text { text, .. } = piece {
                    whole.push_str(text);
                }
            }
            let at = offset(self.doc.decoded.len());
            self.doc.decoded.push_str(&whole);
            return Ok(self.doc.push(Kind::Str, flags | DECODED, span, at, offset(whole.len())));
        }
        let mut rest = pieces.into_iter().peekable();
        let (parts, _) = self.paired(&mut rest, None)?;
        let list = self.doc.push_list(&parts);
        Ok(self.doc.push(Kind::Template, flags & HEREDOC, span, list, 0))
    }

    /// Parts up to the directive that ends the block opened at `open`; that directive.
    fn paired(
        &mut self,
        pieces: &mut std::iter::Peekable<std::vec::IntoIter<Piece>>,
        open: Option<Span>,
    ) -> Parsed<(Vec<u32>, Option<Piece>)> {
        let mut parts = Vec::new();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Text { span, text, .. } => {
                    if !text.is_empty() {
                        let id = self.decoded(span, &text, 0);
                        parts.push(id);
                    }
                }
                Piece::Value(id) => parts.push(id),
                Piece::If { span, condition } => {
                    let id = self.nested(|parser| parser.paired_if(pieces, span, condition))?;
                    parts.push(id);
                }
                Piece::For { span, key, value, collection } => {
                    let id =
                        self.nested(|parser| parser.paired_for(pieces, span, [key, value, collection]))?;
                    parts.push(id);
                }
                Piece::Else(span) | Piece::EndIf(span) | Piece::EndFor(span) if open.is_none() => {
                    return Err(Self::stop_at(
                        span,
                        "this directive closes nothing",
                        "remove it, or add its if or for",
                    ));
                }
                end => return Ok((parts, Some(end))),
            }
        }
        match open {
            Some(span) => {
                Err(Self::stop_at(span, "this directive is never closed", "add %{ endif } or %{ endfor }"))
            }
            None => Ok((parts, None)),
        }
    }

    fn group(&mut self, span: Span, parts: &[u32]) -> u32 {
        let list = self.doc.push_list(parts);
        self.doc.push(Kind::Template, 0, span, list, 0)
    }

    fn paired_if(
        &mut self,
        pieces: &mut std::iter::Peekable<std::vec::IntoIter<Piece>>,
        span: Span,
        condition: u32,
    ) -> Parsed<u32> {
        let (parts, mut end) = self.paired(pieces, Some(span))?;
        let then = self.group(span, &parts);
        let mut otherwise = NONE;
        if matches!(end, Some(Piece::Else(_))) {
            let (parts, closing) = self.paired(pieces, Some(span))?;
            otherwise = self.group(span, &parts);
            end = closing;
        }
        if !matches!(end, Some(Piece::EndIf(_))) {
            return Err(Self::stop_at(
                span,
                "this if is closed by another directive",
                "close it with %{ endif }",
            ));
        }
        let list = self.doc.push_list(&[condition, then, otherwise]);
        Ok(self.doc.push(Kind::TemplateIf, 0, span, list, 0))
    }

    fn paired_for(
        &mut self,
        pieces: &mut std::iter::Peekable<std::vec::IntoIter<Piece>>,
        span: Span,
        [key, value, collection]: [u32; 3],
    ) -> Parsed<u32> {
        let (parts, end) = self.paired(pieces, Some(span))?;
        if !matches!(end, Some(Piece::EndFor(_))) {
            return Err(Self::stop_at(
                span,
                "this for is closed by another directive",
                "close it with %{ endfor }",
            ));
        }
        let body = self.group(span, &parts);
        let list = self.doc.push_list(&[key, value, collection, body]);
        Ok(self.doc.push(Kind::TemplateFor, 0, span, list, 0))
    }
}
