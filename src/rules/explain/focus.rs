//! Narrows a clause to the parts that decided it: the element of a loop, the side of an `||`, the
//! condition behind a `local`.
//!
//! In: a clause that came out false or unknown. Out: [`Leaf`]s, each a small expression with the
//! names that loops bind around it. Every step evaluates the parts again, for one element at a
//! time, so any rule is explained without a word of its own.

use crate::eval::{Data, OpenList, SequenceKind, Value, each_item};
use crate::syntax::ast::{BinaryOp, Document, Expr, NodeId, UnaryOp};

use super::super::functions;
use super::super::scope::Judging;
use super::tree::{bare, is_path, local_of, variable_of};

/// How many deciding parts are looked at.
const MAX_LEAVES: usize = 16;
/// How many elements of one loop are named.
const MAX_ELEMENTS: usize = 4;
/// How deep conditions are followed.
const MAX_DEPTH: u32 = 64;
/// The longest text of a collection that stands before an element's index.
const MAX_TEXT: usize = 60;

/// A name that a loop binds, on one element.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) value: Value,
    /// The element as a reader would write it: `self.ingress[2]`.
    pub(super) shown: String,
    /// The expression that it is an element of; what is bound before this name belongs to it.
    pub(super) collection: NodeId,
}

/// How a part decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It holds, and must not.
    Culprit,
    /// It must hold, and does not.
    Required,
    /// One of several that could have held.
    Candidate,
}

/// A part that decided.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) id: NodeId,
    pub(super) bound: Vec<Bound>,
    pub(super) role: Role,
}

/// How the walk came to a part.
#[derive(Clone, Copy)]
struct Way {
    negated: bool,
    candidate: bool,
    depth: u32,
}

impl Way {
    fn down(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn negate_if(self, negate: bool) -> Self {
        Self { negated: self.negated != negate, ..self }
    }
}

/// `[for value in collection : result if condition]`
struct Loop<'d> {
    key: Option<&'d str>,
    value: &'d str,
    collection: NodeId,
    result: NodeId,
    condition: Option<NodeId>,
    bound: Vec<Bound>,
}

/// The deciding parts of `id`, in order of writing; itself where nothing is known to be smaller.
pub(super) fn focus(judging: &Judging<'_>, id: NodeId) -> Vec<Leaf> {
    let mut focus = Focus { judging, doc: &judging.rule.document, leaves: Vec::new() };
    focus.narrow(id, &[], Way { negated: false, candidate: false, depth: 0 });
    focus.leaves
}

struct Focus<'j, 'a> {
    judging: &'j Judging<'a>,
    doc: &'j Document,
    leaves: Vec<Leaf>,
}

