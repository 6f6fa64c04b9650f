//! What is done with bytes of no one's choosing, and what must hold whatever they are.
//!
//! In: any bytes. Out: nothing, or a panic where a promise is broken. Each function is a target of
//! the fuzzer (`.ci/fuzz`); tests/fuzz.rs runs all of them over the seeds, so that they can't rot.

#![allow(dead_code, reason = "each fuzz target uses one of these")]

use std::sync::{Arc, OnceLock};

use serde_json::json;
use trueup::cli::{Asked, assess};
use trueup::eval::Root;
use trueup::findings::Outcome;
use trueup::rules::RuleSet;
use trueup::source::{FileId, Found, SourceFile, Sources, Span, suppressions};
use trueup::syntax::ast::{Block, Body, Document, Expr, Item, NodeId};
use trueup::syntax::{Workspace, parse, parse_hcl, parse_plan};
use trueup::{fixes, graph, report, rules};

/// Runs `inner` with the stack that the binary gives its work, on one thread.
pub fn with_stack(inner: impl FnOnce() + Send) {
    static POOL: OnceLock<rayon::ThreadPool> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(64 << 20).build().expect("a thread")
    });
    pool.install(inner);
}

/// Native syntax: every span lies in the text, inside its parent's and between characters; and the
/// text of a sound expression is a sound expression.
pub fn hcl(data: &[u8]) {
    let source = SourceFile::from_bytes("main.tf", data.to_vec());
    let doc = parse(FileId(0), &source);
    assert_eq!(source.bytes().len(), source.text().len(), "a file keeps its length");
    Walk::over(&doc);
    if doc.errors.is_empty() {
        for attribute in doc.body().attributes() {
            let text = doc.slice(doc.span(attribute.expr()));
            let alone = SourceFile::new("main.tf", format!("{} = {text}\n", attribute.name()));
            let again = parse_hcl(FileId(0), &alone);
            assert!(again.errors.is_empty(), "{text:?} alone: {:?}", again.errors);
        }
    }
}

/// The JSON form, of configuration and of variables.
pub fn json(data: &[u8]) {
    for name in ["main.tf.json", "terraform.tfvars.json"] {
        let source = SourceFile::from_bytes(name, data.to_vec());
        Walk::over(&parse(FileId(0), &source));
    }
}

/// A plan: read, judged by every rule, reported.
pub fn plan(data: &[u8]) {
    let mut found = Found::default();
    let file = found.sources.add(SourceFile::from_bytes("plan.json", data.to_vec()));
    found.plans.push(file);
    // Where it is no plan, it is cheap to know.
    let source = Arc::clone(found.sources.get(file).expect("just added"));
    if let Ok(plan) = parse_plan(file, &source) {
        for change in &plan.changes {
            sound(source.text(), change.span);
        }
        report_of(found);
    }
}

/// Variable files, read by a module with a variable of each sort.
pub fn tfvars(data: &[u8]) {
    let variables = r#"
variable "a" { type = string }
variable "b" { type = list(number) }
variable "c" { type = map(object({ x = optional(bool, true), y = optional(set(string)) })) }
variable "d" {}
resource "aws_s3_bucket" "all" {
  count  = length(var.b)
  bucket = "${var.a}-${var.b[count.index]}"
  tags   = { for key, value in var.c : key => value.x }
  force_destroy = var.d
}
"#;
    for name in ["terraform.tfvars", "terraform.tfvars.json"] {
        let mut sources = Sources::default();
        sources.add(SourceFile::new("main.tf", variables));
        sources.add(SourceFile::from_bytes(name, data.to_vec()));
        evaluated(sources);
    }
}

