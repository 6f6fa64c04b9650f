//! The names of a module instance with those of one of its blocks: `each`, `count`, iterators.

use super::funcs::Files;
use super::module::ModuleScope;
use super::representative::{goes_with, instance_with};
use super::{EvalError, Scope, Value};

/// A module instance with `each`, `count` or an iterator bound.
pub(super) struct Bound<'a, 'w> {
    pub(super) scope: &'a ModuleScope<'w>,
    pub(super) bindings: &'a [(String, Value)],
}

impl Scope for Bound<'_, '_> {
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError> {
        self.scope.symbol(root, name)
    }

    fn instance_output(&self, module: &str, key: &Value, output: &str) -> Option<Result<Value, EvalError>> {
        match instance_with(self.scope, self.bindings, module, key) {
            Some(instance) => Some(instance.output(output).map(|it| it.sensitive_if(key.mark.sensitive))),
            None => self.scope.instance_output(module, key, output),
        }
    }

    fn goes_with(&self, address: &str) -> bool {
        goes_with(self.scope, self.bindings, address)
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.bindings.iter().rev().find(|(bound, _)| bound == name).map(|(_, value)| value.clone())
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
