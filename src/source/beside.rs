//! Files that expressions read (`file`, `templatefile`, `fileset`): only what lies inside the scanned tree.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::Sources;
use super::snapshot::Was;

/// Files and directories that one listing looks at.
const MAX_LISTED: usize = 20_000;

impl Sources {
    /// The bytes of a file in the scanned tree, by its path relative to the working directory.
    /// The error continues a sentence that begins with the file's name.
    pub fn read_beside(&self, path: &str, limit: usize) -> Result<Vec<u8>, String> {
        if let Some((_, file)) = self.iter().find(|(_, file)| file.path() == Path::new(path)) {
            return Ok(file.bytes().to_vec());
        }
        if let Some(base) = &self.base {
            match base.read(&[Path::new(path).to_path_buf()], limit as u64).pop() {
                Some(Was::File(bytes)) => return Ok(bytes),
                Some(Was::Unreadable(reason)) => return Err(format!("can't be read: {reason}")),
                Some(Was::Absent) => return Err("does not exist".to_owned()),
                Some(Was::Outside) | None => {}
            }
        }
        let real = self.inside(Path::new(path))?;
        if !real.is_file() {
            return Err("is not a regular file".to_owned());
        }
        let mut bytes = Vec::new();
        let mut file =
            File::open(&real).map_err(|error| format!("can't be read: {error}"))?.take(limit as u64 + 1);
        file.read_to_end(&mut bytes).map_err(|error| format!("can't be read: {error}"))?;
        if bytes.len() > limit {
            return Err(format!("is larger than the {limit} bytes that are read"));
        }
        Ok(bytes)
    }

    /// Every file below a directory of the scanned tree, by its path seen from there, in order.
    /// The error continues a sentence that begins with the directory's name.
    pub fn files_below(&self, dir: &str) -> Result<Vec<String>, String> {
        if self.base.is_some() {
            return Err("may have held other files then".to_owned());
        }
        let real = self.inside(Path::new(dir))?;
        let mut files = Vec::new();
        for (count, entry) in WalkDir::new(&real).min_depth(1).sort_by_file_name().into_iter().enumerate() {
            let entry = entry.map_err(|error| format!("can't be read: {error}"))?;
            if count >= MAX_LISTED {
                return Err(format!("holds more than the {MAX_LISTED} files that are listed"));
            }
            let mut kind = entry.file_type();
            if kind.is_symlink() {
                let target = self.inside(entry.path())?;
                kind = target.metadata().map_err(|error| format!("can't be read: {error}"))?.file_type();
                if kind.is_dir() {
                    return Err("holds a link to a directory, which is not followed".to_owned());
                }
            }
            if kind.is_file() {
                let path = entry.path().strip_prefix(&real).unwrap_or(entry.path());
                let path = path.to_str().ok_or("holds a name that is not UTF-8")?;
                files.push(path.replace(std::path::MAIN_SEPARATOR, "/"));
            }
        }
        Ok(files)
    }

    /// Whether there is such a file in the scanned tree.
    pub fn holds(&self, path: &str) -> bool {
        match self.base {
            Some(_) => self.read_beside(path, 1 << 30).is_ok(),
            None => self.inside(Path::new(path)).is_ok_and(|real| real.is_file()),
        }
    }

    /// The top of the checkout that a directory of the scanned tree lies in; the working directory where none is
    /// seen.
    pub fn checkout(&self, dir: &str) -> String {
        let mut above = Path::new(dir).ancestors();
        let top = above.find(|at| self.inside(&at.join(".git")).is_ok());
        let top = top.map(|it| it.to_string_lossy().replace('\\', "/"));
        top.filter(|it| !it.is_empty()).unwrap_or_else(|| ".".to_owned())
    }

    /// The path, links resolved, where it lies inside the scanned tree.
    fn inside(&self, path: &Path) -> Result<PathBuf, String> {
        if self.boundaries.is_empty() {
            return Err("does not exist".to_owned());
        }
        let real = path.canonicalize().map_err(|_| "does not exist".to_owned())?;
        if !self.boundaries.iter().any(|boundary| real.starts_with(boundary)) {
            return Err("lies outside the scanned tree and is not read".to_owned());
        }
        Ok(real)
    }
}
