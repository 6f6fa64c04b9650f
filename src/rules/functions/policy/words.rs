//! All words of one key of a policy, and all principals.
//!
//! In: the value of the key: a text, a list, or what is not known of them. Out: words that are there,
//! words that may be, or one of two sets of words, and three-valued answers about them.

use std::sync::Arc;

use crate::eval::{Data, OpenList, Partial, Type, Unknown, Value, Why};

use super::super::tri::Tri;
use super::word::{MAX_DEPTH, Word, is_identity, word};

/// The words of a string or a list of strings, each once, the known ones in order.
#[derive(Clone, Debug)]
pub(super) enum Words {
    /// These.
    List(Vec<Word>),
    /// Some that are there, and what others are like, of which there may be none.
    Open(Vec<Word>, Vec<Word>, Why),
    /// Those of one of two branches.
    Either(Why, Box<Self>, Box<Self>),
}

impl Default for Words {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

fn sorted(items: &[Value]) -> Vec<Word> {
    let mut known: Vec<String> = Vec::new();
    let mut open: Vec<Word> = Vec::new();
    for item in items {
        match word(item) {
            Word::Known(text) => known.push(text),
            word @ Word::Open(_) => open.push(word),
        }
    }
    known.sort();
    known.dedup();
    known.into_iter().map(Word::Known).chain(open).collect()
}

/// Whether a value is one text, whichever it is.
fn is_single(value: &Value, depth: u32) -> bool {
    match &value.data {
        Data::String(_) | Data::Bool(_) | Data::Number(_) => true,
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Either(then, otherwise, _)) if depth < MAX_DEPTH => {
                is_single(then, depth + 1) && is_single(otherwise, depth + 1)
            }
            _ => matches!(unknown.ty, Type::String | Type::Bool | Type::Number) || is_identity(unknown),
        },
        Data::Null(_) | Data::Sequence(_) | Data::Mapping(_) => false,
    }
}

/// The two branches of a value that is one of two, at least one of them more than a text.
fn branches(unknown: &Unknown, depth: u32) -> Option<(&Value, &Value)> {
    match &unknown.partial {
        Some(Partial::Either(then, otherwise, _)) if depth < MAX_DEPTH => Some((then, otherwise)),
        _ => None,
    }
}

/// What holds for both branches.
fn agreed(why: &Why, then: Tri, otherwise: &Tri) -> Tri {
    if then == *otherwise { then } else { Tri::Unknown(why.clone()) }
}

/// A list that is one of two.
fn either(why: &Why, then: Value, otherwise: Value) -> Value {
    let ty = Type::List(Box::default());
    let partial = Some(Partial::Either(then, otherwise, None));
    let unknown = Unknown { ty, why: why.clone(), refers: Vec::new(), made: false, not_null: true, partial };
    Data::Unknown(Arc::new(unknown)).into()
}

impl Words {
    pub(super) fn read(value: Option<&Value>) -> Self {
        value.map_or_else(Self::default, |value| Self::of(value, 0))
    }

    fn of(value: &Value, depth: u32) -> Self {
        match &value.data {
            Data::Null(_) => Self::default(),
            Data::Sequence(sequence) => Self::List(sorted(&sequence.items)),
            _ if is_single(value, depth) => Self::List(vec![word(value)]),
            Data::Unknown(unknown) => {
                if let Some((then, otherwise)) = branches(unknown, depth) {
                    let (then, otherwise) = (Self::of(then, depth + 1), Self::of(otherwise, depth + 1));
                    return Self::Either(unknown.why.clone(), Box::new(then), Box::new(otherwise));
                }
                let (sure, maybe) = match value.as_open() {
                    Some(open) => (sorted(open.sure()), sorted(open.maybe())),
                    None => (Vec::new(), vec![word(value)]),
                };
                Self::Open(sure, maybe, unknown.why.clone())
            }
            _ => Self::List(vec![word(value)]),
        }
    }

    /// Whether a test holds for one of them.
    pub(super) fn any(&self, test: &dyn Fn(&Word) -> Tri) -> Tri {
        match self {
            Self::List(words) => Tri::any(words.iter().map(test)),
            Self::Open(sure, maybe, why) => {
                let others = || Tri::any(maybe.iter().map(test));
                Tri::any(sure.iter().map(test)).or(|| match others() {
                    Tri::False => Tri::False,
                    _ => Tri::Unknown(why.clone()),
                })
            }
            Self::Either(why, then, otherwise) => agreed(why, then.any(test), &otherwise.any(test)),
        }
    }

    /// Whether there is one at least.
    pub(super) fn given(&self) -> Tri {
        match self {
            Self::List(words) => Tri::from(!words.is_empty()),
            Self::Open(sure, _, why) if sure.is_empty() => Tri::Unknown(why.clone()),
            Self::Open(..) => Tri::True,
            Self::Either(why, then, otherwise) => agreed(why, then.given(), &otherwise.given()),
        }
    }

    /// Whether there is one at least, and a test holds for all of them.
    pub(super) fn all(&self, test: &dyn Fn(&Word) -> Tri) -> Tri {
        match self {
            Self::Either(why, then, otherwise) => agreed(why, then.all(test), &otherwise.all(test)),
            _ => self.given().and(|| self.any(&|word| test(word).negate()).negate()),
        }
    }

