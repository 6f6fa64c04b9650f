//! What an expression rests on: the literals in it, the names it reads, the branch that was taken.

use std::rc::Rc;

use crate::syntax::ast::{BinaryOp, Expr, Ids, NodeId};

use crate::eval::{Data, Value, each_item};

use super::path::{self, Part, pick};
use super::{At, Binds, End, FEW, MAX_DEPTH, MAX_WIDTH, Name, Step, Tracer, refusal};

/// Functions that hand on their first argument as it is, or only turn its type or text.
const SAME: [&str; 10] = [
    "tostring",
    "tobool",
    "tonumber",
    "tolist",
    "toset",
    "tomap",
    "sensitive",
    "nonsensitive",
    "jsonencode",
    "try",
];
/// Elements of a loop that are tried for the one that is asked for.
const MAX_ELEMENTS: usize = 1_000;

impl Tracer {
    /// What the value at the end of a way into an expression rests on.
    pub(super) fn expression(&mut self, at: &At<'_>, path: &[Part]) -> Vec<Step> {
        let here = (Rc::as_ptr(&at.scope).cast::<()>(), at.doc.file(), at.id, path::text(path));
        let stop = |end| vec![Step { value: None, end, ..Step::literal(at.location()) }];
        if self.stack.contains(&here) {
            return stop(End::Circle);
        }
        if self.stack.len() >= MAX_DEPTH || self.left == 0 {
            return stop(End::Cut);
        }
        // What a loop binds differs from element to element.
        let again = at.names.is_none();
        if again && self.followed.contains(&here) {
            let value = Some(pick(&at.value(), path));
            return vec![Step { value, ..Step::literal(at.location()) }.ends(End::Above)];
        }
        self.left -= 1;
        let before = self.left;
        self.stack.push(here.clone());
        let mut steps = at.assumed(path).map_or_else(|| self.parts_of(at, path), |made| vec![made]);
        self.stack.pop();
        // What Terraform refuses is this very expression, where none of its parts says so.
        if !plain(at)
            && !steps.iter().any(Step::tells_refusal)
            && let Some(why) = refusal(&at.value())
        {
            let step = Step { value: Some(Value::unknown(why.clone())), ..Step::literal(at.location()) };
            steps = vec![step.ends(End::Open(why))];
        }
        if again && before - self.left > FEW {
            self.followed.insert(here);
        }
        let mut seen = Vec::new();
        steps.retain(|step| {
            let same = (step.name.clone(), step.at);
            let fresh = !seen.contains(&same);
            seen.push(same);
            fresh
        });
        if steps.len() > MAX_WIDTH {
            steps.truncate(MAX_WIDTH);
            steps.push(Step { at: None, written: None, end: End::Cut, ..Step::literal(at.location()) });
        }
        steps
    }

