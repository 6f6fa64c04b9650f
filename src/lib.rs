//! trueup finds where Terraform is out of true with SOC 2, and trues it up.
//!
//! ```text
//! source -> syntax -> eval -> graph -> rules -> findings -> fixes -> report | github
//! ```
//!
//! Each module uses only the ones before it; `cli` calls them in this order. `findings` is pure
//! data. Files are read in `source`, written in `fixes::apply` and `cli`, the network lives in
//! `github`.

pub mod cli;
pub mod eval;
pub mod findings;
pub mod fixes;
pub mod github;
pub mod graph;
pub mod report;
pub mod rules;
pub mod schema;
pub mod source;
pub mod syntax;
