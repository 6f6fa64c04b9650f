//! Reads the JSON that `terraform show -json` writes for a plan or a state.
//!
//! In: the text of one file. Out: a [`Plan`]: each resource instance before and after, and the
//! configuration they came from, borrowed from the text. Exists so that what such a file looks like is
//! known here only.

mod borrowed;
mod configuration;
mod raw;
mod refuse;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use foldhash::HashSet;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::source::{FileId, SourceFile, Span};

pub use borrowed::{Json, Members, RawMembers, Text};
pub use configuration::{CallConfig, ModuleConfig, ResourceConfig};
pub use refuse::PlanError;

use raw::{RawPlan, RawResource, RawState, RawVariable, StateModule, StateValues};
use refuse::{SHOW, broken, misshaped, offset, unless_object};

const BYTE_ORDER_MARK: char = '\u{feff}';
const MODULE_DEPTH: usize = 64;

/// A plan or state, as far as it is used.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The file it was read from.
    pub file: FileId,
    /// Whether it is a state: what is, with nothing planned.
    pub state: bool,
    /// Every resource instance that the plan names, in the file's order.
    pub changes: Vec<Change<'a>>,
    /// What was changed outside Terraform: each instance as the last apply left it, and as it is.
    pub drift: Vec<Change<'a>>,
    /// The root module's configuration; `None` where the plan carries none.
    pub configuration: Option<ModuleConfig<'a>>,
    /// Values of the root's variables.
    pub variables: BTreeMap<String, Value>,
    /// Where findings about the whole plan point.
    pub start: Span,
}

/// A resource instance before and after.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// `module.a.aws_s3_bucket.logs[0]`
    pub address: Cow<'a, str>,
    /// Its address before, where the plan moves it.
    pub previous: Option<Cow<'a, str>>,
    /// `module.a`; empty in the root.
    pub module: Cow<'a, str>,
    /// A data source, not a managed resource.
    pub data: bool,
    /// `aws_s3_bucket`
    pub kind: Cow<'a, str>,
    /// `logs`
    pub name: Cow<'a, str>,
    /// The instance's key: a number, a string, or absent.
    pub index: Option<Json<'a>>,
    /// What apply does: `no-op`, `update`, `delete` and `create`.
    pub actions: Vec<Cow<'a, str>>,
    /// The attributes that make Terraform replace it: `encrypted`.
    pub replaced_by: Vec<String>,
    /// How it is; `None` where it does not exist yet.
    pub before: Option<Side<'a>>,
    /// How it will be; `None` where nothing is left of it.
    pub after: Option<Side<'a>>,
    /// Its address in the text.
    pub span: Span,
}

impl Change<'_> {
    /// Whether the instance will be just as one of its pictures has it.
    pub fn stays_as(&self, side: &Side<'_>) -> bool {
        let mask = |side: &Side<'_>| side.sensitive.map(|raw| raw.get().to_owned());
        let all_known = |unknown: &RawValue| !unknown.get().contains("true");
        self.previous.is_none()
            && self.after.is_some_and(|after| {
                after.unknown.is_none_or(all_known)
                    && side.unknown.is_none_or(all_known)
                    && after.values.get() == side.values.get()
                    && mask(&after) == mask(side)
            })
    }
}

/// The attributes of an instance, as text.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The values; absent where not known.
    pub values: &'a RawValue,
    /// The same shape, `true` for what is not known.
    pub unknown: Option<&'a RawValue>,
    /// The same shape, `true` for what must not be shown.
    pub sensitive: Option<&'a RawValue>,
}

