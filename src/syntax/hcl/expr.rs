//! Expressions by precedence, then what may follow a term: attributes, indexes, splats.

use crate::source::Span;
use crate::syntax::ast::{BARE, BinaryOp, EXPAND, FULL, GROUP, Kind, LEGACY, NONE, UnaryOp};

use super::cursor::{Parsed, Parser, is_ident, is_ident_start, offset};

impl Parser<'_> {
    /// An expression, up to what can't belong to it.
    pub(super) fn expr(&mut self) -> Parsed<u32> {
        self.nested(Self::conditional)
    }

    pub(super) fn start_of(&self, id: u32) -> u32 {
        self.doc.nodes.get(id as usize).map_or(0, |node| node.span.start)
    }

    pub(super) fn end_of(&self, id: u32) -> u32 {
        self.doc.nodes.get(id as usize).map_or(0, |node| node.span.end)
    }

    fn conditional(&mut self) -> Parsed<u32> {
        let condition = self.binary(0)?;
        self.space();
        if self.peek() != b'?' {
            return Ok(condition);
        }
        self.pos += 1;
        self.space();
        let then = self.expr()?;
        self.space();
        self.expect(b':', "\":\" between the two results of the condition")?;
        self.space();
        let otherwise = self.expr()?;
        let span = Span::new(self.start_of(condition), self.end_of(otherwise));
        let list = self.doc.push_list(&[condition, then, otherwise]);
        Ok(self.doc.push(Kind::Conditional, 0, span, list, 0))
    }

    fn operator(&self) -> Option<(BinaryOp, u8, usize)> {
        let next = self.byte(self.pos + 1);
        Some(match (self.peek(), next) {
            (b'|', b'|') => (BinaryOp::Or, 1, 2),
            (b'&', b'&') => (BinaryOp::And, 2, 2),
            (b'=', b'=') => (BinaryOp::Eq, 3, 2),
            (b'!', b'=') => (BinaryOp::NotEq, 3, 2),
            (b'<', b'=') => (BinaryOp::LessEq, 4, 2),
            (b'>', b'=') => (BinaryOp::GreaterEq, 4, 2),
            (b'<', _) => (BinaryOp::Less, 4, 1),
            (b'>', _) => (BinaryOp::Greater, 4, 1),
            (b'+', _) => (BinaryOp::Add, 5, 1),
            (b'-', _) => (BinaryOp::Sub, 5, 1),
            (b'*', _) => (BinaryOp::Mul, 6, 1),
            (b'/', _) => (BinaryOp::Div, 6, 1),
            (b'%', next) if next != b'{' => (BinaryOp::Mod, 6, 1),
            _ => return None,
        })
    }

    /// Operators that bind at least as tightly as `least`, from the left.
    fn binary(&mut self, least: u8) -> Parsed<u32> {
        let mut left = self.unary()?;
        loop {
            let before = self.pos;
            self.space();
            match self.operator() {
                Some((op, binding, width)) if binding > least => {
                    self.pos += width;
                    self.space();
                    let right = self.binary(binding)?;
                    let span = Span::new(self.start_of(left), self.end_of(right));
                    left = self.doc.push(Kind::Binary, op as u8, span, left, right);
                }
                _ => {
                    self.pos = before;
                    return Ok(left);
                }
            }
        }
    }

    fn unary(&mut self) -> Parsed<u32> {
        let op = match self.peek() {
            b'-' => UnaryOp::Neg,
            b'!' => UnaryOp::Not,
            _ => return self.postfix(),
        };
        let start = self.pos;
        self.pos += 1;
        self.space();
        let operand = self.nested(Self::unary)?;
        let span = Span::new(offset(start), self.end_of(operand));
        Ok(self.doc.push(Kind::Unary, op as u8, span, operand, 0))
    }

    fn postfix(&mut self) -> Parsed<u32> {
        let mut base = self.term()?;
        loop {
            let before = self.pos;
            self.space();
            match self.peek() {
                b'.' if self.byte(self.pos + 1) != b'.' => match self.byte(self.pos + 1) {
                    b'*' => {
                        self.pos += 2;
                        base = self.splat(base, false)?;
                    }
                    _ => base = self.attribute_of(base)?,
                },
                b'[' => {
                    let open = self.pos;
                    self.pos += 1;
                    if self.index_star() {
                        base = self.splat(base, true)?;
                    } else {
                        base = self.index(base, open)?;
                    }
                }
                _ => {
                    self.pos = before;
                    return Ok(base);
                }
            }
        }
    }

    /// `*]` after an opening bracket.
    fn index_star(&mut self) -> bool {
        let before = self.pos;
        self.skip(true);
        if self.peek() == b'*' {
            self.pos += 1;
            self.skip(true);
            if self.peek() == b']' {
                self.pos += 1;
                return true;
            }
        }
        self.pos = before;
        false
    }

    /// `.name`, or the legacy index `.0`.
    fn attribute_of(&mut self, base: u32) -> Parsed<u32> {
        self.pos += 1;
        self.space();
        let at = self.pos;
        if self.peek().is_ascii_digit() {
            while self.peek().is_ascii_digit() {
                self.pos += 1;
            }
            let key = self.doc.push(Kind::Number, 0, self.span_from(at), 0, 0);
            let span = Span::new(self.start_of(base), self.here());
            return Ok(self.doc.push(Kind::Index, LEGACY, span, base, key));
        }
        if self.ident().is_none() {
            return Err(
                self.stop(format!("expected an attribute's name after the dot, found {}", self.found()))
            );
        }
        let span = Span::new(self.start_of(base), self.here());
        Ok(self.doc.push(Kind::GetAttr, 0, span, base, offset(at)))
    }

    fn index(&mut self, base: u32, open: usize) -> Parsed<u32> {
        let key = self.with_newlines(true, |parser| {
            parser.space();
            let key = parser.expr()?;
            parser.space();
            Ok(key)
        })?;
        if self.peek() != b']' {
            let help = "add the missing ]";
            return Err(Self::stop_at(
                self.span_from(open),
                format!("expected ] after the index, found {}", self.found()),
                help,
            ));
        }
        self.pos += 1;
        let span = Span::new(self.start_of(base), self.here());
        Ok(self.doc.push(Kind::Index, 0, span, base, key))
    }

    /// What follows `.*` or `[*]` and applies to each element.
    fn splat(&mut self, source: u32, full: bool) -> Parsed<u32> {
        let here = Span::new(self.here(), self.here());
        let mut each = self.doc.push(Kind::SplatItem, 0, here, 0, 0);
        loop {
            let before = self.pos;
            self.space();
            match self.peek() {
                b'.' if self.byte(self.pos + 1) != b'*' && self.byte(self.pos + 1) != b'.' => {
                    each = self.attribute_of(each)?;
                }
                b'[' if full => {
                    let open = self.pos;
                    self.pos += 1;
                    if self.index_star() {
                        self.pos = open;
                        break;
                    }
                    each = self.index(each, open)?;
                }
                _ => {
                    self.pos = before;
                    break;
                }
            }
        }
        let span = Span::new(self.start_of(source), self.end_of(each).max(here.start));
        Ok(self.doc.push(Kind::Splat, if full { FULL } else { 0 }, span, source, each))
    }

    fn term(&mut self) -> Parsed<u32> {
        let start = self.pos;
        match self.peek() {
            b'"' => self.quoted(),
            b'(' => {
                self.pos += 1;
                let inner = self.with_newlines(true, |parser| {
                    parser.space();
                    let inner = parser.expr()?;
                    parser.space();
                    Ok(inner)
                })?;
                self.expect(b')', "\")\"")?;
                Ok(self.doc.push(Kind::Parens, 0, self.span_from(start), inner, 0))
            }
            b'[' => {
                self.pos += 1;
                self.with_newlines(true, |parser| parser.list(start))
            }
            b'{' => {
                self.pos += 1;
                self.object(start)
            }
            b'<' if self.byte(self.pos + 1) == b'<' => self.heredoc(),
            byte if byte.is_ascii_digit() => Ok(self.number(start)),
            byte if is_ident_start(byte) => self.word(start),
            _ => Err(self.stop(format!("expected an expression, found {}", self.found()))),
        }
    }

    fn number(&mut self, start: usize) -> u32 {
        let digits = |parser: &mut Self| {
            while parser.peek().is_ascii_digit() {
                parser.pos += 1;
            }
        };
        digits(self);
        if self.peek() == b'.' && self.byte(self.pos + 1).is_ascii_digit() {
            self.pos += 1;
            digits(self);
        }
        if matches!(self.peek(), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(self.pos + 1), b'+' | b'-'));
            if self.byte(self.pos + 1 + sign).is_ascii_digit() {
                self.pos += 1 + sign;
                digits(self);
            }
        }
        self.doc.push(Kind::Number, 0, self.span_from(start), 0, 0)
    }

    /// A keyword, a call, or the root of a reference.
    fn word(&mut self, start: usize) -> Parsed<u32> {
        self.ident();
        while self.starts_with("::") && is_ident_start(self.byte(self.pos + 2)) {
            self.pos += 2;
            self.ident();
        }
        let name = self.span_from(start);
        if self.peek() == b'(' {
            self.pos += 1;
            return self.with_newlines(true, |parser| parser.call(name));
        }
        let kind = match self.doc.slice(name) {
            "true" => Kind::True,
            "false" => Kind::False,
            "null" => Kind::Null,
            _ => Kind::Variable,
        };
        Ok(self.doc.push(kind, 0, name, 0, 0))
    }

    fn call(&mut self, name: Span) -> Parsed<u32> {
        let base = self.stack.len();
        let mut flags = 0;
        loop {
            self.space();
            if self.peek() == b')' {
                break;
            }
            let arg = self.expr()?;
            self.stack.push(arg);
            self.space();
            if self.starts_with("...") {
                self.pos += 3;
                flags = EXPAND;
                self.space();
                break;
            }
            if self.peek() != b',' {
                break;
            }
            self.pos += 1;
        }
        if self.peek() != b')' {
            let message =
                format!("expected , or ) in the call of {}, found {}", self.doc.slice(name), self.found());
            return Err(self.stop(message));
        }
        self.pos += 1;
        let list = self.take_list(base);
        Ok(self.doc.push(Kind::Call, flags, Span::new(name.start, self.here()), list, name.end))
    }

    pub(super) fn take_list(&mut self, base: usize) -> u32 {
        let items = self.stack.get(base..).unwrap_or(&[]);
        let list = self.doc.push_list(items);
        self.stack.truncate(base);
        list
    }

    /// `for` as a word of its own.
    fn at_for(&mut self) -> bool {
        let before = self.pos;
        self.skip(true);
        if self.starts_with("for") && !is_ident(self.byte(self.pos + 3)) {
            self.pos += 3;
            return true;
        }
        self.pos = before;
        false
    }

    fn list(&mut self, start: usize) -> Parsed<u32> {
        if self.at_for() {
            return self.for_expr(start, b']');
        }
        let base = self.stack.len();
        loop {
            self.space();
            if self.peek() == b']' {
                self.pos += 1;
                break;
            }
            let item = self.expr()?;
            self.stack.push(item);
            self.space();
            match self.peek() {
                b',' => self.pos += 1,
                b']' => {}
                _ => return Err(self.stop(format!("expected , or ] in the list, found {}", self.found()))),
            }
        }
        let list = self.take_list(base);
        Ok(self.doc.push(Kind::List, 0, self.span_from(start), list, 0))
    }

    fn object(&mut self, start: usize) -> Parsed<u32> {
        if self.at_for() {
            return self.with_newlines(true, |parser| parser.for_expr(start, b'}'));
        }
        let base = self.stack.len();
        loop {
            self.skip(true);
            if self.peek() == b'}' {
                self.pos += 1;
                break;
            }
            let key = self.with_newlines(false, Self::key)?;
            self.skip(false);
            if !matches!(self.peek(), b'=' | b':') {
                return Err(self.stop(format!("expected = after the key, found {}", self.found())));
            }
            self.pos += 1;
            self.skip(true);
            let value = self.with_newlines(false, Self::expr)?;
            self.stack.extend([key, value]);
            self.skip(false);
            match self.peek() {
                b',' => self.pos += 1,
                b'\n' | b'\r' | b'}' => {}
                _ => {
                    return Err(
                        self.stop(format!("expected a new line or , in the object, found {}", self.found()))
                    );
                }
            }
        }
        let list = self.take_list(base);
        Ok(self.doc.push(Kind::Object, 0, self.span_from(start), list, 0))
    }

    /// A bare word that `=` or `:` follows is a key as it stands; anything else is an expression.
    fn key(&mut self) -> Parsed<u32> {
        let before = self.pos;
        if let Some(word) = self.ident() {
            let after = self.pos;
            self.skip(false);
            let equals = self.peek() == b'=' && self.byte(self.pos + 1) != b'=';
            if equals || self.peek() == b':' && self.byte(self.pos + 1) != b':' {
                self.pos = after;
                return Ok(self.doc.push(Kind::Str, BARE, word, word.start, word.len()));
            }
            self.pos = before;
        }
        self.expr()
    }

    /// After `for`, up to the closing bracket.
    fn for_expr(&mut self, start: usize, close: u8) -> Parsed<u32> {
        let names = self.for_intro()?;
        let (key, value) = names;
        let collection = self.expr()?;
        self.space();
        self.expect(b':', "\":\" after the collection of the for expression")?;
        self.space();
        let first = self.expr()?;
        self.space();
        let mut flags = 0;
        let mut words = vec![key, value, collection, first];
        let kind = if close == b'}' {
            if !self.starts_with("=>") {
                return Err(self.stop(format!(
                    "expected => after the key of the for expression, found {}",
                    self.found()
                )));
            }
            self.pos += 2;
            self.space();
            words.push(self.expr()?);
            self.space();
            if self.starts_with("...") {
                self.pos += 3;
                flags = GROUP;
                self.space();
            }
            Kind::ForObject
        } else {
            Kind::ForList
        };
        let condition = if self.starts_with("if") && !is_ident(self.byte(self.pos + 2)) {
            self.pos += 2;
            self.space();
            let condition = self.expr()?;
            self.space();
            condition
        } else {
            NONE
        };
        words.push(condition);
        self.expect(
            close,
            if close == b'}' { "\"}\" after the for expression" } else { "\"]\" after the for expression" },
        )?;
        let list = self.doc.push_list(&words);
        Ok(self.doc.push(kind, flags, self.span_from(start), list, 0))
    }

    /// `key, value in` or `value in`: the names as nodes.
    pub(super) fn for_intro(&mut self) -> Parsed<(u32, u32)> {
        self.space();
        let mut name = |parser: &mut Self| -> Parsed<u32> {
            match parser.ident() {
                Some(span) => Ok(parser.doc.push(Kind::Variable, 0, span, 0, 0)),
                None => Err(parser.stop(format!("expected a name after for, found {}", parser.found()))),
            }
        };
        let mut key = NONE;
        let mut value = name(self)?;
        self.space();
        if self.peek() == b',' {
            self.pos += 1;
            self.space();
            key = value;
            value = name(self)?;
            self.space();
        }
        if !self.starts_with("in") || is_ident(self.byte(self.pos + 2)) {
            return Err(self.stop(format!("expected \"in\" in the for expression, found {}", self.found())));
        }
        self.pos += 2;
        self.space();
        Ok((key, value))
    }
}
