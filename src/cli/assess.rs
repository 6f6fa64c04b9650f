//! The flow: files to workspace, workspace to configurations, those to findings, with fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use rayon::prelude::*;

use crate::eval::MAX_MODULE_DEPTH;
use crate::findings::{
    self, Assessment, Baseline, Coverage, Finding, Outcome, Secrets, Severity, UnparsedFile, UnresolvedModule,
};
use crate::graph::{self, Configuration};
use crate::rules::{self, RuleSet};
use crate::source::{self, FileId, Found, Location, Problem, Snapshot, SourceFile, Sources, Span};
use crate::syntax::Workspace;

use super::concern::{self, Concern, Place, Selection};
use super::conclude::{judge, part};
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
    /// The findings that were asked for; none where all are.
    pub(super) asked: Option<BTreeSet<Place>>,
    /// The files that were asked for, where not all are.
    pub(super) held: BTreeSet<FileId>,
    /// How many files were read; rules and settings that are told of come behind them.
    pub(super) read: usize,
    /// The least severity that fails a run, as the configuration file says.
    pub(super) threshold: Option<Severity>,
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
    /// Findings are asked for that concern each of these; all where there is none.
    pub concerns: Vec<Concern>,
    /// Only findings are asked for that concern files which differ from this commit.
    pub changed_since: Option<Arc<Snapshot>>,
    /// What is known already, and needs no fix.
    pub known: Vec<Baseline>,
}

/// Judges everything that was found.
pub fn assess(mut found: Found, rules: &RuleSet, asked: &Asked) -> Run {
    let mut refused = Vec::new();
    let left_out = found.left_out;
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
    let (mut contexts, mut problems) = asked.environments.contexts(&workspace);
    contexts.retain(|context| is_judged(&workspace, &found.context, &context.dir));
    let mut concerns = asked.concerns.clone();
    concerns.extend(asked.changed_since.as_ref().map(|base| Concern::changed(&workspace.sources, base)));
    let selection = Selection::new(&workspace, &contexts, concerns);
    let (trees, mut judged, wanted) = judge(&workspace, &contexts, rules, &selection);
    let part = part(&workspace, &trees, &selection, &mut unparsed, &mut problems);
    let mut run = Run {
        made_from: trees.iter().map(|_| None).collect(),
        configurations: trees,
        assessment: Assessment { rules_digest: rules.digest(), ..Assessment::default() },
        plans: found.plans,
        context: found.context,
        secrets: Secrets::default(),
        asked: wanted,
        held: part.held,
        read: workspace.sources.len(),
        threshold: None,
        workspace,
    };
    let mut resolved = Vec::new();
    let (planned, gathered) = rayon::join(
        || plans.judge(&run.workspace, rules, &mut unparsed),
        || rules::plan_secrets(&run.workspace.sources, &run.plans),
    );
    for plan in planned {
        judged.push(plan.conclusion);
        resolved.extend(plan.resolved);
        run.assessment.compared |= plan.compared;
        run.configurations.push(plan.configuration);
        run.made_from.push(Some(plan.made_from));
    }
    let read = |bad: &UnparsedFile| bad.location.is_none_or(|at| !part.others.contains(&at.file));
    unparsed.extend(syntax_errors(&run.workspace).into_iter().filter(read));
    let assessment = &mut run.assessment;
    assessment.coverage = coverage(&run.workspace, &run.configurations, rules, unparsed, problems);
    assessment.coverage.files = assessment.coverage.files.saturating_sub(part.others.len());
    assessment.coverage.left_out = left_out;
    for conclusion in &mut judged {
        for (input, count) in std::mem::take(&mut conclusion.inputs) {
            *assessment.coverage.undetermined_inputs.entry(input).or_default() += count;
        }
        assessment.rules.append(&mut conclusion.rules);
    }
    // The rules of what goes away judged nothing that stays.
    for finding in &resolved {
        if assessment.rules.contains_key(&finding.rule) {
            continue;
        }
        if let Some(Ok(rule)) = rules.get(&finding.rule) {
            assessment.rules.insert(finding.rule.clone(), rule.info.clone());
        }
    }
    let (findings, before): (Vec<_>, Vec<_>) =
        judged.into_iter().map(|conclusion| (conclusion.findings, conclusion.judged)).unzip();
    assessment.findings = merged(findings.into_iter());
    if asked.fixes {
        let wanted = to_mend(&run, &asked.known);
        offer::offer_fixes(&mut run, &before, rules, &asked.settings, &plans.names, &wanted);
    }
    run.assessment.findings.extend(merged(std::iter::once(resolved)));
    broken(&mut run, rules);
    run.secrets = rules::secrets(&run.workspace, &run.configurations, gathered);
    plans.rename(&mut run.workspace.sources);
    let findings = std::mem::take(&mut run.assessment.findings);
    run.assessment.findings = once(findings, &run.workspace.sources);
    sort(&mut run);
    run
}

