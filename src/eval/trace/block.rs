//! What an attribute of a resource leads to: its expression, through nested and `dynamic` blocks.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::source::{Location, Span};
use crate::syntax::Declaration;
use crate::syntax::ast::{Attribute, Block, Document, Item};

use crate::eval::block::META;
use crate::eval::module::ModuleScope;
use crate::eval::{Value, each_item};

use super::path::{self, Part, pick};
use super::reference::{header, instance, names_of};
use super::{At, Binds, End, MAX_WIDTH, Name, Names, Step, Traced, Tracer};

/// Blocks looked at in one body.
const MAX_BLOCKS: usize = 10_000;
/// Expressions of a policy document that are looked at.
const MAX_PARTS: usize = 200;

/// A block, or one of those that a `dynamic` block makes.
struct Nested<'w> {
    scope: Rc<ModuleScope<'w>>,
    doc: &'w Document,
    block: Block<'w>,
    names: Names<'w>,
    /// The collection of the `dynamic` block that makes it, and that block's header.
    made_by: Option<(At<'w>, Span)>,
    /// Whether nobody knows how many such blocks there are.
    open: bool,
}

/// Where a body says what is asked, and what that rests on.
type Said = Option<(Location, Vec<Step>)>;

impl Tracer {
    /// A resource's attribute, asked for by its address.
    pub(super) fn resource_at(
        &mut self,
        scope: &Rc<ModuleScope<'_>>,
        data: bool,
        of: (&str, &str),
        path: &[Part],
    ) -> Traced {
        let Ok(instances) = scope.resource(data, of.0, of.1) else { return Traced::Nothing };
        match instance(&instances.expansion, path) {
            None => Traced::Nothing,
            Some((_, used)) if path.len() <= used => Traced::Whole,
            Some((which, used)) => {
                let mut step = self.resource(scope, data, of, path);
                // Seen from outside an attribute that nothing sets may be the provider's to say. Here it
                // is asked what the block says.
                let own = instances.items.get(which).and_then(|one| {
                    let [Part::Key(name), rest @ ..] = path.get(used..)? else { return None };
                    Some(pick(one.values.get(name).unwrap_or(&Value::NULL), rest))
                });
                if own.is_some_and(|own| own.is_null()) {
                    step.value = Some(Value::NULL);
                    // A null that is written has a chain of its own.
                    let below = std::mem::take(&mut step.below);
                    step = step.on(below);
                }
                Traced::Found(Box::new(step))
            }
        }
    }

    /// An instance of a resource, then a way into its attributes.
    pub(super) fn resource(
        &mut self,
        scope: &Rc<ModuleScope<'_>>,
        data: bool,
        (kind, label): (&str, &str),
        path: &[Part],
    ) -> Step {
        let prefix = if data { "data." } else { "" };
        let title = format!("{}{}", scope.address(&format!("{prefix}{kind}.{label}")), path::text(path));
        let map = if data { &scope.module.data } else { &scope.module.resources };
        let declared = map.get(&(kind.to_owned(), label.to_owned())).copied();
        let (Some(declaration), Ok(instances)) = (declared, scope.resource(data, kind, label)) else {
            let value = Value::error(crate::eval::EvalError::new("it is not declared in this module"));
            return Step::named(title, value, None).on(Vec::new());
        };
        let at = header(scope, declaration);
        let found = instance(&instances.expansion, path)
            .and_then(|(which, used)| Some((which, instances.items.get(which)?, path.get(used..)?)));
        let Some((which, one, rest)) = found else {
            return Step::named(title, pick(&instances.value(), path), at).on(Vec::new());
        };
        let bindings = instances.expansion.keys().into_iter().nth(which).map(|(_, names)| names);
        let names = names_of(scope, declaration, &bindings.unwrap_or_default());
        let title = format!("{}{}", one.address, path::text(rest));
        let value = pick(&one.values, rest);
        let written = matches!(rest, [Part::Key(name), ..] if name == "json" || name == "minified_json");
        let step = |at, below| Step::named(&*title, value.clone(), at).on(below);
        match self.declared(scope, declaration, &names, rest) {
            Some((at, below)) => step(Some(at), below),
            None if data && kind == "aws_iam_policy_document" && written => {
                step(at, self.open_parts(scope, declaration, &names))
            }
            None if rest.is_empty() => step(at, Vec::new()),
            None if value.is_null() => step(at, Vec::new()).ends(End::Absent),
            None => step(at, Vec::new()),
        }
    }

