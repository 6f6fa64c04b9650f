//! Talks to GitHub, and nobody else does.
//!
//! In: who asks, for which repository, and what to read or write. Out: answers as small types of our
//! own, or an error that says what to do. octocrab carries the bytes and signs for GitHub Apps; what it
//! gets wrong for our use (names in paths, repeated writes, timeouts, Enterprise addresses) is done here.

mod access;
mod app;
mod client;
mod error;
mod fence;
pub mod proposal;
mod retry;
pub mod review;
mod route;
mod types;

pub use access::{Access, Credential, Endpoint, Pace, Secret};
pub use client::{GitHub, Listed, Method, Sent, Write};
pub use error::GitHubError;
pub use route::{Repository, reference, segment};
pub use types::{
    BranchRef, Comment, Commit, Label, Named, Object, Pull, PullEnd, RepositoryInfo, Tree, TreeEntry, User,
};
