//! Reads what the command line names, judges it, and leaves out what is silenced, known or not asked for.
//!
//! In: options. Out: a [`Run`].

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::findings::{Baseline, Known, Remembered, SUPPRESSION_RULE};
use crate::rules::RuleSet;
use crate::source::{self, Found, GitError, MAX_PLAN_BYTES, ReadError, Reading, Snapshot, Sources};

use super::args::{Input, Narrow};
use super::concern;
use super::config::{self, Config, NAME};
use super::files::{self, Named};
use super::{Asked, Environments, Failure, Run, assess, plans, say};

/// A larger baseline is not read.
const MAX_BASELINE: u64 = 64 << 20;

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        Self { message: error.to_string(), help: Some(error.help()) }
    }
}

/// Settings that are given beside those of the configuration file.
type More = serde_json::Map<String, serde_json::Value>;

/// Reads and judges what the command line names.
pub(super) fn judge(input: &Input, fixes: bool) -> Result<Run, Failure> {
    judge_by(input, fixes).map(|(run, _, _)| run)
}

/// The same, with the rules and settings that it was judged by.
pub(super) fn judge_by(input: &Input, fixes: bool) -> Result<(Run, RuleSet, serde_json::Value), Failure> {
    let config = Config::read(Path::new(NAME))?;
    let named = files::named(&paths(input))?;
    let asked = Asked { fixes, ..Asked::default() };
    Tree { input, paths: &named.paths, more: &More::new() }.judge_by(&config, asked, None)
}

/// Judges the tree as another commit has it, by the settings of now. Plans have no commits.
pub(super) fn judge_at(
    input: &Input,
    fixes: bool,
    commit: &Arc<Snapshot>,
) -> Result<(Run, RuleSet, serde_json::Value), Failure> {
    let config = Config::read(Path::new(NAME))?;
    let asked = Asked { fixes, ..Asked::default() };
    let tree = Tree { input, paths: &paths(input), more: &More::new() };
    tree.judge_by(&config, asked, Some(Arc::clone(commit)))
}

/// Reads the tree as another commit has it.
pub(super) fn read_at(input: &Input, commit: &Arc<Snapshot>) -> Result<Found, Failure> {
    let config = Config::read(Path::new(NAME))?;
    Tree { input, paths: &paths(input), more: &More::new() }.read(&config, Some(Arc::clone(commit)))
}

/// The same without what is known, or not asked for, and with more settings than the configuration file
/// has.
pub(super) fn judge_narrow(input: &Input, narrow: &Narrow, fixes: bool, more: &More) -> Result<Run, Failure> {
    let config = Config::read(Path::new(NAME))?;
    let Named { paths, concern } = files::named(&paths(input))?;
    let tree = Tree { input, paths: &paths, more };
    let mut asked = Asked { fixes, concerns: concern.into_iter().collect(), ..Asked::default() };
    let mut known: Vec<(String, Baseline)> = Vec::new();
    if let Some(path) = baseline_path(narrow, &config) {
        known.push((format!("the baseline {}", path.display()), read_baseline(&path)?));
    }
    if narrow.since.is_some() || narrow.changed_only {
        let base = tree.base(narrow)?;
        let then = settings_then(&base);
        if narrow.changed_only && then.as_deref() == std::fs::read_to_string(NAME).ok().as_deref() {
            asked.changed_since = Some(Arc::clone(&base));
        }
        if narrow.since.is_some() {
            let was = tree.judge_then(&base, then, &config)?;
            known.push((format!("the commit {}", base.commit()), was));
        }
    }
    asked.known = known.iter().map(|(_, baseline)| baseline.clone()).collect();
    let mut run = tree.judge(&config, asked, None)?;
    if let Some(asked) = run.asked.clone() {
        let Run { held, read, assessment, .. } = &mut run;
        assessment.findings.retain(|finding| {
            // A comment is judged in the files that were asked for; settings and rules always are.
            let comment = &*finding.rule == SUPPRESSION_RULE;
            asked.contains(&concern::place(finding))
                || finding
                    .location
                    .is_some_and(|at| at.file.0 as usize >= *read || (comment && held.contains(&at.file)))
        });
    }
    leave_out(&mut run, known, &paths, input);
    Ok(run)
}

