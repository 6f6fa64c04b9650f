//! The names of one module instance: variables, locals, resources, calls and outputs, each
//! computed when it is first asked for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use crate::source::{Location, Problem};
use crate::syntax::ast::{Attribute, Block, Document, Expr, NodeId};
use crate::syntax::{Declaration, Module};

use super::bound::{Bindings, Bound};
use super::condition::{self, Condition, Presence};
use super::funcs::Files;
use super::instances::{Expansion, Instance, Instances, expand};
use super::representative::{Representative, is_key_of, is_there};
use super::root::{MAX_MODULE_DEPTH, ModuleFiles, Root, Unresolved};
use super::scope::Limits;
use super::{
    Data, EvalError, Reference, Scope, Type, Unknown, Value, Why, block, constraint, convert, evaluate,
};

/// Where a module instance is called from.
pub(super) struct CallSite<'w> {
    parent: Rc<ModuleScope<'w>>,
    block: Declaration,
    /// `each` or `count` of this instance of the call.
    bindings: Bindings,
}

/// One instance of a module.
pub struct ModuleScope<'w> {
    /// What the whole root shares.
    pub root: Rc<Root<'w>>,
    /// `module.a["x"].module.b`; empty in the root.
    pub path: Arc<str>,
    /// The declarations.
    pub module: &'w Module,
    /// Why this instance may not exist.
    pub uncertain: Option<Why>,
    /// When the modules around it have instances, and this one has, where that can't be known; outermost first.
    pub presence: Arc<[Arc<Presence>]>,
    call: Option<CallSite<'w>>,
    this: Weak<Self>,
    values: RefCell<HashMap<String, Slot<Value>>>,
    resources: RefCell<HashMap<String, Slot<Rc<Instances>>>>,
    calls: RefCell<HashMap<String, Slot<Rc<Calls<'w>>>>>,
    /// The values of calls that have several instances, with all of their outputs.
    wholes: RefCell<HashMap<String, Value>>,
}

#[derive(Clone)]
enum Slot<T> {
    InProgress,
    Done(Result<T, EvalError>),
}

/// The instances of one module call.
pub enum Calls<'w> {
    /// The module's source is not here.
    Unresolved,
    /// Its instances.
    Known(Expansion, Vec<Rc<ModuleScope<'w>>>),
}

impl<'w> ModuleScope<'w> {
    /// The root module itself; `None` where its directory holds no module.
    pub fn root(root: Root<'w>) -> Option<Rc<Self>> {
        let module = root.own()?;
        Some(Self::new(Rc::new(root), "".into(), module, None, (None, Arc::default())))
    }

