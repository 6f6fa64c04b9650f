//! The syntax tree: an arena of small nodes with byte spans, read through borrowed views.
//!
//! One tree serves native HCL, HCL's JSON form and variable files. Parsers push nodes through the
//! `push_*` functions; everybody else walks [`Body`], [`Block`], [`Attribute`] and [`Expr`].

mod body;

use std::sync::Arc;

use crate::source::{FileId, Location, Span};

pub use body::{Attribute, Block, Body, Item};

/// Index of a node in its [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(in crate::syntax) u32);

/// What a node is. Payload fields `a` and `b` are explained at each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum Kind {
    Null,
    True,
    False,
    Number,
    /// `a..a+b`: the decoded text, in the source, or in `decoded` where `DECODED` is set.
    Str,
    /// List `a` of parts; `HEREDOC` for a heredoc.
    Template,
    /// `a` the expression.
    Interpolation,
    /// List `a`: condition, then-template, else-template or `NONE`.
    TemplateIf,
    /// List `a`: key name or `NONE`, value name, collection, body template.
    TemplateFor,
    /// List `a` of elements.
    List,
    /// List `a` of key, value, key, value...
    Object,
    /// A name standing alone: the node's span.
    Variable,
    /// `a` the base; the name is `b..end`.
    GetAttr,
    /// `a` the base, `b` the key.
    Index,
    /// `a` the source, `b` the expression over each `SplatItem`; `FULL` for `[*]`.
    Splat,
    SplatItem,
    /// List `a` of arguments; the name is `start..b`; `EXPAND` for a final `...`.
    Call,
    /// List `a`: key name or `NONE`, value name, collection, value, condition or `NONE`.
    ForList,
    /// List `a`: key name or `NONE`, value name, collection, key, value, condition or `NONE`; `GROUP` for `...`.
    ForObject,
    /// List `a`: condition, then, else.
    Conditional,
    /// `a` and `b`; the operator is in `flags`.
    Binary,
    /// `a`; the operator is in `flags`.
    Unary,
    /// `a` the inner expression.
    Parens,
    /// The name is `start..b` (in JSON with its quotes); `a` the expression.
    Attribute,
    /// List `a`: open brace offset, close brace offset, label count, labels..., items...; the type is
    /// `start..b` (in JSON with its quotes).
    Block,
}

/// No node: stands in lists where an optional part is absent.
pub(in crate::syntax) const NONE: u32 = u32::MAX;

/// A bare word used as an object key or a block label, not a quoted string.
pub(in crate::syntax) const BARE: u8 = 1;
/// The text of a `Str` is in `decoded`, because it differs from the source.
pub(in crate::syntax) const DECODED: u8 = 2;
/// A heredoc.
pub(in crate::syntax) const HEREDOC: u8 = 4;
/// `[*]` rather than `.*`.
pub(in crate::syntax) const FULL: u8 = 1;
/// The last argument of a call is expanded with `...`.
pub(in crate::syntax) const EXPAND: u8 = 1;
/// A `for` object expression groups values with `...`.
pub(in crate::syntax) const GROUP: u8 = 1;
/// A legacy index `a.0`, not `a[0]`.
pub(in crate::syntax) const LEGACY: u8 = 1;

#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Node {
    pub(in crate::syntax) kind: Kind,
    pub(in crate::syntax) flags: u8,
    pub(in crate::syntax) span: Span,
    pub(in crate::syntax) a: u32,
    pub(in crate::syntax) b: u32,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `<`
    Less,
    /// `<=`
    LessEq,
    /// `>`
    Greater,
    /// `>=`
    GreaterEq,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
}

impl BinaryOp {
    const ALL: [Self; 13] = [
        Self::Or,
        Self::And,
        Self::Eq,
        Self::NotEq,
        Self::Less,
        Self::LessEq,
        Self::Greater,
        Self::GreaterEq,
        Self::Add,
        Self::Sub,
        Self::Mul,
        Self::Div,
        Self::Mod,
    ];

    /// Whether it tells which of two numbers is larger.
    pub fn orders(self) -> bool {
        matches!(self, Self::Less | Self::LessEq | Self::Greater | Self::GreaterEq)
    }

    /// Whether what it gives is true or false.
    pub fn asks(self) -> bool {
        self.orders() || matches!(self, Self::Or | Self::And | Self::Eq | Self::NotEq)
    }
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
}

/// Why a part of a file could not be parsed. The block it stands in is lost, the rest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub location: Location,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// One parsed file.
#[derive(Debug)]
pub struct Document {
    pub(in crate::syntax) file: FileId,
    pub(in crate::syntax) text: Arc<String>,
    pub(in crate::syntax) nodes: Vec<Node>,
    pub(in crate::syntax) lists: Vec<u32>,
    pub(in crate::syntax) decoded: String,
    pub(in crate::syntax) root: u32,
    /// Whether the file is JSON rather than native HCL.
    pub json: bool,
    /// What could not be parsed; empty for a sound file.
    pub errors: Vec<SyntaxError>,
}

