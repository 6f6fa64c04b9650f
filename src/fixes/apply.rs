//! Tries edits on a copy of the workspace, or writes them to disk.
//!
//! Writing is the only place where trueup changes a user's files: all new files are prepared
//! beside the old ones before the first is put in place, and a file that changed since it was read
//! is refused.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use crate::findings::Edit;
use crate::source::{SourceFile, Sources};
use crate::syntax::Workspace;

use super::edit::{EditError, apply_to, files, of_file};

/// Why files could not be written. Nothing was changed, unless `Partly` says so.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The edits don't fit the text.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The path leads out of the working directory, or through a symbolic link.
    #[error("{0} is not written: it lies outside the working directory or is a symbolic link")]
    Outside(PathBuf),
    /// Somebody changed the file while trueup ran.
    #[error("{0} has changed since it was read: run again")]
    Changed(PathBuf),
    /// What should be a new file is there.
    #[error("{0} exists and was not read: it is not overwritten")]
    Exists(PathBuf),
    /// What was JSON would be none.
    #[error("{0} would no longer be JSON: apply the fixes one by one")]
    Broken(PathBuf),
    /// The file holds bytes that are not UTF-8.
    #[error("{0} is not UTF-8: it is left alone")]
    NotText(PathBuf),
    /// The system refused.
    #[error("cannot write {path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The system refused after some files were replaced.
    #[error("cannot write {path}: {error}; {} files were written before it", .written.len())]
    Partly {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
        /// The files that were replaced.
        written: Vec<PathBuf>,
    },
}

/// The workspace as it would be after the edits. Nothing is written.
pub fn patched(workspace: &Workspace, edits: &[Edit]) -> Result<Workspace, EditError> {
    let mut next: Option<Workspace> = None;
    for file in files(edits) {
        let text = workspace.sources.get(file).ok_or(EditError::UnknownFile)?.text();
        let text = apply_to(text, &of_file(edits, file))?;
        next = Some(next.as_ref().unwrap_or(workspace).with_text(file, text));
    }
    Ok(next.unwrap_or_else(|| workspace.clone()))
}

/// The text of a file after its edits. A new one does not begin with the blank line that keeps what is added
/// apart from what was there.
pub fn after(file: &SourceFile, edits: &[Edit]) -> Result<String, EditError> {
    let text = apply_to(file.text(), edits)?;
    Ok(if file.is_absent() { text.trim_start().to_owned() } else { text })
}

/// A new file, ready beside the old one.
struct Prepared {
    path: PathBuf,
    temporary: PathBuf,
    /// Nothing may be there.
    new: bool,
    placed: bool,
}

