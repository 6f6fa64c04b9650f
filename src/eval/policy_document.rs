//! `aws_iam_policy_document`: the JSON text its `json` attribute would hold.
//!
//! Source: the data source's documentation; `Effect` defaults to Allow, `Version` to 2012-10-17,
//! lists of one are written as a single string, statements of sources come first and those of
//! overrides replace statements with the same `Sid`.

use std::sync::Arc;

use super::{Data, OpenList, Partial, Unknown, Value, Why, json, ops};

/// How deep effects that are one of two are looked into.
const MAX_CHOICES: u32 = 8;

/// `google_iam_policy` with its `policy_data`: its bindings as JSON text.
pub(super) fn with_policy_data(values: &Value) -> Value {
    let Some(entries) = values.as_entries() else { return values.clone() };
    let binding = |block: &Value| {
        let names = [("condition", "condition"), ("members", "members"), ("role", "role")];
        let pairs = names.into_iter().filter_map(|(name, key)| {
            let value = set(block, name)?;
            let first = value.as_items().and_then(<[_]>::first).cloned();
            Some((Arc::from(key), if name == "condition" { first.unwrap_or(value) } else { value }))
        });
        if block.as_unknown().is_some() { block.clone() } else { Value::object(pairs) }
    };
    let blocks = values.get("binding").map_or_else(Vec::new, Value::elements);
    let bindings = Value::tuple(blocks.iter().map(binding).collect());
    let text = json::encode(&Value::object([("bindings".into(), bindings)])).unwrap_or_else(Value::error);
    let pairs = entries.iter().map(|(key, value)| (key.clone(), value.clone()));
    let mut result = Value::object(pairs.chain([(Arc::from("policy_data"), text)]));
    result.mark = values.mark.clone();
    result
}

/// The data source's values with `json` and `minified_json` added.
pub(super) fn with_text(values: &Value) -> Value {
    let Some(entries) = values.as_entries() else { return values.clone() };
    let policy = document(values);
    let text = json::encode(&policy).unwrap_or_else(Value::error);
    let known = ["json", "minified_json"].map(|name| (Arc::from(name), text.clone()));
    let mut result =
        Value::object(entries.iter().map(|(key, value)| (key.clone(), value.clone())).chain(known));
    result.mark = values.mark.clone();
    result
}

fn document(values: &Value) -> Value {
    let mut statements = Statements::default();
    for text in documents(values, "source_policy_documents").chain(documents(values, "source_json")) {
        for (statement, doubt) in parsed(&text) {
            statements.push(statement, doubt);
        }
    }
    let inherited = statements.sure.len();
    for (block, doubt) in values.get("statement").map_or_else(Vec::new, parts) {
        statements.put(inherited, statement(&block), doubt);
    }
    for text in documents(values, "override_policy_documents").chain(documents(values, "override_json")) {
        let all = statements.sure.len();
        for (statement, doubt) in parsed(&text) {
            statements.put(all, statement, doubt);
        }
    }
    let mut pairs: Vec<(Arc<str>, Value)> = vec![
        ("Statement".into(), statements.into_value()),
        ("Version".into(), set(values, "version").unwrap_or_else(|| Value::from("2012-10-17"))),
    ];
    if let Some(id) = set(values, "policy_id") {
        pairs.push(("Id".into(), id));
    }
    Value::object(pairs)
}

/// The elements of a list, each with why there may be none of its kind, where that is not sure.
fn parts(list: &Value) -> Vec<(Value, Option<Why>)> {
    match list.as_open().zip(list.as_unknown()) {
        Some((open, unknown)) => {
            let doubt = |sure: bool| (!sure).then(|| unknown.why.clone());
            open.iter().map(|(item, sure, _)| (item.clone(), doubt(sure))).collect()
        }
        None => list.elements().into_iter().map(|item| (item, None)).collect(),
    }
}

/// Statements that are there, and what others are like, of which there may be none.
#[derive(Default)]
struct Statements {
    sure: Vec<Value>,
    maybe: Vec<(Value, Why)>,
}

