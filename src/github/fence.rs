//! Blocks of code inside GitHub's Markdown.
//!
//! In: lines of strangers. Out: a block that shows them and that none of them ends.

/// Lines as a block of code whose fence nothing inside can end.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inside_ends_a_fence() {
        assert_eq!(fenced("diff", "+a"), "```diff\n+a\n```\n");
        assert_eq!(fenced("diff", "+````\n"), "`````diff\n+````\n`````\n");
        assert_eq!(fenced("suggestion", ""), "```suggestion\n```\n");
    }
}
