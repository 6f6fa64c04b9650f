//! Whether a walk passes over a path: what is hidden, and what `.gitignore` names.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Whether a walk from `top` down, links resolved, would not come to a path: a directory on the way is
/// hidden, or `.gitignore` names it or the file. `path` need not exist; outside of `top` nothing is
/// passed over.
pub fn passed_over(path: &Path, top: &Path) -> bool {
    let Some(inside) = beneath(path, top) else { return false };
    let mut at = top.to_path_buf();
    let mut parts = inside.components().peekable();
    while let Some(part) = parts.next() {
        let dir = at.clone();
        at.push(part);
        if parts.peek().is_some() && part.as_os_str().to_string_lossy().starts_with('.') {
            return true;
        }
        // A file that is gone, or a directory, is named by no rule that can be asked here.
        if at.symlink_metadata().is_ok() && !yields(&dir, &at) {
            return true;
        }
    }
    false
}

/// The path as told from `top`.
fn beneath(path: &Path, top: &Path) -> Option<PathBuf> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let here = Path::new(".").canonicalize().ok()?;
    // A directory that is gone has no links to resolve.
    let parent = parent.canonicalize().unwrap_or_else(|_| here.join(parent));
    Some(parent.strip_prefix(top).ok()?.join(path.file_name()?))
}

/// Whether a walk of a directory comes to one of its entries.
fn yields(dir: &Path, entry: &Path) -> bool {
    let mut walker = WalkBuilder::new(dir);
    walker.standard_filters(false).parents(true).git_ignore(true).require_git(false).max_depth(Some(1));
    walker.build().flatten().any(|found| found.path() == entry)
}
