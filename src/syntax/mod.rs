//! Turns bytes into modules.
//!
//! In: [`Sources`](crate::source::Sources). Out: one [`Document`] for each file, whatever it was
//! written in (HCL's native syntax or its JSON form), grouped into [`Module`]s by directory.

pub mod ast;
mod module;

pub use ast::{Document, SyntaxError};
pub use module::{Declaration, Module};
