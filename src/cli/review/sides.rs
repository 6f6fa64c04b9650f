//! The tree on both sides of a pull request.
//!
//! In: the files that it changes, and a checkout of any commit near it: a pipeline has the head, the merge
//! with the base, or the base alone, and no history. Out: what to lay over the checkout so that it is the
//! head, and so that it is the commit where the pull request branched off. Only files that differ and that
//! judging reads are fetched.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use sha1::{Digest as _, Sha1};

use crate::cli::args::Input;
use crate::cli::{Failure, judge};
use crate::github::review::{Changed, Difference, file_at};
use crate::github::{GitHub, Repository};
use crate::source::{Found, MAX_FILE_BYTES, Snapshot, is_terraform};

/// Files that are fetched in all.
const MAX_FETCHED: usize = 600;
/// Bytes that are fetched in all.
const MAX_BYTES: usize = 128 << 20;
/// Shorter names stand in texts by chance.
const SHORT: usize = 4;

/// Files by their path from the root of the repository; without bytes where there is none.
pub(super) type Files = BTreeMap<String, Option<Vec<u8>>>;

/// Both sides.
pub(super) struct Sides {
    /// Laid over the checkout it is the head.
    pub(super) head: Files,
    /// Laid over the checkout it is the merge base.
    pub(super) base: Files,
}

/// Where the checkout lies.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    /// The working directory, links resolved.
    here: PathBuf,
    /// The top of the checkout.
    root: PathBuf,
}

impl Ground {
    /// `prefix` is the working directory's path from the top of the checkout.
    pub(super) fn new(prefix: &str) -> Result<Self, Failure> {
        let here = Path::new(".").canonicalize().map_err(|error| {
            Failure::new(format!("the working directory can't be found: {error}"), "run in the checkout")
        })?;
        let depth = prefix.split('/').filter(|part| !part.is_empty()).count();
        let root = here.ancestors().nth(depth).unwrap_or(&here).to_path_buf();
        Ok(Self { here, root })
    }

    /// The commit that the checkout is with these files laid over it.
    pub(super) fn with(&self, files: &Files) -> Arc<Snapshot> {
        let files = files.iter().map(|(path, bytes)| (PathBuf::from(path), bytes.clone()));
        Arc::new(Snapshot::laid_over(self.here.clone(), self.root.clone(), "of the pull request", files))
    }

    /// A path of the command line, as seen from the working directory.
    pub(super) fn relative(&self, path: &Path) -> Result<PathBuf, Failure> {
        if path.is_relative() {
            return Ok(path.to_path_buf());
        }
        let real = path.canonicalize().ok();
        let inside = real.as_ref().and_then(|real| real.strip_prefix(&self.root).ok());
        let Some(inside) = inside else {
            return Err(Failure::new(
                format!("{} lies outside of the checkout", path.display()),
                "name a directory in it",
            ));
        };
        let up = self.here.strip_prefix(&self.root).map_or(0, |below| below.components().count());
        let mut out: PathBuf = std::iter::repeat_n("..", up).collect();
        out.push(inside);
        Ok(if out.as_os_str().is_empty() { PathBuf::from(".") } else { out })
    }
}

/// Fetches what differs.
pub(super) struct Fetcher<'f> {
    pub(super) github: &'f GitHub,
    pub(super) repository: &'f Repository,
    pub(super) ground: &'f Ground,
    pub(super) head: &'f str,
    pub(super) input: &'f Input,
    /// How much was fetched.
    pub(super) files: usize,
    pub(super) bytes: usize,
}

impl Fetcher<'_> {
    /// Both sides of what was changed.
    pub(super) fn sides(&mut self, changes: &Difference) -> Result<Sides, Failure> {
        let mut sides = Sides { head: Files::new(), base: Files::new() };
        let (terraform, others): (Vec<&Changed>, Vec<&Changed>) =
            changes.files.iter().partition(|file| names(file).any(is_terraform));
        for file in terraform {
            self.add(&mut sides, file, &changes.merge_base)?;
        }
        if others.is_empty() {
            return Ok(sides);
        }
        // Expressions read other files too: those whose name stands in a tree.
        let mut texts = Vec::new();
        for files in [&sides.head, &sides.base] {
            texts.push(judge::read_at(self.input, &self.ground.with(files))?);
        }
        let named = |name: &str| texts.iter().any(|found| is_named(found, name));
        let others: Vec<&Changed> =
            others.into_iter().filter(|file| names(file).any(|path| named(last(path)))).collect();
        for file in others {
            self.add(&mut sides, file, &changes.merge_base)?;
        }
        Ok(sides)
    }

    fn add(&mut self, sides: &mut Sides, file: &Changed, merge_base: &str) -> Result<(), Failure> {
        // Git has no such paths, but whoever answers may.
        let named =
            |path: &str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !names(file).all(named) {
            return Ok(());
        }
        let local = self.ground.root.join(&file.path);
        if local.symlink_metadata().is_ok_and(|about| about.is_symlink()) {
            return Ok(());
        }
        let gone = |path: &String| (path.clone(), None);
        let previous = file.previous.as_ref().filter(|previous| **previous != file.path);
        let removed = file.status == "removed";
        if removed {
            sides.head.extend([gone(&file.path)]);
        } else if file.sha.is_none() || hash(&local) != file.sha {
            let bytes = self.fetch(&file.path, self.head)?;
            sides.head.insert(file.path.clone(), bytes);
        }
        match (&*file.status, previous) {
            ("added" | "copied", _) => sides.base.extend([gone(&file.path)]),
            ("renamed", Some(previous)) => {
                sides.head.entry(previous.clone()).or_insert(None);
                sides.base.entry(file.path.clone()).or_insert(None);
                let bytes = self.fetch(previous, merge_base)?;
                sides.base.insert(previous.clone(), bytes);
            }
            _ => {
                let bytes = self.fetch(&file.path, merge_base)?;
                sides.base.insert(file.path.clone(), bytes);
            }
        }
        Ok(())
    }

    fn fetch(&mut self, path: &str, commit: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.files += 1;
        let bytes = file_at(self.github, self.repository, path, commit)?;
        self.bytes += bytes.as_ref().map_or(0, Vec::len);
        if self.files > MAX_FETCHED || self.bytes > MAX_BYTES {
            return Err(Failure::new(
                format!(
                    "this pull request changes too much to be compared: more than {MAX_FETCHED} files or {} MB of Terraform",
                    MAX_BYTES >> 20
                ),
                "use trueup check, which judges the tree as it is",
            ));
        }
        Ok(bytes)
    }
}

/// The paths of a file on both sides.
fn names(file: &Changed) -> impl Iterator<Item = &str> {
    std::iter::once(&file.path).chain(&file.previous).map(String::as_str)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file's name stands in a tree, or the tree lists files.
fn is_named(found: &Found, name: &str) -> bool {
    let names = |text: &str| name.len() >= SHORT && text.contains(name) || text.contains("fileset(");
    found.sources.iter().any(|(_, file)| names(file.text()))
}

/// The hash that git gives a file's content; none where there is no such file.
fn hash(path: &Path) -> Option<String> {
    let about = path.metadata().ok().filter(|about| about.is_file() && about.len() <= MAX_FILE_BYTES)?;
    let bytes = std::fs::read(path).ok().filter(|bytes| bytes.len() as u64 == about.len())?;
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", bytes.len()));
    hash.update(&bytes);
    Some(hash.finalize().iter().fold(String::new(), |out, byte| format!("{out}{byte:02x}")))
}
