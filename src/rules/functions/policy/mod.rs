//! Policy texts, normalised, and questions about them.
//!
//! In: JSON text, text with unknown parts, or an object. Out: statements whose words are known,
//! partly known, or unknown, and three-valued answers.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::eval::{Data, EvalError, Partial, Reference, TemplatePart, Value, Why, kind_of};
use crate::schema;

use super::network::world_text;
use super::tri::Tri;

/// Marks an unknown part of a text: a private-use character, its number, another.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';
const MAX_STATEMENTS: usize = 10_000;

#[derive(Clone, Debug)]
enum Word {
    Known(String),
    /// Has known text around the unknown part, or names a resource: certainly no bare wildcard.
    Partly(Value),
    Unknown(Why, Value),
}

impl Word {
    fn is(&self, test: impl Fn(&str) -> bool) -> Tri {
        match self {
            Self::Known(text) => test(text).into(),
            Self::Partly(_) => Tri::False,
            Self::Unknown(why, _) => Tri::Unknown(why.clone()),
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Known(text) => Value::from(text.as_str()),
            Self::Partly(value) | Self::Unknown(_, value) => value.clone(),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Statement {
    sid: Vec<Word>,
    effect: Vec<Word>,
    actions: Vec<Word>,
    not_actions: Vec<Word>,
    resources: Vec<Word>,
    not_resources: Vec<Word>,
    principals: Vec<(String, Vec<Word>)>,
    not_principals: Vec<(String, Vec<Word>)>,
    conditions: Vec<(String, String, Vec<Word>)>,
    unknown: Option<Why>,
}

/// A policy's statements, and why there may be more.
#[derive(Clone, Debug, Default)]
pub(super) struct Policy {
    statements: Vec<Statement>,
    unknown: Option<Why>,
}

/// Whether an attribute names one thing, by what the provider says: an ARN, an id or a name is never
/// a wildcard. What a parameter, a remote state or any other store holds may be.
fn is_identity(reference: &Reference) -> bool {
    let (kind, data) = kind_of(&reference.address);
    let known = if data { schema::data(kind) } else { schema::resource(kind) };
    let name = &*reference.attribute;
    let names = matches!(name, "" | "arn" | "id" | "name" | "bucket");
    known.is_some() && (names || name.ends_with("_arn") || name.ends_with("_id"))
}

fn words(value: Option<&Value>) -> Vec<Word> {
    let Some(value) = value else { return Vec::new() };
    match &value.data {
        Data::Null | Data::Mapping(_) => Vec::new(),
        Data::String(text) => vec![Word::Known(text.to_string())],
        Data::Bool(flag) => vec![Word::Known(flag.to_string())],
        Data::Number(crate::eval::Number::Int(number)) => vec![Word::Known(number.to_string())],
        Data::Number(_) => vec![Word::Partly(value.clone())],
        Data::Sequence(sequence) => sequence
            .items
            .iter()
            .filter(|item| item.as_items().is_none())
            .flat_map(|item| words(Some(item)))
            .collect(),
        Data::Unknown(unknown) => {
            let telling = match &unknown.partial {
                Some(Partial::Template(parts)) => parts.iter().any(|part| {
                    matches!(part, TemplatePart::Text(text) if text.chars().any(|c| !matches!(c, '*' | '?' | ':')))
                }),
                _ => !unknown.refers.is_empty() && unknown.refers.iter().all(is_identity),
            };
            vec![if telling {
                Word::Partly(value.clone())
            } else {
                Word::Unknown(unknown.why.clone(), value.clone())
            }]
        }
    }
}

fn principals(value: Option<&Value>) -> Vec<(String, Vec<Word>)> {
    let Some(value) = value else { return Vec::new() };
    match &value.data {
        Data::Mapping(entries) => {
            entries.iter().map(|(kind, who)| (kind.to_string(), words(Some(who)))).collect()
        }
        Data::Null => Vec::new(),
        _ => vec![("*".to_owned(), words(Some(value)))],
    }
}

fn statement(value: &Value) -> Statement {
    let Some(entries) = value.as_entries() else {
        return Statement { unknown: value.as_unknown().map(|it| it.why.clone()), ..Statement::default() };
    };
    let mut conditions = Vec::new();
    let mut unknown = None;
    match entries.get("Condition").map(|it| &it.data) {
        Some(Data::Mapping(tests)) => {
            for (test, variables) in tests.iter() {
                match &variables.data {
                    Data::Mapping(variables) => {
                        for (variable, values) in variables.iter() {
                            conditions.push((test.to_string(), variable.to_string(), words(Some(values))));
                        }
                    }
                    Data::Unknown(it) => unknown = Some(it.why.clone()),
                    _ => {}
                }
            }
        }
        Some(Data::Unknown(it)) => unknown = Some(it.why.clone()),
        _ => {}
    }
    Statement {
        sid: words(entries.get("Sid")),
        effect: words(entries.get("Effect")),
        actions: words(entries.get("Action")),
        not_actions: words(entries.get("NotAction")),
        resources: words(entries.get("Resource")),
        not_resources: words(entries.get("NotResource")),
        principals: principals(entries.get("Principal")),
        not_principals: principals(entries.get("NotPrincipal")),
        conditions,
        unknown,
    }
}

/// Joins the parts of a text; an unknown part becomes a numbered mark, quoted where JSON needs it.
fn with_marks(parts: &[TemplatePart]) -> (String, Vec<Value>) {
    let (mut text, mut holes) = (String::new(), Vec::new());
    let (mut quoted, mut escaped) = (false, false);
    for part in parts {
        match part {
            TemplatePart::Text(known) => {
                for c in known.chars() {
                    match c {
                        _ if escaped => escaped = false,
                        '\\' if quoted => escaped = true,
                        '"' => quoted = !quoted,
                        _ => {}
                    }
                }
                text.push_str(known);
            }
            TemplatePart::Unknown(value) => {
                let quote = if quoted { "" } else { "\"" };
                let _ = write!(text, "{quote}{OPEN}{}{CLOSE}{quote}", holes.len());
                holes.push(value.clone());
            }
        }
    }
    (text, holes)
}

fn unmark(text: &str, holes: &[Value]) -> Value {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((number, after)) = after.split_once(CLOSE) else { break };
        if !before.is_empty() {
            parts.push(TemplatePart::Text(before.into()));
        }
        if let Some(value) = number.parse::<usize>().ok().and_then(|at| holes.get(at)) {
            parts.push(TemplatePart::Unknown(value.clone()));
        }
        rest = after;
    }
    if parts.is_empty() {
        return Value::from(text);
    }
    if !rest.is_empty() {
        parts.push(TemplatePart::Text(rest.into()));
    }
    let first = parts.iter().find_map(|part| match part {
        TemplatePart::Unknown(value) => Some(value.clone()),
        TemplatePart::Text(_) => None,
    });
    let Some(first) = first else { return Value::from(text) };
    if parts.len() == 1 {
        return first;
    }
    match &first.data {
        Data::Unknown(unknown) => {
            let mut unknown = (**unknown).clone();
            unknown.partial = Some(Partial::Template(parts));
            Data::Unknown(Arc::new(unknown)).into()
        }
        _ => first,
    }
}

fn from_json(json: &serde_json::Value, holes: &[Value]) -> Value {
    match json {
        serde_json::Value::Null => Value::NULL,
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::from(number.to_string()), Value::from)
        }
        serde_json::Value::String(text) => unmark(text, holes),
        serde_json::Value::Array(items) => {
            Value::tuple(items.iter().map(|it| from_json(it, holes)).collect())
        }
        serde_json::Value::Object(entries) => {
            Value::object(entries.iter().map(|(key, it)| (Arc::from(key.as_str()), from_json(it, holes))))
        }
    }
}

