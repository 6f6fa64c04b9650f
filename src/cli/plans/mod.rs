//! Judges plans and states: what is, what will be, and what lies between.
//!
//! In: the plans among what was read. Out: for each one configuration with its findings, compared with
//! those of the state it starts from. A plan's JSON knows the values, its sources know the places: where
//! both are there they are joined.

mod show;
mod sources;

use foldhash::HashMap;
use rayon::prelude::*;

use crate::eval::{Root, json};
use crate::findings::{Finding, UnparsedFile, compare};
use crate::graph::{self, Blocks, Configuration, Moment};
use crate::rules::{self, RuleSet};
use crate::source::{FileId, Found, Location, Sources, Span};
use crate::syntax::{Change, Plan, Workspace, parse_plan};

use super::conclude::{Conclusion, conclude, told};

pub(super) use show::{Program, run_terraform};
pub(super) use sources::Names;

use sources::{Origin, follow, unpack};

/// The plans of a run, before they are judged.
#[derive(Default)]
pub(super) struct Plans {
    files: Vec<FileId>,
    origins: Vec<Origin>,
    named: Option<Origin>,
    pub(super) names: Names,
}

/// One plan, judged.
pub(super) struct Judged {
    pub(super) configuration: Configuration,
    pub(super) conclusion: Conclusion,
    /// Failures that the plan resolves.
    pub(super) resolved: Vec<Finding>,
    /// Whether findings were compared with what is.
    pub(super) compared: bool,
    pub(super) made_from: MadeFrom,
}

/// What a plan's configuration was made from: with it the plan can be judged again after a patch.
pub struct MadeFrom {
    state: bool,
    /// `None` where the sources are not here.
    origin: Option<Origin>,
    /// The plan and its evaluated sources; `None` where the sources are all there is.
    joined: Option<(Configuration, Configuration)>,
}

impl MadeFrom {
    /// Whether it is what exists, which no patch changes.
    pub(super) const fn is_state(&self) -> bool {
        self.state
    }

    /// The root that the plan was made from, where it is here.
    pub(super) fn root<'w>(&self, workspace: &'w Workspace) -> Option<Root<'w>> {
        self.origin.as_ref().filter(|_| !self.state).map(|origin| origin.root(workspace))
    }

    /// What would be planned from changed sources.
    pub(super) fn again(&self, workspace: &Workspace) -> Option<Configuration> {
        let origin = self.origin.as_ref()?;
        let after = graph::configuration(workspace, origin.root(workspace));
        Some(match &self.joined {
            Some((joined, before)) => graph::patched(joined, before, &after),
            None => Configuration { root: origin.name.clone(), ..after },
        })
    }
}

impl Plans {
    /// Takes the plans out of what was found, and adds their sources to it.
    pub(super) fn take(found: &mut Found, unparsed: &mut Vec<UnparsedFile>) -> Self {
        let mut plans = Self { files: found.plans.clone(), ..Self::default() };
        follow(found);
        plans.named = Origin::named(found);
        plans.origins = unpack(found, unparsed, &mut plans.names);
        plans
    }

    /// Gives the files of plans the names they are shown by.
    pub(super) fn rename(self, sources: &mut Sources) {
        self.names.apply(sources);
    }

    /// Judges each plan. What can't be judged is added to `unparsed`.
    pub(super) fn judge(
        &mut self,
        workspace: &Workspace,
        rules: &RuleSet,
        unparsed: &mut Vec<UnparsedFile>,
    ) -> Vec<Judged> {
        let mut judged = Vec::new();
        // One plan in both forms is one plan: its JSON has the values, the other the sources.
        let pair = self.files.len() == 1 && self.origins.len() == 1;
        for file in std::mem::take(&mut self.files) {
            let origin = if pair { self.origins.pop() } else { None };
            let origin = origin.or_else(|| self.named.clone());
            match judge_json(workspace, rules, file, origin) {
                Ok(plan) => judged.push(plan),
                Err(problem) => unparsed.push(problem),
            }
        }
        judged.extend(self.origins.drain(..).map(|origin| judge_sources(workspace, rules, origin)));
        judged
    }
}

fn judge_sources(workspace: &Workspace, rules: &RuleSet, origin: Origin) -> Judged {
    let mut configuration = graph::configuration(workspace, origin.root(workspace));
    configuration.root.clone_from(&origin.name);
    Judged {
        conclusion: conclude(rules, &configuration, workspace),
        configuration,
        resolved: Vec::new(),
        compared: false,
        made_from: MadeFrom { state: false, origin: Some(origin), joined: None },
    }
}

