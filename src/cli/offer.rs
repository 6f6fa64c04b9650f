//! From failing findings to proved fixes: renders each rule's template and has the result proved.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::findings::{Applicability, Edit, Effect, Finding, Fix, Outcome, Severity};
use crate::fixes::{self, Judged};
use crate::graph::{Configuration, ResourceId};
use crate::rules::{self, Objects, Rule, RuleScopeKind, RuleSet};
use crate::source::{Location, Problem};
use crate::syntax::Workspace;

use super::assess::Run;
use super::config::{Form, NAME};
use super::new_file::{make_room, new_file};
use super::plans::{MadeFrom, Names};
use super::proof::{self, Before};
use super::template_context::{context, without_subject};

/// How many fixes one run works out.
pub(super) const MAX_FIXES: usize = 1_000;

/// How many instances of one finding a fix is planned for.
const MAX_SUBJECTS: usize = 100;

/// The caution of a fix that a person need not look at otherwise.
const REPLACES: &str =
    "It replaces an expression that is computed: with other inputs it may have meant another value.";

/// The caution where the author commented what a fix takes away.
const COMMENTED: &str = "A comment stands beside what is changed: it may say why it is so.";

/// Gives every failing finding the fix that could be proved, or the reason why there is none.
/// `verdicts` are those on each configuration, `wanted` says for each finding whether a fix is asked for.
pub(super) fn offer_fixes(
    run: &mut Run,
    verdicts: &[Vec<Judged>],
    rules: &RuleSet,
    settings: &serde_json::Value,
    names: &Names,
    wanted: &[bool],
) {
    let Run { workspace, configurations, made_from, assessment, .. } = run;
    let findings = &mut assessment.findings;
    make_room(workspace, configurations, findings, rules);
    let planner = Planner { workspace, rules, settings };
    let asked = |at: usize| wanted.get(at).copied().unwrap_or(true);
    let chosen = worst(findings, &asked);
    let failing = findings.iter().enumerate();
    let failing = failing.filter(|(at, finding)| finding.outcome == Outcome::Fail && asked(*at)).count();
    if failing > chosen.len() {
        let message = format!(
            "fixes are worked out for the {MAX_FIXES} worst of {failing} failures: narrow the run by a path or --rule"
        );
        assessment.coverage.problems.push(Problem::limit(message, None));
    }
    let planned: Vec<Option<Planned>> = {
        // What a state shows is mended by applying, not by an edit.
        let fixed = |made: &Option<MadeFrom>| made.as_ref().is_some_and(MadeFrom::is_state);
        let open = configurations.iter().zip(made_from.iter()).filter(|(_, made)| !fixed(made));
        let objects: Vec<Objects<'_>> =
            open.map(|(configuration, _)| Objects::new(configuration, rules)).collect();
        let plan = |(at, finding): (usize, &Finding)| {
            let planned = chosen.contains(&at).then(|| planner.plan(&objects, finding)).flatten()?;
            let frozen = |edits: &Vec<Edit>| edits.iter().find_map(|edit| names.frozen(edit.file));
            let reason = planned.edits.as_ref().ok().and_then(frozen);
            Some(match reason {
                Some(reason) => Planned { edits: Err(reason.to_owned()), ..planned },
                None => planned,
            })
        };
        findings.par_iter().enumerate().map(plan).collect()
    };
    let mut candidates: Vec<(usize, Vec<Edit>)> = Vec::new();
    for (at, planned) in planned.iter().enumerate() {
        if let Some(Planned { edits: Ok(edits), .. }) = planned {
            candidates.push((at, edits.clone()));
        }
    }
    let before = Before { configurations, made_from, verdicts };
    let mut proofs = proof::prove(&planner, before, findings, candidates);
    for (at, planned) in planned.into_iter().enumerate() {
        let (Some(planned), Some(finding)) = (planned, findings.get_mut(at)) else { continue };
        finding.fix = Some(planned.into_fix(proofs.remove(&at)));
    }
}

/// The failing findings that get a fix: the worst ones, where there are too many.
fn worst(findings: &[Finding], asked: &dyn Fn(usize) -> bool) -> BTreeSet<usize> {
    let failing = findings.iter().enumerate();
    let failing = failing.filter(|(at, finding)| finding.outcome == Outcome::Fail && asked(*at));
    let mut failing: Vec<(Reverse<Severity>, usize)> =
        failing.map(|(at, finding)| (Reverse(finding.severity), at)).collect();
    failing.sort_unstable();
    failing.into_iter().take(MAX_FIXES).map(|(_, at)| at).collect()
}

pub(super) struct Planned {
    title: String,
    applicability: Applicability,
    effect: Effect,
    caution: Option<String>,
    needs: Option<String>,
    pub(super) edits: Result<Vec<Edit>, String>,
}

