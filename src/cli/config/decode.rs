//! The text of `.trueup.hcl`, key by key.
//!
//! In: the text. Out: a [`Config`], or the first thing that is wrong with it, with its line: a key that
//! nobody knows would else be a wish that nobody hears.

use std::path::Path;

use serde_json::Value;

use crate::cli::Failure;
use crate::cli::environments::Declared;
use crate::eval::{evaluate_constant, json};
use crate::findings::{CRITERIA, Severity, is_date};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::ast::{Attribute, Block, Body, Document};
use crate::syntax::parse_hcl;

use super::{Config, Exception, Scope, begins};

/// More exceptions are refused.
const MAX_EXCEPTIONS: usize = 10_000;

/// Reads the text of a configuration file.
pub(super) fn config(path: &Path, text: &str) -> Result<Config, Failure> {
    let file = SourceFile::new(path, text);
    let doc = parse_hcl(FileId(0), &file);
    let reader = Reader { file: &file, doc: &doc };
    if let Some(error) = doc.errors.first() {
        return Err(reader.fail(error.location.span, &error.message, error.help.as_deref()));
    }
    let body = doc.body();
    let known = ["settings", "threshold", "baseline", "environment", "exception", "scope"];
    reader.only(body, &["settings", "threshold", "baseline"], &known[3..], "at the top")?;
    let mut config = Config::default();
    for attribute in body.attributes() {
        match attribute.name() {
            "settings" => config.settings = reader.object(attribute)?,
            "threshold" => config.threshold = Some(reader.severity(attribute)?),
            _ => config.baseline = Some(reader.text(attribute)?),
        }
    }
    let mut scoped = false;
    for block in body.blocks() {
        match block.kind() {
            "environment" => {
                let name = reader.label(block, "environment \"prod\" { ... }")?;
                if config.environment.contains_key(&name) {
                    let message = format!("the environment {name} is declared twice");
                    return Err(reader.fail(block.header_span(), &message, Some("put both into one block")));
                }
                config.environment.insert(name, reader.environment(block)?);
            }
            "exception" => {
                if config.exceptions.len() >= MAX_EXCEPTIONS {
                    let message = format!("there are more than {MAX_EXCEPTIONS} exceptions");
                    return Err(reader.fail(block.header_span(), &message, Some("name whole paths")));
                }
                config.exceptions.push(reader.exception(block)?);
            }
            _ if scoped => {
                let help = "put both into one block";
                return Err(reader.fail(block.header_span(), "there are two scope blocks", Some(help)));
            }
            _ => {
                scoped = true;
                config.scope = reader.scope(block)?;
            }
        }
    }
    Ok(config)
}

struct Reader<'d> {
    file: &'d SourceFile,
    doc: &'d Document,
}

