//! Byte splices: ordering, overlap, and what a text is after them.
//!
//! In: edits of one or many files, in any order. Out: the same edits ordered and free of doubles,
//! or the text after them. Everything a fix writes goes through here, so bytes outside the spans
//! stay as they are.

use crate::findings::Edit;
use crate::source::{FileId, Span};

/// Why edits can't be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits want to change the same bytes.
    #[error("two edits change the same bytes, at offset {0}")]
    Overlap(u32),
    /// A span ends past the text, or inside a character.
    #[error("an edit at {0}..{1} does not fit the text")]
    OutOfRange(u32, u32),
    /// The edits are for a file that is not here.
    #[error("an edit names a file that was not read")]
    UnknownFile,
}

/// Orders edits by file and offset, drops doubles and edits that change nothing.
///
/// At one offset attributes go before blocks (whose text opens with a blank line), then by text;
/// an insertion goes before a replacement.
pub fn normalise(mut edits: Vec<Edit>) -> Result<Vec<Edit>, EditError> {
    edits.retain(|edit| !(edit.span.is_empty() && edit.text.is_empty()));
    edits.sort_by(|a, b| place(a).cmp(&place(b)));
    let mut kept: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        let doubled = kept
            .iter()
            .rev()
            .take_while(|other| other.file == edit.file && other.span.start == edit.span.start)
            .any(|other| *other == edit);
        if !doubled {
            kept.push(edit);
        }
    }
    for (earlier, later) in kept.iter().zip(kept.iter().skip(1)) {
        if earlier.file == later.file && earlier.span.end > later.span.start {
            return Err(EditError::Overlap(later.span.start));
        }
    }
    Ok(kept)
}

/// The order of edits.
fn place(edit: &Edit) -> (FileId, u32, u32, bool, &str) {
    let block = edit.text.starts_with(['\n', '\r']);
    (edit.file, edit.span.start, edit.span.end, block, &edit.text)
}

/// The text after `edits`, all of which are for this text whatever file they name.
pub fn apply_to(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let edits = normalise(edits.to_vec())?;
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut at = 0;
    for edit in &edits {
        let range = edit.span.range();
        let refused = EditError::OutOfRange(edit.span.start, edit.span.end);
        if !text.is_char_boundary(range.end) || range.end < range.start {
            return Err(refused);
        }
        out.push_str(text.get(at..range.start).ok_or(refused)?);
        out.push_str(&edit.text);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Ok(out)
}

/// The edits of one file.
pub fn of_file(edits: &[Edit], file: FileId) -> Vec<Edit> {
    edits.iter().filter(|edit| edit.file == file).cloned().collect()
}

/// The files that edits touch, in order, each once.
pub fn files(edits: &[Edit]) -> Vec<FileId> {
    let mut files: Vec<FileId> = edits.iter().map(|edit| edit.file).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// Whether two sets of edits can't both be applied. Equal edits don't conflict: they count once.
/// Different insertions at one offset don't conflict either, unless both bring the same attribute
/// or block.
pub fn conflicts(a: &[Edit], b: &[Edit]) -> bool {
    a.iter().any(|left| b.iter().any(|right| clash(left, right)))
}

fn clash(left: &Edit, right: &Edit) -> bool {
    if left.file != right.file || left == right {
        return false;
    }
    let (l, r) = (left.span, right.span);
    match (l.is_empty(), r.is_empty()) {
        (true, true) => l.start == r.start && brings_same(&left.text, &right.text),
        (true, false) => inside(l.start, r),
        (false, true) => inside(r.start, l),
        (false, false) => l.start < r.end && r.start < l.end,
    }
}

/// Whether two inserted texts declare something of one name.
fn brings_same(left: &str, right: &str) -> bool {
    let names = |text: &str| -> Vec<String> {
        let mut shallowest = usize::MAX;
        let mut found: Vec<(usize, String)> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let depth = line.len() - line.trim_start().len();
            // JSON: `, "key": value`
            let line = line.trim_start().trim_start_matches(',').trim_start();
            let json = line.starts_with('"');
            let ends = |c: char| c == '=' || c == '{' || json && c == ':';
            let name = line.split(ends).next().unwrap_or("").trim_end();
            if name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"') {
                shallowest = shallowest.min(depth);
                found.push((depth, name.to_owned()));
            }
        }
        found.into_iter().filter(|(depth, _)| *depth == shallowest).map(|(_, name)| name).collect()
    };
    let right = names(right);
    names(left).iter().any(|name| right.contains(name))
}

fn inside(offset: u32, span: Span) -> bool {
    span.start < offset && offset < span.end
}

