//! JSON, Base64 and URL text.

use crate::eval::{EvalError, Type, Value, json};

use super::{Function, any_unknown, argument, sensitive, text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "jsonencode" => |args| json::encode(argument(args, 0)?),
        "jsondecode" => jsondecode,
        "base64encode" => base64encode,
        "base64decode" => base64decode,
        "urlencode" => urlencode,
        _ => return None,
    })
}

fn jsondecode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::Any) {
        return Ok(unknown);
    }
    json::decode(text(args, 0)?).map(|value| value.sensitive_if(sensitive(args)))
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
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    Ok(Value::from(base64(text(args, 0)?.as_bytes())).sensitive_if(sensitive(args)))
}

fn base64decode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let refuse = || EvalError::new("this is no Base64 of UTF-8 text");
    let encoded = text(args, 0)?;
    if encoded.len() % 4 != 0 {
        return Err(refuse());
    }
    let encoded = encoded.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3 + 3);
    for chunk in encoded.as_bytes().chunks(4) {
        let mut word = 0u32;
        for at in 0..4 {
            let digit = match chunk.get(at) {
                Some(byte) => DIGITS.iter().position(|digit| digit == byte).ok_or_else(refuse)?,
                None => 0,
            };
            word = word << 6 | u32::try_from(digit).unwrap_or(0);
        }
        let [_, a, b, c] = word.to_be_bytes();
        bytes.extend([a, b, c].iter().take(chunk.len().saturating_sub(1)));
    }
    String::from_utf8(bytes).map(|text| Value::from(text).sensitive_if(sensitive(args))).map_err(|_| refuse())
}

fn urlencode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
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
    Ok(Value::from(out).sensitive_if(sensitive(args)))
}
