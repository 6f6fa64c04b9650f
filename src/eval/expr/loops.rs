//! Splats and `for`: expressions that are computed once for each element.
//!
//! In: a collection and what to compute of an element. Out: a collection, or what is known of it.

use std::sync::Arc;

use crate::eval::access::each_item;
use crate::eval::representative::{each_of, only_when, stands_for_all};
use crate::eval::{
    Condition, Data, EvalError, OpenList, Partial, Reference, SequenceKind, Type, Unknown, Value, convert,
    ops,
};
use crate::source::Location;
use crate::syntax::ast::{Expr, NodeId};

use super::{Walk, at, made_of, unknown_like};

impl<'a> Walk<'a> {
    pub(super) fn splat(&mut self, source: NodeId, each: NodeId) -> Result<Value, EvalError> {
        let source = self.eval(source)?;
        self.splat_over(&source, each)
    }

    fn splat_over(&mut self, source: &Value, each: NodeId) -> Result<Value, EvalError> {
        if let Some(unknown) = source.open_member() {
            return Ok(unknown_like(unknown, Type::Any).sensitive_if(source.mark.sensitive));
        }
        let mut kind = SequenceKind::Tuple;
        let items = match &source.data {
            Data::Null(Some(ty))
                if matches!(**ty, Type::List(_) | Type::Set(_) | Type::Tuple(_)) && !self.scope.lenient() =>
            {
                return Err(EvalError::new("a splat needs a list, and this one is null"));
            }
            Data::Null(_) => Vec::new(),
            Data::Unknown(unknown) if single(unknown) => vec![source.clone()],
            Data::Unknown(unknown)
                if let Some((of, one)) = stands_for_all(unknown)
                    && self.scope.is_there(&of.address, None) =>
            {
                vec![one.clone().sensitive_if(source.mark.sensitive)]
            }
            Data::Unknown(unknown) if self.scope.lenient() && source.as_open().is_some() => {
                return self.open_splat(source, unknown, each);
            }
            Data::Unknown(unknown) if let Some((then, otherwise, when)) = lists(unknown) => {
                let (then, otherwise) = (self.splat_over(&then, each)?, self.splat_over(&otherwise, each)?);
                let result = unknown_like(unknown, Type::Any);
                return Ok(result
                    .with_partial(ops::either(then, otherwise, when))
                    .sensitive_if(source.mark.sensitive));
            }
            Data::Unknown(unknown) => {
                let of = match &unknown.ty {
                    Type::List(of) | Type::Set(of) => (**of).clone(),
                    _ => Type::Any,
                };
                let item = Unknown { ty: of, ..Unknown::clone(unknown) };
                self.splat.push(each_of(&item, source));
                let result = self.eval(each);
                self.splat.pop();
                return result.map(|value| all_of(value, unknown, source.mark.sensitive));
            }
            Data::Sequence(sequence) => {
                if sequence.kind != SequenceKind::Tuple {
                    kind = SequenceKind::List;
                }
                sequence.items.clone()
            }
            _ => vec![source.clone()],
        };
        self.spend(items.len() as u64)?;
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            self.splat.push(item);
            let result = self.eval(each);
            self.splat.pop();
            results.push(result?);
        }
        Ok(Value::sequence(kind, results).sensitive_if(source.mark.sensitive))
    }

    /// A splat over a list of which some elements are known.
    fn open_splat(&mut self, source: &Value, unknown: &Unknown, each: NodeId) -> Result<Value, EvalError> {
        let mut results = OpenList::default();
        for (item, sure, _) in source.as_open().into_iter().flat_map(OpenList::iter) {
            self.spend(1)?;
            self.splat.push(item.clone());
            let result = self.eval(each);
            self.splat.pop();
            if sure { results.push(result?) } else { results.push_maybe(result?) }
        }
        Ok(results.into_value(unknown.why.clone()).sensitive_if(source.mark.sensitive))
    }

    /// `[for value in collection : result if condition]` in rules mode, where neither an unknown
    /// element nor an unknown condition hides the others.
    pub(super) fn open_list(
        &mut self,
        names: (Option<&'a str>, &'a str),
        collection: &Value,
        result: NodeId,
        condition: Option<NodeId>,
    ) -> Result<Value, EvalError> {
        let mut why = collection.as_unknown().map(|unknown| unknown.why.clone());
        let mut elements = OpenList::default();
        elements.extend(collection);
        self.spend(elements.len() as u64)?;
        let mut results = OpenList::default();
        let mut sensitive = collection.mark.sensitive;
        let depth = self.bindings.len();
        for (item, sure, at) in elements.iter() {
            if let Some(name) = names.0 {
                let open = || why.clone().map_or(Value::NULL, |why| Value::unknown_of(Type::Number, why));
                let key = at.and_then(|at| i64::try_from(at).ok()).map_or_else(open, Value::from);
                self.bindings.push((name, key));
            }
            self.bindings.push((names.1, item.clone()));
            let value = self.keep(condition, &mut sensitive).and_then(|kept| match kept {
                Ok(false) => Ok(None),
                Ok(true) => self.eval(result).map(|value| Some((value, sure))),
                Err(unknown) => {
                    why.get_or_insert_with(|| unknown.why.clone());
                    self.eval(result).map(|value| Some((value, false)))
                }
            });
            self.bindings.truncate(depth);
            match value? {
                Some((value, true)) => results.push(value),
                Some((value, false)) => results.push_maybe(value),
                None => {}
            }
        }
        let list = match why {
            Some(why) => results.into_value(why),
            None => Value::tuple(results.sure().to_vec()),
        };
        Ok(list.sensitive_if(sensitive))
    }

    /// `[for key, value in collection : result]` over a resource whose instances can't be known: `None` where it is
    /// something else.
    pub(super) fn for_instances(
        &mut self,
        names: (Option<&'a str>, &'a str),
        collection: &Value,
        result: NodeId,
    ) -> Result<Option<Value>, EvalError> {
        let item = self.of_each(names, collection, result)?;
        let both = item.zip(collection.as_unknown());
        Ok(both.map(|(item, unknown)| all_of(item, unknown, collection.mark.sensitive)))
    }

    /// What an expression comes to for each instance of a resource whose instances can't be known.
    fn of_each(
        &mut self,
        (key, value): (Option<&'a str>, &'a str),
        collection: &Value,
        result: NodeId,
    ) -> Result<Option<Value>, EvalError> {
        let Some(unknown) = collection.as_unknown().filter(|it| stands_for_all(it).is_some()) else {
            return Ok(None);
        };
        let depth = self.bindings.len();
        if let Some(name) = key {
            self.bindings.push((name, Value::unknown(unknown.why.clone())));
        }
        self.bindings.push((value, each_of(unknown, collection)));
        let item = self.eval(result);
        self.bindings.truncate(depth);
        item.map(Some)
    }

    /// Runs `body` for each element. The inner error is the unknown that stopped it.
    pub(super) fn each<T, E: Into<Stop>>(
        &mut self,
        key: Option<&'a str>,
        value: &'a str,
        collection: &Value,
        mut body: impl FnMut(&mut Self) -> Result<T, E>,
    ) -> Result<Result<Vec<T>, Arc<Unknown>>, EvalError> {
        let items = match each_item(collection, self.scope.lenient())? {
            Ok(items) => items,
            Err(unknown) => return Ok(Err(unknown)),
        };
        self.spend(items.len() as u64)?;
        let depth = self.bindings.len();
        let mut results = Vec::with_capacity(items.len());
        for (item_key, item) in items {
            if let Some(name) = key {
                self.bindings.push((name, item_key));
            }
            self.bindings.push((value, item));
            let result = body(self);
            self.bindings.truncate(depth);
            match result.map_err(Into::into) {
                Ok(result) => results.push(result),
                Err(Stop::Unknown(unknown)) => return Ok(Err(unknown)),
                Err(Stop::Error(error)) => return Err(error),
            }
        }
        Ok(Ok(results))
    }

    /// Whether an item passes the condition; a sensitive condition makes the whole result so.
    pub(super) fn keep(
        &mut self,
        condition: Option<NodeId>,
        sensitive: &mut bool,
    ) -> Result<Result<bool, Arc<Unknown>>, EvalError> {
        condition.map_or(Ok(Ok(true)), |id| self.marked_condition(id, sensitive))
    }

    pub(super) fn marked_condition(
        &mut self,
        id: NodeId,
        sensitive: &mut bool,
    ) -> Result<Result<bool, Arc<Unknown>>, EvalError> {
        let value = self.eval(id)?;
        *sensitive |= value.mark.sensitive;
        if let Data::Unknown(unknown) = &value.data {
            return Ok(Err(unknown.clone()));
        }
        let value = convert::convert(&value, &Type::Bool)?;
        match &value.data {
            Data::Bool(value) => Ok(Ok(*value)),
            Data::Unknown(unknown) => Ok(Err(unknown.clone())),
            _ => {
                Err(at(EvalError::new("a condition must be true or false, not null"), self.doc.location(id)))
            }
        }
    }

    pub(super) fn for_object(&mut self, id: NodeId, here: Location) -> Result<Value, EvalError> {
        let Expr::ForObject { key, value, collection, result_key, result, condition, group } =
            self.doc.expr(id)
        else {
            return Ok(Value::NULL);
        };
        let collection = self.eval(collection)?;
        let mut sensitive = collection.mark.sensitive;
        if condition.is_none()
            && !group
            && let Some(item) = self.of_each((key, value), &collection, result)?
        {
            return Ok(any_of(&item, &collection).sensitive_if(sensitive));
        }
        let entry = |walk: &mut Self| -> Result<Option<(Arc<str>, Value)>, Stop> {
            match walk.keep(condition, &mut sensitive)? {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(unknown) => return Err(Stop::Unknown(unknown)),
            }
            let key = walk.eval(result_key)?;
            sensitive |= key.mark.sensitive;
            match Self::key_text(&key)? {
                Ok(key) => Ok(Some((key, walk.eval(result)?))),
                Err(unknown) => Err(Stop::Unknown(unknown)),
            }
        };
        let pairs = match self.each(key, value, &collection, entry)? {
            Ok(pairs) => pairs.into_iter().flatten(),
            Err(unknown) => return Ok(made_of(&unknown).sensitive_if(sensitive)),
        };
        if group {
            let mut groups: std::collections::BTreeMap<Arc<str>, Vec<Value>> =
                std::collections::BTreeMap::new();
            for (key, value) in pairs {
                groups.entry(key).or_default().push(value);
            }
            let pairs = groups.into_iter().map(|(key, values)| (key, Value::tuple(values)));
            return Ok(Value::object(pairs).computed_at(here).sensitive_if(sensitive));
        }
        let mut seen = std::collections::BTreeSet::new();
        let pairs: Vec<_> = pairs.collect();
        for (key, _) in &pairs {
            if !seen.insert(key.clone()) {
                return Err(EvalError::new(format!("two items of the for expression have the key {key:?}")));
            }
        }
        Ok(Value::object(pairs).computed_at(here).sensitive_if(sensitive))
    }
}

