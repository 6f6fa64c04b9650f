//! Finds and reads the Terraform files that the command line names.
//!
//! In: paths, or the bytes of stdin. Out: [`Found`], every file's text plus what could not be
//! read and why. Nothing outside the named trees, the working directory and the checkouts around
//! them is opened: links are resolved first, and those that lead away are reported instead of
//! followed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;

use super::listing::{is_terraform, list, tidy, walk};
use super::snapshot::Was;
use super::{FileId, Snapshot, SourceFile, Sources};

/// Larger files are reported, not read.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;
/// Larger plans are reported, not read: a place in a file is a number of 32 bits.
pub const MAX_PLAN_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// How a ZIP begins, and so a binary plan.
const ARCHIVE: &[u8] = b"PK";
/// How plans and states are called by habit; what a file is, its bytes say.
const PLANS: [&str; 4] = [".json", ".out", ".tfplan", ".tfstate"];

/// Everything that was read, and what was not.
#[derive(Debug, Default)]
pub struct Found {
    /// The text of every file.
    pub sources: Sources,
    /// Paths that could not be read, each with the reason.
    pub unreadable: Vec<(PathBuf, String)>,
    /// Plans and states in JSON.
    pub plans: Vec<FileId>,
    /// Binary plans: their bytes, which are no text.
    pub archives: Vec<(PathBuf, Vec<u8>)>,
    /// The directory that plans were made from, where one is named.
    pub plan_source: Option<PathBuf>,
    /// Files that are read for what plans were made from, and not judged by themselves.
    pub context: BTreeSet<FileId>,
    /// Lists of installed modules, as `terraform init` leaves them.
    pub modules_json: Vec<FileId>,
    /// Files that the settings leave out.
    pub left_out: usize,
    /// The commit that stands in for the working tree, where one does.
    pub(super) base: Option<Arc<Snapshot>>,
    /// What the settings leave out.
    pub(super) exclude: Option<Gitignore>,
    pub(super) roots: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, FileId>,
}

/// What is to be read.
#[derive(Debug, Default)]
pub struct Reading<'a> {
    /// Directories, files, plans with a usual name, or `-`.
    pub paths: &'a [PathBuf],
    /// Plans whatever their names.
    pub plans: &'a [PathBuf],
    /// What `-` stands for.
    pub stdin: Option<Vec<u8>>,
    /// Paths that a walk leaves out, as in a `.gitignore` of the working directory.
    pub exclude: &'a [String],
    /// A commit whose files are read instead of those of the working tree.
    pub base: Option<Arc<Snapshot>>,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A path that does not exist or can't be opened.
    #[error("can't open {path}: {reason}. Check the path and its permissions")]
    Open {
        /// The path as given.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// No Terraform anywhere.
    #[error(
        "no Terraform files in {0}. Name a directory that holds .tf files, or a plan written by `terraform show -json`"
    )]
    Nothing(String),
    /// A directory of rules that is none.
    #[error("{0}. Name a directory that holds rules/ and templates/, laid out as cloud/service/name")]
    Rules(String),
}

impl Found {
    /// Texts that are in memory already.
    pub fn from_sources(sources: Sources) -> Self {
        Self { sources, ..Self::default() }
    }

    /// Whether a file inside the scanned trees holds just these bytes.
    pub fn holds(&self, path: &Path, content: &[u8]) -> bool {
        let size = path.metadata().is_ok_and(|about| about.len() == content.len() as u64);
        size && bytes(path, &self.roots, MAX_FILE_BYTES).is_ok_and(|found| found == content)
    }

    /// Reads the directory that the plans were made from. Its files are looked into, not judged.
    pub fn read_plan_source(&mut self, dir: &Path) -> Result<(), ReadError> {
        let real = dir.canonicalize().map_err(|error| unopened(dir, &error))?;
        let before = self.sources.len();
        self.roots.push(real);
        let mut wanted = BTreeSet::new();
        list(dir, self, &mut wanted);
        load(self, wanted.iter().cloned().collect());
        installed(self, &wanted);
        self.add_context(before);
        self.plan_source = Some(tidy(dir));
        Ok(())
    }

    /// Reads one more directory of what the plans were made from, where it is inside the scanned trees.
    pub fn read_plan_module(&mut self, dir: &Path) {
        let before = self.sources.len();
        if dir.canonicalize().is_ok_and(|real| self.roots.iter().any(|root| real.starts_with(root))) {
            read_more(self, dir);
        }
        self.add_context(before);
    }

    fn add_context(&mut self, before: usize) {
        let all = self.sources.iter().skip(before).map(|(id, _)| id);
        self.context.extend(all);
    }

    /// Adds what a plan is, by its first bytes.
    fn add_plan(&mut self, path: PathBuf, bytes: Vec<u8>) {
        if bytes.starts_with(ARCHIVE) {
            self.archives.push((path, bytes));
        } else {
            self.plans.push(self.sources.add(SourceFile::from_bytes(path, bytes)));
        }
    }
}

fn unopened(path: &Path, error: &std::io::Error) -> ReadError {
    ReadError::Open { path: path.display().to_string(), reason: error.to_string() }
}