fn judge_json(
    workspace: &Workspace,
    rules: &RuleSet,
    file: FileId,
    mut origin: Option<Origin>,
) -> Result<Judged, UnparsedFile> {
    let refuse = |message: String, help: Option<String>| UnparsedFile {
        file: workspace
            .sources
            .get(file)
            .map(|source| source.path().display().to_string())
            .unwrap_or_default(),
        location: Some(Location::new(file, Span::default())),
        message,
        help,
    };
    let Some(source) = workspace.sources.get(file) else {
        return Err(refuse("the plan was not read".to_owned(), None));
    };
    let plan = parse_plan(file, source).map_err(|error| refuse(error.message, error.help))?;
    if let Some(origin) = origin.as_mut().filter(|_| !plan.state) {
        let values = plan.variables.iter();
        origin.variables = Some(values.map(|(name, value)| (name.clone(), json::from_json(value))).collect());
        origin.settle(workspace);
    }
    let root = origin.as_ref().map(|origin| origin.root(workspace));
    let blocks = root.as_ref().map(Blocks::new);
    let evaluated = root.map(|root| graph::configuration(workspace, root));
    let made = graph::plan_configuration(&plan, source, Moment::Planned, blocks.as_ref(), None);
    let joined = |mut made: Configuration, moment: Moment| {
        if let Some(origin) = &origin {
            made.root.clone_from(&origin.name);
        }
        match &evaluated {
            Some(evaluated) if !plan.state => graph::joined(made, evaluated, moment == Moment::Planned),
            _ => made,
        }
    };
    let alone = evaluated.is_some().then(|| made.clone());
    let configuration = joined(made, Moment::Planned);
    let planned = alone.as_ref().unwrap_or(&configuration);
    let at = |moment: Moment| {
        joined(graph::plan_configuration(&plan, source, moment, blocks.as_ref(), Some(planned)), moment)
    };
    let verdicts = rules::run(rules, &configuration, workspace);
    let known = rules::Known::of(&verdicts, &configuration);
    // Only failures are compared, so that the rest of what is now need not be kept.
    let failures = |moment: Moment| {
        let now = at(moment);
        let verdicts = rules::run_beside(rules, &now, workspace, Some(&known));
        rules::failures(verdicts, &now, workspace)
    };
    let compared = !plan.state;
    let (mut conclusion, now) = rayon::join(
        || told(verdicts, &configuration, workspace),
        || if compared { failures(Moment::Now) } else { Vec::new() },
    );
    let applied = (compared && !plan.drift.is_empty()).then(|| failures(Moment::Applied));
    let findings = &mut conclusion.findings;
    let mut resolved = Vec::new();
    if compared {
        resolved = compare(findings, &now, applied.as_deref());
        let actions = actions(&plan);
        findings.par_iter_mut().chain(&mut resolved).for_each(|finding| {
            let address = finding.instances.first().unwrap_or(&finding.address);
            finding.action = actions.get(address.as_str()).and_then(|change| action(change));
        });
    }
    let joined = evaluated.filter(|_| compared).map(|evaluated| (configuration.clone(), evaluated));
    Ok(Judged {
        conclusion,
        resolved,
        compared,
        made_from: MadeFrom { state: plan.state, origin, joined },
        configuration,
    })
}

/// The change of each resource.
fn actions<'p, 'a>(plan: &'p Plan<'a>) -> HashMap<&'p str, &'p Change<'a>> {
    plan.changes.iter().map(|change| (&*change.address, change)).collect()
}

fn action(change: &Change<'_>) -> Option<String> {
    let actions: Vec<&str> = change.actions.iter().map(|action| &**action).collect();
    let mut text = match actions.as_slice() {
        [] | ["no-op"] => String::new(),
        [one] => (*one).to_owned(),
        _ => "replace".to_owned(),
    };
    if !change.replaced_by.is_empty() {
        text.push_str(&format!(" because of {}", change.replaced_by.join(", ")));
    }
    if let Some(previous) = &change.previous {
        let from = format!("moved from {previous}");
        text = if text.is_empty() { from } else { format!("{text}, {from}") };
    }
    (!text.is_empty()).then_some(text)
}
