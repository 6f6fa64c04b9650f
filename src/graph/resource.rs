//! A resource instance, and all instances of one root.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::{Condition, Inputs, Presence, Value, Why};
use crate::source::{FileId, Location, Problem, Span};
use crate::syntax::ast::NodeId;
use crate::syntax::without_keys;

use super::context::Context;
use super::edges::EdgeCache;

/// Index of a resource in its [`Configuration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub u32);

/// Managed by Terraform, or only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
}

/// Which instance of its block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The block has neither `count` nor `for_each`.
    None,
    /// `[0]`
    Index(u64),
    /// `["key"]`
    Name(Arc<str>),
    /// `count` or `for_each` can't be known: this instance stands for all there may be.
    Unknown,
}

/// One resource instance with its values as the provider's schema types them: nested blocks are
/// lists, an attribute that is not set is absent or null.
#[derive(Clone, Debug)]
pub struct Resource {
    /// `module.a.aws_s3_bucket.logs[0]`
    pub address: Arc<str>,
    /// Module path, `module.a`; empty in the root.
    pub module: Arc<str>,
    /// Managed or data.
    pub mode: Mode,
    /// `aws_s3_bucket`
    pub kind: Arc<str>,
    /// `logs`
    pub name: Arc<str>,
    /// Which instance.
    pub key: Key,
    /// The attributes, an object.
    pub values: Value,
    /// The file it is declared in: a module's file, or the plan.
    pub file: FileId,
    /// The block, where it was read from HCL.
    pub block: Option<NodeId>,
    /// Where a finding about an absent attribute points: the block's header.
    pub header: Location,
    /// From the block's type to its closing brace.
    pub span: Span,
    /// Whether this instance may not exist at all (`count` or `for_each`, its own or that of a
    /// module around it, can't be known), and why.
    pub uncertain: Option<Why>,
    /// When it is there, as far as that can't be known: for the modules around it, outermost first, and for itself.
    pub presence: Arc<[Arc<Presence>]>,
}

impl Resource {
    /// What is known of a condition wherever this instance is there.
    fn known(&self, asked: &Condition) -> Option<bool> {
        let itself = || (asked.instance() == Some(&*self.address)).then_some(true);
        self.presence.iter().find_map(|presence| presence.known(asked)).or_else(itself)
    }

    /// Whether it is certainly there wherever `other` is, or certainly not: what its existence rests on, that of the
    /// other does too, or it is made for each instance of the other.
    pub fn is_there_with(&self, other: &Self) -> Option<bool> {
        let mut all = Some(true);
        for presence in &*self.presence {
            let each = || {
                let rest = other.address.strip_prefix(&*presence.expansion);
                rest.is_some_and(|rest| rest.starts_with("[*]"))
            };
            let same = other.presence.iter().any(|it| it.expansion == presence.expansion);
            if same || each() {
                continue;
            }
            match presence.decided(&|asked| other.known(asked)) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            }
        }
        all
    }

    /// Whether it is the only instance of its block that there may be, as seen from where `other` is declared: both
    /// may stand in one of several instances of a module.
    pub fn is_single_for(&self, other: &Self) -> bool {
        let same = self.module.bytes().zip(other.module.bytes()).take_while(|(a, b)| a == b).count();
        let ends = |path: &str| path.get(same..).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let common = self.module.get(..same).unwrap_or("");
        let apart = !(ends(&self.module) && ends(&other.module));
        let common =
            if apart { common.rsplit_once(".module.").map_or("", |(outer, _)| outer) } else { common };
        let shared = common.matches("[*]").count();
        self.presence.iter().skip(shared).all(|presence| presence.is_single)
    }
}

