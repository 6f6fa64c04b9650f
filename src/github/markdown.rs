//! Text of strangers inside GitHub's Markdown.
//!
//! In: names, values and source lines from anywhere. Out: Markdown in which they are only text: they
//! mention nobody, link nowhere, open no tag or comment, end no cell, list or fence.

use crate::report;

/// Text between backticks, on one line. Names that could mention people or issues stand like this.
pub fn code(text: &str) -> String {
    let text = report::clean(text);
    // A cell of a table ends at a bar even between backticks; GitHub takes the backslash away there, but
    // shows it elsewhere. A bar that looks the same does for both.
    let text = text.replace('|', "\u{2223}");
    if text.is_empty() {
        return "` `".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text as prose, on one line: every character that Markdown or HTML would obey is escaped.
pub fn plain(text: &str) -> String {
    let text = report::clean(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A mention or a reference needs its sign and what follows side by side: a space that nobody
            // sees parts them.
            '@' | '#' => {
                out.push(c);
                out.push_str("&#8203;");
            }
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '!' | '+' | '-' | '=' | '(' | ')' if out.is_empty() => {
                out.push('\\');
                out.push(c);
            }
            // `1.` begins a list, `GH-1` and `https://` make links.
            '.' if before.is_ascii_digit() && out.chars().all(|c| c.is_ascii_digit()) => out.push_str("\\."),
            ':' if chars.clone().next() == Some('/') => out.push_str("&#58;"),
            '-' if out.to_ascii_lowercase().ends_with("gh") => out.push_str("&#45;"),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("&#46;"),
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// Lines as a block of code whose fence nothing inside can end.
pub fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

/// The most backticks that stand side by side.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_text() {
        assert_eq!(code("aws_s3_bucket.logs"), "`aws_s3_bucket.logs`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\n\n# b\u{1b}[31m"), "`a # b\u{fffd}[31m`");
        assert_eq!(code("x | y"), "`x \u{2223} y`");
        assert_eq!(plain("@octocat fixes #1"), "@&#8203;octocat fixes #&#8203;1");
        assert_eq!(plain("<img src=x> [a](b) | c"), "&lt;img src=x&gt; \\[a\\](b) \\| c");
        assert_eq!(plain("1. x"), "1\\. x");
        assert_eq!(plain("see https://x.io GH-1 www.x.io"), "see https&#58;//x.io GH&#45;1 www&#46;x.io");
        assert_eq!(plain("- a\n- b"), "\\- a - b");
    }

    #[test]
    fn nothing_inside_ends_a_fence() {
        assert_eq!(fenced("diff", "+a"), "```diff\n+a\n```\n");
        assert_eq!(fenced("diff", "+````\n"), "`````diff\n+````\n`````\n");
    }
}