/// For each finding, whether a fix is asked for: not for what is known, or not asked for itself.
fn to_mend(run: &Run, known: &[Baseline]) -> Vec<bool> {
    let findings = &run.assessment.findings;
    let mut wanted: Vec<bool> = findings
        .iter()
        .map(|finding| run.asked.as_ref().is_none_or(|asked| asked.contains(&concern::place(finding))))
        .collect();
    for baseline in known {
        let compared = baseline.compare(findings, &run.workspace.sources, &|_| true);
        for (wanted, known) in wanted.iter_mut().zip(compared.known) {
            *wanted &= !known;
        }
    }
    wanted
}

/// A binary plan has the tree's own files once more. Where both were judged, what is found in the same
/// place is one finding: what the plan does with it, and the fix of the tree.
fn once(findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    let mut paths = HashSet::default();
    if sources.iter().all(|(_, file)| paths.insert(file.path())) {
        return findings;
    }
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut by_place: HashMap<(String, PathBuf, Span, Outcome), usize> = HashMap::default();
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
    graph::generate(&mut workspace);
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
    let files = workspace.sources.iter().filter(|(_, file)| !file.is_part()).count();
    let mut coverage = Coverage { files, unparsed, ..Coverage::default() };
    let mut kinds: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    let mut unresolved = BTreeSet::new();
    let mut problems: BTreeSet<_> = problems.into_iter().collect();
    for configuration in configurations {
        coverage.resources += configuration.resources.len();
        for (kind, resources) in &configuration.by_kind {
            *kinds.entry(Arc::clone(kind)).or_default() += resources.len();
        }
        unresolved.extend(
            configuration
                .unresolved_modules
                .iter()
                .map(|(address, source, location)| (*location, address.clone(), source.clone())),
        );
        problems.extend(configuration.problems.iter().cloned());
    }
    let unknown = kinds.into_iter().filter(|(kind, _)| !rules.knows(kind));
    coverage.resource_types_without_rules = unknown.map(|(kind, count)| (kind.to_string(), count)).collect();
    coverage.modules_unresolved = unresolved
        .into_iter()
        .map(|(location, address, source)| UnresolvedModule { address, source, location })
        .collect();
    coverage.problems = problems.into_iter().collect();
    coverage
}

/// One finding for a rule and a source block, whichever root or call led to it: the worst verdict,
/// with the instances of all.
fn merged(parts: impl Iterator<Item = Vec<Finding>>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut by_place: HashMap<Place, usize> = HashMap::default();
    for finding in parts.flatten() {
        let key = concern::place(&finding);
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
    run.assessment.findings.par_sort_by(|a, b| {
        let place = || sources.order(a.location, b.location);
        let identity = || (&a.rule, &a.address).cmp(&(&b.rule, &b.address));
        let worst = || b.severity.cmp(&a.severity).then_with(|| a.outcome.cmp(&b.outcome));
        worst().then_with(place).then_with(identity)
    });
}
