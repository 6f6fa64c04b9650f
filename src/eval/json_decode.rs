//! `jsondecode`: JSON text as a value, with every digit of its numbers.
//!
//! In: text. Out: tuples, objects and primitives, or what is wrong. Escapes that are no character
//! become U+FFFD, as in Terraform.

use std::sync::Arc;

use super::json::MAX_DEPTH;
use super::value::normalized;
use super::{EvalError, Number, Value, ops};

/// The value of JSON text.
pub fn decode(text: &str) -> Result<Value, EvalError> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.blanks();
    if reader.rest.is_empty() { Ok(value) } else { Err(refuse("text follows its end")) }
}

fn refuse(what: &str) -> EvalError {
    EvalError::new(format!("this is no JSON: {what}"))
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The same after blanks.
    fn mark(&mut self, mark: &str) -> bool {
        self.blanks();
        self.eat(mark)
    }

    fn value(&mut self, depth: usize) -> Result<Value, EvalError> {
        if depth > MAX_DEPTH {
            return Err(refuse(&format!("it is nested more than {MAX_DEPTH} levels deep")));
        }
        self.blanks();
        for (word, value) in
            [("null", Value::NULL), ("true", Value::from(true)), ("false", Value::from(false))]
        {
            if self.eat(word) {
                return Ok(value);
            }
        }
        if self.eat("[") {
            return self.array(depth);
        }
        if self.eat("{") {
            return self.object(depth);
        }
        if self.eat("\"") {
            return self.string().map(Value::from);
        }
        self.number()
    }

    fn array(&mut self, depth: usize) -> Result<Value, EvalError> {
        let mut items = Vec::new();
        if self.mark("]") {
            return Ok(Value::tuple(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.mark("]") {
                return Ok(Value::tuple(items));
            }
            if !self.mark(",") {
                return Err(refuse("a comma or ] is missing"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, EvalError> {
        let mut pairs: Vec<(Arc<str>, Value)> = Vec::new();
        if self.mark("}") {
            return Ok(Value::object(pairs));
        }
        loop {
            if !self.mark("\"") {
                return Err(refuse("a key is missing"));
            }
            let key = self.string()?;
            if !self.mark(":") {
                return Err(refuse("a colon is missing"));
            }
            pairs.push((normalized(&key).unwrap_or(key).into(), self.value(depth + 1)?));
            if self.mark("}") {
                return Ok(Value::object(pairs));
            }
            if !self.mark(",") {
                return Err(refuse("a comma or } is missing"));
            }
        }
    }

    /// What follows an opening quote.
    fn string(&mut self) -> Result<String, EvalError> {
        let mut out = String::new();
        loop {
            let end = self.rest.find(|char| char == '"' || char == '\\' || char < ' ');
            let end = end.ok_or_else(|| refuse("a quote is not closed"))?;
            let (plain, rest) = self.rest.split_at(end);
            out.push_str(plain);
            self.rest = rest;
            if self.eat("\"") {
                return Ok(out);
            }
            if !self.eat("\\") {
                return Err(refuse("a control character stands in a string"));
            }
            let escapes = [
                ("\"", '"'),
                ("\\", '\\'),
                ("/", '/'),
                ("b", '\u{8}'),
                ("f", '\u{c}'),
                ("n", '\n'),
                ("r", '\r'),
                ("t", '\t'),
            ];
            match escapes.iter().find(|(escape, _)| self.eat(escape)) {
                Some((_, char)) => out.push(*char),
                None if self.eat("u") => out.push(self.unicode()?),
                None => return Err(refuse("an escape is not known")),
            }
        }
    }

    fn unit(&mut self) -> Result<u32, EvalError> {
        let digits = self.rest.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let digits = digits.ok_or_else(|| refuse("four hexadecimal digits must follow \\u"))?;
        let unit = u32::from_str_radix(digits, 16).map_err(|_| refuse("an escape is not known"))?;
        self.rest = self.rest.get(4..).unwrap_or("");
        Ok(unit)
    }

    /// One character of one unit, or of a pair of them.
    fn unicode(&mut self) -> Result<char, EvalError> {
        let unit = self.unit()?;
        if !(0xd800..0xdc00).contains(&unit) {
            return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.rest;
        if self.eat("\\u") {
            let low = self.unit()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.rest = before;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn number(&mut self) -> Result<Value, EvalError> {
        let end = self.rest.find(|char: char| !matches!(char, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
        let (text, after) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if !well_formed(text) {
            return Err(refuse("a value is missing"));
        }
        self.rest = after;
        Ok(Number::parse(text).map_or_else(|| ops::not_written(super::Type::Number), Value::from))
    }
}

/// `-0.5e+3`: no sign but minus, no leading zeros, digits on both sides of a point.
fn well_formed(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let size = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = size.split_once(['e', 'E']).map_or((size, None), |(a, b)| (a, Some(b)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(a, b)| (a, Some(b)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_is_no_json_is_refused() {
        for wrong in
            ["", "01", "1.", ".5", "+1", "[1,]", "{\"a\" 1}", "\"a", "\"\\x\"", "nul", "1 2", "\"\\u12\""]
        {
            assert!(decode(wrong).is_err(), "{wrong}");
        }
        assert!(decode(&"[".repeat(100_000)).is_err());
        assert_eq!(decode("\"\\ud83d\\ude00\"").unwrap().as_str(), Some("😀"));
    }
}
