//! What type a value has, which type others can take, and the one type that several come to.
//!
//! In: values, or the types of values. Out: types, in the same words as constraints use. `Any` stands
//! for what a null, an empty collection or an unknown leaves open; it gives way to every other type.
//! These are the rules by which Terraform makes `true ? 1 : "a"` the string `1`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Data, SequenceKind, Type, Value};

/// Types nested deeper than this count as not known.
const MAX_DEPTH: usize = 32;

type Attributes = Vec<(Arc<str>, Type, bool)>;

/// The type of a value, as far as the value tells.
pub fn type_of(value: &Value) -> Type {
    typed(value, 0)
}

fn typed(value: &Value, depth: usize) -> Type {
    match &value.data {
        Data::Bool(_) => Type::Bool,
        Data::Number(_) => Type::Number,
        Data::String(_) => Type::String,
        Data::Null(ty) => ty.as_deref().map_or(Type::Any, Type::clone),
        Data::Unknown(unknown) => unknown.ty.clone(),
        // A resource holds only what its block sets: more belongs to its type.
        _ if value.mark.reference.is_some() || depth > MAX_DEPTH => Type::Any,
        Data::Sequence(sequence) => {
            let items = sequence.items.iter().map(|item| typed(item, depth + 1));
            match sequence.kind {
                SequenceKind::Tuple => Type::Tuple(items.collect()),
                SequenceKind::List => Type::List(Box::new(common(items))),
                SequenceKind::Set => Type::Set(Box::new(common(items))),
            }
        }
        Data::Mapping(entries) if entries.is_map => {
            Type::Map(Box::new(common(entries.iter().map(|(_, item)| typed(item, depth + 1)))))
        }
        Data::Mapping(entries) => Type::Object(
            entries.iter().map(|(key, item)| (key.clone(), typed(item, depth + 1), false)).collect(),
        ),
    }
}

/// The type of a collection's elements, which is one: each may leave a part of it open.
fn common(types: impl Iterator<Item = Type>) -> Type {
    types.fold(Type::Any, filled)
}

/// `a` with what it leaves open taken from `b`.
fn filled(a: Type, b: Type) -> Type {
    match (a, b) {
        (Type::Any, b) => b,
        (Type::List(a), Type::List(b)) => Type::List(Box::new(filled(*a, *b))),
        (Type::Set(a), Type::Set(b)) => Type::Set(Box::new(filled(*a, *b))),
        (Type::Map(a), Type::Map(b)) => Type::Map(Box::new(filled(*a, *b))),
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            Type::Tuple(a.into_iter().zip(b).map(|(a, b)| filled(a, b)).collect())
        }
        (Type::Object(a), Type::Object(b)) if same_names(&a, &b) => Type::Object(
            a.into_iter().zip(b).map(|((name, a, _), (_, b, _))| (name, filled(a, b), false)).collect(),
        ),
        (a, _) => a,
    }
}

fn same_names(a: &Attributes, b: &Attributes) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|((a, _, _), (b, _, _))| a == b)
}

/// Whether values of these types may be equal: nothing that is known of the types differs.
pub fn compatible(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            compatible(a, b)
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| compatible(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            same_names(a, b) && a.iter().zip(b).all(|((_, a, _), (_, b, _))| compatible(a, b))
        }
        (a, b) => a == b,
    }
}

/// The type that values have which meet a constraint: what may be left out there, they have.
pub fn of_value(constraint: &Type) -> Type {
    let inner = |of: &Type| Box::new(of_value(of));
    match constraint {
        Type::Any | Type::Bool | Type::Number | Type::String => constraint.clone(),
        Type::List(of) => Type::List(inner(of)),
        Type::Set(of) => Type::Set(inner(of)),
        Type::Map(of) => Type::Map(inner(of)),
        Type::Tuple(of) => Type::Tuple(of.iter().map(of_value).collect()),
        Type::Object(of) => {
            let mut attributes: Attributes =
                of.iter().map(|(name, ty, _)| (Arc::clone(name), of_value(ty), false)).collect();
            // As those of a value are: by name.
            attributes.sort_by(|a, b| a.0.cmp(&b.0));
            Type::Object(attributes)
        }
    }
}

/// Whether a part of the type is left open.
pub fn is_open(ty: &Type) -> bool {
    match ty {
        Type::Any => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(of) | Type::Set(of) | Type::Map(of) => is_open(of),
        Type::Tuple(of) => of.iter().any(is_open),
        Type::Object(of) => of.iter().any(|(_, ty, _)| is_open(ty)),
    }
}