/// Reads `paths`, and plans whatever their names; `stdin` is what `-` stands for.
pub fn read(paths: &[PathBuf], plans: &[PathBuf], stdin: Option<Vec<u8>>) -> Result<Found, ReadError> {
    read_all(Reading { paths, plans, stdin, ..Reading::default() })
}

/// Reads what was asked for.
pub fn read_all(reading: Reading<'_>) -> Result<Found, ReadError> {
    let Reading { paths, plans: named_plans, stdin, exclude, base } = reading;
    let mut found = Found { base, exclude: patterns(exclude), ..Found::default() };
    found.sources.base.clone_from(&found.base);
    if let Ok(here) = Path::new(".").canonicalize() {
        found.roots.extend(checkout(&here));
        found.roots.push(here);
    }
    let mut wanted = BTreeSet::new();
    let mut plans = BTreeSet::new();
    for path in paths.iter().filter(|path| path.as_os_str() != "-") {
        let real = path.canonicalize().map_err(|error| unopened(path, &error))?;
        found.roots.extend(checkout(&real));
        if real.is_dir() {
            found.roots.push(real);
            walk(path, &mut found, &mut wanted);
        } else if is_plan(path) {
            found.roots.extend(real.parent().map(Path::to_path_buf));
            plans.insert(tidy(path));
        } else {
            found.roots.extend(real.parent().map(Path::to_path_buf));
            wanted.insert(tidy(path));
            list(path.parent().unwrap_or(Path::new("")), &mut found, &mut wanted);
        }
    }
    for path in named_plans.iter().filter(|path| path.as_os_str() != "-") {
        let real = path.canonicalize().map_err(|error| unopened(path, &error))?;
        found.roots.extend(real.parent().map(Path::to_path_buf));
        plans.insert(tidy(path));
    }
    found.roots.sort();
    found.roots.dedup();
    found.sources.boundaries.clone_from(&found.roots);
    load(&mut found, wanted.iter().cloned().collect());
    for path in plans {
        match bytes(&path, &found.roots, MAX_PLAN_BYTES) {
            Ok(bytes) => found.add_plan(path, bytes),
            Err(reason) => found.unreadable.push((path, reason)),
        }
    }
    installed(&mut found, &wanted);
    if let Some(bytes) = stdin {
        let json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if json || bytes.starts_with(ARCHIVE) {
            found.add_plan(PathBuf::from("-"), bytes);
        } else {
            // Configuration is named so that it is taken for one.
            found.sources.add(SourceFile::from_bytes("stdin.tf", bytes));
        }
    }
    // A commit may well have none yet.
    let nothing = found.sources.is_empty() && found.archives.is_empty() && found.unreadable.is_empty();
    if nothing && found.base.is_none() {
        let names: Vec<_> = paths.iter().chain(named_plans).map(|path| path.display().to_string()).collect();
        return Err(ReadError::Nothing(names.join(", ")));
    }
    Ok(found)
}

/// One pattern a line; one that is none matches nothing.
fn patterns(lines: &[String]) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        let _ = builder.add_line(None, line);
    }
    if lines.is_empty() { None } else { builder.build().ok() }
}

/// Adds one directory's files, for a module that lies outside the paths that were named. One that is
/// not there, or lies outside of what may be read, adds nothing.
pub fn read_more(found: &mut Found, dir: &Path) {
    let mut wanted = BTreeSet::new();
    if inside(dir, found) || found.base.as_ref().is_some_and(|base| base.has_below(dir)) {
        list(dir, found, &mut wanted);
    }
    load(found, wanted.into_iter().collect());
}

/// Adds one file, for variables that lie beside the paths that were named. One that is not there, or
/// lies outside of what may be read, adds nothing. Whether it is there now.
pub fn read_file(found: &mut Found, path: &Path) -> bool {
    let here = path.canonicalize().is_ok_and(|real| found.roots.iter().any(|root| real.starts_with(root)));
    if here || found.base.as_ref().is_some_and(|base| base.has(path)) {
        load(found, vec![tidy(path)]);
    }
    found.seen.contains_key(&tidy(path))
}

/// The checkout that a path lies in: the nearest directory above it that holds `.git`.
fn checkout(real: &Path) -> Option<PathBuf> {
    real.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf)
}

pub(super) fn inside(dir: &Path, found: &Found) -> bool {
    let open = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    open.canonicalize()
        .is_ok_and(|real| real.is_dir() && found.roots.iter().any(|root| real.starts_with(root)))
}

/// Whether a file argument is a plan or a state: by how they are called by habit, or by its first bytes.
pub fn is_plan(path: &Path) -> bool {
    let name = path.to_string_lossy();
    !is_terraform(&name) && (PLANS.iter().any(|ending| name.ends_with(ending)) || begins_as_archive(path))
}

fn begins_as_archive(path: &Path) -> bool {
    let mut start = [0; 2];
    // Opening a pipe would wait for its writer.
    if !path.metadata().is_ok_and(|about| about.is_file()) {
        return false;
    }
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == ARCHIVE
}

