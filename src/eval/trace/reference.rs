//! What a name leads to: a variable to its argument, a local to its expression, an output into its
//! module, `each` to the collection it walks over.

use std::rc::Rc;

use crate::source::Location;
use crate::syntax::ast::Document;

use crate::eval::bound::Bindings;
use crate::eval::module::ModuleScope;
use crate::eval::root::Given;
use crate::eval::{Calls, Data, Expansion, Scope as _, SequenceKind, Value, Why};

use super::path::{self, Part, pick};
use super::{At, Binds, End, Name, Names, Step, Tracer};

/// Which instance a way leads to first, and how many parts of it say so.
pub(super) fn instance(expansion: &Expansion, path: &[Part]) -> Option<(usize, usize)> {
    match (expansion, path.first()) {
        (Expansion::Single, _) => Some((0, 0)),
        (Expansion::Count(count), Some(Part::Index(at))) => (at < count).then_some((*at, 1)),
        (Expansion::Count(count), Some(Part::Any)) => (*count > 0).then_some((0, 1)),
        (Expansion::ForEach(items), Some(Part::Key(key))) => {
            items.iter().position(|(name, _)| **name == **key).map(|at| (at, 1))
        }
        (Expansion::ForEach(items), Some(Part::Any)) => (!items.is_empty()).then_some((0, 1)),
        // One instance stands for all.
        (Expansion::Unknown(..), Some(Part::Any | Part::Index(_))) => Some((0, 1)),
        (Expansion::Unknown(..), _) => Some((0, 0)),
        _ => None,
    }
}

/// The names that `count` or `for_each` of a declared block bind in one of its instances.
pub(super) fn names_of<'w>(
    scope: &Rc<ModuleScope<'w>>,
    declaration: crate::syntax::Declaration,
    bindings: &Bindings,
) -> Names<'w> {
    let mut names: Names<'w> = None;
    for (name, value) in bindings.iter() {
        let (argument, kind) =
            if name == "each" { ("for_each", Binds::Pair) } else { ("count", Binds::Count) };
        let Some((doc, attribute)) = scope.argument(declaration, argument) else { continue };
        let collection = At::new(scope, doc, attribute.expr(), &None);
        let key =
            value.get(if kind == Binds::Count { "index" } else { "key" }).cloned().unwrap_or(Value::NULL);
        let outer = names.take();
        let (word, value, presence) = (name.clone(), value.clone(), bindings.presence.clone());
        names = Some(Rc::new(Name { word, value, kind, collection, key, presence, outer }));
    }
    names
}

impl Tracer {
    /// What a name of the module comes to, along a way.
    pub(super) fn symbol(&mut self, at: &At<'_>, root: &str, name: &str, path: &[Part]) -> Vec<Step> {
        let scope = &at.scope;
        let step = match root {
            "var" => self.variable(scope, name, path),
            "local" => self.local(scope, name, path),
            "module" => return self.call(at, name, path),
            "terraform" | "path" => {
                let value = scope.symbol(root, name).unwrap_or_else(Value::error);
                Step::named(format!("{root}.{name}"), value, None).on(Vec::new())
            }
            "data" => match path.split_first() {
                Some((Part::Key(label), rest)) => self.resource(scope, true, (name, label), rest),
                _ => return Vec::new(),
            },
            "resource" => match path.split_first() {
                Some((Part::Key(label), rest)) => self.resource(scope, false, (name, label), rest),
                _ => return Vec::new(),
            },
            "ephemeral" => match path.split_first() {
                Some((Part::Key(label), rest)) => {
                    let whole = scope.symbol(root, &format!("{name}.{label}")).unwrap_or_else(Value::error);
                    let title = format!("ephemeral.{name}.{label}{}", path::text(rest));
                    Step::named(title, pick(&whole, rest), None).on(Vec::new())
                }
                _ => return Vec::new(),
            },
            kind => self.resource(scope, false, (kind, name), path),
        };
        vec![step]
    }

