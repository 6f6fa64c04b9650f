//! Resources after `count`, `for_each` and `dynamic`; edges by reference, not by text.
//!
//! In: modules, or a plan. Out: one [`Configuration`] for each root. Nothing after this module
//! asks which of the two it was.

mod build;
mod context;
mod edges;
mod plan;
mod providers;
mod resource;
mod root_settings;
mod terragrunt;
mod trace;

pub use build::configuration;
pub use context::{Context, called, calls, contexts};
pub use edges::EdgeCache;
pub use plan::{Blocks, Moment, joined, patched, plan_configuration};
pub use providers::{Newest, newest};
pub use resource::{Configuration, Key, Mode, Referrers, Resource, ResourceId};
pub use terragrunt::generate;
pub use trace::trace;
