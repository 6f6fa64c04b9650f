//! Loads, lints, indexes, runs and explains rules.
//!
//! In: rule texts (embedded, or a team's own) and a [`Configuration`](crate::graph::Configuration).
//! Out: one [`Verdict`] for each rule and resource, and the findings made from them. Rules run on
//! the evaluator that computes Terraform.

mod alike;
mod attached;
mod chain;
mod explain;
mod finding;
pub mod functions;
mod known;
mod lint;
mod load;
mod model;
mod prefix_lists;
mod reads;
mod referred;
mod run;
mod scope;
mod secrets;
mod set;
mod show;
mod template;
mod tree;
mod unchanged;

pub use chain::Masks;
pub use finding::{failures, findings};
pub use known::Known;
pub use load::{RuleError, load};
pub use model::{FixSpec, Rule, RuleScopeKind};
pub use reads::{asks, reads, walks};
pub use run::{Verdict, locals, may_create, outcomes, run, run_beside, text, to_change};
pub use scope::Objects;
pub use secrets::{plan_secrets, secrets, without_told};
pub use set::{BrokenRule, RuleSet};
pub use template::{PLACEHOLDER, without_tags};
pub use unchanged::{Earlier, Question};
