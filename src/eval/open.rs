//! Lists of which only some elements are known: a `dynamic` block over a collection that can't be
//! known beside blocks that stand there, a known list joined with an unknown one.
//!
//! In: elements that are there for sure, and what all others look like, if there are any. Out: an
//! unknown list that remembers both, so that a certain violation stays one and a count is never made
//! up. Whoever does not look for the elements sees a list of which nothing is known.

use std::sync::Arc;

use super::weight::{MAX_OPEN, total};
use super::{Data, EvalError, Number, Partial, Type, Unknown, Value, Why, convert, ops};

/// The elements of a list as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct OpenList {
    sure: Vec<Value>,
    leading: usize,
    maybe: Vec<Value>,
}

impl OpenList {
    /// Adds an element that is there for sure.
    pub fn push(&mut self, item: Value) {
        if self.maybe.is_empty() {
            self.leading += 1;
        }
        self.sure.push(item);
    }

    /// Adds what stands for elements that may be there: none, one or many.
    pub fn push_maybe(&mut self, item: Value) {
        self.maybe.push(item);
    }

    /// Adds the elements of a list behind those that are there. What is no list has none.
    pub fn extend(&mut self, list: &Value) {
        let marked = |item: &Value| item.clone().sensitive_if(list.mark.sensitive);
        match (&list.data, list.as_open()) {
            // Members of a set that are not known may turn out to be equal.
            (Data::Sequence(sequence), _) if list.open_member().is_some() => {
                self.maybe.extend(sequence.items.iter().map(marked));
            }
            (Data::Sequence(sequence), _) => {
                for item in &sequence.items {
                    self.push(marked(item));
                }
            }
            (Data::Unknown(_), Some(open)) => {
                for item in open.sure.iter().take(open.leading) {
                    self.push(marked(item));
                }
                self.maybe.extend(open.maybe.iter().map(marked));
                self.sure.extend(open.sure.iter().skip(open.leading).map(marked));
            }
            (Data::Unknown(unknown), None) => match &unknown.partial {
                Some(Partial::Either(then, otherwise, _)) => {
                    let [then, otherwise] = [then, otherwise].map(|branch| {
                        let mut inner = Self::default();
                        inner.extend(branch);
                        inner
                    });
                    // What both begin with is there whichever it is.
                    let both = then.sure.iter().take(then.leading);
                    let both = both.zip(otherwise.sure.iter().take(otherwise.leading));
                    let common = both.take_while(|(a, b)| is_one(a, b)).count();
                    for item in then.sure.iter().take(common) {
                        self.push(marked(item));
                    }
                    for inner in [&then, &otherwise] {
                        let rest = inner.sure.iter().skip(common).chain(&inner.maybe);
                        self.maybe.extend(rest.map(marked));
                    }
                }
                _ => self.push_maybe(Value::unknown(unknown.why.clone())),
            },
            _ => {}
        }
    }

    /// How many elements are known or stand for others.
    pub fn len(&self) -> usize {
        self.sure.len() + self.maybe.len()
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements that are there for sure, in order.
    pub fn sure(&self) -> &[Value] {
        &self.sure
    }

    /// What every other element is like, if there is any.
    pub fn maybe(&self) -> &[Value] {
        &self.maybe
    }

    /// The element at a place that no unknown element can shift.
    pub fn at(&self, index: usize) -> Option<&Value> {
        self.sure.get(index).filter(|_| index < self.leading)
    }

    /// All elements, with the flag of those that are there for sure and the place of those whose
    /// place is known.
    pub fn iter(&self) -> impl Iterator<Item = (&Value, bool, Option<usize>)> {
        let sure = self.sure.iter().enumerate();
        let sure = sure.map(|(at, item)| (item, true, (at < self.leading).then_some(at)));
        sure.chain(self.maybe.iter().map(|item| (item, false, None)))
    }

    /// The list as a value: a known one where nothing is open. Else `why` says what would decide it.
    pub fn into_value(self, why: Why) -> Value {
        let ty = Type::List(Box::default());
        let not_null = !self.sure.is_empty();
        let whole = Unknown { ty, why, refers: Vec::new(), made: false, not_null, partial: None };
        self.known_of(Data::Unknown(Arc::new(whole)).into())
    }

    /// An unknown list with what is known of it here; a known one where nothing is open.
    pub(super) fn known_of(self, mut list: Value) -> Value {
        if self.maybe.is_empty() {
            return Value { mark: list.mark, ..Value::tuple(self.sure) };
        }
        let light = total(&self.sure).saturating_add(total(&self.maybe)) <= MAX_OPEN;
        if let (Data::Unknown(unknown), true) = (&list.data, light) {
            let partial = Some(Partial::List(Box::new(self)));
            list.data = Data::Unknown(Arc::new(Unknown { partial, ..Unknown::clone(unknown) }));
        }
        list
    }

    /// `alltrue` (one false decides) and `anytrue` (one true decides); `None` where it is open.
    pub(super) fn quantified(&self, decides: bool) -> Option<bool> {
        let says = |item: &Value| match &item.data {
            Data::Null(_) => Some(false),
            _ => item.as_bool(),
        };
        if self.sure.iter().any(|item| says(item) == Some(decides)) {
            return Some(decides);
        }
        let harmless = |(item, _, _): (&Value, bool, Option<usize>)| says(item) == Some(!decides);
        self.iter().all(harmless).then_some(!decides)
    }

    /// Whether an element equals `wanted`; `None` where it is open.
    pub(super) fn contains(&self, wanted: &Value) -> Option<bool> {
        if self.sure.iter().any(|item| ops::equal(item, wanted) == Some(true)) {
            return Some(true);
        }
        self.iter().all(|(item, _, _)| ops::equal(item, wanted) == Some(false)).then_some(false)
    }

    /// Every element as another type; `None` where one that may be there can't be converted.
    pub(super) fn convert(&self, of: &Type) -> Result<Option<Self>, EvalError> {
        let sure = self.sure.iter().map(|item| convert::convert(item, of)).collect::<Result<_, _>>()?;
        let maybe = self.maybe.iter().map(|item| convert::convert(item, of).ok()).collect::<Option<_>>();
        Ok(maybe.map(|maybe| Self { sure, leading: self.leading, maybe }))
    }

    /// The same elements where nobody can tell their order.
    #[must_use]
    pub(super) fn unordered(self) -> Self {
        let mut sure: Vec<Value> = Vec::with_capacity(self.sure.len());
        for item in self.sure {
            if !sure.iter().any(|other| ops::equal(&item, other) != Some(false)) {
                sure.push(item);
            }
        }
        Self { sure, leading: 0, maybe: self.maybe }
    }
}

/// Whether two values are equal, or the very same unknown.
fn is_one(a: &Value, b: &Value) -> bool {
    match (a.as_unknown(), b.as_unknown()) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        _ => ops::equal(a, b) == Some(true),
    }
}

