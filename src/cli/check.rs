//! `trueup check`: judge, and report.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::findings::{Outcome, Severity};
use crate::report;
use crate::rules::RuleSet;
use crate::source::{self, Found, MAX_PLAN_BYTES, Overlay, ReadError, Sources};

use super::args::{Arguments, Check, Color, Format, Input, ReportFile};
use super::config::{self, Config};
use super::{Asked, Environments, Exit, Failure, Run, assess, plans, print};

pub(super) fn run(check: &Check, arguments: &Arguments) -> Result<Exit, Failure> {
    let threshold = Severity::from_name(&check.threshold).ok_or_else(|| {
        Failure::new(
            format!("--threshold {} is not a severity", check.threshold),
            format!("use one of {}", Severity::NAMES.join(", ")),
        )
    })?;
    let outcomes = check
        .outcomes
        .iter()
        .map(|name| {
            Outcome::from_name(name).ok_or_else(|| {
                Failure::new(
                    format!("--outcomes {name} is not an outcome"),
                    format!("use {}", Outcome::NAMES.join(", ")),
                )
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    distinct(check)?;
    let mut run = judge(&check.input, !check.no_fixes)?;
    let options = report::Options {
        outcomes,
        color: false,
        width: width(),
        suppressed: !check.hide_suppressed,
        category: check.category.clone(),
    };
    run.secrets.clean(&mut run.assessment);
    // Not needed any more, and large where a plan is.
    run.configurations.clear();
    run.made_from.clear();
    let sources = &run.secrets.cover(&run.workspace.sources);
    for ReportFile { format, path } in &check.report {
        write(path, &text(*format, &run, sources, &options))?;
    }
    match &check.output {
        Some(path) => write(path, &text(check.format, &run, sources, &options))?,
        None => {
            let options = report::Options { color: colored(arguments.color), ..options };
            print(&text(check.format, &run, sources, &options));
        }
    }
    Ok(exit(&run, threshold))
}

/// One report would overwrite another.
fn distinct(check: &Check) -> Result<(), Failure> {
    let mut seen = std::collections::BTreeSet::new();
    let mut paths = check.output.iter().chain(check.report.iter().map(|report| &report.path));
    match paths.find(|path| !seen.insert(path.as_path())) {
        Some(path) => Err(Failure::new(
            format!("two reports are to be written to {}", path.display()),
            "give each its own file",
        )),
        None => Ok(()),
    }
}

/// The report in one format.
fn text(format: Format, run: &Run, sources: &Sources, options: &report::Options) -> String {
    let report = match format {
        Format::Terminal => report::terminal,
        Format::Json => report::json,
        Format::Sarif => report::sarif,
        Format::Github => report::github,
        Format::Markdown => report::markdown,
        Format::Gitlab => report::gitlab,
        Format::Junit => report::junit,
        Format::Rdjson => report::rdjson,
        Format::Csv => report::csv,
    };
    report(&run.assessment, sources, options)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        Failure::new(
            format!("{} can't be written: {error}", path.display()),
            "name a file in a directory that exists",
        )
    })
}

/// Reads and judges what the command line names.
pub(super) fn judge(input: &Input, fixes: bool) -> Result<Run, Failure> {
    judge_with(input, fixes, &serde_json::Map::new())
}

/// The same with more settings than the configuration file has.
pub(super) fn judge_with(
    input: &Input,
    fixes: bool,
    more: &serde_json::Map<String, serde_json::Value>,
) -> Result<Run, Failure> {
    judge_by(input, fixes, more).map(|(run, _, _)| run)
}

/// The same, with the rules and settings that it was judged by.
pub(super) fn judge_by(
    input: &Input,
    fixes: bool,
    more: &serde_json::Map<String, serde_json::Value>,
) -> Result<(Run, RuleSet, serde_json::Value), Failure> {
    judge_found(input, fixes, more, || read(input))
}

/// Judges the tree with other files laid over it. Plans have no such files.
pub(super) fn judge_over(
    input: &Input,
    fixes: bool,
    overlay: &Arc<Overlay>,
) -> Result<(Run, RuleSet, serde_json::Value), Failure> {
    judge_found(input, fixes, &serde_json::Map::new(), || Ok(read_over(input, overlay)?))
}

/// Reads the tree with other files laid over it.
pub(super) fn read_over(input: &Input, overlay: &Arc<Overlay>) -> Result<Found, ReadError> {
    source::read_over(&asked_paths(input), Arc::clone(overlay))
}

fn judge_found(
    input: &Input,
    fixes: bool,
    more: &serde_json::Map<String, serde_json::Value>,
    read: impl FnOnce() -> Result<Found, Failure>,
) -> Result<(Run, RuleSet, serde_json::Value), Failure> {
    let mut rules = rule_set(input)?;
    let config = Config::read(Path::new(config::NAME))?;
    let environments = Environments::new(input, config.environment)?;
    let mut found = read()?;
    environments.read(&mut found)?;
    let mut settings = config.settings;
    settings.extend(more.clone());
    let settings = serde_json::Value::Object(settings);
    rules.set_settings(&settings);
    let asked = Asked { settings, fixes, environments };
    let mut run = assess(found, &rules, &asked);
    if !input.no_inline_ignores {
        config::suppress(&mut run, input, &rules);
    }
    Ok((run, rules, asked.settings))
}

/// The paths that are named, or the working directory.
fn asked_paths(input: &Input) -> Vec<PathBuf> {
    let none = input.paths.is_empty() && input.plans.is_empty();
    if none { vec![PathBuf::from(".")] } else { input.paths.clone() }
}

fn read(input: &Input) -> Result<Found, Failure> {
    let paths = &asked_paths(input);
    let stdin = paths.iter().chain(&input.plans).any(|path| path == Path::new("-"));
    let stdin = if stdin {
        let mut bytes = Vec::new();
        let mut input = std::io::stdin().lock().take(MAX_PLAN_BYTES + 1);
        let read = input.read_to_end(&mut bytes);
        read.map_err(|error| {
            Failure::new(
                format!("stdin can't be read: {error}"),
                "pipe a plan's JSON or Terraform into trueup",
            )
        })?;
        if bytes.len() as u64 > MAX_PLAN_BYTES {
            return Err(Failure::new(
                format!("stdin holds more than {} MB", MAX_PLAN_BYTES >> 20),
                "judge a smaller plan",
            ));
        }
        Some(bytes)
    } else {
        None
    };
    let mut found = crate::source::read(paths, &input.plans, stdin)?;
    let any = !found.plans.is_empty() || !found.archives.is_empty();
    if let Some(dir) = &input.source {
        if !any {
            return Err(Failure::new(
                "--source says what a plan was made from, but no plan is named",
                "name the plan too, or give the directory by itself",
            ));
        }
        found.read_plan_source(dir)?;
    }
    if let Some(program) = input.run_terraform {
        plans::run_terraform(&mut found, program)?;
    }
    Ok(found)
}

/// The rules a run uses: trueup's own, and those of `--rules`.
pub(super) fn rule_set(input: &Input) -> Result<RuleSet, Failure> {
    let mut rules = RuleSet::embedded();
    if let Some(dir) = &input.rules {
        config::add_rules(&mut rules, dir)?;
    }
    if input.only.is_empty() {
        rules.keep_severe(input.profile.least());
    } else if !rules.keep(|id| input.selects(id)) {
        return Err(Failure::new(
            format!("no rule's id begins with {}", input.only.join(" or ")),
            "see `trueup rules list` for the ids",
        ));
    }
    Ok(rules)
}

pub(super) fn colored(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::io::IsTerminal::is_terminal(&std::io::stdout())
        }
    }
}

/// Columns to write for: the terminal's, as far as the environment tells, but readable ones.
pub(super) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(80usize).clamp(60, 120)
}

fn exit(run: &Run, threshold: Severity) -> Exit {
    let open = || run.assessment.findings.iter().filter(|finding| finding.is_open());
    if run.assessment.coverage.is_incomplete() || open().any(|finding| finding.outcome == Outcome::Error) {
        return Exit::Incomplete;
    }
    if open().any(|finding| finding.outcome == Outcome::Fail && finding.severity >= threshold) {
        return Exit::Findings;
    }
    Exit::Clean
}