    pub(super) fn local(&mut self, scope: &Rc<ModuleScope<'_>>, name: &str, path: &[Part]) -> Step {
        let value = scope.symbol("local", name).unwrap_or_else(Value::error);
        let declared = scope.module.locals.get(name).copied();
        let found = declared.and_then(|it| Some((scope.document(it).ok()?, it.node)));
        let title = format!("local.{name}{}", path::text(path));
        let Some((doc, node)) = found else { return Step::named(title, value, None).on(Vec::new()) };
        let below = self.expression(&At::new(scope, doc, node, &None), path);
        Step::named(title, pick(&value, path), Some(doc.location(node))).on(below)
    }

    pub(super) fn output(&mut self, scope: &Rc<ModuleScope<'_>>, name: &str, path: &[Part]) -> Step {
        let value = scope.output(name).unwrap_or_else(Value::error);
        let declared = scope.module.outputs.get(name).copied();
        let found = declared.and_then(|it| scope.argument(it, "value"));
        let prefix = if scope.path.is_empty() { "output.".to_owned() } else { format!("{}.", scope.path) };
        let title = format!("{prefix}{name}{}", path::text(path));
        let Some((doc, attribute)) = found else { return Step::named(title, value, None).on(Vec::new()) };
        let below = self.expression(&At::new(scope, doc, attribute.expr(), &None), path);
        Step::named(title, pick(&value, path), Some(Location::new(doc.file(), attribute.span()))).on(below)
    }

    /// `module.NAME`, then an instance and an output.
    fn call(&mut self, at: &At<'_>, name: &str, path: &[Part]) -> Vec<Step> {
        let scope = &at.scope;
        let address = scope.address(&format!("module.{name}"));
        let Ok(calls) = scope.call(name) else { return Vec::new() };
        let Calls::Known(expansion, scopes) = &*calls else {
            let why = Why::Module(address.clone());
            let header = scope.module.calls.get(name).and_then(|it| header(scope, *it));
            let title = format!("{address}{}", path::text(path));
            return vec![Step::named(title, Value::unknown(why.clone()), header).ends(End::Open(why))];
        };
        let Some((which, used)) = instance(expansion, path) else { return Vec::new() };
        match (scopes.get(which), path.get(used..)) {
            (Some(inner), Some([Part::Key(output), rest @ ..])) => vec![self.output(inner, output, rest)],
            _ => Vec::new(),
        }
    }

    pub(super) fn variable(&mut self, scope: &Rc<ModuleScope<'_>>, name: &str, path: &[Part]) -> Step {
        let whole = scope.symbol("var", name).unwrap_or_else(Value::error);
        let value = pick(&whole, path);
        let title = format!("var.{name}{}", path::text(path));
        let Some(declaration) = scope.module.variables.get(name).copied() else {
            return Step::named(title, value, None).on(Vec::new());
        };
        let at = header(scope, declaration);
        let mut below = self.given(scope, name, path);
        let default = scope.argument(declaration, "default");
        let open = scope.root.inputs.open.is_some() && scope.caller().is_none();
        if below.is_empty()
            && !open
            && let Some((doc, attribute)) = default
        {
            below = self.expression(&At::new(scope, doc, attribute.expr(), &None), path);
        }
        // Neither may hold what the type adds: `optional(bool, true)`.
        let absent = below.iter().all(|step| matches!(step.deepest().end, End::Absent));
        if absent && !value.is_null() && value.as_unknown().is_none() {
            let origin = value.mark.origin.map(|origin| origin.location);
            below = origin.map(Step::literal).into_iter().collect();
        }
        Step::named(title, value, at).on(below)
    }

