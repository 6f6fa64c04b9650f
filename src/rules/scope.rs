//! What a rule's expressions see: `self`, `local`, resources and edges.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, OnceLock, RwLock};

use foldhash::HashMap;

use crate::eval::{Entries, EvalError, Files, OpenList, Scope, Type, Value, evaluate};
use crate::graph::{Configuration, Referrers, ResourceId};
use crate::syntax::ast::NodeId;

use super::alike::Alike;
use super::attached::attached_policy;
use super::functions;
use super::functions::network::{Tri, attributes, world_reaches_port};
use super::functions::policy::accounts;
use super::model::Rule;
use super::prefix_lists::is_world_list;
use super::referred::referred;
use super::set::RuleSet;
use super::tree::{account_baseline, customer_key, only_bounds, our_accounts};

/// How deep expressions and locals may nest.
const MAX_DEPTH: u32 = 200;

/// Every resource as rules see it, made on first use and shared by all rules of a run.
pub struct Objects<'c> {
    pub(super) configuration: &'c Configuration,
    /// What `setting` is: an object.
    pub(super) settings: Value,
    made: Vec<OnceLock<Value>>,
    /// What every resource has beside its attributes.
    address: Arc<str>,
    label: Arc<str>,
    /// Locals of rules that are the same for every resource, by rule and expression.
    shared: RwLock<HashMap<(Arc<str>, NodeId), Value>>,
    /// What rules concluded of resources that others are like.
    pub(super) alike: Alike,
}

impl<'c> Objects<'c> {
    /// The resources of one configuration, and the settings of a set of rules.
    pub fn new(configuration: &'c Configuration, rules: &RuleSet) -> Self {
        let made = configuration.resources.iter().map(|_| OnceLock::new()).collect();
        let (settings, shared) = (rules.settings().clone(), RwLock::default());
        let (address, label) = ("address".into(), "label".into());
        Self { configuration, settings, made, address, label, shared, alike: Alike::default() }
    }

    /// The configuration they belong to.
    pub fn configuration(&self) -> &'c Configuration {
        self.configuration
    }

    /// The attributes with `address` and `label`.
    pub(super) fn get(&self, id: ResourceId) -> Value {
        let (Some(slot), Some(resource)) = (self.made.get(id.0 as usize), self.configuration.get(id)) else {
            return Value::NULL;
        };
        slot.get_or_init(|| {
            let own = [
                (Arc::clone(&self.address), Value::from(&*resource.address)),
                (Arc::clone(&self.label), Value::from(&*resource.name)),
            ];
            let values = resource.values.as_entries().map(Entries::iter).into_iter().flatten();
            Value::object(values.map(|(name, value)| (Arc::clone(name), value.clone())).chain(own))
        })
        .clone()
    }

    /// Resources as a list. One that may not exist is no more than a possible element.
    fn those_there(&self, ids: &[ResourceId]) -> Value {
        let doubt = |id: &ResourceId| self.configuration.get(*id)?.uncertain.clone();
        let Some(why) = ids.iter().find_map(doubt) else { return self.list(ids) };
        let mut list = OpenList::default();
        for id in ids {
            let object = self.get(*id);
            if doubt(id).is_some() { list.push_maybe(object) } else { list.push(object) }
        }
        list.into_value(why)
    }

    pub(super) fn list(&self, ids: &[ResourceId]) -> Value {
        Value::list(ids.iter().map(|id| self.get(*id)).collect())
    }

    /// The resource that a value is the object of.
    pub(super) fn resource_of(&self, value: &Value) -> Option<ResourceId> {
        let address = value.get("address")?.as_str()?;
        value.get("label")?;
        self.configuration.find(address)
    }

    /// A value with its resources named instead of written out.
    pub(super) fn brief(&self, value: &Value) -> Value {
        let named = |value: &Value| match value.get("address") {
            Some(address) if self.resource_of(value).is_some() => address.clone(),
            _ => value.clone(),
        };
        match value.as_items() {
            Some(items) if !value.mark.sensitive => Value::list(items.iter().map(named).collect()),
            _ => named(value),
        }
    }
}

/// The resources of a type whose attribute points at one. Where there is none of the type, nothing is looked for:
/// most rules ask about more types than a tree has.
pub(super) fn referrers(
    configuration: &Configuration,
    of: ResourceId,
    kind: &str,
    attribute: &str,
) -> Referrers {
    if configuration.of_kind(kind).is_empty() {
        return Referrers::default();
    }
    configuration.referrers(of, kind, attribute)
}