    /// An attribute of a provider block: behind its alias, where it has one.
    pub(super) fn provider(
        &mut self,
        scope: &Rc<ModuleScope<'_>>,
        name: &str,
        path: &[Part],
    ) -> Option<Step> {
        let of_name = scope.module.providers.iter().filter_map(|declaration| {
            let block = scope.document(*declaration).ok()?.block(declaration.node);
            let values = (block.label(0) == Some(name)).then(|| scope.block_values(block))?;
            Some((*declaration, values.get("alias").and_then(Value::as_str).map(str::to_owned), values))
        });
        let all: Vec<_> = of_name.collect();
        let aliased = all.iter().find(|(_, alias, _)| match (alias, path.first()) {
            (Some(alias), Some(Part::Key(key))) => alias == key,
            _ => false,
        });
        let (declaration, alias, values) = aliased.or_else(|| all.iter().find(|it| it.1.is_none()))?;
        let rest = if alias.is_some() { path.get(1..)? } else { path };
        let title = scope.address(&format!("provider.{name}{}", path::text(path)));
        let (at, below) = self
            .declared(scope, *declaration, &None, rest)
            .map_or_else(|| (header(scope, *declaration), Vec::new()), |(at, below)| (Some(at), below));
        Some(Step::named(&*title, pick(values, rest), at).on(below))
    }

    /// What a declared block says of an attribute, override files first.
    fn declared<'w>(
        &mut self,
        scope: &Rc<ModuleScope<'w>>,
        declaration: Declaration,
        names: &Names<'w>,
        path: &[Part],
    ) -> Said {
        let [Part::Key(name), ..] = path else { return None };
        let doc: &'w Document = scope.document(declaration).ok()?;
        let own = doc.block(declaration.node);
        if let Some((doc, attribute)) = scope.argument(declaration, name) {
            return Some(self.attribute(scope, doc, attribute, names, path));
        }
        let over = scope.module.overrides_of(own).iter().rev();
        let over = over.filter_map(|it| Some((scope.document(*it).ok()?, it.node)));
        let bodies = over.map(|(doc, node)| (&**doc, doc.block(node))).chain([(doc, own)]);
        bodies.into_iter().find_map(|(doc, block)| {
            self.nested(
                &Nested {
                    scope: Rc::clone(scope),
                    doc,
                    block,
                    names: names.clone(),
                    made_by: None,
                    open: false,
                },
                path,
            )
        })
    }

    fn attribute<'w>(
        &mut self,
        scope: &Rc<ModuleScope<'w>>,
        doc: &'w Document,
        attribute: Attribute<'w>,
        names: &Names<'w>,
        path: &[Part],
    ) -> (Location, Vec<Step>) {
        let at = Location::new(doc.file(), attribute.span());
        let rest = path.get(1..).unwrap_or(&[]);
        (at, self.expression(&At::new(scope, doc, attribute.expr(), names), rest))
    }

    /// A way that begins with the kind of a nested block.
    fn nested(&mut self, outer: &Nested<'_>, path: &[Part]) -> Said {
        let [Part::Key(kind), rest @ ..] = path else { return None };
        let all = outer.blocks(kind);
        // What stands from here on has no certain place.
        let open = all.iter().position(|block| block.open);
        let first = all.first()?;
        let (chosen, rest) = match rest {
            [Part::Index(at), rest @ ..] => (all.get(open.map_or(*at, |open| open.min(*at)))?, rest),
            [] => (open.and_then(|at| all.get(at)).unwrap_or(first), rest),
            [Part::Any, rest @ ..] | rest => (first, rest),
        };
        let header = chosen.made_by.as_ref().map_or(chosen.block.header_span(), |(_, header)| *header);
        let header = Location::new(chosen.doc.file(), header);
        let mut collection = || match &chosen.made_by {
            Some((at, _)) if self.left > 0 => self.expression(at, &[]),
            _ => Vec::new(),
        };
        let [Part::Key(name), ..] = rest else { return Some((header, collection())) };
        if let Some(attribute) = chosen.block.body().attribute(name) {
            return Some(self.attribute(&chosen.scope, chosen.doc, attribute, &chosen.names, rest));
        }
        // The block is there, and says nothing of it.
        self.nested(chosen, rest).or(Some((header, Vec::new())))
    }

    /// The expressions of a policy document that can't be known; where all can be, those that refer
    /// to something, and where none does, all.
    fn open_parts<'w>(
        &mut self,
        scope: &Rc<ModuleScope<'w>>,
        declaration: Declaration,
        names: &Names<'w>,
    ) -> Vec<Step> {
        let Ok(doc) = scope.document(declaration) else { return Vec::new() };
        let doc: &'w Document = doc;
        let block = doc.block(declaration.node);
        let outer =
            Nested { scope: Rc::clone(scope), doc, block, names: names.clone(), made_by: None, open: false };
        let mut found = Vec::new();
        self.parts(&outer, 0, &mut found);
        let refers = |step: &Step| !step.below.iter().all(Step::is_literal);
        if found.iter().any(Step::is_open) {
            found.retain(Step::is_open);
        } else if found.iter().any(refers) {
            found.retain(refers);
        }
        found.truncate(MAX_WIDTH);
        found
    }

    fn parts(&mut self, outer: &Nested<'_>, depth: usize, found: &mut Vec<Step>) {
        if depth > 4 || found.len() > MAX_PARTS {
            return;
        }
        // Whether the document is there says nothing of what it holds.
        let says = |attribute: &Attribute<'_>| depth > 0 || !META.contains(&attribute.name());
        for attribute in outer.block.body().attributes().filter(says) {
            let at = At::new(&outer.scope, outer.doc, attribute.expr(), &outer.names);
            let below = self.expression(&at, &[]);
            let place = Location::new(outer.doc.file(), attribute.span());
            found.push(Step::named(attribute.name(), at.value(), Some(place)).on(below));
        }
        let kind = |block: Block<'_>| match block.kind() {
            "dynamic" => block.label(0).unwrap_or("").to_owned(),
            kind => kind.to_owned(),
        };
        let kinds: BTreeSet<String> = outer.block.body().blocks().map(kind).collect();
        for inner in kinds.iter().flat_map(|kind| outer.blocks(kind)) {
            self.parts(&inner, depth + 1, found);
        }
    }
}

