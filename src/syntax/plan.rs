//! Reads the JSON that `terraform show -json` writes for a plan.
//!
//! In: the text of one file. Out: a [`Plan`], its resource changes and the configuration they came
//! from, borrowed from the text. Exists so that what a plan file looks like is known here only.
//! Messages never repeat the file's content: it may hold secrets.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::source::{FileId, SourceFile, Span};

const SHOW: &str = "Write it with `terraform show -json PLAN > plan.json`.";
const BYTE_ORDER_MARK: char = '\u{feff}';
const MODULE_DEPTH: usize = 64;

/// Why a file is not a plan that can be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl PlanError {
    fn new(message: impl Into<String>, help: &str) -> Self {
        Self { message: message.into(), help: Some(help.to_owned()) }
    }
}

/// A plan, as far as it is used.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The file it was read from.
    pub file: FileId,
    /// Every resource instance that the plan names, in the file's order.
    pub changes: Vec<Change<'a>>,
    /// The root module's configuration; `None` where the plan carries none.
    pub configuration: Option<ModuleConfig>,
    /// Where findings about the whole plan point.
    pub start: Span,
}

/// A resource instance before and after.
#[derive(Debug)]
pub struct Change<'a> {
    /// `module.a.aws_s3_bucket.logs[0]`
    pub address: Cow<'a, str>,
    /// `module.a`; empty in the root.
    pub module: Cow<'a, str>,
    /// A data source, not a managed resource.
    pub data: bool,
    /// `aws_s3_bucket`
    pub kind: Cow<'a, str>,
    /// `logs`
    pub name: Cow<'a, str>,
    /// The instance's key: a number, a string, or absent.
    pub index: Option<Json>,
    /// Whether nothing of it is left after the plan is applied.
    pub gone: bool,
    /// The attributes afterwards; absent where not known.
    pub after: Option<&'a RawValue>,
    /// The same shape, `true` for what is not known.
    pub after_unknown: Option<&'a RawValue>,
    /// The same shape, `true` for what must not be shown.
    pub after_sensitive: Option<&'a RawValue>,
    /// Its address in the text.
    pub span: Span,
}

/// A module as it was written: expressions without their values.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ModuleConfig {
    /// Resource blocks.
    pub resources: Vec<ResourceConfig>,
    /// `module` blocks by name.
    pub module_calls: BTreeMap<String, CallConfig>,
    /// `output` blocks by name.
    pub outputs: BTreeMap<String, OutputConfig>,
}

/// A `resource` or `data` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResourceConfig {
    /// Address inside the module, without a key.
    pub address: String,
    /// By attribute: an object with `references` or `constant_value`; a nested block is an object
    /// or array of the same.
    pub expressions: Json,
    /// Its `for_each`.
    pub for_each_expression: Json,
}

/// A `module` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CallConfig {
    /// By input variable.
    pub expressions: Json,
    /// Its `for_each`.
    pub for_each_expression: Json,
    /// The module it calls.
    pub module: ModuleConfig,
}

/// An `output` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OutputConfig {
    /// Its value.
    pub expression: Json,
}

#[derive(Deserialize)]
struct RawPlan<'a> {
    format_version: Option<String>,
    #[serde(default)]
    errored: bool,
    #[serde(borrow)]
    resource_changes: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    planned_values: Option<&'a RawValue>,
    #[serde(borrow)]
    prior_state: Option<&'a RawValue>,
    #[serde(borrow)]
    values: Option<&'a RawValue>,
    #[serde(borrow)]
    configuration: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawResource<'a> {
    #[serde(borrow)]
    address: Cow<'a, str>,
    #[serde(borrow)]
    module_address: Option<Cow<'a, str>>,
    mode: Option<String>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    index: Option<Json>,
    deposed: Option<String>,
    #[serde(borrow)]
    change: Option<RawChange<'a>>,
    #[serde(borrow)]
    values: Option<&'a RawValue>,
    #[serde(borrow)]
    sensitive_values: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawChange<'a> {
    #[serde(default)]
    actions: Vec<String>,
    #[serde(borrow)]
    after: Option<&'a RawValue>,
    #[serde(borrow)]
    after_unknown: Option<&'a RawValue>,
    #[serde(borrow)]
    after_sensitive: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawConfiguration {
    root_module: ModuleConfig,
}

