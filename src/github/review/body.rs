//! What a comment says about findings.
//!
//! In: remarks, and the suggestion that puts them right, if any. Out: Markdown for a reviewer who sees
//! only this comment: what is wrong, what it rests on, which criteria it touches, what the fix does. Texts
//! of strangers stand in it as text only.

use std::fmt::Write as _;

use crate::findings::Effect;
use crate::report::{markdown_code, markdown_text};

use super::super::fence::fenced;
use super::super::{Repository, reference};
use super::marker::{Kind, marked};
use super::model::{Place, Remark, Remedy};
use super::place::{OnLines, Placed};
use super::suggestion::Unfit;

/// Characters of a body; GitHub takes 65,536.
const MAX_BODY: usize = 58_000;
/// Columns of a message or value.
const MAX_TEXT: usize = 400;
/// Values named for one finding.
const MAX_SEEN: usize = 4;
/// Lines of a diff.
const MAX_DIFF: usize = 80;
/// Bytes of a diff.
const MAX_DIFF_BYTES: usize = 8_000;

/// Writes links to one commit of one repository.
#[derive(Clone, Debug)]
pub struct Links {
    /// `https://github.com`
    pub site: String,
    /// The repository of the pull request.
    pub repository: Repository,
    /// The commit that is reviewed.
    pub head: String,
}

impl Links {
    /// `main.tf:12`, leading there.
    pub fn to(&self, place: &Place) -> String {
        let lines = match place.end_line {
            end if end > place.line => format!("#L{}-L{end}", place.line),
            _ => format!("#L{}", place.line),
        };
        let text = code(&format!("{}:{}", place.path, place.line));
        let Self { site, repository, head } = self;
        format!("[{text}]({site}/{repository}/blob/{}/{}{lines})", reference(head), reference(&place.path))
    }
}

/// A comment on lines.
pub fn on_lines(on: &OnLines, remarks: &[Remark], placed: &Placed, links: &Links) -> String {
    let about: Vec<(usize, &Remark)> =
        on.remarks.iter().filter_map(|at| Some((*at, remarks.get(*at)?))).collect();
    let mut text = String::new();
    for (index, (at, remark)) in about.iter().enumerate() {
        if index > 0 {
            text.push_str("\n---\n\n");
        }
        let here = remark
            .place
            .as_ref()
            .is_some_and(|place| place.path == on.path && (on.first..=on.last).contains(&place.line));
        finding(&mut text, remark, (!here).then_some(links));
        match &on.suggestion {
            Some(_) => offered(&mut text, remark),
            None => told(&mut text, remark, placed.unfit.get(at).copied()),
        }
        if full(&mut text, about.len() - index - 1) {
            break;
        }
    }
    if let Some(suggestion) = &on.suggestion {
        if about.len() > 1 {
            let _ = write!(text, "\nOne suggestion for all {}:\n", about.len());
        }
        text.push('\n');
        text.push_str(&fenced("suggestion", suggestion));
    }
    silence(&mut text, &about);
    marked(Kind::Line, &fingerprints(&about), &text)
}

/// A comment on a file.
pub fn on_file(at: &[usize], remarks: &[Remark], placed: &Placed, links: &Links) -> String {
    let about: Vec<(usize, &Remark)> = at.iter().filter_map(|at| Some((*at, remarks.get(*at)?))).collect();
    let mut text = match about.len() {
        1 => "This change makes one check of this file fail.\n\n".to_owned(),
        many => format!("This change makes {many} checks of this file fail.\n\n"),
    };
    for (index, (at, remark)) in about.iter().enumerate() {
        if index > 0 {
            text.push_str("\n---\n\n");
        }
        finding(&mut text, remark, Some(links));
        told(&mut text, remark, placed.unfit.get(at).copied());
        if full(&mut text, about.len() - index - 1) {
            break;
        }
    }
    silence(&mut text, &about);
    marked(Kind::File, &fingerprints(&about), &text)
}

/// What stands where a finding was that is gone.
pub fn resolved(fingerprints: &[String], head: &str) -> String {
    let short: String = head.chars().take(10).collect();
    let text = format!("**Resolved.** trueup no longer finds this here as of {}.\n", code(&short));
    marked(Kind::Resolved, fingerprints, &text)
}

fn fingerprints(about: &[(usize, &Remark)]) -> Vec<String> {
    let mut prints: Vec<String> = about.iter().map(|(_, remark)| remark.fingerprint.clone()).collect();
    prints.sort();
    prints.dedup();
    prints
}

/// Whether there is no room for more, and what is said then.
fn full(text: &mut String, left: usize) -> bool {
    let full = text.len() > MAX_BODY / 2 && left > 0;
    if full {
        let _ = write!(text, "\n---\n\nAnd {left} more, which `trueup check` lists.\n");
    }
    full
}