impl Value {
    /// The elements of an unknown list, as far as they are known.
    pub fn as_open(&self) -> Option<&OpenList> {
        match &self.as_unknown()?.partial {
            Some(Partial::List(open)) => Some(open),
            _ => None,
        }
    }

    /// The elements of a list for those who can live with unknown ones: what is not known of an
    /// unknown list is one unknown element. What is no list has none.
    pub fn elements(&self) -> Vec<Self> {
        match (&self.data, self.as_open()) {
            (Data::Sequence(sequence), _) => sequence.items.clone(),
            (Data::Unknown(unknown), Some(open)) => {
                let rest = Self::unknown(unknown.why.clone());
                open.sure.iter().cloned().chain([rest]).collect()
            }
            (Data::Unknown(unknown), None) => {
                let mut open = OpenList::default();
                open.extend(self);
                if open.sure.is_empty() {
                    return vec![self.clone()];
                }
                open.sure.into_iter().chain([Self::unknown(unknown.why.clone())]).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The number of elements of a list that has at least `least`.
pub(super) fn count(mut number: Value, least: usize) -> Value {
    if let (Data::Unknown(unknown), true) = (&number.data, least > 0) {
        let partial = Some(Partial::AtLeast(least));
        number.data = Data::Unknown(Arc::new(Unknown { partial, ..Unknown::clone(unknown) }));
    }
    number
}

/// The number that an unknown one is not smaller than.
pub(super) fn least(number: &Value) -> Option<Number> {
    let Some(Partial::AtLeast(least)) = &number.as_unknown()?.partial else { return None };
    Some(Number::Int(i64::try_from(*least).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(sure: &[bool], maybe: &[bool]) -> OpenList {
        let mut list = OpenList::default();
        for item in sure {
            list.push(Value::from(*item));
        }
        for item in maybe {
            list.push_maybe(Value::from(*item));
        }
        list
    }

    #[test]
    fn what_is_sure_decides_and_what_may_be_there_does_not() {
        assert_eq!(open(&[false], &[true]).quantified(false), Some(false));
        assert_eq!(open(&[true], &[false]).quantified(false), None);
        assert_eq!(open(&[true], &[true]).quantified(false), Some(true));
        assert_eq!(open(&[], &[true]).quantified(true), None);
        assert_eq!(open(&[true], &[false]).quantified(true), Some(true));
        assert_eq!(open(&[false], &[false]).quantified(true), Some(false));
    }

    #[test]
    fn only_what_stands_first_has_a_place() {
        let why = || Why::Function("f".into());
        let mut list = open(&[true], &[false]);
        list.push(Value::from(false));
        assert_eq!(list.at(0).and_then(Value::as_bool), Some(true));
        assert!(list.at(1).is_none());
        let value = list.into_value(why());
        assert!(value.as_unknown().is_some_and(|unknown| unknown.not_null));
        assert_eq!(open(&[true], &[]).into_value(why()).as_items().map(<[_]>::len), Some(1));
        assert_eq!(value.elements().len(), 3);
    }
}