/// The two lists, where an unknown is one of two, and when it is the first.
fn lists(unknown: &Unknown) -> Option<(Value, Value, Option<Arc<Condition>>)> {
    match &unknown.partial {
        Some(Partial::Either(then, otherwise, when))
            if [then, otherwise].iter().any(|it| matches!(it.data, Data::Sequence(_))) =>
        {
            Some((then.clone(), otherwise.clone(), when.clone()))
        }
        _ => None,
    }
}

/// Whether an unknown is one value for sure, which a splat makes a tuple of.
fn single(unknown: &Unknown) -> bool {
    unknown.not_null && (simple(&unknown.ty) || matches!(unknown.ty, Type::Map(_) | Type::Object(_)))
}

pub(super) fn simple(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Number | Type::String)
}

/// What one item comes to stands for those of a whole unknown list: none, one or many are like it. Where there is no
/// more than one, the list is one of two.
fn all_of(value: Value, list: &Unknown, sensitive: bool) -> Value {
    let (mark, item) = (value.mark.clone(), value.as_unknown());
    let of = item.map_or(Type::Any, |unknown| unknown.ty.clone());
    let ty = match list.ty {
        Type::List(_) | Type::Set(_) => Type::List(Box::new(of)),
        _ => Type::Any,
    };
    let (why, refers) = item.map_or((&list.why, &list.refers), |unknown| (&unknown.why, &unknown.refers));
    let (why, refers) = (why.clone(), refers.clone());
    let mut whole = Unknown { ty, why, refers, made: false, not_null: true, partial: None };
    if let Some(when) = stands_for_all(list).and_then(|_| only_when(list)) {
        let list = |items: Vec<Value>| Value::tuple(items).sensitive_if(sensitive);
        whole.partial = ops::either(list(vec![value]), list(Vec::new()), Some(Arc::clone(when)));
        return Value::from(Data::Unknown(Arc::new(whole))).sensitive_if(sensitive);
    }
    let whole = Value { data: Data::Unknown(Arc::new(whole)), mark };
    // Only an item of which something is known, or that is all there may be, tells more than that.
    if item.is_some_and(|unknown| unknown.partial.is_none()) && stands_for_all(list).is_none() {
        return whole;
    }
    let mut items = OpenList::default();
    items.push_maybe(value);
    items.known_of(whole)
}

/// A map of which each value is like this one: what is read of it is one of those.
fn any_of(item: &Value, all: &Value) -> Value {
    let Some(unknown) = item.as_unknown() else {
        return all.as_unknown().map_or(Value::NULL, |unknown| made_of(unknown));
    };
    let refers = unknown.refers.iter().map(|of| Reference { any: true, ..of.clone() }).collect();
    let any = Unknown { refers, ty: Type::Any, partial: None, ..Unknown::clone(unknown) };
    Value::from(Data::Unknown(Arc::new(any))).sensitive_if(item.mark.sensitive)
}

/// Why a loop ended early.
pub(super) enum Stop {
    Error(EvalError),
    Unknown(Arc<Unknown>),
}

impl From<EvalError> for Stop {
    fn from(error: EvalError) -> Self {
        Self::Error(error)
    }
}
