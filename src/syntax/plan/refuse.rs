//! Why a file is no plan that can be judged.
//!
//! In: a file, or what serde said of it. Out: one sentence and what to do. Messages never repeat the
//! file's content: it may hold secrets.

use serde_json::value::RawValue;

use crate::source::SourceFile;

/// How to get a plan's JSON.
pub(super) const SHOW: &str = "Write it with `terraform show -json PLAN > plan.json`.";

/// Why a file is not a plan that can be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl PlanError {
    /// What is wrong, and what to do.
    pub fn new(message: impl Into<String>, help: &str) -> Self {
        Self { message: message.into(), help: Some(help.to_owned()) }
    }
}

/// Refuses what is no JSON object, with what it is where that can be told.
pub(super) fn unless_object(source: &SourceFile, text: &str) -> Result<(), PlanError> {
    let bytes = source.bytes();
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

/// What serde said of the whole file, without its content.
pub(super) fn broken(error: &serde_json::Error) -> PlanError {
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

/// A part that has not the shape of one.
pub(super) fn misshaped(whole: &str, raw: &RawValue, what: &str) -> PlanError {
    let before = offset(whole, raw).and_then(|at| whole.get(..at)).unwrap_or("");
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    PlanError::new(format!("the plan's {what} has not the shape of one, at line {line}"), SHOW)
}

/// Where `raw`, which was borrowed from `whole`, starts in it.
pub(super) fn offset(whole: &str, raw: &RawValue) -> Option<usize> {
    raw.get().as_ptr().addr().checked_sub(whole.as_ptr().addr()).filter(|at| *at < whole.len())
}
