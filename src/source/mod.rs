//! Finds files and remembers where every byte came from.
//!
//! In: paths named on the command line. Out: [`Sources`], the text of every file of a run, and
//! [`Location`]s into it. Everything later speaks in locations; only this module knows bytes,
//! lines and columns.

mod beside;
mod file;
mod ignore;
mod overlay;
mod problem;
mod rule_files;
mod span;
mod walk;

pub use file::{Position, SourceFile, Sources};
pub use ignore::{Comment, suppressions};
pub use overlay::Overlay;
pub use problem::{Problem, ProblemKind};
pub use rule_files::{FixtureFile, RuleFile, fixture_files, rule_files, stems};
pub use span::{FileId, Location, Span};
pub use walk::{
    Found, MAX_FILE_BYTES, MAX_PLAN_BYTES, ReadError, is_terraform, read, read_file, read_more, read_over,
};
