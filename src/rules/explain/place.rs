//! Where a value that a rule read is written.
//!
//! In: a path under the names that loops bind. Out: the attribute, or the nested or `dynamic` block,
//! of the subject or of another resource in the tree. Blocks are told apart by the place that their
//! value carries, so that static and dynamic blocks of one kind may be mixed.

use crate::eval::Value;
use crate::graph::Resource;
use crate::source::{FileId, Location};
use crate::syntax::Workspace;
use crate::syntax::ast::{Block, Document, Expr, NodeId};

use super::super::scope::Judging;
use super::focus::{Bound, eval};
use super::tree::{local_of, paths};

/// How deep blocks and collections are followed.
const MAX_DEPTH: u32 = 32;

/// Where things are looked up.
#[derive(Clone, Copy)]
pub(super) struct Places<'p> {
    pub(super) judging: &'p Judging<'p>,
    pub(super) workspace: &'p Workspace,
}

/// A block that a value was made from.
struct Found<'w> {
    block: Block<'w>,
    file: FileId,
    /// Whether it is inside a resource, so that its header is worth pointing at.
    nested: bool,
}

impl<'p> Places<'p> {
    fn doc(&self) -> &'p Document {
        &self.judging.rule.document
    }

    /// Where the value at a path, or its `member`, is written; `None` where it is absent, or from
    /// outside any resource.
    pub(super) fn locate(
        &self,
        id: NodeId,
        member: Option<&'p str>,
        bound: &[Bound],
        depth: u32,
    ) -> Option<Location> {
        if depth > MAX_DEPTH {
            return None;
        }
        let whole = eval(self.judging, id, bound);
        let origin = match member {
            Some(name) => whole.as_ref().and_then(|value| value.get(name)?.mark.origin),
            None => whole.and_then(|value| value.mark.origin),
        };
        let origin = origin.map(|origin| origin.location);
        // The first name after the longest prefix that is a block, and whether more follows.
        let (mut at, mut first, mut more) = (id, member, false);
        loop {
            let value = eval(self.judging, at, bound);
            if let Some(found) = value.and_then(|value| self.block_of(&value)) {
                return place(&found, first, more, origin);
            }
            match self.doc().expr(at) {
                Expr::GetAttr { base, name } => {
                    more |= first.is_some();
                    first = Some(name);
                    at = base;
                }
                Expr::Index { base, .. } => {
                    more = true;
                    at = base;
                }
                Expr::Parens(inner) => at = inner,
                _ => break,
            }
        }
        let subject = self.judging.subject.and_then(|id| self.judging.objects.configuration.get(id));
        if let (Some(subject), Some(origin)) = (subject, origin)
            && holds(subject, origin)
        {
            return Some(origin);
        }
        if let Some(inner) = local_of(self.doc(), id).and_then(|name| self.judging.rule.local(name)) {
            return self.first(inner, &[], depth);
        }
        let Expr::Variable(name) = self.doc().expr(at) else { return None };
        let place = bound.iter().rposition(|each| each.name == name)?;
        let (outer, rest) = bound.split_at(place);
        self.first(rest.first()?.collection, outer, depth)
    }

    /// The place of the first path in an expression that has one.
    fn first(&self, id: NodeId, bound: &[Bound], depth: u32) -> Option<Location> {
        let mut found = Vec::new();
        paths(self.doc(), id, &|name| bound.iter().any(|each| each.name == name), &mut found);
        found.into_iter().find_map(|path| self.locate(path, None, bound, depth + 1))
    }

    /// The block that made a value.
    fn block_of(&self, value: &Value) -> Option<Found<'p>> {
        let configuration = self.judging.objects.configuration;
        value.as_entries()?;
        if let Some(resource) = self.judging.objects.resource_of(value).and_then(|id| configuration.get(id)) {
            return self.resource(resource);
        }
        let origin = value.mark.origin?.location;
        let subject = self.judging.subject.and_then(|id| configuration.get(id));
        let resource = subject
            .filter(|it| holds(it, origin))
            .or_else(|| configuration.resources.iter().find(|it| holds(it, origin)))?;
        let outer = self.resource(resource)?;
        let block = nested(outer.block, origin, 0)?;
        Some(Found { block, file: resource.file, nested: true })
    }

    fn resource(&self, resource: &Resource) -> Option<Found<'p>> {
        let block = self.workspace.document(resource.file)?.block(resource.block?);
        Some(Found { block, file: resource.file, nested: false })
    }
}

fn holds(resource: &Resource, location: Location) -> bool {
    resource.file == location.file && resource.span.contains(location.span)
}

/// The block below whose header stands at `place`.
fn nested(block: Block<'_>, place: Location, depth: u32) -> Option<Block<'_>> {
    if depth > MAX_DEPTH {
        return None;
    }
    block.body().blocks().find_map(|inner| {
        if inner.header_span() == place.span { Some(inner) } else { nested(inner, place, depth + 1) }
    })
}

fn place(found: &Found<'_>, name: Option<&str>, more: bool, origin: Option<Location>) -> Option<Location> {
    let at = |span| Location::new(found.file, span);
    let header = at(found.block.header_span());
    let within =
        |outer: crate::source::Span| origin.filter(|it| it.file == found.file && outer.contains(it.span));
    if found.nested && found.block.kind() == "dynamic" {
        // What stands in the block itself says most; else its elements come from elsewhere.
        return Some(within(found.block.span()).unwrap_or(header));
    }
    let Some(name) = name else { return found.nested.then_some(header) };
    if let Some(attribute) = found.block.body().attribute(name) {
        let span = attribute.span();
        return Some(within(span).filter(|_| more).unwrap_or_else(|| at(span)));
    }
    let inner = found.block.body().blocks_of(name).next();
    let all = || found.block.body().blocks_of("dynamic").filter(|each| each.label(0) == Some(name));
    // Where nobody knows how many blocks there are, the one that makes them says why.
    let open = all().find(|each| origin == Some(at(each.header_span())));
    match open.or(inner).or_else(|| all().next()) {
        Some(inner) => Some(at(inner.header_span())),
        None => found.nested.then_some(header),
    }
}
