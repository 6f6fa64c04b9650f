//! JSON text to a small tree with spans.

use crate::source::Span;

/// How deep JSON may nest.
const MAX_DEPTH: u32 = 200;

/// A JSON value. Strings are read later, from their spans.
#[derive(Debug)]
pub(super) enum Json {
    Null(Span),
    Bool(Span, bool),
    Number(Span),
    String(Span),
    Array(Span, Vec<Json>),
    Object(Span, Vec<(Span, Json)>),
}

impl Json {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Null(span)
            | Self::Bool(span, _)
            | Self::Number(span)
            | Self::String(span)
            | Self::Array(span, _)
            | Self::Object(span, _) => *span,
        }
    }
}

/// Why the text is not JSON.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) span: Span,
    pub(super) message: &'static str,
    pub(super) help: Option<&'static str>,
}

struct Reader<'s> {
    src: &'s [u8],
    pos: u32,
    depth: u32,
}

/// Reads the whole text as one value.
pub(super) fn read(text: &str) -> Result<Json, Broken> {
    if u32::try_from(text.len()).is_err() {
        return Err(Broken { span: Span::new(0, 0), message: "the file is larger than 4 GiB", help: None });
    }
    let pos = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader { src: text.as_bytes(), pos, depth: 0 };
    let value = reader.value()?;
    reader.skip();
    if (reader.pos as usize) < text.len() {
        return reader.fail("expected the end of the file");
    }
    Ok(value)
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.src.get(self.pos as usize).copied().unwrap_or(0)
    }

    fn skip(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.pos += 1;
        }
    }

    fn fail<T>(&self, message: &'static str) -> Result<T, Broken> {
        // One whole character: the bytes after its first one are of the form 10xxxxxx.
        let rest = self.src.get(self.pos as usize..).unwrap_or(&[]);
        let more = rest.iter().skip(1).take_while(|byte| **byte & 0xc0 == 0x80).count();
        let width = u32::try_from(rest.len().min(1 + more)).unwrap_or(0);
        let span = Span::new(self.pos, self.pos + width);
        Err(Broken { span, message, help: None })
    }

    fn value(&mut self) -> Result<Json, Broken> {
        self.skip();
        let start = self.pos;
        match self.peek() {
            b'{' | b'[' => {
                if self.depth >= MAX_DEPTH {
                    return self.fail("nested deeper than 200 levels");
                }
                self.depth += 1;
                let value = if self.peek() == b'{' { self.object()? } else { self.array()? };
                self.depth -= 1;
                Ok(value)
            }
            b'"' => self.string().map(Json::String),
            b'-' | b'0'..=b'9' => {
                self.pos += 1;
                while matches!(self.peek(), b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-') {
                    self.pos += 1;
                }
                let span = Span::new(start, self.pos);
                let sound = self
                    .src
                    .get(span.range())
                    .is_some_and(|text| serde_json::from_slice::<serde_json::Number>(text).is_ok());
                if sound {
                    return Ok(Json::Number(span));
                }
                Err(Broken { span, message: "not a number", help: None })
            }
            _ => {
                while self.peek().is_ascii_alphabetic() {
                    self.pos += 1;
                }
                let span = Span::new(start, self.pos);
                match self.src.get(span.range()) {
                    Some(b"null") => Ok(Json::Null(span)),
                    Some(b"true") => Ok(Json::Bool(span, true)),
                    Some(b"false") => Ok(Json::Bool(span, false)),
                    _ => {
                        self.pos = start;
                        self.fail("expected a JSON value")
                    }
                }
            }
        }
    }

    fn string(&mut self) -> Result<Span, Broken> {
        let start = self.pos;
        if self.peek() != b'"' {
            return self.fail("expected a string in double quotes");
        }
        self.pos += 1;
        loop {
            match self.src.get(self.pos as usize) {
                Some(b'"') => {
                    self.pos += 1;
                    return Ok(Span::new(start, self.pos));
                }
                Some(b'\\') if (self.pos as usize) + 1 < self.src.len() => self.pos += 2,
                Some(b'\\' | 0..=0x1f) | None => {
                    return Err(Broken {
                        span: Span::new(start, self.pos),
                        message: "the string is not closed on its line",
                        help: Some("Close it with a double quote; write line breaks as \\n."),
                    });
                }
                Some(_) => self.pos += 1,
            }
        }
    }

    fn array(&mut self) -> Result<Json, Broken> {
        let start = self.pos;
        self.pos += 1;
        let mut elements = Vec::new();
        self.skip();
        if self.peek() == b']' {
            self.pos += 1;
            return Ok(Json::Array(Span::new(start, self.pos), elements));
        }
        loop {
            elements.push(self.value()?);
            self.skip();
            match self.peek() {
                b',' => self.pos += 1,
                b']' => {
                    self.pos += 1;
                    return Ok(Json::Array(Span::new(start, self.pos), elements));
                }
                _ => return self.fail("expected `,` or `]`"),
            }
        }
    }

    fn object(&mut self) -> Result<Json, Broken> {
        let start = self.pos;
        self.pos += 1;
        let mut entries = Vec::new();
        self.skip();
        if self.peek() == b'}' {
            self.pos += 1;
            return Ok(Json::Object(Span::new(start, self.pos), entries));
        }
        loop {
            self.skip();
            let key = self.string()?;
            self.skip();
            if self.peek() != b':' {
                return self.fail("expected `:` after the key");
            }
            self.pos += 1;
            entries.push((key, self.value()?));
            self.skip();
            match self.peek() {
                b',' => self.pos += 1,
                b'}' => {
                    self.pos += 1;
                    return Ok(Json::Object(Span::new(start, self.pos), entries));
                }
                _ => return self.fail("expected `,` or `}`"),
            }
        }
    }
}