impl Policy {
    fn doubtful(why: Why) -> Self {
        Self { statements: Vec::new(), unknown: Some(why) }
    }

    fn parse(text: &str, holes: &[Value]) -> Self {
        if text.trim().is_empty() {
            return Self::default();
        }
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(json) => Self::structured(&from_json(&json, holes)),
            Err(_) => {
                let first = holes.first().and_then(Value::as_unknown).map(|it| it.why.clone());
                Self::doubtful(
                    first.unwrap_or_else(|| {
                        Why::Error(Arc::new(EvalError::new("the policy is not valid JSON")))
                    }),
                )
            }
        }
    }

    fn structured(value: &Value) -> Self {
        let Some(found) = value.get("Statement") else {
            return Self { statements: Vec::new(), unknown: value.as_unknown().map(|it| it.why.clone()) };
        };
        match &found.data {
            Data::Sequence(sequence) => Self {
                statements: sequence.items.iter().take(MAX_STATEMENTS).map(statement).collect(),
                unknown: None,
            },
            Data::Mapping(_) => Self { statements: vec![statement(found)], unknown: None },
            Data::Unknown(unknown) => Self::doubtful(unknown.why.clone()),
            _ => Self::default(),
        }
    }

    /// Reads a policy from whatever it is written in.
    pub(super) fn read(value: &Value) -> Self {
        match &value.data {
            Data::String(text) => Self::parse(text, &[]),
            Data::Mapping(_) => Self::structured(value),
            Data::Unknown(unknown) => match &unknown.partial {
                Some(Partial::Json(inner)) => Self::structured(inner),
                Some(Partial::Template(parts)) => {
                    let (text, holes) = with_marks(parts);
                    Self::parse(&text, &holes)
                }
                None => Self::doubtful(unknown.why.clone()),
            },
            _ => Self::default(),
        }
    }

    fn any(&self, test: impl Fn(&Statement) -> Tri) -> Tri {
        let more = self.unknown.clone().map_or(Tri::False, Tri::Unknown);
        Tri::any(self.statements.iter().map(|each| match &each.unknown {
            Some(why) if each.effect.is_empty() => Tri::Unknown(why.clone()),
            _ => test(each),
        }))
        .or(|| more)
    }

    /// Some Allow grants every action on every resource.
    pub(super) fn allows_all(&self) -> Tri {
        self.any(|each| {
            each.effect("Allow")
                .and(|| Tri::any(each.actions.iter().map(|word| word.is(|it| it == "*" || it == "*:*"))))
                .and(|| Tri::any(each.resources.iter().map(|word| word.is(|it| it == "*"))))
        })
    }

    /// Some Allow has a public principal and no restricting condition.
    pub(super) fn allows_public(&self) -> Tri {
        self.any(|each| each.effect("Allow").and(|| each.is_public()).and(|| each.is_restricted().negate()))
    }

    /// Some Deny refuses everybody who comes without TLS.
    pub(super) fn denies_insecure_transport(&self) -> Tri {
        self.any(|each| {
            each.effect("Deny")
                .and(|| each.is_public())
                .and(|| {
                    Tri::any(each.actions.iter().map(|word| word.is(|it| it == "*" || it.ends_with(":*"))))
                })
                .and(|| each.demands(&["bool", "boolifexists"], "aws:securetransport"))
        })
    }

    /// Some Deny refuses who comes without a second factor.
    pub(super) fn requires_mfa(&self) -> Tri {
        self.any(|each| {
            each.effect("Deny").and(|| each.demands(&["bool", "boolifexists"], "aws:multifactorauthpresent"))
        })
    }

    /// The statements as rules see them.
    pub(super) fn into_value(self) -> Value {
        if let Some(why) = self.unknown {
            return Value::unknown(why);
        }
        Value::tuple(self.statements.iter().map(Statement::value).collect())
    }
}

