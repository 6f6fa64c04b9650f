//! Reads one rule file.
//!
//! In: the rule's id, text and template. Out: a [`Rule`], or everything that is wrong with it, each
//! error with a place and what to do.

use std::sync::Arc;

use crate::findings::{Applicability, Dated, Effect, RuleInfo, Severity, criterion, is_date};
use crate::source::{FileId, Position, SourceFile, Span};
use crate::syntax::ast::{Attribute, Block, Document, Expr, NodeId};
use crate::syntax::parse_hcl;

use super::lint;
use super::model::{FixSpec, Rule, RuleScopeKind};
use super::reads;

/// Something wrong with a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The rule.
    pub id: String,
    /// Whether it is in the rule's template, not in the rule itself.
    pub template: bool,
    /// Where.
    pub span: Span,
    /// Line and column, both from 1.
    pub position: Position,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl RuleError {
    /// The file, below the directory that holds `rules/` and `templates/`.
    pub fn file(&self) -> String {
        if self.template {
            format!("templates/{}.tf.tera", self.id)
        } else {
            format!("rules/{}.hcl", self.id)
        }
    }
}

impl std::fmt::Display for RuleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file(), self.position.line, self.position.column, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

impl std::error::Error for RuleError {}

/// Collects errors while a rule is read.
pub(super) struct Reader<'d> {
    id: &'d str,
    source: &'d SourceFile,
    pub(super) doc: &'d Document,
    pub(super) errors: Vec<RuleError>,
}

impl<'d> Reader<'d> {
    pub(super) fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.push(None, span, message.into(), help.into());
    }

    /// Something wrong with the rule's template.
    pub(super) fn template_error(
        &mut self,
        template: &SourceFile,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(Some(template), span, message.into(), help.into());
    }

    fn push(&mut self, template: Option<&SourceFile>, span: Span, message: String, help: String) {
        self.errors.push(RuleError {
            id: self.id.to_owned(),
            template: template.is_some(),
            span,
            position: template.unwrap_or(self.source).position(span.start),
            message,
            help: (!help.is_empty()).then_some(help),
        });
    }

    fn text(&mut self, attribute: Attribute<'d>) -> Option<String> {
        if let Expr::Str(text) = self.doc.expr(attribute.expr()) {
            return Some(text.to_owned());
        }
        self.error(attribute.span(), format!("{} must be a plain string", attribute.name()), "");
        None
    }

    fn texts(&mut self, attribute: Attribute<'d>) -> Vec<String> {
        let Expr::List(items) = self.doc.expr(attribute.expr()) else {
            let help = format!("write {} = [\"...\"]", attribute.name());
            self.error(attribute.span(), format!("{} must be a list of strings", attribute.name()), help);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match self.doc.expr(item) {
                Expr::Str(text) => texts.push(text.to_owned()),
                _ => self.error(self.doc.span(item), "not a plain string", ""),
            }
        }
        texts
    }

    fn named<T>(
        &mut self,
        attribute: Attribute<'d>,
        parse: fn(&str) -> Option<T>,
        names: &[&str],
    ) -> Option<T> {
        let text = self.text(attribute)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            let message = format!("{text:?} is not a {}", attribute.name());
            self.error(attribute.span(), message, format!("one of {}", names.join(", ")));
        }
        parsed
    }

    fn only(&mut self, block: Block<'d>, attributes: &[&str], blocks: &[&str]) {
        for attribute in block.body().attributes() {
            if !attributes.contains(&attribute.name()) {
                let help = lint::nearest(attribute.name(), attributes.iter().copied());
                let message = format!("unknown key {} in {}", attribute.name(), block.kind());
                self.error(attribute.span(), message, help);
            }
        }
        for inner in block.body().blocks() {
            if !blocks.contains(&inner.kind()) {
                let help = lint::nearest(inner.kind(), blocks.iter().copied());
                let message = format!("unknown block {} in {}", inner.kind(), block.kind());
                self.error(inner.header_span(), message, help);
            }
        }
    }

    fn needed(&mut self, block: Block<'d>, name: &str) -> Option<Attribute<'d>> {
        let found = block.body().attribute(name);
        if found.is_none() {
            self.error(block.header_span(), format!("{} lacks {name}", block.kind()), "");
        }
        found
    }

    fn criteria(&mut self, attribute: Attribute<'d>) -> Vec<(String, String)> {
        let Expr::Object(items) = self.doc.expr(attribute.expr()) else {
            self.error(attribute.span(), "criteria must be an object", "criteria = { \"CC6.1\" = \"why\" }");
            return Vec::new();
        };
        let mut criteria = Vec::new();
        for (key, value) in items.pairs() {
            let (Expr::Str(id), Expr::Str(why)) = (self.doc.expr(key), self.doc.expr(value)) else {
                self.error(self.doc.span(key), "a criterion is a string with a reason", "");
                continue;
            };
            if criterion(id).is_none() {
                let help = lint::nearest(id, crate::findings::CRITERIA.iter().map(|each| each.id));
                self.error(self.doc.span(key), format!("{id} is no Trust Services criterion"), help);
            }
            if why.trim().is_empty() {
                self.error(self.doc.span(value), format!("{id} has no reason"), "");
            }
            criteria.push((id.to_owned(), why.to_owned()));
        }
        if criteria.is_empty() {
            self.error(attribute.span(), "criteria is empty", "");
        }
        criteria
    }

    fn dated(&mut self, block: Block<'d>) -> Option<Dated> {
        self.only(block, &["as_of", "source"], &[]);
        let as_of = self.needed(block, "as_of")?;
        let source = self.needed(block, "source").and_then(|it| self.text(it));
        let day = self.text(as_of)?;
        if !is_date(&day) {
            self.error(as_of.span(), format!("{day:?} is no date"), "write YYYY-MM-DD");
        }
        Some(Dated { as_of: day, source: source? })
    }

    fn fix(&mut self, block: Block<'d>) -> Option<FixSpec> {
        self.only(block, &["title", "on", "creates", "applicability", "effect", "caution"], &[]);
        let title = self.needed(block, "title");
        let applicability = self
            .needed(block, "applicability")
            .and_then(|it| self.named(it, Applicability::from_name, Applicability::NAMES));
        let effect =
            block.body().attribute("effect").and_then(|it| self.named(it, Effect::from_name, Effect::NAMES));
        let caution = block.body().attribute("caution").and_then(|it| self.text(it));
        let applicability = applicability?;
        if applicability != Applicability::Auto && caution.as_deref().is_none_or(str::is_empty) {
            let message = format!("a fix with applicability {applicability} needs a caution");
            self.error(block.header_span(), message, "say what a person should look at");
        }
        let on = block.body().attribute("on").map(Attribute::expr);
        let creates = block.body().attribute("creates").map(Attribute::expr);
        Some(FixSpec { title: title?.expr(), on, creates, applicability, effect, caution })
    }
}

