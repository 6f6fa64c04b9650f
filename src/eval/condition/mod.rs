//! What decides between two values, or whether a block has instances, where it can't be known.
//!
//! In: expressions that can't be known. Out: conditions that are the same wherever they are written to the same
//! effect, and what follows from some of them for others. Exists because of what is behind `var.on ? 1 : 0` only
//! that may be asked which is there while `var.on` holds.

mod read;

use std::sync::Arc;

use super::provided::read_as;
use super::representative::stands_for_all;
use super::{Data, Number, Partial, Reference, Unknown, Value};

pub(super) use read::{condition, term};

/// How deep values that are one of two are looked into.
const MAX_DEPTH: usize = 16;
/// What is behind the address of a block's instances that can't be known.
const INSTANCES: &str = "[*]";

/// Something that holds or does not, which can't be known.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What is asked, the same wherever the same is asked: `module.a.var.on`; `aws_x.y[*]` asks whether that
    /// instance is there.
    asked: Arc<str>,
    /// Whether it is meant that it is so, or that it is not.
    holds: bool,
    /// What all has to hold for that to be so, where it is made of several.
    parts: Vec<Self>,
    /// Where it is asked whether something is this or that: what, and which.
    is: Option<(Arc<str>, Literal)>,
}

/// A value that something may be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Literal {
    Bool(bool),
    Text(Arc<str>),
}

impl Literal {
    /// Whether what is one is certainly not the other. A text may be turned into what a condition needs.
    fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a != b,
            (Self::Text(a), Self::Text(b)) => a != b,
            _ => false,
        }
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.asked == other.asked && self.holds == other.holds
    }
}

impl Eq for Condition {}

impl Condition {
    fn new(asked: impl Into<Arc<str>>) -> Self {
        Self { asked: asked.into(), holds: true, parts: Vec::new(), is: None }
    }

    /// That what is called `term` is true, asked where null would be refused.
    fn is_true(term: Arc<str>) -> Self {
        Self { is: Some((Arc::clone(&term), Literal::Bool(true))), ..Self::new(term) }
    }

    /// Whether it is asked of a name where null would be refused: then what is not true is false.
    fn is_bare(&self) -> bool {
        self.is.as_ref().is_some_and(|(term, _)| *term == self.asked)
    }

    /// That what it asks is `wanted`, where it may be null as well.
    fn compared(&self, wanted: bool) -> Self {
        match &self.is {
            Some((term, _)) if self.is_bare() && self.holds => {
                let is = Some((Arc::clone(term), Literal::Bool(wanted)));
                Self { is, ..Self::new(format!("{term} == {wanted}")) }
            }
            _ if wanted => self.clone(),
            _ => self.negated(),
        }
    }

    /// That what is called `term` is this text.
    fn is_text(term: Arc<str>, text: &str) -> Self {
        let asked = format!("{term} == {text:?}");
        Self { is: Some((term, Literal::Text(text.into()))), ..Self::new(asked) }
    }

    /// That the instance at an address such as `aws_x.y[*]` is there.
    pub(super) fn is_there(address: &Arc<str>) -> Self {
        Self::new(Arc::clone(address))
    }

    /// The address of the instance that has to be there.
    pub fn instance(&self) -> Option<&str> {
        self.parts.is_empty().then_some(&*self.asked).filter(|asked| asked.ends_with(INSTANCES))
    }

    /// That it is not so.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { holds: !self.holds, ..self.clone() }
    }

    /// That both are so.
    fn both(one: Self, other: Self) -> Self {
        let mut parts = [one, other];
        parts.sort_by(|a, b| (&a.asked, a.holds).cmp(&(&b.asked, b.holds)));
        let [one, other] = &parts;
        let word = |it: &Self| format!("{}{}", if it.holds { "" } else { "!" }, it.asked);
        Self { parts: parts.to_vec(), ..Self::new(format!("({} && {})", word(one), word(other))) }
    }

    /// Whether it holds, where `is` tells what is known of what is asked.
    pub fn decided(&self, is: &dyn Fn(&Self) -> Option<bool>) -> Option<bool> {
        let parts = || {
            let decided: Vec<_> = self.parts.iter().map(|part| part.decided(is)).collect();
            match decided.as_slice() {
                [] => None,
                _ if decided.contains(&Some(false)) => Some(false),
                _ if decided.contains(&None) => None,
                _ => Some(true),
            }
        };
        is(self).or_else(parts).map(|so| so == self.holds)
    }

    /// Whether it is so where that holds.
    fn known_by(&self, known: &Self) -> Option<bool> {
        if known.asked == self.asked {
            return Some(known.holds);
        }
        let ((term, wanted), (other, _)) = (self.is.as_ref()?, known.is.as_ref()?);
        if term != other {
            return None;
        }
        match (known.value()?, self.is_bare()) {
            // What is not true may be null, which is refused here, unless something catches that.
            (Literal::Bool(so), true) => Some(so),
            (_, true) => None,
            (value, false) if value.excludes(wanted) => Some(false),
            (value, false) => (value == *wanted).then_some(true),
        }
    }

    /// What something is where it holds.
    fn value(&self) -> Option<Literal> {
        match &self.is {
            Some((_, literal)) if self.holds => Some(literal.clone()),
            Some((_, Literal::Bool(wanted))) if self.is_bare() => Some(Literal::Bool(!wanted)),
            _ => None,
        }
    }

    /// It, and what follows from it.
    fn follow(&self, into: &mut Vec<Self>) {
        into.push(self.clone());
        if self.holds {
            self.parts.iter().for_each(|part| part.follow(into));
        }
    }
}