/// An expression, evaluated where it may name variables, locals and resources.
pub fn expression(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = Sources::default();
    let text = format!(
        r#"
variable "needed" {{}}
variable "list" {{ default = [1, "two", null] }}
variable "secret" {{
  default   = "x"
  sensitive = true
}}
resource "aws_s3_bucket" "b" {{
  for_each = toset(["x", "y"])
  bucket   = each.key
}}
locals {{
  map  = {{ a = 1, b = {{ c = [true, var.needed] }} }}
  fuzz = (
{text}
  )
}}
resource "aws_iam_policy" "p" {{
  policy = local.fuzz
  tags   = try(local.fuzz.a, [for each in local.fuzz : each], "none")
}}
"#
    );
    sources.add(SourceFile::new("main.tf", text));
    evaluated(sources);
}

/// Comments that silence checks.
pub fn ignore(data: &[u8]) {
    let source = SourceFile::from_bytes("main.tf", data.to_vec());
    for comment in suppressions(source.text(), FileId(0)) {
        sound(source.text(), comment.location.span);
        assert_eq!(source.position(comment.location.span.start).line, comment.line);
    }
}

/// A rule's file: loaded, checked, and where it is sound, run over a few resources.
pub fn rule(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut set = RuleSet::empty();
    let template = text.contains("fix {").then_some("");
    set.add("", "acme/s3/fuzzed", text, template);
    let workspace = Workspace::parse(few());
    let configuration = graph::configuration(&workspace, Root::new(&workspace, "."));
    let verdicts = rules::run(&set, &configuration, &workspace);
    for broken in set.broken() {
        assert!(!broken.errors.is_empty(), "refused without a reason");
    }
    for finding in rules::findings(verdicts, &configuration, &workspace) {
        assert_eq!(&*finding.rule, "acme/s3/fuzzed");
    }
}

/// A fix's template, rendered with what templates are given.
pub fn template(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let context = json!({
        "type": "aws_s3_bucket", "label": "logs", "address": "aws_s3_bucket.logs",
        "self": {"bucket": "b", "tags": {"a": 1}, "rule": [{"id": "x", "on": true, "none": null}]},
        "setting": {"log_bucket": "l"}, "local": {"names": ["a", "b"]},
    });
    if let Ok(rendered) = fixes::render("fuzzed", text, &context) {
        assert!(rendered.len() <= fixes::template::MAX_RENDERED_BYTES);
        let source = SourceFile::new("fuzzed", rendered);
        assert!(parse_hcl(FileId(0), &source).errors.is_empty());
    }
}

/// A whole run over one file, with fixes and every report. An edit that is offered as proved fits
/// the text, and what comes of it parses.
pub fn check(data: &[u8]) {
    let mut found = Found::default();
    found.sources.add(SourceFile::from_bytes("main.tf", data.to_vec()));
    report_of(found);
}

fn few() -> Sources {
    let mut sources = Sources::default();
    let text = r#"
variable "on" {}
resource "aws_s3_bucket" "b" {
  bucket        = "b"
  force_destroy = var.on
  tags          = { team = "core" }
}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration { status = "Enabled" }
}
"#;
    sources.add(SourceFile::new("main.tf", text));
    sources
}

/// Parses, then computes every root.
fn evaluated(sources: Sources) {
    let workspace = Workspace::parse(sources);
    for root in graph::contexts(&workspace).0 {
        let _ = graph::configuration(&workspace, Root::with(&workspace, &root.dir, root.inputs));
    }
}

