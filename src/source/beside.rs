//! Files that expressions read (`file`, `templatefile`): only what lies inside the scanned tree.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Sources;

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
        let over = self.overlay.as_ref().and_then(|overlay| overlay.get(Path::new(path)));
        if let Some(over) = over {
            let bytes = over.ok_or_else(|| "does not exist".to_owned())?;
            return if bytes.len() > limit { Err(too_large(limit)) } else { Ok(bytes.to_vec()) };
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
            return Err(too_large(limit));
        }
        Ok(bytes)
    }
}

fn too_large(limit: usize) -> String {
    format!("is larger than the {limit} bytes that are read")
}
