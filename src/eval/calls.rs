//! Calls and splats: what an expression does with all of a list at once.
//!
//! In: the walk over an expression, at a call or a splat. Out: its value. `try`, `can` and
//! `templatestring` are here and not among the functions: what is in their arguments matters, not only
//! what it comes to.

use std::sync::Arc;

use crate::source::Location;
use crate::syntax::ast::{Expr, Ids, NodeId};

use super::expr::{Walk, keep_reference, unknown_like};
use super::{Data, EvalError, SequenceKind, Type, Unknown, Value, funcs, ops, template_file, weight};

impl<'a> Walk<'a> {
    pub(super) fn splat(&mut self, source: NodeId, each: NodeId) -> Result<Value, EvalError> {
        let source = self.eval(source)?;
        if let Some(unknown) = source.open_member() {
            return Ok(unknown_like(unknown, Type::Any).sensitive_if(source.mark.sensitive));
        }
        let mut kind = SequenceKind::Tuple;
        let items = match &source.data {
            Data::Null => Vec::new(),
            Data::Unknown(unknown) if single(unknown) => vec![source.clone()],
            Data::Unknown(unknown) => {
                let of = match &unknown.ty {
                    Type::List(of) | Type::Set(of) => (**of).clone(),
                    _ => Type::Any,
                };
                let item = Unknown { ty: of, ..Unknown::clone(unknown) };
                self.splat.push(Value { data: Data::Unknown(Arc::new(item)), mark: source.mark.clone() });
                let result = self.eval(each);
                self.splat.pop();
                return result.map(|value| all_of(value, &unknown.ty));
            }
            Data::Sequence(sequence) => {
                if sequence.kind != SequenceKind::Tuple {
                    kind = SequenceKind::List;
                }
                sequence.items.clone()
            }
            _ => vec![source.clone()],
        };
        self.spend(items.len() as u64)?;
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            self.splat.push(item);
            let result = self.eval(each);
            self.splat.pop();
            results.push(result?);
        }
        Ok(Value::sequence(kind, results).sensitive_if(source.mark.sensitive))
    }

    pub(super) fn call(
        &mut self,
        name: &str,
        args: Ids<'a>,
        expand: bool,
        here: Location,
    ) -> Result<Value, EvalError> {
        match name.strip_prefix("core::").unwrap_or(name) {
            "try" => return self.try_each(args),
            "templatestring" => return self.template_string(args),
            "can" => {
                let Some(arg) = args.get(0).filter(|_| args.len() == 1) else {
                    return Err(EvalError::new("can needs one argument"));
                };
                return Ok(match self.eval(arg) {
                    Ok(value) => match value.as_unknown() {
                        Some(unknown) => unknown_like(unknown, Type::Bool),
                        None => Value::from(true),
                    },
                    Err(error) if self.refused.is_some() => return Err(error),
                    Err(_) => Value::from(false),
                }
                .computed_at(here));
            }
            _ => {}
        }
        let mut values = args.iter().map(|id| self.eval(id)).collect::<Result<Vec<_>, _>>()?;
        if expand && let Some(last) = values.pop() {
            if let Some(unknown) = last.open_member() {
                return Ok(unknown_like(unknown, Type::Any).sensitive_if(last.mark.sensitive));
            }
            match &last.data {
                Data::Sequence(sequence) => {
                    let items = sequence.items.iter().cloned();
                    values.extend(items.map(|item| item.sensitive_if(last.mark.sensitive)));
                }
                Data::Unknown(unknown) if simple(&unknown.ty) => {
                    return Err(EvalError::new(format!("the last argument of {name} must be a list")));
                }
                Data::Unknown(unknown) => return Ok(unknown_like(unknown, Type::Any)),
                Data::Null if self.scope.lenient() => {}
                _ => {
                    return Err(EvalError::new(format!(
                        "the last argument of {name} is expanded with ... and must be a list"
                    )));
                }
            }
        }
        self.spend(weight::walk(&values))?;
        if let Some(result) = self.scope.call(name, &values) {
            return result;
        }
        let result = if self.scope.lenient() {
            funcs::call_lenient(name, &values, self.scope.files())
        } else {
            funcs::call(name, &values, self.scope.files())
        };
        // What Terraform would compute is no error that `try` may catch.
        let result =
            result.map_err(|error| if weight::is_limit(&error) { self.refuse(error) } else { error })?;
        self.spend(weight::cost(&result))?;
        // A member that comes out unchanged keeps the place that decided it.
        Ok(if result.mark.origin.is_some() { result } else { keep_reference(result, here) })
    }

    /// Renders a text that is not written in the call, but comes from elsewhere.
    fn template_string(&mut self, args: Ids<'a>) -> Result<Value, EvalError> {
        let (Some(text), Some(variables), 2) = (args.get(0), args.get(1), args.len()) else {
            return Err(EvalError::new("templatestring needs two arguments"));
        };
        let named =
            matches!(self.doc.expr(text), Expr::GetAttr { .. } | Expr::Index { .. } | Expr::Variable(_));
        if !named {
            return Err(EvalError::new("templatestring takes its template from a named value"));
        }
        let (text, variables) = (self.eval(text)?, self.eval(variables)?);
        let sensitive = text.mark.sensitive || variables.mark.sensitive;
        if text.as_unknown().is_some() || variables.as_unknown().is_some() {
            return Ok(ops::unknown_from(Type::String, &[&text, &variables]));
        }
        let source = text.as_str().ok_or_else(|| EvalError::new("templatestring needs a text"))?;
        let rendered = template_file::render(source, &variables, self.scope.files())?;
        Ok(rendered.sensitive_if(sensitive))
    }

    fn try_each(&mut self, args: Ids<'a>) -> Result<Value, EvalError> {
        let mut last = EvalError::new("try needs at least one argument");
        for arg in args.iter() {
            let depth = (self.bindings.len(), self.splat.len());
            match self.eval(arg) {
                Ok(value) => return Ok(value),
                Err(error) if self.refused.is_some() => return Err(error),
                Err(error) => {
                    self.bindings.truncate(depth.0);
                    self.splat.truncate(depth.1);
                    last = error;
                }
            }
        }
        Err(last)
    }
}

/// Whether an unknown is one value for sure, which a splat makes a tuple of.
fn single(unknown: &Unknown) -> bool {
    unknown.not_null && (simple(&unknown.ty) || matches!(unknown.ty, Type::Map(_) | Type::Object(_)))
}

fn simple(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Number | Type::String)
}

/// What one unknown item comes to stands for those of a whole unknown list.
fn all_of(mut value: Value, list: &Type) -> Value {
    if let (Data::Unknown(unknown), Type::List(_) | Type::Set(_)) = (&value.data, list) {
        let ty = Type::List(Box::new(unknown.ty.clone()));
        value.data = Data::Unknown(Arc::new(Unknown { ty, ..Unknown::clone(unknown) }));
    }
    value
}