/// Reads paths in parallel and adds them in the order given.
fn load(found: &mut Found, mut paths: Vec<PathBuf>) {
    paths.retain(|path| !found.seen.contains_key(path));
    let was = match &found.base {
        Some(base) => base.read(&paths, MAX_FILE_BYTES),
        None => paths.iter().map(|_| Was::Outside).collect(),
    };
    let roots = &found.roots;
    let one = |(path, was): (&PathBuf, Was)| match was {
        Was::File(bytes) => Some(Ok(bytes)),
        Was::Unreadable(reason) => Some(Err(reason)),
        Was::Absent => None,
        Was::Outside => Some(bytes(path, roots, MAX_FILE_BYTES)),
    };
    let read: Vec<_> = paths.par_iter().zip(was).map(one).collect();
    for (path, result) in paths.into_iter().zip(read) {
        match result {
            Some(Ok(bytes)) => {
                let id = found.sources.add(SourceFile::from_bytes(path.clone(), bytes));
                found.seen.insert(path, id);
            }
            Some(Err(reason)) => found.unreadable.push((path, reason)),
            None => {}
        }
    }
}

fn bytes(path: &Path, roots: &[PathBuf], limit: u64) -> Result<Vec<u8>, String> {
    let real = path.canonicalize().map_err(|error| error.to_string())?;
    if !roots.iter().any(|root| real.starts_with(root)) {
        return Err("a link that leaves the scanned tree; it was not followed".to_owned());
    }
    let about = real.metadata().map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("not a regular file".to_owned());
    }
    if about.len() > limit {
        return Err(format!("larger than {} MB", limit / 1024 / 1024));
    }
    whole(&real, about.len()).map_err(|error| error.to_string())
}

/// Bytes of a large file that are read at once.
const PIECE: usize = 8 << 20;

/// A file's bytes. A plan may be large: its pieces are read side by side.
fn whole(path: &Path, length: u64) -> std::io::Result<Vec<u8>> {
    #[cfg(unix)]
    if let Some(length) = usize::try_from(length).ok().filter(|length| *length > PIECE) {
        use std::os::unix::fs::FileExt as _;
        let file = std::fs::File::open(path)?;
        let mut bytes = vec![0; length];
        let pieces = bytes.par_chunks_mut(PIECE).enumerate();
        pieces.try_for_each(|(at, piece)| file.read_exact_at(piece, (at * PIECE) as u64))?;
        return Ok(bytes);
    }
    std::fs::read(path)
}

/// Reads the modules that `terraform init` installed beside the files read so far.
fn installed(found: &mut Found, wanted: &BTreeSet<PathBuf>) {
    let dirs: BTreeSet<_> = wanted.iter().filter_map(|path| path.parent()).collect();
    for dir in dirs {
        let path = dir.join(".terraform/modules/modules.json");
        if !path.exists() {
            continue;
        }
        load(found, vec![path.clone()]);
        let Some(id) = found.seen.get(&path).copied() else { continue };
        found.modules_json.push(id);
        let Some(file) = found.sources.get(id) else { continue };
        let text = file.text();
        let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else {
            found.unreadable.push((path, "not valid JSON; run `terraform init` again".to_owned()));
            continue;
        };
        let modules = json.get("Modules").and_then(serde_json::Value::as_array);
        for module in modules.into_iter().flatten() {
            if let Some(place) = module.get("Dir").and_then(serde_json::Value::as_str) {
                read_more(found, &tidy(&dir.join(place)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("trueup-walk-{}-{name}", std::process::id()));
        std::fs::create_dir_all(dir.join("in/.terraform")).unwrap();
        dir
    }

    #[test]
    fn a_directory_is_read_in_order_without_ignored_files() {
        let dir = scratch("order");
        for name in ["b.tf", "a.tf.json", "no.txt", "gone.tf", ".terraform/x.tf", ".terraform.lock.hcl"] {
            std::fs::write(dir.join("in").join(name), "").unwrap();
        }
        std::fs::write(dir.join("in/.gitignore"), "gone.tf\n").unwrap();
        let found = read(&[dir.join("in")], &[], None).unwrap();
        let names: Vec<_> =
            found.sources.iter().map(|(_, file)| file.path().file_name().unwrap().to_owned()).collect();
        assert_eq!(names, [".terraform.lock.hcl", "a.tf.json", "b.tf"]);
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn nothing_to_read_is_an_error() {
        let dir = scratch("nothing");
        assert!(matches!(read(&[dir.join("in")], &[], None), Err(ReadError::Nothing(_))));
        assert!(matches!(read(&[dir.join("missing")], &[], None), Err(ReadError::Open { .. })));
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_that_leave_the_tree_are_reported() {
        let dir = scratch("links");
        std::fs::write(dir.join("secret.tf"), "secret").unwrap();
        std::os::unix::fs::symlink(dir.join("secret.tf"), dir.join("in/out.tf")).unwrap();
        std::os::unix::fs::symlink(dir.join("missing"), dir.join("in/broken.tf")).unwrap();
        let found = read(&[dir.join("in")], &[], None).unwrap();
        assert!(found.sources.is_empty());
        assert_eq!(found.unreadable.len(), 2);
        std::fs::remove_dir_all(dir).unwrap();
    }
}
