//! One word of a policy: an action, a resource, an identifier, the value of a condition.
//!
//! In: a value. Out: a [`Word`] that can be asked, with three-valued answers. An unknown word is tried
//! with what it could be; only where all tries agree is the answer sure.

use std::sync::Arc;

use crate::eval::{Data, EvalError, Partial, Reference, TemplatePart, Type, Unknown, Value, Why, kind_of};
use crate::schema;

use super::super::tri::Tri;

/// What stands for a part of a text that names one thing: no text of a policy holds it.
const PLAIN: &str = "\u{2}";
/// What stands for any other unknown part: something plain, everything, nothing, and what ends or begins
/// a part of an action or an ARN.
const TRIES: [&str; 6] = [PLAIN, "*", "", ":", ":*", "arn:*:*:*:*:*"];
/// How far branches of branches are followed.
pub(super) const MAX_DEPTH: u32 = 8;

/// A word of a policy.
#[derive(Clone, Debug)]
pub(super) enum Word {
    /// It is this text.
    Known(String),
    /// It is not known, or not whole.
    Open(Value),
}

pub(super) fn word(value: &Value) -> Word {
    match &value.data {
        Data::String(text) => Word::Known(text.to_string()),
        Data::Bool(flag) => Word::Known(flag.to_string()),
        Data::Number(number) => Word::Known(number.to_string()),
        Data::Unknown(unknown) if !matches!(unknown.ty, Type::String | Type::Any) => {
            // A list that is not known may hold any text: rules look for texts, not for lists.
            let any = Unknown { ty: Type::Any, ..Unknown::clone(unknown) };
            Word::Open(Value { data: Data::Unknown(any.into()), mark: value.mark.clone() })
        }
        Data::Unknown(_) => Word::Open(value.clone()),
        Data::Null(_) | Data::Sequence(_) | Data::Mapping(_) => Word::Open(Value::unknown(misplaced())),
    }
}

impl Word {
    /// Whether a test of its text holds: one that asks for stars, or for the parts of an action or an ARN.
    pub(super) fn is(&self, test: impl Fn(&str) -> bool) -> Tri {
        match self {
            Self::Known(text) => test(text).into(),
            Self::Open(value) => open(value, &test, &|parts| tried(parts, &test), 0),
        }
    }

    /// Whether it is this text, upper and lower case alike where `fold`.
    pub(super) fn is_text(&self, text: &str, fold: bool) -> Tri {
        let same = |it: &str| if fold { it.eq_ignore_ascii_case(text) } else { it == text };
        match self {
            Self::Known(known) => same(known).into(),
            Self::Open(value) => open(value, &same, &|parts| may_be(parts, text, fold), 0),
        }
    }

    /// Whether it stands for everything of its kind.
    pub(super) fn is_all(&self) -> Tri {
        self.is(|text| !text.is_empty() && text.chars().all(|c| c == '*'))
    }

