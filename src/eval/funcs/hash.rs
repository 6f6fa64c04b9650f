//! Hashes of text and of files.
//!
//! In: a function's name and computed arguments, or the bytes of a file. Out: the hash as lower
//! case hexadecimal or as Base64. Names made from hashes must be Terraform's own.

use std::fmt::Write as _;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::eval::{EvalError, Type, Value, Why};

use super::encoding::{base64, from_base64};
use super::{Function, any_unknown, text};

/// From bytes to the text of their hash.
pub(super) type Hash = fn(&[u8]) -> String;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "uuidv5" => uuidv5,
        "rsadecrypt" => rsadecrypt,
        "md5" => |args| of_text(args, hex::<Md5>),
        "sha1" => |args| of_text(args, hex::<Sha1>),
        "sha256" => |args| of_text(args, hex::<Sha256>),
        "sha512" => |args| of_text(args, hex::<Sha512>),
        "base64sha256" => |args| of_text(args, |bytes| base64(&Sha256::digest(bytes))),
        "base64sha512" => |args| of_text(args, |bytes| base64(&Sha512::digest(bytes))),
        _ => return None,
    })
}

/// The hash that a function of a file's path takes.
pub(super) fn of_file(name: &str) -> Option<Hash> {
    Some(match name {
        "filemd5" => hex::<Md5>,
        "filesha1" => hex::<Sha1>,
        "filesha256" => hex::<Sha256>,
        "filesha512" => hex::<Sha512>,
        "filebase64sha256" => |bytes| base64(&Sha256::digest(bytes)),
        "filebase64sha512" => |bytes| base64(&Sha512::digest(bytes)),
        _ => return None,
    })
}

fn of_text(args: &[Value], hash: Hash) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    Ok(Value::from(hash(text(args, 0)?.as_bytes())))
}

fn hex<D: Digest>(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in D::digest(bytes) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// A UUID of version 5: the name of a namespace, or its own UUID, hashed with a name.
fn uuidv5(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let space = text(args, 0)?;
    let space = match space {
        "dns" => "6ba7b8109dad11d180b400c04fd430c8".to_owned(),
        "url" => "6ba7b8119dad11d180b400c04fd430c8".to_owned(),
        "oid" => "6ba7b8129dad11d180b400c04fd430c8".to_owned(),
        "x500" => "6ba7b8149dad11d180b400c04fd430c8".to_owned(),
        other => {
            let bare = other.strip_prefix("urn:uuid:").unwrap_or(other);
            let bare = bare.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(bare);
            bare.replace('-', "")
        }
    };
    let refuse = || EvalError::new("the namespace must be dns, url, oid, x500 or a UUID");
    if space.len() != 32 || !space.is_ascii() {
        return Err(refuse());
    }
    let space = u128::from_str_radix(&space, 16).map_err(|_| refuse())?;
    let mut hash = Sha1::new();
    hash.update(space.to_be_bytes());
    hash.update(text(args, 1)?.as_bytes());
    let bytes: Vec<u8> = hash.finalize().into_iter().take(16).collect();
    let number = bytes.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    // Version 5, and the variant of RFC 4122.
    let number = number & !(0xf << 76) & !(0x3 << 62) | 0x5 << 76 | 0x2 << 62;
    let digits = format!("{number:032x}");
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or("");
    let parts = [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)];
    Ok(Value::from(parts.join("-")))
}

/// What a private key opens is a secret, so it is left unknown; what can't be decrypted at all is refused.
fn rsadecrypt(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    if from_base64(text(args, 0)?).is_none() || !text(args, 1)?.contains("-----BEGIN") {
        return Err(EvalError::new("Base64 of a cipher text and a private key as PEM are needed"));
    }
    Ok(Value::unknown_of(Type::String, Why::Function("rsadecrypt".into())))
}