impl<'j> Focus<'j, '_> {
    fn eval(&self, id: NodeId, bound: &[Bound]) -> Option<Value> {
        eval(self.judging, id, bound)
    }

    fn leaf(&mut self, id: NodeId, bound: &[Bound], way: Way) {
        let holds = || self.eval(id, bound).and_then(|value| value.as_bool()) == Some(true);
        let role = match way.candidate {
            _ if way.negated && holds() => Role::Culprit,
            true => Role::Candidate,
            false => Role::Required,
        };
        if self.leaves.len() < MAX_LEAVES {
            self.leaves.push(Leaf { id, bound: bound.to_vec(), role });
        }
    }

    fn narrow(&mut self, id: NodeId, bound: &[Bound], way: Way) {
        if way.depth > MAX_DEPTH || self.leaves.len() >= MAX_LEAVES {
            return;
        }
        let before = self.leaves.len();
        match self.doc.expr(id) {
            Expr::Parens(inner) => self.narrow(inner, bound, way.down()),
            Expr::Unary { op, operand } => {
                self.narrow(operand, bound, way.down().negate_if(op == UnaryOp::Not));
            }
            Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
                self.either(op == BinaryOp::Or, id, [left, right], bound, way);
            }
            Expr::Binary { op: op @ (BinaryOp::Eq | BinaryOp::NotEq), left, right }
                if matches!(self.doc.expr(right), Expr::Bool(_)) && self.is_condition(left) =>
            {
                let same = matches!(self.doc.expr(right), Expr::Bool(true)) == (op == BinaryOp::Eq);
                self.narrow(left, bound, way.down().negate_if(!same));
            }
            Expr::Binary { op, left, right } => {
                for side in [left, right] {
                    if let Expr::Call { name: "length", args, .. } = self.doc.expr(bare(self.doc, side))
                        && let Some(each) = args.get(0).and_then(|list| self.as_loop(list, bound, 0))
                        && let Some(condition) = each.condition
                    {
                        // Where few are wanted, an element that is counted is one too many.
                        let few = match op {
                            BinaryOp::Eq => true,
                            BinaryOp::Less | BinaryOp::LessEq => side == left,
                            BinaryOp::Greater | BinaryOp::GreaterEq => side == right,
                            _ => false,
                        };
                        self.elements(&each, condition, id, bound, way.negate_if(few));
                    }
                }
            }
            Expr::Conditional { condition, then, otherwise } => {
                match self.eval(condition, bound).and_then(|value| value.as_bool()) {
                    Some(chosen) => {
                        let taken = if chosen { then } else { otherwise };
                        let taken =
                            if matches!(self.doc.expr(taken), Expr::Bool(_)) { condition } else { taken };
                        self.narrow(taken, bound, way.down());
                    }
                    None => self.narrow(condition, bound, way.down()),
                }
            }
            Expr::Call { name: "alltrue" | "anytrue" | "contains", args, .. } => {
                if let Some(each) = args.get(0).and_then(|list| self.as_loop(list, bound, 0)) {
                    self.elements(&each, each.result, id, bound, way);
                }
            }
            Expr::GetAttr { .. } => {
                if let Some(inner) = self.whole_local(id).filter(|inner| self.is_condition(*inner)) {
                    self.narrow(inner, &[], way.down());
                }
            }
            _ => {}
        }
        if self.leaves.len() == before {
            self.leaf(id, bound, way);
        }
    }

    /// The sides of `&&` or `||` that decided.
    fn either(&mut self, or: bool, id: NodeId, sides: [NodeId; 2], bound: &[Bound], way: Way) {
        let whole = self.eval(id, bound);
        let unknown = whole.as_ref().is_some_and(|value| value.as_unknown().is_some());
        let absorbed = whole.and_then(|value| value.as_bool()) == Some(or);
        for side in sides {
            let Some(value) = self.eval(side, bound) else { continue };
            let decided = match &value.data {
                Data::Unknown(_) => unknown,
                Data::Bool(flag) => !unknown && (!absorbed || *flag == or),
                _ => true,
            };
            if decided {
                self.narrow(side, bound, way.down());
                if absorbed {
                    return;
                }
            }
        }
    }

    /// The elements of a loop for which `part` decided `whole`.
    fn elements(&mut self, each: &Loop<'_>, part: NodeId, whole: NodeId, bound: &[Bound], way: Way) {
        let Some(collection) = self.eval(each.collection, &each.bound) else { return };
        let Ok(items) = each_item(&collection, true) else { return };
        let items = match (items, collection.as_open()) {
            (Ok(items), _) => items.into_iter().enumerate().map(|(at, it)| (Some(at), it)).collect(),
            (Err(_), Some(open)) if !open.sure().is_empty() => known(open),
            (Err(_), _) => {
                self.leaf(each.collection, &each.bound, way);
                return;
            }
        };
        let undecided = self.eval(whole, bound).is_none_or(|value| value.as_unknown().is_some());
        let mut candidates: Vec<(Vec<Bound>, Option<bool>)> = Vec::new();
        for (at, (key, value)) in items {
            let shown = self.element(each, &collection, at, &key, &value);
            let mut inner = each.bound.clone();
            let collection = each.collection;
            inner.extend(each.key.map(|name| Bound {
                name: name.to_owned(),
                value: key,
                shown: name.to_owned(),
                collection,
            }));
            inner.push(Bound { name: each.value.to_owned(), value, shown, collection });
            let Some(result) = self.eval(part, &inner) else { continue };
            candidates.push((inner, result.as_bool()));
        }
        // A single element that differs from the rest decides; where all agree, all do.
        let decisive = match self.doc.expr(whole) {
            Expr::Call { name: "alltrue", .. } => Some(false),
            _ => Some(true),
        };
        let wanted = if undecided { None } else { decisive };
        let several = Way { candidate: way.candidate || decisive == Some(true), ..way.down() };
        let some = candidates.iter().any(|(_, result)| *result == wanted);
        if undecided && !some && collection.as_open().is_some() {
            self.leaf(each.collection, &each.bound, way);
            return;
        }
        for (inner, _) in
            candidates.iter().filter(|(_, result)| !some || *result == wanted).take(MAX_ELEMENTS)
        {
            self.narrow(part, inner, if some { way.down() } else { several });
        }
    }

    /// An element as a reader would write it.
    fn element(
        &self,
        each: &Loop<'_>,
        collection: &Value,
        at: Option<usize>,
        key: &Value,
        value: &Value,
    ) -> String {
        if let Some(id) = self.judging.objects.resource_of(value) {
            if Some(id) == self.judging.subject {
                return "self".to_owned();
            }
            if let Some(resource) = self.judging.objects.configuration.get(id) {
                return resource.address.to_string();
            }
        }
        let text = written(self.doc, each.collection, &each.bound);
        let names = |name: &str| each.bound.iter().any(|it| it.name == name);
        // An index into `concat(...)` would tell a reader nothing.
        let plain = match self.doc.expr(each.collection) {
            Expr::Call { name, .. } => functions::NAMES.contains(&name),
            _ => is_path(self.doc, each.collection, &names),
        };
        if text.len() > MAX_TEXT || !plain {
            return each.value.to_owned();
        }
        match (&collection.data, at) {
            (Data::Sequence(sequence), _) if sequence.kind == SequenceKind::Set => format!("{text}[*]"),
            (Data::Mapping(_), _) => format!("{text}[{:?}]", key.as_str().unwrap_or("")),
            (_, Some(at)) => format!("{text}[{at}]"),
            (_, None) => format!("{text}[*]"),
        }
    }

    fn as_loop(&self, id: NodeId, bound: &[Bound], depth: u32) -> Option<Loop<'j>> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.doc.expr(id) {
            Expr::Parens(inner) => self.as_loop(inner, bound, depth + 1),
            Expr::ForList { key, value, collection, result, condition } => {
                Some(Loop { key, value, collection, result, condition, bound: bound.to_vec() })
            }
            Expr::GetAttr { .. } => self.as_loop(self.whole_local(id)?, &[], depth + 1),
            _ => None,
        }
    }

    /// The expression of `local.x`, where `id` is just that.
    fn whole_local(&self, id: NodeId) -> Option<NodeId> {
        let Expr::GetAttr { base, name } = self.doc.expr(id) else { return None };
        matches!(self.doc.expr(base), Expr::Variable("local")).then(|| self.judging.rule.local(name))?
    }

    /// Whether it is made of smaller conditions.
    fn is_condition(&self, id: NodeId) -> bool {
        match self.doc.expr(id) {
            Expr::Parens(inner) => self.is_condition(inner),
            Expr::Binary { op, .. } => {
                !matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod)
            }
            Expr::Unary { .. } | Expr::Conditional { .. } => true,
            Expr::Call { name, .. } => {
                matches!(name, "alltrue" | "anytrue" | "contains") || functions::BOOLEAN.contains(&name)
            }
            Expr::GetAttr { .. } => {
                let inner = self.whole_local(id);
                inner.is_some_and(|inner| local_of(self.doc, inner).is_none() && self.is_condition(inner))
            }
            _ => false,
        }
    }
}

