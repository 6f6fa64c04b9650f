//! Expressions, by precedence.

use crate::source::Span;

use super::super::ast::{BARE, BinaryOp, EXPAND, FULL, GROUP, Kind, LEGACY, NONE, UnaryOp};
use super::{Parsed, Parser};

impl Parser<'_> {
    /// An expression; white space before it is skipped, and what may follow it too.
    pub(super) fn expr(&mut self) -> Parsed {
        self.enter()?;
        let condition = self.binary(1)?;
        let result = if self.peek() == b'?' {
            self.pos += 1;
            let then = self.expr()?;
            self.expect(b':', "`:` and the value for `false`", None)?;
            let otherwise = self.expr()?;
            let span = Span::new(self.span_of(condition).start, self.span_of(otherwise).end);
            let list = self.doc.push_list(&[condition, then, otherwise]);
            self.push(Kind::Conditional, 0, span, list, 0)
        } else {
            condition
        };
        self.leave();
        Ok(result)
    }

    /// Operators of at least `least` precedence; all associate to the left.
    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.operand()?;
        let mut links = 0;
        loop {
            self.skip();
            let Some((op, level, width)) = self.operator() else { return Ok(left) };
            if level < least {
                return Ok(left);
            }
            self.chain(&mut links)?;
            self.pos += width;
            let right = self.binary(level + 1)?;
            let span = Span::new(self.span_of(left).start, self.span_of(right).end);
            left = self.push(Kind::Binary, op as u8, span, left, right);
        }
    }

    /// The operator at the cursor, its precedence and width.
    fn operator(&self) -> Option<(BinaryOp, u8, u32)> {
        let (first, one) = self.glyph(0);
        let (second, two) = self.glyph(one);
        let both = one + two;
        Some(match (first, second) {
            (b'|', b'|') => (BinaryOp::Or, 1, both),
            (b'&', b'&') => (BinaryOp::And, 2, both),
            (b'=', b'=') => (BinaryOp::Eq, 3, both),
            (b'!', b'=') => (BinaryOp::NotEq, 3, both),
            (b'<', b'=') => (BinaryOp::LessEq, 4, both),
            (b'>', b'=') => (BinaryOp::GreaterEq, 4, both),
            (b'<', _) => (BinaryOp::Less, 4, one),
            (b'>', _) => (BinaryOp::Greater, 4, one),
            (b'+', _) => (BinaryOp::Add, 5, one),
            (b'-', _) => (BinaryOp::Sub, 5, one),
            (b'*', _) => (BinaryOp::Mul, 6, one),
            (b'/', _) => (BinaryOp::Div, 6, one),
            (b'%', _) => (BinaryOp::Mod, 6, one),
            _ => return None,
        })
    }

    fn operand(&mut self) -> Parsed {
        self.skip();
        let start = self.pos;
        let op = match self.peek() {
            b'-' => UnaryOp::Neg,
            b'!' => UnaryOp::Not,
            _ => {
                let term = self.term()?;
                return self.traversals(term);
            }
        };
        self.pos += 1;
        self.enter()?;
        let inner = self.operand()?;
        self.leave();
        let span = Span::new(start, self.span_of(inner).end);
        Ok(self.push(Kind::Unary, op as u8, span, inner, 0))
    }

    /// Everything that may follow a term: `.name`, `.0`, `[key]` and splats.
    fn traversals(&mut self, mut base: u32) -> Parsed {
        let mut links = 0;
        loop {
            self.skip();
            let start = self.span_of(base).start;
            match (self.peek(), self.peek_at(1)) {
                (b'.', b'.') => return Ok(base),
                (b'.', _) => {
                    self.chain(&mut links)?;
                    self.pos += 1;
                    self.skip();
                    if self.peek() == b'*' {
                        self.pos += 1;
                        base = self.attribute_splat(base)?;
                    } else {
                        base = self.access(base, start)?;
                    }
                }
                (b'[', _) => {
                    self.chain(&mut links)?;
                    base = self.index(base, start)?;
                }
                _ => return Ok(base),
            }
        }
    }

    /// `.name` or `.0`, after the dot.
    fn access(&mut self, base: u32, start: u32) -> Parsed {
        let at = self.pos;
        if let Some(name) = self.name() {
            return Ok(self.push(Kind::GetAttr, 0, Span::new(start, name.end), base, name.start));
        }
        if self.peek().is_ascii_digit() {
            self.number();
            let span = Span::new(at, self.pos);
            // `1e3` is as whole as 1000.
            if self.text.get(span.range()).is_none_or(|text| text.contains('.')) {
                return self.fail(
                    span,
                    "an old-style index must be a whole number",
                    Some("Write `[0][1]` instead of `.0.1`."),
                );
            }
            let key = self.push(Kind::Number, 0, span, 0, 0);
            return Ok(self.push(Kind::Index, LEGACY, Span::new(start, self.pos), base, key));
        }
        let (here, found) = (self.here(), self.found());
        self.fail(here, format!("expected an attribute name after `.`, found {found}"), None)
    }

    /// `.*` and the names that belong to it.
    fn attribute_splat(&mut self, source: u32) -> Parsed {
        let start = self.span_of(source).start;
        let star = Span::new(self.pos - 1, self.pos);
        let mut each = self.push(Kind::SplatItem, 0, star, 0, 0);
        let mut links = 0;
        loop {
            self.skip();
            if self.peek() != b'.' || self.peek_at(1) == b'.' {
                break;
            }
            self.chain(&mut links)?;
            self.pos += 1;
            self.skip();
            if self.peek() == b'*' {
                let here = self.here();
                return self.fail(
                    here,
                    "a `.*` can't follow another `.*`",
                    Some("Use `[*]` for nested lists."),
                );
            }
            each = self.access(each, star.start)?;
        }
        let end = self.span_of(each).end;
        Ok(self.push(Kind::Splat, 0, Span::new(start, end), source, each))
    }

    /// `[key]` or `[*]`, at the bracket.
    fn index(&mut self, base: u32, start: u32) -> Parsed {
        let open = self.pos;
        self.pos += 1;
        let key = self.with_newlines(true, |parser| {
            parser.skip();
            if parser.peek() == b'*' {
                parser.pos += 1;
                parser.expect(b']', "`]`", Some(open))?;
                return Ok(NONE);
            }
            let key = parser.expr()?;
            parser.expect(b']', "`]`", Some(open))?;
            Ok(key)
        })?;
        if key != NONE {
            return Ok(self.push(Kind::Index, 0, Span::new(start, self.pos), base, key));
        }
        let item = self.push(Kind::SplatItem, 0, Span::new(open, self.pos), 0, 0);
        self.enter()?;
        let each = self.traversals(item)?;
        self.leave();
        let end = self.span_of(each).end;
        Ok(self.push(Kind::Splat, FULL, Span::new(start, end), base, each))
    }

    fn term(&mut self) -> Parsed {
        let start = self.pos;
        match self.peek() {
            b'"' => self.quoted(),
            b'\\' if self.embedded && self.peek_at(1) == b'"' => self.quoted(),
            b'0'..=b'9' => {
                let sound = self.number();
                let span = Span::new(start, self.pos);
                if !sound {
                    return self.fail(span, "this is not a number", None);
                }
                Ok(self.push(Kind::Number, 0, span, 0, 0))
            }
            b'(' => {
                self.pos += 1;
                let inner = self.with_newlines(true, |parser| {
                    let inner = parser.expr()?;
                    parser.expect(b')', "`)`", Some(start))?;
                    Ok(inner)
                })?;
                Ok(self.push(Kind::Parens, 0, Span::new(start, self.pos), inner, 0))
            }
            b'[' => self.with_newlines(true, Self::tuple),
            b'{' => self.object(),
            b'<' if self.peek_at(1) == b'<' => self.heredoc(),
            _ => {
                let Some(name) = self.name() else {
                    let (here, found) = (self.here(), self.found());
                    return self.fail(here, format!("expected a value, found {found}"), None);
                };
                self.named(name)
            }
        }
    }

    /// A keyword, a variable or a call.
    fn named(&mut self, name: Span) -> Parsed {
        let end = self.pos;
        self.skip();
        if self.peek() == b'(' {
            return self.call(name);
        }
        if self.peek() == b':' && self.peek_at(1) == b':' {
            let mut last = name.end;
            while self.peek() == b':' && self.peek_at(1) == b':' {
                self.pos += 2;
                self.skip();
                let Some(part) = self.name() else {
                    let (here, found) = (self.here(), self.found());
                    return self.fail(
                        here,
                        format!("expected a function name after `::`, found {found}"),
                        None,
                    );
                };
                last = part.end;
                self.skip();
            }
            if self.peek() != b'(' {
                return self.expect(b'(', "`(` after the function name", None).map(|()| NONE);
            }
            return self.call(Span::new(name.start, last));
        }
        self.pos = end;
        let kind = match self.slice(name) {
            "true" => Kind::True,
            "false" => Kind::False,
            "null" => Kind::Null,
            _ => Kind::Variable,
        };
        Ok(self.push(kind, 0, name, 0, 0))
    }

    fn call(&mut self, name: Span) -> Parsed {
        let open = self.pos;
        self.pos += 1;
        let base = self.scratch.len();
        let expand = self.with_newlines(true, |parser| {
            loop {
                parser.skip();
                if parser.take(b')') {
                    return Ok(false);
                }
                let argument = parser.expr()?;
                parser.scratch.push(argument);
                if parser.text.get(parser.pos as usize..).is_some_and(|rest| rest.starts_with("...")) {
                    parser.pos += 3;
                    parser.expect(b')', "`)` after `...`", Some(open))?;
                    return Ok(true);
                }
                if parser.take(b',') {
                    continue;
                }
                parser.expect(b')', "`,` or `)`", Some(open))?;
                return Ok(false);
            }
        })?;
        let list = self.list_from(base);
        let flags = if expand { EXPAND } else { 0 };
        Ok(self.push(Kind::Call, flags, Span::new(name.start, self.pos), list, name.end))
    }

    /// `[...]`, at the bracket, newlines being white space.
    fn tuple(&mut self) -> Parsed {
        let start = self.pos;
        self.pos += 1;
        self.skip();
        if self.keyword("for") {
            return self.for_expr(start, b']');
        }
        let base = self.scratch.len();
        loop {
            self.skip();
            if self.take(b']') {
                break;
            }
            let element = self.expr()?;
            self.scratch.push(element);
            if !self.take(b',') {
                self.expect(b']', "`,` or `]`", Some(start))?;
                break;
            }
        }
        let list = self.list_from(base);
        Ok(self.push(Kind::List, 0, Span::new(start, self.pos), list, 0))
    }

    /// `{...}`, at the brace.
    fn object(&mut self) -> Parsed {
        let start = self.pos;
        self.pos += 1;
        let inside = self.pos;
        self.skip_lines();
        if self.keyword("for") {
            return self.with_newlines(true, |parser| parser.for_expr(start, b'}'));
        }
        self.pos = inside;
        let base = self.scratch.len();
        self.with_newlines(false, |parser| parser.entries(start))?;
        let list = self.list_from(base);
        Ok(self.push(Kind::Object, 0, Span::new(start, self.pos), list, 0))
    }

    /// Keys and values up to and with the closing brace.
    fn entries(&mut self, open: u32) -> Parsed<()> {
        loop {
            self.skip_lines();
            if self.take(b'}') {
                return Ok(());
            }
            if self.at_end() {
                return self.expect(b'}', "`}`", Some(open));
            }
            let key = self.expr()?;
            self.bare_key(key);
            let equals = self.peek() == b'=' && self.peek_at(1) != b'=' && self.peek_at(1) != b'>';
            if !equals && self.peek() != b':' {
                let (here, found) = (self.here(), self.found());
                return self.fail(
                    here,
                    format!("expected `=` or `:` after the key, found {found}"),
                    Some("Keys and values of an object are written `key = value`."),
                );
            }
            self.pos += 1;
            let value = self.expr()?;
            self.scratch.extend([key, value]);
            if self.at_newline() || self.take(b',') {
                continue;
            }
            return self.expect(b'}', "a new line, `,` or `}`", Some(open));
        }
    }

    /// A single word as a key is a name, not a variable.
    fn bare_key(&mut self, key: u32) {
        if let Some(node) = self.doc.nodes.get_mut(key as usize)
            && matches!(node.kind, Kind::Variable | Kind::True | Kind::False | Kind::Null)
        {
            node.kind = Kind::Str;
            node.flags = BARE;
            node.a = node.span.start;
            node.b = node.span.len();
        }
    }

    /// A `for` expression after its keyword.
    fn for_expr(&mut self, start: u32, close: u8) -> Parsed {
        let (key, value, collection) = self.for_intro()?;
        self.expect(b':', "`:` after the collection", None)?;
        let mut result = self.expr()?;
        let mut result_key = NONE;
        let mut group = false;
        if close == b'}' {
            let (arrow, width) = self.glyph(1);
            if !(self.peek() == b'=' && arrow == b'>') {
                let (here, found) = (self.here(), self.found());
                return self.fail(
                    here,
                    format!("expected `=>` after the key, found {found}"),
                    Some("A `for` in braces makes an object: write `key => value`."),
                );
            }
            self.pos += 1 + width;
            result_key = result;
            result = self.expr()?;
            if self.text.get(self.pos as usize..).is_some_and(|rest| rest.starts_with("...")) {
                self.pos += 3;
                group = true;
                self.skip();
            }
        }
        let condition = if self.keyword("if") { self.expr()? } else { NONE };
        self.expect(close, if close == b']' { "`]`" } else { "`}`" }, Some(start))?;
        let span = Span::new(start, self.pos);
        if close == b']' {
            let list = self.doc.push_list(&[key, value, collection, result, condition]);
            return Ok(self.push(Kind::ForList, 0, span, list, 0));
        }
        let list = self.doc.push_list(&[key, value, collection, result_key, result, condition]);
        Ok(self.push(Kind::ForObject, if group { GROUP } else { 0 }, span, list, 0))
    }

    /// `key, value in collection`: used by expressions and by template directives.
    pub(super) fn for_intro(&mut self) -> Parsed<(u32, u32, u32)> {
        let mut key = NONE;
        let mut value = self.for_name()?;
        if self.take(b',') {
            key = value;
            value = self.for_name()?;
        }
        if !self.keyword("in") {
            let (here, found) = (self.here(), self.found());
            return self.fail(here, format!("expected `in`, found {found}"), None);
        }
        let collection = self.expr()?;
        Ok((key, value, collection))
    }

    fn for_name(&mut self) -> Parsed {
        self.skip();
        let Some(name) = self.name() else {
            let (here, found) = (self.here(), self.found());
            return self.fail(here, format!("expected a name after `for`, found {found}"), None);
        };
        self.skip();
        Ok(self.push(Kind::Variable, 0, name, 0, 0))
    }
}
