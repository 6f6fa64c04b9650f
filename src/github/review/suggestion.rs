//! A change of a file as a suggestion that a reviewer can commit with one click.
//!
//! In: a file before and after a fix, and the lines that the diff shows. Out: the lines to replace and
//! what replaces them, or why it can't be one. GitHub puts the text of a suggestion in the place of just
//! the commented lines, so both must fit to the byte: whatever is not sure is refused.

use std::ops::RangeInclusive;

use super::hunks::around;

/// The most lines that a suggestion replaces or brings: more is no help to a reviewer.
const MAX_LINES: usize = 200;

/// The most bytes that a suggestion brings, so that a comment has room for it.
const MAX_BYTES: usize = 16_000;

/// Lines, and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The first line that goes, from 1.
    pub first: u32,
    /// The last line that goes.
    pub last: u32,
    /// What comes, each line with its end; nothing to delete.
    pub text: String,
}

/// Why a change can't be a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The lines are not shown by one part of the diff.
    #[error("it changes lines that this pull request does not show")]
    NotShown,
    /// GitHub commits a suggestion with line ends of its own choice.
    #[error("the file has Windows line ends, which GitHub may not keep in a suggestion")]
    LineEnds,
    /// The last line has no end, and GitHub may add one.
    #[error("it changes the last line of a file that has no line end")]
    LastLine,
    /// A line that would be repeated must not be shown.
    #[error("a line beside it holds a secret")]
    Secret,
    /// Too many lines.
    #[error("it changes too many lines")]
    Long,
    /// Another suggestion is there, and GitHub commits only one for a line.
    #[error("another suggestion changes the same lines: commit that one first")]
    Taken,
    /// Nothing is changed.
    #[error("it changes nothing here")]
    Nothing,
}

/// The change from `before` to `after` as a suggestion. `secret` tells of a line before, from 1,
/// whether it must not be shown.
pub fn suggestion(
    before: &str,
    after: &str,
    shown: &[RangeInclusive<u32>],
    secret: &dyn Fn(u32) -> bool,
) -> Result<Suggestion, Unfit> {
    if before == after {
        return Err(Unfit::Nothing);
    }
    if before.contains('\r') || after.contains('\r') {
        return Err(Unfit::LineEnds);
    }
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let same = |(a, b): &(&&str, &&str)| a == b;
    let lead = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - lead;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(same).count();
    let (gone, come) = (lead..old.len() - tail, new.get(lead..new.len() - tail).unwrap_or_default());
    if gone.len() > MAX_LINES || come.len() > MAX_LINES {
        return Err(Unfit::Long);
    }
    let mut unfit = Unfit::NotShown;
    for (lines, text) in ways(&old, gone, come) {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let (first, last) = (number(lines.start + 1), number(lines.end));
        let whole = old.get(lines).is_some_and(|lines| lines.iter().all(|line| line.ends_with('\n')));
        unfit = if around(shown, first, last).is_none() {
            unfit
        } else if !whole || !(text.is_empty() || text.ends_with('\n')) {
            Unfit::LastLine
        } else if text.len() > MAX_BYTES {
            Unfit::Long
        } else if (first..=last).any(secret) {
            Unfit::Secret
        } else {
            return Ok(Suggestion { first, last, text });
        };
    }
    Err(unfit)
}

