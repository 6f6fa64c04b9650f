//! One word of a policy: an action, a resource, an identifier, the value of a condition.
//!
//! In: a value. Out: a [`Word`] that can be asked, with three-valued answers. An unknown word is tried
//! with what it could be; only where all tries agree is the answer sure.

use std::sync::Arc;

use crate::eval::{Data, EvalError, Partial, Reference, TemplatePart, Type, Unknown, Value, Why, kind_of};
use crate::schema;

use super::super::tri::Tri;

/// What stands for the unknown part of a text: something plain, everything, nothing.
const TRIES: [&str; 3] = ["x", "*", ""];
/// How far branches of branches are followed.
const MAX_DEPTH: u32 = 8;

/// A word of a policy.
#[derive(Clone, Debug)]
pub(super) enum Word {
    /// It is this text.
    Known(String),
    /// It is not known, or not whole.
    Open(Value),
}

/// The words of a string or a list of strings, each once, the known ones in order.
pub(super) fn words(value: Option<&Value>) -> Vec<Word> {
    let mut found = Vec::new();
    match value.map(|value| (&value.data, value)) {
        None | Some((Data::Null(_), _)) => {}
        Some((Data::Sequence(sequence), _)) => found.extend(sequence.items.iter().map(word)),
        Some((_, value)) if value.as_open().is_some() => found.extend(value.elements().iter().map(word)),
        Some((_, value)) => found.push(word(value)),
    }
    let mut known: Vec<String> = Vec::new();
    let mut open: Vec<Word> = Vec::new();
    for word in found {
        match word {
            Word::Known(text) => known.push(text),
            word @ Word::Open(_) => open.push(word),
        }
    }
    known.sort();
    known.dedup();
    known.into_iter().map(Word::Known).chain(open).collect()
}

fn word(value: &Value) -> Word {
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
        Data::Null(_) | Data::Sequence(_) | Data::Mapping(_) => {
            Word::Open(Value::error(EvalError::new("a policy has something else where a text belongs")))
        }
    }
}

impl Word {
    /// Whether a test of its text holds.
    pub(super) fn is(&self, test: impl Fn(&str) -> bool) -> Tri {
        match self {
            Self::Known(text) => test(text).into(),
            Self::Open(value) => open(value, &test, 0),
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

fn open(value: &Value, test: &dyn Fn(&str) -> bool, depth: u32) -> Tri {
    let unknown = match &value.data {
        Data::String(text) => return test(text).into(),
        Data::Unknown(unknown) => unknown,
        _ => return Tri::False,
    };
    let doubt = || Tri::Unknown(unknown.why.clone());
    match &unknown.partial {
        Some(Partial::Either(then, otherwise)) if depth < MAX_DEPTH => {
            let then = open(then, test, depth + 1);
            let otherwise = open(otherwise, test, depth + 1);
            if then == otherwise { then } else { doubt() }
        }
        Some(Partial::Template(parts)) => {
            let sure = parts.iter().all(|part| match part {
                TemplatePart::Text(_) => true,
                TemplatePart::Unknown(value) => value.as_unknown().is_some_and(|it| is_identity(it)),
            });
            let tries = if sure { TRIES.get(..1) } else { TRIES.get(..) };
            let mut answers = tries.unwrap_or(&[]).iter().map(|fill| test(&filled(parts, fill)));
            let first = answers.next().unwrap_or(false);
            if answers.all(|answer| answer == first) { first.into() } else { doubt() }
        }
        None if is_identity(unknown) => test("x").into(),
        _ => doubt(),
    }
}

/// The text with something plain for identities, and `fill` for the rest.
fn filled(parts: &[TemplatePart], fill: &str) -> String {
    let piece = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => Arc::clone(text),
        TemplatePart::Unknown(value) if value.as_unknown().is_some_and(|it| is_identity(it)) => "x".into(),
        TemplatePart::Unknown(_) => fill.into(),
    };
    parts.iter().map(piece).collect::<Vec<_>>().concat()
}

/// Whether an unknown text certainly names one thing: it is made from attributes that do, and no
/// condition chooses something else in their place.
fn is_identity(unknown: &Unknown) -> bool {
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