    /// What the call, a file or the command line gives a variable.
    fn given(&mut self, scope: &Rc<ModuleScope<'_>>, name: &str, path: &[Part]) -> Vec<Step> {
        if let Some((parent, block, bindings)) = scope.caller() {
            let Some((doc, attribute)) = parent.argument(block, name) else { return Vec::new() };
            let at = At::new(parent, doc, attribute.expr(), &names_of(parent, block, bindings));
            let value = at.value();
            let nullable = scope.module.variables.get(name).is_none_or(|it| is_nullable(scope, *it));
            if value.is_null() && !nullable {
                return Vec::new();
            }
            let below = self.expression(&at, path);
            let title = format!("{} argument {name}", scope.path);
            let place = Location::new(doc.file(), attribute.span());
            return vec![Step::named(title, pick(&value, path), Some(place)).on(below)];
        }
        match scope.root.variables.get(name) {
            None => Vec::new(),
            Some(Given::Value(value)) => {
                let value = pick(value, path);
                let at = value.mark.origin.map(|origin| origin.location);
                let title = match value.as_unknown().map(|unknown| &unknown.why) {
                    _ if at.is_some() => "given",
                    // Terragrunt's inputs are read from its files, and some only Terragrunt computes.
                    Some(Why::Variable { location, .. }) if location.is_some() => "given by Terragrunt",
                    _ => "given by the plan",
                };
                vec![Step::named(title, value, at).on(Vec::new())]
            }
            Some(Given::Text(_)) => {
                let inputs = &scope.root.inputs;
                let by = if inputs.variables.contains_key(name) {
                    "given by --var, or by an environment of .trueup.hcl".to_owned()
                } else {
                    format!("given by TF_VAR_{name}")
                };
                let value = scope.symbol("var", name).unwrap_or_else(Value::error);
                vec![Step::named(by, pick(&value, path), None).on(Vec::new())]
            }
        }
    }

    /// What a bound name comes to, along a way.
    pub(super) fn bound(&mut self, name: &Name<'_>, path: &[Part]) -> Vec<Step> {
        let collection = &name.collection;
        let value = pick(&name.value, path);
        let at = collection.location();
        let title = format!("{}{}", name.word, path::text(path));
        let element = |rest: &[Part]| {
            let set = matches!(&collection.value().data, Data::Sequence(it) if it.kind == SequenceKind::Set);
            let first = if set { Part::Member(name.key.clone()) } else { path::of_value(&name.key) };
            std::iter::once(first).chain(rest.iter().cloned()).collect::<Vec<_>>()
        };
        let key = || match path::of_value(&name.key) {
            Part::Key(text) => vec![Part::KeyOf(text)],
            _ => Vec::new(),
        };
        let way = match (name.kind, path.split_first()) {
            (Binds::Count, _) => Vec::new(),
            (Binds::Pair, Some((Part::Key(member), rest))) if member == "value" => element(rest),
            (Binds::Pair | Binds::Key, _) => key(),
            (Binds::Element, _) => element(path),
        };
        let known = name.kind == Binds::Count && value.find_unknown().is_none();
        let below = if known { Vec::new() } else { self.expression(collection, &way) };
        vec![Step::named(title, value, Some(at)).on(below)]
    }
}

impl Step {
    /// The end of the first way down.
    fn deepest(&self) -> &Self {
        let mut step = self;
        while let Some(first) = step.below.first() {
            step = first;
        }
        step
    }
}

fn is_nullable(scope: &ModuleScope<'_>, declaration: crate::syntax::Declaration) -> bool {
    let flag = scope.argument(declaration, "nullable");
    let flag = flag.and_then(|(doc, attribute)| crate::eval::evaluate_constant(doc, attribute.expr()));
    flag.and_then(|value| value.as_bool()) != Some(false)
}

/// The header of a declared block.
pub(super) fn header(scope: &ModuleScope<'_>, declaration: crate::syntax::Declaration) -> Option<Location> {
    let doc: &Document = scope.document(declaration).ok()?;
    Some(Location::new(declaration.file, doc.block(declaration.node).header_span()))
}