/// The scope of one rule on one subject.
pub(super) struct Judging<'a> {
    pub(super) rule: &'a Rule,
    pub(super) objects: &'a Objects<'a>,
    pub(super) subject: Option<ResourceId>,
    locals: RefCell<Vec<(Arc<str>, Option<Value>)>>,
    /// Names that loops bind, where a part inside them is evaluated alone.
    bound: RefCell<Vec<(String, Value)>>,
    depth: Cell<u32>,
    /// What `self` is in place of the subject's own values.
    supposed: Option<Value>,
}

impl<'a> Judging<'a> {
    pub(super) fn new(rule: &'a Rule, objects: &'a Objects<'a>, subject: Option<ResourceId>) -> Self {
        let (locals, bound) = (RefCell::default(), RefCell::default());
        Self { rule, objects, subject, locals, bound, depth: Cell::new(0), supposed: None }
    }

    /// The same, supposing that `self` had these values.
    pub(super) fn supposing(&self, values: Value) -> Self {
        Self { supposed: Some(values), ..Self::new(self.rule, self.objects, self.subject) }
    }

    pub(super) fn eval(&self, id: NodeId) -> Result<Value, EvalError> {
        evaluate(&self.rule.document, id, self)
    }

    /// Evaluates a part of the rule that stands inside loops, with the names they bind.
    pub(super) fn eval_with(&self, id: NodeId, bound: Vec<(String, Value)>) -> Result<Value, EvalError> {
        let outer = self.bound.replace(bound);
        let result = self.eval(id);
        self.bound.replace(outer);
        result
    }

    fn prefix_lists(&self) -> impl Fn(&Value) -> Tri {
        |id| is_world_list(self.objects.configuration, id)
    }

    /// The attributes of an object on which the answer of a function rests.
    pub(super) fn rests_on(&self, name: &str, object: &Value) -> Vec<&'static str> {
        match name {
            "world_reaches_port" => attributes(object, &self.prefix_lists()),
            _ => Vec::new(),
        }
    }

    fn local(&self, name: &str) -> Result<Value, EvalError> {
        let known = self.locals.borrow().iter().find(|(each, _)| &**each == name).map(|(_, it)| it.clone());
        match known {
            Some(Some(value)) => return Ok(value),
            Some(None) => return Err(EvalError::new(format!("local.{name} refers to itself"))),
            None => {}
        }
        let id = self.rule.local(name).ok_or_else(|| EvalError::new(format!("there is no local.{name}")))?;
        self.locals.borrow_mut().push((name.into(), None));
        let value = if self.rule.shared.contains(&id) { self.shared(id)? } else { self.eval(id)? };
        if let Some(slot) = self.locals.borrow_mut().iter_mut().find(|(each, _)| &**each == name) {
            slot.1 = Some(value.clone());
        }
        Ok(value)
    }

    /// A local that does not ask about the subject: computed once for all of them.
    fn shared(&self, id: NodeId) -> Result<Value, EvalError> {
        let key = (Arc::clone(&self.rule.info.id), id);
        let shared = &self.objects.shared;
        if let Some(value) = shared.read().ok().and_then(|known| known.get(&key).cloned()) {
            return Ok(value);
        }
        let value = self.eval(id)?;
        if let Ok(mut known) = shared.write() {
            known.insert(key, value.clone());
        }
        Ok(value)
    }

    fn graph_call(&self, name: &str, args: &[Value]) -> Result<Value, EvalError> {
        let configuration = self.objects.configuration;
        let text = |at: usize| {
            args.get(at)
                .and_then(Value::as_str)
                .ok_or_else(|| EvalError::new(format!("{name} takes names as strings")))
        };
        let subject = || {
            self.subject
                .ok_or_else(|| EvalError::new(format!("{name} needs a self, which the estate has not")))
        };
        match name {
            "resources" => Ok(self.objects.those_there(configuration.of_kind(text(0)?))),
            "data_resources" => {
                let ids = configuration.data_by_kind.get(text(0)?).map_or(&[][..], Vec::as_slice);
                Ok(self.objects.those_there(ids))
            }
            "provider_blocks" => {
                let name = text(0)?;
                let blocks = configuration.providers.iter().filter(|block| &*block.name == name);
                Ok(Value::list(blocks.map(|block| block.values.clone()).collect()))
            }
            "unresolved_modules" => {
                let calls = configuration.unresolved_modules.iter();
                Ok(Value::list(calls.map(|(address, _, _)| address.as_str().into()).collect()))
            }
            "backends" => Ok(Value::list(configuration.backends.clone())),
            "referred" => {
                let (subject, attribute) = (configuration.get(subject()?), text(0)?);
                Ok(subject.map_or(Value::NULL, |subject| referred(self.objects, subject, attribute)))
            }
            "only_bounds" => Ok(only_bounds(configuration, subject()?).into_value()),
            _ => {
                let of = match args.get(2) {
                    Some(other) if other.as_unknown().is_some() => return Ok(other.clone()),
                    Some(other) => self
                        .objects
                        .resource_of(other)
                        .ok_or_else(|| EvalError::new("referrers takes a resource as its third argument"))?,
                    None => subject()?,
                };
                let found = referrers(configuration, of, text(0)?, text(1)?);
                match found.possible.first() {
                    Some((_, why)) if found.definite.is_empty() => {
                        Ok(Value::unknown_of(Type::List(Box::new(Type::Any)), why.clone()))
                    }
                    Some((_, why)) => {
                        // Those that may point here too could break what must hold for all.
                        let mut list = OpenList::default();
                        found.definite.iter().for_each(|id| list.push(self.objects.get(*id)));
                        found.possible.iter().for_each(|(id, _)| list.push_maybe(self.objects.get(*id)));
                        Ok(list.into_value(why.clone()))
                    }
                    None => Ok(self.objects.list(&found.definite)),
                }
            }
        }
    }
}

