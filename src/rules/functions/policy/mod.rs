//! Policies of AWS, normalised, and questions about them.
//!
//! In: JSON text (also with unknown parts), or an object. Out: statements whose words are known,
//! partly known, or unknown, and three-valued answers. A policy is the same in whatever form it was
//! written; what is unknown in it hides nothing of the rest.

mod accounts;
mod statement;
pub(super) mod text;
mod word;
mod words;

use std::sync::Arc;

use crate::eval::{Data, EvalError, OpenList, Partial, Value, Why, convert};

use super::tri::Tri;
pub(in crate::rules) use accounts::{Ours, accounts};
use statement::{Statement, of};

/// Statements that are looked at. A policy with more is never called sound.
const MAX_STATEMENTS: usize = 10_000;
/// How deep policies in policies are followed.
const MAX_DEPTH: u32 = 8;

/// A policy's statements, and why there may be more.
#[derive(Clone, Debug, Default)]
pub(super) struct Policy {
    statements: Vec<Statement>,
    /// What statements are like that may be there, none, one or many, and why that is open.
    possible: Vec<(Statement, Why)>,
    /// Statements of which nothing is known.
    open: Vec<Why>,
    /// Why the policy as a whole can't be known.
    unknown: Option<Why>,
}

/// Asks a question of a policy, in whatever it is written.
pub(super) fn ask(value: &Value, question: &dyn Fn(&Policy) -> Tri) -> Tri {
    either(value, question, 0)
}

/// Of a policy that is one of two the answer is sure where it is the same for both.
fn either(value: &Value, question: &dyn Fn(&Policy) -> Tri, depth: u32) -> Tri {
    if let Data::Unknown(unknown) = &value.data
        && let Some(Partial::Either(then, otherwise, _)) = &unknown.partial
        && depth < MAX_DEPTH
    {
        let then = either(then, question, depth + 1);
        let otherwise = either(otherwise, question, depth + 1);
        return if then == otherwise { then } else { Tri::Unknown(unknown.why.clone()) };
    }
    question(&Policy::read(value))
}

fn wrong(message: &str) -> Why {
    Why::Error(Arc::new(EvalError::new(message)))
}

impl Policy {
    fn doubtful(why: Why) -> Self {
        Self { unknown: Some(why), ..Self::default() }
    }

    fn parse(text: &str, holes: &[Value], depth: u32) -> Self {
        if text.trim().is_empty() {
            return Self::default();
        }
        if let Ok(json) = serde_json::from_str::<serde_json::Value>(text) {
            return Self::structured(&text::from_json(&json, holes), depth);
        }
        let first = holes.first().and_then(Value::as_unknown).map(|it| it.why.clone());
        Self::doubtful(first.unwrap_or_else(|| wrong("the policy is not valid JSON")))
    }

    fn structured(value: &Value, depth: u32) -> Self {
        let mut policy = Self::default();
        match (of(value, "Statement"), value.as_unknown()) {
            (Some(found), _) if found.as_items().is_some() || found.as_open().is_some() => {
                let mut items = OpenList::default();
                items.extend(found);
                let why = found.as_unknown().map(|unknown| &unknown.why);
                for (item, sure, _) in items.iter().take(MAX_STATEMENTS) {
                    policy.add(item, why.filter(|_| !sure), depth);
                }
                if items.len() > MAX_STATEMENTS {
                    policy.open.push(wrong("the policy has more statements than are read"));
                }
            }
            (Some(found), _) => policy.add(found, None, depth),
            (None, Some(unknown)) => policy.unknown = Some(unknown.why.clone()),
            (None, None) => {}
        }
        policy
    }

    /// Adds a statement that is there, or that may be where there is a `doubt`.
    fn add(&mut self, statement: &Value, doubt: Option<&Why>, depth: u32) {
        match &statement.data {
            Data::Mapping(_) => self.push(Statement::read(statement), doubt),
            // A document that was merged into this one without being known whole.
            Data::Unknown(unknown) if unknown.partial.is_some() && depth < MAX_DEPTH => {
                let inner = Self::at(statement, depth + 1);
                for each in inner.statements {
                    self.push(each, doubt);
                }
                self.possible.extend(inner.possible);
                self.open.extend(inner.open.into_iter().chain(inner.unknown));
            }
            Data::Unknown(unknown) => self.open.push(unknown.why.clone()),
            Data::Null(_) => {}
            _ => self.open.push(wrong("a statement of the policy is no object")),
        }
    }

