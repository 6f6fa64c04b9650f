//! Places as reports write them.
//!
//! In: locations, and paths as they were read. Out: paths with `/`, first and last positions. Exists so
//! that every format names a file alike, whatever the system it ran on.

use std::path::Path;

use crate::source::{FileId, Location, Position, Sources};

/// A file's path as it was read, with `/`.
pub(super) fn path(sources: &Sources, file: FileId) -> Option<String> {
    Some(slashed(sources.get(file)?.path()))
}

fn slashed(path: &Path) -> String {
    let path = path.to_string_lossy();
    // Elsewhere a backslash is a letter like others.
    if std::path::MAIN_SEPARATOR == '\\' { path.replace('\\', "/") } else { path.into_owned() }
}

/// A path without a `./` in front, as those want it who look it up in a repository's list of files.
pub(super) fn bare(path: &str) -> &str {
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    path
}

/// First position of a location, and the one after its last.
pub(super) fn positions(sources: &Sources, at: Location) -> Option<(Position, Position)> {
    let file = sources.get(at.file)?;
    Some((file.position(at.span.start), file.position(at.span.end)))
}

/// `main.tf:12`
pub(super) fn line(sources: &Sources, at: Location) -> Option<String> {
    let (start, _) = positions(sources, at)?;
    Some(format!("{}:{}", bare(&path(sources, at.file)?), start.line))
}