    fn new(
        root: Rc<Root<'w>>,
        path: Arc<str>,
        module: &'w Module,
        call: Option<CallSite<'w>>,
        (uncertain, presence): (Option<Why>, Arc<[Arc<Presence>]>),
    ) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            root,
            path,
            module,
            uncertain,
            presence,
            call,
            values: RefCell::default(),
            resources: RefCell::default(),
            calls: RefCell::default(),
            wholes: RefCell::default(),
        })
    }

    /// The document a declaration stands in.
    pub fn document(&self, declaration: Declaration) -> Result<&'w Arc<Document>, EvalError> {
        self.root
            .workspace
            .document(declaration.file)
            .ok_or_else(|| EvalError::new("the file was not parsed"))
    }

    /// An argument of a declared block, with the document it stands in. Override files win, the last
    /// one first.
    pub(super) fn argument(
        &self,
        declaration: Declaration,
        name: &str,
    ) -> Option<(&'w Document, Attribute<'w>)> {
        let doc: &'w Document = self.document(declaration).ok()?;
        let block = doc.block(declaration.node);
        let over = self.module.overrides_of(block).iter().rev().find_map(|over| {
            let doc: &'w Document = self.document(*over).ok()?;
            Some((doc, doc.block(over.node).body().attribute(name)?))
        });
        over.or_else(|| Some((doc, block.body().attribute(name)?)))
    }

    /// `name` with this module's path in front.
    pub fn address(&self, name: &str) -> Arc<str> {
        if self.path.is_empty() { name.into() } else { format!("{}.{name}", self.path).into() }
    }

    /// The instance that calls this one, the call's block, and the names it binds there.
    pub(super) fn caller(&self) -> Option<(&Rc<Self>, Declaration, &Bindings)> {
        self.call.as_ref().map(|site| (&site.parent, site.block, &site.bindings))
    }

    /// The module calls that lead to this instance, outermost first.
    pub fn called_by(&self) -> Vec<Location> {
        let mut blocks = Vec::new();
        let mut at = self.call.as_ref();
        while let Some(site) = at {
            if let Ok(doc) = site.parent.document(site.block) {
                blocks.push(Location::new(site.block.file, doc.block(site.block.node).span()));
            }
            at = site.parent.call.as_ref();
        }
        blocks.reverse();
        blocks
    }

    fn memo<T: Clone>(
        &self,
        slots: &RefCell<HashMap<String, Slot<T>>>,
        key: &str,
        compute: impl FnOnce() -> Result<T, EvalError>,
    ) -> Result<T, EvalError> {
        let found = slots.borrow().get(key).cloned();
        match found {
            Some(Slot::Done(result)) => return result,
            Some(Slot::InProgress) => {
                let error = EvalError::new(format!("{} refers to itself", self.address(key)));
                self.root.problem(error.problem(None));
                return Err(error);
            }
            None => {}
        }
        slots.borrow_mut().insert(key.to_owned(), Slot::InProgress);
        let result = self.root.enter().and_then(|()| {
            let result = compute();
            self.root.leave();
            result
        });
        slots.borrow_mut().insert(key.to_owned(), Slot::Done(result.clone()));
        result
    }

    fn variable_value(&self, name: &str) -> Result<Value, EvalError> {
        let declaration =
            *self.module.variables.get(name).ok_or_else(|| {
                EvalError::new(format!("the variable {name:?} is not declared in this module"))
            })?;
        let doc = self.document(declaration)?;
        let block = doc.block(declaration.node);
        let constant = |name: &str| {
            let (doc, attribute) = self.argument(declaration, name)?;
            evaluate(doc, attribute.expr(), &super::Constant).ok()
        };
        let declared = self.argument(declaration, "type");
        let ty = match declared {
            Some((doc, attribute)) => constraint::parse_type(doc, attribute.expr())?,
            None => Type::Any,
        };
        let sensitive = ["sensitive", "ephemeral"]
            .iter()
            .any(|flag| constant(flag).and_then(|value| value.as_bool()) == Some(true));
        let nullable = constant("nullable").and_then(|value| value.as_bool()) != Some(false);
        let mut given = match &self.call {
            None => self.root.given(name, declared.is_some().then_some(&ty))?,
            Some(site) => site.argument(name).map(|result| result.unwrap_or_else(Value::error)),
        };
        if !nullable && given.as_ref().is_some_and(Value::is_null) {
            given = None;
        }
        let value = match (given, &self.root.inputs.open) {
            (Some(value), _) => value,
            (None, Some(why)) if self.call.is_none() => {
                return Ok(Value::unknown_of(ty, why.clone()).sensitive_if(sensitive));
            }
            (None, _) => match self.argument(declaration, "default") {
                Some((doc, attribute)) => evaluate(doc, attribute.expr(), &super::Constant)?,
                None => {
                    let location = Some(Location::new(declaration.file, block.header_span()));
                    let why = Why::Variable { address: self.address(&format!("var.{name}")), location };
                    return Ok(Value::unknown_of(ty, why).sensitive_if(sensitive));
                }
            },
        };
        let value = match declared {
            Some((doc, attribute)) => constraint::with_defaults(doc, attribute.expr(), value),
            None => value,
        };
        let value = convert::convert(&value, &ty)?;
        Ok(if sensitive { self.root.secret(value) } else { value })
    }

    fn local_value(&self, name: &str) -> Result<Value, EvalError> {
        let declaration =
            *self.module.locals.get(name).ok_or_else(|| {
                EvalError::new(format!("the local {name:?} is not declared in this module"))
            })?;
        let doc = self.document(declaration)?;
        evaluate(doc, declaration.node, self)
    }

    /// The value of an output of this instance.
    pub fn output(&self, name: &str) -> Result<Value, EvalError> {
        self.memo(&self.values, &format!("output.{name}"), || {
            let declaration = *self
                .module
                .outputs
                .get(name)
                .ok_or_else(|| EvalError::new(format!("the module has no output {name:?}")))?;
            let value = self
                .argument(declaration, "value")
                .map_or(Ok(Value::NULL), |(doc, attribute)| evaluate(doc, attribute.expr(), self))?;
            let sensitive = self
                .argument(declaration, "sensitive")
                .is_some_and(|(doc, flag)| matches!(doc.expr(flag.expr()), Expr::Bool(true)));
            Ok(if sensitive { self.root.secret(value) } else { value })
        })
    }

    /// The instances of a `resource` (or `data`) block of this module.
    pub fn resource(&self, data: bool, kind: &str, name: &str) -> Result<Rc<Instances>, EvalError> {
        let label = format!("{}{kind}.{name}", if data { "data." } else { "" });
        self.memo(&self.resources, &label, || {
            let map = if data { &self.module.data } else { &self.module.resources };
            let declaration = *map
                .get(&(kind.to_owned(), name.to_owned()))
                .ok_or_else(|| EvalError::new(format!("{label} is not declared in this module")))?;
            Instances::of(self, declaration, data, kind, &label).map(Rc::new)
        })
    }

    /// The values of a block that is no resource, such as a provider's; no schema gives them types.
    pub fn block_values(&self, block: Block<'_>) -> Value {
        block::evaluate_body(self, block.document(), block.body(), None, &mut Bindings::default())
    }

    fn resource_value(&self, data: bool, kind: &str, name: &str) -> Result<Value, EvalError> {
        self.resource(data, kind, name).map(|instances| instances.value())
    }

    /// The same, where no owner of this instance is at hand.
    pub(super) fn call_of(&self, name: &str) -> Option<Rc<Calls<'w>>> {
        self.this.upgrade()?.call(name).ok()
    }

    /// The instances of a module call.
    pub fn call(self: &Rc<Self>, name: &str) -> Result<Rc<Calls<'w>>, EvalError> {
        self.memo(&self.calls, name, || self.expand_call(name).map(Rc::new))
    }

    fn expand_call(self: &Rc<Self>, name: &str) -> Result<Calls<'w>, EvalError> {
        let declaration = *self
            .module
            .calls
            .get(name)
            .ok_or_else(|| EvalError::new(format!("module.{name} is not declared in this module")))?;
        let doc = self.document(declaration)?;
        let block = doc.block(declaration.node);
        let header = Location::new(declaration.file, block.header_span());
        let address = self.address(&format!("module.{name}"));
        let source = self
            .argument(declaration, "source")
            .and_then(|(doc, attribute)| super::evaluate_constant(doc, attribute.expr()))
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default();
        let Some(module) = self.root.callee(&self.module.dir, &address, &source) else {
            let unresolved = Unresolved { address: address.to_string(), source, location: header };
            self.root.unresolved.borrow_mut().insert(unresolved);
            return Ok(Calls::Unresolved);
        };
        if self.depth() >= MAX_MODULE_DEPTH || self.calls_itself(module) {
            let message = format!(
                "{address} calls a module that is already being called; its resources are not followed"
            );
            // Terraform refuses a module that calls itself; other limits are trueup's own.
            let circle = self.calls_itself(module);
            let make = if circle { Problem::refused } else { Problem::unjudged };
            self.root.problem(make(message, Some(header)));
            return Ok(Calls::Unresolved);
        }
        let expansion = expand(self, declaration, &address);
        let keys = expansion.keys();
        self.root.house(keys.len(), header)?;
        let (uncertain, presence) = self.presence_of(&expansion);
        let scopes = keys
            .into_iter()
            .map(|(suffix, bindings)| {
                let call = CallSite { parent: Rc::clone(self), block: declaration, bindings };
                let path: Arc<str> = format!("{address}{suffix}").into();
                let presence = (uncertain.clone(), Arc::clone(&presence));
                Self::new(Rc::clone(&self.root), path, module, Some(call), presence)
            })
            .collect();
        Ok(Calls::Known(expansion, scopes))
    }

    /// Why the instances of one of its blocks may not exist, and when those around it and they do.
    pub fn presence_of(&self, expansion: &Expansion) -> (Option<Why>, Arc<[Arc<Presence>]>) {
        match expansion.unknown() {
            None => (self.uncertain.clone(), Arc::clone(&self.presence)),
            Some((why, own)) => {
                let why = self.uncertain.clone().unwrap_or_else(|| why.clone());
                (Some(why), self.presence.iter().chain([own]).cloned().collect())
            }
        }
    }

    /// Forgets the instances of calls, which hold this one alive in a circle.
    pub fn release(&self) {
        let calls = std::mem::take(&mut *self.calls.borrow_mut());
        for slot in calls.into_values() {
            if let Slot::Done(Ok(calls)) = slot
                && let Calls::Known(_, scopes) = &*calls
            {
                for scope in scopes {
                    scope.release();
                }
            }
        }
    }

    fn depth(&self) -> usize {
        let mut depth = 0;
        let mut at = self.call.as_ref();
        while let Some(site) = at {
            depth += 1;
            at = site.parent.call.as_ref();
        }
        depth
    }

    fn calls_itself(&self, module: &Module) -> bool {
        let mut at = Some(self);
        while let Some(scope) = at {
            if std::ptr::eq(scope.module, module) {
                return true;
            }
            at = scope.call.as_ref().map(|site| &*site.parent);
        }
        false
    }
}

