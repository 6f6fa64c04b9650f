//! `.trueup.hcl`, rules of a team's own, and suppression comments.

mod decode;
mod exceptions;
mod setting;

use std::collections::BTreeMap;
use std::path::Path;

use crate::findings::{self, Finding, Severity, Silencing, Surroundings};
use crate::graph::Configuration;
use crate::rules::RuleSet;
use crate::source::{self, Location};

use super::args::Input;
use super::environments::Declared;
use super::{Failure, Run};

pub(super) use exceptions::{Exception, except};
pub(super) use setting::{Form, written};

/// Larger files are not read.
const MAX_BYTES: u64 = 1 << 20;
/// The configuration file.
pub(super) const NAME: &str = ".trueup.hcl";

/// What `.trueup.hcl` may hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// Values that rules and templates ask for: a log bucket, a key, whether the account has a baseline.
    pub(super) settings: serde_json::Map<String, serde_json::Value>,
    /// The environments that roots are judged for.
    pub(super) environment: BTreeMap<String, Declared>,
    /// What is judged at all.
    pub(super) scope: Scope,
    /// The least severity that fails a run.
    pub(super) threshold: Option<Severity>,
    /// The baseline file, relative to the working directory.
    pub(super) baseline: Option<String>,
    /// Findings that somebody accepted.
    pub(super) exceptions: Vec<Exception>,
}

/// What is judged at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Criteria (`CC6.1`) and beginnings of criteria (`CC6`, `A`) that rules must serve; all where there is none.
    pub(super) criteria: Vec<String>,
    /// Paths that are left out, as in a `.gitignore`.
    pub(super) exclude: Vec<String>,
}

impl Scope {
    /// Whether a rule that serves these criteria is in scope. One that serves none always is.
    fn asks(&self, criteria: &[(String, String)]) -> bool {
        let named = |id: &str| self.criteria.iter().any(|wanted| begins(id, wanted));
        self.criteria.is_empty() || criteria.is_empty() || criteria.iter().any(|(id, _)| named(id))
    }

    /// Leaves out the rules that serve no criterion in scope.
    pub(super) fn narrow(&self, rules: &mut RuleSet) {
        if self.criteria.is_empty() {
            return;
        }
        let asks = |id: &str| match rules.get(id) {
            Some(Ok(rule)) => self.asks(&rule.info.criteria),
            // One that can't be read is told of.
            _ => true,
        };
        let kept: std::collections::BTreeSet<_> = rules.ids().into_iter().filter(|id| asks(id)).collect();
        rules.keep(|id| kept.contains(id));
    }
}

/// Whether a criterion is one that is named, or begins as it: `CC6` is CC6.1 to CC6.8, `CC` all of them.
fn begins(id: &str, named: &str) -> bool {
    let rest = id.get(..named.len()).filter(|start| start.eq_ignore_ascii_case(named));
    rest.is_some_and(|_| {
        let next = id.get(named.len()..).and_then(|rest| rest.chars().next());
        // `CC1` is not the beginning of CC10.
        !(next.is_some_and(|next| next.is_ascii_digit()) && named.ends_with(|c: char| c.is_ascii_digit()))
    })
}

impl Config {
    /// Reads a configuration file; an empty one where there is no file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        match path.symlink_metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            _ => {}
        }
        let unreadable = |reason: String| {
            Failure::new(format!("{} can't be read: {reason}", path.display()), "mend or remove it")
        };
        let about = path.metadata().map_err(|error| unreadable(error.to_string()))?;
        if !about.is_file() || about.len() > MAX_BYTES {
            return Err(unreadable(format!("it is no file of at most {} KB", MAX_BYTES >> 10)));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        Self::parse(path, &text)
    }

    /// Reads the text of a configuration file.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        decode::config(path, text)
    }
}

/// Adds the rules under `dir` (`dir/rules` and `dir/templates`, as trueup's own are laid out). Those
/// that can't be loaded stay in the set as their errors: the others run.
pub(super) fn add_rules(rules: &mut RuleSet, dir: &Path) -> Result<(), Failure> {
    for file in source::rule_files(dir)? {
        rules.add(&format!("{}/", dir.display()), &file.id, &file.rule, file.template.as_deref());
    }
    Ok(())
}

/// Silences findings by the comments in the files they stand in. `judged` says whether the run judges a
/// rule at all.
pub(super) fn suppress(run: &mut Run, input: &Input, judged: &dyn Fn(&str) -> bool) {
    if let Some(today) = &input.today {
        findings::note_outdated(&mut run.assessment, today);
    }
    let mut comments = Vec::new();
    let written = |id: &source::FileId| !run.plans.contains(id);
    for (id, file) in run.workspace.sources.iter().filter(|(id, _)| written(id)) {
        comments.extend(source::suppressions(file.text(), id));
    }
    if comments.is_empty() {
        return;
    }
    let Run { workspace, configurations, assessment, context, .. } = run;
    let surroundings = |finding: &Finding| surroundings(finding, configurations);
    let silencing = Silencing { surroundings: &surroundings, judged, today: input.today.as_deref() };
    findings::suppress(assessment, &comments, &workspace.sources, &silencing);
    // A plan's sources are only looked into: what a comment silences there may be in no plan.
    let looked_into = |finding: &Finding| finding.location.is_some_and(|at| context.contains(&at.file));
    let faults = |finding: &Finding| &*finding.rule == findings::SUPPRESSION_RULE;
    assessment.findings.retain(|finding| !faults(finding) || !looked_into(finding));
}

/// The block a finding stands in, and the module calls that lead to its instances.
fn surroundings(finding: &Finding, configurations: &[Configuration]) -> Surroundings {
    let mut found = Surroundings::default();
    for configuration in configurations {
        for instance in finding.instances() {
            let Some(resource) = configuration.find(instance).and_then(|id| configuration.get(id)) else {
                continue;
            };
            // Roots may use one address for different blocks.
            if finding.block == Some(resource.header) {
                found.block = Some(Location::new(resource.file, resource.span));
                let calls = configuration.calls.get(&resource.module).cloned().unwrap_or_default();
                found.instances.push((instance.clone(), calls));
            }
        }
    }
    found
}