/// Every resource instance of one root, ordered by address.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// Directory of the root module, or the plan's path.
    pub root: String,
    /// What the root was evaluated with.
    pub inputs: Inputs,
    /// The instances.
    pub resources: Vec<Resource>,
    /// Managed resources by type.
    pub by_kind: BTreeMap<Arc<str>, Vec<ResourceId>>,
    /// Data sources by type.
    pub data_by_kind: BTreeMap<Arc<str>, Vec<ResourceId>>,
    /// Module calls whose source is not here: the calls' address, source text and place.
    pub unresolved_modules: Vec<(String, String, Location)>,
    /// The module calls that lead to each module instance, by its path, outermost first.
    pub calls: BTreeMap<Arc<str>, Vec<Location>>,
    /// What `moved` blocks say, without instance keys: the address now, and the one before.
    pub moved: BTreeMap<String, String>,
    /// Expressions that Terraform would refuse, and limits that were reached.
    pub problems: Vec<Problem>,
    /// Sensitive variables and outputs, which the resources may hold only in part.
    pub secrets: Vec<Value>,
    /// Every file whose text this root was evaluated from.
    pub files: std::collections::BTreeSet<FileId>,
    /// The `provider` blocks, with their name as `provider` among the values.
    pub providers: Vec<Resource>,
    /// The backend that the root declares, as an object with its type as `type`.
    pub backends: Vec<Value>,
    /// Where findings about the whole configuration point: a provider block or the first file.
    pub anchor: Option<Location>,
    /// The root's provider blocks by the provider's name: of several, the first one without an alias.
    pub anchors: BTreeMap<Box<str>, Location>,
    /// Who points at whom, indexed on first use.
    pub edges: EdgeCache,
}

/// The resources that point at another one.
#[derive(Clone, Debug, Default)]
pub struct Referrers {
    /// Certainly point at it.
    pub definite: Vec<ResourceId>,
    /// May point at it: the deciding attribute can't be known.
    pub possible: Vec<(ResourceId, Why)>,
}

impl Configuration {
    /// A resource by its id, or a provider block: their ids follow those of the resources.
    pub fn get(&self, id: ResourceId) -> Option<&Resource> {
        let at = id.0 as usize;
        self.resources.get(at).or_else(|| self.providers.get(at.checked_sub(self.resources.len())?))
    }

    /// The address, without instance keys, that a resource had before every `moved` block: its
    /// identity for those who remember findings.
    pub fn first_address(&self, address: &str) -> String {
        let mut address = without_keys(address).into_owned();
        // Each block moves once; a circle of them ends here.
        for _ in 0..self.moved.len() {
            let parts = address.match_indices('.').map(|(at, _)| at).chain([address.len()]);
            let before = parts.filter_map(|end| {
                let (head, rest) = address.split_at_checked(end)?;
                Some(format!("{}{rest}", self.moved.get(head)?))
            });
            match before.last() {
                Some(before) => address = before,
                None => break,
            }
        }
        address
    }

    /// The resource of that address, or the provider block.
    pub fn find(&self, address: &str) -> Option<ResourceId> {
        let resource = self.resources.binary_search_by(|resource| (*resource.address).cmp(address)).ok();
        let provider = || {
            let at = self.providers.iter().position(|provider| &*provider.address == address)?;
            Some(self.resources.len() + at)
        };
        u32::try_from(resource.or_else(provider)?).ok().map(ResourceId)
    }

    /// Whether a condition holds wherever a resource is there.
    pub fn holds_with(&self, condition: &Condition, resource: &Resource) -> Option<bool> {
        let instance = |asked: &Condition| {
            let instance = self.get(self.find(asked.instance()?)?)?;
            instance.is_there_with(resource)
        };
        condition.decided(&|asked| resource.known(asked).or_else(|| instance(asked)))
    }

    /// What it is the evaluation of.
    pub fn context(&self) -> Context {
        Context { dir: self.root.clone(), inputs: self.inputs.clone() }
    }

    /// The same configuration with the values of one resource replaced.
    #[must_use]
    pub fn with_values(&self, at: usize, values: Value) -> Self {
        let mut changed = self.clone();
        changed.edges = EdgeCache::default();
        if let Some(resource) = changed.resources.get_mut(at) {
            resource.values = values;
        }
        changed
    }

    /// Where a finding about the whole configuration points: the block of the first of these providers that has
    /// one.
    pub fn anchor_of(&self, providers: &[&str]) -> Option<Location> {
        providers.iter().find_map(|name| self.anchors.get(*name)).copied().or(self.anchor)
    }

    /// The managed resources of a type.
    pub fn of_kind(&self, kind: &str) -> &[ResourceId] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }
}