/// The baseline that is asked for, or that the configuration file names.
pub(super) fn baseline_path(narrow: &Narrow, config: &Config) -> Option<PathBuf> {
    let configured = config.baseline.as_ref().filter(|_| !narrow.no_baseline).map(PathBuf::from);
    narrow.baseline.clone().or(configured)
}

fn read_baseline(path: &Path) -> Result<Baseline, Failure> {
    let shown = path.display();
    let unreadable = |reason: String| {
        Failure::new(
            format!("the baseline {shown} can't be read: {reason}"),
            format!("`trueup check --write-baseline {shown}` makes one"),
        )
    };
    let about = path.metadata().map_err(|error| unreadable(error.to_string()))?;
    if !about.is_file() || about.len() > MAX_BASELINE {
        return Err(unreadable(format!("it is no file of at most {} MB", MAX_BASELINE >> 20)));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    Baseline::parse(&text).map_err(|error| unreadable(error.to_string()))
}

/// Leaves out the findings that are known. Each baseline is compared with all that was found: what one of them knows
/// is not gone from another.
fn leave_out(run: &mut Run, known: Vec<(String, Baseline)>, paths: &[PathBuf], input: &Input) {
    let sources = &run.workspace.sources;
    let there = |file: &str| Path::new(file).symlink_metadata().is_ok();
    // What was not judged is not gone.
    let partial = run.asked.is_some() || run.assessment.coverage.is_incomplete();
    let read = |file: &str| {
        paths.iter().any(|path| {
            let path = path.strip_prefix(".").unwrap_or(path);
            path.as_os_str().is_empty() || Path::new(file).starts_with(path)
        })
    };
    let gone =
        |it: &Remembered| !partial && read(&it.file) && (input.only.is_empty() || input.selects(&it.rule));
    let mut listed = vec![true; run.assessment.findings.len()];
    for (against, baseline) in known {
        let compared = baseline.compare(&run.assessment.findings, sources, &there);
        for (listed, known) in listed.iter_mut().zip(&compared.known) {
            *listed &= !known;
        }
        let gone: Vec<Remembered> = compared.gone.into_iter().filter(gone).collect();
        let count = compared.known.iter().filter(|known| **known).count();
        run.assessment.known.push(Known { against, count, gone });
    }
    let mut listed = listed.into_iter();
    run.assessment.findings.retain(|_| listed.next().unwrap_or(true));
}

/// What `.trueup.hcl` was in a commit.
fn settings_then(base: &Snapshot) -> Option<String> {
    base.text(Path::new(NAME), 1 << 20)
}

/// Everything that a command line names.
fn paths(input: &Input) -> Vec<PathBuf> {
    if input.paths.is_empty() && input.plans.is_empty() {
        vec![PathBuf::from(".")]
    } else {
        input.paths.clone()
    }
}

/// The tree that is judged.
struct Tree<'t> {
    input: &'t Input,
    paths: &'t [PathBuf],
    more: &'t More,
}

