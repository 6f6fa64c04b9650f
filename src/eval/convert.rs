//! Terraform's type conversions.

use std::sync::Arc;

use crate::schema;

use super::types::{self, type_of, unify};
use super::{Data, EvalError, Number, OpenList, Partial, SequenceKind, Type, Unknown, Value};

/// `value` as a `ty`; refused where Terraform refuses. Marks stay.
pub fn convert(value: &Value, ty: &Type) -> Result<Value, EvalError> {
    let data = match (&value.data, ty) {
        (_, Type::Any)
        | (Data::Bool(_), Type::Bool)
        | (Data::Number(_), Type::Number)
        | (Data::String(_), Type::String) => return Ok(value.clone()),
        (Data::Null(from), ty) => {
            // Of a null, Terraform does not ask what would stand in it.
            let named = |ty: &Type| matches!(ty, Type::Map(_) | Type::Object(_));
            let refused = |from: &Type| !(types::converts(from, ty) || named(from) && named(ty));
            if from.as_deref().is_some_and(refused) {
                return Err(needed(ty, "a null of another type"));
            }
            let known = from.as_ref().filter(|from| ***from == *ty);
            Data::Null(Some(known.map_or_else(|| Arc::new(types::of_value(ty)), Arc::clone)))
        }
        (Data::Unknown(unknown), ty) => {
            // A resource of which nothing is known keeps its own attributes.
            let whole = unknown.ty == Type::Any && unknown.refers.iter().any(|it| it.attribute.is_empty());
            if unknown.ty == *ty || whole {
                return Ok(value.clone());
            }
            if !types::converts(&unknown.ty, ty) {
                return Err(needed(ty, "a value of another type"));
            }
            let mut unknown = Unknown::clone(unknown);
            unknown.ty = ty.clone();
            let partial = unknown.partial.take();
            let told = partial.is_some();
            unknown.partial = partial.map_or(Ok(None), |partial| part(partial, ty))?;
            // Which of those that it refers to it is can't be told any more.
            unknown.made |= told && unknown.partial.is_none();
            Data::Unknown(Arc::new(unknown))
        }
        (Data::String(text), Type::Number) => match Number::parse(text) {
            Some(number) => Data::Number(number),
            None if matches!(text.trim_start_matches(['+', '-']), "Inf" | "inf") => {
                super::ops::not_written(Type::Number).data
            }
            None => return Err(EvalError::new("a number is needed, and this string is none")),
        },
        (Data::String(text), Type::Bool) => match &**text {
            "true" | "1" => Data::Bool(true),
            "false" | "0" => Data::Bool(false),
            _ => return Err(EvalError::new("true or false is needed, and this string is neither")),
        },
        (Data::Number(number), Type::String) => Data::String(number.to_string().into()),
        (Data::Bool(value), Type::String) => Data::String(if *value { "true" } else { "false" }.into()),
        (Data::Sequence(_), Type::List(_)) if value.open_member().is_some() => {
            let unknown = super::ops::unknown_from(ty.clone(), &[value]);
            return Ok(unknown.sensitive_if(value.mark.sensitive));
        }
        (Data::Sequence(sequence), Type::List(of)) => {
            if sequence.kind == SequenceKind::List && **of == Type::Any {
                return Ok(value.clone());
            }
            elements(&sequence.items, of, SequenceKind::List)?
        }
        (Data::Sequence(sequence), Type::Set(of)) => {
            if sequence.kind == SequenceKind::Set && **of == Type::Any {
                return Ok(value.clone());
            }
            elements(&sequence.items, of, SequenceKind::Set)?
        }
        (Data::Sequence(sequence), Type::Tuple(types))
            if sequence.kind == SequenceKind::Tuple && sequence.items.len() == types.len() =>
        {
            let items = sequence
                .items
                .iter()
                .zip(types)
                .map(|(item, ty)| convert(item, ty))
                .collect::<Result<_, _>>()?;
            Value::sequence(SequenceKind::Tuple, items).data
        }
        (Data::Mapping(entries), Type::Map(of)) => {
            if entries.is_map && **of == Type::Any {
                return Ok(value.clone());
            }
            let (keys, items): (Vec<_>, Vec<_>) =
                entries.iter().map(|(key, item)| (key.clone(), item.clone())).unzip();
            Value::map(keys.into_iter().zip(uniform(&items, of)?)).data
        }
        (Data::Mapping(entries), Type::Object(attributes)) => object(value, entries, attributes)?.data,
        _ => return Err(needed(ty, kind_of(value))),
    };
    let mut mark = value.mark.clone();
    // What a set holds is told by the set as a whole.
    if let Data::Sequence(sequence) = &data
        && sequence.kind == SequenceKind::Set
    {
        mark.sensitive |= sequence.items.iter().any(|item| item.mark.sensitive);
    }
    Ok(Value { data, mark })
}

