//! Type constraints of variables, read from source.
//!
//! In: the expression behind `type =`. Out: a [`Type`], and values with the defaults that
//! `optional(type, default)` fills in.

use std::sync::Arc;

use crate::source::{FileId, SourceFile};
use crate::syntax::ast::{Document, Expr, NodeId};

use super::{Data, EvalError, Type, Value, unplaced};

/// Reads a type constraint: `list(object({ a = optional(string) }))`.
pub fn parse_type(doc: &Document, id: NodeId) -> Result<Type, EvalError> {
    let refuse = |message: String| EvalError::new(message).at(doc.location(id));
    match doc.expr(id) {
        Expr::Variable(name) => named(name).ok_or_else(|| refuse(format!("{name:?} is no type"))),
        Expr::Str(text) => {
            let inner = || {
                let doc = quoted(text)?;
                let attribute = doc.body().attribute("_")?;
                parse_type(&doc, attribute.expr()).ok()
            };
            named(text).or_else(inner).ok_or_else(|| refuse(format!("{text:?} is no type")))
        }
        // "${list(string)}" of old.
        Expr::Template(parts) => match parts.get(0) {
            Some(part) => parse_type(doc, part),
            None => Err(refuse("this is no type".to_owned())),
        },
        Expr::Parens(inner) | Expr::Interpolation(inner) => parse_type(doc, inner),
        Expr::Call { name, args, .. } => {
            let arg = args.get(0).filter(|_| args.len() == 1);
            let arg = arg.ok_or_else(|| refuse(format!("{name}() needs one type")))?;
            match name {
                "list" => Ok(Type::List(Box::new(parse_type(doc, arg)?))),
                "set" => Ok(Type::Set(Box::new(parse_type(doc, arg)?))),
                "map" => Ok(Type::Map(Box::new(parse_type(doc, arg)?))),
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

/// A type written as a string, which is how JSON syntax writes it: a document of its own.
fn quoted(text: &str) -> Option<Document> {
    let doc = crate::syntax::parse_hcl(FileId::NONE, &SourceFile::new("type", format!("_ = (\n{text}\n)\n")));
    doc.errors.is_empty().then_some(doc)
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
        _ => return None,
    })
}

fn object_type(doc: &Document, id: NodeId) -> Result<Type, EvalError> {
    let Expr::Object(items) = doc.expr(id) else {
        let error = EvalError::new("object() needs a list of attributes and types");
        return Err(error.at(doc.location(id)));
    };
    let mut attributes = Vec::new();
    for (key, value) in items.pairs() {
        let (Expr::Str(name) | Expr::Variable(name)) = doc.expr(key) else { continue };
        let (ty, optional) = match doc.expr(value) {
            Expr::Call { name: "optional", args, .. } => (args.get(0).unwrap_or(value), true),
            _ => (value, false),
        };
        attributes.push((Arc::from(name), parse_type(doc, ty)?, optional));
    }
    Ok(Type::Object(attributes))
}

/// Fills the defaults of `optional(type, default)` into a value of the constraint at `id`.
pub fn with_defaults(doc: &Document, id: NodeId, value: Value) -> Value {
    match (doc.expr(id), &value.data) {
        (Expr::Str(text), _) if named(text).is_none() => {
            let Some(inner) = quoted(text) else { return value };
            let Some(attribute) = inner.body().attribute("_") else { return value };
            // A default that is written within the string has no place of its own.
            unplaced::placed(with_defaults(&inner, attribute.expr(), value), Some(doc.location(id)))
        }
        (Expr::Parens(inner) | Expr::Interpolation(inner), _) => with_defaults(doc, inner, value),
        (Expr::Template(parts), _) => match parts.get(0) {
            Some(part) => with_defaults(doc, part, value),
            None => value,
        },
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
        (Expr::Call { name: "tuple", args, .. }, Data::Sequence(sequence)) => {
            let Some(Expr::List(types)) = args.get(0).map(|id| doc.expr(id)) else { return value };
            let fill = |(at, item): (usize, &Value)| {
                types.get(at).map_or_else(|| item.clone(), |ty| with_defaults(doc, ty, item.clone()))
            };
            let items = sequence.items.iter().enumerate().map(fill).collect();
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
