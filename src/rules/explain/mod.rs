//! Why a verdict is what it is: the deciding clause, the values it saw, the place to look at.
//!
//! In: a rule's condition that came out false or unknown for one subject. Out: an [`Explanation`].
//! The clause is the rule's own text, which fingerprints hold on to; the evidence and the place
//! come from the smallest parts that decided.

mod focus;
mod owner;
mod place;
mod tree;

use crate::eval::{Data, Value, Why, settled};
use crate::findings::Evidence;
use crate::source::Location;
use crate::syntax::Workspace;
use crate::syntax::ast::{Document, Expr, NodeId};

use super::functions::names_secret;
use super::scope::Judging;
use super::show::{HIDDEN, show};
use focus::{Bound, Leaf, Role, eval, focus, written};
use place::Places;
use tree::{clauses, local_of, paths, questions};

/// How long a shown value may be.
const SHOWN: usize = 80;
/// How many values are shown.
const MAX_EVIDENCE: usize = 24;
/// How deep locals that read locals are followed.
const MAX_LOCALS: u32 = 8;

/// Why a value is unknown, for people.
pub(super) fn reason(why: &Why) -> String {
    match why {
        Why::Variable { address, .. } => format!("needs {address}"),
        Why::Computed(address) => format!("known after apply: {address}"),
        Why::DataSource(address) => format!("read from the provider: {address}"),
        Why::Module(address) => format!("needs the source of {address}"),
        Why::Instances(address) => format!("needs count or for_each of {address}"),
        Why::Function(name) => format!("not known here: {name}"),
        Why::Error(error) => error.to_mend(),
    }
}

/// What decided a verdict.
#[derive(Clone, Debug, Default)]
pub(super) struct Explanation {
    pub(super) clause: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) location: Option<Location>,
}

/// Explains why `condition` came out as it did: the first clause that is false, or else unknown.
pub(super) fn explain(judging: &Judging<'_>, condition: NodeId, workspace: &Workspace) -> Explanation {
    let doc = &judging.rule.document;
    let mut parts = Vec::new();
    clauses(doc, condition, &mut parts);
    let values: Vec<(NodeId, Option<Value>)> = parts.iter().map(|id| (*id, judging.eval(*id).ok())).collect();
    let deciding = values
        .iter()
        .find(|(_, value)| value.as_ref().and_then(Value::as_bool) == Some(false))
        .or_else(|| {
            values.iter().find(|(_, value)| {
                value.as_ref().is_some_and(|it| matches!(it.data, Data::Unknown(_) | Data::Null(_)))
            })
        })
        .map_or(condition, |(id, _)| *id);
    let leaves = focus(judging, deciding);
    let clause = doc.slice(doc.span(deciding)).split_whitespace().collect::<Vec<_>>().join(" ");
    let undecided = judging.eval(deciding).is_ok_and(|value| value.as_unknown().is_some());
    let (reads, names) = (Vec::new(), Vec::new());
    let mut seen = Seen { judging, workspace, clause: clause.clone(), undecided, reads, names };
    for leaf in &leaves {
        seen.leaf(leaf);
    }
    if undecided {
        let all = std::mem::take(&mut seen.reads);
        for leaf in &leaves {
            seen.unknown(leaf.id, &leaf.bound, 0);
        }
        if seen.reads.is_empty() {
            seen.reads = all;
        }
    }
    let resource = judging.subject.and_then(|id| judging.objects.configuration.get(id));
    let place = seen.place();
    let evidence = seen.into_evidence(place);
    Explanation { clause, evidence, location: place.or(resource.map(|it| it.header)) }
}

/// A value that a deciding part read.
struct Read {
    evidence: Evidence,
    role: Role,
    /// Whether it belongs to the subject, which must say it itself.
    own: bool,
    place: Option<Location>,
}

/// Collects what the deciding parts read.
struct Seen<'s> {
    judging: &'s Judging<'s>,
    workspace: &'s Workspace,
    clause: String,
    /// Whether the clause can't be known.
    undecided: bool,
    reads: Vec<Read>,
    /// In a part that looks for secrets: the names of those, all that may be shown.
    names: Vec<NodeId>,
}

