//! The chain from a value to the literals and inputs that decide it.
//!
//! In: a root that was evaluated, and the address of a value. Out: [`Step`]s: attribute, variable,
//! argument of a call, local, output, and at the end literals or what is not known. The evaluator
//! keeps no such chain: it is found anew, by following the references of each expression, only when
//! somebody asks.

mod assumed;
mod block;
mod expression;
mod path;
mod reference;

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::source::{FileId, Location};
use crate::syntax::ast::{Document, NodeId};

use super::bound::{Bindings, Bound};
use super::{Calls, ModuleScope, Presence, Value, Why, evaluate};
use path::Part;

/// How deep a chain may go.
const MAX_DEPTH: usize = 64;
/// How many values one step may rest on.
const MAX_WIDTH: usize = 8;
/// How many steps all of it may have.
const MAX_STEPS: usize = 400;
/// Steps that are rather shown again than referred to.
const FEW: usize = 4;

/// A value, and what it rests on.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is: `var.versioned`, `module.logs argument versioned`, `if`; may be empty.
    pub name: String,
    /// The text that says what it is, where that is an expression or a literal.
    pub written: Option<Location>,
    /// The value; none where the text itself is one.
    pub value: Option<Value>,
    /// Where it is written.
    pub at: Option<Location>,
    /// Whether the chain goes on, and if not, why.
    pub end: End,
    /// What it rests on.
    pub below: Vec<Self>,
}

/// How a chain goes on.
#[derive(Clone, Debug)]
pub enum End {
    /// It rests on what stands below.
    Through,
    /// A literal, or an input, decides here.
    Here,
    /// It can't be known.
    Open(Why),
    /// Nothing sets it.
    Absent,
    /// It makes the instance: what is read there, is only read where there is one.
    Made,
    /// What it rests on was said before.
    Above,
    /// It leads back to itself.
    Circle,
    /// It is longer than is followed.
    Cut,
}

/// What an address leads to.
#[derive(Debug)]
pub enum Traced {
    /// A value and its chain.
    Found(Box<Step>),
    /// A resource, but no attribute was named.
    Whole,
    /// Nothing here has this address.
    Nothing,
}

/// An expression in its surroundings.
#[derive(Clone)]
struct At<'w> {
    scope: Rc<ModuleScope<'w>>,
    doc: &'w Document,
    id: NodeId,
    names: Names<'w>,
}

/// The names that are bound around an expression, the innermost first.
type Names<'w> = Option<Rc<Name<'w>>>;

/// A name that `count`, `for_each`, `dynamic` or `for` binds.
struct Name<'w> {
    word: String,
    value: Value,
    kind: Binds,
    /// The collection that it walks over, which sees the outer names.
    collection: At<'w>,
    /// The key of the element.
    key: Value,
    /// When there are instances of the block that it stands in, where nobody knows.
    presence: Option<Arc<Presence>>,
    outer: Names<'w>,
}

/// What a name is bound to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binds {
    /// `each`, or the iterator of a `dynamic` block: an object of key and value.
    Pair,
    /// `count`
    Count,
    /// The key of a `for`.
    Key,
    /// The element of a `for`.
    Element,
}

impl<'w> At<'w> {
    fn new(scope: &Rc<ModuleScope<'w>>, doc: &'w Document, id: NodeId, names: &Names<'w>) -> Self {
        Self { scope: Rc::clone(scope), doc, id, names: names.clone() }
    }

    fn with(&self, id: NodeId) -> Self {
        Self { id, ..self.clone() }
    }

    fn location(&self) -> Location {
        self.doc.location(self.id)
    }

    fn name(&self, wanted: &str) -> Option<Rc<Name<'w>>> {
        let mut at = self.names.as_ref();
        while let Some(name) = at {
            if name.word == wanted {
                return Some(Rc::clone(name));
            }
            at = name.outer.as_ref();
        }
        None
    }

    fn value(&self) -> Value {
        self.value_with(&self.bindings())
    }

    fn value_with(&self, bindings: &Bindings) -> Value {
        evaluate(self.doc, self.id, &Bound { scope: &self.scope, bindings }).unwrap_or_else(Value::error)
    }

    fn bindings(&self) -> Bindings {
        let mut names = Vec::new();
        let mut at = self.names.as_ref();
        while let Some(name) = at {
            names.push(name);
            at = name.outer.as_ref();
        }
        let mut bindings = Bindings::default();
        for name in names.into_iter().rev() {
            bindings.push(name.word.clone(), name.value.clone());
            bindings.presence = bindings.presence.or_else(|| name.presence.clone());
        }
        bindings
    }
}

/// Follows chains within the bounds.
struct Tracer {
    /// Steps that may still be made.
    left: usize,
    /// The expressions on the way down, with the way into each.
    stack: Vec<Here>,
    /// Those that were followed, and took more than a few steps.
    followed: HashSet<Here>,
}

