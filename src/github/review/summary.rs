//! The one comment that sums a pull request up.
//!
//! In: what was found before and after the change, and where each new failure is told. Out: Markdown: the
//! score on both sides, the new failures, what is resolved or silenced, what was not judged.

use std::fmt::Write as _;

use crate::findings::Severity;

use super::body::{Links, code, cut_to, message};
use super::model::{Named, Score, Told};
use super::place::Placed;

/// Rows of the list of new failures.
const MAX_ROWS: usize = 50;
/// Names in a list that is folded away.
const MAX_NAMES: usize = 30;

/// Characters of a message or name.
const MAX_CELL: usize = 160;
/// Bytes of the list of new failures; GitHub takes 65,536 characters in all.
const MAX_LIST: usize = 40_000;

/// The commits that were compared.
#[derive(Clone, Debug)]
pub struct Commits {
    /// The one that both sides come from.
    pub base: String,
    /// The one that is reviewed.
    pub head: String,
}

/// `3 new failures, 1 resolved`
pub fn headline(told: &Told) -> String {
    let mut parts = vec![match told.remarks.len() {
        0 => "no new failure".to_owned(),
        1 => "1 new failure".to_owned(),
        many => format!("{many} new failures"),
    }];
    if !told.resolved.is_empty() {
        parts.push(format!("{} resolved", told.resolved.len()));
    }
    if !told.silenced.is_empty() {
        parts.push(format!("{} silenced", told.silenced.len()));
    }
    if !told.unjudged.is_empty() {
        parts.push("not everything could be judged".to_owned());
    }
    parts.join(", ")
}

/// The whole summary.
pub fn summary(told: &Told, placed: &Placed, links: &Links, commits: &Commits, notes: &[String]) -> String {
    let mut text = format!("### trueup: {}\n\n", headline(told));
    score(&mut text, &told.before, &told.after);
    fresh(&mut text, told, placed, links);
    names(&mut text, "Resolved by this change", &told.resolved);
    names(&mut text, "Failed before, silenced now", &told.silenced);
    if !told.unjudged.is_empty() {
        text.push_str("\n**Not judged**, so that what it says above may not be all:\n\n");
        for line in told.unjudged.iter().take(MAX_NAMES) {
            let _ = writeln!(text, "- {}", message(&cut_to(line, MAX_CELL)));
        }
        more(&mut text, told.unjudged.len(), MAX_NAMES);
    }
    for note in notes {
        let _ = write!(text, "\n{note}\n");
    }
    let short = |sha: &str| code(&sha.chars().take(10).collect::<String>());
    let kept = match told.kept {
        0 => String::new(),
        1 => " One failure was there before and stays.".to_owned(),
        many => format!(" {many} failures were there before and stay."),
    };
    let _ = write!(
        text,
        "\n<sub>{} compared with {}, where it branched off.{kept}</sub>\n",
        short(&commits.head),
        short(&commits.base)
    );
    text
}

fn score(text: &mut String, before: &Score, after: &Score) {
    let failures = ["critical", "high", "medium", "low"].into_iter().enumerate().map(|(at, name)| {
        let count = |score: &Score| score.failures.get(at).copied().unwrap_or(0);
        (format!("failed, {name}"), count(before), count(after))
    });
    let (old, new) = (before.outcomes, after.outcomes);
    let others = [
        ("undetermined", old.undetermined, new.undetermined),
        ("errors", old.error, new.error),
        ("silenced", old.suppressed, new.suppressed),
        ("passed", old.pass, new.pass),
    ];
    let others = others.into_iter().map(|(name, before, after)| (name.to_owned(), before, after));
    text.push_str("| checks | before | after | |\n|---|--:|--:|--:|\n");
    for (name, before, after) in failures.chain(others).filter(|(_, before, after)| before + after > 0) {
        let change = match after.cmp(&before) {
            std::cmp::Ordering::Equal => String::new(),
            std::cmp::Ordering::Greater => format!("+{}", after - before),
            std::cmp::Ordering::Less => format!("\u{2212}{}", before - after),
        };
        let _ = writeln!(text, "| {name} | {before} | {after} | {change} |");
    }
    let _ = writeln!(text, "| **score** | {} | {} | |", share(before), share(after));
}

/// How much of what was decided passes.
fn share(score: &Score) -> String {
    let decided = score.outcomes.pass + score.outcomes.fail;
    // Rounded down: 100 % is said only where all passes.
    let share = (score.outcomes.pass * 100).checked_div(decided);
    share.map_or_else(|| "none".to_owned(), |share| format!("{share} %"))
}

fn fresh(text: &mut String, told: &Told, placed: &Placed, links: &Links) {
    if told.remarks.is_empty() {
        return;
    }
    text.push_str(
        "\n**New with this change**\n\n| | rule | where | what | told as |\n|---|---|---|---|---|\n",
    );
    let mut rows = 0;
    for (at, remark) in told.remarks.iter().enumerate().take(MAX_ROWS) {
        if text.len() > MAX_LIST {
            break;
        }
        rows += 1;
        let place = remark.place.as_ref().map_or_else(String::new, |place| links.to(place));
        let severity = remark.severity.name();
        let severity =
            if remark.severity >= Severity::High { format!("**{severity}**") } else { severity.to_owned() };
        let _ = writeln!(
            text,
            "| {severity} | {} | {place} | {} | {} |",
            code(&remark.rule),
            message(&cut_to(&remark.message, MAX_CELL)),
            whereabouts(at, placed)
        );
    }
    more(text, told.remarks.len(), rows);
}

/// Where a remark is told beside here.
fn whereabouts(at: usize, placed: &Placed) -> &'static str {
    let on = placed.lines.iter().find(|on| on.remarks.contains(&at));
    match on {
        Some(on) if on.suggestion.is_some() => "suggestion",
        Some(_) => "comment",
        None if placed.files.iter().any(|(_, remarks)| remarks.contains(&at)) => "file comment",
        None => "this row",
    }
}

fn names(text: &mut String, title: &str, named: &[Named]) {
    if named.is_empty() {
        return;
    }
    let _ = write!(text, "\n<details><summary>{title}: {}</summary>\n\n", named.len());
    for each in named.iter().take(MAX_NAMES) {
        let _ = writeln!(text, "- {} {}", code(&each.rule), code(&cut_to(&each.address, MAX_CELL)));
    }
    more(text, named.len(), MAX_NAMES);
    text.push_str("\n</details>\n");
}

fn more(text: &mut String, all: usize, told: usize) {
    if all > told {
        let _ = write!(text, "\nand {} more\n", all - told);
    }
}

/// The note on fixes that are no suggestion.
pub fn about_fixes(told: &Told, placed: &Placed) -> Option<String> {
    let fixes = |at: &usize| {
        told.remarks.get(*at).is_some_and(|it| it.remedy.as_ref().is_some_and(|it| it.reason.is_none()))
    };
    let all: Vec<usize> = (0..told.remarks.len()).filter(fixes).collect();
    let suggested = all.iter().filter(|at| whereabouts(**at, placed) == "suggestion").count();
    let left = all.len() - suggested;
    (left > 0).then(|| {
        let (some, have) = if left == 1 { ("One new failure", "has") } else { ("Some new failures", "have") };
        format!(
            "{some} {have} a proved fix that can't be suggested on this diff. {} applies it in the checkout, {} opens a pull request with it.",
            code("trueup fix --write --allow-review"),
            code("trueup pr")
        )
    })
}