impl CallSite<'_> {
    /// An argument of the call, evaluated in the caller; `None` where it is not given.
    fn argument(&self, name: &str) -> Option<Result<Value, EvalError>> {
        let (doc, attribute) = self.parent.argument(self.block, name)?;
        Some(evaluate(doc, attribute.expr(), &Bound { scope: &self.parent, bindings: &self.bindings }))
    }
}

impl Scope for ModuleScope<'_> {
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError> {
        match root {
            "var" => self.memo(&self.values, &format!("var.{name}"), || self.variable_value(name)),
            "local" => self.memo(&self.values, &format!("local.{name}"), || self.local_value(name)),
            "path" => Ok(Value::from(match name {
                "module" if self.module.dir != self.root.dir => relative(&self.root.dir, &self.module.dir),
                _ => ".".to_owned(),
            })),
            "terraform" => Ok(match &self.root.inputs.workspace {
                Some(workspace) => Value::from(&**workspace),
                None => Value::unknown_of(
                    Type::String,
                    Why::Variable { address: "terraform.workspace".into(), location: None },
                ),
            }),
            // Known only while Terraform runs, and never to be shown.
            "ephemeral" => {
                let address = self.address(&format!("ephemeral.{name}"));
                let why = Why::DataSource(Arc::clone(&address));
                let refers = vec![Reference::whole(address)];
                let ty = Type::Any;
                let whole = Unknown { ty, why, refers, made: false, not_null: true, partial: None };
                Ok(Value::from(Data::Unknown(Arc::new(whole))).sensitive_if(true))
            }
            "each" | "count" | "self" => Err(EvalError::new(format!(
                "{root}.{name} has no meaning here: the block has no for_each or count"
            ))),
            "data" => match name.split_once('.') {
                Some((kind, name)) => self.resource_value(true, kind, name),
                None => Err(EvalError::new(format!("data.{name} needs a name after it"))),
            },
            "module" => self.module_value(name),
            // The long form of a reference to a managed resource.
            "resource" => match name.split_once('.') {
                Some((kind, name)) => self.resource_value(false, kind, name),
                None => Err(EvalError::new(format!("resource.{name} needs a name after it"))),
            },
            kind => self.resource_value(false, kind, name),
        }
    }

    fn instance_output(&self, module: &str, key: &Value, output: &str) -> Option<Result<Value, EvalError>> {
        let calls = self.call_of(module)?;
        let Calls::Known(expansion, scopes) = &*calls else { return None };
        let value = scopes.get(expansion.position(key)?)?.output(output);
        Some(value.map(|value| value.sensitive_if(key.mark.sensitive)))
    }

    fn condition(&self, doc: &Document, id: NodeId, bound: &dyn Fn(&str) -> bool) -> Option<Condition> {
        condition::condition(self, doc, id, bound)
    }

    fn is_there(&self, address: &str, key: Option<&Value>) -> bool {
        self.assumes() && is_there(self, &Bindings::default(), address, key)
    }

    fn is_key_of(&self, address: &str, key: &Value) -> bool {
        is_key_of(self, &Bindings::default(), address, key)
    }

    fn assumes(&self) -> bool {
        !self.presence.is_empty()
    }

    fn known(&self, asked: &Condition) -> Option<bool> {
        self.presence.iter().find_map(|presence| presence.known(asked))
    }

    fn variable(&self, _name: &str) -> Option<Value> {
        None
    }

    fn files(&self) -> &dyn Files {
        self
    }

    fn enter(&self) -> Result<(), EvalError> {
        self.root.enter()
    }

    fn leave(&self) {
        self.root.leave();
    }

    fn spend(&self, units: u64) -> Result<(), EvalError> {
        self.root.spend(units)
    }
}