impl<'s> Seen<'s> {
    /// Where to look: at the first part that decided. Where the subject lacks an attribute that it
    /// must have there is no place, and of many candidates only the subject's own is to blame.
    fn place(&self) -> Option<Location> {
        let decides = |read: &&Read| match read.role {
            Role::Culprit => read.place.is_some(),
            Role::Required => read.own || read.place.is_some(),
            Role::Candidate => false,
        };
        match self.reads.iter().find(decides) {
            Some(read) => read.place,
            None if self.judging.subject.is_none() => self.only_candidate(),
            None => self.reads.iter().filter(|read| read.own).find_map(|read| read.place),
        }
    }

    /// For a rule over the estate: the first place, where all are in one and the same resource.
    fn only_candidate(&self) -> Option<Location> {
        let resources = &self.judging.objects.configuration.resources;
        let home =
            |at: Location| resources.iter().position(|it| it.file == at.file && it.span.contains(at.span));
        let mut places = self.reads.iter().filter_map(|read| read.place);
        let first = places.next()?;
        let block = home(first)?;
        places.all(|place| home(place) == Some(block)).then_some(first)
    }

    /// What was seen; first what stands at the place to look at.
    fn into_evidence(mut self, place: Option<Location>) -> Vec<Evidence> {
        let at = self.reads.iter().find(|read| place.is_some() && read.place == place).map(|read| read.role);
        self.reads.sort_by_key(|read| (place.is_none() || read.place != place, Some(read.role) != at));
        self.reads.into_iter().map(|read| read.evidence).collect()
    }

