//! Values that nobody knows, but that are decided wherever they are needed: by the `count` or `for_each` that makes
//! the instance.
//!
//! In: an expression in its surroundings. Out: the step that says what makes the instance, where that is what
//! decides the expression.

use crate::source::Location;
use crate::syntax::ast::Expr;

use crate::eval::module::ModuleScope;
use crate::eval::{Condition, Presence, Scope as _, Value};

use super::path::{Part, pick};
use super::{At, End, Step};

impl At<'_> {
    /// What makes the instance, where nothing else decides the value at the end of a way.
    pub(super) fn assumed(&self, path: &[Part]) -> Option<Step> {
        // What is read of a resource leads on to where that has it from.
        match self.doc.expr(self.id) {
            Expr::Binary { .. } | Expr::Unary { .. } => {}
            Expr::GetAttr { base, .. } if matches!(self.doc.expr(base), Expr::Variable("var" | "local")) => {}
            _ => return None,
        }
        let mut plain = self.bindings();
        if plain.presence.take().is_some() {
            let known = |value: &Value| pick(value, path).find_unknown().is_none();
            if known(&self.value()) && !known(&self.value_with(&plain)) {
                return Some(step(self.made_by()?.location()));
            }
        }
        let condition = path.is_empty().then(|| self.scope.condition(self.doc, self.id, &|_| false))??;
        module_step(&self.scope, &condition)
    }

    /// The `count` or `for_each` of the block that it stands in.
    fn made_by(&self) -> Option<&Self> {
        let mut at = self.names.as_ref();
        while let Some(name) = at {
            if name.presence.is_some() {
                return Some(&name.collection);
            }
            at = name.outer.as_ref();
        }
        None
    }
}

/// The call that makes the module instance, where that decides a condition.
fn module_step(scope: &ModuleScope<'_>, condition: &Condition) -> Option<Step> {
    let (parent, block, bindings) = scope.caller()?;
    let decides = |presence: &Presence| condition.decided(&|asked| presence.known(asked)).is_some();
    if bindings.presence.as_deref().is_some_and(decides) {
        let written = ["count", "for_each"].into_iter().find_map(|name| parent.argument(block, name));
        return written.map(|(doc, attribute)| step(doc.location(attribute.expr())));
    }
    module_step(parent, condition)
}

fn step(at: Location) -> Step {
    Step { end: End::Made, ..Step::literal(at) }
}