impl Reader<'_> {
    fn line(&self, span: Span) -> u32 {
        self.file.position(span.start).line
    }

    fn fail(&self, span: Span, message: &str, help: Option<&str>) -> Failure {
        Failure {
            message: format!("{}:{}: {message}", self.file.path().display(), self.line(span)),
            help: help.map(str::to_owned),
        }
    }

    /// Refuses every key and block that is not known, and each that is there twice.
    fn only(&self, body: Body<'_>, keys: &[&str], blocks: &[&str], place: &str) -> Result<(), Failure> {
        let known: Vec<&str> = keys.iter().chain(blocks).copied().collect();
        let help = |name: &str| {
            let near =
                known.iter().map(|known| (similar::TextDiff::from_chars(*known, name).ratio(), *known));
            let near = near.filter(|(ratio, _)| *ratio > 0.6).max_by(|a, b| a.0.total_cmp(&b.0));
            match near {
                Some((_, known)) if known != name => format!("did you mean {known}?"),
                Some((_, known)) if blocks.contains(&known) => {
                    format!("write it as a block: {known} ... {{ }}")
                }
                Some((_, known)) => format!("write it as a value: {known} = ..."),
                None => format!("known are {}", known.join(", ")),
            }
        };
        let mut seen = Vec::new();
        for attribute in body.attributes() {
            let name = attribute.name();
            if !keys.contains(&name) {
                let message = format!("{name} is not known {place}");
                return Err(self.fail(attribute.name_span(), &message, Some(&help(name))));
            }
            if seen.contains(&name) {
                let message = format!("{name} is there twice");
                return Err(self.fail(attribute.name_span(), &message, Some("keep one of them")));
            }
            seen.push(name);
        }
        let wrong = body.blocks().find(|block| !blocks.contains(&block.kind()));
        wrong.map_or(Ok(()), |block| {
            let message = format!("the block {} is not known {place}", block.kind());
            Err(self.fail(block.kind_span(), &message, Some(&help(block.kind()))))
        })
    }

    fn value(&self, attribute: Attribute<'_>) -> Result<Value, Failure> {
        let value = evaluate_constant(self.doc, attribute.expr());
        let text = value.as_ref().and_then(|value| json::encode(value).ok());
        let value = text.as_ref().and_then(|text| serde_json::from_str(text.as_str()?).ok());
        value.ok_or_else(|| {
            let message = format!("the value of {} is not written out", attribute.name());
            let help = "write text, numbers, true, false, lists and objects: nothing here is computed";
            self.fail(attribute.span(), &message, Some(help))
        })
    }

    fn wrong(&self, attribute: Attribute<'_>, wanted: &str) -> Failure {
        let message = format!("{} must be {wanted}", attribute.name());
        self.fail(attribute.span(), &message, None)
    }

    fn text(&self, attribute: Attribute<'_>) -> Result<String, Failure> {
        match self.value(attribute)? {
            Value::String(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.wrong(attribute, "text, and not empty")),
        }
    }

    fn texts(&self, attribute: Attribute<'_>) -> Result<Vec<String>, Failure> {
        let wrong = || self.wrong(attribute, "a list of texts: [\"...\"]");
        let Value::Array(items) = self.value(attribute)? else { return Err(wrong()) };
        let text = |item: Value| match item {
            Value::String(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(wrong()),
        };
        items.into_iter().map(text).collect()
    }

    fn object(&self, attribute: Attribute<'_>) -> Result<serde_json::Map<String, Value>, Failure> {
        match self.value(attribute)? {
            Value::Object(object) => Ok(object),
            _ => Err(self.wrong(attribute, "an object: { name = value }")),
        }
    }

    fn severity(&self, attribute: Attribute<'_>) -> Result<Severity, Failure> {
        let names = Severity::NAMES.join(", ");
        let text = self.text(attribute)?;
        Severity::from_name(&text).ok_or_else(|| self.wrong(attribute, &format!("one of {names}")))
    }

    fn label(&self, block: Block<'_>, form: &str) -> Result<String, Failure> {
        let mut labels = block.labels();
        match (labels.next(), labels.next()) {
            (Some(label), None) if !label.trim().is_empty() => Ok(label.to_owned()),
            _ => {
                let message = format!("the block {} needs one name", block.kind());
                Err(self.fail(block.header_span(), &message, Some(&format!("write {form}"))))
            }
        }
    }

    fn environment(&self, block: Block<'_>) -> Result<Declared, Failure> {
        self.only(
            block.body(),
            &["roots", "var_files", "variables", "workspace"],
            &[],
            "in an environment block",
        )?;
        let mut declared = Declared::default();
        for attribute in block.body().attributes() {
            match attribute.name() {
                "roots" => declared.roots = self.texts(attribute)?,
                "var_files" => declared.var_files = self.texts(attribute)?,
                "variables" => declared.variables = self.object(attribute)?.into_iter().collect(),
                _ => declared.workspace = Some(self.text(attribute)?),
            }
        }
        Ok(declared)
    }

    fn scope(&self, block: Block<'_>) -> Result<Scope, Failure> {
        if block.labels().next().is_some() {
            return Err(self.fail(block.header_span(), "scope takes no name", Some("write scope { ... }")));
        }
        self.only(block.body(), &["criteria", "exclude"], &[], "in scope")?;
        let mut scope = Scope::default();
        for attribute in block.body().attributes() {
            let texts = self.texts(attribute)?;
            if attribute.name() == "exclude" {
                scope.exclude = texts;
                continue;
            }
            let unknown = |named: &&String| !CRITERIA.iter().any(|criterion| begins(criterion.id, named));
            if let Some(named) = texts.iter().find(unknown) {
                let message = format!("no criterion is called {named}, or begins so");
                let help = "`trueup criteria` lists them; CC6 stands for CC6.1 to CC6.8, A for availability";
                return Err(self.fail(attribute.span(), &message, Some(help)));
            }
            scope.criteria = texts;
        }
        Ok(scope)
    }

    fn exception(&self, block: Block<'_>) -> Result<Exception, Failure> {
        let rule = self.label(block, "exception \"aws/s3/bucket-versioning\" { ... }")?;
        let keys = ["addresses", "paths", "reason", "approver", "until"];
        self.only(block.body(), &keys, &[], "in an exception block")?;
        let mut exception = Exception {
            rule,
            addresses: Vec::new(),
            paths: Vec::new(),
            reason: String::new(),
            approver: String::new(),
            until: None,
            line: self.line(block.header_span()),
        };
        for attribute in block.body().attributes() {
            match attribute.name() {
                "addresses" => exception.addresses = self.texts(attribute)?,
                "paths" => exception.paths = self.texts(attribute)?,
                "reason" => exception.reason = self.text(attribute)?,
                "approver" => exception.approver = self.text(attribute)?,
                _ => {
                    let text = self.text(attribute)?;
                    if !is_date(&text) {
                        return Err(self.wrong(attribute, "a day written YYYY-MM-DD"));
                    }
                    exception.until = Some(text);
                }
            }
        }
        for (key, text) in [("reason", &exception.reason), ("approver", &exception.approver)] {
            if text.is_empty() {
                let message = format!("the exception for {} has no {key}", exception.rule);
                let help = "an exception says why, and who approved it: reason = \"...\", approver = \"...\"";
                return Err(self.fail(block.header_span(), &message, Some(help)));
            }
        }
        Ok(exception)
    }
}
