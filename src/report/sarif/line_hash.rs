//! The hash by which code scanning knows a line again.
//!
//! In: a file's text and the lines that results start at. Out: `primaryLocationLineHash` of each, as
//! GitHub's own upload computes it (codeql-action, `src/fingerprints.ts`): its upload warns where a report
//! brings another one, and the API that takes reports computes none.
//!
//! Each line has the rolling hash of the hundred characters from its start that are no space or tab,
//! UTF-16 code units counted, all line ends counted as `\n`; then how often the hash came before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Characters that make one hash.
const BLOCK: usize = 100;
/// The base of the rolling hash.
const MOD: u64 = 37;
/// What is hashed for the end of the file.
const END: u16 = 65535;

/// The hashes of the wanted lines, counted from 1. Here a lone `\r` ends a line.
pub(super) fn line_hashes(text: &str, wanted: &BTreeSet<u32>) -> BTreeMap<u32, String> {
    let mut hasher = Hasher {
        window: [(0, None); BLOCK],
        index: 0,
        hash: 0,
        first: (0..BLOCK).fold(1u64, |power, _| power.wrapping_mul(MOD)),
        line: 0,
        starts: true,
        counts: HashMap::new(),
        wanted,
        found: BTreeMap::new(),
    };
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let skipped = after_return && unit == u16::from(b'\n');
        after_return = false;
        if skipped || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        if unit == u16::from(b'\r') {
            after_return = true;
            hasher.take(u16::from(b'\n'));
        } else {
            hasher.take(unit);
        }
    }
    hasher.take(END);
    for _ in 0..BLOCK {
        hasher.tell();
        hasher.roll(0);
    }
    hasher.found
}

struct Hasher<'a> {
    /// The last characters, each with the line that it starts.
    window: [(u16, Option<u32>); BLOCK],
    index: usize,
    hash: u64,
    /// What the oldest character of the window is multiplied by.
    first: u64,
    line: u32,
    starts: bool,
    counts: HashMap<u64, u32>,
    wanted: &'a BTreeSet<u32>,
    found: BTreeMap<u32, String>,
}

impl Hasher<'_> {
    fn take(&mut self, unit: u16) {
        self.tell();
        if self.starts {
            self.starts = false;
            self.line = self.line.saturating_add(1);
            if let Some(slot) = self.window.get_mut(self.index) {
                slot.1 = Some(self.line);
            }
        }
        self.starts = unit == u16::from(b'\n');
        self.roll(unit);
    }

    /// Where the window is full from a line's start on, that line has its hash.
    fn tell(&mut self) {
        let Some(line) = self.window.get_mut(self.index).and_then(|slot| slot.1.take()) else { return };
        let count = self.counts.entry(self.hash).or_default();
        *count = count.saturating_add(1);
        if self.wanted.contains(&line) {
            self.found.insert(line, format!("{:x}:{count}", self.hash));
        }
    }

    fn roll(&mut self, unit: u16) {
        let Some(slot) = self.window.get_mut(self.index) else { return };
        let oldest = u64::from(std::mem::replace(&mut slot.0, unit));
        self.hash = MOD
            .wrapping_mul(self.hash)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(self.first.wrapping_mul(oldest));
        self.index = (self.index + 1) % BLOCK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        line_hashes(text, &(1..100).collect()).into_values().collect()
    }

    /// Recorded from the upload's own script.
    #[test]
    fn lines_have_the_hashes_that_the_upload_gives_them() {
        assert_eq!(all(""), ["c129715d7a2bc9a3:1"]);
        // A byte order mark, a letter of two code units, every line end, no line end at the end.
        let mixed = "\u{feff}# é 𐐀\r\n\tacl = \"public\"\r\n\r\n\r\nresource \"x\" \"y\" {\r  z = 1\n  z = 1\n  z = 1\n}";
        let hashes = [
            "f93a59f3d4c7e2c:1",
            "ab2dd2fbebfecd46:1",
            "bf5a44efb2000230:1",
            "afebd09ebadfbe86:1",
            "74f500eb0335f6f4:1",
            "b3fe279b93e756a2:1",
            "46080c895c005b3c:1",
            "ab47a1ee17212036:1",
            "13db8c734146ff90:1",
        ];
        assert_eq!(all(mixed), hashes);
        // What comes again is counted, as long as a hundred characters after it are the same.
        let again = all(&"resource \"aws_ebs_volume\" \"scratch\" {\n  size = 1\n}\n\n".repeat(5));
        assert_eq!(again.get(..2).unwrap_or_default(), ["726a07f53705a96f:1", "4b1d29c59be89944:1"]);
        assert_eq!(
            again.get(8..12).unwrap_or_default(),
            ["726a07f53705a96f:3", "4b1d29c59be89944:3", "e3ad3f28f9539f94:1", "4b41ea41e4b74789:1"]
        );
        assert_eq!(again.len(), 21);
    }
}