#[derive(Deserialize)]
struct RawState<'a> {
    #[serde(borrow)]
    values: Option<StateValues<'a>>,
}

#[derive(Deserialize)]
struct StateValues<'a> {
    #[serde(borrow)]
    root_module: Option<StateModule<'a>>,
}

#[derive(Deserialize)]
struct StateModule<'a> {
    #[serde(default, borrow)]
    resources: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    child_modules: Vec<StateModule<'a>>,
    #[serde(default, borrow)]
    address: Cow<'a, str>,
}

/// Reads a plan.
pub fn parse_plan(file: FileId, source: &SourceFile) -> Result<Plan<'_>, PlanError> {
    let whole: &str = source.text();
    let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
    recognise(source, text)?;
    let raw: RawPlan<'_> = serde_json::from_str(text).map_err(|error| explain(&error))?;
    if raw.resource_changes.is_none() && raw.planned_values.is_none() {
        return Err(
            if raw.values.is_some() || (raw.format_version.is_some() && raw.configuration.is_none()) {
                PlanError::new(
                    "this is a state, and state is not supported yet",
                    "Judge the Terraform files, or a plan: `terraform plan -out PLAN`, then `terraform show -json PLAN > plan.json`.",
                )
            } else {
                PlanError::new("this JSON is not a Terraform plan", SHOW)
            },
        );
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
    if raw.errored {
        return Err(PlanError::new(
            "the plan is marked as errored, so it is incomplete",
            "Fix what `terraform plan` reports and plan again.",
        ));
    }
    let mut changes = Vec::new();
    for resource in raw.resource_changes.unwrap_or_default() {
        changes.push(change(whole, resource, "")?);
    }
    if let Some(state) = raw.prior_state {
        read_data(whole, state, &mut changes)?;
    }
    let configuration = match raw.configuration {
        None => None,
        Some(raw) => Some(
            serde_json::from_str::<RawConfiguration>(raw.get())
                .map_err(|_| misshaped(whole, raw, "configuration"))?
                .root_module,
        ),
    };
    let start = find(whole, 0, "\"format_version\"").unwrap_or_default();
    Ok(Plan { file, changes, configuration, start })
}

/// Refuses what is no JSON object, with what it is where that can be told.
fn recognise(source: &SourceFile, text: &str) -> Result<(), PlanError> {
    let bytes = source.bytes();
    if bytes.starts_with(b"PK") {
        return Err(PlanError::new("this is a binary plan, and only its JSON is read", SHOW));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(PlanError::new(
            "the file is UTF-16, not UTF-8",
            "PowerShell's `>` writes UTF-16: use `terraform show -json PLAN | Out-File -Encoding utf8 plan.json`.",
        ));
    }
    if !source.invalid().is_empty() {
        return Err(PlanError::new("the file is not valid UTF-8", SHOW));
    }
    let text = text.trim_start();
    if text.is_empty() {
        return Err(PlanError::new("the file is empty", SHOW));
    }
    if text.starts_with("{\"@level\"") {
        return Err(PlanError::new("this is the log of `terraform plan -json`, not a plan", SHOW));
    }
    if !text.starts_with('{') {
        return Err(PlanError::new("the file does not hold a JSON object, so it is no plan", SHOW));
    }
    Ok(())
}

fn explain(error: &serde_json::Error) -> PlanError {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => PlanError::new(
            format!("the JSON ends too early, at line {line}, column {column}: the file is cut off"),
            SHOW,
        ),
        serde_json::error::Category::Data => PlanError::new(
            format!("the JSON has not the shape of a Terraform plan, at line {line}, column {column}"),
            SHOW,
        ),
        _ => PlanError::new(format!("the file is not valid JSON, at line {line}, column {column}"), SHOW),
    }
}

fn misshaped(whole: &str, raw: &RawValue, what: &str) -> PlanError {
    let before = offset(whole, raw).and_then(|at| whole.get(..at)).unwrap_or("");
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    PlanError::new(format!("the plan's {what} has not the shape of one, at line {line}"), SHOW)
}

/// Where `raw`, which was borrowed from `whole`, starts in it.
fn offset(whole: &str, raw: &RawValue) -> Option<usize> {
    raw.get().as_ptr().addr().checked_sub(whole.as_ptr().addr()).filter(|at| *at < whole.len())
}

