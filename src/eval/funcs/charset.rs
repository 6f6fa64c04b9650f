//! Text in other encodings.
//!
//! In: text, or Base64 of bytes, and the name of an encoding as IANA lists them. Out: Base64, or text.
//! The encodings of Unicode, ASCII and Latin 1 are computed; other names give an unknown.

use crate::eval::{EvalError, Type, Value, Why};

use super::encoding::{base64, from_base64};
use super::{Function, any_unknown, text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "textencodebase64" => encode,
        "textdecodebase64" => decode,
        _ => return None,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Charset {
    Utf8,
    Utf16 {
        big: bool,
    },
    /// The order of the bytes stands in front; without it the high byte comes first.
    Utf16Marked,
    /// One byte is one character: Latin 1.
    Bytes,
}

fn charset(name: &str) -> Option<Charset> {
    Some(match name.to_ascii_uppercase().as_str() {
        "UTF-8" | "CSUTF8" => Charset::Utf8,
        "UTF-16" => Charset::Utf16Marked,
        "UTF-16LE" | "CSUTF16LE" => Charset::Utf16 { big: false },
        "UTF-16BE" | "CSUTF16BE" => Charset::Utf16 { big: true },
        "ISO-8859-1" | "ISO_8859-1" | "LATIN1" | "L1" | "IBM819" | "CP819" => Charset::Bytes,
        _ => return None,
    })
}

/// A name that is not computed may still be one, or may be refused.
fn not_here(function: &str) -> Value {
    Value::unknown_of(Type::String, Why::Function(function.into()))
}

fn encode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let source = text(args, 0)?;
    let Some(charset) = charset(text(args, 1)?) else { return Ok(not_here("textencodebase64")) };
    let bytes: Vec<u8> = match charset {
        Charset::Utf8 => source.as_bytes().to_vec(),
        Charset::Utf16Marked => {
            std::iter::once(0xfeff).chain(source.encode_utf16()).flat_map(u16::to_be_bytes).collect()
        }
        Charset::Utf16 { big } => source
            .encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect(),
        Charset::Bytes => {
            let bytes: Option<Vec<u8>> =
                source.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect();
            bytes.ok_or_else(|| EvalError::new("the encoding has not all of the characters"))?
        }
    };
    Ok(Value::from(base64(&bytes)))
}

fn decode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let bytes = from_base64(text(args, 0)?).ok_or_else(|| EvalError::new("this is no Base64"))?;
    let Some(charset) = charset(text(args, 1)?) else { return Ok(not_here("textdecodebase64")) };
    let decoded = match (charset, bytes.as_slice()) {
        (Charset::Utf8, _) => String::from_utf8(bytes).ok(),
        (Charset::Bytes, bytes) => Some(bytes.iter().copied().map(char::from).collect()),
        (Charset::Utf16Marked, [0xff, 0xfe, rest @ ..]) => utf16(rest, false),
        (Charset::Utf16Marked, [0xfe, 0xff, rest @ ..]) => utf16(rest, true),
        (Charset::Utf16Marked, bytes) => utf16(bytes, true),
        (Charset::Utf16 { big }, bytes) => utf16(bytes, big),
    };
    decoded.map(Value::from).ok_or_else(|| EvalError::new("the bytes are no text in that encoding"))
}

fn utf16(bytes: &[u8], big: bool) -> Option<String> {
    let unit = |pair: &[u8]| match pair {
        [a, b] if big => Some(u16::from_be_bytes([*a, *b])),
        [a, b] => Some(u16::from_le_bytes([*a, *b])),
        _ => None,
    };
    String::from_utf16(&bytes.chunks(2).map(unit).collect::<Option<Vec<u16>>>()?).ok()
}
