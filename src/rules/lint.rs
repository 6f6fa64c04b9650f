//! What a rule may not say.

use crate::syntax::ast::{BinaryOp, Document, Expr, NodeId, UnaryOp};

use super::functions;
use super::load::Reader;
use super::model::{Rule, RuleScopeKind};
use super::template;

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
    let on = rule.fix.as_ref().and_then(|fix| fix.on);
    for id in expressions.chain(title).chain(on) {
        walk(reader, rule, id, &mut Vec::new(), 0);
    }
    for id in rule.applies.into_iter().chain([rule.require]) {
        condition(reader, id, 0);
    }
    let message = reader.doc.slice(reader.doc.span(rule.message));
    if rule.scope == RuleScopeKind::Resource && !message.contains("self.address") {
        reader.error(reader.doc.span(rule.message), "message must name self.address", "");
    }
    template::lint(reader, rule);
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
        Expr::Variable(name)
            if !matches!(name, "self" | "local" | "setting") && !bound.iter().any(|it| it == name) =>
        {
            reader.error(span, format!("{name} is not known to rules"), "only self, local and setting are");
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
    for child in doc.children(id) {
        walk(reader, rule, child, bound, depth + 1);
    }
    bound.truncate(bound.len() - own);
}