fn restricting(variable: &str) -> bool {
    matches!(
        variable,
        "aws:principalorgid"
            | "aws:principalorgpaths"
            | "aws:principalaccount"
            | "aws:principalarn"
            | "aws:sourceaccount"
            | "aws:sourcearn"
            | "aws:sourceorgid"
            | "aws:sourceorgpaths"
            | "aws:sourceowner"
            | "aws:sourcevpc"
            | "aws:sourcevpce"
            | "aws:vpceaccount"
            | "kms:calleraccount"
            | "s3:dataaccesspointaccount"
            | "lambda:functionurlauthtype"
            | "aws:sourceip"
    )
}

/// Whether a condition value narrows who may come.
fn narrows(variable: &str, text: &str) -> bool {
    if text.chars().all(|c| matches!(c, '*' | '?')) {
        return false;
    }
    match variable {
        "aws:sourceip" => !world_text(text),
        "lambda:functionurlauthtype" => text == "AWS_IAM",
        _ if text.starts_with("arn:") => {
            let account = text.split(':').nth(4).unwrap_or("");
            // A bucket's ARN has no account; its name is fixed instead.
            let resource = text.split(':').nth(5).unwrap_or("*");
            if account.is_empty() { !resource.starts_with('*') } else { !account.contains(['*', '?']) }
        }
        _ => true,
    }
}

impl Statement {
    fn effect(&self, wanted: &str) -> Tri {
        Tri::any(self.effect.iter().map(|word| word.is(|it| it == wanted)))
    }

