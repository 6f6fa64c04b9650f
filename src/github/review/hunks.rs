//! Which lines of a file a pull request shows.
//!
//! In: the `patch` that GitHub gives for a file, a unified diff without its header. Out: the ranges of
//! lines, as they are after the change, on which a comment may stand. GitHub refuses a whole review for
//! one comment beside them.

use std::ops::RangeInclusive;

/// The lines after the change that each part of the diff shows, from 1, in order.
///
/// Lines are counted as they are seen: a patch that was cut off ends where it ends. What is no diff
/// shows nothing.
pub fn shown(patch: &str) -> Vec<RangeInclusive<u32>> {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for line in patch.split('\n') {
        if let Some(start) = header(line) {
            parts.push((start, 0));
        } else if let (true, Some((_, lines))) = (line.starts_with([' ', '+']), parts.last_mut()) {
            *lines = lines.saturating_add(1);
        }
    }
    let shows = |(start, lines): (u32, u32)| (lines > 0).then(|| start..=start.saturating_add(lines - 1));
    parts.into_iter().filter_map(shows).collect()
}

/// The first line after the change, of `@@ -1,2 +3,4 @@`.
fn header(line: &str) -> Option<u32> {
    let (_, new) = line.strip_prefix("@@ -")?.split_once(" @@")?.0.split_once(" +")?;
    new.split(',').next()?.parse().ok()
}

/// The part that shows all of these lines.
pub fn around(shown: &[RangeInclusive<u32>], first: u32, last: u32) -> Option<&RangeInclusive<u32>> {
    shown.iter().find(|part| part.contains(&first) && part.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_show_what_is_there_afterwards() {
        let patch = "@@ -1,3 +1,4 @@ resource \"a\" \"b\" {\n a\n-b\n+c\n+@@ -9 +9 @@\n d\n@@ -20 +22 @@\n-x\n+y\n\\ No newline at end of file\n@@ -30,2 +31,0 @@\n-x\n-y";
        assert_eq!(shown(patch), [1..=4, 22..=22]);
        assert!(around(&shown(patch), 2, 4).is_some());
        assert!(around(&shown(patch), 4, 22).is_none());
    }

    #[test]
    fn what_is_cut_off_or_no_diff_shows_no_more_than_it_has() {
        assert_eq!(shown("@@ -1,9 +5,9 @@\n a\n+b"), [5..=6]);
        for none in ["", "Binary files differ", "@@ -1 +x @@\n a", "@@\n+a", " a\n+b"] {
            assert_eq!(shown(none), Vec::<RangeInclusive<u32>>::new(), "{none}");
        }
        assert_eq!(shown("@@ -1 +4294967295,9 @@\n a\n a\n"), [u32::MAX..=u32::MAX]);
    }
}