    fn push(&mut self, statement: Statement, doubt: Option<&Why>) {
        match doubt {
            Some(why) => self.possible.push((statement, why.clone())),
            None => self.statements.push(statement),
        }
    }

    /// Reads a policy from whatever it is written in.
    pub(super) fn read(value: &Value) -> Self {
        Self::at(value, 0)
    }

    fn at(value: &Value, depth: u32) -> Self {
        match &value.data {
            Data::String(text) => Self::parse(text, &[], depth),
            Data::Mapping(_) => Self::structured(value, depth),
            Data::Unknown(unknown) => match &unknown.partial {
                Some(Partial::Json(inner)) => Self::structured(inner, depth),
                Some(Partial::Template(parts)) => {
                    let (text, holes) = text::with_marks(parts);
                    Self::parse(&text, &holes, depth)
                }
                Some(Partial::Either(..) | Partial::List(_) | Partial::AtLeast(_)) | None => {
                    Self::doubtful(unknown.why.clone())
                }
            },
            _ => Self::default(),
        }
    }

    fn any(&self, test: impl Fn(&Statement) -> Tri) -> Tri {
        let open = self.open.iter().chain(&self.unknown).next();
        let possible = || {
            Tri::any(self.possible.iter().map(|(each, why)| match test(each) {
                Tri::False => Tri::False,
                _ => Tri::Unknown(why.clone()),
            }))
        };
        Tri::any(self.statements.iter().map(&test))
            .or(possible)
            .or(|| open.cloned().map_or(Tri::False, Tri::Unknown))
    }

    /// Some Allow grants every action on every resource.
    pub(super) fn allows_all(&self) -> Tri {
        self.any(|each| each.effect("Allow").and(|| each.all_actions()).and(|| each.all_resources()))
    }

    /// Some Allow covers this action on this resource; `*` as the resource is all of them.
    pub(super) fn allows(&self, action: &str, resource: &str) -> Tri {
        self.any(|each| each.effect("Allow").and(|| each.acts(action)).and(|| each.reaches(resource)))
    }

    /// Some Allow has a public principal and no restricting condition.
    pub(super) fn allows_public(&self) -> Tri {
        self.any(|each| each.effect("Allow").and(|| each.is_public()).and(|| each.is_restricted().negate()))
    }

    /// Some Deny refuses everybody who comes without TLS.
    pub(super) fn denies_insecure_transport(&self) -> Tri {
        self.any(|each| {
            each.effect("Deny")
                .and(|| each.names_everyone())
                .and(|| each.all_of_a_service())
                .and(|| each.has_conditions(1))
                .and(|| each.demands(&["bool", "boolifexists"], "aws:securetransport"))
        })
    }

    /// Some Deny refuses who comes without a second factor.
    pub(super) fn requires_mfa(&self) -> Tri {
        self.any(|each| {
            each.effect("Deny").and(|| each.demands(&["bool", "boolifexists"], "aws:multifactorauthpresent"))
        })
    }

    /// The statements as rules see them; one that can't be known is an unknown among them.
    pub(super) fn into_value(self) -> Value {
        if let Some(why) = self.unknown {
            return Value::unknown(why);
        }
        let statements = self.statements.iter().map(Statement::value);
        let Some((_, why)) = self.possible.first() else {
            return Value::tuple(statements.chain(self.open.into_iter().map(Value::unknown)).collect());
        };
        let why = why.clone();
        let mut list = OpenList::default();
        for statement in statements {
            list.push(statement);
        }
        for (statement, _) in &self.possible {
            list.push_maybe(statement.value());
        }
        for why in self.open {
            list.push_maybe(Value::unknown(why));
        }
        list.into_value(why)
    }
}

/// Whether a policy allows an action on a resource, as a rule asks it.
pub(super) fn allows(policy: &Value, action: &Value, resource: &Value) -> Result<Value, EvalError> {
    let text = |value: &Value| convert::to_text(value).ok().and_then(|it| it.as_str().map(str::to_owned));
    let (Some(action), Some(resource)) = (text(action), text(resource)) else {
        return Err(EvalError::new("policy_allows takes an action and a resource as strings"));
    };
    Ok(ask(policy, &|policy| policy.allows(&action, &resource)).into_value())
}

#[cfg(test)]
mod tests;
