//! Walks an expression and computes its value.

mod calls;
mod loops;

use std::sync::Arc;

use crate::source::Location;
use crate::syntax::ast::{BinaryOp, Document, Expr, Ids, NodeId, UnaryOp};

use loops::{Stop, simple};

use super::access::{attribute, index};
use super::representative::{each_of, stands_for_all};
use super::scope::Scope;
use super::weight::{self, MAX_STEPS};
use super::{
    Condition, Data, EvalError, Number, Origin, Partial, Reference, SequenceKind, TemplatePart, Type,
    Unknown, Value, Why, convert, ops,
};

/// Computes the expression `id` of `doc`.
///
/// An error is what Terraform would refuse; `try` and `can` catch it, the caller decides otherwise.
pub fn evaluate(doc: &Document, id: NodeId, scope: &dyn Scope) -> Result<Value, EvalError> {
    Walk { doc, scope, bindings: Vec::new(), splat: Vec::new(), spent: 0, refused: None, missing: None }
        .eval(id)
}

pub(super) struct Walk<'a> {
    pub(super) doc: &'a Document,
    pub(super) scope: &'a dyn Scope,
    pub(super) bindings: Vec<(&'a str, Value)>,
    pub(super) splat: Vec<Value>,
    /// Work done so far.
    spent: u64,
    /// The limit that was reached. From then on nothing is computed, and `try` catches nothing:
    /// Terraform has other limits.
    pub(super) refused: Option<EvalError>,
    /// Set where something is read of an instance that nobody knows to be there, since `try` or `can` began:
    /// then what was computed may be an error as well.
    missing: Option<Missing>,
}

/// Why what was computed may be refused instead.
#[derive(Clone)]
struct Missing {
    why: Why,
    /// The instance that has to be missing for that.
    only: Option<Arc<str>>,
}

impl<'a> Walk<'a> {
    pub(super) fn eval(&mut self, id: NodeId) -> Result<Value, EvalError> {
        let here = self.doc.location(id);
        let expression = self.doc.expr(id);
        match expression {
            Expr::Null => return Ok(Value::NULL.at_literal(here)),
            Expr::Bool(value) => return Ok(Value::from(value).at_literal(here)),
            Expr::Str(text) => return Ok(Value::from(text).at_literal(here)),
            Expr::Number(text) => {
                let number = Number::parse(text)
                    .ok_or_else(|| at(EvalError::new(format!("{text} is not a number")), here))?;
                return Ok(Value::from(number).at_literal(here));
            }
            _ => {}
        }
        self.spend(1).map_err(|error| at(error, here))?;
        self.scope.enter().map_err(|error| at(self.refuse(error), here))?;
        let result = self.compound(id, expression, here);
        let result = result.and_then(|value| self.bounded(self.assumed(id, expression, value)));
        self.scope.leave();
        result.map_err(|error| at(error, here))
    }

    /// What is true or false wherever the value is needed, though nobody knows it.
    fn assumed(&self, id: NodeId, expression: Expr<'a>, value: Value) -> Value {
        let Some(unknown) = value.as_unknown().filter(|_| self.scope.assumes()) else { return value };
        let asks = match expression {
            Expr::Binary { op, .. } => op.asks(),
            Expr::GetAttr { .. } | Expr::Index { .. } | Expr::Call { .. } => unknown.ty == Type::Bool,
            Expr::Unary { op, .. } => op == UnaryOp::Not,
            _ => false,
        };
        let condition = || self.condition(id).filter(|_| asks);
        match condition().and_then(|it| it.decided(&|asked| self.scope.known(asked))) {
            Some(so) => {
                let decided = Value::from(so).computed_at(self.doc.location(id));
                decided.sensitive_if(value.mark.sensitive)
            }
            None => value,
        }
    }

    /// What an expression asks that can't be known.
    fn condition(&self, id: NodeId) -> Option<Condition> {
        self.scope.condition(self.doc, id, &|name| self.bound(name).is_some())
    }

