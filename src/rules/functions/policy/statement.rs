//! One statement of a policy, and what can be asked of it.

use std::sync::Arc;

use crate::eval::{Data, Value, Why};

use super::super::network::{is_world, world_text};
use super::super::tri::Tri;
use super::word::Word;
use super::words::{Principals, Words};

/// Condition keys that say who may come, in lower case: those by which AWS calls a policy not public, and
/// those that name an account, an organisation or a source in the same way.
const RESTRICTING: [&str; 24] = [
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalservicename",
    "aws:userid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "ec2:sourceinstancearn",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "lambda:functionurlauthtype",
    "lambda:sourcefunctionarn",
    "aws:sourceip",
];
/// Operators that hold only where the key is there and fits. `...IfExists` also holds without the key,
/// and `ForAllValues:` with none of its values.
const POSITIVE: [&str; 6] =
    ["stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"];

/// `(operator, key, values)`
type Condition = (String, String, Words);

/// A statement whose parts are known, partly known, or unknown.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    sid: Words,
    effect: Words,
    actions: Words,
    not_actions: Words,
    resources: Words,
    not_resources: Words,
    principals: Principals,
    not_principals: Principals,
    conditions: Vec<Condition>,
    /// Why there may be more conditions.
    more: Option<Why>,
}

/// The value of a key, whose case does not matter.
pub(super) fn of<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let entries = value.as_entries()?;
    let same = || entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    entries.get(name).or_else(same)
}

/// The conditions, and why there may be more.
fn conditions(value: Option<&Value>) -> (Vec<Condition>, Option<Why>) {
    let (mut found, mut more) = (Vec::new(), None);
    match value.map(|value| &value.data) {
        Some(Data::Mapping(tests)) => {
            for (test, variables) in tests.iter() {
                match &variables.data {
                    Data::Mapping(variables) => found.extend(variables.iter().map(|(variable, values)| {
                        (test.to_string(), variable.to_string(), Words::read(Some(values)))
                    })),
                    Data::Unknown(unknown) => more = Some(unknown.why.clone()),
                    _ => {}
                }
            }
        }
        Some(Data::Unknown(unknown)) => more = Some(unknown.why.clone()),
        _ => {}
    }
    (found, more)
}

impl Statement {
    /// Reads a statement that is an object.
    pub(super) fn read(value: &Value) -> Self {
        let (conditions, more) = conditions(of(value, "Condition"));
        let words = |name: &str| Words::read(of(value, name));
        Self {
            sid: words("Sid"),
            effect: words("Effect"),
            actions: words("Action"),
            not_actions: words("NotAction"),
            resources: words("Resource"),
            not_resources: words("NotResource"),
            principals: Principals::read(of(value, "Principal")),
            not_principals: Principals::read(of(value, "NotPrincipal")),
            conditions,
            more,
        }
    }

    pub(super) fn effect(&self, wanted: &str) -> Tri {
        self.effect.any(&|word| word.is_text(wanted, false))
    }

    /// Whether it is about every action.
    pub(super) fn all_actions(&self) -> Tri {
        let all = |text: &str| {
            !text.is_empty() && text.split(':').all(|part| !part.is_empty() && part.chars().all(|c| c == '*'))
        };
        self.actions.any(&|word| word.is(all))
    }

    /// Whether it is about every action of some service at least.
    pub(super) fn all_of_a_service(&self) -> Tri {
        self.actions.any(&|word| word.is(|it| it == "*" || it.ends_with(":*")))
    }

    /// Whether it is about every resource.
    pub(super) fn all_resources(&self) -> Tri {
        self.resources.any(&Word::is_all)
    }

    /// Whether it is about this action.
    pub(super) fn acts(&self, action: &str) -> Tri {
        about(&self.actions, &self.not_actions, action, true)
    }

    /// Whether it is about this resource.
    pub(super) fn reaches(&self, resource: &str) -> Tri {
        about(&self.resources, &self.not_resources, resource, false)
    }

    /// Whether a principal of it is everybody.
    pub(super) fn names_everyone(&self) -> Tri {
        self.principals.any(&["*", "AWS"], &|word| word.is_text("*", false))
    }

    /// Calls `with` for each principal of type AWS and why it may not be one; `None` for those of which
    /// nothing is known. `doubt` is why the statement may not count at all.
    pub(super) fn aws_principals(
        &self,
        doubt: Option<&Why>,
        with: &mut dyn FnMut(Option<&Word>, Option<&Why>),
    ) {
        self.principals.each("AWS", doubt, with);
    }

