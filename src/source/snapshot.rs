//! A commit of the checkout, read from git's own objects.
//!
//! In: a place in a checkout, and a revision. Out: a [`Snapshot`], the files of one commit by path. It
//! lets a tree be judged as it was. No git is started, and of the repository only its objects, its
//! references and its own configuration file are read: no hook, filter or helper is looked at.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use gix::ObjectId;
use gix::objs::tree::EntryKind;

use super::passed_over;

/// More files and directories than this in one commit are not read: trees of trees may hold each other
/// many times over.
pub const MAX_ENTRIES: usize = 1_000_000;
/// How deep directories of a commit may lie in each other.
const MAX_DEPTH: usize = 256;
/// How many links lead from one to the next.
const MAX_LINKS: usize = 8;

/// Why a commit can't be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No checkout around the path.
    #[error("{0} lies in no git checkout")]
    NoCheckout(String),
    /// A repository that can't be opened.
    #[error("the git repository around {path} can't be read: {reason}")]
    Repository {
        /// The path that was asked for.
        path: String,
        /// What git's library said.
        reason: String,
    },
    /// A revision that names no commit here.
    #[error("git knows no commit {0} in this checkout")]
    Unknown(String),
    /// No commit that both come from.
    #[error("{rev} and HEAD have no commit in common{}", if *.shallow { " in this shallow clone" } else { "" })]
    Unrelated {
        /// The revision.
        rev: String,
        /// Whether the clone lacks older commits.
        shallow: bool,
    },
    /// A repository without a commit.
    #[error("this checkout has no commit yet")]
    NoCommit,
    /// An object that the clone lacks, or that can't be read.
    #[error("an object of the commit {commit} can't be read: {reason}")]
    Object {
        /// The commit.
        commit: String,
        /// What git's library said.
        reason: String,
    },
    /// Too many entries, or directories too deep.
    #[error("the commit {0} has more entries, or deeper directories, than are read")]
    TooLarge(String),
}

impl GitError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NoCheckout(_) => "run trueup inside of a checkout".to_owned(),
            Self::Repository { .. } => {
                "check that `git status` works there; repositories with SHA-256 objects are not read".to_owned()
            },
            Self::Unknown(rev) => {
                if rev.contains(['~', '^', '@', ':', ' ']) {
                    return "check the name; a shallow clone lacks older commits: `git fetch --unshallow` \
                            brings them"
                        .to_owned();
                }
                let (remote, branch) = rev.split_once('/').unwrap_or(("origin", rev));
                format!(
                    "fetch it first, such as by `git fetch {remote} {branch}`; in GitHub Actions, set \
                     fetch-depth: 0 at actions/checkout"
                )
            }
            Self::Unrelated { shallow: true, .. } => {
                "fetch more of the history: `git fetch --deepen=100`, or `git fetch --unshallow`; in GitHub \
                 Actions, set fetch-depth: 0 at actions/checkout"
                    .to_owned()
            }
            Self::Unrelated { .. } => "name a revision of the same history".to_owned(),
            Self::NoCommit => "commit something first".to_owned(),
            Self::Object { .. } => {
                "the clone may be shallow or partial: `git fetch --unshallow` or `git fetch --refetch` brings \
                 what is missing"
                    .to_owned()
            }
            Self::TooLarge(_) => "judge the whole tree instead".to_owned(),
        }
    }
}

/// What a commit has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    File(ObjectId),
    Link(ObjectId),
    /// Another repository's checkout.
    Submodule,
    /// These bytes, which came otherwise than from git's objects.
    Bytes(Vec<u8>),
    /// No such file, although there is one on disk.
    Gone,
}

/// What was at a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Was {
    /// These bytes.
    File(Vec<u8>),
    /// A file that can't be read, or is none.
    Unreadable(String),
    /// No such file.
    Absent,
    /// What git does not keep (ignored files, installed modules, other checkouts): it is as it is.
    Outside,
}

/// The files of one commit.
#[derive(Debug)]
pub struct Snapshot {
    /// None where only the files that differ from those on disk are known.
    git_dir: Option<PathBuf>,
    /// Top of the checkout, links resolved.
    top: PathBuf,
    /// The working directory, links resolved.
    here: PathBuf,
    /// By path from the top, with `/`.
    entries: BTreeMap<String, Entry>,
    directories: usize,
    commit: String,
}

