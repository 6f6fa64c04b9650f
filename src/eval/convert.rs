//! Terraform's type conversions, and type constraints read from source.

use std::sync::Arc;

use crate::schema;
use crate::syntax::ast::{Document, Expr, NodeId};

use super::{Data, EvalError, Number, SequenceKind, Type, Unknown, Value, ops};

/// `value` as a `ty`; refused where Terraform refuses. Marks stay.
pub fn convert(value: &Value, ty: &Type) -> Result<Value, EvalError> {
    let data = match (&value.data, ty) {
        (_, Type::Any)
        | (Data::Null, _)
        | (Data::Bool(_), Type::Bool)
        | (Data::Number(_), Type::Number)
        | (Data::String(_), Type::String) => return Ok(value.clone()),
        (Data::Unknown(unknown), ty) => {
            if unknown.ty == *ty || unknown.ty != Type::Any {
                return Ok(value.clone());
            }
            let mut unknown = Unknown::clone(unknown);
            unknown.ty = ty.clone();
            Data::Unknown(Arc::new(unknown))
        }
        (Data::String(text), Type::Number) => match Number::parse(text) {
            Some(number) => Data::Number(number),
            None => return Err(EvalError::new("a number is needed, and this string is none")),
        },
        (Data::String(text), Type::Bool) => match &**text {
            "true" | "1" => Data::Bool(true),
            "false" | "0" => Data::Bool(false),
            _ => return Err(EvalError::new("true or false is needed, and this string is neither")),
        },
        (Data::Number(number), Type::String) => Data::String(number.to_string().into()),
        (Data::Bool(value), Type::String) => Data::String(if *value { "true" } else { "false" }.into()),
        (Data::Sequence(sequence), Type::List(of)) => elements(&sequence.items, of, SequenceKind::List)?,
        (Data::Sequence(sequence), Type::Set(of)) => elements(&sequence.items, of, SequenceKind::Set)?,
        (Data::Sequence(sequence), Type::Tuple(types)) if sequence.items.len() == types.len() => {
            let items = sequence
                .items
                .iter()
                .zip(types)
                .map(|(item, ty)| convert(item, ty))
                .collect::<Result<_, _>>()?;
            Value::sequence(SequenceKind::Tuple, items).data
        }
        (Data::Mapping(entries), Type::Map(of)) => {
            let pairs = entries
                .iter()
                .map(|(key, item)| Ok((key.clone(), convert(item, of)?)))
                .collect::<Result<Vec<_>, EvalError>>()?;
            if **of == Type::Any {
                let (keys, items): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
                Value::map(keys.into_iter().zip(unified(items))).data
            } else {
                Value::map(pairs).data
            }
        }
        (Data::Mapping(entries), Type::Object(attributes)) => {
            let mut pairs = Vec::with_capacity(attributes.len());
            for (name, ty, optional) in attributes {
                match entries.get(name) {
                    Some(item) => pairs.push((name.clone(), convert(item, ty)?)),
                    None if *optional => pairs.push((name.clone(), Value::NULL)),
                    None => return Err(EvalError::new(format!("the attribute {name:?} is required"))),
                }
            }
            Value::object(pairs).data
        }
        _ => return Err(EvalError::new(format!("{} is needed, not {}", describe(ty), kind_of(value)))),
    };
    Ok(Value { data, mark: value.mark.clone() })
}

fn elements(items: &[Value], of: &Type, kind: SequenceKind) -> Result<Data, EvalError> {
    let mut items = items.iter().map(|item| convert(item, of)).collect::<Result<Vec<_>, _>>()?;
    if *of == Type::Any {
        items = unified(items);
    }
    if kind == SequenceKind::Set {
        items = distinct_sorted(items);
    }
    Ok(Value::sequence(kind, items).data)
}

/// Distinct elements in the order sets have. Unknown ones are kept, last.
pub fn distinct_sorted(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by_cached_key(sort_key);
    items.dedup_by(|a, b| ops::equal(a, b) == Some(true));
    items
}

