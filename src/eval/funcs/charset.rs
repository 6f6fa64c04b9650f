//! Text in other encodings.
//!
//! In: text, or Base64 of bytes, and the name of an encoding as IANA lists them. Out: Base64, or text.
//! Computed are the encodings that browsers know too, by their names; other names give an unknown, and so
//! does what Go's tables have otherwise.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_2022_JP, ISO_8859_2, ISO_8859_3, ISO_8859_4,
    ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_10, ISO_8859_13, ISO_8859_14, ISO_8859_15,
    ISO_8859_16, KOI8_R, KOI8_U, MACINTOSH, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

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
    Ascii,
    /// One that has a table.
    Table(&'static Encoding),
}

/// Encodings with a table, as IANA calls them.
const TABLES: [(&str, &Encoding); 32] = [
    ("BIG5", BIG5),
    ("EUC-JP", EUC_JP),
    ("EUC-KR", EUC_KR),
    ("GB18030", GB18030),
    ("GBK", GBK),
    ("IBM866", IBM866),
    ("ISO-2022-JP", ISO_2022_JP),
    ("ISO-8859-2", ISO_8859_2),
    ("ISO-8859-3", ISO_8859_3),
    ("ISO-8859-4", ISO_8859_4),
    ("ISO-8859-5", ISO_8859_5),
    ("ISO-8859-6", ISO_8859_6),
    ("ISO-8859-7", ISO_8859_7),
    ("ISO-8859-8", ISO_8859_8),
    ("ISO-8859-10", ISO_8859_10),
    ("ISO-8859-13", ISO_8859_13),
    ("ISO-8859-14", ISO_8859_14),
    ("ISO-8859-15", ISO_8859_15),
    ("ISO-8859-16", ISO_8859_16),
    ("KOI8-R", KOI8_R),
    ("KOI8-U", KOI8_U),
    ("MACINTOSH", MACINTOSH),
    ("SHIFT_JIS", SHIFT_JIS),
    ("WINDOWS-1250", WINDOWS_1250),
    ("WINDOWS-1251", WINDOWS_1251),
    ("WINDOWS-1252", WINDOWS_1252),
    ("WINDOWS-1253", WINDOWS_1253),
    ("WINDOWS-1254", WINDOWS_1254),
    ("WINDOWS-1255", WINDOWS_1255),
    ("WINDOWS-1256", WINDOWS_1256),
    ("WINDOWS-1257", WINDOWS_1257),
    ("WINDOWS-1258", WINDOWS_1258),
];

/// Whether the tables of browsers and of Go may differ: in controls that stand for bytes without a
/// character, and in what Japanese encodings put in the place of a backslash and a tilde.
fn differs(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{80}'..='\u{9f}' | '\u{a5}' | '\u{203e}'))
}

fn charset(name: &str) -> Option<Charset> {
    Some(match name.to_ascii_uppercase().as_str() {
        "UTF-8" | "CSUTF8" => Charset::Utf8,
        "UTF-16" => Charset::Utf16Marked,
        "UTF-16LE" | "CSUTF16LE" => Charset::Utf16 { big: false },
        "UTF-16BE" | "CSUTF16BE" => Charset::Utf16 { big: true },
        "US-ASCII" | "ASCII" => Charset::Ascii,
        "ISO-8859-1" | "ISO_8859-1" | "LATIN1" | "L1" | "IBM819" | "CP819" => Charset::Bytes,
        name => Charset::Table(TABLES.iter().find(|(each, _)| *each == name)?.1),
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
            bytes.ok_or_else(missing)?
        }
        Charset::Ascii if source.is_ascii() => source.as_bytes().to_vec(),
        Charset::Ascii => return Err(missing()),
        Charset::Table(_) if differs(source) => return Ok(not_here("textencodebase64")),
        Charset::Table(encoding) => match encoding.encode(source) {
            (bytes, _, false) => bytes.into_owned(),
            (_, _, true) => return Err(missing()),
        },
    };
    Ok(Value::from(base64(&bytes)))
}

fn missing() -> EvalError {
    EvalError::new("the encoding has not all of the characters")
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
        (Charset::Ascii, bytes) => bytes.is_ascii().then(|| bytes.iter().copied().map(char::from).collect()),
        (Charset::Table(encoding), bytes) => {
            match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                Some(text) if differs(&text) => return Ok(not_here("textdecodebase64")),
                text => text.map(std::borrow::Cow::into_owned),
            }
        }
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
