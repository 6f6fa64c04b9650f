//! File arguments, as hooks pass them: which trees to read for them, and what they ask for.
//!
//! In: paths. Out: directories to read, and a [`Concern`]. A file stands for its module: the tree around
//! it is read, so that a module is judged as its callers use it, and the findings of that module are
//! told. Files that a walk of the tree would pass over are passed over here too.

use std::path::{Path, PathBuf};

use crate::source::{self, Snapshot};

use super::concern::Concern;
use super::config::NAME;
use super::{Failure, say};

/// What paths mean.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// What is to be read.
    pub(super) paths: Vec<PathBuf>,
    /// What is asked for; none where it is everything that is read.
    pub(super) concern: Option<Concern>,
}

/// Sorts paths out. Where a plan or stdin is among them, every path is read as it is.
pub(super) fn named(paths: &[PathBuf]) -> Result<Named, Failure> {
    let as_they_are = || Named { paths: paths.to_vec(), concern: None };
    let plan = |path: &&PathBuf| path.as_os_str() == "-" || (path.is_file() && source::is_plan(path));
    if paths.iter().any(|path| plan(&path)) || paths.iter().all(|path| path.is_dir()) {
        return Ok(as_they_are());
    }
    let here = Path::new(".").canonicalize().map_err(|error| {
        Failure::new(format!("the working directory can't be read: {error}"), "run trueup in another one")
    })?;
    let mut head: Option<Option<Snapshot>> = None;
    let mut named = Named::default();
    let mut concern = Concern { inputs: true, ..Concern::default() };
    for path in paths {
        let path = &seen_from(&here, path);
        let shown = path.to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            concern.below.insert(if shown.is_empty() { ".".to_owned() } else { shown });
            named.paths.push(path.clone());
            continue;
        }
        if path.symlink_metadata().is_err() {
            let head = head.get_or_insert_with(|| Snapshot::head(Path::new(".")).ok());
            if !head.as_ref().is_some_and(|head| head.has(path)) {
                return Err(Failure {
                    message: format!(
                        "can't open {shown}: there is no such file, and the last commit has none. Check the path"
                    ),
                    help: None,
                });
            }
        }
        if shown == NAME {
            // Settings concern everything.
            concern.below.insert(".".to_owned());
        } else if !source::is_terraform(&shown) {
            say(&format!("{shown} is no Terraform: passed over"));
            continue;
        } else if source::passed_over(path, &here) {
            say(&format!(
                "{shown} is passed over: it is hidden, or .gitignore names it; name its directory to judge it"
            ));
            continue;
        }
        let dir = shown.rsplit_once('/').map_or(".", |(dir, _)| dir).to_owned();
        let inside = path.is_relative() && !shown.starts_with("../");
        let tree = if inside { PathBuf::from(".") } else { PathBuf::from(&dir) };
        if !named.paths.contains(&tree) && tree.is_dir() {
            named.paths.push(tree);
        }
        if shown.contains(".tfvars") || path.extension().is_some_and(|ending| ending == "hcl") {
            concern.files.insert(shown);
        }
        concern.dirs.insert(dir);
    }
    named.concern = Some(concern);
    Ok(named)
}

/// The path as the working directory sees it, where it lies below.
fn seen_from(here: &Path, path: &Path) -> PathBuf {
    let below = || {
        let parent = path.parent()?.canonicalize().ok()?;
        Some(parent.strip_prefix(here).ok()?.join(path.file_name()?))
    };
    let found = if path.is_absolute() { below() } else { None };
    source::tidy(&found.unwrap_or_else(|| path.to_path_buf()))
}