fn finding(text: &mut String, remark: &Remark, links: Option<&Links>) {
    let severity = remark.severity.name().to_uppercase();
    let title = plain(&remark.title);
    let _ = write!(text, "**{severity}** · {title} · {}\n\n", code(&remark.rule));
    let _ = write!(text, "{}", message(&remark.message));
    if let (Some(links), Some(place)) = (links, &remark.place) {
        let _ = write!(text, ", at {}", links.to(place));
    }
    text.push_str(".\n\n");
    for (path, value, origin) in remark.seen.iter().take(MAX_SEEN) {
        let origin = origin.as_ref().map_or_else(String::new, |origin| format!(", from {}", code(origin)));
        // What the engine says of a value in brackets is no value.
        let value = match value.strip_prefix('(').and_then(|value| value.strip_suffix(')')) {
            Some(said) => plain(said),
            None => code(value),
        };
        let _ = writeln!(text, "- {} is {value}{origin}", code(path));
    }
    for (criterion, reason) in &remark.criteria {
        let _ = writeln!(text, "- SOC 2 {}: {}", code(criterion), plain(reason));
    }
}

/// A message: names in it stand as code, so that they mention nobody.
pub fn message(text: &str) -> String {
    let text = cut_to(text, MAX_TEXT);
    let name = |word: &str| word.contains(['_', '.', '@', '#', '/', '[', '`']);
    let mut out: Vec<String> = Vec::new();
    let mut prose: Vec<&str> = Vec::new();
    for word in text.trim_end_matches('.').split_whitespace() {
        let bare = word.trim_end_matches([',', ';', ':']);
        if name(bare) {
            out.extend((!prose.is_empty()).then(|| plain(&prose.join(" "))));
            prose.clear();
            out.push(format!("{}{}", code(bare), word.get(bare.len()..).unwrap_or("")));
        } else {
            prose.push(word);
        }
    }
    out.extend((!prose.is_empty()).then(|| plain(&prose.join(" "))));
    out.join(" ")
}

/// The fix whose suggestion follows.
fn offered(text: &mut String, remark: &Remark) {
    if let Some(remedy) = &remark.remedy {
        text.push('\n');
        promise(text, remedy);
    }
}

/// The fix that is only told.
fn told(text: &mut String, remark: &Remark, unfit: Option<Unfit>) {
    let Some(remedy) = &remark.remedy else { return };
    text.push('\n');
    promise(text, remedy);
    if let Some(reason) = &remedy.reason {
        let _ = writeln!(text, "Not offered: {}.", plain(reason.trim_end_matches('.')));
        return;
    }
    let why = unfit.map_or_else(String::new, |unfit| format!(" No suggestion here: {unfit}."));
    let print: String = remark.fingerprint.chars().take(8).collect();
    let replace = if remedy.effect >= Effect::Replace { " --allow-replace" } else { "" };
    let command = format!("trueup fix --write --allow-review{replace} --fingerprint {print}");
    let _ = writeln!(text, "Apply it: {}.{why}", code(&command));
    let Some(diff) = &remedy.diff else { return };
    let mut size = 0;
    let fits = |line: &&str| {
        size += line.len();
        size <= MAX_DIFF_BYTES
    };
    let kept: String = diff.split_inclusive('\n').take(MAX_DIFF).take_while(fits).collect();
    let more = if kept.len() < diff.len() { "The rest is not shown here.\n" } else { "" };
    let _ = write!(
        text,
        "<details><summary>The change</summary>\n\n{}{more}\n</details>\n",
        fenced("diff", &kept)
    );
}

fn promise(text: &mut String, remedy: &Remedy) {
    let title = message(&remedy.title);
    if remedy.fresh && remedy.effect >= Effect::Replace {
        let _ = writeln!(
            text,
            "**Fix:** {title} ({}; the resource is new, so nothing is replaced).",
            remedy.applicability
        );
        return;
    }
    let _ = writeln!(text, "**Fix:** {title} ({}, {}).", remedy.applicability, remedy.effect);
    if let Some(caution) = &remedy.caution {
        let _ = writeln!(text, "**Look out:** {}", plain(caution));
    }
}

fn silence(text: &mut String, about: &[(usize, &Remark)]) {
    let rule = match about {
        [(_, only)] => only.rule.as_str(),
        _ => "RULE",
    };
    let comment = code(&format!("# trueup:ignore {rule} reason=\"...\""));
    let _ =
        write!(text, "\n<sub>No problem here? The comment {comment} above the block silences it.</sub>\n");
}

/// A name or value, as code.
pub fn code(text: &str) -> String {
    markdown_code(text, MAX_TEXT)
}

/// Words, as text.
fn plain(text: &str) -> String {
    markdown_text(text, MAX_TEXT)
}

/// At most so many characters of a text.
pub fn cut_to(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
