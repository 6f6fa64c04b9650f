//! Turns bytes into modules.
//!
//! In: [`Sources`](crate::source::Sources). Out: one [`Document`] for each file, whatever it was
//! written in (HCL's native syntax or its JSON form), grouped into [`Module`]s by directory.

pub mod ast;
mod hcl;
mod module;
mod workspace;

use crate::source::{FileId, SourceFile};

pub use ast::{Document, SyntaxError};
pub use hcl::parse_hcl;
pub use module::{Declaration, Module};
pub use workspace::Workspace;

/// Parses a file in the syntax its name says.
pub fn parse(file: FileId, source: &SourceFile) -> Document {
    parse_hcl(file, source)
}
