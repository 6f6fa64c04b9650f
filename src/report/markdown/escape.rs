//! Text from the tree inside Markdown, so that it stays text.
//!
//! In: strings that strangers wrote. Out: Markdown for one line that is shown as the string, also in a
//! table: no link, image, HTML or emphasis, and nobody is mentioned by it. GitHub and GitLab look for
//! mentions and references after Markdown is read, but not inside of code.

use std::fmt::Write as _;

use crate::report::text::{clean, cut};

/// Characters that Markdown may take for its own.
const MARKUP: &str = "\\`*_[]<>|~&$";
/// Stands behind a character that would begin a mention or a reference, and is not seen.
const BREAK: &str = "&#8203;";

/// A name or value as code, at most `limit` columns of it.
pub fn markdown_code(text: &str, limit: usize) -> String {
    let text = cut(&clean(text), limit);
    if text.is_empty() {
        return "–".to_owned();
    }
    // Between backticks only these mean something; in a table also the bar, and what stands before it.
    if !text.contains(['`', '|', '\\']) {
        return format!("`{text}`");
    }
    let mut out = String::from("<code>");
    for c in text.chars() {
        // The dot and the colon would begin a link.
        if MARKUP.contains(c) || ".:@#!\"'".contains(c) {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out + "</code>"
}

/// A sentence as text, at most `limit` columns of it.
pub fn markdown_text(text: &str, limit: usize) -> String {
    let text = cut(&clean(text), limit);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        match c {
            // Inside of a word it is no emphasis.
            '_' if before.is_alphanumeric() && next.is_alphanumeric() => out.push(c),
            // `user@host`, `@user`, `#1`, `GH-1`, `https://host` and `www.host` would become links.
            '@' | '#' => {
                let _ = write!(out, "&#{};{BREAK}", u32::from(c));
            }
            ':' if next == '/' => {
                let _ = write!(out, ":{BREAK}");
            }
            '.' if out.to_ascii_lowercase().ends_with("www") => {
                out.push_str("&#46;");
            }
            '-' if out.to_ascii_lowercase().ends_with("gh") => {
                let _ = write!(out, "-{BREAK}");
            }
            // Would begin a list.
            '-' | '+' if out.is_empty() => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            '.' | ')' if out.chars().all(|c| c.is_ascii_digit()) => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if MARKUP.contains(c) => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_code() {
        assert_eq!(markdown_code("aws_s3_bucket.a[\"@user\"]", 80), "`aws_s3_bucket.a[\"@user\"]`");
        assert_eq!(markdown_code("a`b|c\\\nd", 80), "<code>a&#96;b&#124;c&#92; d</code>");
        assert_eq!(markdown_code("\u{1b}[31m", 80), "`\u{fffd}[31m`");
        assert_eq!(markdown_code(" ", 80), "–");
    }

    #[test]
    fn sentences_stay_text() {
        let text = markdown_text("- a_b _c_ @user #1 https://x.y www.z.a <img> [l](u) GH-1 a|b", 200);
        assert_eq!(
            text,
            "&#45; a_b &#95;c&#95; &#64;&#8203;user &#35;&#8203;1 https:&#8203;//x.y www&#46;z.a \
             &#60;img&#62; &#91;l&#93;(u) GH-&#8203;1 a&#124;b"
        );
        assert_eq!(markdown_text("1. a", 80), "1&#46; a");
    }
}
