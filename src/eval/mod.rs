//! Computes expressions over known, unknown and null values, keeping origins.
//!
//! In: a [`Document`](crate::syntax::Document)'s expressions and a [`Scope`] that knows names.
//! Out: [`Value`]s, each with the literal that decided it, or the reason why it can't be known.

mod access;
mod block;
mod bound;
mod condition;
mod constraint;
pub mod convert;
mod decimal;
mod expr;
pub mod funcs;
mod instances;
pub mod json;
mod json_decode;
mod module;
mod number;
mod open;
pub mod ops;
mod policy_document;
mod provided;
mod representative;
mod root;
mod scope;
mod template_file;
mod trace;
pub(crate) mod types;
mod unplaced;
mod value;
mod weight;

use crate::source::{FileId, SourceFile};
use crate::syntax::ast::{Document, NodeId};

pub use access::{attribute, each_item, index};
pub use condition::{Condition, Presence};
pub use expr::evaluate;
pub use funcs::Files;
pub use instances::{Expansion, Instance, Instances};
pub use module::{Calls, ModuleScope};
pub use number::Number;
pub use open::OpenList;
pub use provided::kind_of;
pub use representative::{Representative, settled};
pub use root::{Inputs, MAX_MODULE_DEPTH, Root, Unresolved, join};
pub use scope::{Constant, Limits, Scope};
pub use trace::{End, Step, Traced, at_path, trace};
pub use value::{
    Data, Entries, EvalError, Mark, Origin, Partial, Reference, Sequence, SequenceKind, TemplatePart, Type,
    Unknown, Value, Why,
};

/// The value of an expression that needs no names; `None` where it does, or is wrong.
pub fn evaluate_constant(doc: &Document, id: NodeId) -> Option<Value> {
    evaluate(doc, id, &Constant).ok()
}

/// Computes an expression given as text, without any names: what `terraform console` does.
pub fn evaluate_text(text: &str) -> Result<Value, EvalError> {
    let source = format!("_ = (\n{text}\n)\n");
    let doc = crate::syntax::parse_hcl(FileId(0), &SourceFile::new("expression", source));
    if let Some(error) = doc.errors.first() {
        return Err(EvalError::new(error.message.clone()));
    }
    let attribute = doc.body().attribute("_").ok_or_else(|| EvalError::new("not an expression"))?;
    evaluate(&doc, attribute.expr(), &Constant)
}
