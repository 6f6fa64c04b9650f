//! The flow: files to workspace, workspace to configurations, those to findings, with fixes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::eval::{Root, Why};
use crate::findings::{Assessment, Coverage, Finding, Outcome, RuleInfo, UnparsedFile, UnresolvedModule};
use crate::graph::{self, Configuration};
use crate::rules::{self, RuleSet};
use crate::source::{FileId, Found, Location, Sources, Span};
use crate::syntax::Workspace;

use super::offer;
use super::plans::{MadeFrom, Plans};

/// What a run looked at, and what it concluded.
pub struct Run {
    /// The parsed tree.
    pub workspace: Workspace,
    /// One for each root module and plan.
    pub configurations: Vec<Configuration>,
    /// Beside each configuration: what it was made from, for those of plans.
    pub made_from: Vec<Option<MadeFrom>>,
    /// The verdicts and the ledger.
    pub assessment: Assessment,
    /// The files that are plans.
    pub plans: Vec<FileId>,
    /// Files that were read for what plans were made from, and not judged by themselves.
    pub context: BTreeSet<FileId>,
    /// Texts that must not be shown, beside those in the files.
    pub secrets: Vec<String>,
}

/// Judges everything that was found. With `fixes`, failing findings carry proved fixes, whose
/// templates see `settings`.
pub fn assess(mut found: Found, rules: &RuleSet, settings: &serde_json::Value, fixes: bool) -> Run {
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
    let mut plans = Plans::take(&mut found, &mut unparsed);
    let workspace = Workspace::parse(found.sources);
    let roots = judged_roots(&workspace, &found.context);
    let trees: Vec<Configuration> = evaluate(&workspace, &roots);
    let mut judged: Vec<Conclusion> =
        trees.par_iter().map(|configuration| conclude(rules, configuration, &workspace)).collect();
    let mut run = Run {
        made_from: trees.iter().map(|_| None).collect(),
        configurations: trees,
        assessment: Assessment { rules_digest: rules.digest(), ..Assessment::default() },
        plans: found.plans,
        context: found.context,
        secrets: Vec::new(),
        workspace,
    };
    let mut resolved = Vec::new();
    for plan in plans.judge(&run.workspace, rules, &mut unparsed) {
        judged.push(plan.conclusion);
        resolved.extend(plan.resolved);
        run.assessment.compared |= plan.compared;
        run.secrets.extend(plan.secrets);
        run.configurations.push(plan.configuration);
        run.made_from.push(Some(plan.made_from));
    }
    unparsed.extend(syntax_errors(&run.workspace));
    let assessment = &mut run.assessment;
    assessment.coverage = coverage(&run.workspace, &run.configurations, rules, unparsed);
    for conclusion in &mut judged {
        for (input, count) in std::mem::take(&mut conclusion.inputs) {
            *assessment.coverage.undetermined_inputs.entry(input).or_default() += count;
        }
        assessment.rules.append(&mut conclusion.rules);
    }
    // The rules of what goes away judged nothing that stays.
    for finding in &resolved {
        if let Some(Ok(rule)) = rules.get(&finding.rule) {
            assessment.rules.entry(finding.rule.clone()).or_insert_with(|| rule.info.clone());
        }
    }
    assessment.findings = merged(judged.into_iter().map(|conclusion| conclusion.findings));
    if fixes {
        offer::offer_fixes(&mut run, rules, settings, &plans.names);
    }
    run.assessment.findings.extend(merged(std::iter::once(resolved)));
    plans.rename(&mut run.workspace.sources);
    let findings = std::mem::take(&mut run.assessment.findings);
    run.assessment.findings = once(findings, &run.workspace.sources);
    sort(&mut run);
    run
}

/// A binary plan has the tree's own files once more. Where both were judged, what is found in the same
/// place is one finding: what the plan does with it, and the fix of the tree.
fn once(findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut by_place: HashMap<(String, PathBuf, Span, Outcome), usize> = HashMap::new();
    for finding in findings {
        let place =
            finding.location.and_then(|at| Some((sources.get(at.file)?.path().to_path_buf(), at.span)));
        let Some((path, span)) = place else {
            kept.push(finding);
            continue;
        };
        let key = (finding.fingerprint.clone(), path, span, finding.outcome);
        let known = by_place.get(&key).and_then(|at| kept.get_mut(*at));
        let Some(known) = known.filter(|known| known.location != finding.location) else {
            by_place.insert(key, kept.len());
            kept.push(finding);
            continue;
        };
        known.change = known.change.or(finding.change);
        known.action = known.action.take().or(finding.action);
        known.drift |= finding.drift;
        if !known.fix.as_ref().is_some_and(|fix| fix.proved) {
            known.fix = finding.fix.or(known.fix.take());
        }
    }
    kept
}

/// The roots that are judged by themselves: not those that are only read for a plan.
fn judged_roots(workspace: &Workspace, context: &BTreeSet<FileId>) -> Vec<String> {
    let mut roots = graph::roots(workspace);
    roots.retain(|dir| {
        let files = workspace.modules.get(dir).into_iter().flat_map(|module| &module.files);
        files.into_iter().any(|file| !context.contains(file))
    });
    roots
}

/// Evaluates root modules in parallel, in order.
pub(super) fn evaluate(workspace: &Workspace, roots: &[String]) -> Vec<Configuration> {
    roots.par_iter().map(|dir| graph::configuration(workspace, Root::new(workspace, dir))).collect()
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

/// What the rules say of one configuration.
pub(super) struct Conclusion {
    pub(super) findings: Vec<Finding>,
    /// The rules that judged something.
    rules: BTreeMap<Arc<str>, RuleInfo>,
    /// Inputs that would decide an undetermined verdict, and how many wait for each.
    inputs: BTreeMap<String, usize>,
}

/// Runs the rules on one configuration. Verdicts are many and large: only what is told of them is kept.
pub(super) fn conclude(rules: &RuleSet, configuration: &Configuration, workspace: &Workspace) -> Conclusion {
    let verdicts = rules::run(rules, configuration, workspace);
    let findings = rules::findings(&verdicts, configuration, workspace);
    let mut conclusion = Conclusion { findings, rules: BTreeMap::new(), inputs: BTreeMap::new() };
    for verdict in &verdicts {
        let info = &verdict.rule.info;
        if !conclusion.rules.contains_key(&info.id) {
            conclusion.rules.insert(info.id.clone(), info.clone());
        }
        if let (Outcome::Undetermined, Some(why)) = (verdict.outcome, &verdict.why) {
            *conclusion.inputs.entry(input(why)).or_default() += 1;
        }
    }
    conclusion
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
                worse.change = worse.change.or(other.change);
                worse.action = worse.action.or(other.action);
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