fn find(whole: &str, from: usize, what: &str) -> Option<Span> {
    let start = from + whole.get(from..)?.find(what)?;
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

fn change<'a>(whole: &str, raw: &'a RawValue, module: &str) -> Result<Change<'a>, PlanError> {
    let resource: RawResource<'a> =
        serde_json::from_str(raw.get()).map_err(|_| misshaped(whole, raw, "resource"))?;
    let (actions, after, after_unknown, after_sensitive) = match resource.change {
        Some(change) => (change.actions, change.after, change.after_unknown, change.after_sensitive),
        None => (Vec::new(), resource.values, None, resource.sensitive_values),
    };
    let gone = actions == ["delete"] || actions == ["forget"] || resource.deposed.is_some();
    Ok(Change {
        address: resource.address,
        module: resource.module_address.unwrap_or_else(|| Cow::Owned(module.to_owned())),
        data: resource.mode.as_deref() == Some("data"),
        kind: resource.kind,
        name: resource.name,
        index: resource.index,
        gone,
        after,
        after_unknown,
        after_sensitive,
        span: address_span(whole, raw).unwrap_or_default(),
    })
}

/// Data sources that were read while planning are no changes: they stand in the prior state only.
fn read_data<'a>(whole: &str, state: &'a RawValue, changes: &mut Vec<Change<'a>>) -> Result<(), PlanError> {
    let parsed: RawState<'a> =
        serde_json::from_str(state.get()).map_err(|_| misshaped(whole, state, "prior_state"))?;
    let known: BTreeSet<String> = changes.iter().map(|change| change.address.to_string()).collect();
    let mut modules: Vec<(StateModule<'a>, usize)> =
        parsed.values.and_then(|values| values.root_module).into_iter().map(|module| (module, 0)).collect();
    while let Some((module, depth)) = modules.pop() {
        for raw in module.resources {
            let resource = change(whole, raw, &module.address)?;
            if resource.data && !known.contains(&*resource.address) {
                changes.push(resource);
            }
        }
        if depth < MODULE_DEPTH {
            modules.extend(module.child_modules.into_iter().map(|module| (module, depth + 1)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(text: &str) -> PlanError {
        parse_plan(FileId(0), &SourceFile::new("plan.json", text)).unwrap_err()
    }

    #[test]
    fn says_what_is_wrong() {
        let cases = [
            ("", "empty"),
            ("[1]", "no plan"),
            ("{\"a\": 1}", "not a Terraform plan"),
            ("{\"format_version\": \"1.2\",\n \"resource_changes\": [{\"addr", "line 2"),
            ("{\"format_version\": \"1.0\", \"values\": {}}", "state is not supported yet"),
            ("{\"format_version\": \"2.0\", \"resource_changes\": []}", "format_version"),
            ("{\"format_version\": \"1.2\", \"errored\": true, \"resource_changes\": []}", "errored"),
            ("{\"@level\":\"info\"}\n{}", "log of"),
            ("PK\u{3}\u{4}", "binary plan"),
            ("{\"format_version\": \"1.2\", \"resource_changes\": [\n{\"address\": 7}]}", "line 2"),
        ];
        for (text, part) in cases {
            let error = refuse(text);
            assert!(error.message.contains(part), "{text}: {}", error.message);
            assert!(error.help.is_some(), "{text}");
        }
    }

    #[test]
    fn never_repeats_content() {
        let error =
            refuse("{\"format_version\": \"1.2\", \"errored\": \"hunter2\", \"resource_changes\": []}");
        assert!(!error.message.contains("hunter2"), "{}", error.message);
    }

    #[test]
    fn finds_the_address_in_the_text() {
        let text = r#"{"format_version":"1.2","resource_changes":[
            {"address": "a.b[\"x\"]", "mode":"managed","type":"a","name":"b","index":"x","change":{"actions":["no-op"],"after":{}}}]}"#;
        let source = SourceFile::new("plan.json", text);
        let plan = parse_plan(FileId(0), &source).unwrap();
        assert_eq!(plan.changes.len(), 1);
        assert_eq!(source.slice(plan.changes[0].span), r#""address": "a.b[\"x\"]""#);
    }
}