impl Nested<'_> {
    /// The nested blocks of one kind, static and dynamic, as the evaluator orders them.
    fn blocks(&self, kind: &str) -> Vec<Self> {
        let inner = |block, names, made_by, open| Self {
            scope: Rc::clone(&self.scope),
            doc: self.doc,
            block,
            names,
            made_by,
            open,
        };
        let mut found = Vec::new();
        for item in self.block.body().items() {
            let Item::Block(block) = item else { continue };
            if found.len() >= MAX_BLOCKS {
                break;
            }
            if block.kind() == kind {
                found.push(inner(block, self.names.clone(), None, false));
                continue;
            }
            let content = block.body().blocks_of("content").next();
            let collection = block.body().attribute("for_each");
            let (Some(content), Some(collection)) = (content, collection) else { continue };
            if block.kind() != "dynamic" || block.label(0) != Some(kind) {
                continue;
            }
            let at = At::new(&self.scope, self.doc, collection.expr(), &self.names);
            let value = at.value();
            let iterator = block.body().attribute("iterator");
            let name = iterator
                .map_or(kind, |it| self.doc.slice(self.doc.span(it.expr())).trim_matches('"'))
                .to_owned();
            let (items, open) = match each_item(&value, false) {
                Ok(Ok(items)) => (items, false),
                // One block stands for all.
                Ok(Err(_)) | Err(_) => (vec![(value.clone(), value.clone())], true),
            };
            for (key, value) in items.into_iter().take(MAX_BLOCKS - found.len()) {
                let pair = Value::object([("key".into(), key.clone()), ("value".into(), value)]);
                let bound = Name {
                    word: name.clone(),
                    value: pair,
                    kind: Binds::Pair,
                    collection: at.clone(),
                    key,
                    presence: None,
                    outer: self.names.clone(),
                };
                let made_by = Some((at.clone(), block.header_span()));
                found.push(inner(content, Some(Rc::new(bound)), made_by, open));
            }
        }
        found
    }
}
