//! `trueup check`: judge, and report.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::Parser as _;

use crate::findings::{Baseline, Outcome, Severity};
use crate::report;
use crate::source::Sources;

use super::args::{Arguments, Check, Color, Command, Format, Narrow, ReportFile};
pub(super) use super::judge::judge;
use super::judge::judge_narrow;
use super::{Exit, Failure, Run, print_by, say};

/// Stands for stdout where a file is named.
const STDOUT: &str = "-";

pub(super) fn run(check: &Check, arguments: &Arguments) -> Result<Exit, Failure> {
    let threshold = threshold(check.threshold.as_deref())?;
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
    let fixes = !check.no_fixes && check.write_baseline.is_none();
    let mut narrow = check.narrow.clone();
    // A baseline remembers what an older one knows too.
    narrow.no_baseline |= check.write_baseline.is_some();
    let mut run = judge_narrow(&check.input, &narrow, fixes, &serde_json::Map::new())?;
    if let Some(path) = &check.write_baseline {
        return write_baseline(run, check, path);
    }
    let threshold = threshold.or(run.threshold).unwrap_or(Severity::Low);
    let options = report::Options {
        outcomes,
        color: false,
        width: width(),
        suppressed: !check.hide_suppressed,
        category: check.category.clone(),
    };
    run.secrets.clean(&mut run.assessment);
    let mut sources = std::mem::take(&mut run.workspace.sources);
    let formats = check.report.iter().map(|report| report.format).chain([check.format]);
    if formats.into_iter().any(shows_sources) {
        sources = run.secrets.cover(sources);
    }
    let sources = &sources;
    let (shown, files): (Vec<_>, Vec<_>) =
        check.report.iter().partition(|report| report.path == Path::new(STDOUT));
    for ReportFile { format, path } in files {
        write(path, |out| report(*format, &run, sources, &options, out))?;
    }
    match &check.output {
        Some(path) => write(path, |out| report(check.format, &run, sources, &options, out))?,
        None => {
            let options = report::Options { color: colored(arguments.color), ..options.clone() };
            print_by(|out| report(check.format, &run, sources, &options, out));
        }
    }
    // A job's log has the report for people first, then the annotations.
    for ReportFile { format, .. } in shown {
        print_by(|out| report(*format, &run, sources, &options, out));
    }
    let exit = exit(&run, threshold);
    // The program ends here: to give back every text by itself would only take time.
    std::mem::forget(run);
    Ok(exit)
}

/// One report would overwrite another.
fn distinct(check: &Check) -> Result<(), Failure> {
    let mut seen = std::collections::BTreeSet::new();
    let mut paths = check.output.iter().chain(check.report.iter().map(|report| &report.path));
    match paths.find(|path| **path != Path::new(STDOUT) && !seen.insert(path.as_path())) {
        Some(path) => Err(Failure::new(
            format!("two reports are to be written to {}", path.display()),
            "give each its own file",
        )),
        None => Ok(()),
    }
}

/// Whether a format shows lines of the sources, or what is computed from them: their secrets must be covered
/// first, which takes time where a plan is large. The others show places alone.
const fn shows_sources(format: Format) -> bool {
    matches!(format, Format::Terminal | Format::Sarif)
}

/// Writes the report in one format.
fn report(
    format: Format,
    run: &Run,
    sources: &Sources,
    options: &report::Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let assessment = &run.assessment;
    let text = match format {
        Format::Json => return report::write_json(assessment, sources, options, out),
        Format::Terminal => report::terminal(assessment, sources, options),
        Format::Sarif => report::sarif(assessment, sources, options),
        Format::Github => report::github(assessment, sources, options),
        Format::Markdown => report::markdown(assessment, sources, options),
        Format::Gitlab => report::gitlab(assessment, sources, options),
        Format::Junit => report::junit(assessment, sources, options),
        Format::Rdjson => report::rdjson(assessment, sources, options),
        Format::Csv => report::csv(assessment, sources, options),
    };
    out.write_all(text.as_bytes())
}

fn write(path: &Path, report: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let written = std::fs::File::create(path).map(BufWriter::new).and_then(|mut file| {
        report(&mut file)?;
        file.flush()
    });
    written.map_err(|error| {
        Failure::new(
            format!("{} can't be written: {error}", path.display()),
            "name a file in a directory that exists",
        )
    })
}

/// The severity that `--threshold` names.
pub(super) fn threshold(name: Option<&str>) -> Result<Option<Severity>, Failure> {
    let wrong = |name: &str| {
        Failure::new(
            format!("--threshold {name} is not a severity"),
            format!("use one of {}", Severity::NAMES.join(", ")),
        )
    };
    name.map(|name| Severity::from_name(name).ok_or_else(|| wrong(name))).transpose()
}

/// Remembers everything that is open in the working directory.
pub(super) fn remember(path: &Path) -> Result<(), Failure> {
    let arguments = ["trueup", "check", "--write-baseline"].map(std::ffi::OsStr::new);
    let arguments = Arguments::try_parse_from(arguments.into_iter().chain([path.as_os_str()]));
    let Ok(Arguments { command: Command::Check(check), .. }) = arguments else {
        return Err(Failure::new("a baseline can't be written there", "use trueup check --write-baseline"));
    };
    let run = judge_narrow(
        &check.input,
        &Narrow { no_baseline: true, ..Narrow::default() },
        false,
        &serde_json::Map::new(),
    )?;
    write_baseline(run, &check, path).map(|_| ())
}

/// Remembers everything that is open. What was judged in part only is not remembered: a baseline that
/// lacks the rest would bring it back as new.
fn write_baseline(mut run: Run, check: &Check, path: &Path) -> Result<Exit, Failure> {
    if run.asked.is_some() || !check.input.only.is_empty() {
        return Err(Failure::new(
            "--write-baseline remembers a whole tree, and only a part of it was asked for",
            "name directories, and no single files and no --rule",
        ));
    }
    run.secrets.clean(&mut run.assessment);
    if exit(&run, Severity::Critical) == Exit::Incomplete {
        return Err(Failure::new(
            format!("{} was not written: not everything could be judged", path.display()),
            "`trueup check` says what is missing",
        ));
    }
    let baseline = Baseline::of(&run.assessment.findings, &run.workspace.sources);
    std::fs::write(path, baseline.text()).map_err(|error| {
        Failure::new(
            format!("{} can't be written: {error}", path.display()),
            "name a file in a directory that exists",
        )
    })?;
    let count = baseline.findings.len();
    let findings = if count == 1 { "finding" } else { "findings" };
    say(&format!("wrote {count} {findings} to {}", path.display()));
    Ok(Exit::Clean)
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
