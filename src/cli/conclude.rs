//! Configurations to conclusions: what the rules say of each, as far as it is told.
//!
//! In: a workspace, its contexts, and what is asked for. Out: configurations with their findings. Where
//! not everything is asked for, only the roots that matter are judged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::eval::{Root, Why};
use crate::findings::{Finding, Outcome, RuleInfo, UnparsedFile};
use crate::fixes;
use crate::graph::{self, Configuration, Context};
use crate::rules::{self, RuleSet, Verdict};
use crate::source::{FileId, Problem, SourceFile};
use crate::syntax::Workspace;

use super::concern::{self, Origins, Place, Selection};
use super::proof;

/// Evaluates and judges the contexts that are asked for, in their order; and the places of the findings
/// that are, where not all are.
pub(super) fn judge(
    workspace: &Workspace,
    contexts: &[Context],
    rules: &RuleSet,
    selection: &Selection<'_>,
) -> (Vec<Configuration>, Vec<Conclusion>, Option<BTreeSet<Place>>) {
    let all = selection.is_all();
    let mut next: Vec<usize> =
        if all { (0..contexts.len()).collect() } else { selection.first().into_iter().collect() };
    let mut done: BTreeMap<usize, (Configuration, Conclusion)> = BTreeMap::new();
    let mut places = BTreeSet::new();
    while !next.is_empty() {
        let chosen: Vec<Context> = next.iter().filter_map(|at| contexts.get(*at)).cloned().collect();
        let trees = evaluate(workspace, &chosen);
        let judged: Vec<Conclusion> =
            trees.par_iter().map(|configuration| conclude(rules, configuration, workspace)).collect();
        let mut dirs = BTreeSet::new();
        for (at, (tree, conclusion)) in next.iter().zip(trees.into_iter().zip(judged)) {
            if !all {
                let (more, touched) = selection.asked(&tree, &conclusion.findings, &conclusion.origins);
                places.extend(more);
                dirs.extend(touched);
            }
            done.insert(*at, (tree, conclusion));
        }
        // What is told must be judged in every root that comes to it.
        next = selection.reaching(&dirs).into_iter().filter(|at| !done.contains_key(at)).collect();
    }
    let (trees, judged) = done.into_values().unzip();
    (trees, judged, (!all).then_some(places))
}

/// What is read of a tree, where not all of it is asked for.
pub(super) struct Part {
    /// The files that were asked for.
    pub(super) held: BTreeSet<FileId>,
    /// The files that no root which was judged rests on, and that were not asked for.
    pub(super) others: BTreeSet<FileId>,
}

/// Which files matter; what is wrong with others is left out.
pub(super) fn part(
    workspace: &Workspace,
    trees: &[Configuration],
    selection: &Selection<'_>,
    unparsed: &mut Vec<UnparsedFile>,
    problems: &mut Vec<Problem>,
) -> Part {
    if selection.is_all() {
        return Part { held: BTreeSet::new(), others: BTreeSet::new() };
    }
    let used: BTreeSet<FileId> = trees.iter().flat_map(|tree| tree.files.iter().copied()).collect();
    let path = |file: &SourceFile| file.path().to_string_lossy().replace('\\', "/");
    let all = || workspace.sources.iter().filter(|(_, file)| !file.is_part());
    let held: BTreeSet<FileId> =
        all().filter(|(_, file)| selection.holds(&path(file))).map(|(id, _)| id).collect();
    let others: BTreeSet<FileId> =
        all().map(|(id, _)| id).filter(|id| !used.contains(id) && !held.contains(id)).collect();
    let dirs: BTreeSet<Option<&Path>> =
        used.iter().filter_map(|id| workspace.sources.get(*id)).map(|file| file.path().parent()).collect();
    unparsed.retain(|bad| selection.holds(&bad.file) || dirs.contains(&Path::new(&bad.file).parent()));
    problems.retain(|problem| problem.location.is_none_or(|at| !others.contains(&at.file)));
    Part { held, others }
}

/// Evaluates root modules in parallel, in order.
pub(super) fn evaluate(workspace: &Workspace, contexts: &[Context]) -> Vec<Configuration> {
    let one = |context: &Context| {
        graph::configuration(workspace, Root::with(workspace, &context.dir, context.inputs.clone()))
    };
    contexts.par_iter().map(one).collect()
}

/// What the rules say of one configuration.
pub(super) struct Conclusion {
    pub(super) findings: Vec<Finding>,
    /// What a proof needs of the verdicts.
    pub(super) judged: Vec<fixes::Judged>,
    /// The rules that judged something.
    pub(super) rules: BTreeMap<Arc<str>, RuleInfo>,
    /// Inputs that would decide an undetermined verdict, and how many wait for each.
    pub(super) inputs: BTreeMap<String, usize>,
    /// The files that decided.
    origins: Origins,
}

/// Runs the rules on one configuration. Verdicts are many and large: only what is told of them is kept.
pub(super) fn conclude(rules: &RuleSet, configuration: &Configuration, workspace: &Workspace) -> Conclusion {
    told(rules::run(rules, configuration, workspace), configuration, workspace)
}

/// What is kept of verdicts.
pub(super) fn told(
    verdicts: Vec<Verdict>,
    configuration: &Configuration,
    workspace: &Workspace,
) -> Conclusion {
    let mut conclusion = Conclusion {
        findings: Vec::new(),
        judged: proof::judged(&verdicts, configuration),
        rules: BTreeMap::new(),
        inputs: BTreeMap::new(),
        origins: concern::origins(&verdicts, configuration),
    };
    for verdict in &verdicts {
        let info = &verdict.rule.info;
        if !conclusion.rules.contains_key(&info.id) {
            conclusion.rules.insert(info.id.clone(), info.clone());
        }
        if let (Outcome::Undetermined, Some(why)) = (verdict.outcome, &verdict.why) {
            *conclusion.inputs.entry(input(why)).or_default() += 1;
        }
    }
    conclusion.findings = rules::findings(verdicts, configuration, workspace);
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