impl Prepared {
    fn place(&self, root: &Path) -> std::io::Result<()> {
        let target = root.join(&self.path);
        if self.new {
            // Unlike renaming, linking never replaces what came in between.
            fs::hard_link(&self.temporary, target)?;
            return fs::remove_file(&self.temporary);
        }
        fs::rename(&self.temporary, target)
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Writes the edits to disk, all or none, and gives the paths that changed. Paths are taken from
/// the working directory.
pub fn write(sources: &Sources, edits: &[Edit]) -> Result<Vec<PathBuf>, WriteError> {
    write_under(Path::new("."), sources, edits)
}

/// Like [`write()`], with paths taken from `root`.
pub fn write_under(root: &Path, sources: &Sources, edits: &[Edit]) -> Result<Vec<PathBuf>, WriteError> {
    let mut prepared = Vec::new();
    for id in files(edits) {
        let file = sources.get(id).ok_or(EditError::UnknownFile)?;
        if !file.invalid().is_empty() {
            return Err(WriteError::NotText(file.path().to_owned()));
        }
        let text = after(file, &of_file(edits, id))?;
        if text == file.text() {
            continue;
        }
        let json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        if file.path().extension().is_some_and(|ending| ending == "json") && json(file.text()) && !json(&text)
        {
            return Err(WriteError::Broken(file.path().to_owned()));
        }
        prepared.push(prepare(root, file, &text)?);
    }
    let mut written = Vec::new();
    for file in &mut prepared {
        if let Err(error) = file.place(root) {
            let path = file.path.clone();
            return Err(if written.is_empty() {
                WriteError::Io { path, error }
            } else {
                WriteError::Partly { path, error, written }
            });
        }
        file.placed = true;
        written.push(file.path.clone());
    }
    Ok(written)
}

fn prepare(root: &Path, file: &SourceFile, text: &str) -> Result<Prepared, WriteError> {
    let (path, new) = (file.path(), file.is_absent());
    let failed = |error| WriteError::Io { path: path.to_owned(), error };
    check_inside(root, path, new)?;
    let target = root.join(path);
    let mode = if new {
        None
    } else if fs::read(&target).map_err(failed)? == file.bytes() {
        Some(fs::metadata(&target).map_err(failed)?.permissions())
    } else {
        return Err(WriteError::Changed(path.to_owned()));
    };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    // `create_new` refuses a name that is taken, also by a symbolic link laid there on purpose.
    for attempt in 0..16u32 {
        let temporary = target.with_file_name(format!(".{name}.trueup-{}-{attempt}", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Ok(mut file) => {
                let ready = Prepared { path: path.to_owned(), temporary, new, placed: false };
                file.write_all(text.as_bytes()).map_err(failed)?;
                if let Some(mode) = mode {
                    file.set_permissions(mode).map_err(failed)?;
                }
                file.sync_all().map_err(failed)?;
                return Ok(ready);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Err(failed(std::io::ErrorKind::AlreadyExists.into()))
}

/// Refuses absolute paths, `..`, and symbolic links on the way; where the file is new, one that is there.
fn check_inside(root: &Path, path: &Path, new: bool) -> Result<(), WriteError> {
    let outside = || WriteError::Outside(path.to_owned());
    let mut at = root.to_owned();
    let mut named = false;
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => {
                named = true;
                at.push(part);
                let meta = match fs::symlink_metadata(&at) {
                    Err(error)
                        if new && error.kind() == std::io::ErrorKind::NotFound && at == root.join(path) =>
                    {
                        continue;
                    }
                    Ok(_) if new && at == root.join(path) => return Err(WriteError::Exists(path.to_owned())),
                    meta => meta.map_err(|error| WriteError::Io { path: path.to_owned(), error })?,
                };
                if meta.file_type().is_symlink() {
                    return Err(outside());
                }
            }
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(outside()),
        }
    }
    if named { Ok(()) } else { Err(outside()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SourceFile, Span};

    fn case(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("trueup-apply-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn edit(file: FileId, start: u32, end: u32, text: &str) -> Edit {
        Edit { file, span: Span::new(start, end), text: text.into() }
    }

    #[test]
    fn all_files_are_written_or_none() {
        let dir = case("all");
        fs::write(dir.join("a.tf"), "a = 1\r\n").unwrap();
        fs::write(dir.join("b.tf"), "b = 1\n").unwrap();
        let mut sources = Sources::default();
        let a = sources.add(SourceFile::new("a.tf", "a = 1\r\n"));
        let b = sources.add(SourceFile::new("./b.tf", "b = 1\n"));
        let edits = [edit(a, 4, 5, "2"), edit(b, 4, 5, "2")];
        fs::write(dir.join("b.tf"), "b = 9\n").unwrap();
        assert!(matches!(write_under(&dir, &sources, &edits), Err(WriteError::Changed(_))));
        assert_eq!(fs::read_to_string(dir.join("a.tf")).unwrap(), "a = 1\r\n");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2, "temporary files are removed");
        fs::write(dir.join("b.tf"), "b = 1\n").unwrap();
        assert_eq!(write_under(&dir, &sources, &edits).unwrap().len(), 2);
        assert_eq!(fs::read_to_string(dir.join("a.tf")).unwrap(), "a = 2\r\n");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn nothing_outside_the_directory_is_written_and_the_mode_stays() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = case("out");
        fs::create_dir(dir.join("in")).unwrap();
        fs::write(dir.join("x.tf"), "a = 1\n").unwrap();
        symlink("../x.tf", dir.join("in/link.tf")).unwrap();
        fs::write(dir.join("in/y.tf"), "a = 1\n").unwrap();
        fs::set_permissions(dir.join("in/y.tf"), fs::Permissions::from_mode(0o640)).unwrap();
        let mut sources = Sources::default();
        let absolute = dir.join("x.tf");
        for path in [Path::new("../x.tf"), Path::new("link.tf"), &absolute] {
            let id = sources.add(SourceFile::new(path, "a = 1\n"));
            let result = write_under(&dir.join("in"), &sources, &[edit(id, 4, 5, "2")]);
            assert!(matches!(result, Err(WriteError::Outside(_))), "{path:?}");
        }
        let y = sources.add(SourceFile::new("y.tf", "a = 1\n"));
        write_under(&dir.join("in"), &sources, &[edit(y, 4, 5, "2")]).unwrap();
        assert_eq!(fs::metadata(dir.join("in/y.tf")).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_to_string(dir.join("x.tf")).unwrap(), "a = 1\n");
        fs::remove_dir_all(&dir).unwrap();
    }
}