impl Tree<'_> {
    /// The commit to compare with.
    fn base(&self, narrow: &Narrow) -> Result<Arc<Snapshot>, Failure> {
        let plan = |path: &PathBuf| path.as_os_str() == "-" || (path.is_file() && source::is_plan(path));
        if !self.input.plans.is_empty() || self.paths.iter().any(plan) {
            return Err(Failure::new(
                "--since and --changed-only compare trees, and a plan is named",
                "a plan says itself what it introduces, keeps and resolves",
            ));
        }
        let place = self.paths.first().map_or(Path::new("."), PathBuf::as_path);
        Ok(Arc::new(match &narrow.since {
            Some(rev) => Snapshot::merge_base(place, rev)?,
            None => Snapshot::head(place)?,
        }))
    }

    /// What was open in a commit, with the settings of then.
    fn judge_then(
        &self,
        base: &Arc<Snapshot>,
        settings: Option<String>,
        now: &Config,
    ) -> Result<Baseline, Failure> {
        let config = match settings.map(|text| Config::parse(Path::new(NAME), &text)) {
            // What can't be read now could not be read then.
            Some(Err(_)) => now.clone(),
            Some(Ok(config)) => config,
            None => Config::default(),
        };
        let run = self.judge(&config, Asked::default(), Some(Arc::clone(base)))?;
        let unread = run.assessment.coverage.unparsed.len();
        if unread > 0 {
            say(&format!(
                "not all of the commit {} can be read ({unread}): what it held there counts as new",
                base.commit()
            ));
        }
        Ok(Baseline::of(&run.assessment.findings, &run.workspace.sources))
    }

    /// Judges the tree, as it is or as a commit has it.
    fn judge(&self, config: &Config, asked: Asked, base: Option<Arc<Snapshot>>) -> Result<Run, Failure> {
        self.judge_by(config, asked, base).map(|(run, _, _)| run)
    }

    fn judge_by(
        &self,
        config: &Config,
        asked: Asked,
        base: Option<Arc<Snapshot>>,
    ) -> Result<(Run, RuleSet, serde_json::Value), Failure> {
        let input = self.input;
        let mut rules = rule_set(input)?;
        config.scope.narrow(&mut rules);
        let then = base.is_some();
        let environments = match Environments::new(input, config.environment.clone()) {
            // An environment that is asked for now may not have been declared then.
            Err(_) if then => Environments::default(),
            environments => environments?,
        };
        let mut found = self.read(config, base)?;
        match environments.read(&mut found) {
            Err(_) if then => {}
            read => read?,
        }
        let mut settings = config.settings.clone();
        settings.extend(self.more.clone());
        let settings = serde_json::Value::Object(settings);
        rules.set_settings(&settings);
        let whole = asked.concerns.is_empty()
            && asked.changed_since.is_none()
            && self.paths.iter().all(|path| source::tidy(path).as_os_str().is_empty());
        let asked = Asked { settings, environments, ..asked };
        let mut run = assess(found, &rules, &asked);
        let least = input.profile.least();
        let severe = |id: &str| rules.severity(id).is_none_or(|severity| severity >= least);
        let judged = |id: &str| if input.only.is_empty() { severe(id) } else { input.selects(id) };
        if !input.no_inline_ignores {
            config::suppress(&mut run, input, &judged);
        }
        config::except(&mut run, &config.exceptions, input.today.as_deref(), &judged, whole);
        run.threshold = config.threshold;
        let Asked { settings, .. } = asked;
        Ok((run, rules, settings))
    }

    fn read(&self, config: &Config, base: Option<Arc<Snapshot>>) -> Result<Found, Failure> {
        let input = self.input;
        let mut stdin = None;
        if self.paths.iter().chain(&input.plans).any(|path| path == Path::new("-")) {
            stdin = Some(read_stdin()?);
        }
        let exclude = config.scope.exclude.as_slice();
        let nothing = self.paths.is_empty() && input.plans.is_empty();
        let read = source::read_all(Reading { paths: self.paths, plans: &input.plans, stdin, exclude, base });
        let mut found = match read {
            // Every file that was named is passed over.
            Err(ReadError::Nothing(_)) if nothing => Found::from_sources(Sources::default()),
            read => read?,
        };
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
}

fn read_stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(MAX_PLAN_BYTES + 1);
    input.read_to_end(&mut bytes).map_err(|error| {
        Failure::new(format!("stdin can't be read: {error}"), "pipe a plan's JSON or Terraform into trueup")
    })?;
    if bytes.len() as u64 > MAX_PLAN_BYTES {
        return Err(Failure::new(
            format!("stdin holds more than {} MB", MAX_PLAN_BYTES >> 20),
            "judge a smaller plan",
        ));
    }
    Ok(bytes)
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
