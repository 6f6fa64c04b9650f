//! Which policy an ARN names.
//!
//! In: what stands where a policy is attached. Out: an object: `managed` is the name of a policy of AWS's own, `text`
//! what a policy of the tree says; each is null where it is none of that. Unknown where nobody can tell.

use std::sync::Arc;

use crate::eval::{Data, Partial, Reference, TemplatePart, Type, Unknown, Value, Why, kind_of, ops};
use crate::graph::Configuration;

use super::tree::{at, is_whole};

/// How far conditions, references and texts inside texts are followed.
const MAX_DEPTH: u32 = 8;
/// What stands before the name of a policy of AWS's own.
const OF_AWS: &str = ":iam::aws:policy/";

/// The policy that an ARN names.
pub(super) fn attached_policy(configuration: &Configuration, arn: &Value) -> Value {
    of(configuration, arn, 0)
}

fn policy(managed: Value, text: Value) -> Value {
    Value::object([("managed".into(), managed), ("text".into(), text)])
}

/// The policy of an ARN that ends like this.
fn named(end: &str) -> Value {
    let name = end.split_once(OF_AWS).and_then(|(_, name)| name.rsplit('/').next());
    policy(name.map_or(Value::NULL, Value::from), Value::NULL)
}

fn of(configuration: &Configuration, arn: &Value, depth: u32) -> Value {
    let unknown = match &arn.data {
        Data::String(text) => return named(text),
        Data::Unknown(unknown) if depth <= MAX_DEPTH => unknown,
        Data::Unknown(unknown) => return Value::unknown(unknown.why.clone()),
        _ => return policy(Value::NULL, Value::NULL),
    };
    let open = || Value::unknown(unknown.why.clone());
    match &unknown.partial {
        Some(Partial::Either(then, otherwise, when)) => {
            let [then, otherwise] = [then, otherwise].map(|branch| of(configuration, branch, depth + 1));
            if ops::equal(&then, &otherwise) == Some(true) {
                return then;
            }
            let partial = ops::either(then, otherwise, when.clone());
            let either = Unknown {
                ty: Type::Any,
                why: unknown.why.clone(),
                refers: Vec::new(),
                made: false,
                not_null: true,
                partial,
            };
            Data::Unknown(Arc::new(either)).into()
        }
        Some(Partial::Template(parts)) => in_text(parts).unwrap_or_else(open),
        None => match unknown.refers.as_slice() {
            [only] if !unknown.made => refers_to(configuration, unknown, only, depth).unwrap_or_else(open),
            _ => open(),
        },
        Some(_) => open(),
    }
}

/// The policy of a text of which parts are known: its account says whose it is, and its end how it is called.
fn in_text(parts: &[TemplatePart]) -> Option<Value> {
    let known = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => Some(Arc::clone(text)),
        TemplatePart::Unknown(_) => None,
    };
    let last = parts.last()?;
    let end = known(last)?;
    let (before, name) = end.split_once(":policy/")?;
    if parts.len() < 2 || end.contains(OF_AWS) {
        return Some(named(&end));
    }
    // What stands before may say whose it is, in full or in part.
    if !before.is_empty() {
        let elsewhere = !":iam::aws".ends_with(before);
        return elsewhere.then(|| named(&end));
    }
    // The account is not known: it may be AWS's own, unless it is that of who applies.
    let TemplatePart::Unknown(account) = parts.get(parts.len() - 2)? else { return None };
    let unknown = account.as_unknown()?;
    let caller = matches!(unknown.refers.as_slice(), [only] if kind_of(&only.address) == ("aws_caller_identity", true));
    let none = policy(Value::NULL, Value::NULL);
    if caller && unknown.partial.is_none() {
        return Some(none);
    }
    let theirs = named(&format!("{OF_AWS}{name}"));
    let why: Why = unknown.why.clone();
    let partial = ops::either(none, theirs, None);
    let either = Unknown { ty: Type::Any, why, refers: Vec::new(), made: false, not_null: true, partial };
    Some(Data::Unknown(Arc::new(either)).into())
}

/// The policy that a reference leads to.
fn refers_to(
    configuration: &Configuration,
    unknown: &Unknown,
    reference: &Reference,
    depth: u32,
) -> Option<Value> {
    // What is chosen from several instances of one block is of that block.
    let instances =
        matches!(&unknown.why, Why::Instances(address) if reference.address.starts_with(&**address));
    if !instances && !is_whole(configuration, &unknown.why, reference)
        || !["arn", "id"].contains(&&*reference.attribute)
    {
        return None;
    }
    let resource = at(configuration, &reference.address);
    match kind_of(&reference.address) {
        ("aws_iam_policy", false) => {
            let text = resource.and_then(|it| it.values.get("policy"));
            let unseen = || Value::unknown(unknown.why.clone());
            Some(policy(Value::NULL, text.cloned().unwrap_or_else(unseen)))
        }
        ("aws_iam_policy", true) => {
            let resource = resource?;
            if let Some(arn) = resource.values.get("arn").filter(|arn| !arn.is_null()) {
                return Some(of(configuration, arn, depth + 1));
            }
            let name = resource.values.get("name").filter(|name| !name.is_null())?;
            // Below a path there are policies of the account's own, which may be called like AWS's.
            let all = resource
                .values
                .get("path_prefix")
                .is_none_or(|path| path.is_null() || path.as_str() == Some("/"));
            all.then(|| policy(name.clone(), Value::unknown(unknown.why.clone())))
        }
        _ => None,
    }
}
