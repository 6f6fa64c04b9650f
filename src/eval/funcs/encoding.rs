//! JSON, Base64 and URL text.

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit as inflate};

use crate::eval::{EvalError, Type, Value, json};

use super::{Function, MAX_TEXT, any_unknown, argument, text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "jsonencode" => |args| json::encode(argument(args, 0)?),
        "jsondecode" => jsondecode,
        "base64encode" => base64encode,
        "base64decode" => base64decode,
        "base64gunzip" => base64gunzip,
        "urldecode" => urldecode,
        "urlencode" => urlencode,
        _ => return None,
    })
}

fn jsondecode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    json::decode(text(args, 0)?)
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard Base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS.get((word >> (18 - 6 * at)) as usize & 63).copied().unwrap_or(b'A');
            out.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

fn base64encode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    Ok(Value::from(base64(text(args, 0)?.as_bytes())))
}

/// The bytes of padded Base64. Line breaks are passed over, as Go does.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let encoded: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    if !encoded.len().is_multiple_of(4) {
        return None;
    }
    let padding = encoded.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 {
        return None;
    }
    let encoded = encoded.get(..encoded.len() - padding)?;
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3 + 3);
    for chunk in encoded.chunks(4) {
        let mut word = 0u32;
        for at in 0..4 {
            let digit = match chunk.get(at) {
                Some(byte) => DIGITS.iter().position(|digit| digit == byte)?,
                None => 0,
            };
            word = word << 6 | u32::try_from(digit).ok()?;
        }
        let [_, a, b, c] = word.to_be_bytes();
        bytes.extend([a, b, c].iter().take(chunk.len().saturating_sub(1)));
    }
    Some(bytes)
}

fn base64decode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let bytes = from_base64(text(args, 0)?).and_then(|bytes| String::from_utf8(bytes).ok());
    bytes.map(Value::from).ok_or_else(|| EvalError::new("this is no Base64 of UTF-8 text"))
}

/// Of `OpenTofu` alone: the text behind Base64 of gzip.
fn base64gunzip(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let refuse = || EvalError::new("this is no Base64 of gzipped UTF-8 text");
    let bytes = from_base64(text(args, 0)?).ok_or_else(refuse)?;
    let deflated = without_gzip_header(&bytes).ok_or_else(refuse)?;
    let out = inflate(deflated, MAX_TEXT).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => {
            EvalError::limit(format!("the text is longer than the {MAX_TEXT} bytes that are computed"))
        }
        _ => refuse(),
    })?;
    String::from_utf8(out).map(Value::from).map_err(|_| refuse())
}

/// What follows a header as RFC 1952 has it.
fn without_gzip_header(bytes: &[u8]) -> Option<&[u8]> {
    let (header, mut rest) = bytes.split_at_checked(10)?;
    let [0x1f, 0x8b, 8, flags, ..] = header else { return None };
    if flags & 4 != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    // A file name and a comment, each up to a zero.
    for flag in [8, 16] {
        if flags & flag != 0 {
            rest = rest.get(rest.iter().position(|byte| *byte == 0)? + 1..)?;
        }
    }
    if flags & 2 == 0 { Some(rest) } else { rest.get(2..) }
}

/// Of `OpenTofu` alone: `+` is a blank, `%41` a byte.
fn urldecode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let mut bytes = text(args, 0)?.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let pair = digit().zip(digit()).and_then(|(a, b)| u8::try_from(a * 16 + b).ok());
                pair.ok_or_else(|| EvalError::new("two hexadecimal digits must follow a %"))?
            }
            byte => byte,
        });
    }
    String::from_utf8(out).map(Value::from).map_err(|_| EvalError::new("the bytes are no UTF-8"))
}

fn urlencode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let mut out = String::new();
    for byte in text(args, 0)?.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(Value::from(out))
}
