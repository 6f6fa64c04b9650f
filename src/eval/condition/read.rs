//! Expressions as what they ask, however it is written.
//!
//! In: an expression of a module instance. Out: a text that is the same for the same question: through locals,
//! brackets and the arguments of calls. Nothing where another place, or another time, may have another answer.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use crate::eval::module::ModuleScope;
use crate::eval::value::normalized;
use crate::syntax::Declaration;
use crate::syntax::ast::{BinaryOp, Document, Expr, NodeId, UnaryOp};

use super::Condition;

/// How many parts of expressions are looked at: names may lead to names many times over.
const MAX_PARTS: u32 = 64;
/// How long an expression may be, in bytes: what is longer is a question of its own.
const MAX_LENGTH: usize = 2_000;
/// Functions that do not give the same twice.
const CHANGING: [&str; 3] = ["uuid", "bcrypt", "timestamp"];
/// Names that mean another thing in each block.
const OF_A_BLOCK: [&str; 3] = ["each", "count", "self"];

/// Where an expression stands.
#[derive(Clone, Copy)]
struct At<'a, 'w> {
    scope: &'a ModuleScope<'w>,
    doc: &'a Document,
    id: NodeId,
    /// How many more parts may be looked at.
    left: &'a Cell<u32>,
}

/// What an expression asks. `bound` tells the names that a loop around it binds.
pub(in crate::eval) fn condition(
    scope: &ModuleScope<'_>,
    doc: &Document,
    id: NodeId,
    bound: &dyn Fn(&str) -> bool,
) -> Option<Condition> {
    let left = &Cell::new(MAX_PARTS);
    is_repeatable(doc, id, bound).then(|| At { scope, doc, id, left }.condition()).flatten()
}

/// What an expression comes to, in words that are the same wherever it is the same.
pub(in crate::eval) fn term(scope: &ModuleScope<'_>, doc: &Document, id: NodeId) -> Option<Arc<str>> {
    let left = &Cell::new(MAX_PARTS);
    is_repeatable(doc, id, &|_| false).then(|| At { scope, doc, id, left }.term()).flatten()
}

/// Whether the same expression comes to the same value elsewhere in its module instance.
fn is_repeatable(doc: &Document, id: NodeId, bound: &dyn Fn(&str) -> bool) -> bool {
    let own = match doc.expr(id) {
        Expr::Variable(name) => !OF_A_BLOCK.contains(&name) && !bound(name),
        Expr::Call { name, .. } => !CHANGING.contains(&name.strip_prefix("core::").unwrap_or(name)),
        _ => true,
    };
    own && doc.children(id).into_iter().all(|child| is_repeatable(doc, child, bound))
}

