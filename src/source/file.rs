//! The text of every file of a run, with line and column lookup.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{FileId, Location, Snapshot, Span};

/// A place as people count: both 1-based, columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One file, as it was read.
///
/// `text` has the same length and the same offsets as the bytes on disk. Where those are not
/// UTF-8, each offending byte stands as `?` in `text` and its offset is in `invalid`.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    text: Arc<String>,
    invalid: Vec<u32>,
    bytes: Option<Vec<u8>>,
    absent: bool,
    part: bool,
    lines: OnceLock<Vec<u32>>,
    columns: OnceLock<Vec<u32>>,
}

/// Bytes between two places whose characters are counted once. Plans are one line of many megabytes.
const STRIDE: usize = 256;

impl SourceFile {
    /// A file of valid UTF-8. `path` is relative to the working directory, or as the user gave it.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self::sharing(path, Arc::new(text.into()))
    }

    /// A file with the text of another.
    pub fn sharing(path: impl Into<PathBuf>, text: Arc<String>) -> Self {
        Self {
            path: path.into(),
            text,
            invalid: Vec::new(),
            bytes: None,
            absent: false,
            part: false,
            lines: OnceLock::new(),
            columns: OnceLock::new(),
        }
    }

    /// A file that is not there yet: a fix may write it.
    pub fn absent(path: impl Into<PathBuf>) -> Self {
        Self { absent: true, ..Self::new(path, "") }
    }

    /// Whether the file is still to be written.
    pub fn is_absent(&self) -> bool {
        self.absent
    }

    /// A part of this file as a file of its own, which has the same places. All else is blank there.
    #[must_use]
    pub fn part(&self, span: Span) -> Self {
        let blank = |text: Option<&str>| {
            let keep = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
            text.unwrap_or_default().bytes().map(keep).collect::<String>()
        };
        let (start, end) = (span.start as usize, span.end as usize);
        let text =
            format!("{}{}{}", blank(self.text.get(..start)), self.slice(span), blank(self.text.get(end..)));
        Self { part: true, ..Self::new(self.path.clone(), text) }
    }

    /// Whether it is a part of another file: nothing may be changed here.
    pub fn is_part(&self) -> bool {
        self.part
    }

    /// A file of any bytes.
    pub fn from_bytes(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::new(path, text),
            Err(error) => {
                let bytes = error.into_bytes();
                let mut text = String::with_capacity(bytes.len());
                let mut invalid = Vec::new();
                for chunk in bytes.utf8_chunks() {
                    text.push_str(chunk.valid());
                    for _ in chunk.invalid() {
                        invalid.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
                        text.push('?');
                    }
                }
                let mut file = Self::new(path, text);
                file.invalid = invalid;
                file.bytes = Some(bytes);
                file
            }
        }
    }

    /// Path relative to the working directory, or as the user gave it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text, byte for byte as long as the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, to be kept without a copy.
    pub fn shared_text(&self) -> Arc<String> {
        Arc::clone(&self.text)
    }

    /// The bytes as they lie on disk.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// Offsets of the bytes that are not UTF-8.
    pub fn invalid(&self) -> &[u32] {
        &self.invalid
    }

    /// The text of `span`; empty when it does not fit the file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            let starts = ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX));
            std::iter::once(0).chain(starts).collect()
        })
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= offset).max(1);
        let start = lines.get(line - 1).copied().unwrap_or(0);
        let (start, offset) = (start as usize, offset as usize);
        let mut characters = if offset.saturating_sub(start) > 2 * STRIDE {
            self.characters(offset).saturating_sub(self.characters(start))
        } else {
            count(self.text.as_bytes().get(start..offset))
        };
        if line == 1 && self.text.starts_with('\u{feff}') {
            characters = characters.saturating_sub(1);
        }
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(characters + 1).unwrap_or(u32::MAX),
        }
    }

    /// How many characters begin before a byte offset.
    fn characters(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let counted = self.columns.get_or_init(|| {
            if bytes.is_ascii() {
                return Vec::new();
            }
            let mut total = 0;
            let sums = bytes.chunks(STRIDE).map(|chunk| {
                let before = total;
                total += count(Some(chunk));
                u32::try_from(before).unwrap_or(u32::MAX)
            });
            sums.collect()
        });
        if counted.is_empty() {
            return offset.min(bytes.len());
        }
        let block = offset / STRIDE;
        let before = counted.get(block).map_or(0, |before| *before as usize);
        before + count(bytes.get(block * STRIDE..offset))
    }

    /// The bytes of a line, from 1, without its line end. `None` past the last line.
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let lines = self.lines();
        let index = (line as usize).checked_sub(1)?;
        let start = *lines.get(index)?;
        let next =
            lines.get(index + 1).copied().unwrap_or(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let text = self.text.get(start as usize..next as usize)?;
        let kept = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
        Some(Span::new(start, start + u32::try_from(kept.len()).unwrap_or(0)))
    }
}

