//! What an expression comes to.

use std::sync::Arc;

use crate::source::{Location, Problem};

use super::{Condition, Number, OpenList, weight};

/// A value with what is known about how it came to be.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value itself.
    pub data: Data,
    /// Where it came from and how it may be shown.
    pub mark: Mark,
}

/// The value itself.
#[derive(Clone, Debug)]
pub enum Data {
    /// `null`, of the type that it was given: a variable's, or an attribute's.
    Null(Option<Arc<Type>>),
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Arc<str>),
    /// A list, set or tuple.
    Sequence(Arc<Sequence>),
    /// A map or object: keys are sorted.
    Mapping(Arc<Entries>),
    /// Not known before apply, or not to be known from here.
    Unknown(Arc<Unknown>),
}

/// Which ordered collection a [`Sequence`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SequenceKind {
    /// Elements of one type.
    List,
    /// Distinct elements, sorted.
    Set,
    /// Elements of any types: what `[...]` writes.
    Tuple,
}

/// Elements in order.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Which collection.
    pub kind: SequenceKind,
    /// The elements.
    pub items: Vec<Value>,
    weight: u64,
}

impl Sequence {
    /// See [`Value::weight`].
    pub fn weight(&self) -> u64 {
        self.weight
    }
}

/// Keys and values, sorted by key, each key once.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// Whether all values have one type (`map`), as opposed to an object.
    pub is_map: bool,
    items: Vec<(Arc<str>, Value)>,
    weight: u64,
}

impl Entries {
    /// See [`Value::weight`].
    pub fn weight(&self) -> u64 {
        self.weight
    }

    /// From pairs in any order; the last of equal keys wins.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (Arc<str>, Value)>) -> Self {
        let mut items: Vec<(Arc<str>, Value)> = pairs.into_iter().collect();
        items.sort_by(|a, b| a.0.cmp(&b.0));
        items.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        // There may be millions of values, and most lists of pairs grew by doubling.
        items.shrink_to_fit();
        let weight = weight::total(items.iter().map(|(_, value)| value));
        Self { is_map: false, items, weight }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let at = self.items.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
        self.items.get(at).map(|(_, value)| value)
    }

    /// All, sorted by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Arc<str>, &Value)> + ExactSizeIterator {
        self.items.iter().map(|(key, value)| (key, value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// What travels beside a value.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    /// The source that decided the value.
    pub origin: Option<Origin>,
    /// Must not be printed.
    pub sensitive: bool,
    /// The resource attribute the value was read from, unchanged since.
    pub reference: Option<Arc<Reference>>,
}

/// The source that decided a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The literal, or the expression that computed it.
    pub location: Location,
    /// Whether the location holds this very value as a literal, so that editing it there changes it.
    pub literal: bool,
}

/// An attribute of a resource instance, as an identity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// Instance address with module path: `module.a.aws_s3_bucket.logs[0]`.
    pub address: Arc<str>,
    /// Attribute: `id`; empty for the resource as a whole.
    pub attribute: Arc<str>,
    /// Whether it is read from one of several instances that can't be known, which may be another than the one that
    /// is asked about.
    pub any: bool,
}

impl Reference {
    /// The resource instance at an address as a whole.
    pub fn whole(address: Arc<str>) -> Self {
        Self { address, attribute: "".into(), any: false }
    }

    /// An attribute of the same instance.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Self {
        Self { attribute: name.into(), ..self.clone() }
    }
}

/// A value that can't be known, and all that is known about it.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The type, as far as it is known.
    pub ty: Type,
    /// The one input that would decide it.
    pub why: Why,
    /// The resource attributes it is made from; one for a plain reference.
    pub refers: Vec<Reference>,
    /// Whether a function made it from what it refers to: it may be one of those, a part, or none of them.
    pub made: bool,
    /// Certainly not null: a reference to a computed or required attribute counts as set.
    pub not_null: bool,
    /// The parts that are known.
    pub partial: Option<Partial>,
}

/// What is known of an unknown value.
#[derive(Clone, Debug)]
pub enum Partial {
    /// One of two, and when it is the first, if that can be told.
    Either(Value, Value, Option<Arc<Condition>>),
    /// JSON text of this value, which holds unknown parts (`jsonencode`, policy documents).
    Json(Value),
    /// Text with unknown parts.
    Template(Vec<TemplatePart>),
    /// A list of which some elements are known.
    List(Box<OpenList>),
    /// A number of elements, which is not smaller.
    AtLeast(usize),
}

/// One piece of a partly known text.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Known.
    Text(Arc<str>),
    /// Not known.
    Unknown(Value),
}

