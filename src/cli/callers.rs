//! A file that is named, as a hook does, stands for its module as it is used.
//!
//! In: the paths of the command line. Out: those, and a file of each module in the checkout that calls
//! theirs, directly or through others. So a file has the same verdict whichever other files are named
//! beside it. Where there is no checkout, nobody says how far to look, and the paths stay what they are.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::graph;
use crate::source;
use crate::syntax::Workspace;

use super::config;

/// The paths, and what calls the modules of the files among them.
pub(super) fn with_callers(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = paths.iter().map(|path| settings_reach_all(path)).collect();
    let named = |path: &&PathBuf| path.is_file() && source::is_terraform(&path.to_string_lossy());
    let dirs: BTreeSet<String> = all.iter().filter(named).filter_map(|path| directory(path)).collect();
    // What calls a file that was named by its whole path is named by its whole path too.
    let whole = all.iter().filter(named).any(|path| path.is_absolute());
    let Ok(here) = Path::new(".").canonicalize() else { return all };
    let tops: BTreeSet<PathBuf> = dirs.iter().filter_map(|dir| source::checkout(Path::new(dir))).collect();
    for top in tops {
        // What can't be read is not missed here: it is reported where it is judged.
        let Ok(found) = source::read(&[top], &[], None) else { continue };
        let workspace = Workspace::parse(found.sources);
        for caller in graph::callers(&workspace, &dirs) {
            let below = |path: &&Path| path.parent().is_some_and(|dir| dir == Path::new(&caller));
            let file = workspace.sources.iter().map(|(_, file)| file.path()).find(below);
            all.extend(file.map(|file| if whole { file.to_path_buf() } else { seen_from(&here, file) }));
        }
    }
    all
}

/// The settings say how the whole working directory is judged, and so stand for it.
fn settings_reach_all(path: &Path) -> PathBuf {
    let settings = path.strip_prefix(".").unwrap_or(path) == Path::new(config::NAME);
    PathBuf::from(if settings { Path::new(".") } else { path })
}

/// The directory of a file, links resolved.
fn directory(file: &Path) -> Option<String> {
    Some(file.canonicalize().ok()?.parent()?.to_string_lossy().into_owned())
}

/// A whole path as it is told from a directory.
fn seen_from(here: &Path, path: &Path) -> PathBuf {
    let shared = here.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = here.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}