    /// Whether it is a pattern that this text fits, upper and lower case alike where `fold`.
    pub(super) fn covers(&self, text: &str, fold: bool) -> Tri {
        let fits = |pattern: &str| {
            if fold {
                glob(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
            } else {
                glob(pattern, text)
            }
        };
        match self {
            // An identity is one name, and nobody knows which.
            Self::Open(value) if text != "*" && value.as_unknown().is_some_and(|it| is_identity(it)) => {
                value.as_unknown().map_or(Tri::False, |unknown| Tri::Unknown(unknown.why.clone()))
            }
            _ => self.is(fits),
        }
    }

    pub(super) fn value(&self) -> Value {
        match self {
            Self::Known(text) => Value::from(text.as_str()),
            Self::Open(value) => value.clone(),
        }
    }
}

/// The answer for an unknown text: `test` of each text that it may be, `whole` of one of which parts are
/// known, where `None` is no answer.
fn open(
    value: &Value,
    test: &dyn Fn(&str) -> bool,
    whole: &dyn Fn(&[TemplatePart]) -> Option<bool>,
    depth: u32,
) -> Tri {
    let unknown = match &value.data {
        Data::String(text) => return test(text).into(),
        Data::Bool(flag) => return test(&flag.to_string()).into(),
        Data::Number(number) => return test(&number.to_string()).into(),
        Data::Unknown(unknown) => unknown,
        Data::Null(_) | Data::Sequence(_) | Data::Mapping(_) => return Tri::Unknown(misplaced()),
    };
    let doubt = || Tri::Unknown(unknown.why.clone());
    match &unknown.partial {
        Some(Partial::Either(then, otherwise, _)) if depth < MAX_DEPTH => {
            let then = open(then, test, whole, depth + 1);
            let otherwise = open(otherwise, test, whole, depth + 1);
            if then == otherwise { then } else { doubt() }
        }
        Some(Partial::Template(parts)) if parts.iter().all(is_sure) => test(&filled(parts, PLAIN)).into(),
        Some(Partial::Template(parts)) => whole(parts).map_or_else(doubt, Tri::from),
        None if is_identity(unknown) => test(PLAIN).into(),
        _ => doubt(),
    }
}

fn misplaced() -> Why {
    Why::Error(Arc::new(EvalError::new("a policy has something else where a text belongs")))
}

/// Whether a part of a text is known, or names one thing.
fn is_sure(part: &TemplatePart) -> bool {
    match part {
        TemplatePart::Text(_) => true,
        TemplatePart::Unknown(value) => value.as_unknown().is_some_and(|it| is_identity(it)),
    }
}

/// The one answer to a test for whatever the unknown parts are tried with.
fn tried(parts: &[TemplatePart], test: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut answers = TRIES.iter().map(|fill| test(&filled(parts, fill)));
    let first = answers.next()?;
    answers.all(|answer| answer == first).then_some(first)
}

/// No where the known start or end of a text differs: nothing else proves that it is, or is not, this one.
fn may_be(parts: &[TemplatePart], text: &str, fold: bool) -> Option<bool> {
    let cased = |text: &str| if fold { text.to_ascii_lowercase() } else { text.to_owned() };
    let known = |part: Option<&TemplatePart>| match part {
        Some(TemplatePart::Text(text)) => cased(text),
        _ => String::new(),
    };
    let (start, end, text) = (known(parts.first()), known(parts.last()), cased(text));
    let fits = text.len() >= start.len() + end.len() && text.starts_with(&start) && text.ends_with(&end);
    (!fits).then_some(false)
}

/// The text with something plain for identities, and `fill` for the rest.
fn filled(parts: &[TemplatePart], fill: &str) -> String {
    let piece = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => Arc::clone(text),
        TemplatePart::Unknown(value) if value.as_unknown().is_some_and(|it| is_identity(it)) => PLAIN.into(),
        TemplatePart::Unknown(_) => fill.into(),
    };
    parts.iter().map(piece).collect::<Vec<_>>().concat()
}

/// Whether an unknown text certainly names one thing: it is made from attributes that do, and no
/// condition chooses something else in their place.
pub(super) fn is_identity(unknown: &Unknown) -> bool {
    let made_from = |reference: &Reference| {
        let (Why::Computed(path) | Why::DataSource(path)) = &unknown.why else { return false };
        let rest = path.strip_prefix(&*reference.address).map(|rest| rest.trim_start_matches('.'));
        rest == Some(&*reference.attribute)
    };
    unknown.partial.is_none() && unknown.refers.iter().all(names_one) && unknown.refers.iter().any(made_from)
}

/// Whether an attribute names one thing, by what the provider says: an ARN, an id or a name is never
/// a wildcard. What a parameter, a remote state or any other store holds may be.
fn names_one(reference: &Reference) -> bool {
    let (kind, data) = kind_of(&reference.address);
    let known = if data { schema::data(kind) } else { schema::resource(kind) };
    let name = &*reference.attribute;
    let names = matches!(name, "" | "arn" | "id" | "name" | "bucket");
    known.is_some() && (names || name.ends_with("_arn") || name.ends_with("_id"))
}

/// Whether a text fits a pattern of `*` and `?`. The time it takes is bounded by the product of both
/// lengths.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == c => {
                p += 1;
                t += 1;
            }
            // The last star takes one character more.
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).unwrap_or(&[]).iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_iam_reads_them() {
        for (pattern, text) in [
            ("*", ""),
            ("s3:*", "s3:GetObject"),
            ("s3:Get*t", "s3:GetObject"),
            ("s3:???", "s3:Get"),
            ("**c*", "bc"),
        ] {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "a"), ("s3:?", "s3:"), ("s3:Get*x", "s3:GetObject"), ("a", "A"), ("arn:*", "*")]
        {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
        let (stars, long) = ("a*".repeat(300), "a".repeat(3_000));
        assert!(!glob(&format!("{stars}b"), &long));
    }
}