/// Whether some value of type `from` converts to `to`.
pub fn converts(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::String, Type::Number | Type::Bool) | (Type::Number | Type::Bool, Type::String) => true,
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to)) => converts(from, to),
        (Type::Map(from), Type::Map(to)) => converts(from, to),
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => {
            if **to == Type::Any {
                unify(from).is_some()
            } else {
                from.iter().all(|from| converts(from, to))
            }
        }
        (Type::Object(from), Type::Map(to)) => {
            if **to == Type::Any {
                unify(&kinds(from)).is_some()
            } else {
                from.iter().all(|(_, from, _)| converts(from, to))
            }
        }
        (Type::Map(from), Type::Object(to)) => to.iter().all(|(_, to, _)| converts(from, to)),
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| converts(from, to))
        }
        (Type::Object(from), Type::Object(to)) => to.iter().all(|(name, to, optional)| {
            let given = from.iter().find(|(given, _, _)| given == name);
            given.map_or(*optional, |(_, from, _)| converts(from, to))
        }),
        (from, to) => from == to,
    }
}

fn kinds(attributes: &Attributes) -> Vec<Type> {
    attributes.iter().map(|(_, ty, _)| ty.clone()).collect()
}

/// The one type that values of these types convert to; `None` where there is none.
pub fn unify(types: &[Type]) -> Option<Type> {
    let known: Vec<&Type> = types.iter().filter(|ty| **ty != Type::Any).collect();
    let Some((first, rest)) = known.split_first() else { return Some(Type::Any) };
    if rest.iter().all(|ty| ty == first) {
        return Some((*first).clone());
    }
    // With an open type among them, collections and what has nothing in common are left as they are.
    let open = known.len() < types.len();
    if open && known.iter().all(|ty| !matches!(ty, Type::Bool | Type::Number | Type::String)) {
        return Some(Type::Any);
    }
    unify_known(&known).or_else(|| open.then_some(Type::Any))
}

fn unify_known(known: &[&Type]) -> Option<Type> {
    let every = |test: fn(&Type) -> bool| known.iter().all(|ty| test(ty));
    let some = |test: fn(&Type) -> bool| known.iter().any(|ty| test(ty));
    let list = |ty: &Type| matches!(ty, Type::List(_));
    let tuple = |ty: &Type| matches!(ty, Type::Tuple(_));
    if every(|ty| matches!(ty, Type::Map(_) | Type::Object(_))) {
        return if some(|ty| matches!(ty, Type::Map(_))) { as_map(known) } else { objects(known) };
    }
    if every(tuple) {
        return tuples(known);
    }
    if every(|ty| matches!(ty, Type::List(_) | Type::Tuple(_))) && some(list) {
        return as_list(known);
    }
    if every(|ty| matches!(ty, Type::Set(_))) {
        return elements(known).map(|ty| Type::Set(Box::new(ty)));
    }
    preferred(known)
}

/// A type among these that all others convert to, the most general first.
fn preferred(types: &[&Type]) -> Option<Type> {
    let rank = |ty: &Type| match ty {
        Type::String => 0,
        Type::List(_) => 1,
        Type::Set(_) => 2,
        _ => 3,
    };
    let mut order = types.to_vec();
    order.sort_by_key(|ty| rank(ty));
    order.into_iter().find(|wanted| types.iter().all(|ty| converts(ty, wanted))).cloned()
}

/// The one type of all elements of these collections and tuples.
fn elements(types: &[&Type]) -> Option<Type> {
    let mut inner = Vec::new();
    for ty in types {
        match ty {
            Type::List(of) | Type::Set(of) | Type::Map(of) => inner.push((**of).clone()),
            Type::Tuple(of) => inner.extend(of.iter().cloned()),
            Type::Object(of) => inner.extend(kinds(of)),
            _ => return None,
        }
    }
    unify(&inner)
}

fn as_list(types: &[&Type]) -> Option<Type> {
    elements(types).map(|ty| Type::List(Box::new(ty)))
}

fn as_map(types: &[&Type]) -> Option<Type> {
    elements(types).map(|ty| Type::Map(Box::new(ty)))
}

/// Tuples of one length go place by place; others become lists.
fn tuples(types: &[&Type]) -> Option<Type> {
    let rows: Vec<&Vec<Type>> =
        types.iter().filter_map(|ty| if let Type::Tuple(of) = ty { Some(of) } else { None }).collect();
    let length = rows.first().map_or(0, |row| row.len());
    if rows.iter().any(|row| row.len() != length) {
        return as_list(types);
    }
    let column = |at: usize| -> Vec<Type> { rows.iter().filter_map(|row| row.get(at).cloned()).collect() };
    (0..length).map(|at| unify(&column(at))).collect::<Option<Vec<_>>>().map(Type::Tuple)
}

/// Objects of the same attributes go attribute by attribute; others become maps.
fn objects(types: &[&Type]) -> Option<Type> {
    let rows: Vec<&Attributes> =
        types.iter().filter_map(|ty| if let Type::Object(of) = ty { Some(of) } else { None }).collect();
    let first = rows.first()?;
    if rows.iter().any(|row| !same_names(row, first)) {
        return as_map(types);
    }
    let mut columns: BTreeMap<&Arc<str>, Vec<Type>> = BTreeMap::new();
    for (name, ty, _) in rows.iter().copied().flatten() {
        columns.entry(name).or_default().push(ty.clone());
    }
    let attributes = columns.into_iter().map(|(name, types)| Some((name.clone(), unify(&types)?, false)));
    attributes.collect::<Option<Vec<_>>>().map(Type::Object)
}