/// What is still known of an unknown that becomes a `ty`.
fn part(partial: Partial, ty: &Type) -> Result<Option<Partial>, EvalError> {
    Ok(match partial {
        Partial::Either(then, otherwise, when) => match (convert(&then, ty), convert(&otherwise, ty)) {
            (Ok(then), Ok(otherwise)) => super::ops::either(then, otherwise, when),
            (Err(error), Err(_)) => return Err(error),
            // One of the two is refused, if it comes to that.
            _ => None,
        },
        Partial::List(open) => match ty {
            Type::List(of) => open.convert(of)?,
            Type::Set(of) => open.convert(of)?.map(OpenList::unordered),
            _ => None,
        }
        .map(|open| Partial::List(Box::new(open))),
        Partial::AtLeast(count) => match ty {
            // Equal elements are one.
            Type::Set(_) => Some(Partial::AtLeast(count.min(1))),
            _ => Some(Partial::AtLeast(count)),
        },
        text @ (Partial::Json(_) | Partial::Template(_)) => (*ty == Type::String).then_some(text),
    })
}

fn needed(ty: &Type, found: &str) -> EvalError {
    EvalError::new(format!("{} is needed, not {found}", describe(ty)))
}

fn elements(items: &[Value], of: &Type, kind: SequenceKind) -> Result<Data, EvalError> {
    let items = uniform(items, of)?;
    let items = if kind == SequenceKind::Set { distinct_sorted(items) } else { items };
    Ok(Value::sequence(kind, items).data)
}

/// Elements as one type: `of`, or where that is open, the one they have in common.
fn uniform(items: &[Value], of: &Type) -> Result<Vec<Value>, EvalError> {
    if *of != Type::Any {
        let items = items.iter().map(|item| convert(item, of)).collect::<Result<Vec<_>, _>>()?;
        // What the type leaves open is one type for all elements.
        return if types::is_open(of) { uniform(&items, &Type::Any) } else { Ok(items) };
    }
    // Most collections hold primitives of one type.
    let kind = items.first().map(|first| std::mem::discriminant(&first.data));
    let simple = |item: &Value| matches!(item.data, Data::Bool(_) | Data::Number(_) | Data::String(_));
    if items.iter().all(|item| simple(item) && Some(std::mem::discriminant(&item.data)) == kind) {
        return Ok(items.to_vec());
    }
    let types: Vec<Type> = items.iter().map(type_of).collect();
    let ty = unify(&types).ok_or_else(|| EvalError::new("the elements have no type in common"))?;
    items.iter().map(|item| convert(item, &ty)).collect()
}

/// Distinct elements in the order sets have. Unknown ones are kept, last.
pub fn distinct_sorted(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by_cached_key(sort_key);
    items.dedup_by(|a, b| super::ops::equal(a, b) == Some(true));
    items
}

/// Orders values of a set: numbers by value, strings by bytes, the rest by the text that Terraform
/// hashes them by. Null stands behind what is known, and the unknown behind both.
fn sort_key(value: &Value) -> (u8, Option<Number>, String) {
    match &value.data {
        Data::Bool(value) => (0, None, value.to_string()),
        Data::Number(number) => (0, Some(number.clone()), String::new()),
        Data::String(text) => (0, None, text.to_string()),
        Data::Sequence(_) | Data::Mapping(_) => {
            let mut text = String::new();
            hashed(value, &mut text, 0);
            (0, None, text)
        }
        Data::Null(_) => (1, None, String::new()),
        Data::Unknown(_) => (2, None, String::new()),
    }
}

fn hashed(value: &Value, out: &mut String, depth: usize) {
    if depth > 64 {
        return;
    }
    match &value.data {
        Data::Null(_) => out.push('~'),
        Data::Unknown(_) => out.push('?'),
        Data::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::String(text) => out.push_str(&format!("{text:?}")),
        Data::Sequence(sequence) => {
            let (open, close) = if sequence.kind == SequenceKind::Tuple { ('<', '>') } else { ('[', ']') };
            out.push(open);
            for item in &sequence.items {
                hashed(item, out, depth + 1);
                out.push(';');
            }
            out.push(close);
        }
        Data::Mapping(entries) => {
            out.push(if entries.is_map { '{' } else { '<' });
            for (key, item) in entries.iter() {
                if entries.is_map {
                    out.push_str(&format!("{key:?}:"));
                }
                hashed(item, out, depth + 1);
                out.push(';');
            }
            out.push(if entries.is_map { '}' } else { '>' });
        }
    }
}

/// An object as one with just these attributes.
fn object(
    value: &Value,
    entries: &super::Entries,
    attributes: &[(Arc<str>, Type, bool)],
) -> Result<Value, EvalError> {
    let mut pairs = Vec::with_capacity(attributes.len());
    // A whole resource has more attributes than its block sets, and each knows whose it is.
    let resource = value.mark.reference.as_ref().is_some_and(|of| of.attribute.is_empty());
    for (name, ty, optional) in attributes {
        let found =
            if resource { Some(super::attribute(value, name, false)?) } else { entries.get(name).cloned() };
        match found {
            Some(item) => pairs.push((name.clone(), convert(&item, ty)?)),
            None if *optional => pairs.push((name.clone(), convert(&Value::NULL, ty)?)),
            None => return Err(EvalError::new(format!("the attribute {name:?} is required"))),
        }
    }
    Ok(Value::object(pairs))
}

