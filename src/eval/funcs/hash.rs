//! Hashes of text and of files.
//!
//! In: a function's name and computed arguments, or the bytes of a file. Out: the hash as lower
//! case hexadecimal or as Base64. Names made from hashes must be Terraform's own.

use std::fmt::Write as _;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::eval::{EvalError, Type, Value, convert};

use super::encoding::base64;
use super::{Function, any_unknown, argument, sensitive, text};

/// From bytes to the text of their hash.
pub(super) type Hash = fn(&[u8]) -> String;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
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
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let value = convert::to_text(argument(args, 0)?)?;
    let hashed = hash(text(&[value], 0)?.as_bytes());
    Ok(Value::from(hashed).sensitive_if(sensitive(args)))
}

fn hex<D: Digest>(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in D::digest(bytes) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