    fn is_public(&self) -> Tri {
        if !self.not_principals.is_empty() {
            return Tri::True;
        }
        Tri::any(
            self.principals
                .iter()
                .filter(|(kind, _)| kind == "*" || kind == "AWS")
                .flat_map(|(_, who)| who.iter().map(|word| word.is(|it| it == "*"))),
        )
    }

    fn is_restricted(&self) -> Tri {
        let sure = Tri::any(self.conditions.iter().map(|(test, variable, values)| {
            let test = test.to_ascii_lowercase();
            let test = test.strip_prefix("foranyvalue:").unwrap_or(&test);
            let positive = matches!(
                test,
                "stringequals"
                    | "stringequalsignorecase"
                    | "stringlike"
                    | "arnequals"
                    | "arnlike"
                    | "ipaddress"
            );
            let variable = variable.to_ascii_lowercase();
            if !positive || !restricting(&variable) || values.is_empty() {
                return Tri::False;
            }
            Tri::all(values.iter().map(|word| match word {
                Word::Known(text) => narrows(&variable, text).into(),
                Word::Partly(_) => Tri::True,
                Word::Unknown(why, _) => Tri::Unknown(why.clone()),
            }))
        }));
        sure.or(|| self.unknown.clone().map_or(Tri::False, Tri::Unknown))
    }

    /// Whether a condition of one of these operators holds where `variable` is false.
    fn demands(&self, tests: &[&str], variable: &str) -> Tri {
        let sure = Tri::any(self.conditions.iter().map(|(test, name, values)| {
            if !tests.contains(&test.to_ascii_lowercase().as_str()) || !name.eq_ignore_ascii_case(variable) {
                return Tri::False;
            }
            Tri::any(values.iter().map(|word| word.is(|it| it.eq_ignore_ascii_case("false"))))
        }));
        sure.or(|| self.unknown.clone().map_or(Tri::False, Tri::Unknown))
    }

    fn value(&self) -> Value {
        let list = |words: &[Word]| Value::list(words.iter().map(Word::value).collect());
        let one = |words: &[Word]| words.first().map_or(Value::NULL, Word::value);
        let who = |all: &[(String, Vec<Word>)]| {
            Value::list(
                all.iter()
                    .map(|(kind, ids)| {
                        Value::object([
                            (Arc::from("type"), Value::from(kind.as_str())),
                            (Arc::from("identifiers"), list(ids)),
                        ])
                    })
                    .collect(),
            )
        };
        let conditions = self.conditions.iter().map(|(test, variable, values)| {
            Value::object([
                (Arc::from("test"), Value::from(test.as_str())),
                (Arc::from("variable"), Value::from(variable.as_str())),
                (Arc::from("values"), list(values)),
            ])
        });
        let conditions = match &self.unknown {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Type, Unknown};

    /// A policy with one statement whose action is read from an attribute.
    fn action_from(address: &str, attribute: &str) -> Policy {
        let refers = vec![Reference { address: address.into(), attribute: attribute.into() }];
        let why = Why::Computed(address.into());
        let word = Unknown { ty: Type::String, why, refers, not_null: true, partial: None };
        let pairs = [
            ("Effect", "Allow".into()),
            ("Action", Value::from(Data::Unknown(word.into()))),
            ("Resource", "*".into()),
        ];
        let statement = Value::object(pairs.map(|(name, value)| (Arc::from(name), value)));
        Policy::read(&Value::object([(Arc::from("Statement"), statement)]))
    }

    #[test]
    fn a_word_from_a_store_may_be_a_wildcard_and_an_identity_is_none() {
        for (address, attribute) in [
            ("data.aws_ssm_parameter.actions", "value"),
            ("module.a.data.external.x", "result"),
            ("data.terraform_remote_state.x", "outputs"),
            ("terraform_data.x", "output"),
            ("aws_ssm_parameter.x", "value"),
        ] {
            let answer = action_from(address, attribute).allows_all();
            assert!(matches!(answer, Tri::Unknown(_)), "{address}.{attribute}: {answer:?}");
        }
        for (address, attribute) in [
            ("data.aws_iam_role.x", "arn"),
            ("aws_s3_bucket.x", "arn"),
            ("data.aws_caller_identity.x", "account_id"),
        ] {
            assert_eq!(action_from(address, attribute).allows_all(), Tri::False, "{address}.{attribute}");
        }
    }
}
