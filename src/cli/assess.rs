//! The flow: files to workspace, workspace to configurations, those to findings, with fixes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::eval::{MAX_MODULE_DEPTH, Root, Why};
use crate::findings::{
    self, Assessment, Coverage, Finding, Outcome, RuleInfo, Secrets, Severity, UnparsedFile, UnresolvedModule,
};
use crate::fixes;
use crate::graph::{self, Configuration, Context};
use crate::rules::{self, RuleSet};
use crate::source::{self, FileId, Found, Location, Problem, SourceFile, Sources, Span};
use crate::syntax::{Workspace, without_keys};

use super::plans::{MadeFrom, Plans};
use super::{Environments, offer};

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
    /// What no output may show.
    pub secrets: Secrets,
}

/// What a run is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What the templates of fixes see as `setting`.
    pub settings: serde_json::Value,
    /// Whether failing findings shall carry proved fixes.
    pub fixes: bool,
    /// What roots are evaluated with.
    pub environments: Environments,
}

/// Judges everything that was found.
pub fn assess(mut found: Found, rules: &RuleSet, asked: &Asked) -> Run {
    let mut refused = Vec::new();
    let mut plans = Plans::take(&mut found, &mut refused);
    let workspace = parse(&mut found);
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
    unparsed.append(&mut refused);
    let (mut contexts, problems) = asked.environments.contexts(&workspace);
    contexts.retain(|context| is_judged(&workspace, &found.context, &context.dir));
    let trees = evaluate(&workspace, &contexts);
    let mut judged: Vec<Conclusion> =
        trees.par_iter().map(|configuration| conclude(rules, configuration, &workspace)).collect();
    let mut run = Run {
        made_from: trees.iter().map(|_| None).collect(),
        configurations: trees,
        assessment: Assessment { rules_digest: rules.digest(), ..Assessment::default() },
        plans: found.plans,
        context: found.context,
        secrets: Secrets::default(),
        workspace,
    };
    let mut resolved = Vec::new();
    for plan in plans.judge(&run.workspace, rules, &mut unparsed) {
        judged.push(plan.conclusion);
        resolved.extend(plan.resolved);
        run.assessment.compared |= plan.compared;
        run.configurations.push(plan.configuration);
        run.made_from.push(Some(plan.made_from));
    }
    unparsed.extend(syntax_errors(&run.workspace));
    let assessment = &mut run.assessment;
    assessment.coverage = coverage(&run.workspace, &run.configurations, rules, unparsed, problems);
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
    let (findings, before): (Vec<_>, Vec<_>) =
        judged.into_iter().map(|conclusion| (conclusion.findings, conclusion.judged)).unzip();
    assessment.findings = merged(findings.into_iter());
    if asked.fixes {
        offer::offer_fixes(&mut run, &before, rules, &asked.settings, &plans.names);
    }
    run.assessment.findings.extend(merged(std::iter::once(resolved)));
    broken(&mut run, rules);
    run.secrets = rules::secrets(&run.workspace, &run.configurations, &run.plans);
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

/// Parses what was found, and the modules that it calls outside the paths that were named.
fn parse(found: &mut Found) -> Workspace {
    let mut workspace = Workspace::parse(found.sources.clone());
    for _ in 0..MAX_MODULE_DEPTH {
        let called = graph::called(&workspace);
        for dir in called.iter().filter(|dir| !workspace.modules.contains_key(*dir)) {
            source::read_more(found, Path::new(dir));
        }
        if found.sources.len() == workspace.sources.len() {
            break;
        }
        workspace = Workspace::parse(found.sources.clone());
    }
    workspace
}

/// One error for each rule that was needed and can't be loaded, at its own file and line.
fn broken(run: &mut Run, rules: &RuleSet) {
    for rule in rules.broken() {
        let Some(error) = rule.errors.first() else { continue };
        let help = error.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        let more = match rule.errors.len() - 1 {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let file = run.workspace.sources.add(SourceFile::new(&rule.file, &*rule.text));
        run.assessment.findings.push(Finding {
            fingerprint: findings::fingerprint(&rule.id, "", "load"),
            rule: Arc::clone(&rule.id),
            outcome: Outcome::Error,
            severity: Severity::High,
            address: rule.file.clone(),
            instances: Vec::new(),
            identities: Vec::new(),
            environments: Vec::new(),
            block: None,
            module: String::new(),
            location: Some(Location::new(file, error.span)),
            message: format!("the rule {} can't be loaded: {}{help}{more}", rule.id, error.message),
            why: Vec::new(),
            fix: None,
            suppressed: None,
            change: None,
            drift: false,
            action: None,
        });
    }
}

/// Whether a root is judged by itself: not one that is only read for a plan.
fn is_judged(workspace: &Workspace, context: &BTreeSet<FileId>, dir: &str) -> bool {
    let files = workspace.modules.get(dir).into_iter().flat_map(|module| &module.files);
    files.into_iter().any(|file| !context.contains(file))
}

/// Evaluates root modules in parallel, in order.
pub(super) fn evaluate(workspace: &Workspace, contexts: &[Context]) -> Vec<Configuration> {
    let one = |context: &Context| {
        graph::configuration(workspace, Root::with(workspace, &context.dir, context.inputs.clone()))
    };
    contexts.par_iter().map(one).collect()
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
    problems: Vec<Problem>,
) -> Coverage {
    let mut coverage = Coverage { files: workspace.sources.len(), unparsed, ..Coverage::default() };
    let mut unresolved = BTreeSet::new();
    let mut problems: BTreeSet<_> = problems.into_iter().collect();
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
    /// What a proof needs of the verdicts.
    judged: Vec<fixes::Judged>,
    /// The rules that judged something.
    rules: BTreeMap<Arc<str>, RuleInfo>,
    /// Inputs that would decide an undetermined verdict, and how many wait for each.
    inputs: BTreeMap<String, usize>,
}

/// Runs the rules on one configuration. Verdicts are many and large: only what is told of them is kept.
pub(super) fn conclude(rules: &RuleSet, configuration: &Configuration, workspace: &Workspace) -> Conclusion {
    let verdicts = rules::run(rules, configuration, workspace);
    let findings = rules::findings(&verdicts, configuration, workspace);
    let judged = offer::judged(&verdicts, configuration);
    let mut conclusion = Conclusion { findings, judged, rules: BTreeMap::new(), inputs: BTreeMap::new() };
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
        Why::Error(error) => error.to_mend(),
    }
}

/// One finding for a rule and a source block, whichever root or call led to it: the worst verdict,
/// with the instances of all.
fn merged(parts: impl Iterator<Item = Vec<Finding>>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut by_place: BTreeMap<(Arc<str>, Option<Location>, String), usize> = BTreeMap::new();
    for finding in parts.flatten() {
        // Several subjects may point at one place: their addresses tell them apart. The module's path
        // does not count, because one source block may be reached through several calls.
        let inner = finding.address.strip_prefix(&*finding.module).unwrap_or(&finding.address);
        let address = if finding.module.is_empty() { finding.address.clone() } else { without_keys(inner) };
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
                worse.action = worse.action.or_else(|| other.action.clone());
                if worse.outcome == other.outcome {
                    worse.environments.extend(other.environments.iter().cloned());
                    worse.environments.sort();
                    worse.environments.dedup();
                    worse.join(&other);
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
