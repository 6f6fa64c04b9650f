//! Findings that a pull request brings, told where its reviewers read.
//!
//! In: findings as plain data, and what the pull request shows of each file. Out: one review with
//! suggestions, comments on files, one summary that is kept up to date, a check run. A second run writes
//! nothing, and what people answered stays as it is.

mod body;
mod changes;
mod checks;
mod hunks;
mod marker;
mod model;
mod place;
mod reconcile;
mod send;
mod suggestion;
mod summary;
mod threads;

pub use changes::{Changed, Difference, difference, file_at};
pub use hunks::shown;
pub use model::{Named, Place, Remark, Remedy, Score, Texts, Told};
pub use place::{Join, Placed, Shown, place};
pub use send::{Published, Target, publish};
pub use summary::{Commits, headline};