/// The elements that are there for sure, each with its place where that is known.
fn known(open: &OpenList) -> Vec<(Option<usize>, (Value, Value))> {
    let key = |at: Option<usize>| at.and_then(|at| i64::try_from(at).ok()).map_or(Value::NULL, Value::from);
    let sure = open.iter().filter(|(_, sure, _)| *sure);
    sure.map(|(item, _, at)| (at, (key(at), item.clone()))).collect()
}

/// The value of a part under the names that loops bind.
pub(super) fn eval(judging: &Judging<'_>, id: NodeId, bound: &[Bound]) -> Option<Value> {
    judging.eval_with(id, bound.iter().map(|each| (each.name.clone(), each.value.clone())).collect()).ok()
}

/// The text of an expression; a path from a bound name starts with its element instead.
pub(super) fn written(doc: &Document, id: NodeId, bound: &[Bound]) -> String {
    let span = doc.span(id);
    let text = doc.slice(span);
    let name =
        variable_of(doc, id).filter(|_| is_path(doc, id, &|name| bound.iter().any(|it| it.name == name)));
    let text = match name.and_then(|(at, name)| Some((at, bound.iter().rev().find(|it| it.name == name)?))) {
        Some((at, element)) => {
            let after = text.get((doc.span(at).end - span.start) as usize..).unwrap_or("");
            format!("{}{after}", element.shown)
        }
        None => text.to_owned(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
