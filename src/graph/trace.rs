//! The chain of one value of a root.
//!
//! In: a root and an address. Out: what the value rests on. The root is evaluated as far as the chain
//! leads, and let go again.

use crate::eval::{ModuleScope, Root, Traced};

/// The chain of the value at `address` in a root.
pub fn trace(root: Root<'_>, address: &str) -> Traced {
    let Some(scope) = ModuleScope::root(root) else { return Traced::Nothing };
    let traced = crate::eval::trace(&scope, address);
    scope.release();
    traced
}
