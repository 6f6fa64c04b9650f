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

    /// The texts and answers are those of codeql-action's own test.
    #[test]
    fn lines_have_the_hashes_that_the_upload_gives_them() {
        assert_eq!(all(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            all(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        let greeted = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        for text in [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ] {
            assert_eq!(all(text), greeted, "{text:?}");
        }
        assert_eq!(
            all(&"Lorem ipsum dolor sit amet.\n".repeat(10)),
            [
                "a7f2ff13bc495cf2:1",
                "a7f2ff13bc495cf2:2",
                "a7f2ff13bc495cf2:3",
                "a7f2ff13bc495cf2:4",
                "a7f2ff13bc495cf2:5",
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ]
        );
    }
}