/// Why a value can't be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A variable that has no value here: its address (`module.a.var.x`) and declaration.
    Variable {
        /// `var.x`, with the module path in front.
        address: Arc<str>,
        /// Its block.
        location: Option<Location>,
    },
    /// Decided by the provider when applied: `aws_s3_bucket.logs.id`.
    Computed(Arc<str>),
    /// Read from the provider when planned or applied: `data.aws_ami.x.id`.
    DataSource(Arc<str>),
    /// Output of a module whose source is not here: `module.x`.
    Module(Arc<str>),
    /// `count` or `for_each` of this address can't be known.
    Instances(Arc<str>),
    /// A function whose result depends on time or chance, or that is not evaluated here.
    Function(Arc<str>),
    /// Terraform would refuse the expression, or a named limit was reached.
    Error(Arc<EvalError>),
}

/// Terraform would refuse to evaluate this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// Where, when it is known.
    pub location: Option<Location>,
    /// Whether a limit was reached, rather than one of Terraform's rules broken.
    pub limit: bool,
    /// Whether a rule met a sensitive value that it can't read, which is nobody's mistake.
    pub hidden: bool,
}

impl EvalError {
    /// An error without a place; the caller adds it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), location: None, limit: false, hidden: false }
    }

    /// A limit that was reached.
    pub fn limit(message: impl Into<String>) -> Self {
        Self { limit: true, ..Self::new(message) }
    }

    /// The same error, at this place where it has none.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location.get_or_insert(location);
        self
    }

    /// What has to change so that a value can be known: only who wrote what is wrong can mend it.
    pub fn to_mend(&self) -> String {
        let message = &self.message;
        match self {
            Self { limit: true, .. } => format!("over a limit: {message}"),
            Self { hidden: true, .. } => format!("{message}; --source DIR may show it"),
            _ => format!("mend this first: {message}"),
        }
    }

    /// It as an entry of the ledger: what rests on it is undetermined.
    pub fn problem(&self, location: Option<Location>) -> Problem {
        let at = self.location.or(location);
        let make = if self.limit { Problem::limit } else { Problem::refused };
        make(self.message.clone(), at)
    }
}

