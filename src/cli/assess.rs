//! The flow: files to workspace, workspace to configurations, those to findings, with fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::eval::{Root, Why};
use crate::findings::{Assessment, Coverage, Finding, Outcome, Secrets, UnparsedFile, UnresolvedModule};
use crate::graph::{self, Configuration};
use crate::rules::{self, RuleSet, Verdict};
use crate::source::{FileId, Found, Location};
use crate::syntax::Workspace;

use super::offer;

/// What a run looked at, and what it concluded.
pub struct Run {
    /// The parsed tree.
    pub workspace: Workspace,
    /// One for each root module and plan.
    pub configurations: Vec<Configuration>,
    /// The verdicts and the ledger.
    pub assessment: Assessment,
    /// What no output may show.
    pub secrets: Secrets,
}

/// Judges everything that was found. With `fixes`, failing findings carry proved fixes, whose
/// templates see `settings`.
pub fn assess(found: Found, rules: &RuleSet, settings: &serde_json::Value, fixes: bool) -> Run {
    let mut unparsed: Vec<UnparsedFile> = found
        .unreadable
        .iter()
        .map(|(path, reason)| UnparsedFile {
            file: path.display().to_string(),
            location: None,
            message: reason.clone(),
            help: Some("check that the file exists and can be read, or exclude it".to_owned()),
        })
        .collect();
    let workspace = Workspace::parse(found.sources);
    let mut configurations = evaluate(&workspace, &graph::roots(&workspace));
    for plan in &found.plans {
        match plan_configuration(&workspace, *plan) {
            Ok(configuration) => configurations.push(configuration),
            Err(problem) => unparsed.push(problem),
        }
    }
    unparsed.extend(syntax_errors(&workspace));
    let judged: Vec<(Vec<Verdict>, Vec<Finding>)> = configurations
        .par_iter()
        .map(|configuration| {
            let verdicts = rules::run(rules, configuration, &workspace);
            let findings = rules::findings(&verdicts, configuration, &workspace);
            (verdicts, findings)
        })
        .collect();
    let mut assessment = Assessment { rules_digest: rules.digest(), ..Assessment::default() };
    assessment.coverage = coverage(&workspace, &configurations, rules, unparsed);
    assessment.coverage.undetermined_inputs = undetermined(judged.iter().flat_map(|(verdicts, _)| verdicts));
    for verdict in judged.iter().flat_map(|(verdicts, _)| verdicts) {
        assessment.rules.entry(verdict.rule.info.id.clone()).or_insert_with(|| verdict.rule.info.clone());
    }
    assessment.findings = merged(judged.into_iter().map(|(_, findings)| findings));
    let secrets = rules::secrets(&workspace, &configurations, &found.plans);
    let mut run = Run { workspace, configurations, assessment, secrets };
    if fixes {
        offer::offer_fixes(&mut run, rules, settings);
    }
    sort(&mut run);
    run
}

/// Evaluates root modules in parallel, in order.
pub(super) fn evaluate(workspace: &Workspace, roots: &[String]) -> Vec<Configuration> {
    roots.par_iter().map(|dir| graph::configuration(workspace, Root::new(workspace, dir))).collect()
}

fn plan_configuration(workspace: &Workspace, file: FileId) -> Result<Configuration, UnparsedFile> {
    let refuse = |message: String, help: Option<String>| UnparsedFile {
        file: workspace
            .sources
            .get(file)
            .map(|source| source.path().display().to_string())
            .unwrap_or_default(),
        location: Some(Location::new(file, crate::source::Span::default())),
        message,
        help,
    };
    let Some(source) = workspace.sources.get(file) else {
        return Err(refuse("the plan was not read".to_owned(), None));
    };
    let plan = crate::syntax::parse_plan(file, source).map_err(|error| refuse(error.message, error.help))?;
    Ok(graph::plan_configuration(&plan, file, source))
}

