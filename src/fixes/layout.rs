//! Keeps what was formatted formatted: aligns `=` and trailing comments as `terraform fmt` does.
//!
//! In: a text and the edits to be made. Out: the same edits with the spaces that keep every
//! touched group aligned. A group is aligned only if its untouched lines were aligned before, so
//! an author's own layout stays.

use std::collections::BTreeSet;

use crate::findings::Edit;
use crate::source::{FileId, Sources, Span};

use super::edit::{EditError, apply_to, compose, files, normalise, of_file};
use super::scan::{Line, lines};

/// A run of spaces that the formatter decides.
pub(super) struct Gap {
    /// The spaces.
    pub(super) span: std::ops::Range<usize>,
    /// How many there should be.
    wanted: usize,
    /// Lines of one chain are aligned with each other.
    chain: usize,
}

/// The edits, extended so that groups which were `terraform fmt` clean stay so. All of one file.
pub fn realign(before: &str, edits: &[Edit]) -> Result<Vec<Edit>, EditError> {
    let edits = normalise(edits.to_vec())?;
    let Some(file) = edits.first().map(|edit| edit.file) else { return Ok(edits) };
    let after = apply_to(before, &edits)?;
    let clean: BTreeSet<usize> =
        gaps(before).into_iter().filter(|gap| conforms(before, gap)).map(|gap| gap.span.end).collect();
    let gaps = gaps(&after);
    let kept: BTreeSet<usize> = gaps
        .iter()
        .filter(|gap| origin(&edits, gap.span.end).is_some_and(|at| !clean.contains(&at)))
        .map(|gap| gap.chain)
        .collect();
    let spaces: Vec<Edit> = gaps
        .iter()
        .filter(|gap| !kept.contains(&gap.chain) && !conforms(&after, gap))
        .map(|gap| Edit {
            file,
            span: Span::new(
                u32::try_from(gap.span.start).unwrap_or(u32::MAX),
                u32::try_from(gap.span.end).unwrap_or(u32::MAX),
            ),
            text: " ".repeat(gap.wanted),
        })
        .collect();
    if spaces.is_empty() { Ok(edits) } else { compose(before, &edits, &spaces) }
}

pub(super) fn conforms(text: &str, gap: &Gap) -> bool {
    text.get(gap.span.clone())
        .is_some_and(|found| found.len() == gap.wanted && found.bytes().all(|b| b == b' '))
}

/// Where a byte of the edited text stood before; `None` for a byte that an edit brought.
fn origin(edits: &[Edit], at: usize) -> Option<usize> {
    let mut shift: i64 = 0;
    let at = i64::try_from(at).ok()?;
    for edit in edits {
        let start = i64::from(edit.span.start) + shift;
        if at < start {
            break;
        }
        let length = i64::try_from(edit.text.len()).ok()?;
        if at < start + length {
            return None;
        }
        shift += length - i64::from(edit.span.len());
    }
    usize::try_from(at - shift).ok()
}

/// Every gap that the formatter decides, with what it decides.
pub(super) fn gaps(text: &str) -> Vec<Gap> {
    let lines = lines(text);
    let mut out = Vec::new();
    let mut chain = 0;
    // Spaces before each line's `=`, needed to know where its comment would stand.
    let mut before_equals: Vec<usize> = vec![1; lines.len()];
    each_chain(
        &lines,
        |line| line.equals.is_some() && line.whole,
        |range| {
            let group = lines.get(range.clone()).unwrap_or(&[]);
            let widest = group.iter().map(|line| lead(text, line)).max().unwrap_or(0);
            chain += 1;
            for (index, line) in range.zip(group) {
                let wanted = widest - lead(text, line) + 1;
                if let Some(slot) = before_equals.get_mut(index) {
                    *slot = wanted;
                }
                out.extend(line.equals.map(|at| Gap { span: gap_before(text, line, at), wanted, chain }));
            }
        },
    );
    for line in lines.iter().filter(|line| !line.whole) {
        chain += 1;
        out.extend(line.equals.map(|at| Gap { span: gap_before(text, line, at), wanted: 1, chain }));
    }
    let width = |index: usize, line: &Line, comment: usize| {
        let end = gap_before(text, line, comment).start;
        match line.equals {
            Some(at) => {
                lead(text, line) + before_equals.get(index).copied().unwrap_or(1) + columns(text, at, end)
            }
            None => columns(text, line.start, end),
        }
    };
    each_chain(
        &lines,
        |line| line.comment.is_some(),
        |range| {
            let group: Vec<(&Line, usize, usize)> = range
                .filter_map(|index| {
                    let line = lines.get(index)?;
                    let comment = line.comment?;
                    Some((line, comment, width(index, line, comment)))
                })
                .collect();
            let widest = group.iter().map(|(_, _, width)| *width).max().unwrap_or(0);
            chain += 1;
            for (line, comment, width) in group {
                out.push(Gap { span: gap_before(text, line, comment), wanted: widest - width + 1, chain });
            }
        },
    );
    out.sort_by_key(|gap| gap.span.end);
    out
}

