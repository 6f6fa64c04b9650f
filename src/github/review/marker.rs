//! The line, unseen by readers, by which trueup knows its own comments again.
//!
//! In: what a comment is about, or a comment's text. Out: the line that opens the comment, or what it
//! says. Only the very first line counts: further down stand texts of strangers. It carries a digest of
//! what was written, because GitHub may store a text with other line ends.

use crate::findings::fingerprint;

/// What a comment of trueup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// About findings, on a line.
    Line,
    /// About findings, on a file.
    File,
    /// Was about findings that are gone.
    Resolved,
    /// The summary of the pull request.
    Summary,
    /// The text of a review.
    Review,
}

const KINDS: [(Kind, &str); 5] = [
    (Kind::Line, "line"),
    (Kind::File, "file"),
    (Kind::Resolved, "resolved"),
    (Kind::Summary, "summary"),
    (Kind::Review, "review"),
];
const OPEN: &str = "<!-- trueup:v1 ";
const CLOSE: &str = " -->";

/// What the first line of a comment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// What it is.
    pub kind: Kind,
    /// Digest of the text below.
    pub digest: String,
    /// The fingerprints of its findings.
    pub fingerprints: Vec<String>,
}

/// The text with its marker in front.
pub fn marked(kind: Kind, fingerprints: &[String], text: &str) -> String {
    let name = KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name);
    let digest = fingerprint(name, text, "");
    let prints = fingerprints.iter().fold(String::new(), |out, each| out + " " + each);
    format!("{OPEN}{name} {digest}{prints}{CLOSE}\n{text}")
}

impl Marker {
    /// What a comment's first line says; none where trueup did not write it.
    pub fn of(body: &str) -> Option<Self> {
        let first = body.lines().next()?;
        let mut words = first.strip_prefix(OPEN)?.strip_suffix(CLOSE)?.split(' ');
        let name = words.next()?;
        let kind = KINDS.iter().find(|(_, known)| *known == name)?.0;
        let digest = words.next()?.to_owned();
        Some(Self { kind, digest, fingerprints: words.map(str::to_owned).collect() })
    }

    /// Whether both are about one finding at least.
    pub fn shares(&self, other: &Self) -> bool {
        self.fingerprints.iter().any(|print| other.fingerprints.contains(print))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_known_by_its_first_line_only() {
        let prints = ["00ff".to_owned(), "11ee".to_owned()];
        let body = marked(Kind::Line, &prints, "text\nmore\n");
        let marker = Marker::of(&body).unwrap();
        assert_eq!((marker.kind, marker.fingerprints.as_slice()), (Kind::Line, &prints[..]));
        assert_eq!(Marker::of(&body.replace('\n', "\r\n")), Some(marker.clone()));
        assert_ne!(Marker::of(&marked(Kind::Line, &prints, "other")).unwrap().digest, marker.digest);
        assert!(marker.shares(&Marker::of(&marked(Kind::File, &prints[1..], "")).unwrap()));
        for none in
            ["", "text", &format!("quoted:\n{body}"), "<!-- trueup:v1 line", "<!-- trueup:v1 other 0 -->"]
        {
            assert_eq!(Marker::of(none), None, "{none}");
        }
    }
}
