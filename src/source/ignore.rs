//! Finds the comments by which people silence a check.
//!
//! In: the text of a file. Out: each comment of ours or of another scanner that silences something,
//! with the ids it names. Which finding it silences is decided where findings are.

use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::{FileId, Location, Span};

/// Comments read of one file; more are no longer looked at.
const MAX_COMMENTS: usize = 10_000;
/// Ids read of one comment.
const MAX_IDS: usize = 100;
/// Every comment holds one of these words, most files hold none.
const WORDS: [&str; 5] = ["trueup:", "checkov:", "trivy:", "tfsec:", "kics-scan"];

/// A comment that silences checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The words it starts with: `trueup:ignore`, `checkov:skip`, `kics-scan ignore-line`.
    pub kind: &'static str,
    /// The comment, from its mark to the end of the line.
    pub location: Location,
    /// The line it stands on, from 1.
    pub line: u32,
    /// Whether nothing but blanks stands before it on its line.
    pub alone: bool,
    /// The ids it names, in order. Other scanners take `*` for everything; kics names none.
    pub ids: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// The last day it holds, as written: `2027-01-31`.
    pub until: Option<String>,
}

impl Comment {
    /// Whether it is one of ours, and not another scanner's.
    pub fn is_ours(&self) -> bool {
        self.kind == OURS
    }

    /// Whether it names `id`, or everything. Ours must name what it silences.
    pub fn names(&self, id: &str) -> bool {
        if self.kind.starts_with("kics") {
            return true;
        }
        let every = |named: &str| named == "*" && !self.is_ours();
        self.ids.iter().any(|named| every(named) || named.eq_ignore_ascii_case(id))
    }
}

const OURS: &str = "trueup:ignore";

/// Finds every silencing comment of a file, in order. Comments stand in `#`, `//` and `/*`; one in
/// a string is not a comment.
pub fn suppressions(text: &str, file: FileId) -> Vec<Comment> {
    if !WORDS.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = 0;
    let mut heredoc = None;
    for (line, whole) in (1_u32..).zip(text.split_inclusive('\n')) {
        let content = whole.trim_end_matches(['\n', '\r']);
        if heredoc.is_some() {
            heredoc = heredoc.filter(|end| content.trim() != *end);
        } else if WORDS.iter().any(|word| content.contains(word)) {
            if let Some(mark) = mark(content) {
                let (before, comment) = content.split_at(mark);
                let alone = before.trim_matches(['\u{feff}', ' ', '\t']).is_empty();
                found.extend(each(comment).filter_map(|(at, comment)| {
                    let (kind, ids, reason, until) = parse(comment)?;
                    let at = start + mark + at;
                    let span = Span::new(offset(at), offset(at + comment.len()));
                    let location = Location::new(file, span);
                    Some(Comment { kind, location, line, alone, ids, reason, until })
                }));
                if found.len() >= MAX_COMMENTS {
                    break;
                }
            }
        } else {
            heredoc = opened(content);
        }
        start += whole.len();
    }
    found
}