    /// Calls `with` for each, and with why it may not be there, where that is not sure.
    pub(super) fn each(&self, doubt: Option<&Why>, with: &mut dyn FnMut(&Word, Option<&Why>)) {
        match self {
            Self::List(words) => {
                for word in words {
                    with(word, doubt);
                }
            }
            Self::Open(sure, maybe, why) => {
                for word in sure {
                    with(word, doubt);
                }
                for word in maybe {
                    with(word, doubt.or(Some(why)));
                }
            }
            Self::Either(why, then, otherwise) => {
                then.each(doubt.or(Some(why)), with);
                otherwise.each(doubt.or(Some(why)), with);
            }
        }
    }

    /// They as rules see them: a list.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::List(words) => Value::list(words.iter().map(Word::value).collect()),
            Self::Open(sure, maybe, why) => {
                let mut list = OpenList::default();
                for word in sure {
                    list.push(word.value());
                }
                for word in maybe {
                    list.push_maybe(word.value());
                }
                list.into_value(why.clone())
            }
            Self::Either(why, then, otherwise) => either(why, then.value(), otherwise.value()),
        }
    }

    /// The only one, as rules see it; null where there is none.
    pub(super) fn first(&self) -> Value {
        match self {
            Self::List(words) => words.first().map_or(Value::NULL, Word::value),
            Self::Open(_, _, why) | Self::Either(why, ..) => Value::unknown(why.clone()),
        }
    }
}

/// Whom a statement is about.
#[derive(Clone, Debug)]
pub(super) enum Principals {
    /// These, by their kind. A text in place of an object is of kind `*`.
    These(Vec<(String, Words)>),
    /// Nobody knows who, nor of which kind.
    Unknown(Why),
    /// Those of one of two branches.
    Either(Why, Box<Self>, Box<Self>),
}

impl Default for Principals {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Principals {
    pub(super) fn read(value: Option<&Value>) -> Self {
        value.map_or_else(Self::default, |value| Self::of(value, 0))
    }

    fn of(value: &Value, depth: u32) -> Self {
        match &value.data {
            Data::Null(_) => Self::default(),
            Data::Mapping(entries) => {
                let entry = |(kind, who): (&Arc<str>, &Value)| (kind.to_string(), Words::read(Some(who)));
                Self::These(entries.iter().map(entry).collect())
            }
            Data::Unknown(unknown) if !is_single(value, depth) => match branches(unknown, depth) {
                Some((then, otherwise)) => {
                    let (then, otherwise) = (Self::of(then, depth + 1), Self::of(otherwise, depth + 1));
                    Self::Either(unknown.why.clone(), Box::new(then), Box::new(otherwise))
                }
                None => Self::Unknown(unknown.why.clone()),
            },
            _ => Self::These(vec![("*".to_owned(), Words::read(Some(value)))]),
        }
    }

    /// Whether a test holds for one of these kinds.
    pub(super) fn any(&self, kinds: &[&str], test: &dyn Fn(&Word) -> Tri) -> Tri {
        match self {
            Self::These(all) => {
                let of_kind = all.iter().filter(|(kind, _)| kinds.contains(&kind.as_str()));
                Tri::any(of_kind.map(|(_, who)| who.any(test)))
            }
            Self::Unknown(why) => Tri::Unknown(why.clone()),
            Self::Either(why, then, otherwise) => {
                agreed(why, then.any(kinds, test), &otherwise.any(kinds, test))
            }
        }
    }

    /// Whether anything is written of them.
    pub(super) fn given(&self) -> Tri {
        match self {
            Self::These(all) => Tri::from(!all.is_empty()),
            Self::Unknown(why) => Tri::Unknown(why.clone()),
            Self::Either(why, then, otherwise) => agreed(why, then.given(), &otherwise.given()),
        }
    }

    /// Calls `with` for each of a kind, and with why it may not be there, where that is not sure; with
    /// `None` for those that nobody knows.
    pub(super) fn each(
        &self,
        kind: &str,
        doubt: Option<&Why>,
        with: &mut dyn FnMut(Option<&Word>, Option<&Why>),
    ) {
        match self {
            Self::These(all) => {
                for (_, who) in all.iter().filter(|(each, _)| each == kind) {
                    who.each(doubt, &mut |word, doubt| with(Some(word), doubt));
                }
            }
            Self::Unknown(why) => with(None, doubt.or(Some(why))),
            Self::Either(why, then, otherwise) => {
                then.each(kind, doubt.or(Some(why)), with);
                otherwise.each(kind, doubt.or(Some(why)), with);
            }
        }
    }

    /// They as rules see them.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::These(all) => {
                let entry = |(kind, who): &(String, Words)| {
                    Value::object([
                        ("type".into(), kind.as_str().into()),
                        ("identifiers".into(), who.value()),
                    ])
                };
                Value::list(all.iter().map(entry).collect())
            }
            Self::Unknown(why) => Value::unknown_of(Type::List(Box::default()), why.clone()),
            Self::Either(why, then, otherwise) => either(why, then.value(), otherwise.value()),
        }
    }
}
