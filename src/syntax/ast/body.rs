//! Views of bodies, blocks and attributes.

use crate::source::Span;

use super::{Document, Kind, NodeId};

/// The inside of a file or block.
#[derive(Clone, Copy, Debug)]
pub struct Body<'d> {
    pub(super) doc: &'d Document,
    pub(super) items: &'d [u32],
}

/// An attribute or a block.
#[derive(Clone, Copy, Debug)]
pub enum Item<'d> {
    /// `name = expression`
    Attribute(Attribute<'d>),
    /// `type "label" { ... }`
    Block(Block<'d>),
}

impl<'d> Body<'d> {
    /// Everything, in source order.
    pub fn items(self) -> impl Iterator<Item = Item<'d>> {
        self.items.iter().map(move |id| {
            if self.doc.node(*id).kind == Kind::Block {
                Item::Block(Block { doc: self.doc, id: *id })
            } else {
                Item::Attribute(Attribute { doc: self.doc, id: *id })
            }
        })
    }

    /// The attributes.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        self.items()
            .filter_map(|item| if let Item::Attribute(attribute) = item { Some(attribute) } else { None })
    }

    /// The blocks.
    pub fn blocks(self) -> impl Iterator<Item = Block<'d>> {
        self.items().filter_map(|item| if let Item::Block(block) = item { Some(block) } else { None })
    }

    /// The attribute of that name.
    pub fn attribute(self, name: &str) -> Option<Attribute<'d>> {
        self.attributes().find(|attribute| attribute.name() == name)
    }

    /// The blocks of that type.
    pub fn blocks_of(self, kind: &str) -> impl Iterator<Item = Block<'d>> {
        self.blocks().filter(move |block| block.kind() == kind)
    }
}

/// `name = expression`
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'d> {
    pub(super) doc: &'d Document,
    pub(super) id: u32,
}

impl<'d> Attribute<'d> {
    /// The name.
    pub fn name(self) -> &'d str {
        let name = self.doc.slice(self.name_span());
        if self.doc.json { name.trim_matches('"') } else { name }
    }

    /// The bytes of the name.
    pub fn name_span(self) -> Span {
        let node = self.doc.node(self.id);
        Span::new(node.span.start, node.b)
    }

    /// The value.
    pub fn expr(self) -> NodeId {
        NodeId(self.doc.node(self.id).a)
    }

    /// From the name to the end of the value.
    pub fn span(self) -> Span {
        self.doc.node(self.id).span
    }
}

/// `type "label" { ... }`
#[derive(Clone, Copy, Debug)]
pub struct Block<'d> {
    pub(super) doc: &'d Document,
    pub(super) id: u32,
}

impl<'d> Block<'d> {
    /// The document the block stands in.
    pub fn document(self) -> &'d Document {
        self.doc
    }

    /// Its id, good for [`Document::block`].
    pub fn id(self) -> NodeId {
        NodeId(self.id)
    }

    fn words(self) -> &'d [u32] {
        self.doc.block_words(self.id)
    }

    fn label_count(self) -> usize {
        self.words().get(2).copied().unwrap_or(0) as usize
    }

    /// The type: `resource`, `variable`, `ingress`.
    pub fn kind(self) -> &'d str {
        let name = self.doc.slice(self.kind_span());
        if self.doc.json { name.trim_matches('"') } else { name }
    }

    /// The bytes of the type.
    pub fn kind_span(self) -> Span {
        let node = self.doc.node(self.id);
        Span::new(node.span.start, node.b)
    }

    /// The labels, decoded.
    pub fn labels(self) -> impl Iterator<Item = &'d str> {
        self.words()
            .get(3..3 + self.label_count())
            .unwrap_or(&[])
            .iter()
            .map(move |id| self.doc.str_of(self.doc.node(*id)))
    }

    /// The label at `index`.
    pub fn label(self, index: usize) -> Option<&'d str> {
        self.labels().nth(index)
    }

    /// What stands between the braces.
    pub fn body(self) -> Body<'d> {
        Body { doc: self.doc, items: self.words().get(3 + self.label_count()..).unwrap_or(&[]) }
    }

    /// From the type to the closing brace.
    pub fn span(self) -> Span {
        self.doc.node(self.id).span
    }

    /// From the type to the last label.
    pub fn header_span(self) -> Span {
        let end = self
            .words()
            .get(2 + self.label_count())
            .filter(|_| self.label_count() > 0)
            .map_or(self.kind_span().end, |id| self.doc.node(*id).span.end);
        Span::new(self.span().start, end)
    }

    /// Offset of `{`.
    pub fn open(self) -> u32 {
        self.words().first().copied().unwrap_or(0)
    }

    /// Offset of `}`.
    pub fn close(self) -> u32 {
        self.words().get(1).copied().unwrap_or(0)
    }
}
