//! `trueup fix`: print the proved fixes as one patch, apply them, or ask about each.
//!
//! In: options. Out: a patch or JSON on stdout, or changed files; what was left and why on stderr.

mod ask;
pub(super) mod choose;
mod settings;
pub(super) mod shown;

use serde_json::Map;

use crate::findings::{Finding, Outcome, Severity};
use crate::fixes;
use crate::report;
use crate::source::Sources;

use super::args::{Fix as Options, FixFormat};
use super::judge::judge_narrow;
use super::{Exit, Failure, Run, check, print, say};

use choose::{Chosen, Left, Wanted, edits};
use shown::Shown;

/// How often fixes are applied and judged again, where they touch the same lines: in JSON, new resources of
/// one type stand under one key.
const MAX_ROUNDS: usize = 32;

pub(super) fn run(options: &Options) -> Result<Exit, Failure> {
    let wanted = Wanted::new(&options.selection, options.write && !options.allow_review)?;
    if options.write {
        return write(options, &wanted);
    }
    if options.interactive {
        return interactive(options, &wanted);
    }
    let run = judge(options, &Map::new())?;
    let (chosen, left) = wanted.choose(&run);
    print_fixes(options, &run, chosen, left)?;
    Ok(exit(&run))
}

/// Asks for missing settings first, then about each fix.
fn interactive(options: &Options, wanted: &Wanted<'_>) -> Result<Exit, Failure> {
    let mut run = judge(options, &Map::new())?;
    let given = settings::ask(&run);
    if !given.is_empty() {
        run = judge(options, &given)?;
    }
    let (chosen, left) = wanted.choose(&run);
    let chosen = ask::ask(&run, chosen)?;
    apply(&run.workspace.sources, &chosen)?;
    settings::keep(&given)?;
    summary(&run, chosen.len(), &left, "applied");
    Ok(exit(&run))
}

/// Applies what fits together and judges again, until nothing waits for another round. What programs
/// read has places in the files as they were: then there is one round, and the rest is left.
fn write(options: &Options, wanted: &Wanted<'_>) -> Result<Exit, Failure> {
    let machine_reads = options.format == FixFormat::Json;
    let rounds = if machine_reads { 1 } else { MAX_ROUNDS };
    let mut applied = 0;
    let mut round = 1;
    loop {
        let run = judge(options, &Map::new())?;
        let (chosen, left) = wanted.choose(&run);
        apply(&run.workspace.sources, &chosen)?;
        applied += chosen.len();
        if chosen.is_empty() || round == rounds || !left.iter().any(Left::waits) {
            if machine_reads {
                print(&machine(&run, &chosen, &left, true));
            }
            summary(&run, applied, &left, "applied");
            return Ok(exit(&run).max(remaining(options, &run, &chosen)?));
        }
        round += 1;
    }
}

fn judge(options: &Options, more: &Map<String, serde_json::Value>) -> Result<Run, Failure> {
    judge_narrow(&options.input, &options.narrow, true, more)
}

fn print_fixes<'r>(
    options: &Options,
    run: &'r Run,
    mut chosen: Vec<Chosen<'r>>,
    mut left: Vec<Left<'r>>,
) -> Result<(), Failure> {
    let sources = &run.workspace.sources;
    let (patch, withheld) = match options.format {
        FixFormat::Patch => {
            let shown =
                Shown { sources, covered: &run.secrets.cover(sources.clone()), secrets: &run.secrets };
            shown.patch(&mut chosen)?
        }
        FixFormat::Json => {
            let tells = |(_, fix): &Chosen<'_>| fix.edits.iter().any(|edit| run.secrets.in_text(&edit.text));
            let (telling, rest): (Vec<_>, Vec<_>) = chosen.into_iter().partition(tells);
            chosen = rest;
            (String::new(), telling.into_iter().map(|(finding, _)| finding).collect())
        }
    };
    let reason = || fixes::Withheld.to_string();
    left.extend(withheld.into_iter().map(|finding| Left { finding, reason: reason() }));
    match options.format {
        FixFormat::Patch => print(&patch),
        FixFormat::Json => print(&machine(run, &chosen, &left, false)),
    }
    summary(run, chosen.len(), &left, "in this patch");
    Ok(())
}

fn machine(run: &Run, chosen: &[Chosen<'_>], left: &[Left<'_>], applied: bool) -> String {
    let left: Vec<(&Finding, String)> =
        left.iter().map(|each| (each.finding, run.secrets.hide(&each.reason))).collect();
    run.secrets.hide(&report::fixes_json(&run.assessment, &run.workspace.sources, chosen, &left, applied))
}

/// What could not be judged has no fix: then the patch is not all there is.
fn exit(run: &Run) -> Exit {
    let complete = run.assessment.coverage.unparsed.is_empty() && errors(run).next().is_none();
    if complete { Exit::Clean } else { Exit::Incomplete }
}

/// Whether failures at or over the threshold are left after the chosen fixes were written.
fn remaining(options: &Options, run: &Run, chosen: &[Chosen<'_>]) -> Result<Exit, Failure> {
    let threshold =
        check::threshold(options.threshold.as_deref())?.or(run.threshold).unwrap_or(Severity::Low);
    let closed = |finding: &Finding| chosen.iter().any(|(closed, _)| std::ptr::eq(*closed, finding));
    let left = run.assessment.findings.iter().any(|finding| {
        finding.outcome == Outcome::Fail
            && finding.severity >= threshold
            && finding.is_open()
            && !closed(finding)
    });
    Ok(if left { Exit::Findings } else { Exit::Clean })
}

fn errors(run: &Run) -> impl Iterator<Item = &Finding> {
    run.assessment.findings.iter().filter(|finding| finding.outcome == Outcome::Error)
}

fn apply(sources: &Sources, chosen: &[Chosen<'_>]) -> Result<(), Failure> {
    let written = fixes::write(sources, &edits(sources, chosen)?)
        .map_err(|error| Failure::new(error.to_string(), "nothing was changed; run trueup fix again"))?;
    for path in written {
        say(&format!("wrote {}", path.display()));
    }
    Ok(())
}

fn summary(run: &Run, applied: usize, left: &[Left<'_>], verb: &str) {
    say(&format!(
        "{applied} proved {} {verb}, {} left",
        if applied == 1 { "fix" } else { "fixes" },
        left.len()
    ));
    for Left { finding, reason } in left {
        let reason = run.secrets.hide(reason);
        say(&format!("  left: {} on {}: {reason}", finding.rule, finding.address));
    }
    let silent = |finding: &&Finding| finding.outcome == Outcome::Fail && finding.suppressed.is_some();
    match run.assessment.findings.iter().filter(silent).count() {
        0 => {}
        1 => say("  suppressed: 1 failure, which stays as it is"),
        more => say(&format!("  suppressed: {more} failures, which stay as they are")),
    }
    for unparsed in &run.assessment.coverage.unparsed {
        say(&format!("  not read: {}: {}", unparsed.file, run.secrets.hide(&unparsed.message)));
    }
    for finding in errors(run) {
        say(&format!("  not judged: {}: {}", finding.address, finding.message));
    }
}