impl Document {
    /// An empty document for a parser to fill.
    pub(in crate::syntax) fn new(file: FileId, text: Arc<String>, json: bool) -> Self {
        let nodes = Vec::with_capacity(text.len() / 16);
        Self {
            file,
            text,
            nodes,
            lists: Vec::new(),
            decoded: String::new(),
            root: NONE,
            json,
            errors: Vec::new(),
        }
    }

    pub(in crate::syntax) fn push(&mut self, kind: Kind, flags: u8, span: Span, a: u32, b: u32) -> u32 {
        let id = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node { kind, flags, span, a, b });
        id
    }

    /// Stores a counted list of words (node ids or offsets) and gives its index.
    pub(in crate::syntax) fn push_list(&mut self, words: &[u32]) -> u32 {
        let at = u32::try_from(self.lists.len()).unwrap_or(NONE);
        self.lists.push(u32::try_from(words.len()).unwrap_or(0));
        self.lists.extend_from_slice(words);
        at
    }

    pub(in crate::syntax) fn list(&self, at: u32) -> &[u32] {
        let at = at as usize;
        let count = self.lists.get(at).copied().unwrap_or(0) as usize;
        self.lists.get(at + 1..at + 1 + count).unwrap_or(&[])
    }

    pub(in crate::syntax) fn node(&self, id: u32) -> Node {
        const EMPTY: Node = Node { kind: Kind::Null, flags: 0, span: Span { start: 0, end: 0 }, a: 0, b: 0 };
        self.nodes.get(id as usize).copied().unwrap_or(EMPTY)
    }

    fn str_of(&self, node: Node) -> &str {
        let range = node.a as usize..(node.a + node.b) as usize;
        let text = if node.flags & DECODED == 0 { &*self.text } else { self.decoded.as_str() };
        text.get(range).unwrap_or("")
    }

    /// The file this was parsed from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of memory that nodes, lists and decoded text take, without the source text.
    pub fn memory(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>() + self.lists.capacity() * 4 + self.decoded.capacity()
    }

    /// The text of `span`.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The bytes of a node.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id.0).span
    }

    /// The file and bytes of a node.
    pub fn location(&self, id: NodeId) -> Location {
        Location::new(self.file, self.span(id))
    }

    /// The top-level body.
    pub fn body(&self) -> Body<'_> {
        Body { doc: self, items: self.block_words(self.root).get(3..).unwrap_or(&[]) }
    }

    /// A block by its id.
    pub fn block(&self, id: NodeId) -> Block<'_> {
        Block { doc: self, id: id.0 }
    }

    fn block_words(&self, id: u32) -> &[u32] {
        let node = self.node(id);
        if node.kind == Kind::Block { self.list(node.a) } else { &[] }
    }

    /// The expression at a node, one level deep.
    pub fn expr(&self, id: NodeId) -> Expr<'_> {
        let node = self.node(id.0);
        let list = || self.list(node.a);
        let at = |index: usize| NodeId(list().get(index).copied().unwrap_or(NONE));
        let optional = |index: usize| list().get(index).copied().filter(|id| *id != NONE).map(NodeId);
        let name = |index: usize| optional(index).map_or("", |id| self.slice(self.span(id)));
        match node.kind {
            Kind::True => Expr::Bool(true),
            Kind::False => Expr::Bool(false),
            Kind::Number => Expr::Number(self.slice(node.span)),
            Kind::Str => Expr::Str(self.str_of(node)),
            Kind::Template => Expr::Template(Ids(list())),
            Kind::Interpolation => Expr::Interpolation(NodeId(node.a)),
            Kind::TemplateIf => Expr::TemplateIf { condition: at(0), then: at(1), otherwise: optional(2) },
            Kind::TemplateFor => Expr::TemplateFor {
                key: optional(0).map(|_| name(0)),
                value: name(1),
                collection: at(2),
                body: at(3),
            },
            Kind::List => Expr::List(Ids(list())),
            Kind::Object => Expr::Object(Ids(list())),
            Kind::Variable => Expr::Variable(self.slice(node.span)),
            Kind::GetAttr => {
                Expr::GetAttr { base: NodeId(node.a), name: self.slice(Span::new(node.b, node.span.end)) }
            }
            Kind::Index => Expr::Index { base: NodeId(node.a), key: NodeId(node.b) },
            Kind::Splat => {
                Expr::Splat { source: NodeId(node.a), each: NodeId(node.b), full: node.flags & FULL != 0 }
            }
            Kind::SplatItem => Expr::SplatItem,
            Kind::Call => Expr::Call {
                name: self.slice(Span::new(node.span.start, node.b)),
                args: Ids(list()),
                expand: node.flags & EXPAND != 0,
            },
            Kind::ForList => Expr::ForList {
                key: optional(0).map(|_| name(0)),
                value: name(1),
                collection: at(2),
                result: at(3),
                condition: optional(4),
            },
            Kind::ForObject => Expr::ForObject {
                key: optional(0).map(|_| name(0)),
                value: name(1),
                collection: at(2),
                result_key: at(3),
                result: at(4),
                condition: optional(5),
                group: node.flags & GROUP != 0,
            },
            Kind::Conditional => Expr::Conditional { condition: at(0), then: at(1), otherwise: at(2) },
            Kind::Binary => Expr::Binary {
                op: BinaryOp::ALL.get(usize::from(node.flags)).copied().unwrap_or(BinaryOp::Or),
                left: NodeId(node.a),
                right: NodeId(node.b),
            },
            Kind::Unary => Expr::Unary {
                op: if node.flags == UnaryOp::Neg as u8 { UnaryOp::Neg } else { UnaryOp::Not },
                operand: NodeId(node.a),
            },
            Kind::Parens => Expr::Parens(NodeId(node.a)),
            Kind::Null | Kind::Attribute | Kind::Block => Expr::Null,
        }
    }

    /// Every expression right below one.
    pub fn children(&self, id: NodeId) -> Vec<NodeId> {
        match self.expr(id) {
            Expr::Template(ids) | Expr::List(ids) | Expr::Object(ids) => ids.iter().collect(),
            Expr::Call { args, .. } => args.iter().collect(),
            Expr::Interpolation(inner) | Expr::Parens(inner) => vec![inner],
            Expr::GetAttr { base, .. } => vec![base],
            Expr::Unary { operand, .. } => vec![operand],
            Expr::Index { base, key } => vec![base, key],
            Expr::Splat { source, each, .. } => vec![source, each],
            Expr::Binary { left, right, .. } => vec![left, right],
            Expr::Conditional { condition, then, otherwise } => vec![condition, then, otherwise],
            Expr::TemplateIf { condition, then, otherwise } => {
                [Some(condition), Some(then), otherwise].into_iter().flatten().collect()
            }
            Expr::TemplateFor { collection, body, .. } => vec![collection, body],
            Expr::ForList { collection, result, condition, .. } => {
                [Some(collection), Some(result), condition].into_iter().flatten().collect()
            }
            Expr::ForObject { collection, result_key, result, condition, .. } => {
                [Some(collection), Some(result_key), Some(result), condition].into_iter().flatten().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a string or template was written as a heredoc.
    pub fn is_heredoc(&self, id: NodeId) -> bool {
        let node = self.node(id.0);
        matches!(node.kind, Kind::Str | Kind::Template) && node.flags & HEREDOC != 0
    }

    /// Whether a string is a bare word (an object key without quotes).
    pub fn is_bare(&self, id: NodeId) -> bool {
        let node = self.node(id.0);
        node.kind == Kind::Str && node.flags & BARE != 0
    }

    /// The span of the name in an attribute access `base.name`.
    pub fn name_span(&self, id: NodeId) -> Span {
        let node = self.node(id.0);
        Span::new(node.b, node.span.end)
    }
}

/// Node ids stored side by side.
#[derive(Clone, Copy, Debug)]
pub struct Ids<'d>(&'d [u32]);

impl<'d> Ids<'d> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The one at `index`.
    pub fn get(self, index: usize) -> Option<NodeId> {
        self.0.get(index).copied().map(NodeId)
    }

    /// All, in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + 'd {
        self.0.iter().copied().map(NodeId)
    }

    /// Two by two: the keys and values of an object.
    pub fn pairs(self) -> impl Iterator<Item = (NodeId, NodeId)> + 'd {
        self.0.chunks_exact(2).filter_map(|pair| match pair {
            [key, value] => Some((NodeId(*key), NodeId(*value))),
            _ => None,
        })
    }
}

