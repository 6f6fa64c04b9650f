//! What a rule may not say.

use crate::syntax::ast::{BinaryOp, Document, Expr, NodeId, UnaryOp};

use super::explain::children;
use super::functions;
use super::load::Reader;
use super::model::{Rule, RuleScopeKind};

/// What a template may read.
const GIVEN: [&str; 7] = ["address", "label", "type", "ref", "self", "local", "setting"];

const FORBIDDEN: &[&str] = &[
    "try",
    "can",
    "timestamp",
    "plantimestamp",
    "uuid",
    "uuidv5",
    "bcrypt",
    "file",
    "fileexists",
    "fileset",
    "filebase64",
    "templatefile",
    "filemd5",
    "filesha1",
    "filesha256",
    "filesha512",
    "filebase64sha256",
    "filebase64sha512",
    "pathexpand",
    "abspath",
];

const BOOLEAN: &[&str] = &["alltrue", "anytrue", "contains", "startswith", "endswith", "strcontains"];

const PURE: &[&str] = &[
    "abs",
    "alltrue",
    "anytrue",
    "base64decode",
    "base64encode",
    "ceil",
    "chomp",
    "chunklist",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "cidrsubnets",
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "contains",
    "distinct",
    "element",
    "endswith",
    "flatten",
    "floor",
    "format",
    "formatlist",
    "index",
    "indent",
    "join",
    "jsondecode",
    "jsonencode",
    "keys",
    "length",
    "log",
    "lookup",
    "lower",
    "matchkeys",
    "max",
    "md5",
    "merge",
    "min",
    "one",
    "parseint",
    "pow",
    "range",
    "regex",
    "regexall",
    "replace",
    "reverse",
    "setintersection",
    "setproduct",
    "setsubtract",
    "setunion",
    "sha1",
    "sha256",
    "sha512",
    "signum",
    "slice",
    "sort",
    "split",
    "startswith",
    "strcontains",
    "strrev",
    "substr",
    "sum",
    "timeadd",
    "timecmp",
    "title",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
    "transpose",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "upper",
    "urlencode",
    "values",
    "yamldecode",
    "yamlencode",
    "zipmap",
];

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (slot, y) in row.iter_mut().skip(1).zip(&b) {
            let best = (diagonal + usize::from(x != *y)).min(left + 1).min(*slot + 1);
            diagonal = std::mem::replace(slot, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// "did you mean x?", or nothing where no name is near.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    known
        .map(|each| (distance(name, each), each))
        .min()
        .filter(|(far, _)| *far <= 3)
        .map_or_else(String::new, |(_, each)| format!("did you mean {each}?"))
}

/// Refuses what a rule may not say.
pub(super) fn lint(reader: &mut Reader<'_>, rule: &Rule) {
    let title = rule.fix.as_ref().map(|fix| fix.title);
    let expressions =
        rule.locals.iter().map(|(_, id)| *id).chain(rule.applies).chain([rule.require, rule.message]);
    for id in expressions.chain(title) {
        walk(reader, rule, id, &mut Vec::new(), 0);
    }
    for id in rule.applies.into_iter().chain([rule.require]) {
        condition(reader, id, 0);
    }
    let message = reader.doc.slice(reader.doc.span(rule.message));
    if rule.scope == RuleScopeKind::Resource && !message.contains("self.address") {
        reader.error(reader.doc.span(rule.message), "message must name self.address", "");
    }
    if let Some(template) = &rule.template {
        for name in template_names(template) {
            let (root, rest) = name.split_once('.').unwrap_or((&name, ""));
            let local = rest.split(['.', '[']).next().unwrap_or("");
            if !GIVEN.contains(&root) {
                let message = format!("the template reads {root}, which it is not given");
                let known = format!("in templates/{}.tf.tera use one of {}", rule.info.id, GIVEN.join(", "));
                reader.error(reader.doc.span(rule.require), message, known);
            } else if root == "local" && rule.local(local).is_none() {
                let message = format!("the template reads local.{local}, which the rule lacks");
                reader.error(reader.doc.span(rule.require), message, "");
            }
        }
    }
}

/// The paths that stand first in `{{ ... }}`.
fn template_names(template: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in template.split("{{").skip(1) {
        let inside = part.split("}}").next().unwrap_or("").trim_start_matches('-').trim_start();
        let end = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '['));
        let name = inside.split(end).next().unwrap_or("");
        if name.starts_with(|c: char| c.is_alphabetic()) {
            names.push(name.to_owned());
        }
    }
    names
}

/// A condition is made of comparisons and boolean functions; a bare value could be null.
fn condition(reader: &mut Reader<'_>, id: NodeId, depth: u32) {
    if depth > 200 {
        return;
    }
    match reader.doc.expr(id) {
        Expr::Parens(inner) | Expr::Unary { op: UnaryOp::Not, operand: inner } => {
            condition(reader, inner, depth + 1);
        }
        Expr::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
            condition(reader, left, depth + 1);
            condition(reader, right, depth + 1);
        }
        Expr::Conditional { condition: test, then, otherwise } => {
            for each in [test, then, otherwise] {
                condition(reader, each, depth + 1);
            }
        }
        Expr::Binary { op, .. }
            if !matches!(
                op,
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod
            ) => {}
        Expr::Bool(_) => {}
        Expr::Call { name, .. } if BOOLEAN.contains(&name) || functions::BOOLEAN.contains(&name) => {}
        _ => {
            let text = reader.doc.slice(reader.doc.span(id)).to_owned();
            reader.error(
                reader.doc.span(id),
                format!("{text} is a bare value, not a comparison"),
                "write == true",
            );
        }
    }
}

fn walk(reader: &mut Reader<'_>, rule: &Rule, id: NodeId, bound: &mut Vec<String>, depth: u32) {
    if depth > 200 {
        return;
    }
    let doc: &Document = reader.doc;
    let span = doc.span(id);
    let mut own = 0;
    match doc.expr(id) {
        Expr::Call { name, .. } if FORBIDDEN.contains(&name) => {
            reader.error(span, format!("rules may not call {name}"), "");
        }
        Expr::Call { name, .. } if !PURE.contains(&name) && !functions::NAMES.contains(&name) => {
            let known = PURE.iter().chain(functions::NAMES).copied();
            reader.error(span, format!("there is no function {name}"), nearest(name, known));
        }
        Expr::GetAttr { base, name } if matches!(doc.expr(base), Expr::Variable("local")) => {
            if rule.local(name).is_none() {
                let help = nearest(name, rule.locals.iter().map(|(each, _)| &**each));
                reader.error(span, format!("there is no local.{name}"), help);
            }
        }
        Expr::Variable("self") if rule.scope == RuleScopeKind::Estate => {
            reader.error(span, "a rule over the estate has no self", "use resources(type)");
        }
        Expr::Variable(name) if !matches!(name, "self" | "local") && !bound.iter().any(|it| it == name) => {
            reader.error(span, format!("{name} is not known to rules"), "only self and local are");
        }
        Expr::ForList { key, value, .. }
        | Expr::ForObject { key, value, .. }
        | Expr::TemplateFor { key, value, .. } => {
            for name in key.into_iter().chain([value]) {
                bound.push(name.to_owned());
                own += 1;
            }
        }
        _ => {}
    }
    for child in children(doc, id) {
        walk(reader, rule, child, bound, depth + 1);
    }
    bound.truncate(bound.len() - own);
}