impl Files for ModuleScope<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, EvalError> {
        ModuleFiles { root: &self.root, dir: &self.module.dir }.read(path)
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, EvalError> {
        ModuleFiles { root: &self.root, dir: &self.module.dir }.list(dir)
    }

    fn render(&self, path: &str, variables: &Value) -> Result<Value, EvalError> {
        ModuleFiles { root: &self.root, dir: &self.module.dir }.render(path, variables)
    }

    fn limits(&self) -> Option<&dyn Limits> {
        Some(&*self.root)
    }
}

impl ModuleScope<'_> {
    /// `module.NAME` or `module.NAME.OUTPUT`. One output is computed alone, so that two modules
    /// may use each other's outputs as Terraform allows.
    fn module_value(&self, name: &str) -> Result<Value, EvalError> {
        let (name, output) = name.split_once('.').map_or((name, None), |(name, output)| (name, Some(output)));
        let this = self.this.upgrade().ok_or_else(|| EvalError::new("the module is no longer evaluated"))?;
        let calls = this.call(name)?;
        match (&*calls, output) {
            (Calls::Unresolved, _) => {
                Ok(Value::unknown(Why::Module(self.address(&format!("module.{name}")))))
            }
            (Calls::Known(Expansion::Single, scopes), Some(output)) => {
                scopes.first().map_or(Ok(Value::NULL), |scope| scope.output(output))
            }
            (Calls::Known(expansion, scopes), output) => {
                let known = self.wholes.borrow().get(name).cloned();
                let whole = known.unwrap_or_else(|| {
                    let whole = expansion.collect(scopes.iter().map(|scope| scope.outputs()).collect());
                    // One that is asked for by its own output is not whole yet.
                    if !scopes.iter().any(|scope| scope.in_progress()) {
                        self.wholes.borrow_mut().insert(name.to_owned(), whole.clone());
                    }
                    whole
                });
                output.map_or(Ok(whole.clone()), |output| super::attribute(&whole, output, false))
            }
        }
    }

    fn in_progress(&self) -> bool {
        self.values.borrow().values().any(|slot| matches!(slot, Slot::InProgress))
    }

    pub(super) fn outputs(&self) -> Value {
        Value::object(
            self.module
                .outputs
                .keys()
                .map(|name| (Arc::from(name.as_str()), self.output(name).unwrap_or_else(Value::error))),
        )
    }
}