/// Reads a plan or a state.
pub fn parse_plan(file: FileId, source: &SourceFile) -> Result<Plan<'_>, PlanError> {
    let whole: &str = source.text();
    let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
    unless_object(source, text)?;
    let raw: RawPlan<'_> = serde_json::from_str(text).map_err(|error| broken(&error))?;
    refuse(&raw)?;
    let start = find(whole, "\"format_version\"").unwrap_or_default();
    let mut plan = Plan {
        file,
        state: false,
        changes: Vec::new(),
        drift: Vec::new(),
        configuration: None,
        variables: BTreeMap::new(),
        start,
    };
    if let Some(values) =
        raw.values.filter(|_| raw.resource_changes.is_none() && raw.planned_values.is_none())
    {
        plan.state = true;
        let parsed: StateValues<'_> =
            serde_json::from_str(values.get()).map_err(|_| misshaped(whole, values, "list of values"))?;
        plan.changes = instances(whole, parsed.root_module, &HashSet::default())?;
        for change in &mut plan.changes {
            change.after = change.before;
        }
        return Ok(plan);
    }
    plan.changes = changes(whole, &raw.resource_changes.unwrap_or_default())?;
    plan.drift = changes(whole, &raw.resource_drift.unwrap_or_default())?;
    rest(whole, raw.prior_state, raw.planned_values, &mut plan.changes)?;
    if let Some(raw) = raw.configuration {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Root<'a> {
            #[serde(borrow)]
            root_module: ModuleConfig<'a>,
        }
        let root: Root<'_> =
            serde_json::from_str(raw.get()).map_err(|_| misshaped(whole, raw, "configuration"))?;
        plan.configuration = Some(root.root_module);
    }
    if let Some(raw) = raw.variables {
        let variables: BTreeMap<String, RawVariable> =
            serde_json::from_str(raw.get()).map_err(|_| misshaped(whole, raw, "list of variables"))?;
        plan.variables = variables.into_iter().map(|(name, variable)| (name, variable.value)).collect();
    }
    Ok(plan)
}

/// Refuses JSON that is no plan, or none that may be called judged.
fn refuse(raw: &RawPlan<'_>) -> Result<(), PlanError> {
    if raw.encrypted_data.is_some() {
        return Err(PlanError::new(
            "the file is encrypted by OpenTofu",
            "Run `tofu show -json PLAN > plan.json` where its key is known, and judge that.",
        ));
    }
    if raw.lineage.is_some() {
        return Err(PlanError::new(
            "this is Terraform's own state file, whose form changes between versions",
            "Run `terraform show -json > state.json` where the state is, and judge that.",
        ));
    }
    let plan = raw.resource_changes.is_some() || raw.planned_values.is_some();
    // An empty state has a version and nothing else.
    let state = raw.values.is_some() || (raw.format_version.is_some() && raw.configuration.is_none());
    if !plan && !state {
        return Err(PlanError::new("this JSON is not a Terraform plan", SHOW));
    }
    match &raw.format_version {
        Some(version) if version == "1" || version.starts_with("1.") => {}
        Some(_) => {
            return Err(PlanError::new(
                "the plan's format_version is not 1.x, and only that is read",
                "Write the plan with Terraform 1.1 or newer, or OpenTofu.",
            ));
        }
        None => return Err(PlanError::new("the plan has no format_version", SHOW)),
    }
    if !plan && raw.values.is_none() {
        return Err(PlanError::new("the state is empty: there is nothing to judge", SHOW));
    }
    if raw.errored {
        return Err(PlanError::new(
            "the plan is marked as errored, so it is incomplete",
            "Fix what `terraform plan` reports and plan again.",
        ));
    }
    if raw.complete == Some(false) {
        return Err(PlanError::new(
            "the plan is marked as incomplete: it leaves out changes that are still to come",
            "Plan again without -target and -exclude, after applying what others wait for.",
        ));
    }
    Ok(())
}

fn find(whole: &str, what: &str) -> Option<Span> {
    let start = whole.find(what)?;
    Some(Span::new(u32::try_from(start).ok()?, u32::try_from(start + what.len()).ok()?))
}

/// `"address": "..."` in a resource's text.
fn address_span(whole: &str, raw: &RawValue) -> Option<Span> {
    let inside = raw.get();
    let from = inside.find("\"address\"")?;
    let after = from + "\"address\"".len();
    let open = after + inside.get(after..)?.find('"')? + 1;
    let mut escaped = false;
    let close = inside.get(open..)?.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    let base = offset(whole, raw)?;
    Some(Span::new(u32::try_from(base + from).ok()?, u32::try_from(base + open + close + 1).ok()?))
}

/// The address of a resource where it stands first and holds no escape: most of a large plan is passed
/// over by it.
pub fn plain_address(raw: &RawValue) -> Option<&str> {
    let rest = raw.get().strip_prefix("{\"address\":\"")?;
    let address = rest.get(..rest.find(['"', '\\'])?)?;
    rest.get(address.len()..)?.starts_with('"').then_some(address)
}

/// What is not deposed: a deposed object is what a replacement left behind, and goes.
fn changes<'a>(whole: &str, raw: &[&'a RawValue]) -> Result<Vec<Change<'a>>, PlanError> {
    let read: Result<Vec<_>, _> = raw.par_iter().map(|raw| change(whole, raw, "")).collect();
    Ok(read?.into_iter().flatten().collect())
}

