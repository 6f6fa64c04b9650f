//! Turns bytes into modules.
//!
//! In: [`Sources`](crate::source::Sources). Out: one [`Document`] for each file, whatever it was
//! written in (HCL's native syntax or its JSON form), grouped into [`Module`]s by directory.

mod address;
mod archive;
pub mod ast;
mod hcl;
mod json;
mod module;
mod plan;
mod workspace;

pub use address::{address_parts, module_calls, module_key, without_keys};
pub use archive::{BinaryPlan, PlannedModule, is_archive, parse_archive};
pub use ast::{Document, SyntaxError};
pub use hcl::parse_hcl;
pub use json::parse_json;
pub use module::{Declaration, Module};
pub use plan::{
    CallConfig, Change, Json, Members, ModuleConfig, Plan, PlanError, RawMembers, ResourceConfig, Side, Text,
    parse_plan, plain_address,
};
pub use workspace::Workspace;

use crate::source::{FileId, SourceFile};

/// Parses one file, choosing the syntax by its name.
pub fn parse(file: FileId, source: &SourceFile) -> Document {
    let json = source.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if json { parse_json(file, source) } else { parse_hcl(file, source) }
}
