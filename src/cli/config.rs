//! `.trueup.hcl`, rules of a team's own, and suppression comments.

use std::path::Path;

use crate::findings;
use crate::rules::RuleSet;
use crate::source::{self, Location};

use super::{Failure, Run};

/// What `.trueup.hcl` may hold.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Values that templates ask for: a log bucket, a key, an alert topic.
    #[serde(default)]
    settings: serde_json::Map<String, serde_json::Value>,
}

/// The settings of a configuration file; none where there is no file.
pub(super) fn settings(path: &Path) -> Result<serde_json::Value, Failure> {
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
    let config: Config = hcl::from_str(&text).map_err(|error| {
        Failure::new(
            format!("{}: {error}", path.display()),
            "it may hold settings = { name = \"value\" } and nothing else yet",
        )
    })?;
    Ok(serde_json::Value::Object(config.settings))
}

/// Adds the rules under `dir` (`dir/rules` and `dir/templates`, as trueup's own are laid out).
pub(super) fn add_rules(rules: &mut RuleSet, dir: &Path) -> Result<(), Failure> {
    let files = source::rule_files(dir)?;
    for file in files {
        rules.add(&file.id, &file.rule, file.template.as_deref()).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Failure::new(
                format!("the rule {} can't be loaded:\n  {}", file.id, lines.join("\n  ")),
                "mend the rule file; `trueup rules test` checks it",
            )
        })?;
    }
    Ok(())
}

/// Silences findings by the comments in the files they stand in.
pub(super) fn suppress(run: &mut Run, today: Option<&str>) {
    let mut comments = Vec::new();
    let written = |id: &source::FileId| !run.plans.contains(id);
    for (id, file) in run.workspace.sources.iter().filter(|(id, _)| written(id)) {
        comments.extend(source::suppressions(file.text(), id));
    }
    if comments.is_empty() {
        return;
    }
    let Run { workspace, configurations, assessment, context, .. } = run;
    let span = |finding: &findings::Finding| {
        let wanted = finding.instances.first().map_or(finding.address.as_str(), String::as_str);
        configurations.iter().find_map(|configuration| {
            let at =
                configuration.resources.binary_search_by(|resource| (*resource.address).cmp(wanted)).ok()?;
            let resource = configuration.resources.get(at)?;
            Some(Location::new(resource.file, resource.span))
        })
    };
    findings::suppress(assessment, &comments, &workspace.sources, &span, today);
    // A plan's sources are only looked into: what a comment silences there may be in no plan.
    let looked_into =
        |finding: &findings::Finding| finding.location.is_some_and(|at| context.contains(&at.file));
    assessment
        .findings
        .retain(|finding| &*finding.rule != findings::SUPPRESSION_RULE || !looked_into(finding));
}