/// Calls `found` with each run of neighbouring lines that belong.
fn each_chain(
    lines: &[Line],
    belongs: impl Fn(&Line) -> bool,
    mut found: impl FnMut(std::ops::Range<usize>),
) {
    let mut start = None;
    for (index, line) in lines.iter().enumerate() {
        match (belongs(line), start) {
            (true, None) => start = Some(index),
            (false, Some(from)) => {
                found(from..index);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        found(from..lines.len());
    }
}

/// The spaces right before `at`.
fn gap_before(text: &str, line: &Line, at: usize) -> std::ops::Range<usize> {
    let head = text.get(line.start..at).unwrap_or("");
    line.start + head.trim_end_matches([' ', '\t']).len()..at
}

/// The width of what stands before the gap before `=`.
fn lead(text: &str, line: &Line) -> usize {
    line.equals.map_or(0, |at| columns(text, line.start, gap_before(text, line, at).start))
}

fn columns(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end).map_or(0, |text| text.chars().filter(|c| !is_combining(*c)).count())
}

/// Marks that join the character before them: the formatter counts the two as one column.
fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{20d0}'..='\u{20ff}')
}

/// The line end of a text: that of its first line.
pub fn newline(text: &str) -> &'static str {
    match text.split_once('\n') {
        Some((line, _)) if line.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The white space that opens the line in which `offset` stands.
pub fn indent_at(text: &str, offset: u32) -> &str {
    let start = line_start(text, offset) as usize;
    let line = text.get(start..).unwrap_or("");
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or("")
}

/// Offset of the first byte of the line in which `offset` stands.
pub fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or("");
    before.rfind('\n').map_or(0, |at| u32::try_from(at + 1).unwrap_or(u32::MAX))
}

/// Offset past the line end of the line in which `offset` stands.
pub fn next_line(text: &str, offset: u32) -> u32 {
    let rest = text.get(offset as usize..).unwrap_or("");
    offset + u32::try_from(rest.find('\n').map_or(rest.len(), |at| at + 1)).unwrap_or(0)
}

/// `code` (which starts at column 0 and ends without a line end) moved to `indent`, with the given
/// line ends. The text inside a heredoc is not moved, because that would change its value.
pub fn reindent(code: &str, indent: &str, newline: &str) -> String {
    let mut out = String::with_capacity(code.len() + indent.len() * 8);
    for (index, line) in lines(code).iter().enumerate() {
        if index > 0 {
            out.push_str(newline);
        }
        let text = code.get(line.start..line.end).unwrap_or("");
        if !text.trim().is_empty() {
            out.push_str(indent);
        }
        for (row, part) in text.split('\n').enumerate() {
            if row > 0 {
                out.push_str(newline);
            }
            out.push_str(part.strip_suffix('\r').unwrap_or(part));
        }
    }
    out
}

/// The edits that say something: without those that only change spaces in a line.
pub fn substance(sources: &Sources, edits: &[Edit]) -> Vec<Edit> {
    let spaces = |text: &str| text.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    edits
        .iter()
        .filter(|edit| {
            let now = sources.get(edit.file).map_or("", |file| file.slice(edit.span));
            !(spaces(now) && spaces(&edit.text))
        })
        .cloned()
        .collect()
}

/// Several fixes as one set of edits, aligned together: each one's own alignment is dropped,
/// because it was made without knowing the others.
pub fn combine(sources: &Sources, sets: &[&[Edit]]) -> Result<Vec<Edit>, EditError> {
    combine_within(sources, sets, &|_, _| None)
}

/// Like [`combine`], looking only at the part of a file that `window` gives for the edited range:
/// whole lines that no alignment group crosses. `None` for the whole file.
pub(super) fn combine_within(
    sources: &Sources,
    sets: &[&[Edit]],
    window: &dyn Fn(FileId, Span) -> Option<Span>,
) -> Result<Vec<Edit>, EditError> {
    let all: Vec<Edit> = sets.iter().flat_map(|set| substance(sources, set)).collect();
    let mut out = Vec::new();
    for file in files(&all) {
        let text = sources.get(file).ok_or(EditError::UnknownFile)?.text();
        let edits = of_file(&all, file);
        let start = edits.iter().map(|edit| edit.span.start).min().unwrap_or(0);
        let end = edits.iter().map(|edit| edit.span.end).max().unwrap_or(0);
        let part =
            window(file, Span::new(start, end)).and_then(|span| Some((span.start, text.get(span.range())?)));
        let (base, part) = part.unwrap_or((0, text));
        let moved = |edit: &Edit, to: &dyn Fn(u32) -> u32| Edit {
            file,
            span: Span::new(to(edit.span.start), to(edit.span.end)),
            text: edit.text.clone(),
        };
        let inner: Vec<Edit> = edits.iter().map(|edit| moved(edit, &|at| at.saturating_sub(base))).collect();
        out.extend(realign(part, &inner)?.iter().map(|edit| moved(edit, &|at| at + base)));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    fn insert(at: u32, text: &str) -> Edit {
        Edit { file: FileId(0), span: Span::new(at, at), text: text.into() }
    }

    #[test]
    fn fixes_of_one_group_are_aligned_together() {
        let mut sources = Sources::default();
        sources.add(SourceFile::new("main.tf", "a = 1\n"));
        let one = realign("a = 1\n", &[insert(6, "long = 2\n")]).unwrap();
        let two = realign("a = 1\n", &[insert(6, "longest = 3\n")]).unwrap();
        let both = combine(&sources, &[&one, &two]).unwrap();
        assert_eq!(apply_to("a = 1\n", &both).unwrap(), "a       = 1\nlong    = 2\nlongest = 3\n");
    }

    #[test]
    fn the_inside_of_a_heredoc_is_not_moved() {
        assert_eq!(reindent("a = <<E\nx\nE\nb = 1", "  ", "\r\n"), "  a = <<E\r\nx\r\nE\r\n  b = 1");
    }
}