impl Scope for Judging<'_> {
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError> {
        match root {
            "local" => self.local(name),
            "setting" => Ok(self.objects.settings.get(name).cloned().unwrap_or(Value::NULL)),
            _ => Err(EvalError::new(format!(
                "{root}.{name} is not known to rules; only self, local and setting are"
            ))),
        }
    }

    fn literal(&self, id: NodeId) -> Option<&Value> {
        let literals = &self.rule.literals;
        let at = literals.binary_search_by_key(&id, |(other, _)| *other).ok()?;
        literals.get(at).map(|(_, value)| value)
    }

    fn variable(&self, name: &str) -> Option<Value> {
        let bound = self.bound.borrow().iter().rev().find(|(each, _)| each == name).map(|(_, it)| it.clone());
        let own = || self.supposed.clone().or_else(|| self.subject.map(|id| self.objects.get(id)));
        bound.or_else(|| (name == "self").then(own).flatten())
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, EvalError>> {
        match name {
            "resources" | "data_resources" | "referrers" | "referred" | "provider_blocks" | "backends"
            | "unresolved_modules" | "only_bounds" => Some(self.graph_call(name, args)),
            "world_reaches_port" => Some(match args {
                [rule, port] => Ok(world_reaches_port(rule, port, &self.prefix_lists()).into_value()),
                _ => Err(EvalError::new("world_reaches_port takes 2 argument(s)")),
            }),
            "customer_key" => Some(match args {
                [value] => Ok(customer_key(self.objects.configuration, value).into_value()),
                _ => Err(EvalError::new("customer_key takes 1 argument(s)")),
            }),
            "attached_policy" => Some(match args {
                [arn] => Ok(attached_policy(self.objects.configuration, arn)),
                _ => Err(EvalError::new("attached_policy takes 1 argument(s)")),
            }),
            "policy_accounts" => Some(match args {
                [policy] => {
                    let ours = our_accounts(self.objects.configuration, &self.objects.settings);
                    Ok(accounts(policy, &ours))
                }
                _ => Err(EvalError::new("policy_accounts takes 1 argument(s)")),
            }),
            "account_baseline" => {
                let answer = account_baseline(self.objects.configuration, &self.objects.settings);
                Some(Ok(answer.into_value()))
            }
            _ => functions::call(name, args),
        }
    }

    fn lenient(&self) -> bool {
        true
    }

    fn files(&self) -> &dyn Files {
        self
    }

    fn enter(&self) -> Result<(), EvalError> {
        if self.depth.get() >= MAX_DEPTH {
            return Err(EvalError::new("the rule nests too deep"));
        }
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }
}

impl Files for Judging<'_> {
    fn read(&self, _path: &str) -> Result<Vec<u8>, EvalError> {
        Err(EvalError::new("rules read no files"))
    }

    fn list(&self, _dir: &str) -> Result<Vec<String>, EvalError> {
        Err(EvalError::new("rules read no files"))
    }

    fn render(&self, _path: &str, _variables: &Value) -> Result<Value, EvalError> {
        Err(EvalError::new("rules read no files"))
    }
}
