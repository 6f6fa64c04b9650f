//! Template to blocks, blocks to the smallest edits, edits to proved patches.
//!
//! In: a rule's template and the resource that fails it. Out: edits of the author's own text that
//! were applied, evaluated and judged again before anyone sees them. No tree is ever printed:
//! every fix is a set of byte splices.

pub mod apply;
pub mod diff;
pub mod edit;
pub mod format;
pub mod layout;
pub mod merge;
pub mod prove;
mod scan;
pub mod template;

pub use apply::write;
pub use diff::{Withheld, unified, unified_without};
pub use edit::{apply_to, conflicts};
pub use layout::{combine, substance};
pub use merge::plan;
pub use prove::{Candidate, Judged, prove, prove_together};
pub use template::{computes, render};
