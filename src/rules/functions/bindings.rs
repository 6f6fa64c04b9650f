//! Grants of Google Cloud and Azure, each in one form.
//!
//! In: a resource, a data source, or the JSON text of a policy. Out: lists of objects with every key
//! there, whatever the author wrote. What is not known stays unknown where it stands.

use std::sync::Arc;

use crate::eval::{Data, OpenList, Partial, SequenceKind, Value, json};

/// The bindings of Google Cloud: a policy's JSON text, `data.google_iam_policy`, or a binding or
/// member resource. Each is `{ role, members, condition }`; `condition` is null or
/// `{ title, description, expression }`.
pub(super) fn role_bindings(value: &Value) -> Value {
    match &value.data {
        Data::String(text) if text.trim().is_empty() => Value::list(Vec::new()),
        Data::String(text) => match json::decode(text) {
            Ok(policy) => role_bindings(&policy),
            Err(error) => Value::error(error),
        },
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Json(policy)) => role_bindings(policy),
            _ => Value::unknown(unknown.why.clone()),
        },
        Data::Sequence(sequence) => Value::tuple(sequence.items.iter().map(one).collect()),
        Data::Mapping(entries) => match entries.get("bindings").or_else(|| entries.get("binding")) {
            Some(list) => role_bindings(list),
            None if entries.get("role").is_some() => Value::tuple(vec![one(value)]),
            None => Value::tuple(Vec::new()),
        },
        _ => Value::tuple(Vec::new()),
    }
}

fn one(binding: &Value) -> Value {
    if binding.as_unknown().is_some() {
        return binding.clone();
    }
    let get = |name: &str| binding.get(name).cloned().unwrap_or(Value::NULL);
    let members = match (get("members"), get("member")) {
        (Value { data: Data::Null(_), .. }, member) => list(&member),
        (members, _) => list(&members),
    };
    let condition = match get("condition") {
        blocks if blocks.as_items().is_some() => {
            blocks.as_items().and_then(<[_]>::first).map_or(Value::NULL, condition)
        }
        object => condition(&object),
    };
    object([("role", get("role")), ("members", members), ("condition", condition)])
}

fn condition(value: &Value) -> Value {
    if value.as_entries().is_none() {
        return value.clone();
    }
    let get = |name: &str| value.get(name).cloned().unwrap_or(Value::NULL);
    object(["title", "description", "expression"].map(|name| (name, get(name))))
}

/// The permissions of an Azure role definition: for each block `{ actions, not_actions, data_actions,
/// not_data_actions, scopes }`. Without assignable scopes the definition's own scope is the only one.
pub(super) fn role_permissions(role: &Value) -> Value {
    if let Some(unknown) = role.as_unknown() {
        return Value::unknown(unknown.why.clone());
    }
    let get = |name: &str| role.get(name).cloned().unwrap_or(Value::NULL);
    let scopes = match get("assignable_scopes") {
        Value { data: Data::Null(_), .. } => list(&get("scope")),
        scopes => list(&scopes),
    };
    let blocks = get("permissions");
    let block = |block: &Value| {
        if block.as_unknown().is_some() {
            return block.clone();
        }
        let of = |name: &str| list(block.get(name).unwrap_or(&Value::NULL));
        object([
            ("actions", of("actions")),
            ("not_actions", of("not_actions")),
            ("data_actions", of("data_actions")),
            ("not_data_actions", of("not_data_actions")),
            ("scopes", scopes.clone()),
        ])
    };
    let mut all = OpenList::default();
    match (blocks.as_unknown(), blocks.as_open()) {
        (Some(unknown), None) => Value::unknown(unknown.why.clone()),
        (Some(unknown), Some(open)) => {
            for (item, sure, _) in open.iter() {
                if sure { all.push(block(item)) } else { all.push_maybe(block(item)) }
            }
            all.into_value(unknown.why.clone())
        }
        _ => Value::tuple(blocks.as_items().unwrap_or(&[]).iter().map(block).collect()),
    }
}

/// A string or a list as a list, each known text once and in order.
fn list(value: &Value) -> Value {
    let items = match &value.data {
        Data::Null(_) => Vec::new(),
        Data::Unknown(unknown) if matches!(unknown.ty, crate::eval::Type::String) => vec![value.clone()],
        Data::Unknown(_) => return value.clone(),
        Data::Sequence(sequence) => sequence.items.clone(),
        _ => vec![value.clone()],
    };
    let (mut known, open): (Vec<Value>, Vec<Value>) =
        items.into_iter().partition(|item| item.as_str().is_some());
    known.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    known.dedup_by(|a, b| a.as_str() == b.as_str());
    known.extend(open);
    let mut list = Value::sequence(SequenceKind::List, known);
    list.mark = value.mark.clone();
    list
}

fn object<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::object(pairs.map(|(name, value)| (Arc::from(name), value)))
}