    /// Counts work, here and in the scope.
    pub(super) fn spend(&mut self, units: u64) -> Result<(), EvalError> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        self.spent = self.spent.saturating_add(units);
        let over = || EvalError::limit(format!("the expression makes more than {MAX_STEPS} steps of work"));
        let counted = if self.spent > MAX_STEPS { Err(over()) } else { self.scope.spend(units) };
        counted.map_err(|error| self.refuse(error))
    }

    fn refuse(&mut self, error: EvalError) -> EvalError {
        self.refused.get_or_insert(error).clone()
    }

    /// The value, unless it is too heavy. Rules see only what passed here.
    fn bounded(&mut self, value: Value) -> Result<Value, EvalError> {
        if !self.scope.lenient() {
            weight::refuse_heavy(&value).map_err(|error| self.refuse(error))?;
        }
        Ok(value)
    }

    fn compound(&mut self, id: NodeId, expression: Expr<'a>, here: Location) -> Result<Value, EvalError> {
        match expression {
            Expr::Parens(inner) | Expr::Interpolation(inner) => self.eval(inner),
            Expr::Template(parts) => self.template(parts, here),
            Expr::TemplateIf { condition, then, otherwise } => {
                let empty = Value::from("");
                let mut sensitive = false;
                let value = match self.marked_condition(condition, &mut sensitive)? {
                    Ok(true) => self.eval(then),
                    Ok(false) => otherwise.map_or(Ok(empty), |id| self.eval(id)),
                    Err(unknown) => Ok(unknown_like(&unknown, Type::String)),
                };
                value.map(|value| value.sensitive_if(sensitive))
            }
            Expr::TemplateFor { key, value, collection, body } => {
                let collection = self.eval(collection)?;
                match self.each(key, value, &collection, |walk| walk.eval(body))? {
                    Ok(parts) => Ok(self.concatenate(parts, here)?.sensitive_if(collection.mark.sensitive)),
                    Err(unknown) => Ok(unknown_like(&unknown, Type::String)),
                }
            }
            Expr::List(items) => {
                if let Some(known) = self.scope.literal(id) {
                    return Ok(known.clone());
                }
                self.spend((items.len() / 2) as u64)?;
                let items = items.iter().map(|id| self.eval(id)).collect::<Result<Vec<_>, _>>()?;
                Ok(Value::tuple(items).at_literal(here))
            }
            Expr::Object(items) => self.object(items, here),
            Expr::Variable(name) => self.bare(name),
            Expr::GetAttr { base, name } => self.get_attr(base, name),
            Expr::Index { base, key } => self.index(base, key),
            Expr::Splat { source, each, .. } => self.splat(source, each),
            Expr::SplatItem => Ok(self.splat.last().cloned().unwrap_or(Value::NULL)),
            Expr::Call { name, args, expand } => self.call(name, args, expand, here),
            Expr::ForList { key, value, collection, result, condition } => {
                let collection = self.eval(collection)?;
                let list = matches!(&collection.data, Data::Sequence(it) if it.kind != SequenceKind::Set);
                if self.scope.lenient() && (list || collection.as_open().is_some()) {
                    let list = self.open_list((key, value), &collection, result, condition)?;
                    return Ok(list.computed_at(here));
                }
                if condition.is_none()
                    && let Some(list) = self.for_instances((key, value), &collection, result)?
                {
                    return Ok(list);
                }
                let mut sensitive = collection.mark.sensitive;
                let filtered = |walk: &mut Self| match walk.keep(condition, &mut sensitive)? {
                    Ok(true) => walk.eval(result).map(Some).map_err(Stop::from),
                    Ok(false) => Ok(None),
                    Err(unknown) => Err(Stop::Unknown(unknown)),
                };
                let value = match self.each(key, value, &collection, filtered)? {
                    Ok(items) => Value::tuple(items.into_iter().flatten().collect()).computed_at(here),
                    Err(unknown) => made_of(&unknown),
                };
                Ok(value.sensitive_if(sensitive))
            }
            Expr::ForObject { .. } => self.for_object(id, here),
            Expr::Conditional { condition, then, otherwise } => {
                self.conditional(condition, then, otherwise, here)
            }
            Expr::Binary { op, left, right } => self.binary(op, left, right, here),
            Expr::Unary { op, operand } => {
                let operand = self.eval(operand)?;
                Ok(ops::unary(op, &operand)?.computed_at(here))
            }
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) => Ok(Value::NULL),
        }
    }

    fn bound(&self, name: &str) -> Option<&Value> {
        self.bindings.iter().rev().find(|(bound, _)| *bound == name).map(|(_, value)| value)
    }

    fn bare(&self, name: &str) -> Result<Value, EvalError> {
        if let Some(value) = self.bound(name) {
            return Ok(value.clone());
        }
        self.scope.variable(name).ok_or_else(|| {
            EvalError::new(format!(
                "{name} is not a value; a reference needs a name after it, such as {name}.x"
            ))
        })
    }

    /// `base.name`, where the first two (for data sources and module outputs three) names make one symbol.
    fn get_attr(&mut self, base: NodeId, name: &str) -> Result<Value, EvalError> {
        match self.doc.expr(base) {
            Expr::Variable(root) if self.bound(root).is_none() => {
                if let Some(value) = self.scope.variable(root) {
                    return attribute(&value, name, self.scope.lenient());
                }
                return self.scope.symbol(root, name);
            }
            Expr::Index { base: inner, key } => {
                if let Expr::GetAttr { base: root, name: module } = self.doc.expr(inner)
                    && let Expr::Variable("module") = self.doc.expr(root)
                {
                    let key = self.eval(key)?;
                    if let Some(output) = self.scope.instance_output(module, &key, name) {
                        return output;
                    }
                }
            }
            Expr::GetAttr { base: inner, name: middle } => {
                if let Expr::Variable(root @ ("data" | "module" | "resource" | "ephemeral")) =
                    self.doc.expr(inner)
                    && self.bound(root).is_none()
                {
                    return self.scope.symbol(root, &format!("{middle}.{name}"));
                }
            }
            _ => {}
        }
        let base = self.eval(base)?;
        self.note_missing(&base, |of| attribute(of, name, false).is_err());
        attribute(&base, name, self.scope.lenient())
    }

    /// `base[key]`
    fn index(&mut self, base: NodeId, key: NodeId) -> Result<Value, EvalError> {
        let base = self.eval(base)?;
        let key = self.eval(key)?;
        if let Some(unknown) = base.as_unknown()
            && let Some((of, one)) = stands_for_all(unknown)
            && self.scope.is_key_of(&of.address, &key)
        {
            let there = self.scope.is_there(&of.address, Some(&key));
            let one = if there { one.clone() } else { each_of(unknown, &base) };
            return Ok(one.sensitive_if(base.mark.sensitive || key.mark.sensitive));
        }
        self.note_missing(&base, |of| index(of, &key, false).is_err());
        index(&base, &key, self.scope.lenient())
    }

    /// Remembers that what is read of a value may not be there: its instance is not, or one that it may be lacks it.
    fn note_missing(&mut self, of: &Value, lacks: impl Fn(&Value) -> bool) {
        let lacking = ops::any_branch(of, &lacks, 0);
        if let Some(unknown) = of.as_unknown()
            && !self.scope.lenient()
            && (lacking || self.may_be_missing(of))
        {
            let whole = |it: &Reference| it.attribute.is_empty() && !it.any;
            let only = of.instance().filter(|_| !lacking && unknown.refers.iter().all(whole));
            self.note(&unknown.why, only);
        }
    }

    /// Remembers that what is computed may be refused: only where an instance is not there, if one is given.
    fn note(&mut self, why: &Why, only: Option<&Arc<str>>) {
        let before = self.missing.take();
        let only = only.filter(|only| before.as_ref().is_none_or(|it| it.only.as_ref() == Some(*only)));
        self.missing = Some(Missing { why: why.clone(), only: only.cloned() });
    }

    /// Whether a value is read from an instance that nobody knows to be there: `aws_x.y[*].name`.
    fn may_be_missing(&self, value: &Value) -> bool {
        ops::may_be_missing(value, &|address| self.scope.is_there(address, None))
    }

    fn template(&mut self, parts: Ids<'a>, here: Location) -> Result<Value, EvalError> {
        if parts.len() == 1
            && let Some(only) = parts.get(0)
            && let Expr::Interpolation(inner) = self.doc.expr(only)
        {
            return self.eval(inner);
        }
        let values = parts.iter().map(|id| self.eval(id)).collect::<Result<Vec<_>, _>>()?;
        let values = if self.scope.lenient() {
            let shown = |value: Value| if value.is_null() { Value::from("(not set)") } else { value };
            values.into_iter().map(shown).collect()
        } else {
            values
        };
        self.concatenate(values, here)
    }

    fn concatenate(&mut self, values: Vec<Value>, here: Location) -> Result<Value, EvalError> {
        let bytes = values
            .iter()
            .filter_map(Value::as_str)
            .fold(0, |sum: usize, text| sum.saturating_add(text.len()));
        weight::refuse_long(bytes).map_err(|error| self.refuse(error))?;
        self.spend(weight::walk(&values))?;
        let value = concatenate(values, here)?;
        self.spend(weight::cost(&value))?;
        Ok(value)
    }

    fn object(&mut self, items: Ids<'a>, here: Location) -> Result<Value, EvalError> {
        self.spend((items.len() / 4) as u64)?;
        let mut pairs = Vec::with_capacity(items.len() / 2);
        let mut sensitive = false;
        for (key, value) in items.pairs() {
            let value = self.eval(value)?;
            let key_value = match self.doc.expr(key) {
                Expr::Str(name) => Value::from(name),
                Expr::Variable(name) => Value::from(name),
                _ => self.eval(key)?,
            };
            sensitive |= key_value.mark.sensitive;
            match Self::key_text(&key_value)? {
                Ok(key) => pairs.push((key, value)),
                Err(unknown) => return Ok(unknown_like(&unknown, Type::Any).sensitive_if(sensitive)),
            }
        }
        Ok(Value::object(pairs).at_literal(here).sensitive_if(sensitive))
    }

    fn key_text(key: &Value) -> Result<Result<Arc<str>, Arc<Unknown>>, EvalError> {
        if let Some(unknown) = key.as_unknown() {
            return Ok(Err(unknown.clone()));
        }
        let text = convert::to_text(key)?;
        match &text.data {
            Data::String(text) => Ok(Ok(text.clone())),
            _ => Err(EvalError::new("an object key must be a string, and not null")),
        }
    }

    fn conditional(
        &mut self,
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
        here: Location,
    ) -> Result<Value, EvalError> {
        let mut sensitive = false;
        let chosen = self.marked_condition(condition, &mut sensitive)?;
        let when = if chosen.is_err() { self.condition(condition) } else { None };
        // A condition must not be null.
        if let Some(unknown) = chosen.as_ref().err().filter(|unknown| !unknown.not_null) {
            self.note(&unknown.why, None);
        }
        let value = match chosen {
            Ok(chosen) => {
                let (taken, other) = if chosen { (then, otherwise) } else { (otherwise, then) };
                let value = self.eval(taken)?;
                self.spend(weight::walk([&value]))?;
                // What may be wrong with the side that is not taken does not matter.
                let missing = self.missing.clone();
                let other = self.eval(other);
                self.missing = missing;
                match other {
                    Ok(other) => convert::alike(value, &other, self.scope.lenient()),
                    Err(_) => Ok(value),
                }
            }
            Err(unknown) => {
                // What is wrong with a side that is not taken does not matter.
                let then = self.eval(then).unwrap_or_else(Value::error);
                let otherwise = self.eval(otherwise).unwrap_or_else(Value::error);
                let alike = |value: &Value, other: &Value| {
                    convert::alike(value.clone(), other, self.scope.lenient())
                        .unwrap_or_else(|_| value.clone())
                };
                let (then, otherwise) = (alike(&then, &otherwise), alike(&otherwise, &then));
                if ops::equal(&then, &otherwise) == Some(true) {
                    return Ok(keep_reference(then, here).sensitive_if(sensitive));
                }
                let mut refers: Vec<_> = then.references().to_vec();
                refers.extend(otherwise.references().iter().cloned());
                let set =
                    |value: &Value| value.as_unknown().map_or(!value.is_null(), |unknown| unknown.not_null);
                let mut result = Unknown::clone(&unknown);
                result.ty = convert::type_of_either(&then, &otherwise);
                result.refers = refers;
                result.not_null = set(&then) && set(&otherwise);
                let sensitive = then.mark.sensitive || otherwise.mark.sensitive;
                result.partial = ops::either(then, otherwise, when.map(Arc::new));
                Ok(Value::from(Data::Unknown(Arc::new(result))).computed_at(here).sensitive_if(sensitive))
            }
        };
        value.map(|value| value.sensitive_if(sensitive))
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
        here: Location,
    ) -> Result<Value, EvalError> {
        let left = self.eval(left)?;
        let decided = match op {
            BinaryOp::And => left.as_bool() == Some(false),
            BinaryOp::Or => left.as_bool() == Some(true),
            _ => false,
        };
        if decided {
            let decided = Value::from(op == BinaryOp::Or).computed_at(here);
            return Ok(decided.sensitive_if(left.mark.sensitive));
        }
        let right = self.eval(right)?;
        self.spend(weight::walk([&left, &right]))?;
        if op.orders() && self.scope.lenient() && (left.is_null() || right.is_null()) {
            return Ok(Value::from(false).computed_at(here));
        }
        Ok(ops::binary(op, &left, &right, self.scope.lenient())?.computed_at(here))
    }
}