/// Characters that begin in these bytes.
fn count(bytes: Option<&[u8]>) -> usize {
    bytes.unwrap_or_default().iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// Every file of a run. Files are only added, so a [`FileId`] stays good.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
    /// The directories, links resolved, nothing outside of which is read; none for texts in memory.
    pub(super) boundaries: Vec<PathBuf>,
    /// The commit that stands in for the working tree, where one does.
    pub(super) base: Option<Arc<Snapshot>>,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(Arc::new(file));
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The same files, with one file's text replaced: how a patch is tried before it is written.
    #[must_use]
    pub fn with_text(&self, id: FileId, text: String) -> Self {
        self.with_texts(BTreeMap::from([(id, text)]))
    }

    /// The same files, with the texts of some replaced.
    #[must_use]
    pub fn with_texts(&self, texts: BTreeMap<FileId, String>) -> Self {
        let mut files = self.files.clone();
        for (id, text) in texts {
            if let Some(slot) = files.get_mut(id.0 as usize) {
                *slot = Arc::new(SourceFile::new(slot.path.clone(), text));
            }
        }
        Self { files, boundaries: self.boundaries.clone(), base: self.base.clone() }
    }

    /// Replaces one file's text by what `change` makes of it. The text itself is handed over where no
    /// one else holds it, a copy otherwise: a plan may be large.
    pub fn change_text(&mut self, id: FileId, change: impl FnOnce(String) -> String) {
        if let Some(slot) = self.files.get_mut(id.0 as usize) {
            let path = slot.path.clone();
            let file = std::mem::replace(slot, Arc::new(SourceFile::new(PathBuf::new(), "")));
            let text = match Arc::try_unwrap(file) {
                Ok(file) => file.text,
                Err(file) => file.shared_text(),
            };
            *slot = Arc::new(SourceFile::new(path, change(Arc::unwrap_or_clone(text))));
        }
    }

    /// Gives files another name to be shown and written by.
    pub fn rename(&mut self, names: impl IntoIterator<Item = (FileId, PathBuf)>) {
        for (id, path) in names {
            if let Some(slot) = self.files.get_mut(id.0 as usize) {
                let mut file = SourceFile::sharing(path, slot.shared_text());
                file.invalid.clone_from(&slot.invalid);
                file.bytes.clone_from(&slot.bytes);
                *slot = Arc::new(file);
            }
        }
    }

    /// A file by its id. Ids come from `add` of these same sources.
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.files.get(id.0 as usize)
    }

    /// All files with their ids, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<SourceFile>)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), file))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The text at a location; empty when there is none.
    pub fn text(&self, location: Location) -> &str {
        self.get(location.file).map_or("", |file| file.slice(location.span))
    }

    /// Which of two places comes first: by path, then by where it starts. No place comes before any.
    pub fn order(&self, a: Option<Location>, b: Option<Location>) -> Ordering {
        let start = |at: Location| at.span.start;
        match (a, b) {
            (Some(a), Some(b)) if a.file == b.file => start(a).cmp(&start(b)),
            _ => {
                let place =
                    |at: Option<Location>| at.and_then(|at| Some((self.get(at.file)?.path(), start(at))));
                place(a).cmp(&place(b))
            }
        }
    }

    /// Path and start position of a location.
    pub fn place(&self, location: Location) -> Option<(&Path, Position)> {
        let file = self.get(location.file)?;
        Some((file.path(), file.position(location.span.start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_skip_the_byte_order_mark() {
        let file = SourceFile::new("a.tf", "\u{feff}é = 1\nb = 2\r\n");
        assert_eq!(file.position(3), Position { line: 1, column: 1 });
        assert_eq!(file.position(6), Position { line: 1, column: 3 });
        assert_eq!(file.position(10), Position { line: 2, column: 1 });
        assert_eq!(file.slice(file.line_span(2).unwrap()), "b = 2");
    }

    #[test]
    fn columns_in_a_long_line_are_those_of_a_short_one() {
        let text = format!("\u{feff}{}\n{}x", "ä".repeat(3 * STRIDE), "€b".repeat(3 * STRIDE));
        let file = SourceFile::new("a.json", text.as_str());
        let at = |offset: usize| file.position(u32::try_from(offset).unwrap());
        let first = u32::try_from(3 * STRIDE).unwrap();
        assert_eq!(at(3 + 6 * STRIDE), Position { line: 1, column: first + 1 });
        assert_eq!(at(text.len() - 1), Position { line: 2, column: 2 * first + 1 });
    }

    #[test]
    fn invalid_bytes_keep_every_offset() {
        let file = SourceFile::from_bytes("a.tf", b"a = \"\xff\xfe\" # x".to_vec());
        assert_eq!(file.text(), "a = \"??\" # x");
        assert_eq!(file.invalid(), [5, 6]);
        assert_eq!(file.bytes(), b"a = \"\xff\xfe\" # x");
    }
}