fn relative(from: &str, to: &str) -> String {
    if from == "." {
        return to.to_owned();
    }
    let (from, to): (Vec<&str>, Vec<&str>) =
        (from.split('/').collect(), to.split('/').filter(|part| *part != ".").collect());
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - same);
    let path: Vec<&str> = up.chain(to.into_iter().skip(same)).collect();
    path.join("/")
}

/// A resource (or the output of a call) whose instances can't be known.
/// The one that stands for all goes with it: whatever instance is asked for looks like that one.
pub(super) fn unknown_instances(why: &Why, one: &Representative, instance: Option<&Instance>) -> Value {
    let whole = |it: &Instance| Reference { any: true, ..Reference::whole(Arc::clone(&it.address)) };
    let refers = instance.map(whole).into_iter().collect();
    // Where there is no more than one, it is known when there is.
    let only = |it: &&Instance| one.presence.is_single.then(|| Arc::new(Condition::is_there(&it.address)));
    let partial = instance.and_then(|it| super::ops::either(it.values.clone(), it.values.clone(), only(&it)));
    let unknown = Unknown { ty: Type::Any, why: why.clone(), refers, made: false, not_null: true, partial };
    super::Data::Unknown(Arc::new(unknown)).into()
}

/// Evaluates a block's body in a module instance with names bound.
pub(super) fn body(
    scope: &ModuleScope<'_>,
    doc: &Document,
    block: Block<'_>,
    schema: Option<&crate::schema::Block>,
    bindings: &mut Bindings,
) -> Value {
    block::evaluate_body(scope, doc, block.body(), schema, bindings)
}