/// A type constraint.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Type {
    /// `any`, or not known.
    #[default]
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(T)`
    List(Box<Type>),
    /// `set(T)`
    Set(Box<Type>),
    /// `map(T)`
    Map(Box<Type>),
    /// `tuple([...])`
    Tuple(Vec<Type>),
    /// `object({...})`: name, type, whether optional.
    Object(Vec<(Arc<str>, Type, bool)>),
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self { data, mark: Mark::default() }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Data::Bool(value).into()
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Data::Number(Number::Int(value)).into()
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Data::Number(value).into()
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Data::String(normalized(value).map_or_else(|| value.into(), Arc::from)).into()
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Data::String(normalized(&value).unwrap_or(value).into()).into()
    }
}

/// Terraform's strings are in Unicode's composed form (NFC); `None` where this one is already.
pub fn normalized(text: &str) -> Option<String> {
    use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return None;
    }
    Some(text.nfc().collect())
}

impl Value {
    /// `null`
    pub const NULL: Self =
        Self { data: Data::Null(None), mark: Mark { origin: None, sensitive: false, reference: None } };

    /// A tuple.
    pub fn tuple(items: Vec<Self>) -> Self {
        Self::sequence(SequenceKind::Tuple, items)
    }

    /// A list.
    pub fn list(items: Vec<Self>) -> Self {
        Self::sequence(SequenceKind::List, items)
    }

    /// A list, set or tuple of these items, which for a set are distinct and sorted already.
    pub fn sequence(kind: SequenceKind, items: Vec<Self>) -> Self {
        let weight = weight::total(&items);
        Data::Sequence(Arc::new(Sequence { kind, items, weight })).into()
    }

    /// An object.
    pub fn object(pairs: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        Data::Mapping(Arc::new(Entries::from_pairs(pairs))).into()
    }

    /// A map.
    pub fn map(pairs: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        let mut entries = Entries::from_pairs(pairs);
        entries.is_map = true;
        Data::Mapping(Arc::new(entries)).into()
    }

    /// An unknown of any type.
    pub fn unknown(why: Why) -> Self {
        Self::unknown_of(Type::Any, why)
    }

    /// An unknown of a type.
    pub fn unknown_of(ty: Type, why: Why) -> Self {
        Data::Unknown(Arc::new(Unknown {
            ty,
            why,
            refers: Vec::new(),
            made: false,
            not_null: false,
            partial: None,
        }))
        .into()
    }

    /// What an expression that Terraform refuses comes to outside `try`.
    pub fn error(error: EvalError) -> Self {
        Self::unknown(Why::Error(Arc::new(error)))
    }

    /// The same value, decided at `location` by a literal.
    #[must_use]
    pub fn at_literal(mut self, location: Location) -> Self {
        self.mark.origin = Some(Origin { location, literal: true });
        self
    }

    /// The same value, computed by the expression at `location`.
    #[must_use]
    pub fn computed_at(mut self, location: Location) -> Self {
        self.mark.origin = Some(Origin { location, literal: false });
        self.mark.reference = None;
        self
    }

    /// The same value, sensitive if `sensitive`, or if it already was.
    #[must_use]
    pub fn sensitive_if(mut self, sensitive: bool) -> Self {
        self.mark.sensitive |= sensitive;
        self
    }

    /// The unknown for which nobody can tell how many elements a set has, and in which order.
    ///
    /// What is read from resources is told apart by whose it is.
    pub fn open_member(&self) -> Option<&Arc<Unknown>> {
        match &self.data {
            Data::Sequence(sequence) if sequence.kind == SequenceKind::Set && sequence.items.len() > 1 => {
                sequence
                    .items
                    .iter()
                    .find_map(|item| item.find_unknown().filter(|unknown| unknown.refers.is_empty()))
            }
            _ => None,
        }
    }

    /// Whether it, or anything in it, is sensitive.
    pub fn holds_sensitive(&self) -> bool {
        self.mark.sensitive
            || match &self.data {
                Data::Sequence(sequence) => sequence.items.iter().any(Self::holds_sensitive),
                Data::Mapping(entries) => entries.iter().any(|(_, value)| value.holds_sensitive()),
                _ => self.as_open().is_some_and(|open| open.iter().any(|(item, ..)| item.holds_sensitive())),
            }
    }

    /// Whether both are one and the same object in memory.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        matches!((&self.data, &other.data), (Data::Mapping(a), Data::Mapping(b)) if Arc::ptr_eq(a, b))
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null(_))
    }

    /// Why it is unknown, if it is. Members of a known collection are not looked at.
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        if let Data::Unknown(unknown) = &self.data { Some(unknown) } else { None }
    }

    /// The same value; one that is not known may be null too.
    pub(super) fn or_null(mut self) -> Self {
        if let Data::Unknown(unknown) = &mut self.data
            && unknown.not_null
        {
            Arc::make_mut(unknown).not_null = false;
        }
        self
    }

    /// An unknown with what is known of it nevertheless.
    pub(super) fn with_partial(self, partial: Option<Partial>) -> Self {
        match &self.data {
            Data::Unknown(unknown) => {
                let unknown = Unknown { partial, ..Unknown::clone(unknown) };
                Self { data: Data::Unknown(Arc::new(unknown)), mark: self.mark }
            }
            _ => self,
        }
    }

    /// The address of the one instance that it is read of.
    pub(super) fn instance(&self) -> Option<&Arc<str>> {
        let (first, rest) = self.references().split_first()?;
        rest.iter().all(|other| other.address == first.address).then_some(&first.address)
    }

    /// The first unknown in it, looking into collections.
    pub fn find_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.data {
            Data::Unknown(unknown) => Some(unknown),
            Data::Sequence(sequence) => sequence.items.iter().find_map(Self::find_unknown),
            Data::Mapping(entries) => entries.iter().find_map(|(_, value)| value.find_unknown()),
            _ => None,
        }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        if let Data::String(text) = &self.data { Some(text) } else { None }
    }

    /// A known boolean.
    pub fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(value) = self.data { Some(value) } else { None }
    }

    /// A known number.
    pub fn as_number(&self) -> Option<&Number> {
        if let Data::Number(number) = &self.data { Some(number) } else { None }
    }

    /// The elements of a known list, set or tuple.
    pub fn as_items(&self) -> Option<&[Self]> {
        if let Data::Sequence(sequence) = &self.data { Some(&sequence.items) } else { None }
    }

    /// The entries of a known map or object.
    pub fn as_entries(&self) -> Option<&Entries> {
        if let Data::Mapping(entries) = &self.data { Some(entries) } else { None }
    }

    /// An attribute of a known object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_entries()?.get(name)
    }

    /// The resource attributes this value was read from: the plain reference, or an unknown's parts.
    pub fn references(&self) -> &[Reference] {
        if let Some(reference) = &self.mark.reference {
            return std::slice::from_ref(reference);
        }
        self.as_unknown().map_or(&[], |unknown| &unknown.refers)
    }
}