/// An expression of one module instance, and the way into it.
type Here = (*const (), FileId, NodeId, String);

impl Step {
    fn named(name: impl Into<String>, value: Value, at: Option<Location>) -> Self {
        Self {
            name: name.into(),
            written: None,
            value: Some(value),
            at,
            end: End::Through,
            below: Vec::new(),
        }
    }

    fn literal(at: Location) -> Self {
        let (written, at) = (Some(at), Some(at));
        Self { name: String::new(), written, value: None, at, end: End::Here, below: Vec::new() }
    }

    /// The same step, resting on these; without any it ends as its value says.
    fn on(mut self, below: Vec<Self>) -> Self {
        if let [only] = below.as_slice()
            && matches!(only.end, End::Above)
            && only.name.is_empty()
        {
            return self.ends(End::Above);
        }
        let value = self.value.as_ref();
        let refused = value.and_then(refusal).filter(|_| !below.iter().any(Self::tells_refusal));
        if let Some(why) = refused {
            self.end = End::Open(why);
        } else if below.is_empty() {
            self.end = match value.and_then(Value::find_unknown) {
                Some(unknown) => End::Open(unknown.why.clone()),
                None if value.is_some_and(Value::is_null) => End::Absent,
                None => End::Here,
            };
        }
        self.below = below;
        self
    }

    /// Whether it, or what it rests on, says what Terraform would refuse.
    fn tells_refusal(&self) -> bool {
        matches!(self.end, End::Open(Why::Error(_))) || self.below.iter().any(Self::tells_refusal)
    }

    fn ends(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    fn is_open(&self) -> bool {
        matches!(self.end, End::Open(_)) || self.value.as_ref().is_some_and(|it| it.find_unknown().is_some())
    }
}

/// Why Terraform would refuse a value, where it would.
fn refusal(value: &Value) -> Option<Why> {
    value.as_unknown().map(|unknown| unknown.why.clone()).filter(|why| matches!(why, Why::Error(_)))
}

/// The chain of the value at `address` (`module.a.aws_x.y["k"].block[0].attribute`, also `var.x`,
/// `local.x` and `output.x` behind a module's path) in a root.
pub fn trace(root: &Rc<ModuleScope<'_>>, address: &str) -> Traced {
    let all = path::parts(address);
    let Some((scope, rest)) = module_of(root, &all) else { return Traced::Nothing };
    let mut tracer = Tracer { left: MAX_STEPS, stack: Vec::new(), followed: HashSet::new() };
    let name = |at: usize| match rest.get(at) {
        Some(Part::Key(name)) => name.as_str(),
        _ => "",
    };
    let after = |count: usize| rest.get(count..).unwrap_or(&[]);
    let module = scope.module;
    let step = match (name(0), name(1)) {
        ("var", of) if module.variables.contains_key(of) => tracer.variable(&scope, of, after(2)),
        ("local", of) if module.locals.contains_key(of) => tracer.local(&scope, of, after(2)),
        ("output", of) if module.outputs.contains_key(of) => tracer.output(&scope, of, after(2)),
        ("provider", of) => match tracer.provider(&scope, of, after(2)) {
            Some(step) => step,
            None => return Traced::Nothing,
        },
        ("data", kind) => return tracer.resource_at(&scope, true, (kind, name(2)), after(3)),
        (kind, of) if module.resources.contains_key(&(kind.to_owned(), of.to_owned())) => {
            return tracer.resource_at(&scope, false, (kind, of), after(2));
        }
        (of, _) if !scope.path.is_empty() && module.outputs.contains_key(of) => {
            tracer.output(&scope, of, after(1))
        }
        _ => return Traced::Nothing,
    };
    Traced::Found(Box::new(step))
}

/// The value at the end of a way such as `.block[0].attribute`.
pub fn at_path(value: &Value, way: &str) -> Value {
    path::pick(value, &path::parts(way))
}

/// The module instance that a path leads to, and what follows.
fn module_of<'w, 'p>(
    root: &Rc<ModuleScope<'w>>,
    parts: &'p [Part],
) -> Option<(Rc<ModuleScope<'w>>, &'p [Part])> {
    let mut scope = Rc::clone(root);
    let mut rest = parts;
    while let [Part::Key(word), Part::Key(name), after @ ..] = rest {
        if word != "module" {
            break;
        }
        let calls = scope.call(name).ok()?;
        let Calls::Known(expansion, scopes) = &*calls else { return None };
        let (at, used) = reference::instance(expansion, after)?;
        rest = after.get(used..)?;
        let inner = Rc::clone(scopes.get(at)?);
        scope = inner;
    }
    Some((scope, rest))
}