/// The comment lines right above `offset`, joined.
fn comment_above(text: &str, offset: u32) -> String {
    let before = text.get(..offset as usize).unwrap_or("");
    let mut lines: Vec<&str> = before
        .lines()
        .rev()
        .map(str::trim)
        .take_while(|line| line.starts_with('#') || line.starts_with("//"))
        .map(|line| line.trim_start_matches(['#', '/']).trim())
        .collect();
    lines.reverse();
    lines.join(" ").trim().to_owned()
}

/// Reads and lints a rule.
pub fn load(id: &str, text: &str, template: Option<&str>) -> Result<Rule, Vec<RuleError>> {
    let source = SourceFile::new(format!("rules/{id}.hcl"), text);
    let document = Arc::new(parse_hcl(FileId::NONE, &source));
    let mut reader = Reader { id, source: &source, doc: &document, errors: Vec::new() };
    for error in &document.errors {
        reader.error(error.location.span, error.message.clone(), error.help.clone().unwrap_or_default());
    }
    let rule = if reader.errors.is_empty() { read(&mut reader, &document, template) } else { None };
    let errors = reader.errors;
    match rule {
        Some(rule) if errors.is_empty() => Ok(rule),
        _ => Err(errors),
    }
}

fn read(reader: &mut Reader<'_>, document: &Arc<Document>, template: Option<&str>) -> Option<Rule> {
    let doc = reader.doc;
    let blocks: Vec<Block<'_>> = doc.body().blocks().collect();
    for attribute in doc.body().attributes() {
        reader.error(attribute.span(), "only a rule block stands at the top", "");
    }
    let [block] = blocks.as_slice() else {
        reader.error(Span::new(0, 0), "a rule file holds exactly one rule block", "");
        return None;
    };
    let block = *block;
    if block.kind() != "rule" {
        reader.error(block.header_span(), format!("unknown block {}", block.kind()), "write rule { ... }");
        return None;
    }
    reader.only(
        block,
        &["title", "severity", "scope", "resource", "aliases", "criteria", "applies", "require", "message"],
        &["locals", "fix", "dated"],
    );
    let body = block.body();
    let title = reader.needed(block, "title").and_then(|it| reader.text(it));
    let severity = reader
        .needed(block, "severity")
        .and_then(|it| reader.named(it, Severity::from_name, Severity::NAMES));
    let scope = match body.attribute("scope") {
        None => RuleScopeKind::Resource,
        Some(it) => reader.named(it, scope_kind, &["resource", "estate"]).unwrap_or(RuleScopeKind::Resource),
    };
    let resources = match (scope, body.attribute("resource")) {
        (RuleScopeKind::Resource, Some(it)) => reader.texts(it),
        (RuleScopeKind::Estate, None) => Vec::new(),
        (RuleScopeKind::Resource, None) => {
            reader.error(block.header_span(), "rule lacks resource", "resource = [\"aws_s3_bucket\"]");
            Vec::new()
        }
        (RuleScopeKind::Estate, Some(it)) => {
            reader.error(it.span(), "a rule over the estate has no resource", "");
            Vec::new()
        }
    };
    let aliases = body.attribute("aliases").map(|it| reader.texts(it)).unwrap_or_default();
    let criteria = reader.needed(block, "criteria").map(|it| reader.criteria(it)).unwrap_or_default();
    let mut locals: Vec<(Arc<str>, NodeId)> = Vec::new();
    for attribute in body.blocks_of("locals").flat_map(|each| each.body().attributes()) {
        locals.push((attribute.name().into(), attribute.expr()));
    }
    let require = reader.needed(block, "require")?.expr();
    let message = reader.needed(block, "message")?.expr();
    let fix_block = body.blocks_of("fix").next();
    let fix = fix_block.and_then(|each| reader.fix(each));
    match (fix_block, template) {
        (Some(each), None) => {
            reader.error(each.header_span(), "the fix has no template", "add templates/<same path>.tf.tera");
        }
        (None, Some(_)) => {
            reader.error(block.header_span(), "there is a template but no fix block", "add fix { ... }");
        }
        _ => {}
    }
    let creates = fix.as_ref().and_then(|fix| fix.creates);
    names_its_subject(reader, scope, fix_block, fix.as_ref().and_then(|fix| fix.on).or(creates));
    let info = RuleInfo {
        id: reader.id.into(),
        title: title?,
        severity: severity?,
        criteria,
        aliases,
        description: comment_above(doc.text(), block.span().start),
        dated: body.blocks_of("dated").next().and_then(|each| reader.dated(each)),
    };
    let applies = body.attribute("applies").map(Attribute::expr);
    let conditions = || locals.iter().map(|(_, id)| *id).chain(applies).chain([require]);
    let rule = Rule {
        info,
        scope,
        resources: resources.into_iter().map(Arc::from).collect(),
        document: Arc::clone(document),
        shared: reads::shared(doc, &locals),
        literals: reads::literals(doc, conditions()),
        alone: reads::alone(doc, conditions()),
        own: reads::own(doc, conditions()),
        questions: reads::questions(doc, conditions()),
        locals,
        applies,
        require,
        message,
        fix,
        template: template.map(Arc::from),
    };
    lint::lint(reader, &rule);
    Some(rule)
}

/// The fix of a rule over the estate says what to change or create, that of a resource changes it.
fn names_its_subject(
    reader: &mut Reader<'_>,
    scope: RuleScopeKind,
    fix: Option<Block<'_>>,
    on: Option<NodeId>,
) {
    match (scope, fix, on) {
        (RuleScopeKind::Estate, Some(each), None) => {
            reader.error(
                each.header_span(),
                "the fix does not say which resource to change, or when to create one",
                "add on = local.x, or creates = account_baseline()",
            );
        }
        (RuleScopeKind::Resource, _, Some(on)) => {
            reader.error(
                reader.doc.span(on),
                "the fix of a resource changes that resource",
                "remove on and creates",
            );
        }
        _ => {}
    }
}

fn scope_kind(name: &str) -> Option<RuleScopeKind> {
    match name {
        "resource" => Some(RuleScopeKind::Resource),
        "estate" => Some(RuleScopeKind::Estate),
        _ => None,
    }
}