impl<'w> At<'_, 'w> {
    fn with(self, id: NodeId) -> Self {
        Self { id, ..self }
    }

    /// Counts one part.
    fn enter(self) -> Option<()> {
        self.left.set(self.left.get().checked_sub(1)?);
        Some(())
    }

    fn condition(self) -> Option<Condition> {
        self.enter()?;
        let named = || Some(Condition::is_true(self.term()?));
        match self.doc.expr(self.id) {
            Expr::Parens(inner) | Expr::Interpolation(inner) => self.with(inner).condition(),
            Expr::Template(parts) if parts.len() == 1 => self.with(parts.get(0)?).condition(),
            Expr::Unary { op: UnaryOp::Not, operand } => Some(self.with(operand).condition()?.negated()),
            Expr::Binary { op: BinaryOp::And, left, right } => {
                Some(Condition::both(self.with(left).condition()?, self.with(right).condition()?))
            }
            Expr::Binary { op: BinaryOp::Or, left, right } => {
                let [left, right] = [left, right].map(|side| self.with(side).condition());
                Some(Condition::both(left?.negated(), right?.negated()).negated())
            }
            Expr::Binary { op, left, right } => self.comparison(op, left, right),
            Expr::GetAttr { .. } => match self.named() {
                Some(meant) => meant.condition().or_else(named),
                None => named(),
            },
            _ => named(),
        }
    }

    /// `a == b`, `a < b` and their likes: one word for what they have in common.
    fn comparison(self, op: BinaryOp, left: NodeId, right: NodeId) -> Option<Condition> {
        let words = |left: NodeId, word: &str, right: NodeId| {
            let (left, right) = (self.with(left).term()?, self.with(right).term()?);
            Some(Condition::new(format!("{left} {word} {right}")))
        };
        match op {
            // No length is less than nothing.
            BinaryOp::Eq if self.is_length(left) && self.is_zero(right) => {
                Some(self.comparison(BinaryOp::Less, right, left)?.negated())
            }
            BinaryOp::NotEq if self.is_length(left) && self.is_zero(right) => {
                self.comparison(BinaryOp::Less, right, left)
            }
            BinaryOp::Less if self.is_zero(left) && self.counted(right).is_some() => {
                Some(Condition::is_there(&self.counted(right)?.1))
            }
            BinaryOp::Greater if self.is_zero(right) => self.comparison(BinaryOp::Less, right, left),
            BinaryOp::Eq => self.equality(left, right),
            BinaryOp::NotEq => Some(self.equality(left, right)?.negated()),
            BinaryOp::Less => words(left, "<", right),
            BinaryOp::Greater => words(right, "<", left),
            BinaryOp::GreaterEq => Some(words(left, "<", right)?.negated()),
            BinaryOp::LessEq => Some(words(right, "<", left)?.negated()),
            _ => Some(Condition::new(self.term()?)),
        }
    }

    fn equality(self, left: NodeId, right: NodeId) -> Option<Condition> {
        if let (Expr::Bool(wanted), true) = (self.doc.expr(right), self.with(left).is_bool()) {
            return Some(self.with(left).condition()?.compared(wanted));
        }
        let (one, other) = (self.with(left).term()?, self.with(right).term()?);
        Some(match (self.doc.expr(left), self.doc.expr(right)) {
            (_, Expr::Str(text)) => Condition::is_text(one, &composed(text)),
            (Expr::Str(text), _) => Condition::is_text(other, &composed(text)),
            _ => Condition::new(format!("{one} == {other}")),
        })
    }

    /// Whether it can be nothing but true, false or null: a text that says "true" equals neither.
    fn is_bool(self) -> bool {
        match self.doc.expr(self.id) {
            Expr::Parens(inner) => self.with(inner).is_bool(),
            Expr::Binary { op, .. } => op.asks(),
            Expr::Unary { op, .. } => op == UnaryOp::Not,
            Expr::GetAttr { base, name } => match self.doc.expr(base) {
                Expr::Variable("var") => self.declared_type(name) == Some("bool"),
                _ => self.named().is_some_and(Self::is_bool),
            },
            _ => false,
        }
    }

    fn is_nullable(self, name: &str) -> bool {
        let declaration = self.scope.module.variables.get(name);
        declaration.is_some_and(|it| self.scope.argument(*it, "nullable").is_none())
    }

    /// The type of a variable, as written.
    fn declared_type(self, name: &str) -> Option<&'w str> {
        let (doc, ty) = self.scope.argument(*self.scope.module.variables.get(name)?, "type")?;
        Some(doc.slice(doc.span(ty.expr())))
    }

    fn is_length(self, id: NodeId) -> bool {
        matches!(self.doc.expr(id), Expr::Call { name: "length", .. })
    }

    /// The block whose instances are counted, as in `length(aws_x.y)` and `length(aws_x.y[*].id)`, and the address
    /// that stands for all of them.
    fn counted(self, id: NodeId) -> Option<(Declaration, Arc<str>)> {
        let Expr::Call { name: "length", args, .. } = self.doc.expr(id) else { return None };
        let mut of = args.get(0).filter(|_| args.len() == 1)?;
        if let Expr::Splat { source, .. } = self.doc.expr(of) {
            of = source;
        }
        let Expr::GetAttr { base, name } = self.doc.expr(of) else { return None };
        let module = self.scope.module;
        let (declared, prefix, kind) = match self.doc.expr(base) {
            Expr::Variable(kind) => (&module.resources, "", kind),
            Expr::GetAttr { base, name } if matches!(self.doc.expr(base), Expr::Variable("data")) => {
                (&module.data, "data.", name)
            }
            _ => return None,
        };
        let declaration = *declared.get(&(kind.to_owned(), name.to_owned()))?;
        let several = ["count", "for_each"].iter().any(|it| self.scope.argument(declaration, it).is_some());
        several.then(|| (declaration, self.scope.address(&format!("{prefix}{kind}.{name}[*]"))))
    }

    fn is_zero(self, id: NodeId) -> bool {
        matches!(self.doc.expr(id), Expr::Number("0"))
    }

    /// What a value is called: the names of other modules lead to the same words.
    fn term(self) -> Option<Arc<str>> {
        self.enter()?;
        if self.doc.span(self.id).range().len() > MAX_LENGTH {
            return None;
        }
        let written = || {
            let text = self.doc.slice(self.doc.span(self.id));
            // Blanks in a text count.
            if text.contains('"') || text.contains("<<") {
                text.to_owned()
            } else {
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            }
        };
        Some(match self.doc.expr(self.id) {
            Expr::Parens(inner) | Expr::Interpolation(inner) => return self.with(inner).term(),
            Expr::Template(parts) if parts.len() == 1 => return self.with(parts.get(0)?).term(),
            Expr::Null | Expr::Bool(_) | Expr::Number(_) => written().into(),
            Expr::Str(text) => format!("{:?}", composed(text)).into(),
            Expr::GetAttr { base, name } => match self.doc.expr(base) {
                // The same in every module.
                Expr::Variable("terraform") => format!("terraform.{name}").into(),
                Expr::Variable(kind) if self.is_resource(kind, name) => self.scope.address(&written()),
                _ => match self.named().filter(|meant| meant.is_plain(self)) {
                    Some(meant) => return meant.term(),
                    None => self.here(&written()),
                },
            },
            // As many as there are of the other.
            Expr::Call { .. } => {
                match self.counted(self.id).and_then(|(declaration, _)| self.count_of(declaration)) {
                    Some(count) => return count.term(),
                    None => self.here(&written()),
                }
            }
            _ => self.here(&written()),
        })
    }

    /// Words of this module instance.
    fn here(self, text: &str) -> Arc<str> {
        let path = &*self.scope.path;
        // A colon, since no address holds one there.
        if path.is_empty() { text.into() } else { format!("{path}: {text}").into() }
    }

    fn is_resource(self, kind: &str, name: &str) -> bool {
        self.scope.module.resources.contains_key(&(kind.to_owned(), name.to_owned()))
    }

    /// The `count` of a block.
    fn count_of(self, declaration: Declaration) -> Option<Self> {
        let (doc, count) = self.scope.argument(declaration, "count")?;
        let count = Self { doc, id: count.expr(), ..self };
        is_repeatable(doc, count.id, &|_| false).then_some(count)
    }

    /// Where the value of a local or of a variable of a called module comes from.
    fn named(self) -> Option<Self> {
        let Expr::GetAttr { base, name } = self.doc.expr(self.id) else { return None };
        let Expr::Variable(root) = self.doc.expr(base) else { return None };
        let meant = match root {
            "local" => {
                let declaration = *self.scope.module.locals.get(name)?;
                let doc = self.scope.document(declaration).ok()?;
                Self { doc, id: declaration.node, ..self }
            }
            // One that takes its default for null is not what it is given.
            "var" if self.is_nullable(name) => {
                let (parent, block, _) = self.scope.caller()?;
                let (doc, argument) = parent.argument(block, name)?;
                Self { scope: parent, doc, id: argument.expr(), ..self }
            }
            _ => return None,
        };
        is_repeatable(meant.doc, meant.id, &|_| false).then_some(meant)
    }

    /// Whether what is said here is, as a value, what the name `of` means: a variable may turn what it is given into
    /// another type.
    fn is_plain(self, of: Self) -> bool {
        let declared = |at: Self| {
            let Expr::GetAttr { base, name } = at.doc.expr(at.id) else { return None };
            let Expr::Variable("var") = at.doc.expr(base) else { return None };
            at.is_nullable(name).then(|| at.declared_type(name))
        };
        std::ptr::eq(self.scope, of.scope) || declared(of).is_some_and(|ty| declared(self) == Some(ty))
    }
}

/// A text as values hold it.
fn composed(text: &str) -> Cow<'_, str> {
    normalized(text).map_or(Cow::Borrowed(text), Cow::Owned)
}