/// The instances of a block whose `count` or `for_each` can't be known: when there are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// What `count` or `for_each` comes to. Two blocks of which it is the same have the same instances.
    pub expansion: Arc<str>,
    /// Whether there is no more than one.
    pub is_single: bool,
    /// What holds where there is one.
    holds: Vec<Condition>,
    /// Whether there is one wherever that holds.
    is_enough: bool,
}

impl Presence {
    /// That of a block of which nothing is known but what tells it apart.
    pub(super) fn unknown(expansion: Arc<str>) -> Self {
        Self { expansion, is_single: false, holds: Vec::new(), is_enough: false }
    }

    /// That of a `count` or `for_each` with this value.
    pub(super) fn of(expansion: Arc<str>, value: &Value) -> Self {
        match filled(value, 0) {
            Some(Filled { holds, is_enough, is_single }) => {
                let mut all = Vec::new();
                for condition in &holds {
                    condition.follow(&mut all);
                }
                Self { expansion, is_single, holds: all, is_enough }
            }
            None => Self::unknown(expansion),
        }
    }

    /// What is known of what is asked, where there is an instance.
    pub fn known(&self, asked: &Condition) -> Option<bool> {
        self.holds.iter().find_map(|known| asked.known_by(known))
    }

    /// Whether there is an instance, where `is` tells what is known of what is asked: `None` if that depends.
    pub fn decided(&self, is: &dyn Fn(&Condition) -> Option<bool>) -> Option<bool> {
        let mut all = Some(true);
        for condition in &self.holds {
            match condition.decided(is) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            }
        }
        all.filter(|_| self.is_enough)
    }
}

/// When a number or a collection is more than nothing.
struct Filled {
    holds: Vec<Condition>,
    is_enough: bool,
    is_single: bool,
}

/// `None` where it is nothing.
fn filled(value: &Value, depth: usize) -> Option<Filled> {
    let always = |is_single| Filled { holds: Vec::new(), is_enough: true, is_single };
    let length = match &value.data {
        Data::Number(number) => {
            return (*number > Number::Int(0)).then(|| always(*number == Number::Int(1)));
        }
        Data::Sequence(sequence) => sequence.items.len(),
        Data::Mapping(entries) => entries.len(),
        Data::Unknown(unknown) => return filled_unknown(unknown, depth),
        _ => 0,
    };
    (length > 0).then(|| always(length == 1))
}

fn filled_unknown(unknown: &Unknown, depth: usize) -> Option<Filled> {
    let open = || Filled { holds: Vec::new(), is_enough: false, is_single: false };
    let Some(Partial::Either(then, otherwise, when)) = unknown.partial.as_ref().filter(|_| depth < MAX_DEPTH)
    else {
        return Some(open());
    };
    let (then, otherwise) = (filled(then, depth + 1), filled(otherwise, depth + 1));
    let (side, when) = match (then, otherwise) {
        (None, None) => return None,
        (Some(side), None) => (side, when.as_deref().cloned()),
        (None, Some(side)) => (side, when.as_deref().map(Condition::negated)),
        (Some(a), Some(b)) => {
            let always = |it: &Filled| it.is_enough && it.holds.is_empty();
            let is_enough = always(&a) && always(&b);
            return Some(Filled { holds: Vec::new(), is_enough, is_single: a.is_single && b.is_single });
        }
    };
    let is_enough = side.is_enough && when.is_some();
    Some(Filled { holds: side.holds.into_iter().chain(when).collect(), is_enough, ..side })
}

/// The same value where some conditions are known: of a value that is one of two it is the one. What it is an
/// attribute of, it stays.
pub(super) fn settled_by(value: Value, is: &dyn Fn(&Condition) -> Option<bool>, depth: usize) -> Value {
    if depth > MAX_DEPTH || value.find_unknown().is_none() {
        return value;
    }
    let inner = |item: &Value| settled_by(item.clone(), is, depth + 1);
    let data = match &value.data {
        Data::Sequence(sequence) => {
            Value::sequence(sequence.kind, sequence.items.iter().map(inner).collect()).data
        }
        Data::Mapping(entries) => {
            let pairs = entries.iter().map(|(key, item)| (Arc::clone(key), inner(item)));
            if entries.is_map { Value::map(pairs).data } else { Value::object(pairs).data }
        }
        // A block with instances stays one.
        Data::Unknown(unknown) if stands_for_all(unknown).is_some() => return value,
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Either(then, otherwise, Some(when))) => match when.decided(is) {
                Some(so) => {
                    let side = inner(if so { then } else { otherwise }).sensitive_if(value.mark.sensitive);
                    return match &value.mark.reference {
                        Some(reference) => read_as(side, Reference::clone(reference)),
                        None => side,
                    };
                }
                None => return value,
            },
            _ => return value,
        },
        _ => return value,
    };
    Value { data, mark: value.mark }
}
