//! Files as they are in another commit, laid over the working tree.
//!
//! In: the files that differ there, each with its bytes, or with none where it is not there. Out: answers
//! for whoever reads the tree. Exists so that a tree can be judged as it was before a change although
//! only the tree after it is checked out.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// Files that differ from those on disk.
#[derive(Debug, Default)]
pub struct Overlay {
    /// The working directory, links resolved.
    here: PathBuf,
    /// By absolute path.
    files: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

/// What stands instead of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over<'o> {
    /// Other bytes.
    Bytes(&'o [u8]),
    /// Nothing: there is no such file.
    Gone,
}

impl Overlay {
    /// Lays files over the tree below `root`, a directory with its links resolved. Each is named by its
    /// path from there, and has its bytes, or `None` where there is no such file. A path that would leave
    /// `root` is passed over.
    pub fn new(
        here: PathBuf,
        root: &Path,
        files: impl IntoIterator<Item = (PathBuf, Option<Vec<u8>>)>,
    ) -> Self {
        let inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
        let files = files.into_iter().filter(|(path, _)| inside(path));
        let files = files.map(|(path, bytes)| (root.join(path), bytes)).collect();
        Self { here, files }
    }

    /// What stands here instead of a file; nothing where the file on disk counts.
    pub(super) fn get(&self, path: &Path) -> Option<Over<'_>> {
        if self.files.is_empty() {
            return None;
        }
        let named = |path: &Path| {
            let known = self.files.get(path);
            known.map(|bytes| bytes.as_deref().map_or(Over::Gone, Over::Bytes))
        };
        // A link leads to the file that is meant.
        named(&self.absolute(path)).or_else(|| named(&path.canonicalize().ok()?))
    }

    /// Whether a directory holds a file that stands here.
    pub(super) fn has_dir(&self, dir: &Path) -> bool {
        let dir = self.absolute(dir);
        self.present().any(|path| path.starts_with(&dir))
    }

    /// The files that stand here right in a directory.
    pub(super) fn in_dir(&self, dir: &Path) -> Vec<PathBuf> {
        let real = self.absolute(dir);
        let inside = self.present().filter(|path| path.parent() == Some(&real));
        inside.filter_map(|path| Some(dir.join(path.file_name()?))).collect()
    }

    /// The files that stand here below a directory, but not in hidden ones.
    pub(super) fn below(&self, dir: &Path) -> Vec<PathBuf> {
        let real = self.absolute(dir);
        let below = self.present().filter_map(|path| path.strip_prefix(&real).ok());
        let hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
        let shown = |path: &&Path| !path.parent().is_some_and(|dirs| dirs.components().any(hidden));
        below.filter(shown).map(|path| dir.join(path)).collect()
    }

    fn present(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().filter(|(_, bytes)| bytes.is_some()).map(|(path, _)| path.as_path())
    }

    /// The path from the root of the file system, without `.` and `x/..`.
    fn absolute(&self, path: &Path) -> PathBuf {
        let mut out = PathBuf::new();
        for part in self.here.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    out.pop();
                }
                part => out.push(part),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_any_name_and_none_leaves_the_tree() {
        let files = [
            ("live/main.tf", Some(b"a".to_vec())),
            ("live/gone.tf", None),
            ("modules/m/.hidden/x.tf", Some(Vec::new())),
            ("../out.tf", Some(Vec::new())),
        ];
        let files = files.map(|(path, bytes)| (PathBuf::from(path), bytes));
        let overlay = Overlay::new(PathBuf::from("/r/live"), Path::new("/r"), files);
        for name in ["main.tf", "./main.tf", "../live/main.tf", "/r/live/main.tf"] {
            assert_eq!(overlay.get(Path::new(name)), Some(Over::Bytes(&b"a"[..])), "{name}");
        }
        assert_eq!(overlay.get(Path::new("gone.tf")), Some(Over::Gone));
        assert_eq!(overlay.get(Path::new("other.tf")), None);
        assert_eq!(overlay.get(Path::new("/out.tf")), None);
        assert_eq!(overlay.in_dir(Path::new("")), [PathBuf::from("main.tf")]);
        assert_eq!(overlay.below(Path::new("..")), [PathBuf::from("../live/main.tf")]);
        assert!(overlay.has_dir(Path::new("../modules/m")) && !overlay.has_dir(Path::new("../modules/n")));
    }
}
