//! One finding for people: what is wrong, where, why, and what would put it right.

use crate::findings::{Evidence, Finding, Outcome, RuleInfo, Severity};
use crate::report::Options;
use crate::source::{Location, Sources};

use super::excerpt::{Said, draw};
use super::fix;
use super::text::{Paint, clean, cut, hanging, tail, width};

/// Where the text beside `because`, `criteria` and `fix` starts.
pub(super) const INDENT: usize = 12;
/// Columns of a value; more is no help to a reader.
const VALUE: usize = 240;
/// Values named for a verdict that waits.
const WAITING: usize = 3;
/// Instances named.
const INSTANCES: usize = 3;

pub(super) fn write(
    out: &mut String,
    finding: &Finding,
    rule: Option<&RuleInfo>,
    sources: &Sources,
    options: &Options,
) {
    let paint = Paint(options.color);
    heading(out, finding, rule, options);
    match finding.outcome {
        Outcome::Fail | Outcome::Error => {
            let label = label(finding);
            let said = Said { message: &finding.message, label: &label, help: None };
            draw(out, sources, options, finding.location, &said);
        }
        Outcome::Undetermined => {
            hanging(out, "  ", "  ", &finding.message, 2, options.width);
            place(out, finding, sources, options);
            for seen in finding.why.iter().take(WAITING) {
                evidence(out, "waits for", seen, sources, options);
            }
            out.push('\n');
            return;
        }
        Outcome::Pass | Outcome::NotApplicable => {
            hanging(out, "  ", "  ", &finding.address, 2, options.width);
            place(out, finding, sources, options);
            out.push('\n');
            return;
        }
    }
    instances(out, finding, options);
    if let Some(change) = finding.change {
        let action = finding.action.as_deref().map_or_else(String::new, |it| format!(" ({})", clean(it)));
        let text = format!("{change} by the plan{action}");
        item(out, "change", &cut(&text, VALUE), paint, options.width);
    }
    let mut clause = None;
    for seen in &finding.why {
        if clause != Some(&seen.clause) {
            clause = Some(&seen.clause);
            item(out, "because", &cut(&clean(&seen.clause), VALUE), paint, options.width);
        }
        evidence(out, "", seen, sources, options);
    }
    for (at, (criterion, reason)) in rule.iter().flat_map(|rule| &rule.criteria).enumerate() {
        let criterion = clean(criterion);
        let name = if at == 0 { "criteria" } else { "" };
        let head = format!("  {name:<10}{criterion}  ");
        let painted = format!("  {}{}  ", paint.dim(&format!("{name:<10}")), paint.bold(&criterion));
        hanging(out, &head, &painted, reason, width(&head), options.width);
    }
    if let Some(offer) = &finding.fix {
        fix::write(out, offer, sources, options);
    }
    out.push('\n');
}

/// `HIGH  aws/s3/bucket-logging  Buckets log access`
fn heading(out: &mut String, finding: &Finding, rule: Option<&RuleInfo>, options: &Options) {
    let paint = Paint(options.color);
    let word = match finding.outcome {
        Outcome::Fail => finding.severity.name(),
        other => other.name(),
    }
    .to_uppercase()
    .replace('_', " ");
    let color = match (finding.outcome, finding.severity) {
        (Outcome::Error, _) | (Outcome::Fail, Severity::Critical | Severity::High) => "1;31",
        (Outcome::Fail, Severity::Medium) => "1;33",
        (Outcome::Fail, Severity::Low) => "1;36",
        (Outcome::Undetermined, _) => "1;35",
        (Outcome::Pass | Outcome::NotApplicable, _) => "32",
    };
    let id = clean(&finding.rule);
    let head = format!("{word}  {id}  ");
    let painted = format!("{}  {}  ", paint.with(color, &word), paint.bold(&id));
    let title = rule.map_or("", |rule| rule.title.as_str());
    if width(&head) + 16 > options.width {
        hanging(out, "", "", &format!("{word} {id}"), 2, options.width);
        hanging(out, "  ", "  ", title, 2, options.width);
    } else {
        hanging(out, &head, &painted, title, word.len() + 2, options.width);
    }
}

/// The few words under the deciding expression.
fn label(finding: &Finding) -> String {
    let here = finding.why.iter().find(|seen| seen.origin.is_some() && seen.origin == finding.location);
    match here.or(finding.why.first()) {
        Some(seen) if seen.value == "(not set)" => {
            let name = seen.path.strip_prefix("self.").unwrap_or(&seen.path);
            format!("{name} is not set")
        }
        Some(seen) if here.is_some() => format!("this is {}", seen.value),
        _ => "decided here".to_owned(),
    }
}

fn instances(out: &mut String, finding: &Finding, options: &Options) {
    if finding.instances.len() > 1 {
        some(out, "concerns", &finding.instances, options);
    }
    if !finding.environments.is_empty() {
        some(out, "holds in", &finding.environments, options);
    }
}

/// The first of many names.
fn some(out: &mut String, word: &str, names: &[String], options: &Options) {
    let named: Vec<String> = names.iter().take(INSTANCES).map(|name| cut(&clean(name), VALUE)).collect();
    let more = match names.len() - named.len() {
        0 => String::new(),
        more => format!(" + {more} more"),
    };
    item(out, word, &format!("{}{more}", named.join(", ")), Paint(options.color), options.width);
}

/// `path = value   (file:line)`
fn evidence(out: &mut String, name: &str, seen: &Evidence, sources: &Sources, options: &Options) {
    let origin = seen.origin.and_then(|at| spot(sources, at, options.width / 2));
    let origin = origin.map_or_else(String::new, |origin| format!("   ({origin})"));
    let (path, value) = (cut(&clean(&seen.path), VALUE), cut(&clean(&seen.value), VALUE));
    let body = format!("{path} = {value}");
    let indent = if name.is_empty() { INDENT + 2 } else { INDENT };
    let head = format!("  {name:<0$}", indent - 2);
    let painted = format!("  {}", Paint(options.color).dim(head.get(2..).unwrap_or("")));
    // The origin keeps its distance where all fits on one line.
    if indent + width(&body) + width(&origin) <= options.width {
        out.push_str(&painted);
        out.push_str(&body);
        out.push_str(&Paint(options.color).dim(&origin));
        out.push('\n');
    } else {
        hanging(out, &head, &painted, &format!("{body} {}", origin.trim_start()), indent + 2, options.width);
    }
}

/// One entry: its name, then text that hangs beside it.
pub(super) fn item(out: &mut String, name: &str, body: &str, paint: Paint, limit: usize) {
    let head = format!("  {name:<10}");
    let painted = format!("  {}", paint.dim(&format!("{name:<10}")));
    hanging(out, &head, &painted, body, INDENT, limit);
}

fn place(out: &mut String, finding: &Finding, sources: &Sources, options: &Options) {
    if let Some(at) = finding.location.and_then(|at| spot(sources, at, options.width - INDENT)) {
        item(out, "at", &at, Paint(options.color), options.width);
    }
}

/// `main.tf:12`, at most `limit` columns.
pub(super) fn spot(sources: &Sources, at: Location, limit: usize) -> Option<String> {
    let (path, position) = sources.place(at)?;
    let path = clean(&path.to_string_lossy().replace('\\', "/"));
    Some(tail(&format!("{path}:{}", position.line), limit))
}