impl Statements {
    fn push(&mut self, statement: Value, doubt: Option<Why>) {
        match doubt {
            Some(why) => self.maybe.push((statement, why)),
            None => self.sure.push(statement),
        }
    }

    /// Puts a statement in the place of the one of its name among the first `before`, else behind all.
    /// One that it may replace, as far as is known, is not known any more.
    fn put(&mut self, before: usize, statement: Value, doubt: Option<Why>) {
        let same = |other: &Value| match (sid(other), sid(&statement)) {
            (Some(_), None) if statement.as_unknown().is_some() => None,
            (Some(other), Some(name)) => ops::equal(name, other),
            _ => Some(false),
        };
        let named = self.sure.iter().take(before).position(|other| same(other) == Some(true));
        if let (Some(slot), None) = (named.and_then(|at| self.sure.get_mut(at)), &doubt) {
            *slot = statement;
            return;
        }
        let why = |other: &Value| {
            let mut unknown = [Some(&statement), sid(&statement), sid(other)].into_iter().flatten();
            doubt.clone().or_else(|| Some(unknown.find_map(Value::as_unknown)?.why.clone()))
        };
        for other in self.sure.iter_mut().take(before).filter(|other| same(other) != Some(false)) {
            if let Some(why) = why(other) {
                *other = Value::unknown(why);
            }
        }
        self.push(statement, doubt);
    }

    fn into_value(self) -> Value {
        let Some(why) = self.maybe.first().map(|(_, why)| why.clone()) else {
            return Value::tuple(self.sure);
        };
        let mut list = OpenList::default();
        for statement in self.sure {
            list.push(statement);
        }
        for (statement, _) in self.maybe {
            list.push_maybe(statement);
        }
        list.into_value(why)
    }
}

fn set(values: &Value, name: &str) -> Option<Value> {
    values.get(name).filter(|value| !value.is_null()).cloned()
}

fn documents(values: &Value, name: &str) -> impl Iterator<Item = Value> {
    let value = values.get(name).filter(|value| !value.is_null());
    let list = |value: &Value| match value.as_str() {
        Some(_) => vec![value.clone()],
        None => value.elements(),
    };
    value.map(list).into_iter().flatten()
}

/// The statements of another policy, as [`parts`]; one unknown statement where it can't be known.
fn parsed(text: &Value) -> Vec<(Value, Option<Why>)> {
    let policy = match &text.data {
        // The provider passes over what is empty.
        Data::String(text) if text.is_empty() => return Vec::new(),
        Data::String(text) => json::decode(text).unwrap_or_else(Value::error),
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Json(policy)) => policy.clone(),
            _ => return vec![(text.clone(), None)],
        },
        _ => return Vec::new(),
    };
    match policy.get("Statement") {
        Some(list) if list.as_items().is_some() || list.as_open().is_some() => parts(list),
        Some(statement) => vec![(statement.clone(), None)],
        None if policy.as_unknown().is_some() => vec![(policy, None)],
        None => Vec::new(),
    }
}

/// The name of a statement that has one, or may have.
fn sid(statement: &Value) -> Option<&Value> {
    statement.get("Sid").filter(|sid| !sid.is_null() && sid.as_str() != Some(""))
}

/// The effect of a statement: where none is given, it allows.
fn effect(given: &Value, depth: u32) -> Value {
    if given.is_null() {
        return Value::from("Allow");
    }
    match given.as_unknown().map(|unknown| (unknown, &unknown.partial)) {
        Some((unknown, Some(Partial::Either(then, otherwise, when)))) if depth < MAX_CHOICES => {
            let [then, otherwise] = [then, otherwise].map(|branch| effect(branch, depth + 1));
            let partial = ops::either(then, otherwise, when.clone());
            let either = Unknown { partial, ..Unknown::clone(unknown) };
            Value { data: Data::Unknown(Arc::new(either)), mark: given.mark.clone() }
        }
        _ => given.clone(),
    }
}