    /// Whether it lets everybody in: by name, or all but a few.
    pub(super) fn is_public(&self) -> Tri {
        self.not_principals.given().or(|| self.names_everyone())
    }

    /// Whether a condition says who may come.
    pub(super) fn is_restricted(&self) -> Tri {
        let sure = Tri::any(self.conditions.iter().map(|(test, variable, values)| {
            let test = test.to_ascii_lowercase();
            let test = test.strip_prefix("foranyvalue:").unwrap_or(&test);
            let variable = variable.to_ascii_lowercase();
            if !POSITIVE.contains(&test) || !RESTRICTING.contains(&&*variable) {
                return Tri::False;
            }
            values.all(&|word| match word {
                // Of an address it counts how many bits are fixed, whatever else is known of it.
                Word::Open(value) if variable == "aws:sourceip" => is_world(value).negate(),
                _ => word.is(|text| narrows(&variable, text)),
            })
        }));
        sure.or(|| self.doubt())
    }

    /// Whether a condition of one of these operators holds where `variable` is false.
    pub(super) fn demands(&self, tests: &[&str], variable: &str) -> Tri {
        let sure = Tri::any(self.conditions.iter().map(|(test, name, values)| {
            if !tests.contains(&test.to_ascii_lowercase().as_str()) || !name.eq_ignore_ascii_case(variable) {
                return Tri::False;
            }
            values.any(&|word| word.is_text("false", true))
        }));
        sure.or(|| self.doubt())
    }

    /// Whether it has this many conditions and certainly no more.
    pub(super) fn has_conditions(&self, count: usize) -> Tri {
        Tri::from(self.conditions.len() == count).and(|| self.doubt().negate())
    }

    fn doubt(&self) -> Tri {
        self.more.clone().map_or(Tri::False, Tri::Unknown)
    }

    /// The statement as rules see it.
    pub(super) fn value(&self) -> Value {
        let conditions = self.conditions.iter().map(|(test, variable, values)| {
            Value::object([
                (Arc::from("test"), Value::from(test.as_str())),
                (Arc::from("variable"), Value::from(variable.as_str())),
                (Arc::from("values"), values.value()),
            ])
        });
        let conditions = match &self.more {
            Some(why) => Value::unknown(why.clone()),
            None => Value::list(conditions.collect()),
        };
        Value::object([
            (Arc::from("sid"), self.sid.first()),
            (Arc::from("effect"), self.effect.first()),
            (Arc::from("actions"), self.actions.value()),
            (Arc::from("not_actions"), self.not_actions.value()),
            (Arc::from("resources"), self.resources.value()),
            (Arc::from("not_resources"), self.not_resources.value()),
            (Arc::from("principals"), self.principals.value()),
            (Arc::from("not_principals"), self.not_principals.value()),
            (Arc::from("conditions"), conditions),
        ])
    }
}

/// Whether patterns, or all but some patterns, cover a text.
fn about(these: &Words, all_but: &Words, text: &str, fold: bool) -> Tri {
    let covered = |words: &Words| words.any(&|word| word.covers(text, fold));
    match all_but.given() {
        Tri::False => covered(these),
        Tri::True => covered(all_but).negate(),
        // Where it can't be known which of both is written, both have to say the same.
        Tri::Unknown(why) => {
            let these = covered(these);
            if these == covered(all_but).negate() { these } else { Tri::Unknown(why) }
        }
    }
}

/// Whether a condition's value narrows who may come.
fn narrows(variable: &str, text: &str) -> bool {
    // A variable of the request is compared with the request itself.
    if text.chars().all(|c| matches!(c, '*' | '?')) || text.contains("${") {
        return false;
    }
    match variable {
        "aws:sourceip" => !world_text(text),
        "lambda:functionurlauthtype" => text == "AWS_IAM",
        "aws:userid" => narrows_user(text),
        _ if text.starts_with("arn:") => {
            let account = text.split(':').nth(4).unwrap_or("");
            // A bucket's ARN has no account; its name is fixed instead.
            let resource = text.split(':').nth(5).unwrap_or("*");
            if account.is_empty() { !resource.starts_with('*') } else { !account.contains(['*', '?']) }
        }
        _ => true,
    }
}

/// Whether an `aws:userid` leaves one identity only. After the colon stands the name of a session, which the
/// caller chooses.
fn narrows_user(text: &str) -> bool {
    let id = text.split(':').next().unwrap_or_default();
    let fixed = id.split(['*', '?']).next().unwrap_or_default();
    if id == fixed {
        return !id.is_empty() && id != "anonymous";
    }
    // A whole id is longer; less of it, such as `AROA*`, fits those of strangers.
    let part = fixed.len() < 16 && fixed.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    !part
}