/// The word that ends the heredoc which starts at the end of this line. What stands in a heredoc is
/// text, also where it looks like a comment.
fn opened(line: &str) -> Option<&str> {
    let (before, word) = line.rsplit_once("<<")?;
    let word = word.strip_prefix('-').unwrap_or(word).trim_end();
    let named = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    (named && mark(before).is_none()).then_some(word)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Where the comment of a line starts: the first mark outside of quotes. Quotes are followed within
/// the line only, also into `${...}`, where they nest but pair up all the same.
fn mark(line: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    let mut before = None;
    for (at, byte) in line.bytes().enumerate() {
        match (quoted, byte) {
            _ if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => quoted = !quoted,
            (false, b'#') => return Some(at),
            (false, b'/' | b'*') if before == Some(b'/') => return Some(at.saturating_sub(1)),
            _ => {}
        }
        before = Some(byte);
    }
    None
}

/// The comments of a line, with where each starts: after one, a mark and a scanner's words start the next.
/// What stands in quotes is a reason.
fn each(comment: &str) -> impl Iterator<Item = (usize, &str)> {
    static NEXT: OnceLock<Option<Regex>> = OnceLock::new();
    let next = NEXT.get_or_init(|| {
        Regex::new(
            r"[ \t](?:#|//)[ \t]*(?:trueup:ignore|checkov:skip=|trivy:ignore:|tfsec:ignore:|kics-scan )",
        )
        .ok()
    });
    let quoted = |at: usize| comment.get(..at).is_some_and(|it| it.matches('"').count() % 2 == 1);
    let starts = next.iter().flat_map(|next| next.find_iter(comment)).map(|found| found.start() + 1);
    let starts: Vec<usize> = starts.filter(|at| !quoted(*at)).take(MAX_IDS).collect();
    let ends: Vec<usize> = starts.iter().copied().chain([comment.len()]).collect();
    let bounds = std::iter::once(0).chain(starts).zip(ends);
    bounds.filter_map(move |(start, end)| Some((start, comment.get(start..end)?.trim_end())))
}

type Parsed = (&'static str, Vec<String>, Option<String>, Option<String>);

fn parse(comment: &str) -> Option<Parsed> {
    let words = comment.trim_start_matches(['#', '/', '*', ' ', '\t']);
    let words = words.trim_end_matches("*/").trim_end();
    if let Some(rest) = words.strip_prefix(OURS) {
        return ours(rest);
    }
    if let Some(rest) = words.strip_prefix("checkov:skip=") {
        let (ids, reason) = rest.split_once(':').unwrap_or((rest, ""));
        return Some(("checkov:skip", list(ids), some(reason), None));
    }
    if let Some(rest) = words.strip_prefix("trivy:ignore:") {
        return Some(aqua("trivy:ignore", rest));
    }
    if let Some(rest) = words.strip_prefix("tfsec:ignore:") {
        return Some(aqua("tfsec:ignore", rest));
    }
    let rest = words.strip_prefix("kics-scan")?.trim_start();
    // What follows is free text; only the query ids of `disable=` would name checks.
    match rest.split_whitespace().next()? {
        "ignore-line" => Some(("kics-scan ignore-line", Vec::new(), None, None)),
        "ignore-block" => Some(("kics-scan ignore-block", Vec::new(), None, None)),
        _ => None,
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn list(ids: &str) -> Vec<String> {
    ids.split([',', ' ', '\t']).filter_map(some).take(MAX_IDS).collect()
}

/// ` RULE[,RULE] reason="..." until=DATE`
fn ours(rest: &str) -> Option<Parsed> {
    static KEYS: OnceLock<Option<Regex>> = OnceLock::new();
    if !rest.is_empty() && !rest.starts_with([' ', '\t', ':', '=']) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t', ':', '=']);
    let keys = KEYS
        .get_or_init(|| Regex::new(r#"(?:^|\s)(reason|until)\s*=\s*(?:"([^"]*)"|(\S+))"#).ok())
        .as_ref()?;
    let (mut reason, mut until) = (None, None);
    for found in keys.captures_iter(rest) {
        let value = value(&found);
        match found.get(1).map(|key| key.as_str()) {
            Some("reason") => reason = value,
            _ => until = value,
        }
    }
    // Ids end where the first key starts.
    let ids = keys.find(rest).and_then(|first| rest.get(..first.start())).unwrap_or(rest);
    Some((OURS, list(ids), reason, until))
}

fn value(found: &Captures<'_>) -> Option<String> {
    some(found.get(2).or_else(|| found.get(3))?.as_str())
}

/// `ID[:exp:DATE]`, and more of the same after a blank. A workspace (`:ws:NAME`) is not known here,
/// so such a comment names nothing.
fn aqua(kind: &'static str, rest: &str) -> Parsed {
    let prefix = format!("{kind}:");
    let (mut ids, mut until) = (Vec::new(), None);
    for (at, word) in rest.split_whitespace().take(MAX_IDS).enumerate() {
        let Some(word) = word.strip_prefix(&prefix).or_else(|| (at == 0).then_some(word)) else { break };
        let mut parts = word.split(':');
        let mut named = parts.next().map(list).unwrap_or_default();
        while let Some(part) = parts.next() {
            match part {
                "exp" => until = parts.next().and_then(some),
                "ws" => named.clear(),
                _ => {}
            }
        }
        ids.append(&mut named);
    }
    (kind, ids, None, until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Comment {
        let found = suppressions(text, FileId(0));
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn our_comment_has_ids_reason_and_date() {
        let text =
            "a = 1\n  # trueup:ignore aws/s3/logging, aws/s3/b reason=\"a = b until=x\" until=2027-01-31\r\n";
        let comment = one(text);
        assert_eq!(comment.ids, ["aws/s3/logging", "aws/s3/b"]);
        assert_eq!(comment.reason.as_deref(), Some("a = b until=x"));
        assert_eq!(comment.until.as_deref(), Some("2027-01-31"));
        assert_eq!((comment.line, comment.alone), (2, true));
        assert!(text[comment.location.span.range()].starts_with("# trueup"));
        assert!(text[comment.location.span.range()].ends_with("2027-01-31"));
    }

    #[test]
    fn other_scanners_comments_are_read() {
        let checkov = one("x = 1 #checkov:skip=CKV_AWS_18:The bucket: a log target");
        assert_eq!(checkov.ids, ["CKV_AWS_18"]);
        assert_eq!(checkov.reason.as_deref(), Some("The bucket: a log target"));
        assert!(!checkov.alone);
        let trivy = one("//trivy:ignore:AVD-AWS-0089:exp:2027-01-31 trivy:ignore:aws-s3-x");
        assert_eq!(trivy.ids, ["AVD-AWS-0089", "aws-s3-x"]);
        assert_eq!(trivy.until.as_deref(), Some("2027-01-31"));
        assert_eq!(one("#tfsec:ignore:aws-s3-x because").ids, ["aws-s3-x"]);
        assert!(one("#tfsec:ignore:aws-s3-x:ws:dev").ids.is_empty());
        assert_eq!(one("# kics-scan ignore-block").kind, "kics-scan ignore-block");
        assert!(one("// kics-scan ignore-line").names("anything"));
        assert_eq!(one("/* trueup:ignore a/b reason=\"x\" */").ids, ["a/b"]);
    }

    #[test]
    fn each_comment_of_a_line_is_read() {
        let text = "a = 1 #tfsec:ignore:a #tfsec:ignore:b //trivy:ignore:c because # checkov:skip=D:of e\n";
        let found = suppressions(text, FileId(0));
        let read = |comment: &Comment| {
            (text[comment.location.span.range()].to_owned(), comment.ids.join(","), comment.reason.clone())
        };
        let wanted = [
            ("#tfsec:ignore:a", "a", None),
            ("#tfsec:ignore:b", "b", None),
            ("//trivy:ignore:c because", "c", None),
            ("# checkov:skip=D:of e", "D", Some("of e".to_owned())),
        ];
        let wanted = wanted.map(|(text, ids, reason)| (text.to_owned(), ids.to_owned(), reason));
        assert_eq!(found.iter().map(read).collect::<Vec<_>>(), wanted);
        let quoted = one("# trueup:ignore a/b reason=\"instead of #tfsec:ignore:b\"");
        assert_eq!(quoted.reason.as_deref(), Some("instead of #tfsec:ignore:b"));
    }

    #[test]
    fn text_that_is_no_comment_is_left() {
        for text in [
            "a = \"# trueup:ignore a/b\"",
            "# use trueup:ignore a/b",
            "# trueup:ignored a/b",
            "a = 1",
            "a = <<-EOT\n  # trueup:ignore a/b\n  EOT\n",
        ] {
            assert!(suppressions(text, FileId(0)).is_empty(), "{text}");
        }
        assert_eq!(one("a = <<EOT\nx\nEOT\n# trueup:ignore a/b").line, 4);
        assert_eq!(one("a = \"\\\"#\" # trueup:ignore a/b").ids, ["a/b"]);
    }
}
