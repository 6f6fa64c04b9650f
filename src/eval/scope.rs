//! What an expression may ask its surroundings.

use crate::syntax::ast::{Document, NodeId};

use super::funcs::Files;
use super::{Condition, EvalError, Value};

/// The surroundings of an expression: names, own functions, files, limits.
pub trait Scope {
    /// The value of `root.name`: `var.x`, `aws_s3_bucket.logs`; for data sources and module
    /// outputs `name` has two parts (`data`, `aws_ami.x`; `module`, `vpc.id`).
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError>;

    /// An output of one of several instances of a module call, `module.NAME[KEY].OUTPUT`; `None` where the
    /// whole call has to be looked at.
    fn instance_output(
        &self,
        _module: &str,
        _key: &Value,
        _output: &str,
    ) -> Option<Result<Value, EvalError>> {
        None
    }

    /// Whether the instance at an address such as `aws_x.y[*]` is there wherever what is computed is needed. A key has
    /// to be its key for sure; without one it has to be the only instance.
    fn is_there(&self, _address: &str, _key: Option<&Value>) -> bool {
        false
    }

    /// Whether a key is that of the instance at an address such as `aws_x.y[*]`, whether or not that is there.
    fn is_key_of(&self, _address: &str, _key: &Value) -> bool {
        false
    }

    /// What an expression asks that can't be known. `bound` tells the names that a loop around it binds.
    fn condition(&self, _doc: &Document, _id: NodeId, _bound: &dyn Fn(&str) -> bool) -> Option<Condition> {
        None
    }

    /// Whether something is known of conditions: what is computed is only needed where they hold.
    fn assumes(&self) -> bool {
        false
    }

    /// What is known of what is asked.
    fn known(&self, _asked: &Condition) -> Option<bool> {
        None
    }

    /// The list that is written at a node, where it was made before.
    fn literal(&self, _id: NodeId) -> Option<&Value> {
        None
    }

    /// The value of a bare name (`self`, `each`, an iterator); `None` where it is not one.
    fn variable(&self, name: &str) -> Option<Value>;

    /// A function of this scope's own; `None` to use Terraform's.
    fn call(&self, _name: &str, _args: &[Value]) -> Option<Result<Value, EvalError>> {
        None
    }

    /// Rules mode: access through null gives null, null collections are empty.
    fn lenient(&self) -> bool {
        false
    }

    /// The files that functions may read.
    fn files(&self) -> &dyn Files;

    /// Counts one step down; refuses past the limits on depth and work.
    fn enter(&self) -> Result<(), EvalError> {
        Ok(())
    }

    /// Undoes [`enter`](Self::enter).
    fn leave(&self) {}

    /// Counts work; refuses past the limit.
    fn spend(&self, _units: u64) -> Result<(), EvalError> {
        Ok(())
    }
}

/// What all expressions of one root use up together.
pub trait Limits {
    /// See [`Scope::enter`].
    fn enter(&self) -> Result<(), EvalError>;

    /// See [`Scope::leave`].
    fn leave(&self);

    /// See [`Scope::spend`].
    fn spend(&self, units: u64) -> Result<(), EvalError>;
}

/// A scope that knows nothing: constants only.
pub struct Constant;

impl Files for Constant {
    fn read(&self, path: &str) -> Result<Vec<u8>, EvalError> {
        Err(EvalError::new(format!("the file {path:?} can't be read here")))
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, EvalError> {
        Err(EvalError::new(format!("the directory {dir:?} can't be read here")))
    }

    fn render(&self, path: &str, _variables: &Value) -> Result<Value, EvalError> {
        Err(EvalError::new(format!("the template {path:?} can't be read here")))
    }
}

impl Scope for Constant {
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError> {
        Err(EvalError::new(format!("{root}.{name} is not known here; only constants are")))
    }

    fn variable(&self, _name: &str) -> Option<Value> {
        None
    }

    fn files(&self) -> &dyn Files {
        self
    }
}