fn at(mut error: EvalError, here: Location) -> EvalError {
    error.location.get_or_insert(here);
    error
}

pub(super) fn keep_reference(mut value: Value, here: Location) -> Value {
    value.mark.origin = Some(Origin { location: here, literal: false });
    value
}

/// An unknown for the same reason, of another type.
pub(super) fn unknown_like(unknown: &Unknown, ty: Type) -> Value {
    let refers = unknown.refers.clone();
    let unknown =
        Unknown { ty, why: unknown.why.clone(), refers, made: false, not_null: true, partial: None };
    Data::Unknown(Arc::new(unknown)).into()
}

/// An unknown that is made of another, and no attribute itself.
pub(super) fn made_of(unknown: &Unknown) -> Value {
    let mut made = Unknown { made: true, partial: None, ty: Type::Any, ..unknown.clone() };
    made.not_null = true;
    Data::Unknown(Arc::new(made)).into()
}

/// Joins the parts of a template; with an unknown part the result is unknown, its known parts kept.
fn concatenate(values: Vec<Value>, here: Location) -> Result<Value, EvalError> {
    let mut parts: Vec<TemplatePart> = Vec::with_capacity(values.len());
    let mut why: Option<Why> = None;
    let mut refers = Vec::new();
    let mut sensitive = false;
    let mut text = String::new();
    for value in values {
        sensitive |= value.mark.sensitive;
        refers.extend(value.references().iter().cloned());
        let converted = if value.as_unknown().is_some() { value.clone() } else { convert::to_text(&value)? };
        match &converted.data {
            Data::String(piece) => text.push_str(piece),
            Data::Unknown(unknown) => {
                if !text.is_empty() {
                    parts.push(TemplatePart::Text(std::mem::take(&mut text).into()));
                }
                why.get_or_insert_with(|| unknown.why.clone());
                parts.push(TemplatePart::Unknown(value));
            }
            _ => return Err(EvalError::new("a template can't hold null")),
        }
    }
    let Some(why) = why else {
        return Ok(Value::from(text).computed_at(here).sensitive_if(sensitive));
    };
    if !text.is_empty() {
        parts.push(TemplatePart::Text(text.into()));
    }
    let unknown = Unknown {
        ty: Type::String,
        why,
        refers,
        made: false,
        not_null: true,
        partial: Some(Partial::Template(parts)),
    };
    Ok(Value::from(Data::Unknown(Arc::new(unknown))).computed_at(here).sensitive_if(sensitive))
}
