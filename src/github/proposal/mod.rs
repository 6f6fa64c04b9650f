//! Edits to a pull request, and what becomes of it afterwards.
//!
//! In: the base branch as GitHub has it, and for each group of fixes a [`Proposal`]: whole files, title
//! and text. Out: one pull request that is created, brought up to date, left or closed. It goes through
//! the API alone, so that it works from a shallow checkout or an archive. What others wrote is never
//! overwritten, and a pull request that somebody closed is not opened again.

mod base;
mod body;
mod branch;
mod commit;
mod marker;
mod publish;
mod standing;

pub use base::{Base, Entry};
pub use body::{Closed, Item, LeftOut, MAX_BODY, Place, Text, text};
pub use branch::{PREFIX, branch_name};
pub use commit::{FileChange, blob_hash};
pub use marker::Marker;
pub use publish::{Action, Limits, Proposal, Published, close, publish};
pub use standing::{Standing, own_pulls};
