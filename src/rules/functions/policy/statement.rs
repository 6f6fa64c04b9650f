//! One statement of a policy, and what can be asked of it.

use std::sync::Arc;

use crate::eval::{Data, Value, Why};

use super::super::network::world_text;
use super::super::tri::Tri;
use super::word::{Word, words};

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
type Condition = (String, String, Vec<Word>);

/// A statement whose parts are known, partly known, or unknown.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    sid: Vec<Word>,
    effect: Vec<Word>,
    actions: Vec<Word>,
    not_actions: Vec<Word>,
    resources: Vec<Word>,
    not_resources: Vec<Word>,
    principals: Vec<(String, Vec<Word>)>,
    not_principals: Vec<(String, Vec<Word>)>,
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

fn principals(value: Option<&Value>) -> Vec<(String, Vec<Word>)> {
    match value.map(|value| (&value.data, value)) {
        None | Some((Data::Null(_), _)) => Vec::new(),
        Some((Data::Mapping(entries), _)) => {
            entries.iter().map(|(kind, who)| (kind.to_string(), words(Some(who)))).collect()
        }
        Some((_, value)) => vec![("*".to_owned(), words(Some(value)))],
    }
}

/// The conditions, and why there may be more.
fn conditions(value: Option<&Value>) -> (Vec<Condition>, Option<Why>) {
    let (mut found, mut more) = (Vec::new(), None);
    match value.map(|value| &value.data) {
        Some(Data::Mapping(tests)) => {
            for (test, variables) in tests.iter() {
                match &variables.data {
                    Data::Mapping(variables) => found.extend(variables.iter().map(|(variable, values)| {
                        (test.to_string(), variable.to_string(), words(Some(values)))
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
        let words = |name: &str| words(of(value, name));
        Self {
            sid: words("Sid"),
            effect: words("Effect"),
            actions: words("Action"),
            not_actions: words("NotAction"),
            resources: words("Resource"),
            not_resources: words("NotResource"),
            principals: principals(of(value, "Principal")),
            not_principals: principals(of(value, "NotPrincipal")),
            conditions,
            more,
        }
    }

    pub(super) fn effect(&self, wanted: &str) -> Tri {
        Tri::any(self.effect.iter().map(|word| word.is(|it| it == wanted)))
    }

    /// Whether it is about every action.
    pub(super) fn all_actions(&self) -> Tri {
        let all = |text: &str| {
            !text.is_empty() && text.split(':').all(|part| !part.is_empty() && part.chars().all(|c| c == '*'))
        };
        Tri::any(self.actions.iter().map(|word| word.is(all)))
    }

    /// Whether it is about every action of some service at least.
    pub(super) fn all_of_a_service(&self) -> Tri {
        Tri::any(self.actions.iter().map(|word| word.is(|it| it == "*" || it.ends_with(":*"))))
    }

    /// Whether it is about every resource.
    pub(super) fn all_resources(&self) -> Tri {
        Tri::any(self.resources.iter().map(Word::is_all))
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
        let everyone = self.principals.iter().filter(|(kind, _)| kind == "*" || kind == "AWS");
        Tri::any(everyone.flat_map(|(_, who)| who.iter().map(|word| word.is(|it| it == "*"))))
    }

    /// What it names as principals of type AWS.
    pub(super) fn aws_principals(&self) -> impl Iterator<Item = &Word> {
        self.principals.iter().filter(|(kind, _)| kind == "AWS").flat_map(|(_, who)| who)
    }

    /// Whether it lets everybody in: by name, or all but a few.
    pub(super) fn is_public(&self) -> Tri {
        if self.not_principals.is_empty() { self.names_everyone() } else { Tri::True }
    }

    /// Whether a condition says who may come.
    pub(super) fn is_restricted(&self) -> Tri {
        let sure = Tri::any(self.conditions.iter().map(|(test, variable, values)| {
            let test = test.to_ascii_lowercase();
            let test = test.strip_prefix("foranyvalue:").unwrap_or(&test);
            let variable = variable.to_ascii_lowercase();
            if !POSITIVE.contains(&test) || !RESTRICTING.contains(&&*variable) || values.is_empty() {
                return Tri::False;
            }
            Tri::all(values.iter().map(|word| word.is(|text| narrows(&variable, text))))
        }));
        sure.or(|| self.doubt())
    }

    /// Whether a condition of one of these operators holds where `variable` is false.
    pub(super) fn demands(&self, tests: &[&str], variable: &str) -> Tri {
        let sure = Tri::any(self.conditions.iter().map(|(test, name, values)| {
            if !tests.contains(&test.to_ascii_lowercase().as_str()) || !name.eq_ignore_ascii_case(variable) {
                return Tri::False;
            }
            Tri::any(values.iter().map(|word| word.is(|it| it.eq_ignore_ascii_case("false"))))
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
        let list = |words: &[Word]| Value::list(words.iter().map(Word::value).collect());
        let one = |words: &[Word]| words.first().map_or(Value::NULL, Word::value);
        let who = |all: &[(String, Vec<Word>)]| {
            let entry = |(kind, ids): &(String, Vec<Word>)| {
                Value::object([("type".into(), kind.as_str().into()), ("identifiers".into(), list(ids))])
            };
            Value::list(all.iter().map(entry).collect())
        };
        let conditions = self.conditions.iter().map(|(test, variable, values)| {
            Value::object([
                (Arc::from("test"), Value::from(test.as_str())),
                (Arc::from("variable"), Value::from(variable.as_str())),
                (Arc::from("values"), list(values)),
            ])
        });
        let conditions = match &self.more {
            Some(why) => Value::unknown(why.clone()),
            None => Value::list(conditions.collect()),
        };
        Value::object([
            (Arc::from("sid"), one(&self.sid)),
            (Arc::from("effect"), one(&self.effect)),
            (Arc::from("actions"), list(&self.actions)),
            (Arc::from("not_actions"), list(&self.not_actions)),
            (Arc::from("resources"), list(&self.resources)),
            (Arc::from("not_resources"), list(&self.not_resources)),
            (Arc::from("principals"), who(&self.principals)),
            (Arc::from("not_principals"), who(&self.not_principals)),
            (Arc::from("conditions"), conditions),
        ])
    }
}

/// Whether patterns, or all but some patterns, cover a text.
fn about(these: &[Word], all_but: &[Word], text: &str, fold: bool) -> Tri {
    let covered = |words: &[Word]| Tri::any(words.iter().map(|word| word.covers(text, fold)));
    if all_but.is_empty() { covered(these) } else { covered(all_but).negate() }
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