fn change<'a>(whole: &str, raw: &'a RawValue, module: &str) -> Result<Option<Change<'a>>, PlanError> {
    let resource: RawResource<'a> =
        serde_json::from_str(raw.get()).map_err(|_| misshaped(whole, raw, "resource"))?;
    if resource.deposed.is_some() {
        return Ok(None);
    }
    let mut found = Change {
        address: resource.address,
        previous: resource.previous_address,
        module: resource.module_address.unwrap_or_else(|| Cow::Owned(module.to_owned())),
        data: resource.mode.as_deref() == Some("data"),
        kind: resource.kind,
        name: resource.name,
        index: resource.index,
        actions: Vec::new(),
        replaced_by: Vec::new(),
        before: None,
        after: None,
        span: address_span(whole, raw).unwrap_or_default(),
    };
    match resource.change {
        Some(change) => {
            let gone = change.actions == ["delete"] || change.actions == ["forget"];
            let side = |values, unknown, sensitive| Side { values, unknown, sensitive };
            found.before = change.before.map(|values| side(values, None, change.before_sensitive));
            found.after = change
                .after
                .filter(|_| !gone)
                .map(|values| side(values, change.after_unknown, change.after_sensitive));
            found.replaced_by = change.replace_paths.iter().filter_map(path).collect();
            found.actions = change.actions;
        }
        None => {
            found.before = resource.values.map(|values| Side {
                values,
                unknown: None,
                sensitive: resource.sensitive_values,
            });
        }
    }
    Ok(Some(found))
}

/// `["a", 0, "b"]` as `a[0].b`.
fn path(steps: &Json<'_>) -> Option<String> {
    let mut out = String::new();
    for step in steps.as_array()? {
        match step {
            Json::String(name) if out.is_empty() => out.push_str(name),
            Json::String(name) => out.push_str(&format!(".{}", &**name)),
            other => out.push_str(&format!("[{other}]")),
        }
    }
    Some(out)
}

/// The instances of a list of values, each as it is, without those that are `known`.
fn instances<'a>(
    whole: &str,
    root: Option<StateModule<'a>>,
    known: &HashSet<Cow<'_, str>>,
) -> Result<Vec<Change<'a>>, PlanError> {
    let unknown = |raw: &&&RawValue| plain_address(raw).is_none_or(|address| !known.contains(address));
    let mut modules: Vec<(StateModule<'a>, usize)> = root.into_iter().map(|module| (module, 0)).collect();
    let mut found = Vec::new();
    while let Some((module, depth)) = modules.pop() {
        let read: Result<Vec<_>, _> = module
            .resources
            .par_iter()
            .filter(unknown)
            .map(|raw| change(whole, raw, &module.address))
            .collect();
        found.extend(read?.into_iter().flatten().filter(|change| !known.contains(&*change.address)));
        if depth < MODULE_DEPTH {
            modules.extend(module.child_modules.into_iter().rev().map(|module| (module, depth + 1)));
        }
    }
    Ok(found)
}

/// Adds what is no change and yet there: data sources that were read while planning stand in the prior
/// state only, and a plan with `-target` names what it leaves alone in its values only.
fn rest<'a>(
    whole: &str,
    prior: Option<&'a RawValue>,
    planned: Option<&'a RawValue>,
    changes: &mut Vec<Change<'a>>,
) -> Result<(), PlanError> {
    let mut known: HashSet<Cow<'a, str>> = HashSet::default();
    for change in &*changes {
        known.insert(change.address.clone());
        known.extend(change.previous.clone());
    }
    let mut more: BTreeMap<String, Change<'a>> = BTreeMap::new();
    if let Some(raw) = prior {
        let state: RawState<'a> =
            serde_json::from_str(raw.get()).map_err(|_| misshaped(whole, raw, "prior_state"))?;
        for mut change in instances(whole, state.values.and_then(|values| values.root_module), &known)? {
            change.after = change.before.filter(|_| change.data);
            more.insert(change.address.to_string(), change);
        }
    }
    if let Some(raw) = planned {
        let values: StateValues<'a> =
            serde_json::from_str(raw.get()).map_err(|_| misshaped(whole, raw, "planned_values"))?;
        for mut change in instances(whole, values.root_module, &known)? {
            change.after = change.before.take();
            let kept = more.entry(change.address.to_string()).or_insert_with(|| change.clone());
            kept.after = change.after;
        }
    }
    changes.extend(more.into_values());
    Ok(())
}