/// Values as the one type they have in common; refused where there is none.
pub fn same_type(items: &[Value]) -> Result<Vec<Value>, EvalError> {
    uniform(items, &Type::Any)
}

/// A conditional's two sides have one type: `true ? 1 : "a"` is the string `1`. In rules mode
/// (`lenient`) each stays as it is.
pub fn alike(value: Value, other: &Value, lenient: bool) -> Result<Value, EvalError> {
    let value = value.sensitive_if(other.mark.sensitive);
    let same = std::mem::discriminant(&value.data) == std::mem::discriminant(&other.data);
    let simple = matches!(value.data, Data::Bool(_) | Data::Number(_) | Data::String(_));
    if let (false, Data::Null(None)) = (lenient, &value.data) {
        return convert(&value, &type_of(other));
    }
    let open = |value: &Value| match &value.data {
        Data::Unknown(unknown) => unknown.ty == Type::Any,
        Data::Null(ty) => ty.is_none(),
        _ => false,
    };
    if lenient || (same && simple) || open(&value) || open(other) {
        return Ok(value);
    }
    match unify(&[type_of(&value), type_of(other)]) {
        Some(ty) => convert(&value, &ty).or_else(|error| {
            // The type of an empty map's elements is open, and may be any.
            if matches!(ty, Type::Map(_)) && types::is_open(&ty) { Ok(value) } else { Err(error) }
        }),
        None => Err(EvalError::new(format!(
            "the two sides of a conditional must have one type, and not be {} and {}",
            kind_of(&value),
            kind_of(other)
        ))),
    }
}

/// The type of a value that is one of two; none where that of one is open.
pub fn type_of_either(then: &Value, otherwise: &Value) -> Type {
    let types = [type_of(then), type_of(otherwise)];
    let ty = if types.contains(&Type::Any) { None } else { unify(&types) };
    ty.unwrap_or(Type::Any)
}

/// A value as text for a template; null stays null.
pub fn to_text(value: &Value) -> Result<Value, EvalError> {
    convert(value, &Type::String)
}

/// What a value is, for messages.
pub fn kind_of(value: &Value) -> &'static str {
    match &value.data {
        Data::Null(_) => "null",
        Data::Bool(_) => "a bool",
        Data::Number(_) => "a number",
        Data::String(_) => "a string",
        Data::Sequence(sequence) => match sequence.kind {
            SequenceKind::List => "a list",
            SequenceKind::Set => "a set",
            SequenceKind::Tuple => "a tuple",
        },
        Data::Mapping(entries) if entries.is_map => "a map",
        Data::Mapping(_) => "an object",
        Data::Unknown(_) => "an unknown value",
    }
}

fn describe(ty: &Type) -> &'static str {
    match ty {
        Type::Any => "any value",
        Type::Bool => "a bool",
        Type::Number => "a number",
        Type::String => "a string",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Tuple(_) => "a tuple",
        Type::Object(_) => "an object",
    }
}

/// A schema's type as a type constraint.
pub fn schema_type(kind: &schema::Kind) -> Type {
    match kind {
        schema::Kind::Any => Type::Any,
        schema::Kind::Bool => Type::Bool,
        schema::Kind::Number => Type::Number,
        schema::Kind::String => Type::String,
        schema::Kind::List(of) => Type::List(Box::new(schema_type(of))),
        schema::Kind::Set(of) => Type::Set(Box::new(schema_type(of))),
        schema::Kind::Map(of) => Type::Map(Box::new(schema_type(of))),
        // Providers fill in what is absent.
        schema::Kind::Object(attributes) => Type::Object(
            attributes.iter().map(|(name, kind)| (Arc::from(*name), schema_type(kind), true)).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Reference, Why, evaluate_text};

    #[test]
    fn an_unknown_of_no_type_takes_none_from_the_other_side() {
        let refers = vec![Reference::whole("github_repository.a".into())];
        let why = Why::Computed("github_repository.a".into());
        let unknown = Unknown { ty: Type::Any, why, refers, made: false, not_null: true, partial: None };
        let whole = Value::from(Data::Unknown(Arc::new(unknown)));
        let chosen = alike(whole.clone(), &Value::tuple(Vec::new()), false).unwrap();
        assert_eq!(chosen.as_unknown().map(|unknown| &unknown.ty), Some(&Type::Any));
        let listed = convert(&whole, &Type::List(Box::new(Type::String))).unwrap();
        assert_eq!(listed.as_unknown().map(|unknown| &unknown.ty), Some(&Type::Any));
    }

    #[test]
    fn an_empty_map_goes_with_any_object() {
        let value = evaluate_text("true ? { a = { x = 1 }, b = { y = [1] } } : tomap({})").unwrap();
        assert!(value.get("b").is_some());
    }
}