fn statement(block: &Value) -> Value {
    if block.as_unknown().is_some() {
        return block.clone();
    }
    let mut pairs: Vec<(Arc<str>, Value)> =
        vec![("Effect".into(), effect(block.get("effect").unwrap_or(&Value::NULL), 0))];
    for (name, key) in [
        ("sid", "Sid"),
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        if let Some(value) = set(block, name) {
            pairs.push((key.into(), single(value)));
        }
    }
    for (name, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        let blocks = block.get(name).map_or_else(Vec::new, Value::elements);
        if !blocks.is_empty() {
            pairs.push((key.into(), principals(&blocks)));
        }
    }
    let conditions = block.get("condition").map_or_else(Vec::new, Value::elements);
    if !conditions.is_empty() {
        pairs.push(("Condition".into(), grouped(&conditions)));
    }
    Value::object(pairs)
}

/// A list of one as its member, with the variables of policies as IAM writes them: `&{` stands for
/// `${`, which Terraform would compute.
fn single(value: Value) -> Value {
    let plain = |value: &Value| match value.as_str().filter(|text| text.contains("&{")) {
        Some(text) => Value { data: Value::from(text.replace("&{", "${")).data, mark: value.mark.clone() },
        None => value.clone(),
    };
    match value.as_items() {
        Some([only]) => plain(only),
        Some(items) if items.iter().any(|it| it.as_str().is_some_and(|text| text.contains("&{"))) => {
            Value::tuple(items.iter().map(plain).collect())
        }
        _ => value,
    }
}

/// What two blocks say of one thing, together.
fn joined(one: &Value, other: &Value) -> Value {
    let both = [one, other].map(|part| part.as_items().map_or_else(|| vec![part.clone()], <[Value]>::to_vec));
    Value::tuple(both.concat())
}

fn principals(blocks: &[Value]) -> Value {
    let mut pairs: Vec<(Arc<str>, Value)> = Vec::new();
    for block in blocks {
        if block.as_unknown().is_some() {
            return block.clone();
        }
        // Nobody knows whom it lets in then: not a text either, as `*` is.
        if let Some(unknown) = block.get("type").and_then(Value::as_unknown) {
            return Value::unknown(unknown.why.clone());
        }
        let identifiers = set(block, "identifiers").unwrap_or(Value::NULL);
        let kind = block.get("type").and_then(Value::as_str).unwrap_or("*");
        let all = matches!(identifiers.as_items(), Some([only]) if only.as_str() == Some("*"));
        if kind == "*" && all && blocks.len() == 1 {
            return Value::from("*");
        }
        match pairs.iter_mut().find(|(name, _)| &**name == kind) {
            Some((_, value)) => *value = joined(value, &single(identifiers)),
            None => pairs.push((kind.into(), single(identifiers))),
        }
    }
    Value::object(pairs)
}

fn grouped(conditions: &[Value]) -> Value {
    let mut tests: Vec<(Arc<str>, Vec<(Arc<str>, Value)>)> = Vec::new();
    for condition in conditions {
        if condition.as_unknown().is_some() {
            return condition.clone();
        }
        // Nobody knows what is asked then, so nothing may be concluded from the other conditions' absence.
        let open = ["test", "variable"].into_iter().filter_map(|name| condition.get(name));
        if let Some(open) = open.into_iter().find(|value| value.as_unknown().is_some()) {
            return open.clone();
        }
        let test = condition.get("test").and_then(Value::as_str).unwrap_or("");
        let variable: Arc<str> = condition.get("variable").and_then(Value::as_str).unwrap_or("").into();
        let values = single(set(condition, "values").unwrap_or(Value::NULL));
        match tests.iter_mut().find(|(name, _)| &**name == test) {
            Some((_, pairs)) => match pairs.iter_mut().find(|(name, _)| *name == variable) {
                Some((_, known)) => *known = joined(known, &values),
                None => pairs.push((variable, values)),
            },
            None => tests.push((test.into(), vec![(variable, values)])),
        }
    }
    Value::object(tests.into_iter().map(|(test, pairs)| (test, Value::object(pairs))))
}
