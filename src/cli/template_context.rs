//! What a template sees.
//!
//! In: the resource that a fix changes, and the rule's locals. Out: the JSON that the template is
//! rendered with. Nothing sensitive is in it, since what is rendered is written into the tree.

use std::collections::BTreeMap;

use crate::eval::{Data, Number, Value};
use crate::graph::{Key, Resource};
use crate::syntax::Workspace;
use crate::syntax::ast::{Document, Expr, NodeId};

/// The label of a resource that a fix adds to a configuration.
const NEW_LABEL: &str = "this";

/// What it sees where the fix creates what is not there.
pub(super) fn without_subject(
    locals: &BTreeMap<String, Value>,
    settings: &serde_json::Value,
) -> serde_json::Value {
    let locals: serde_json::Map<String, serde_json::Value> =
        locals.iter().filter_map(|(name, value)| Some((name.clone(), json(value)?))).collect();
    serde_json::json!({
        "ref": "", "address": "", "label": NEW_LABEL, "type": "", "self": {}, "written": {},
        "local": locals, "setting": settings,
    })
}

/// What it sees of a resource.
pub(super) fn context(
    workspace: &Workspace,
    resource: &Resource,
    locals: &BTreeMap<String, Value>,
    settings: &serde_json::Value,
) -> serde_json::Value {
    let address = format!("{}.{}", resource.kind, resource.name);
    let repeat = match resource.key {
        Key::None => "",
        Key::Index(_) => "[count.index]",
        Key::Name(_) => "[each.key]",
        Key::Unknown => match resource.values.get("count") {
            Some(_) => "[count.index]",
            None => "[each.key]",
        },
    };
    let locals: serde_json::Map<String, serde_json::Value> = locals
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), with_reference(json(value)?, resource, repeat))))
        .collect();
    serde_json::json!({
        "ref": format!("{address}{repeat}"),
        "address": address,
        "label": &*resource.name,
        "type": &*resource.kind,
        "self": json(&resource.values),
        "written": references(workspace, resource),
        "local": locals,
        "setting": settings,
    })
}

/// A resource among a rule's locals, with how the subject's module names it: `ref`.
fn with_reference(mut local: serde_json::Value, subject: &Resource, repeat: &str) -> serde_json::Value {
    let reference =
        local.get("address").and_then(|it| it.as_str()).and_then(|it| reference(it, subject, repeat));
    if let (Some(reference), Some(entries)) = (reference, local.as_object_mut()) {
        entries.insert("ref".to_owned(), reference.into());
    }
    local
}

/// How the subject's module names another resource of the same module: `aws_iam_role.x[count.index]` where
/// both are the same one of many. `None` for a resource elsewhere, and where it is not known which instance
/// goes with which.
fn reference(address: &str, subject: &Resource, repeat: &str) -> Option<String> {
    let inside = |address: &str| match &*subject.module {
        "" => Some(address.to_owned()),
        module => Some(address.strip_prefix(module)?.strip_prefix('.')?.to_owned()),
    };
    let own = inside(address)?;
    let itself = inside(&subject.address)?;
    let key = itself.strip_prefix(&format!("{}.{}", subject.kind, subject.name))?;
    match own.split_once('[') {
        _ if own.starts_with("module.") => None,
        None => Some(own),
        Some((name, _)) if !key.is_empty() && own.strip_prefix(name) == Some(key) => {
            Some(format!("{name}{repeat}"))
        }
        Some(_) if key.is_empty() && !own.contains('*') => Some(own),
        Some(_) => None,
    }
}

/// What is known of a value; unknown members and nulls are left out, and what is sensitive: a template
/// would write it into the tree.
fn json(value: &Value) -> Option<serde_json::Value> {
    if value.mark.sensitive && !matches!(value.data, Data::Bool(_)) {
        return None;
    }
    Some(match &value.data {
        Data::Null(_) | Data::Unknown(_) => return None,
        Data::Bool(value) => (*value).into(),
        Data::Number(Number::Int(number)) => (*number).into(),
        Data::Number(number) => number.as_f64().into(),
        Data::String(text) => (&**text).into(),
        Data::Sequence(sequence) => {
            sequence.items.iter().map(|item| json(item).unwrap_or_default()).collect::<Vec<_>>().into()
        }
        Data::Mapping(entries) => serde_json::Value::Object(
            entries.iter().filter_map(|(key, value)| Some((key.to_string(), json(value)?))).collect(),
        ),
    })
}

/// The attributes that are written as a plain reference, with the reference: `var.size`.
fn references(workspace: &Workspace, resource: &Resource) -> BTreeMap<String, String> {
    let document = workspace.document(resource.file).filter(|document| !document.json);
    let Some((document, block)) = document.zip(resource.block) else { return BTreeMap::new() };
    let attributes = document.block(block).body().attributes();
    let plain = attributes.filter(|attribute| is_reference(document, attribute.expr()));
    let text = |id| document.slice(document.span(id)).to_owned();
    plain.map(|attribute| (attribute.name().to_owned(), text(attribute.expr()))).collect()
}

fn is_reference(document: &Document, id: NodeId) -> bool {
    match document.expr(id) {
        Expr::GetAttr { base, .. } => {
            matches!(document.expr(base), Expr::Variable(_)) || is_reference(document, base)
        }
        Expr::Index { base, key } => {
            matches!(document.expr(key), Expr::Str(_) | Expr::Number(_)) && is_reference(document, base)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_see_nothing_sensitive() {
        let secret = |value: Value| value.sensitive_if(true);
        let inside = Value::object([("a".into(), Value::from("x"))]);
        assert_eq!(json(&secret(inside.clone())), None);
        assert_eq!(json(&secret(Value::from(7))), None);
        assert_eq!(json(&secret(Value::from(true))), Some(true.into()));
        assert_eq!(json(&inside), Some(serde_json::json!({"a": "x"})));
        let member = Value::object([("a".into(), secret(Value::from("x")))]);
        assert_eq!(json(&member), Some(serde_json::json!({})));
    }
}