/// Orders values of a set: numbers by value, strings by bytes, the rest by their JSON.
fn sort_key(value: &Value) -> (u8, Option<Number>, String) {
    match &value.data {
        Data::Null => (0, None, String::new()),
        Data::Bool(value) => (1, None, value.to_string()),
        Data::Number(number) => (2, Some(number.clone()), String::new()),
        Data::String(text) => (3, None, text.to_string()),
        Data::Sequence(_) | Data::Mapping(_) => {
            let text = super::json::encode(value).ok().and_then(|text| text.as_str().map(str::to_owned));
            (4, None, text.unwrap_or_default())
        }
        Data::Unknown(_) => (5, None, String::new()),
    }
}

/// Elements of one type, as far as primitives go: one string makes all strings. Lists of the same
/// length are unified place by place.
pub fn unified(items: Vec<Value>) -> Vec<Value> {
    let lengths: Option<Vec<usize>> = items.iter().map(|item| item.as_items().map(<[Value]>::len)).collect();
    if let Some([first, others @ ..]) = lengths.as_deref()
        && *first > 0
        && !others.is_empty()
        && others.iter().all(|length| length == first)
    {
        return unified_rows(items, *first);
    }
    let primitive = |value: &Value| matches!(value.data, Data::Bool(_) | Data::Number(_) | Data::String(_));
    let string = |value: &Value| matches!(value.data, Data::String(_));
    let mixed = items.iter().any(string) && items.iter().any(|item| primitive(item) && !string(item));
    if !mixed {
        return items;
    }
    items
        .into_iter()
        .map(|item| if primitive(&item) { convert(&item, &Type::String).unwrap_or(item) } else { item })
        .collect()
}

fn unified_rows(rows: Vec<Value>, length: usize) -> Vec<Value> {
    let cell = |row: &Value, at: usize| row.as_items().and_then(|items| items.get(at)).cloned();
    let mut columns: Vec<_> = (0..length)
        .map(|at| unified(rows.iter().filter_map(|row| cell(row, at)).collect()).into_iter())
        .collect();
    rows.into_iter()
        .map(|row| {
            let cells = columns.iter_mut().filter_map(Iterator::next).collect();
            match &row.data {
                Data::Sequence(sequence) => {
                    Value { data: Value::sequence(sequence.kind, cells).data, mark: row.mark.clone() }
                }
                _ => row,
            }
        })
        .collect()
}

/// The result of a conditional has one type: `true ? 1 : "a"` is the string `1`.
pub fn alike(value: Value, other: &Value) -> Value {
    match (&value.data, &other.data) {
        (Data::Bool(_) | Data::Number(_), Data::String(_)) => convert(&value, &Type::String).unwrap_or(value),
        _ => value,
    }
}

/// A value as text for a template; null stays null.
pub fn to_text(value: &Value) -> Result<Value, EvalError> {
    match &value.data {
        Data::Sequence(_) | Data::Mapping(_) => {
            Err(EvalError::new(format!("a string is needed, not {}", kind_of(value))))
        }
        _ => convert(value, &Type::String),
    }
}