impl Snapshot {
    /// The commit that `rev` and `HEAD` both come from, in the checkout around `place`.
    pub fn merge_base(place: &Path, rev: &str) -> Result<Self, GitError> {
        let repository = open(place)?;
        let head = repository.head_commit().map_err(|_| GitError::NoCommit)?.id;
        let unknown = || GitError::Unknown(rev.to_owned());
        let commit = repository.rev_parse_single(rev).map_err(|_| unknown())?;
        let commit = commit.object().ok().and_then(|object| object.peel_to_commit().ok());
        let commit = commit.ok_or_else(unknown)?.id;
        let base = repository.merge_base(commit, head).ok().flatten().map(gix::Id::detach);
        let shallow = repository.is_shallow().unwrap_or(false);
        let base = base.ok_or_else(|| GitError::Unrelated { rev: rev.to_owned(), shallow })?;
        Self::new(&repository, place, Some(base))
    }

    /// The commit that is checked out; nothing where there is none yet.
    pub fn head(place: &Path) -> Result<Self, GitError> {
        let repository = open(place)?;
        let head = repository.head_commit().ok().map(|commit| commit.id);
        Self::new(&repository, place, head)
    }

    fn new(repository: &gix::Repository, place: &Path, commit: Option<ObjectId>) -> Result<Self, GitError> {
        let no_checkout = || GitError::NoCheckout(place.display().to_string());
        let top = repository.workdir().and_then(|dir| dir.canonicalize().ok()).ok_or_else(no_checkout)?;
        let here = Path::new(".").canonicalize().map_err(|_| no_checkout())?;
        let name = commit.map_or_else(|| "(none)".to_owned(), |id| id.to_hex_with_len(12).to_string());
        let mut snapshot = Self {
            git_dir: Some(repository.git_dir().to_path_buf()),
            top,
            here,
            entries: BTreeMap::new(),
            directories: 0,
            commit: name,
        };
        if let Some(commit) = commit {
            let tree = repository.find_object(commit).map_err(|error| snapshot.object(&error))?;
            let tree = tree.peel_to_tree().map_err(|error| snapshot.object(&error))?;
            snapshot.add(repository, &tree, "", 0)?;
        }
        Ok(snapshot)
    }

    /// A commit of which only the files that differ from those on disk are known. Each is named by its path from
    /// `top`, a directory with its links resolved, and has its bytes, or `None` where the commit has no such file. A
    /// path that would leave `top` is passed over.
    pub fn laid_over(
        here: PathBuf,
        top: PathBuf,
        commit: &str,
        files: impl IntoIterator<Item = (PathBuf, Option<Vec<u8>>)>,
    ) -> Self {
        let inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
        let files = files.into_iter().filter(|(path, _)| inside(path));
        let key = |path: PathBuf| path.to_string_lossy().replace('\\', "/");
        let entries =
            files.map(|(path, bytes)| (key(path), bytes.map_or(Entry::Gone, Entry::Bytes))).collect();
        Self { git_dir: None, top, here, entries, directories: 0, commit: commit.to_owned() }
    }

    fn object(&self, error: &dyn std::fmt::Display) -> GitError {
        GitError::Object { commit: self.commit.clone(), reason: error.to_string() }
    }

    fn add(
        &mut self,
        repository: &gix::Repository,
        tree: &gix::Tree<'_>,
        above: &str,
        depth: usize,
    ) -> Result<(), GitError> {
        self.directories += 1;
        if depth > MAX_DEPTH || self.directories > MAX_ENTRIES {
            return Err(GitError::TooLarge(self.commit.clone()));
        }
        let mut below = Vec::new();
        for entry in tree.iter() {
            let entry = entry.map_err(|error| self.object(&error))?;
            let path = format!("{above}{}", entry.filename());
            let id = entry.object_id();
            let entry = match entry.mode().kind() {
                EntryKind::Tree => {
                    below.push((path, id));
                    continue;
                }
                EntryKind::Blob | EntryKind::BlobExecutable => Entry::File(id),
                EntryKind::Link => Entry::Link(id),
                EntryKind::Commit => Entry::Submodule,
            };
            if self.entries.len() >= MAX_ENTRIES {
                return Err(GitError::TooLarge(self.commit.clone()));
            }
            self.entries.insert(path, entry);
        }
        for (path, id) in below {
            let tree = repository.find_object(id).map_err(|error| self.object(&error))?;
            let tree = tree.peel_to_tree().map_err(|error| self.object(&error))?;
            self.add(repository, &tree, &format!("{path}/"), depth + 1)?;
        }
        Ok(())
    }

