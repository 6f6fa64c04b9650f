//! Calls of functions, and `try` and `can`, which compute their arguments themselves.
//!
//! In: a name and arguments that are not computed yet. Out: a value, or what Terraform would refuse.

use std::sync::Arc;

use crate::eval::weight;
use crate::eval::{
    Condition, Data, EvalError, Mark, Partial, Type, Unknown, Value, Why, funcs, ops, template_file,
};
use crate::source::Location;
use crate::syntax::ast::{Expr, Ids, NodeId};

use super::{Missing, Walk, keep_reference, simple, unknown_like};

impl<'a> Walk<'a> {
    pub(super) fn call(
        &mut self,
        name: &str,
        args: Ids<'a>,
        expand: bool,
        here: Location,
    ) -> Result<Value, EvalError> {
        match name.strip_prefix("core::").unwrap_or(name) {
            "try" => return self.try_each(args.iter()),
            "templatestring" => return self.template_string(args),
            "can" => {
                let Some(arg) = args.get(0).filter(|_| args.len() == 1) else {
                    return Err(EvalError::new("can needs one argument"));
                };
                let outer = self.missing.take();
                let result = self.eval(arg);
                let missing = std::mem::replace(&mut self.missing, outer);
                return Ok(match result {
                    Ok(value) => match (value.find_unknown(), missing) {
                        (Some(unknown), _) => unknown_like(unknown, Type::Bool),
                        (None, Some(missing)) => Value::unknown_of(Type::Bool, missing.why),
                        (None, None) => Value::from(true),
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
                Data::Null(_) if self.scope.lenient() => {}
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
        if !self.scope.lenient()
            && let Some((result, refused)) = funcs::of_either(name, &values, self.scope.files())
        {
            if refused {
                let why = values.iter().find_map(|it| Some(it.as_unknown()?.why.clone()));
                self.note(&why.unwrap_or_else(|| Why::Function(name.into())), None);
            }
            self.spend(weight::cost(&result))?;
            return Ok(keep_reference(result, here));
        }
        let mut result = if self.scope.lenient() {
            funcs::call_lenient(name, &values, self.scope.files())
        } else {
            funcs::call(name, &values, self.scope.files())
        };
        if self.scope.lenient()
            && matches!(&result, Ok(value) if value.as_unknown().is_some())
            && let Some(decided) = funcs::whichever(name, &values, self.scope.files(), 0)
        {
            result = Ok(decided);
        }
        let result = result.map_err(|error| if error.limit { self.refuse(error) } else { error })?;
        if let Some(unknown) = result.as_unknown()
            && funcs::may_refuse(name, &values)
        {
            self.note(&unknown.why, None);
        }
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

    fn try_each(&mut self, mut args: impl Iterator<Item = NodeId>) -> Result<Value, EvalError> {
        let mut last = EvalError::new("try needs at least one argument");
        while let Some(arg) = args.next() {
            let depth = (self.bindings.len(), self.splat.len());
            let outer = self.missing.take();
            let result = self.eval(arg);
            let missing = std::mem::replace(&mut self.missing, outer);
            match result {
                Ok(value) if self.may_be_missing(&value) || missing.is_some() => {
                    return self.or_else(value, missing, args);
                }
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

    /// A value that may turn out not to be there: then it is the next one that can be computed.
    fn or_else(
        &mut self,
        value: Value,
        missing: Option<Missing>,
        next: impl Iterator<Item = NodeId>,
    ) -> Result<Value, EvalError> {
        let known = value.as_unknown();
        let only = missing.as_ref().map(|missing| missing.only.clone());
        let why = known.map(|unknown| unknown.why.clone()).or(missing.map(|missing| missing.why));
        let Some(why) = why else { return Ok(value) };
        // Boxed, since each argument may need those behind it.
        let next: Box<dyn Iterator<Item = NodeId>> = Box::new(next);
        let otherwise = match self.try_each(next) {
            Ok(otherwise) => otherwise,
            Err(error) if self.refused.is_some() => return Err(error),
            // Where nothing else can be computed, it has to be there: or the whole is an error in its turn.
            Err(_) => {
                self.note(&why, only.flatten().as_ref());
                return Ok(value);
            }
        };
        if ops::equal(&value, &otherwise) == Some(true) {
            return Ok(value);
        }
        let set = |value: &Value| value.as_unknown().map_or(!value.is_null(), |unknown| unknown.not_null);
        // What a function made of it may be computed though it is not there, or refused though it is.
        let plain =
            |of: &Arc<str>| is_read_of(&value, of) && only.is_none_or(|only| only.as_ref() == Some(of));
        let there = value.instance().filter(|of| plain(of)).map(Condition::is_there);
        // It may be another's.
        let mark = Mark { reference: None, ..value.mark.clone() };
        let either = Unknown {
            ty: Type::Any,
            why,
            refers: value.references().iter().chain(otherwise.references()).cloned().collect(),
            made: false,
            not_null: set(&value) && set(&otherwise),
            partial: ops::either(value, otherwise.clone(), there.map(Arc::new)),
        };
        let either = Value { data: Data::Unknown(Arc::new(either)), mark };
        Ok(either.sensitive_if(otherwise.mark.sensitive))
    }
}

/// Whether a value is read of an instance as it is: it can be computed if and only if that is there.
fn is_read_of(value: &Value, address: &Arc<str>) -> bool {
    let Some(unknown) = value.as_unknown().filter(|unknown| !unknown.made) else { return false };
    let whole = match &unknown.partial {
        None => true,
        Some(Partial::Either(one, other, Some(when))) => {
            ops::equal(one, other) == Some(true) && when.instance() == Some(address)
        }
        Some(_) => false,
    };
    whole && !unknown.refers.iter().any(|of| of.any)
}
