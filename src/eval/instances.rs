//! `count` and `for_each`: one block to its instances.

use std::cell::OnceCell;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::schema;
use crate::source::{Location, Problem};
use crate::syntax::Declaration;
use crate::syntax::ast::{Attribute, Document};

use super::bound::Bindings;
use super::condition::Presence;
use super::module::{ModuleScope, body, unknown_instances};
use super::representative::Representative;
use super::root::MAX_INSTANCES;
use super::{
    Data, EvalError, Number, Reference, Scope, Type, Value, Why, convert, evaluate, policy_document,
    template_file,
};

/// What an instance, and each part of its values, costs: they are kept to the end.
const INSTANCE_COST: u64 = 50;
const PART_COST: u64 = 4;

/// How many instances a block has, and under which keys.
#[derive(Clone, Debug)]
pub enum Expansion {
    /// Neither `count` nor `for_each`.
    Single,
    /// `count`
    Count(usize),
    /// `for_each`: keys and values in order.
    ForEach(Vec<(Arc<str>, Value)>),
    /// Not to be known: why, and what is known of any instance.
    Unknown(Why, Representative),
}

impl Expansion {
    /// What can't be expanded: `count`, or `for_each`.
    fn refused(error: EvalError, count: bool, address: &str) -> Self {
        let why = Why::Error(Arc::new(error));
        let one = Representative::any(&why, count, address);
        Self::Unknown(why, one)
    }

    /// For each instance: what stands behind the address, and the names it binds.
    pub fn keys(&self) -> Vec<(String, Bindings)> {
        let count = |value: Value| Bindings::of("count", Value::object([("index".into(), value)]));
        let each = |key: Value, value: Value| {
            Bindings::of("each", Value::object([("key".into(), key), ("value".into(), value)]))
        };
        match self {
            Self::Single => vec![(String::new(), Bindings::default())],
            Self::Count(n) => (0..*n)
                .map(|at| (format!("[{at}]"), count(Value::from(i64::try_from(at).unwrap_or(i64::MAX)))))
                .collect(),
            Self::ForEach(items) => items
                .iter()
                .map(|(key, value)| (format!("[{}]", quote(key)), each(Value::from(&**key), value.clone())))
                .collect(),
            Self::Unknown(why, one) => vec![("[*]".to_owned(), one.bindings(why))],
        }
    }

    /// Which of several instances a key means, where that is certain.
    pub fn position(&self, key: &Value) -> Option<usize> {
        match self {
            Self::Count(n) => {
                let at = key.as_number().and_then(Number::as_i64).and_then(|at| usize::try_from(at).ok());
                at.filter(|at| at < n)
            }
            Self::ForEach(items) => {
                let key = key.as_str()?;
                items.binary_search_by(|(name, _)| (**name).cmp(key)).ok()
            }
            Self::Single | Self::Unknown(..) => None,
        }
    }

    /// Why the instances can't be known, and when there are any.
    pub fn unknown(&self) -> Option<(&Why, &Arc<Presence>)> {
        if let Self::Unknown(why, one) = self { Some((why, &one.presence)) } else { None }
    }

    /// The value of the whole block from its instances' values.
    pub fn collect(&self, values: Vec<Value>) -> Value {
        match self {
            Self::Single => values.into_iter().next().unwrap_or(Value::NULL),
            Self::Count(_) => Value::tuple(values),
            Self::ForEach(items) => Value::object(items.iter().map(|(key, _)| key.clone()).zip(values)),
            Self::Unknown(why, one) => unknown_instances(why, one, None),
        }
    }
}

/// A key as it stands in an address: escaped as Terraform does it, so that a plan's addresses are these.
pub fn quote(key: &str) -> String {
    let mut quoted = String::with_capacity(key.len() + 2);
    quoted.push('"');
    let mut letters = key.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '"' | '\\' => quoted.extend(['\\', letter]),
            '$' | '%' if letters.peek() == Some(&'{') => quoted.extend([letter, letter]),
            _ if is_printed(letter) => quoted.push(letter),
            _ if u32::from(letter) > 0xffff => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(letter));
            }
            _ => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
        }
    }
    quoted.push('"');
    quoted
}

/// What Go calls printable: letters, marks, numbers, punctuation, symbols and the plain blank.
fn is_printed(letter: char) -> bool {
    static PRINTED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[\p{L}\p{M}\p{N}\p{P}\p{S}]").ok());
    match letter {
        ' '..='~' => true,
        letter if letter.is_ascii() => false,
        _ => PRINTED.as_ref().is_some_and(|printed| printed.is_match(letter.encode_utf8(&mut [0; 4]))),
    }
}

