//! Files that expressions read (`file`, `templatefile`): only what lies inside the scanned tree.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Sources;
use super::snapshot::Was;

impl Sources {
    /// The bytes of a file in the scanned tree, by its path relative to the working directory.
    /// The error continues a sentence that begins with the file's name.
    pub fn read_beside(&self, path: &str, limit: usize) -> Result<Vec<u8>, String> {
        if let Some((_, file)) = self.iter().find(|(_, file)| file.path() == Path::new(path)) {
            return Ok(file.bytes().to_vec());
        }
        if self.boundaries.is_empty() {
            return Err("does not exist".to_owned());
        }
        if let Some(base) = &self.base {
            match base.read(&[Path::new(path).to_path_buf()], limit as u64).pop() {
                Some(Was::File(bytes)) => return Ok(bytes),
                Some(Was::Unreadable(reason)) => return Err(format!("can't be read: {reason}")),
                Some(Was::Absent) => return Err("does not exist".to_owned()),
                Some(Was::Outside) | None => {}
            }
        }
        let real = Path::new(path).canonicalize().map_err(|_| "does not exist".to_owned())?;
        if !self.boundaries.iter().any(|boundary| real.starts_with(boundary)) {
            return Err("lies outside the scanned tree and is not read".to_owned());
        }
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
}