/// The lines that may be commented, each with the text that replaces them: all come to the same file.
fn ways(old: &[&str], gone: std::ops::Range<usize>, come: &[&str]) -> Vec<(std::ops::Range<usize>, String)> {
    let line = |at: usize| old.get(at).copied().unwrap_or_default();
    let text = come.concat();
    let mut ways = Vec::new();
    // One empty line can't be told from no line.
    if !gone.is_empty() && (come.is_empty() || !text.trim().is_empty()) {
        ways.push((gone, text));
        return ways;
    }
    let mut gone = gone;
    let mut come = come.to_vec();
    loop {
        let text = come.concat();
        // A comment needs a line to stand on, which is repeated: the one above, or the one below.
        if let Some(above) = gone.start.checked_sub(1) {
            ways.push((above..gone.end, format!("{}{text}", line(above))));
        }
        if gone.end < old.len() {
            ways.push((gone.start..gone.end + 1, format!("{text}{}", line(gone.end))));
        }
        // What is inserted may stand as well one line higher, where its last line is the one above.
        let slides = gone.is_empty() && gone.start > 0 && come.last() == Some(&line(gone.start - 1));
        if !slides {
            return ways;
        }
        come.rotate_right(1);
        gone = gone.start - 1..gone.end - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What GitHub does with a suggestion.
    fn commit(before: &str, made: &Suggestion) -> String {
        let lines: Vec<&str> = before.split_inclusive('\n').collect();
        let (first, last) = (made.first as usize - 1, made.last as usize);
        format!("{}{}{}", lines[..first].concat(), made.text, lines[last..].concat())
    }

    fn made(before: &str, after: &str, shown: RangeInclusive<u32>) -> Result<(u32, u32, String), Unfit> {
        let made = suggestion(before, after, &[shown], &|_| false)?;
        assert_eq!(commit(before, &made), after);
        Ok((made.first, made.last, made.text))
    }

    #[test]
    fn a_suggestion_replaces_just_the_lines_that_change() {
        let before = "a\nb\nc\nd\n";
        assert_eq!(made(before, "a\nB\nX\nc\nd\n", 1..=4), Ok((2, 2, "B\nX\n".to_owned())));
        assert_eq!(made(before, "a\nd\n", 1..=4), Ok((2, 3, String::new())));
        assert_eq!(made(before, "A\nb\nC\nd\n", 1..=4), Ok((1, 3, "A\nb\nC\n".to_owned())));
        assert_eq!(made(before, "A\nb\nC\nd\n", 1..=2), Err(Unfit::NotShown));
        assert_eq!(made(before, before, 1..=4), Err(Unfit::Nothing));
    }

    #[test]
    fn what_is_only_added_repeats_a_line_that_is_shown() {
        let before = "a {\n}\n\nb {\n}\n";
        let after = "a {\n}\n\nnew {\n}\n\nb {\n}\n";
        assert_eq!(made(before, after, 1..=3), Ok((3, 3, "\nnew {\n}\n\n".to_owned())));
        // The same one line higher: the diff ends at the block.
        assert_eq!(made(before, after, 1..=2), Ok((2, 2, "}\n\nnew {\n}\n".to_owned())));
        assert_eq!(made(before, after, 4..=5), Ok((4, 4, "new {\n}\n\nb {\n".to_owned())));
        assert_eq!(made(before, after, 5..=5), Err(Unfit::NotShown));
        assert_eq!(made("a\n", "x\na\n", 1..=1), Ok((1, 1, "x\na\n".to_owned())));
        assert_eq!(made("a\n", "a\nx\n", 1..=1), Ok((1, 1, "a\nx\n".to_owned())));
        // An empty line alone is not told from nothing.
        assert_eq!(made("a\nb\nc\n", "a\n\nc\n", 1..=3), Ok((1, 2, "a\n\n".to_owned())));
    }

    #[test]
    fn what_may_come_out_otherwise_is_refused() {
        assert_eq!(made("a\r\nb\r\n", "a\r\nc\r\n", 1..=2), Err(Unfit::LineEnds));
        assert_eq!(made("a\nb", "a\nc", 1..=2), Err(Unfit::LastLine));
        assert_eq!(made("a\nb", "a\nb\nc\n", 1..=2), Err(Unfit::LastLine));
        assert_eq!(made("a\nb", "A\nb", 1..=2), Ok((1, 1, "A\n".to_owned())));
        let secret = |line: u32| line == 2;
        assert_eq!(suggestion("a\nb\nc\n", "A\nb\nC\n", &[1..=3], &secret), Err(Unfit::Secret));
        let inserted = suggestion("a\nb\nc\n", "a\nb\nx\nc\n", &[1..=3], &secret).unwrap();
        assert_eq!((inserted.first, &*inserted.text), (3, "x\nc\n"));
        let long = "x\n".repeat(300);
        assert_eq!(made("a\n", &format!("a\n{long}"), 1..=1), Err(Unfit::Long));
    }
}