/// What a value is, for messages.
pub fn kind_of(value: &Value) -> &'static str {
    match &value.data {
        Data::Null => "null",
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

/// Reads a type constraint: `list(object({ a = optional(string) }))`.
pub fn parse_type(doc: &Document, id: NodeId) -> Result<Type, EvalError> {
    let refuse = |message: String| EvalError { message, location: Some(doc.location(id)) };
    match doc.expr(id) {
        Expr::Variable(name) | Expr::Str(name) => {
            named(name).ok_or_else(|| refuse(format!("{name:?} is no type")))
        }
        // "${list(string)}" of old, and types in JSON syntax.
        Expr::Template(parts) => match parts.get(0) {
            Some(part) => parse_type(doc, part),
            None => Err(refuse("this is no type".to_owned())),
        },
        Expr::Parens(inner) | Expr::Interpolation(inner) => parse_type(doc, inner),
        Expr::Call { name, args, .. } => {
            let arg = args.get(0).ok_or_else(|| refuse(format!("{name}() needs a type")))?;
            match name {
                "list" => Ok(Type::List(Box::new(parse_type(doc, arg)?))),
                "set" => Ok(Type::Set(Box::new(parse_type(doc, arg)?))),
                "map" => Ok(Type::Map(Box::new(parse_type(doc, arg)?))),
                "optional" => parse_type(doc, arg),
                "tuple" => match doc.expr(arg) {
                    Expr::List(items) => {
                        Ok(Type::Tuple(items.iter().map(|id| parse_type(doc, id)).collect::<Result<_, _>>()?))
                    }
                    _ => Err(refuse("tuple() needs a list of types".to_owned())),
                },
                "object" => object_type(doc, arg),
                _ => Err(refuse(format!("{name:?} is no type"))),
            }
        }
        _ => Err(refuse("this is no type".to_owned())),
    }
}

fn named(name: &str) -> Option<Type> {
    Some(match name {
        "any" => Type::Any,
        "bool" => Type::Bool,
        "number" => Type::Number,
        "string" => Type::String,
        // Terraform 0.11's bare words.
        "list" => Type::List(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        "set" => Type::Set(Box::new(Type::Any)),
        _ => return None,
    })
}

fn object_type(doc: &Document, id: NodeId) -> Result<Type, EvalError> {
    let Expr::Object(items) = doc.expr(id) else {
        return Err(EvalError {
            message: "object() needs a list of attributes and types".into(),
            location: Some(doc.location(id)),
        });
    };
    let mut attributes = Vec::new();
    for (key, value) in items.pairs() {
        let (Expr::Str(name) | Expr::Variable(name)) = doc.expr(key) else { continue };
        let optional = matches!(doc.expr(value), Expr::Call { name: "optional", .. });
        attributes.push((Arc::from(name), parse_type(doc, value)?, optional));
    }
    Ok(Type::Object(attributes))
}

/// Fills the defaults of `optional(type, default)` into a value of the constraint at `id`.
pub fn with_defaults(doc: &Document, id: NodeId, value: Value) -> Value {
    match (doc.expr(id), &value.data) {
        (Expr::Call { name: "object", args, .. }, Data::Mapping(entries)) => {
            let Some(Expr::Object(items)) = args.get(0).map(|id| doc.expr(id)) else { return value };
            let mut pairs: Vec<(Arc<str>, Value)> =
                entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            for (key, ty) in items.pairs() {
                let (Expr::Str(name) | Expr::Variable(name)) = doc.expr(key) else { continue };
                let given = entries.get(name).filter(|value| !value.is_null()).cloned();
                let (inner, default) = match doc.expr(ty) {
                    Expr::Call { name: "optional", args, .. } => (args.get(0).unwrap_or(ty), args.get(1)),
                    _ => (ty, None),
                };
                let filled = given.or_else(|| default.and_then(|id| super::evaluate_constant(doc, id)));
                if let Some(filled) = filled {
                    pairs.push((Arc::from(name), with_defaults(doc, inner, filled)));
                }
            }
            Value { data: Value::object(pairs).data, mark: value.mark.clone() }
        }
        (Expr::Call { name: "list" | "set", args, .. }, Data::Sequence(sequence)) => {
            let Some(inner) = args.get(0) else { return value };
            let items = sequence.items.iter().map(|item| with_defaults(doc, inner, item.clone())).collect();
            Value { data: Value::sequence(sequence.kind, items).data, mark: value.mark.clone() }
        }
        (Expr::Call { name: "map", args, .. }, Data::Mapping(entries)) => {
            let Some(inner) = args.get(0) else { return value };
            let pairs =
                entries.iter().map(|(key, item)| (key.clone(), with_defaults(doc, inner, item.clone())));
            Value { data: Value::object(pairs).data, mark: value.mark.clone() }
        }
        _ => value,
    }
}