/// Writes down why one instance stands for all: at a limit the others are left unjudged.
fn note(scope: &ModuleScope<'_>, address: &str, error: &EvalError, location: Option<Location>) {
    let (message, at) = (format!("{address}: {}", error.message), error.location.or(location));
    let make = if error.limit { Problem::unjudged } else { Problem::refused };
    scope.root.problem(make(message, at));
}

/// Finds out the instances of a block.
pub(super) fn expand(scope: &ModuleScope<'_>, declaration: Declaration, address: &str) -> Expansion {
    let problem = |error: EvalError, count: bool| {
        note(scope, address, &error, None);
        Expansion::refused(error, count, address)
    };
    let limit = |n: usize, at: Location, count: bool| {
        let message = format!(
            "{address} has {n} instances, more than the {MAX_INSTANCES} that are followed; one stands for all"
        );
        problem(EvalError::limit(message).at(at), count)
    };
    let open = |value: &Value, why: &Why, written: (&Document, Attribute<'_>)| {
        Expansion::Unknown(why.clone(), Representative::of(scope, address, value, why, written))
    };
    // Blocks may multiply each other's instances, through module calls.
    let afford = |n: usize| scope.root.spend(n as u64 * INSTANCE_COST);
    if let Some((doc, attribute)) = scope.argument(declaration, "count") {
        let at = doc.location(attribute.expr());
        let value =
            evaluate(doc, attribute.expr(), scope).and_then(|value| convert::convert(&value, &Type::Number));
        return match value {
            Err(error) => problem(error, true),
            Ok(value) => match &value.data {
                Data::Number(Number::Int(n)) if usize::try_from(*n).is_ok() => match usize::try_from(*n) {
                    Ok(n) if n <= MAX_INSTANCES => match afford(n) {
                        Ok(()) => Expansion::Count(n),
                        Err(error) => problem(error, true),
                    },
                    Ok(n) => limit(n, at, true),
                    Err(_) => Expansion::Count(0),
                },
                Data::Unknown(unknown) => open(&value, &unknown.why, (doc, attribute)),
                _ => problem(EvalError::new("count must be a whole number, 0 or more").at(at), true),
            },
        };
    }
    let Some((doc, attribute)) = scope.argument(declaration, "for_each") else { return Expansion::Single };
    let at = doc.location(attribute.expr());
    let value = match evaluate(doc, attribute.expr(), scope) {
        Ok(value) => value,
        Err(error) => return problem(error, false),
    };
    let items: Vec<(Arc<str>, Value)> = match &value.data {
        Data::Unknown(unknown) => return open(&value, &unknown.why, (doc, attribute)),
        Data::Mapping(entries) => entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        Data::Sequence(sequence) => {
            let mut items = Vec::with_capacity(sequence.items.len());
            for item in &sequence.items {
                match &item.data {
                    Data::String(key) => items.push((key.clone(), item.clone())),
                    Data::Unknown(unknown) => return open(&value, &unknown.why, (doc, attribute)),
                    _ => {
                        let message = "for_each needs a map, or a set of strings".to_owned();
                        return problem(EvalError::new(message).at(at), false);
                    }
                }
            }
            items
        }
        _ => {
            return problem(EvalError::new("for_each needs a map, or a set of strings").at(at), false);
        }
    };
    if items.len() > MAX_INSTANCES {
        return limit(items.len(), at, false);
    }
    match afford(items.len()) {
        Ok(()) => Expansion::ForEach(items),
        Err(error) => problem(error, false),
    }
}

/// `template_file` of the provider `template`, which is retired but not gone, with its `rendered`.
fn with_rendered(scope: &ModuleScope<'_>, values: &Value) -> Value {
    let Some((entries, template)) = values.as_entries().zip(values.get("template")) else {
        return values.clone();
    };
    let none = Value::object([]);
    let variables = values.get("vars").filter(|vars| !vars.is_null()).unwrap_or(&none);
    let sensitive = template.mark.sensitive || variables.mark.sensitive;
    let rendered = match (template.as_str(), variables.as_unknown()) {
        (Some(text), None) => template_file::render(text, variables, scope.files()),
        _ => Ok(super::ops::unknown_from(Type::String, &[template, variables])),
    };
    let rendered = rendered.unwrap_or_else(Value::error).sensitive_if(sensitive);
    let pairs = entries.iter().map(|(key, value)| (key.clone(), value.clone()));
    let mut result = Value::object(pairs.chain([(Arc::from("rendered"), rendered)]));
    result.mark = values.mark.clone();
    result
}

