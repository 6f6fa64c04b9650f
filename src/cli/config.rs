//! `.trueup.hcl`, rules of a team's own, and suppression comments.

use std::collections::BTreeMap;
use std::path::Path;

use crate::findings::{self, Finding, Silencing, Surroundings};
use crate::graph::Configuration;
use crate::rules::RuleSet;
use crate::source::{self, Location};

use super::args::Input;
use super::environments::Declared;
use super::{Failure, Run};

/// The configuration file.
pub(super) const NAME: &str = ".trueup.hcl";

/// What `.trueup.hcl` may hold.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Values that rules and templates ask for: a log bucket, a key, whether the account has a baseline.
    #[serde(default)]
    pub(super) settings: serde_json::Map<String, serde_json::Value>,
    /// The environments that roots are judged for.
    #[serde(default)]
    pub(super) environment: BTreeMap<String, Declared>,
}

impl Config {
    /// Reads a configuration file; an empty one where there is no file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(Failure::new(
                    format!("{} can't be read: {error}", path.display()),
                    "mend or remove it",
                ));
            }
        };
        Self::parse(path, &text)
    }

    /// Reads the text of a configuration file.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        hcl::from_str(text).map_err(|error| {
            Failure::new(
                format!("{}: {error}", path.display()),
                "it may hold settings = { name = \"value\" } and blocks environment \"name\" { ... }",
            )
        })
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

/// Silences findings by the comments in the files they stand in.
pub(super) fn suppress(run: &mut Run, input: &Input, rules: &RuleSet) {
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
    let asked = |id: &str| rules.severity(id).is_none_or(|severity| severity >= input.profile.least());
    let judged = |id: &str| if input.only.is_empty() { asked(id) } else { input.selects(id) };
    let silencing = Silencing { surroundings: &surroundings, judged: &judged, today: input.today.as_deref() };
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
