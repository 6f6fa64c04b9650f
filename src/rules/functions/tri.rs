//! Three-valued answers (Kleene), keeping why one is unknown.

use crate::eval::{Type, Value, Why};

/// True, false, or not to be known.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) enum Tri {
    True,
    False,
    Unknown(Why),
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Tri {
    pub(in crate::rules) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::False => Self::False,
            Self::True => other(),
            Self::Unknown(why) => match other() {
                Self::False => Self::False,
                _ => Self::Unknown(why),
            },
        }
    }

    pub(in crate::rules) fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::True => Self::True,
            Self::False => other(),
            Self::Unknown(why) => match other() {
                Self::True => Self::True,
                _ => Self::Unknown(why),
            },
        }
    }

    pub(in crate::rules) fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    pub(in crate::rules) fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::False;
        for answer in answers {
            result = result.or(|| answer);
            if result == Self::True {
                break;
            }
        }
        result
    }

    pub(in crate::rules) fn into_value(self) -> Value {
        match self {
            Self::True => Value::from(true),
            Self::False => Value::from(false),
            Self::Unknown(why) => Value::unknown_of(Type::Bool, why),
        }
    }
}
