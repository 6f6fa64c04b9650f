//! Chains as trees: what was concluded at the top, what decided at the ends.

use std::fmt::Write as _;

use crate::findings::{Chain, Explained, Outcome, State};
use crate::report::Options;
use crate::source::Sources;

use super::NARROWEST;
use super::finding::spot;
use super::text::{Paint, clean, cut, hanging, width};

/// Columns of one step's text.
const STEP: usize = 120;
/// Columns of a clause.
const CLAUSE: usize = 480;
/// A value that stands above already is shown again only where it is this short.
const AGAIN: usize = 24;

/// One line of a tree.
struct Line {
    branch: String,
    /// What stands before a second line of it.
    follow: String,
    text: String,
    place: String,
    note: String,
    decides: bool,
}

/// Writes explanations as trees.
pub fn explained(all: &[Explained], sources: &Sources, options: &Options) -> String {
    let options = Options { width: options.width.max(NARROWEST), ..options.clone() };
    let paint = Paint(options.color);
    let mut out = String::new();
    let several = all.iter().any(|each| Some(&each.root) != all.first().map(|first| &first.root));
    for (at, each) in all.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let mut place = if several { format!("in {}", clean(&each.root)) } else { String::new() };
        if let Some(environment) = &each.environment {
            let _ = write!(place, "{}for {}", if several { ", " } else { "" }, clean(environment));
        }
        let mut lines = Vec::new();
        if let Some(verdict) = &each.verdict {
            let word = word(verdict.outcome);
            let head = format!("{}  {}  {word}", clean(&verdict.address), clean(&verdict.rule));
            let place = if place.is_empty() { String::new() } else { format!("  ({place})") };
            let _ = writeln!(out, "{}{}", paint.bold(&head), paint.dim(&place));
            branches(&each.chains, "", None, sources, &mut lines);
            if lines.is_empty() {
                let _ = writeln!(out, "└─ {}", cut(&clean(&verdict.message), STEP));
            }
        } else {
            if !place.is_empty() {
                let _ = writeln!(out, "{}", paint.dim(&place));
            }
            for chain in &each.chains {
                lines.push(line(chain, (String::new(), String::new()), None, sources));
                branches(&chain.below, "", chain.value.as_ref(), sources, &mut lines);
            }
        }
        draw(&mut out, &lines, &options);
    }
    out
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "fails",
        Outcome::Pass => "passes",
        Outcome::Undetermined => "is undetermined",
        Outcome::NotApplicable => "does not apply",
        Outcome::Error => "could not be evaluated",
    }
}

fn branches(
    chains: &[Chain],
    before: &str,
    above: Option<&String>,
    sources: &Sources,
    lines: &mut Vec<Line>,
) {
    for (at, chain) in chains.iter().enumerate() {
        let last = at + 1 == chains.len();
        let (turn, rest) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let edge = (format!("{before}{turn}"), format!("{before}{rest}"));
        lines.push(line(chain, edge, above, sources));
        branches(&chain.below, &format!("{before}{rest}"), chain.value.as_ref(), sources, lines);
    }
}

fn line(
    chain: &Chain,
    (branch, follow): (String, String),
    above: Option<&String>,
    sources: &Sources,
) -> Line {
    let name = clean(&chain.name);
    // What is no path is a sentence.
    let sentence = name.contains(' ');
    let said = match (&chain.value, chain.state) {
        (Some(value), _) if above == Some(value) && width(value) > AGAIN => String::new(),
        (Some(value), _) if sentence => format!(" is {}", clean(value)),
        (Some(value), _) => format!(" = {}", clean(value)),
        (None, State::Known) => String::new(),
        (None, State::Unknown) => " is not known".to_owned(),
        (None, State::Absent) if chain.decides && name.is_empty() => String::new(),
        (None, State::Absent) => " is not set".to_owned(),
    };
    let place = chain.at.and_then(|at| spot(sources, at, STEP)).unwrap_or_default();
    let note = chain.note.as_ref().map_or_else(String::new, |note| format!("<- {}", clean(note)));
    let limit = if chain.at.is_some() || !note.is_empty() { STEP } else { CLAUSE };
    Line { branch, follow, text: cut(&format!("{name}{said}"), limit), place, note, decides: chain.decides }
}

/// Text, places in one column, then notes.
fn draw(out: &mut String, lines: &[Line], options: &Options) {
    let paint = Paint(options.color);
    let taken = |line: &Line| width(&line.branch) + width(&line.text);
    let longest = lines.iter().filter(|line| !line.place.is_empty()).map(taken).max().unwrap_or(0);
    let column = longest.min(options.width.saturating_sub(30));
    for line in lines {
        if line.place.is_empty() && taken(line) > options.width {
            hanging(
                out,
                &line.branch,
                &paint.dim(&line.branch),
                &line.text,
                width(&line.branch),
                options.width,
            );
            continue;
        }
        out.push_str(&paint.dim(&line.branch));
        out.push_str(&if line.decides { paint.bold(&line.text) } else { line.text.clone() });
        let mut used = taken(line);
        if !line.place.is_empty() {
            let gap = column.saturating_sub(used) + 3;
            out.extend(std::iter::repeat_n(' ', gap));
            out.push_str(&paint.dim(&line.place));
            used += gap + width(&line.place);
        }
        // A note that does not fit beside its step hangs below it.
        let fits = used + 2 + width(&line.note) <= options.width;
        match (line.note.is_empty(), fits) {
            (true, _) => out.push('\n'),
            (false, true) => {
                let _ = writeln!(out, "  {}", line.note);
            }
            (false, false) => {
                let _ = writeln!(out, "\n{}{}", paint.dim(&line.follow), line.note);
            }
        }
    }
}