/// One edit list that does `first` and then `second`, where `second` speaks of the text that
/// `first` made. Both are for one file and normalised.
pub fn compose(before: &str, first: &[Edit], second: &[Edit]) -> Result<Vec<Edit>, EditError> {
    let middle = apply_to(before, first)?;
    // Where each first edit landed in the middle text, with the shift after it.
    let mut landed: Vec<(Span, Span)> = Vec::with_capacity(first.len());
    let mut shift: i64 = 0;
    for edit in first {
        let start = offset(i64::from(edit.span.start) + shift);
        let end = start + u32::try_from(edit.text.len()).unwrap_or(0);
        shift += i64::try_from(edit.text.len()).unwrap_or(0) - i64::from(edit.span.len());
        landed.push((Span::new(start, end), edit.span));
    }
    let file = first.first().or(second.first()).map_or(FileId(0), |edit| edit.file);
    // Clusters of middle ranges that touch become one edit each.
    let mut ranges: Vec<Span> =
        landed.iter().map(|(middle, _)| *middle).chain(second.iter().map(|edit| edit.span)).collect();
    ranges.sort_unstable();
    let mut clusters: Vec<Span> = Vec::new();
    for range in ranges {
        match clusters.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => clusters.push(range),
        }
    }
    let mut out = Vec::with_capacity(clusters.len());
    for cluster in clusters {
        let parts: Vec<Edit> = second
            .iter()
            .filter(|edit| cluster.contains(edit.span))
            .map(|edit| Edit {
                span: Span::new(edit.span.start - cluster.start, edit.span.end - cluster.start),
                ..edit.clone()
            })
            .collect();
        let text = middle
            .get(cluster.range())
            .ok_or(EditError::OutOfRange(cluster.start, cluster.end))
            .and_then(|text| apply_to(text, &parts))?;
        let span = Span::new(original(&landed, cluster.start, false), original(&landed, cluster.end, true));
        let unchanged = before.get(span.range()) == Some(text.as_str());
        if !unchanged {
            out.push(Edit { file, span, text });
        }
    }
    normalise(out)
}

/// The offset in the original text of a middle offset at the edge of a cluster.
fn original(landed: &[(Span, Span)], at: u32, end: bool) -> u32 {
    let mut shift: i64 = 0;
    for (middle, first) in landed {
        if at == middle.start && !end {
            return first.start;
        }
        if at == middle.end && end && middle.start <= at {
            // Several edits may end here; the last one decides.
            shift = i64::from(first.end) - i64::from(middle.end);
            continue;
        }
        if middle.end > at || (middle.end == at && middle.start == at) {
            break;
        }
        shift = i64::from(first.end) - i64::from(middle.end);
    }
    offset(i64::from(at) + shift)
}

fn offset(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { file: FileId(0), span: Span::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn splices_leave_every_other_byte() {
        let text = "a = 1\r\nb = 2\r\n";
        assert_eq!(
            apply_to(text, &[edit(11, 12, "3"), edit(0, 0, "# x\r\n")]).unwrap(),
            "# x\r\na = 1\r\nb = 3\r\n"
        );
    }

    #[test]
    fn overlap_and_range_are_refused() {
        assert_eq!(apply_to("abcdef", &[edit(0, 3, ""), edit(2, 4, "")]), Err(EditError::Overlap(2)));
        assert_eq!(apply_to("abc", &[edit(2, 9, "")]), Err(EditError::OutOfRange(2, 9)));
        assert_eq!(apply_to("é", &[edit(1, 2, "")]), Err(EditError::OutOfRange(1, 2)));
    }

    #[test]
    fn equal_edits_count_once_and_do_not_conflict() {
        assert_eq!(apply_to("ab", &[edit(1, 1, "x"), edit(1, 1, "x")]).unwrap(), "axb");
        assert!(!conflicts(&[edit(1, 2, "x")], &[edit(1, 2, "x")]));
        assert!(conflicts(&[edit(1, 2, "x")], &[edit(1, 2, "y")]));
        assert!(!conflicts(&[edit(1, 1, "x = 1\n")], &[edit(1, 1, "y = 1\n")]));
        assert!(conflicts(&[edit(1, 1, "x = 1\n")], &[edit(1, 1, "x = 2\n")]));
        assert!(conflicts(&[edit(1, 1, "x")], &[edit(0, 2, "y")]));
    }

    #[test]
    fn composed_edits_do_what_both_do() {
        let before = "aa = 1\nb = 2\nc = 3\n";
        let first = [edit(7, 7, "dddd = 9\n"), edit(17, 18, "30")];
        let middle = apply_to(before, &first).unwrap();
        let second = [edit(2, 2, "  "), edit(12, 13, "!"), edit(17, 17, "  ")];
        let after = apply_to(&middle, &second).unwrap();
        let both = compose(before, &first, &second).unwrap();
        assert_eq!(apply_to(before, &both).unwrap(), after);
        // Deleting a line and padding the next one.
        let first = [edit(0, 7, "")];
        let middle = apply_to(before, &first).unwrap();
        let second = [edit(0, 1, "bb"), edit(6, 6, "x")];
        let both = compose(before, &first, &second).unwrap();
        assert_eq!(apply_to(before, &both).unwrap(), apply_to(&middle, &second).unwrap());
    }
}
