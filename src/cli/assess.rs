//! The flow: files to workspace, workspace to configurations, those to findings, with fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::eval::{MAX_MODULE_DEPTH, Root, Why};
use crate::findings::{
    self, Assessment, Coverage, Finding, Outcome, Secrets, Severity, UnparsedFile, UnresolvedModule,
};
use crate::fixes::Judged;
use crate::graph::{self, Configuration, Context};
use crate::rules::{self, RuleSet, Verdict};
use crate::source::{self, FileId, Found, Location, SourceFile};
use crate::syntax::Workspace;

use super::{Environments, offer};

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
    let (contexts, problems) = asked.environments.contexts(&workspace);
    let mut configurations = evaluate(&workspace, &contexts);
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
    assessment.coverage = coverage(&workspace, &configurations, rules, unparsed, problems);
    assessment.coverage.undetermined_inputs = undetermined(judged.iter().flat_map(|(verdicts, _)| verdicts));
    for verdict in judged.iter().flat_map(|(verdicts, _)| verdicts) {
        assessment.rules.entry(verdict.rule.info.id.clone()).or_insert_with(|| verdict.rule.info.clone());
    }
    let before: Vec<Vec<Judged>> = if asked.fixes {
        judged.iter().zip(&configurations).map(|((verdicts, _), at)| offer::judged(verdicts, at)).collect()
    } else {
        Vec::new()
    };
    assessment.findings = merged(judged.into_iter().map(|(_, findings)| findings));
    let mut run = Run { workspace, configurations, assessment, secrets: Secrets::default() };
    if asked.fixes {
        offer::offer_fixes(&mut run, &before, rules, &asked.settings);
    }
    broken(&mut run, rules);
    run.secrets = rules::secrets(&run.workspace, &run.configurations, &found.plans);
    sort(&mut run);
    run
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
            environments: Vec::new(),
            module: String::new(),
            location: Some(Location::new(file, error.span)),
            message: format!("the rule {} can't be loaded: {}{help}{more}", rule.id, error.message),
            why: Vec::new(),
            fix: None,
            suppressed: None,
        });
    }
}

/// Evaluates root modules in parallel, in order.
pub(super) fn evaluate(workspace: &Workspace, contexts: &[Context]) -> Vec<Configuration> {
    let one = |context: &Context| {
        graph::configuration(workspace, Root::with(workspace, &context.dir, context.inputs.clone()))
    };
    contexts.par_iter().map(one).collect()
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
    problems: Vec<(String, Option<Location>)>,
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
fn merged(parts: impl Iterator<Item = Vec<Finding>>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut by_place: BTreeMap<(Arc<str>, Option<Location>, String), usize> = BTreeMap::new();
    for finding in parts.flatten() {
        // Several subjects may point at one place: their addresses tell them apart. The module's path
        // does not count, because one source block may be reached through several calls.
        let inner = finding.address.strip_prefix(&*finding.module).unwrap_or(&finding.address);
        let address =
            if finding.module.is_empty() { finding.address.clone() } else { rules::without_keys(inner) };
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
                    worse.environments.extend(other.environments);
                    worse.environments.sort();
                    worse.environments.dedup();
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
