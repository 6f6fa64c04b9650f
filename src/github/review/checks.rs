//! The check run: the verdict on the commit, with an annotation for each new failure.
//!
//! In: what is told, and the summary. Out: the bodies of the requests that make it. GitHub takes 50
//! annotations in each and adds them up, so a long list is several requests, and only the last one says
//! that it is complete.

use serde_json::{Value, json};

use crate::findings::{Severity, fingerprint};

use super::model::{Remark, Told};
use super::summary::headline;

/// The check's name.
pub const NAME: &str = "trueup";
/// Annotations of one request, GitHub's most.
const PAGE: usize = 50;
/// Annotations in all.
const MAX: usize = 500;
/// Characters of the text; GitHub takes 65,535.
const MAX_TEXT: usize = 60_000;

/// A check run that is to be made.
#[derive(Clone, Debug)]
pub struct CheckRun {
    /// Its content as one short text: a run that has it says the same.
    pub identity: String,
    /// What makes it.
    pub first: Value,
    /// What completes it, in order.
    pub further: Vec<Value>,
    /// `success`, `failure` or `neutral`.
    pub conclusion: &'static str,
}

/// The check run for a commit.
pub fn check_run(told: &Told, summary: &str, head: &str) -> CheckRun {
    let conclusion = if told.failing() > 0 || !told.unjudged.is_empty() {
        "failure"
    } else if told.remarks.is_empty() {
        "success"
    } else {
        "neutral"
    };
    let annotations: Vec<Value> = told.remarks.iter().filter_map(annotation).take(MAX).collect();
    let mut title = headline(told);
    if let Some(first) = title.get(..1) {
        title = format!("{}{}", first.to_uppercase(), title.get(1..).unwrap_or(""));
    }
    let summary: String = summary.chars().take(MAX_TEXT).collect();
    let all = json!([title, summary, annotations, conclusion]).to_string();
    let identity = format!("trueup-{}", fingerprint("check", &all, head));
    let output = |page: &[Value]| json!({ "title": title, "summary": summary, "annotations": page });
    let mut pages = annotations.chunks(PAGE);
    let mut bodies = vec![json!({
        "name": NAME, "head_sha": head, "status": "in_progress", "output": output(pages.next().unwrap_or_default()),
    })];
    bodies.extend(pages.map(|page| json!({ "output": output(page) })));
    if let Some(last) = bodies.last_mut().and_then(Value::as_object_mut) {
        last.insert("status".to_owned(), json!("completed"));
        last.insert("conclusion".to_owned(), json!(conclusion));
        last.insert("external_id".to_owned(), json!(identity));
    }
    let first = bodies.remove(0);
    CheckRun { identity, first, further: bodies, conclusion }
}

fn annotation(remark: &Remark) -> Option<Value> {
    let place = remark.place.as_ref()?;
    let level = match remark.severity {
        Severity::Critical | Severity::High => "failure",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    };
    let title: String = format!("{}: {}", remark.rule, remark.title).chars().take(200).collect();
    let mut message: String = remark.message.chars().take(2_000).collect();
    if let Some(remedy) = &remark.remedy {
        message.push_str(&format!("\nFix: {} ({}, {})", remedy.title, remedy.applicability, remedy.effect));
    }
    let mut made = json!({
        "path": place.path,
        "start_line": place.line,
        "end_line": place.end_line,
        "annotation_level": level,
        "title": title,
        "message": message,
    });
    // Columns are refused where there are several lines.
    if let (Some((start, end)), Some(made)) = (place.columns, made.as_object_mut()) {
        made.insert("start_column".to_owned(), json!(start));
        made.insert("end_column".to_owned(), json!(end));
    }
    Some(made)
}