impl Planned {
    fn into_fix(self, proof: Option<Result<Vec<Edit>, String>>) -> Fix {
        let outcome = match (self.edits, proof) {
            (Err(reason), _) | (_, Some(Err(reason))) => Err(reason),
            (Ok(_), Some(Ok(edits))) => Ok(edits),
            (Ok(_), None) => Err("the fix was not tried".to_owned()),
        };
        let (edits, reason) = match outcome {
            Ok(edits) => (edits, None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        Fix {
            title: self.title,
            applicability: if reason.is_some() { Applicability::Manual } else { self.applicability },
            effect: self.effect,
            caution: self.caution,
            proved: reason.is_none(),
            edits,
            reason,
            needs: self.needs,
        }
    }
}

/// Plans the fix of a finding on a tree.
pub(super) struct Planner<'p> {
    pub(super) workspace: &'p Workspace,
    pub(super) rules: &'p RuleSet,
    pub(super) settings: &'p serde_json::Value,
}

impl Planner<'_> {
    pub(super) fn plan(&self, all: &[Objects<'_>], finding: &Finding) -> Option<Planned> {
        let rule = self.rules.get(&finding.rule)?.ok()?;
        let spec = rule.fix.as_ref()?;
        let subjects = subjects(all, &rule, finding);
        let lacking = lacking(all, &rule, finding).filter(|_| subjects.is_empty());
        let (objects, id) = match (subjects.first(), lacking) {
            (Some((objects, id)), _) => (*objects, Some(*id)),
            (None, objects) => (objects?, None),
        };
        let judged = id.filter(|_| rule.scope == RuleScopeKind::Resource);
        let title =
            rules::text(&rule, spec.title, objects, judged).unwrap_or_else(|_| rule.info.title.clone());
        let needs = rule.template.as_deref().and_then(|template| missing_setting(template, self.settings));
        let edits = match &needs {
            Some(name) => Err(format!(
                "it needs an input that only you have: add settings = {{ {name} = {} }} to {NAME}",
                Form::of(name).example()
            )),
            None if id.is_none() => self.created(&rule, objects),
            None => self.together(&rule, &subjects, all),
        };
        let replaces = edits.as_ref().is_ok_and(|edits| edits.iter().any(|edit| self.is_computed(edit)));
        let commented = edits.as_ref().is_ok_and(|edits| edits.iter().any(|edit| self.is_commented(edit)));
        let (applicability, mut caution) = match (spec.applicability, &spec.caution) {
            (Applicability::Auto, None) if replaces => (Applicability::Review, Some(REPLACES.to_owned())),
            (Applicability::Auto, caution) if commented => (Applicability::Review, caution.clone()),
            (applicability, caution) => (applicability, caution.clone()),
        };
        if commented {
            let before = caution.map(|text| format!("{text} ")).unwrap_or_default();
            caution = Some(format!("{before}{COMMENTED}"));
        }
        let adds = |edit: &Edit| edit.span.is_empty() && self.adds_resource(edit);
        let only_adds = edits.as_ref().is_ok_and(|edits| edits.iter().all(adds));
        Some(Planned {
            title,
            applicability,
            effect: spec.effect.unwrap_or(if only_adds { Effect::Create } else { Effect::Update }),
            caution,
            needs,
            edits,
        })
    }

    /// Whether an edit replaces an expression that is computed from something.
    fn is_computed(&self, edit: &Edit) -> bool {
        let replaced = self.workspace.sources.text(Location::new(edit.file, edit.span));
        fixes::computes(replaced)
    }

    /// Whether an insertion brings a resource: in JSON, whatever stands in no block.
    fn adds_resource(&self, edit: &Edit) -> bool {
        match self.workspace.document(edit.file).filter(|document| document.json) {
            Some(document) => !document
                .body()
                .blocks()
                .any(|block| block.open() < edit.span.start && edit.span.start <= block.close()),
            None => edit.text.contains("resource \""),
        }
    }

    /// Whether the author commented what an edit takes away.
    fn is_commented(&self, edit: &Edit) -> bool {
        let text = self.workspace.sources.get(edit.file).map_or("", |file| file.text());
        let native = self.workspace.document(edit.file).is_some_and(|document| !document.json);
        native && fixes::is_commented(text, edit.span)
    }

    /// The edits for all failing instances as one: a block may be decided by another literal in each.
    fn together(
        &self,
        rule: &Rule,
        subjects: &[(&Objects<'_>, ResourceId)],
        all: &[Objects<'_>],
    ) -> Result<Vec<Edit>, String> {
        let every: Vec<&Configuration> = all.iter().map(Objects::configuration).collect();
        let mut sets: Vec<Vec<Edit>> = Vec::new();
        let mut refused = None;
        for (objects, id) in subjects {
            match self.edits(rule, objects, *id, &every) {
                Ok(edits) if !sets.contains(&edits) => sets.push(edits),
                Ok(_) => {}
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        match (sets.as_slice(), refused) {
            ([], reason) => Err(reason.unwrap_or_default()),
            ([edits], _) => Ok(edits.clone()),
            (sets, _) if differ(sets) => {
                Err("its instances need different values: give each its own where the module is called"
                    .to_owned())
            }
            (sets, _) => {
                let sets: Vec<&[Edit]> = sets.iter().map(Vec::as_slice).collect();
                fixes::combine(&self.workspace.sources, &sets).map_err(|error| error.to_string())
            }
        }
    }

    /// The edit that adds what a rule over the estate finds missing.
    fn created(&self, rule: &Rule, objects: &Objects<'_>) -> Result<Vec<Edit>, String> {
        let configuration = objects.configuration();
        let template = rule.template.as_deref().ok_or("the rule has no template")?;
        let file = new_file(self.workspace, &configuration.root).ok_or("its root module is not here")?;
        let context = without_subject(&rules::locals(rule, objects, None), self.settings);
        let rendered = fixes::render(&rule.info.id, template, &context).map_err(|error| error.to_string())?;
        let edits = fixes::create(self.workspace, configuration, file, &rendered);
        edits.map_err(|error| error.to_string())
    }

    fn edits(
        &self,
        rule: &Rule,
        objects: &Objects<'_>,
        id: ResourceId,
        every: &[&Configuration],
    ) -> Result<Vec<Edit>, String> {
        let configuration = objects.configuration();
        let template = rule.template.as_deref().ok_or("the rule has no template")?;
        let resource = configuration.get(id).ok_or("the resource is gone")?;
        if resource.block.is_none() {
            return Err(
                "a plan's JSON holds no source to edit: name the directory it was made from with --source"
                    .to_owned(),
            );
        }
        let judged = (rule.scope == RuleScopeKind::Resource).then_some(id);
        let locals = rules::locals(rule, objects, judged);
        let context = context(self.workspace, resource, &locals, self.settings);
        let rendered = fixes::render(&rule.info.id, template, &context).map_err(|error| error.to_string())?;
        let edits = fixes::plan(self.workspace, resource, configuration, every, &rendered)
            .map_err(|error| error.to_string())?;
        if edits.is_empty() {
            // What fails is then decided elsewhere, such as by another resource.
            let why = if fixes::states_nothing(&rendered) {
                "its template asks for nothing of this resource"
            } else {
                "all that it asks for is written already"
            };
            Err(format!("no fix of this rule fits here: {why}"))
        } else {
            Ok(edits)
        }
    }
}

/// Whether instances of one block want one attribute added with different values.
fn differ(sets: &[Vec<Edit>]) -> bool {
    let added = |edit: &Edit| Some((edit.file, edit.span, edit.text.split_once('=')?.0.trim().to_owned()));
    let mut seen: BTreeMap<_, &str> = BTreeMap::new();
    let mut insertions = sets.iter().flatten().filter(|edit| edit.span.is_empty());
    insertions.any(|edit| {
        let Some((file, span, name)) = added(edit) else { return false };
        let single = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        single && *seen.entry((file, span.start, name)).or_insert(&edit.text) != edit.text
    })
}

/// The setting that a template needs and that `.trueup.hcl` does not give.
fn missing_setting(template: &str, settings: &serde_json::Value) -> Option<String> {
    let names = template.split("setting.").skip(1).map(|rest| {
        rest.split(|char: char| !(char.is_ascii_alphanumeric() || char == '_')).next().unwrap_or("")
    });
    let mut given = names.filter(|name| !name.is_empty());
    given.find(|name| settings.get(*name).is_none()).map(str::to_owned)
}

/// The configuration that a fix may add resources to, where the finding is that it lacks them.
fn lacking<'a, 'o>(all: &'a [Objects<'o>], rule: &Rule, finding: &Finding) -> Option<&'a Objects<'o>> {
    let estate = rule.scope == RuleScopeKind::Estate;
    let mut of_root = all.iter().filter(|objects| objects.configuration().root == finding.address);
    of_root.find(|objects| estate && rules::may_create(rule, objects))
}

/// The resources a fix is planned for, in every environment that the finding holds in: its
/// instances, or what a rule over the estate names.
fn subjects<'a, 'o>(
    all: &'a [Objects<'o>],
    rule: &Rule,
    finding: &Finding,
) -> Vec<(&'a Objects<'o>, ResourceId)> {
    let concerned = all.iter().filter(|objects| {
        let environment = objects.configuration().inputs.environment.as_deref();
        environment.is_none_or(|name| finding.environments.iter().any(|one| one == name))
    });
    let found = concerned.flat_map(|objects| {
        let configuration = objects.configuration();
        let ids: Vec<ResourceId> = match rule.scope {
            RuleScopeKind::Resource => finding
                .instances()
                .iter()
                .filter_map(|wanted| configuration.find(wanted))
                // Roots may use one address for different blocks.
                .filter(|id| configuration.get(*id).map(|it| it.header) == finding.block)
                .collect(),
            RuleScopeKind::Estate if configuration.root == finding.address => {
                rules::to_change(rule, objects).into_iter().collect()
            }
            RuleScopeKind::Estate => Vec::new(),
        };
        ids.into_iter().map(move |id| (objects, id))
    });
    found.take(MAX_SUBJECTS).collect()
}