    fn parts_of(&mut self, at: &At<'_>, path: &[Part]) -> Vec<Step> {
        match at.doc.expr(at.id) {
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) => vec![literal(at, path)],
            Expr::Parens(inner) | Expr::Interpolation(inner) => self.expression(&at.with(inner), path),
            Expr::Template(parts) => self.operands(at, parts.iter()),
            Expr::List(items) => self.list(at, items, path),
            Expr::Object(items) => self.object(at, items, path),
            Expr::Variable(name) => match at.name(name) {
                Some(bound) => self.bound(&bound, path),
                None => Vec::new(),
            },
            Expr::GetAttr { base, name } => self.get_attr(at, base, name, path),
            Expr::Index { base, key } => {
                let inner = at.with(key);
                let part = path::of_value(&inner.value());
                let mut steps = self.expression(&at.with(base), &with(part, path));
                let keys = self.expression(&inner, &[]);
                steps.extend(keys.into_iter().filter(|step| !step.is_literal()));
                steps
            }
            Expr::Splat { source, each, .. } => self.splat(at, source, each, path),
            Expr::Conditional { condition, then, otherwise } => {
                self.branches(at, condition, (then, Some(otherwise)), path)
            }
            Expr::TemplateIf { condition, then, otherwise } => {
                self.branches(at, condition, (then, otherwise), &[])
            }
            Expr::Binary { op, left, right } => self.binary(at, op, left, right),
            Expr::Unary { operand, .. } => self.expression(&at.with(operand), &[]),
            Expr::Call { name, args, .. } => {
                let steps = self.function(at, name, args, path);
                match at.value().find_unknown() {
                    // None of its arguments is to blame: it is the function that is not computed.
                    Some(unknown) if !steps.iter().any(Step::is_open) && path.is_empty() => {
                        let end = End::Open(unknown.why.clone());
                        let value = Some(Value::unknown(unknown.why.clone()));
                        vec![Step { value, end, ..Step::literal(at.location()) }]
                    }
                    _ => steps,
                }
            }
            Expr::ForList { .. } | Expr::ForObject { .. } | Expr::TemplateFor { .. } => self.each(at, path),
            Expr::SplatItem => Vec::new(),
        }
    }

    /// The parts of an expression that is computed from all of them. Where some can't be known, only
    /// those count; beside names, literals say nothing.
    fn operands(&mut self, at: &At<'_>, ids: impl Iterator<Item = NodeId>) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for id in ids.take(MAX_ELEMENTS) {
            steps.extend(self.expression(&at.with(id), &[]));
        }
        if steps.iter().any(Step::is_open) {
            steps.retain(Step::is_open);
        }
        if steps.iter().all(Step::is_literal) {
            return vec![Step::literal(at.location())];
        }
        steps.retain(|step| !step.is_literal());
        steps
    }

    fn get_attr(&mut self, at: &At<'_>, base: NodeId, name: &str, path: &[Part]) -> Vec<Step> {
        match at.doc.expr(base) {
            Expr::Variable(root) => match at.name(root) {
                Some(bound) => self.bound(&bound, &with(Part::Key(name.to_owned()), path)),
                None => self.symbol(at, root, name, path),
            },
            _ => self.expression(&at.with(base), &with(Part::Key(name.to_owned()), path)),
        }
    }

    fn list(&mut self, at: &At<'_>, items: Ids<'_>, path: &[Part]) -> Vec<Step> {
        let rest = path.get(1..).unwrap_or(&[]);
        let found = match path.first() {
            Some(Part::Index(index)) => items.get(*index),
            Some(Part::Member(member)) => items
                .iter()
                .take(MAX_ELEMENTS)
                .find(|id| crate::eval::ops::equal(&at.with(*id).value(), member) == Some(true)),
            Some(Part::KeyOf(key)) => {
                items.iter().take(MAX_ELEMENTS).find(|id| at.with(*id).value().as_str() == Some(key))
            }
            _ => return self.operands(at, items.iter()),
        };
        match found {
            Some(id) if matches!(path.first(), Some(Part::KeyOf(_))) => self.expression(&at.with(id), &[]),
            Some(id) => self.expression(&at.with(id), rest),
            None => vec![Step::literal(at.location()).ends(End::Absent)],
        }
    }

    fn object(&mut self, at: &At<'_>, items: Ids<'_>, path: &[Part]) -> Vec<Step> {
        let (wanted, of_key) = match path.first() {
            Some(Part::Key(wanted)) => (wanted, false),
            Some(Part::KeyOf(wanted)) => (wanted, true),
            _ => return self.operands(at, items.pairs().map(|(_, value)| value)),
        };
        let name = |key: NodeId| match at.doc.expr(key) {
            Expr::Str(name) | Expr::Variable(name) => Some(name.to_owned()),
            _ => at.with(key).value().as_str().map(str::to_owned),
        };
        let pairs: Vec<(NodeId, NodeId)> = items.pairs().collect();
        // The last of equal keys wins.
        let found =
            pairs.iter().rev().take(MAX_ELEMENTS).find(|(key, _)| name(*key).as_ref() == Some(wanted));
        match found {
            Some((key, _)) if of_key => match at.doc.expr(*key) {
                Expr::Str(_) | Expr::Variable(_) => vec![Step::literal(at.doc.location(*key))],
                _ => self.expression(&at.with(*key), &[]),
            },
            Some((_, value)) => self.expression(&at.with(*value), path.get(1..).unwrap_or(&[])),
            None => vec![Step::literal(at.location()).ends(End::Absent)],
        }
    }

    /// `source[*].a.b`, whose ways lead into the elements of the source.
    fn splat(&mut self, at: &At<'_>, source: NodeId, each: NodeId, path: &[Part]) -> Vec<Step> {
        let mut inner = Vec::new();
        let mut node = each;
        loop {
            match at.doc.expr(node) {
                Expr::GetAttr { base, name } => {
                    inner.push(Part::Key(name.to_owned()));
                    node = base;
                }
                Expr::Index { base, key } => {
                    inner.push(path::of_value(&at.with(key).value()));
                    node = base;
                }
                _ => break,
            }
        }
        let single = at.with(source).value();
        let single = !matches!(single.data, Data::Sequence(_) | Data::Unknown(_));
        let (first, rest) =
            path.split_first().map_or((Part::Any, path), |(first, rest)| (first.clone(), rest));
        let first = (!single).then_some(first);
        let way: Vec<Part> =
            first.into_iter().chain(inner.into_iter().rev()).chain(rest.iter().cloned()).collect();
        self.expression(&at.with(source), &way)
    }

    /// The condition, and the branch that it takes; only the condition where it can't be known.
    fn branches(
        &mut self,
        at: &At<'_>,
        condition: NodeId,
        (then, otherwise): (NodeId, Option<NodeId>),
        path: &[Part],
    ) -> Vec<Step> {
        let inner = at.with(condition);
        let value = inner.value();
        let flag = crate::eval::convert::convert(&value, &crate::eval::Type::Bool);
        let taken = match flag.ok().and_then(|value| value.as_bool()) {
            Some(true) => Some(then),
            Some(false) => otherwise,
            None => None,
        };
        let mut steps = taken.map_or_else(Vec::new, |id| self.expression(&at.with(id), path));
        // Beside what is not known, a condition that is known would decide nothing.
        if taken.is_none() || !steps.iter().any(Step::is_open) {
            let below = self.expression(&inner, &[]);
            let place = Some(inner.location());
            steps.push(Step { written: place, ..Step::named("if", value, place) }.on(below));
        }
        steps
    }

    fn binary(&mut self, at: &At<'_>, op: BinaryOp, left: NodeId, right: NodeId) -> Vec<Step> {
        // One side of these may decide alone.
        let decides = match op {
            BinaryOp::And => Some(false),
            BinaryOp::Or => Some(true),
            _ => None,
        };
        let alone = decides.and_then(|wanted| {
            [left, right].into_iter().find(|id| at.with(*id).value().as_bool() == Some(wanted))
        });
        match alone {
            Some(id) => self.expression(&at.with(id), &[]),
            None => self.operands(at, [left, right].into_iter()),
        }
    }

    fn function(&mut self, at: &At<'_>, name: &str, args: Ids<'_>, path: &[Part]) -> Vec<Step> {
        let value = |id: NodeId| at.with(id).value();
        let errs = |value: &Value| {
            value.as_unknown().is_some_and(|unknown| matches!(unknown.why, crate::eval::Why::Error(_)))
        };
        let first = args.get(0);
        match (name, first, path.first()) {
            ("try" | "coalesce" | "coalescelist", ..) => {
                let skips = |value: &Value| match name {
                    "try" => errs(value),
                    _ => {
                        value.is_null()
                            || value.as_str() == Some("")
                            || value.as_items().is_some_and(<[_]>::is_empty)
                    }
                };
                let chosen = args.iter().find(|id| !skips(&value(*id)));
                chosen.map_or_else(Vec::new, |id| self.expression(&at.with(id), path))
            }
            ("lookup", Some(map), _) => {
                let key = args.get(1).map_or(Value::NULL, value);
                let has = value(map).get(key.as_str().unwrap_or("")).is_some();
                match args.get(2).filter(|_| !has && value(map).as_unknown().is_none()) {
                    Some(default) => self.expression(&at.with(default), path),
                    None => self.expression(&at.with(map), &with(path::of_value(&key), path)),
                }
            }
            ("element", Some(list), _) => {
                let index = args.get(1).map_or(Value::NULL, value);
                let count = value(list).as_items().map_or(0, <[_]>::len);
                let part = match path::of_value(&index) {
                    Part::Index(at) => Part::Index(at.checked_rem(count).unwrap_or(at)),
                    part => part,
                };
                self.expression(&at.with(list), &with(part, path))
            }
            ("one", Some(list), _) => self.expression(&at.with(list), &with(Part::Index(0), path)),
            ("merge", _, Some(Part::Key(key))) => {
                let chosen = args.iter().rev().find(|id| {
                    let value = value(*id);
                    value.get(key).is_some() || value.as_unknown().is_some()
                });
                match chosen {
                    Some(id) => self.expression(&at.with(id), path),
                    None => self.operands(at, args.iter()),
                }
            }
            ("concat", _, Some(Part::Index(index))) => {
                let mut left = *index;
                for id in args.iter() {
                    let count = value(id).as_items().map_or(0, <[_]>::len);
                    if left < count {
                        let rest = path.get(1..).unwrap_or(&[]);
                        return self.expression(&at.with(id), &with(Part::Index(left), rest));
                    }
                    left -= count;
                }
                self.operands(at, args.iter())
            }
            (same, Some(only), _) if SAME.contains(&same) => self.expression(&at.with(only), path),
            (_, None, _) => Vec::new(),
            _ => self.operands(at, args.iter()),
        }
    }

    /// A loop: the element that the way leads to, else what the loop walks over.
    fn each(&mut self, at: &At<'_>, path: &[Part]) -> Vec<Step> {
        let (key, element, collection, entry, result, condition) = match at.doc.expr(at.id) {
            Expr::ForList { key, value, collection, result, condition } => {
                (key, value, collection, None, result, condition)
            }
            Expr::ForObject { key, value, collection, result_key, result, condition, .. } => {
                (key, value, collection, Some(result_key), result, condition)
            }
            Expr::TemplateFor { key, value, collection, body } => (key, value, collection, None, body, None),
            _ => return Vec::new(),
        };
        let over = at.with(collection);
        let Ok(Ok(items)) = each_item(&over.value(), false) else { return self.expression(&over, &[]) };
        let mut place = 0;
        for (item_key, item) in items.into_iter().take(MAX_ELEMENTS) {
            let bind = |name: &str, value: Value, kind: Binds, outer| Name {
                word: name.to_owned(),
                value,
                kind,
                collection: over.clone(),
                key: item_key.clone(),
                presence: None,
                outer,
            };
            let mut names = at.names.clone();
            if let Some(name) = key {
                names = Some(Rc::new(bind(name, item_key.clone(), Binds::Key, names)));
            }
            names = Some(Rc::new(bind(element, item.clone(), Binds::Element, names)));
            let inner = |id: NodeId| At { names: names.clone(), ..at.with(id) };
            if condition.is_some_and(|id| inner(id).value().as_bool() == Some(false)) {
                continue;
            }
            let (chosen, of_key) = match (path.first(), entry) {
                (Some(Part::Index(index)), None) => (*index == place, false),
                (Some(Part::Member(member)), None) => {
                    (crate::eval::ops::equal(&inner(result).value(), member) == Some(true), false)
                }
                (Some(Part::Key(wanted)), Some(entry)) => {
                    (inner(entry).value().as_str() == Some(wanted), false)
                }
                (Some(Part::KeyOf(wanted)), Some(entry)) => {
                    (inner(entry).value().as_str() == Some(wanted), true)
                }
                (Some(Part::KeyOf(wanted)), None) => (inner(result).value().as_str() == Some(wanted), true),
                _ => (false, false),
            };
            place += 1;
            if chosen {
                return match (of_key, entry) {
                    (true, entry) => self.expression(&inner(entry.unwrap_or(result)), &[]),
                    (false, _) => self.expression(&inner(result), path.get(1..).unwrap_or(&[])),
                };
            }
        }
        self.expression(&over, &[])
    }
}

impl Step {
    /// Whether it is a literal and nothing more.
    pub(super) fn is_literal(&self) -> bool {
        self.value.is_none() && self.name.is_empty() && matches!(self.end, End::Here)
    }
}

/// Whether an expression has nothing to refuse of its own: a literal, brackets around another one, the
/// first half of a name.
fn plain(at: &At<'_>) -> bool {
    match at.doc.expr(at.id) {
        Expr::Null
        | Expr::Bool(_)
        | Expr::Number(_)
        | Expr::Str(_)
        | Expr::SplatItem
        | Expr::Parens(_)
        | Expr::Interpolation(_) => true,
        Expr::GetAttr { base, .. } => {
            matches!(at.doc.expr(base), Expr::Variable("data" | "resource" | "ephemeral" | "module"))
        }
        _ => false,
    }
}

fn literal(at: &At<'_>, path: &[Part]) -> Step {
    let step = Step::literal(at.location());
    let key = matches!(path, [] | [Part::KeyOf(_)]);
    if key || !pick(&at.value(), path).is_null() { step } else { step.ends(End::Absent) }
}

fn with(part: Part, path: &[Part]) -> Vec<Part> {
    std::iter::once(part).chain(path.iter().cloned()).collect()
}