    /// The first digits of the commit.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The path from the top of the checkout; none outside of it.
    fn key(&self, path: &Path) -> Option<String> {
        let mut full = PathBuf::new();
        for part in self.here.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    full.pop();
                }
                part => full.push(part),
            }
        }
        let inside = match full.strip_prefix(&self.top) {
            Ok(inside) => inside.to_path_buf(),
            Err(_) => {
                // An absolute path may lead through links.
                let parent = full.parent()?.canonicalize().ok()?;
                parent.strip_prefix(&self.top).ok()?.join(full.file_name()?)
            }
        };
        Some(inside.to_string_lossy().replace('\\', "/"))
    }

    /// Whether the commit has a file at this path.
    pub fn has(&self, path: &Path) -> bool {
        let entry = self.key(path).and_then(|key| self.entries.get(&key));
        matches!(entry, Some(Entry::File(_) | Entry::Link(_) | Entry::Bytes(_)))
    }

    /// Whether the commit has files below this path.
    pub fn has_below(&self, dir: &Path) -> bool {
        self.below(dir).next().is_some()
    }

    /// The paths of files below a directory, each told from there.
    fn below(&self, dir: &Path) -> impl Iterator<Item = (&str, &Entry)> {
        let start = self.key(dir).map(|key| if key.is_empty() { key } else { format!("{key}/") });
        let from = start.clone().unwrap_or_default();
        let entries = self.entries.range(from..);
        let entries =
            entries.map_while(move |(path, entry)| Some((path.strip_prefix(start.as_deref()?)?, entry)));
        entries.filter(|(_, entry)| **entry != Entry::Gone)
    }

    /// The files of a directory, and with `deep` those below it, by paths that begin as `dir` does.
    pub fn files<'s>(&'s self, dir: &'s Path, deep: bool) -> impl Iterator<Item = PathBuf> + 's {
        let here = move |path: &str| deep || !path.contains('/');
        let files = self.below(dir).filter(move |(path, entry)| **entry != Entry::Submodule && here(path));
        files.map(|(path, _)| dir.join(path))
    }

    /// The text of one file, where the commit has it and it is not larger than `limit` bytes.
    pub fn text(&self, path: &Path, limit: u64) -> Option<String> {
        match self.read(&[path.to_path_buf()], limit).pop() {
            Some(Was::File(bytes)) => String::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// What was at these paths.
    pub(super) fn read(&self, paths: &[PathBuf], limit: u64) -> Vec<Was> {
        let Some(git_dir) = &self.git_dir else {
            return paths.iter().map(|path| self.laid(path, limit)).collect();
        };
        let repository = gix::open_opts(git_dir, options());
        paths
            .iter()
            .map(|path| match (self.key(path), &repository) {
                (None, _) => Was::Outside,
                (_, Err(error)) => Was::Unreadable(format!("git's objects can't be read: {error}")),
                (Some(key), Ok(repository)) => match self.blob(repository, &key, limit, 0) {
                    Was::Absent if self.is_foreign(path, &key) => Was::Outside,
                    was => was,
                },
            })
            .collect()
    }

    /// What lies over a path. A link leads to the file that is meant.
    fn laid(&self, path: &Path, limit: u64) -> Was {
        let named = |path: &Path| self.entries.get(&self.key(path)?);
        match named(path).or_else(|| named(&path.canonicalize().ok()?)) {
            Some(Entry::Bytes(bytes)) if bytes.len() as u64 > limit => {
                Was::Unreadable(format!("larger than {} MB", limit / 1024 / 1024))
            }
            Some(Entry::Bytes(bytes)) => Was::File(bytes.clone()),
            Some(_) => Was::Absent,
            None => Was::Outside,
        }
    }

    /// Whether git does not keep what is at this path.
    fn is_foreign(&self, path: &Path, key: &str) -> bool {
        let above = key.match_indices('/').filter_map(|(at, _)| key.get(..at));
        let submodule = above.filter_map(|dir| self.entries.get(dir)).any(|it| *it == Entry::Submodule);
        submodule || passed_over(path, &self.top)
    }

    fn blob(&self, repository: &gix::Repository, key: &str, limit: u64, links: usize) -> Was {
        let id = match self.entries.get(key) {
            Some(Entry::File(id)) => *id,
            Some(Entry::Link(id)) if links < MAX_LINKS => {
                let target = match bytes(repository, *id, 4096) {
                    Ok(target) => String::from_utf8_lossy(&target).into_owned(),
                    Err(reason) => return Was::Unreadable(reason),
                };
                return match self.follow(key, &target) {
                    Some(key) => self.blob(repository, &key, limit, links + 1),
                    None => {
                        Was::Unreadable("a link that leaves the checkout; it was not followed".to_owned())
                    }
                };
            }
            Some(Entry::Link(_)) => return Was::Unreadable("links that lead to each other".to_owned()),
            Some(Entry::Submodule | Entry::Gone) | None => return Was::Absent,
            Some(Entry::Bytes(bytes)) => return Was::File(bytes.clone()),
        };
        bytes(repository, id, limit).map_or_else(Was::Unreadable, Was::File)
    }

    /// Where a link leads, inside of the checkout.
    fn follow(&self, key: &str, target: &str) -> Option<String> {
        let dir = self.top.join(key);
        let target = dir.parent()?.join(target);
        self.key(&target)
    }

    /// Whether a file with these bytes is what the commit has at the path, line ends aside: a checkout
    /// may convert them. What git does not keep is always the same.
    pub fn is_same(&self, path: &Path, bytes: &[u8]) -> bool {
        let Some(key) = self.key(path) else { return true };
        let Some(entry) = self.entries.get(&key) else { return self.is_foreign(path, &key) };
        let id = match entry {
            Entry::File(id) => *id,
            // What a link leads to is another file's content: it changes there.
            Entry::Link(_) => return true,
            Entry::Bytes(then) => return then == bytes,
            Entry::Submodule | Entry::Gone => return false,
        };
        let is = |bytes: &[u8]| {
            gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).is_ok_and(|found| found == id)
        };
        is(bytes) || (bytes.contains(&b'\r') && is(&without_returns(bytes)))
    }
}

fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            out.push(*byte);
        }
    }
    out
}

/// The bytes of an object, where there are not too many.
fn bytes(repository: &gix::Repository, id: ObjectId, limit: u64) -> Result<Vec<u8>, String> {
    let missing = |error: &dyn std::fmt::Display| {
        format!("git lacks its old content, as partial clones do: `git fetch --refetch` brings it ({error})")
    };
    let header = repository.find_header(id).map_err(|error| missing(&error))?;
    if header.size() > limit {
        return Err(format!("larger than {} MB", limit / 1024 / 1024));
    }
    let mut object = repository.find_object(id).map_err(|error| missing(&error))?;
    Ok(std::mem::take(&mut object.data))
}

/// Nothing but the repository's own configuration file is read, and no variable.
fn options() -> gix::open::Options {
    gix::open::Options::isolated()
}

fn open(place: &Path) -> Result<gix::Repository, GitError> {
    let shown = place.display().to_string();
    let real = place.canonicalize().map_err(|_| GitError::NoCheckout(shown.clone()))?;
    let dir = if real.is_dir() { real.as_path() } else { real.parent().unwrap_or(&real) };
    if !dir.ancestors().any(|dir| dir.join(".git").exists()) {
        return Err(GitError::NoCheckout(shown));
    }
    let trust = gix::sec::trust::Mapping { full: options(), reduced: options() };
    gix::ThreadSafeRepository::discover_opts(dir, gix::discover::upwards::Options::default(), trust)
        .map(|repository| repository.to_thread_local())
        .map_err(|error| GitError::Repository { path: shown, reason: error.to_string() })
}
