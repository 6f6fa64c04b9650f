//! The names of a module instance with those of one of its blocks: `each`, `count`, iterators.

use std::sync::Arc;

use crate::syntax::ast::{Document, NodeId};

use super::condition::{Condition, Presence, settled_by};
use super::funcs::Files;
use super::module::ModuleScope;
use super::representative::{instance_of, is_key_of, is_there};
use super::{EvalError, Scope, Value, weight};

/// What `count`, `for_each` and `dynamic` bind.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    names: Vec<(String, Value)>,
    /// Where the instance stands for all: when there are any.
    pub(super) presence: Option<Arc<Presence>>,
}

impl Bindings {
    /// One name.
    pub(super) fn of(name: &str, value: Value) -> Self {
        Self { names: vec![(name.to_owned(), value)], presence: None }
    }

    /// The value of a name.
    pub(super) fn get(&self, wanted: &str) -> Option<&Value> {
        self.names.iter().rev().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }

    /// Binds a name, which hides the same one further out.
    pub(super) fn push(&mut self, name: String, value: Value) {
        self.names.push((name, value));
    }

    /// Undoes the last [`push`](Self::push).
    pub(super) fn pop(&mut self) {
        self.names.pop();
    }

    /// Every name, the outermost first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(String, Value)> {
        self.names.iter()
    }
}

/// A module instance with `each`, `count` or an iterator bound.
pub(super) struct Bound<'a, 'w> {
    pub(super) scope: &'a ModuleScope<'w>,
    pub(super) bindings: &'a Bindings,
}

impl Scope for Bound<'_, '_> {
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError> {
        let value = self.scope.symbol(root, name)?;
        if !self.assumes() || value.find_unknown().is_none() {
            return Ok(value);
        }
        self.spend(weight::walk([&value]))?;
        Ok(settled_by(value, &|asked| self.known(asked), 0))
    }

    fn instance_output(&self, module: &str, key: &Value, output: &str) -> Option<Result<Value, EvalError>> {
        match instance_of(self.scope, self.bindings, module, key) {
            Some(instance) => Some(instance.output(output).map(|it| it.sensitive_if(key.mark.sensitive))),
            None => self.scope.instance_output(module, key, output),
        }
    }

    fn is_there(&self, address: &str, key: Option<&Value>) -> bool {
        is_there(self.scope, self.bindings, address, key)
    }

    fn is_key_of(&self, address: &str, key: &Value) -> bool {
        is_key_of(self.scope, self.bindings, address, key)
    }

    fn condition(&self, doc: &Document, id: NodeId, bound: &dyn Fn(&str) -> bool) -> Option<Condition> {
        self.scope.condition(doc, id, &|name| bound(name) || self.bindings.get(name).is_some())
    }

    fn assumes(&self) -> bool {
        self.bindings.presence.is_some() || self.scope.assumes()
    }

    fn known(&self, asked: &Condition) -> Option<bool> {
        let own = self.bindings.presence.as_ref().and_then(|presence| presence.known(asked));
        let there = || {
            let there = asked.instance().is_some_and(|address| self.is_there(address, None));
            there.then_some(true)
        };
        own.or_else(|| self.scope.known(asked)).or_else(there)
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.bindings.get(name).cloned()
    }

    fn files(&self) -> &dyn Files {
        self.scope.files()
    }

    fn enter(&self) -> Result<(), EvalError> {
        self.scope.root.enter()
    }

    fn leave(&self) {
        self.scope.root.leave();
    }

    fn spend(&self, units: u64) -> Result<(), EvalError> {
        self.scope.root.spend(units)
    }
}
