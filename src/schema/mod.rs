//! What a provider says about its types: which attributes and blocks there are, and of what kind.
//!
//! In: the name of a resource or data type. Out: its [`Block`]. The data is embedded as sorted
//! lines (written by `.ci/compact-schema`); a type is found by binary search, parsed when it is
//! first asked for, and kept. Nothing happens at start-up.

mod parse;
mod since;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, RwLock};

pub use since::{Version, since, until};

const AWS: &str = include_str!("aws.schema");
const AZURERM: &str = include_str!("azurerm.schema");
const GOOGLE: &str = include_str!("google.schema");

/// The type of an attribute's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `bool`.
    Bool,
    /// `number`.
    Number,
    /// `string`.
    String,
    /// `list(...)`.
    List(Box<Kind>),
    /// `set(...)`.
    Set(Box<Kind>),
    /// `map(...)`.
    Map(Box<Kind>),
    /// `object({...})`, in the order of names.
    Object(Vec<(&'static str, Kind)>),
    /// A type that the provider leaves open.
    Any,
}

/// One attribute of a block.
// Five independent facts that the provider states; an enum would only hide them.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its type.
    pub ty: Kind,
    /// Must be set.
    pub required: bool,
    /// May be set.
    pub optional: bool,
    /// The provider fills it in.
    pub computed: bool,
    /// Never to be shown.
    pub sensitive: bool,
    /// The provider advises against it.
    pub deprecated: bool,
}

/// How a nested block may repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// Any number of times, in order.
    List,
    /// Any number of times, without order.
    Set,
    /// Once.
    Single,
    /// Once for each label.
    Map,
}

/// A block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// What it may hold.
    pub block: Arc<Block>,
    /// How it repeats.
    pub nesting: Nesting,
    /// The fewest that must stand.
    pub min: Option<u32>,
    /// The most that may stand.
    pub max: Option<u32>,
}

/// What a resource, a data source or a nested block may hold.
#[derive(Clone, Debug, Default)]
pub struct Block {
    attributes: BTreeMap<&'static str, Attribute>,
    blocks: BTreeMap<&'static str, NestedBlock>,
}

impl Block {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.get(name)
    }

    /// The nested block of that name.
    pub fn block(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.get(name)
    }

    /// All attributes by name.
    pub fn attributes(&self) -> impl Iterator<Item = (&'static str, &Attribute)> {
        self.attributes.iter().map(|(name, attribute)| (*name, attribute))
    }

    /// All nested blocks by name.
    pub fn blocks(&self) -> impl Iterator<Item = (&'static str, &NestedBlock)> {
        self.blocks.iter().map(|(name, block)| (*name, block))
    }
}

/// The schema of a resource type; `None` when no embedded provider has it.
pub fn resource(kind: &str) -> Option<Arc<Block>> {
    find('r', kind)
}

/// The schema of a data source type; `None` when no embedded provider has it.
pub fn data(kind: &str) -> Option<Arc<Block>> {
    find('d', kind)
}

/// What was looked up, by type; a type that no provider has is remembered too.
type Cache = RwLock<HashMap<String, Option<Arc<Block>>>>;

/// How many types are remembered: a stranger may name any number of them.
const MAX_KNOWN: usize = 20_000;

fn find(letter: char, kind: &str) -> Option<Arc<Block>> {
    static RESOURCES: OnceLock<Cache> = OnceLock::new();
    static DATA: OnceLock<Cache> = OnceLock::new();
    let text = match kind.split_once('_')?.0 {
        "aws" => AWS,
        "azurerm" => AZURERM,
        "google" => GOOGLE,
        _ => return None,
    };
    let cache = if letter == 'r' { &RESOURCES } else { &DATA }.get_or_init(Cache::default);
    if let Ok(known) = cache.read()
        && let Some(block) = known.get(kind)
    {
        return block.clone();
    }
    let block = line(text, &format!("{letter} {kind}")).map(|line| parse::block(text, line));
    if let Ok(mut known) = cache.write()
        && known.len() < MAX_KNOWN
    {
        known.insert(kind.to_owned(), block.clone());
    }
    block
}

/// The line whose first two words are `key`.
fn line(text: &'static str, key: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = text.get(low..middle)?.rfind('\n').map_or(low, |at| low + at + 1);
        let rest = text.get(start..high)?;
        let line = rest.split('\n').next()?;
        let end = start + line.len() + 1;
        match parse::split(line).0.cmp(key) {
            Ordering::Equal => return Some(line),
            Ordering::Less => low = end,
            Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_carry_type_and_flags() {
        let bucket = resource("aws_s3_bucket").unwrap();
        let name = bucket.attribute("bucket").unwrap();
        assert_eq!(name.ty, Kind::String);
        assert!(name.optional && !name.required);

        let database = resource("aws_db_instance").unwrap();
        let encrypted = database.attribute("storage_encrypted").unwrap();
        assert_eq!(encrypted.ty, Kind::Bool);
        assert!(encrypted.optional && !encrypted.sensitive);
        assert!(database.attribute("password").unwrap().sensitive);
        assert!(database.attribute("instance_class").unwrap().required);
    }

    #[test]
    fn attributes_that_look_like_blocks_are_sets_of_objects() {
        let group = resource("aws_security_group").unwrap();
        let Kind::Set(inner) = &group.attribute("ingress").unwrap().ty else { panic!("a set") };
        let Kind::Object(fields) = &**inner else { panic!("an object") };
        assert!(fields.contains(&("from_port", Kind::Number)));
        assert!(fields.contains(&("cidr_blocks", Kind::List(Box::new(Kind::String)))));
        assert_eq!(group.block("timeouts").unwrap().nesting, Nesting::Single);
    }

    #[test]
    fn every_line_is_found_by_its_key() {
        for text in [AWS, AZURERM, GOOGLE] {
            for expected in text.lines() {
                assert_eq!(line(text, parse::split(expected).0), Some(expected));
            }
        }
    }

    #[test]
    fn unknown_types_are_none() {
        for kind in ["", "aws", "aws_", "aws_zzz", "azurerm_a", "other_thing"] {
            assert!(resource(kind).is_none(), "{kind}");
        }
        assert!(data("aws_iam_policy_document").unwrap().block("statement").is_some());
        assert!(resource("azurerm_storage_account").is_some());
        assert!(resource("google_storage_bucket").is_some());
    }
}