/// Attributes, and whole nested block types, of an override file win.
fn overridden(values: &Value, over: &Value) -> Value {
    let pairs = [values, over].into_iter().filter_map(Value::as_entries).flat_map(super::Entries::iter);
    let merged = Value::object(pairs.map(|(name, value)| (name.clone(), value.clone())));
    Value { data: merged.data, mark: values.mark.clone() }
}

/// One instance of a resource block.
#[derive(Clone, Debug)]
pub struct Instance {
    /// `module.a.aws_s3_bucket.logs[0]`
    pub address: Arc<str>,
    /// The attributes, an object marked with the instance's identity.
    pub values: Value,
}

/// All instances of a resource block.
#[derive(Clone, Debug)]
pub struct Instances {
    /// How they are keyed.
    pub expansion: Expansion,
    /// The instances, in key order.
    pub items: Vec<Instance>,
    /// The value of the whole block, made when it is first asked for: each instance of another block
    /// may ask.
    whole: OnceCell<Value>,
}

impl Instances {
    pub(super) fn of(
        scope: &ModuleScope<'_>,
        declaration: Declaration,
        data: bool,
        kind: &str,
        label: &str,
    ) -> Result<Self, EvalError> {
        let doc = scope.document(declaration)?;
        let block = doc.block(declaration.node);
        let address = scope.address(label);
        let expansion = expand(scope, declaration, &address);
        let schema = if data { schema::data(kind) } else { schema::resource(kind) };
        let instance = |suffix: String, mut bindings: Bindings| -> Result<Instance, EvalError> {
            let address: Arc<str> = format!("{address}{suffix}").into();
            let mut values = body(scope, doc, block, schema.as_deref(), &mut bindings);
            for declaration in scope.module.overrides_of(block) {
                let doc = scope.document(*declaration)?;
                let over = body(scope, doc, doc.block(declaration.node), schema.as_deref(), &mut bindings);
                values = overridden(&values, &over);
            }
            match kind {
                "aws_iam_policy_document" if data => values = policy_document::with_text(&values),
                "template_file" if data => values = with_rendered(scope, &values),
                "google_iam_policy" if data => values = policy_document::with_policy_data(&values),
                _ => {}
            }
            values.mark.reference = Some(Arc::new(Reference::whole(Arc::clone(&address))));
            Ok(Instance { address, values })
        };
        let mut items = Vec::new();
        for (suffix, bindings) in expansion.keys() {
            let made = instance(suffix, bindings)?;
            if let Err(error) = scope.root.spend(made.values.weight().saturating_mul(PART_COST)) {
                // What there is no room for is judged as one instance of which nobody knows which it is.
                note(scope, &address, &error, Some(doc.location(block.id())));
                let expansion = Expansion::refused(error, false, &address);
                let keys = expansion.keys().into_iter();
                let items =
                    keys.map(|(suffix, bindings)| instance(suffix, bindings)).collect::<Result<_, _>>()?;
                return Ok(Self { expansion, items, whole: OnceCell::new() });
            }
            items.push(made);
        }
        Ok(Self { expansion, items, whole: OnceCell::new() })
    }

    /// What a reference to the whole block comes to.
    pub fn value(&self) -> Value {
        let whole = || match (&self.expansion, self.items.first()) {
            (Expansion::Unknown(why, one), Some(instance)) => unknown_instances(why, one, Some(instance)),
            _ => self.expansion.collect(self.items.iter().map(|instance| instance.values.clone()).collect()),
        };
        self.whole.get_or_init(whole).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn keys_are_escaped_as_terraform_escapes_them() {
        // Recorded from `terraform show -json` of a plan with these keys.
        for (key, address) in [
            ("${x}", r#""$${x}""#),
            ("%{x}", r#""%%{x}""#),
            ("$${y}", r#""$$${y}""#),
            ("$x", r#""$x""#),
            ("$", r#""$""#),
            ("a b", r#""a b""#),
            ("a\nb", r#""a\nb""#),
            ("a\tb", r#""a\tb""#),
            ("a\rb", r#""a\rb""#),
            ("b\\b", r#""b\\b""#),
            ("q\"q", r#""q\"q""#),
            ("\u{1}c", r#""\u0001c""#),
            ("\u{a0}x", r#""\u00a0x""#),
            ("\u{ad}h", r#""\u00adh""#),
            ("\u{200b}z", r#""\u200bz""#),
            ("\u{2028}l", r#""\u2028l""#),
            ("\u{3000}i", r#""\u3000i""#),
            ("\u{e000}p", r#""\ue000p""#),
            ("\u{e0001}t", r#""\U000e0001t""#),
            ("é\u{301}😀", "\"é\u{301}😀\""),
        ] {
            assert_eq!(quote(key), address);
        }
    }
}