fn report_of(found: Found) {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    let run = assess(found, RULES.get_or_init(RuleSet::embedded), &Asked { fixes: true, ..Asked::default() });
    let sources = &run.workspace.sources;
    for finding in &run.assessment.findings {
        if let Some(location) = finding.location {
            sound(sources.get(location.file).expect("a finding's file").text(), location.span);
        }
        assert!(finding.fix.is_none() || finding.outcome == Outcome::Fail, "only failures are fixed");
        if let Some(fix) = finding.fix.as_ref().filter(|fix| fix.proved) {
            let patched = fixes::apply::patched(&run.workspace, &fix.edits).expect("a proved fix fits");
            assert!(patched.errors.len() <= run.workspace.errors.len(), "a proved fix parses");
        }
    }
    let outcomes = Outcome::NAMES.iter().filter_map(|name| Outcome::from_name(name)).collect();
    let options = report::Options { outcomes, ..report::Options::default() };
    let text = report::terminal(&run.assessment, sources, &options);
    let raw = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(raw, None, "control characters are shown, not sent");
    for format in [report::json, report::sarif, report::gitlab, report::rdjson] {
        let text = format(&run.assessment, sources, &options);
        serde_json::from_str::<serde_json::Value>(&text).expect("reports are JSON");
    }
    for format in [report::github, report::markdown, report::csv, report::junit] {
        let text = format(&run.assessment, sources, &options);
        let raw = text.chars().find(|c| c.is_control() && !['\n', '\r'].contains(c));
        assert_eq!(raw, None, "control characters are shown, not sent");
    }
    assert!(report::markdown(&run.assessment, sources, &options).len() <= report::MARKDOWN_LIMIT);
}

/// `span` can cut `text`.
fn sound(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{span:?} does not cut a text of {} bytes", text.len());
}

/// Visits each node of a document.
struct Walk<'d> {
    doc: &'d Document,
}

impl<'d> Walk<'d> {
    fn over(doc: &'d Document) {
        for error in &doc.errors {
            sound(doc.text(), error.location.span);
        }
        let whole = Span::new(0, u32::try_from(doc.text().len()).expect("small"));
        Self { doc }.body(doc.body(), whole);
    }

    fn inside(&self, span: Span, outer: Span) {
        sound(self.doc.text(), span);
        assert!(outer.contains(span), "{span:?} leaves {outer:?} in {:?}", self.doc.text());
    }

    fn body(&self, body: Body<'d>, outer: Span) {
        for item in body.items() {
            match item {
                Item::Attribute(attribute) => {
                    self.inside(attribute.span(), outer);
                    self.inside(attribute.name_span(), attribute.span());
                    self.expr(attribute.expr(), attribute.span());
                }
                Item::Block(block) => self.block(block, outer),
            }
        }
    }

    fn block(&self, block: Block<'d>, outer: Span) {
        self.inside(block.kind_span(), outer);
        if !self.doc.json {
            self.inside(block.span(), outer);
            self.inside(block.header_span(), block.span());
            self.inside(Span::new(block.open(), block.close() + 1), block.span());
        }
        self.body(block.body(), outer);
    }

    fn expr(&self, id: NodeId, outer: Span) {
        let span = self.doc.span(id);
        self.inside(span, outer);
        let parts: Vec<NodeId> = match self.doc.expr(id) {
            Expr::Template(ids) | Expr::List(ids) | Expr::Object(ids) | Expr::Call { args: ids, .. } => {
                ids.iter().collect()
            }
            Expr::Interpolation(inner) | Expr::Parens(inner) | Expr::Unary { operand: inner, .. } => {
                vec![inner]
            }
            Expr::TemplateIf { condition, then, otherwise } => {
                [condition, then].into_iter().chain(otherwise).collect()
            }
            Expr::TemplateFor { collection, body, .. } => vec![collection, body],
            Expr::GetAttr { base, .. } => vec![base],
            Expr::Index { base, key } => vec![base, key],
            // What follows `[*]` begins at an item that stands nowhere.
            Expr::Splat { source, .. } => vec![source],
            Expr::ForList { collection, result, condition, .. } => {
                [collection, result].into_iter().chain(condition).collect()
            }
            Expr::ForObject { collection, result_key, result, condition, .. } => {
                [collection, result_key, result].into_iter().chain(condition).collect()
            }
            Expr::Conditional { condition, then, otherwise } => vec![condition, then, otherwise],
            Expr::Binary { left, right, .. } => vec![left, right],
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) => Vec::new(),
            Expr::Variable(_) | Expr::SplatItem => Vec::new(),
        };
        for part in parts {
            self.expr(part, span);
        }
    }
}
