//! Comments beside what a fix takes away: an author may have said there why it is so.
//!
//! In: a text and the bytes that an edit replaces. Out: whether a person should read a comment first.

use crate::source::Span;

use super::scan::lines;

/// Whether something is taken away that has a comment on its lines or right above them.
pub fn is_commented(text: &str, gone: Span) -> bool {
    if text.get(gone.range()).is_none_or(|gone| gone.trim().is_empty()) {
        return false;
    }
    let (start, end) = (gone.start as usize, gone.end as usize);
    let mut above = false;
    for line in lines(text) {
        let written = text.get(line.start..line.end).unwrap_or("").trim_start();
        let opens = ["#", "//", "/*"].iter().any(|sign| written.starts_with(sign));
        if line.start < end
            && start < line.end.max(line.start + 1)
            && (above || opens || line.comment.is_some())
        {
            return true;
        }
        above = opens;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_count_on_the_line_and_right_above() {
        for (text, wanted) in [
            ("a = \"x\" # because\n", true),
            ("a = \"x\" // because\n", true),
            ("# because\na = \"x\"\n", true),
            ("# because\r\na = \"x\"\r\n", true),
            ("/* because */ a = \"x\"\n", true),
            ("# of another\nb = 1\na = \"x\"\n", false),
            ("# of a group\n\na = \"x\"\n", false),
            ("a = \"x\"\n# of the next\nb = 1\n", false),
            ("b = \"# none\"\na = \"x\"\n", false),
        ] {
            let at = u32::try_from(text.find("\"x\"").unwrap()).unwrap();
            assert_eq!(is_commented(text, Span::new(at, at + 3)), wanted, "{text:?}");
            assert!(!is_commented(text, Span::new(at, at)), "nothing is taken away from {text:?}");
        }
    }
}