fn syntax_errors(workspace: &Workspace) -> Vec<UnparsedFile> {
    // Those of the documents are among them.
    workspace
        .errors
        .iter()
        .map(|error| UnparsedFile {
            file: workspace
                .sources
                .get(error.location.file)
                .map(|source| source.path().display().to_string())
                .unwrap_or_default(),
            location: Some(error.location),
            message: error.message.clone(),
            help: error.help.clone(),
        })
        .collect()
}

fn coverage(
    workspace: &Workspace,
    configurations: &[Configuration],
    rules: &RuleSet,
    unparsed: Vec<UnparsedFile>,
) -> Coverage {
    let mut coverage = Coverage { files: workspace.sources.len(), unparsed, ..Coverage::default() };
    let mut unresolved = BTreeSet::new();
    let mut problems = BTreeSet::new();
    for configuration in configurations {
        coverage.resources += configuration.resources.len();
        for (kind, resources) in &configuration.by_kind {
            if !rules.covers(kind) {
                *coverage.resource_types_without_rules.entry(kind.to_string()).or_default() +=
                    resources.len();
            }
        }
        unresolved.extend(
            configuration
                .unresolved_modules
                .iter()
                .map(|(address, source, location)| (*location, address.clone(), source.clone())),
        );
        problems.extend(configuration.problems.iter().cloned());
    }
    coverage.modules_unresolved = unresolved
        .into_iter()
        .map(|(location, address, source)| UnresolvedModule { address, source, location })
        .collect();
    coverage.problems = problems.into_iter().collect();
    coverage
}

/// Which inputs would decide the undetermined verdicts.
fn undetermined<'v>(verdicts: impl Iterator<Item = &'v Verdict>) -> BTreeMap<String, usize> {
    let mut inputs = BTreeMap::new();
    for verdict in verdicts.filter(|verdict| verdict.outcome == Outcome::Undetermined) {
        if let Some(why) = &verdict.why {
            *inputs.entry(input(why)).or_default() += 1;
        }
    }
    inputs
}

fn input(why: &Why) -> String {
    match why {
        Why::Variable { address, .. } => address.to_string(),
        Why::Computed(path) | Why::DataSource(path) => path.to_string(),
        Why::Module(address) => format!("{address} (module not found)"),
        Why::Instances(address) => format!("{address} (number of instances)"),
        Why::Function(name) => format!("{name}()"),
        Why::Error(error) => format!("error: {}", error.message),
    }
}

/// One finding for a rule and a source block, whichever root or call led to it: the worst verdict,
/// with the instances of all.
pub(super) fn merged(parts: impl Iterator<Item = Vec<Finding>>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut by_place: BTreeMap<(Arc<str>, Option<Location>, String), usize> = BTreeMap::new();
    for finding in parts.flatten() {
        // Findings of estate rules and plans have no block of their own: their address tells them apart.
        let address = if finding.module.is_empty() { finding.address.clone() } else { String::new() };
        let key = (finding.rule.clone(), finding.location, address);
        match by_place.get(&key).and_then(|at| findings.get_mut(*at)) {
            None => {
                by_place.insert(key, findings.len());
                findings.push(finding);
            }
            Some(kept) => {
                let (mut worse, other) = if finding.outcome < kept.outcome {
                    (finding, kept.clone())
                } else {
                    (kept.clone(), finding)
                };
                if worse.outcome == other.outcome {
                    worse.instances.extend(other.instances);
                    worse.instances.sort();
                    worse.instances.dedup();
                }
                *kept = worse;
            }
        }
    }
    findings
}

fn sort(run: &mut Run) {
    let sources = &run.workspace.sources;
    run.assessment.findings.sort_by_cached_key(|finding| {
        let place = finding
            .location
            .and_then(|location| sources.place(location))
            .map(|(path, at)| (path.to_path_buf(), at));
        (
            std::cmp::Reverse(finding.severity),
            finding.outcome,
            place,
            finding.rule.clone(),
            finding.address.clone(),
        )
    });
}
