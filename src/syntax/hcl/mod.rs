//! HCL's native syntax: bytes to a [`Document`], recovering after an error.
//!
//! In: one file. Out: its tree and what could not be parsed. An error costs the top-level block
//! it stands in, never the file.

mod body;
mod cursor;
mod expr;
mod heredoc;
mod template;

use crate::source::{FileId, SourceFile};

use super::ast::Document;
use cursor::Parser;

/// How deep expressions, templates and blocks may nest.
pub const MAX_NESTING: u32 = 120;

/// Parses native HCL syntax: `.tf`, `.tofu`, `.tfvars`, `.hcl`.
pub fn parse_hcl(file: FileId, source: &SourceFile) -> Document {
    let mut parser = Parser::new(file, source);
    parser.file_body();
    parser.refuse_invalid_bytes(source.invalid());
    parser.finish()
}
