//! Which files of a directory are Terraform's.
//!
//! In: a directory, as it is or as a commit has it. Out: the paths of its Terraform, without what is
//! hidden, what `.gitignore` names and what the settings leave out.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use ignore::WalkBuilder;

use super::walk::inside;
use super::{Found, Snapshot};

const ENDINGS: [&str; 6] = [".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json"];
/// The versions of a directory's providers: hidden, and read all the same.
const LOCK: &str = ".terraform.lock.hcl";

/// Whether a file of this name or path is read: configuration, variables, locked versions, Terragrunt.
pub fn is_terraform(name: &str) -> bool {
    let terragrunt =
        Path::new(name).file_name().is_some_and(|name| name == "terragrunt.hcl" || name == "root.hcl");
    terragrunt || name.ends_with(LOCK) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The path without `.` parts, and without `x/..`.
pub fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Adds the Terraform below a directory.
pub(super) fn walk(root: &Path, found: &mut Found, wanted: &mut BTreeSet<PathBuf>) {
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .parents(true)
        .git_ignore(true)
        .require_git(false)
        .filter_entry(|entry| {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            entry.depth() == 0 || !hidden || entry.file_name() == LOCK
        })
        .build();
    let mut here = BTreeSet::new();
    for entry in walker {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| !kind.is_dir()) => {
                if is_terraform(&entry.file_name().to_string_lossy()) {
                    here.insert(tidy(entry.path()));
                }
            }
            Ok(_) => {}
            Err(error) => found.unreadable.push((root.to_path_buf(), error.to_string())),
        }
    }
    if let Some(base) = &found.base {
        here = then(base, root, true, here);
    }
    let before = here.len();
    here.retain(|path| !found.leaves_out(path));
    found.left_out += before - here.len();
    wanted.append(&mut here);
}

/// Adds the Terraform of one directory.
pub(super) fn list(dir: &Path, found: &mut Found, wanted: &mut BTreeSet<PathBuf>) {
    let open = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let mut here = BTreeSet::new();
    let was = found.base.as_ref().is_some_and(|base| base.has_below(dir));
    if inside(dir, found) {
        match std::fs::read_dir(open) {
            Ok(entries) => here.extend(
                entries
                    .flatten()
                    // A directory may bear such a name: it is no file of this one.
                    .filter(|entry| !entry.file_type().is_ok_and(|kind| kind.is_dir()))
                    .filter(|entry| is_terraform(&entry.file_name().to_string_lossy()))
                    .map(|entry| tidy(&entry.path())),
            ),
            Err(error) => found.unreadable.push((dir.to_path_buf(), error.to_string())),
        }
    } else if !was {
        found.unreadable.push((dir.to_path_buf(), "missing, or outside the scanned tree".to_owned()));
        return;
    }
    if let Some(base) = &found.base {
        here = then(base, dir, false, here);
    }
    wanted.append(&mut here);
}

/// The files of a directory as a commit has them. Those that came since stay in the list where git does
/// not keep them: reading tells. One that is there now and not in the list was passed over for a reason.
fn then(base: &Snapshot, dir: &Path, deep: bool, now: BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let hidden = |path: &Path| {
        let inside = path.strip_prefix(dir).unwrap_or(path);
        inside.components().any(|part| {
            let name = part.as_os_str().to_string_lossy();
            name.starts_with('.') && name != LOCK
        })
    };
    let gone = base.files(dir, deep).filter(|path| {
        is_terraform(&path.to_string_lossy()) && !hidden(path) && path.symlink_metadata().is_err()
    });
    let gone: Vec<PathBuf> = gone.map(|path| tidy(&path)).collect();
    now.into_iter().chain(gone).collect()
}

impl Found {
    /// Whether the settings leave a path out.
    pub fn leaves_out(&self, path: &Path) -> bool {
        let Some(exclude) = &self.exclude else { return false };
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        let mut up = path.ancestors().filter(|path| !path.as_os_str().is_empty());
        plain
            && (exclude.matched(path, false).is_ignore()
                || up.any(|dir| dir != path && exclude.matched(dir, true).is_ignore()))
    }
}