/// An expression, one level deep; its parts are ids of the same document.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the fields are named by what they hold")]
pub enum Expr<'d> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'d str),
    /// A string without interpolation, decoded.
    Str(&'d str),
    /// Parts: `Str`, `Interpolation`, `TemplateIf`, `TemplateFor`. Also `"${x}"` with its one part.
    Template(Ids<'d>),
    Interpolation(NodeId),
    TemplateIf {
        condition: NodeId,
        then: NodeId,
        otherwise: Option<NodeId>,
    },
    TemplateFor {
        key: Option<&'d str>,
        value: &'d str,
        collection: NodeId,
        body: NodeId,
    },
    List(Ids<'d>),
    /// `pairs()` gives keys and values; a bare key is a `Str` that `is_bare`.
    Object(Ids<'d>),
    Variable(&'d str),
    GetAttr {
        base: NodeId,
        name: &'d str,
    },
    Index {
        base: NodeId,
        key: NodeId,
    },
    Splat {
        source: NodeId,
        each: NodeId,
        full: bool,
    },
    SplatItem,
    Call {
        name: &'d str,
        args: Ids<'d>,
        expand: bool,
    },
    ForList {
        key: Option<&'d str>,
        value: &'d str,
        collection: NodeId,
        result: NodeId,
        condition: Option<NodeId>,
    },
    ForObject {
        key: Option<&'d str>,
        value: &'d str,
        collection: NodeId,
        result_key: NodeId,
        result: NodeId,
        condition: Option<NodeId>,
        group: bool,
    },
    Conditional {
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    },
    Binary {
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
    },
    Unary {
        op: UnaryOp,
        operand: NodeId,
    },
    Parens(NodeId),
}