    fn doc(&self) -> &'s Document {
        &self.judging.rule.document
    }

    fn leaf(&mut self, leaf: &Leaf) {
        let known = self.reads.len();
        self.names.clear();
        tree::secrets(self.doc(), leaf.id, &mut self.names);
        self.read(leaf.id, &leaf.bound, leaf.role, 0);
        if self.reads.len() == known {
            let mut asked = Vec::new();
            questions(self.doc(), leaf.id, &mut asked);
            for id in asked {
                self.add(id, &leaf.bound, leaf.role);
            }
        }
    }

    /// The paths below an expression, and those below the locals among them.
    fn read(&mut self, id: NodeId, bound: &[Bound], role: Role, depth: u32) {
        let members = self.members(id, bound);
        if !members.is_empty() {
            for (object, name) in members {
                self.add_member(object, Some(name), bound, role);
            }
            return;
        }
        let mut found = Vec::new();
        paths(self.doc(), id, &|name| bound.iter().any(|each| each.name == name), &mut found);
        for path in found {
            let inner = local_of(self.doc(), path).and_then(|name| self.judging.rule.local(name));
            let Some(inner) = inner else {
                let asks = tree::variable_of(self.doc(), path).is_none();
                // Behind a local, an answer that is not there was said by the local itself.
                if depth == 0 || !asks || eval(self.judging, path, bound).is_some_and(|it| !it.is_null()) {
                    self.add(path, bound, role);
                }
                continue;
            };
            let mut below = Vec::new();
            paths(self.doc(), inner, &|_| false, &mut below);
            let mut asked = Vec::new();
            questions(self.doc(), inner, &mut asked);
            // A constant of the rule's own decides nothing.
            if below.is_empty() && asked.is_empty() {
                continue;
            }
            self.add(path, bound, role);
            if depth < MAX_LOCALS && !self.of_resource(path, bound) {
                self.read(inner, &[], role, depth + 1);
            }
        }
    }

    /// The attributes on which the answer of a function rests that was given a whole object.
    fn members(&self, id: NodeId, bound: &[Bound]) -> Vec<(NodeId, &'static str)> {
        let Expr::Call { name, args, .. } = self.doc().expr(id) else { return Vec::new() };
        let of = |object: NodeId| {
            let value = eval(self.judging, object, bound).unwrap_or(Value::NULL);
            self.judging.rests_on(name, &value).into_iter().map(move |member| (object, member))
        };
        args.get(0).into_iter().flat_map(of).collect()
    }

    /// Whether a path goes through a resource, which says where its value is from.
    fn of_resource(&self, path: NodeId, bound: &[Bound]) -> bool {
        let mut at = Some(path);
        while let Some(id) = at {
            let value = eval(self.judging, id, bound);
            if value.is_some_and(|value| self.judging.objects.resource_of(&value).is_some()) {
                return true;
            }
            at = self.doc().children(id).first().copied();
        }
        false
    }

    fn add(&mut self, id: NodeId, bound: &[Bound], role: Role) {
        self.add_member(id, None, bound, role);
    }

    fn add_member(&mut self, id: NodeId, member: Option<&'s str>, bound: &[Bound], role: Role) {
        let mut path = written(self.doc(), id, bound);
        if let Some(name) = member {
            path = format!("{path}.{name}");
        }
        if self.reads.len() >= MAX_EVIDENCE || self.reads.iter().any(|each| each.evidence.path == path) {
            return;
        }
        let Some(mut value) = eval(self.judging, id, bound) else { return };
        if let Some(name) = member {
            value = value.get(name).cloned().unwrap_or(Value::NULL);
        }
        // Whether it is there decided nothing.
        if !self.undecided {
            value = settled(&value).clone();
        }
        // A literal of the rule's own is no place in the tree.
        let elsewhere = |location: &Location| location.file != self.doc().file();
        let origin = value.mark.origin.map(|origin| origin.location).filter(elsewhere);
        let place = Places { judging: self.judging, workspace: self.workspace }.locate(id, member, bound, 0);
        let attribute = owner::address(self.judging, id, bound).filter(|it| it.inside || member.is_some());
        let attribute = attribute.map(|it| match member {
            Some(name) => format!("{}.{name}", it.text),
            None => it.text,
        });
        let subject = self.judging.subject.and_then(|id| self.judging.objects.configuration.get(id));
        let inside = |at: Location| subject.is_some_and(|it| it.file == at.file && it.span.contains(at.span));
        let text = matches!(value.data, Data::String(_));
        let named = path.rsplit('.').next().is_some_and(names_secret);
        let value = if text && (named || !self.names.is_empty() && !self.names.contains(&id)) {
            HIDDEN.to_owned()
        } else {
            show(&self.judging.objects.brief(&value), SHOWN)
        };
        self.reads.push(Read {
            own: path.starts_with("self.") || place.is_some_and(inside),
            evidence: Evidence { clause: self.clause.clone(), path, value, origin, attribute },
            role,
            place,
        });
    }

    /// The smallest unknown parts of an expression.
    fn unknown(&mut self, id: NodeId, bound: &[Bound], depth: u32) {
        if depth > 64 {
            return;
        }
        let open =
            |id: NodeId| eval(self.judging, id, bound).is_some_and(|value| value.find_unknown().is_some());
        if !open(id) {
            return;
        }
        let is_bound = |name: &str| bound.iter().any(|each| each.name == name);
        if tree::is_path(self.doc(), id, &is_bound) {
            let inner = local_of(self.doc(), id).and_then(|name| self.judging.rule.local(name));
            let known = self.reads.len();
            if let Some(inner) = inner.filter(|_| !self.of_resource(id, bound)) {
                self.unknown(inner, &[], depth + 1);
            }
            if self.reads.len() == known {
                self.add(id, bound, Role::Candidate);
            }
            return;
        }
        let members = self.members(id, bound);
        let waits = |(object, name): &(NodeId, &str)| {
            let value = eval(self.judging, *object, bound);
            value.is_some_and(|value| value.get(name).is_some_and(|it| it.find_unknown().is_some()))
        };
        let unknown: Vec<(NodeId, &'static str)> = members.iter().copied().filter(waits).collect();
        // What it rests on may be known, and yet say nothing: the id of a prefix list.
        for (object, name) in if unknown.is_empty() { members.into_iter().take(1).collect() } else { unknown }
        {
            self.add_member(object, Some(name), bound, Role::Candidate);
        }
        let known = self.reads.len();
        if matches!(self.doc().expr(id), Expr::Call { name: "world_reaches_port", .. }) && known > 0 {
            return;
        }
        let below: Vec<NodeId> = self.doc().children(id).into_iter().filter(|child| open(*child)).collect();
        for child in below {
            self.unknown(child, bound, depth + 1);
        }
        if self.reads.len() == known {
            self.add(id, bound, Role::Candidate);
        }
    }
}
