//! Walks a root's modules and collects every resource instance.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::eval::{Calls, Expansion, ModuleScope, Root};
use crate::source::{Location, Problem};
use crate::syntax::ast::Block;
use crate::syntax::{Declaration, Workspace, without_keys};

use super::root_settings::{backends, providers};
use super::{Configuration, Key, Mode, Resource, ResourceId};

/// How many resource instances one root may have.
pub const MAX_RESOURCES: usize = 50_000;

/// Evaluates one root to its resources.
pub fn configuration(workspace: &Workspace, root: Root<'_>) -> Configuration {
    let mut configuration =
        Configuration { root: root.dir.clone(), inputs: root.inputs.clone(), ..Configuration::default() };
    let Some(scope) = ModuleScope::root(root) else { return configuration };
    (configuration.anchor, configuration.anchors) = anchors(workspace, &scope);
    configuration.backends = backends(&scope);
    let inputs = &scope.root.inputs;
    configuration.files.extend(inputs.variable_files.iter().chain(&inputs.terragrunt));
    collect(&scope, &mut configuration);
    let (unresolved, problems) = scope.root.ledger();
    configuration.secrets = scope.root.secrets.take();
    scope.release();
    configuration.unresolved_modules =
        unresolved.into_iter().map(|call| (call.address, call.source, call.location)).collect();
    configuration.problems = problems;
    finish(configuration)
}

pub(super) fn finish(mut configuration: Configuration) -> Configuration {
    configuration.resources.sort_by(|a, b| a.address.cmp(&b.address));
    let mut managed: BTreeMap<Arc<str>, Vec<ResourceId>> = BTreeMap::new();
    let mut data: BTreeMap<Arc<str>, Vec<ResourceId>> = BTreeMap::new();
    for (at, resource) in configuration.resources.iter().enumerate() {
        let map = if resource.mode == Mode::Managed { &mut managed } else { &mut data };
        map.entry(resource.kind.clone()).or_default().push(ResourceId(u32::try_from(at).unwrap_or(u32::MAX)));
    }
    configuration.by_kind = managed;
    configuration.data_by_kind = data;
    configuration
}

/// A root's provider blocks, those without an alias first.
fn provider_blocks<'w>(workspace: &'w Workspace, scope: &ModuleScope<'_>) -> Vec<Block<'w>> {
    let block = |declaration: &Declaration| {
        workspace.document(declaration.file).map(|doc| doc.block(declaration.node))
    };
    let mut blocks: Vec<Block<'w>> = scope.module.providers.iter().filter_map(block).collect();
    blocks.sort_by_key(|block| block.body().attribute("alias").is_some());
    blocks
}

/// The first provider block without an alias, else the first one, else the first block of the first file; and
/// the first of each provider.
fn anchors(
    workspace: &Workspace,
    scope: &ModuleScope<'_>,
) -> (Option<Location>, BTreeMap<Box<str>, Location>) {
    let location = |block: Block<'_>| Location::new(block.document().file(), block.header_span());
    let providers = provider_blocks(workspace, scope);
    let mut by_name = BTreeMap::new();
    for block in &providers {
        if let Some(name) = block.label(0) {
            by_name.entry(name.into()).or_insert_with(|| location(*block));
        }
    }
    let first =
        || scope.module.files.iter().find_map(|file| workspace.document(*file)?.body().blocks().next());
    (providers.first().copied().or_else(first).map(location), by_name)
}

fn collect(scope: &Rc<ModuleScope<'_>>, configuration: &mut Configuration) {
    configuration.files.extend(scope.module.files.iter().chain(&scope.module.variable_files));
    if !scope.path.is_empty() {
        configuration.calls.insert(Arc::clone(&scope.path), scope.called_by());
    }
    moved(scope, configuration);
    configuration.providers.extend(providers(scope));
    for (key, declaration) in scope.module.vain_overrides() {
        let message = format!("an override file changes {key}, which the module does not declare");
        scope.root.problem(Problem::refused(message, header(scope, declaration)));
    }
    for ((kind, name), declaration) in &scope.module.resources {
        block(scope, configuration, Mode::Managed, kind, name, *declaration);
    }
    for ((kind, name), declaration) in &scope.module.data {
        block(scope, configuration, Mode::Data, kind, name, *declaration);
    }
    for (name, declaration) in &scope.module.calls {
        // What is called beyond a limit is only work: the ledger names the limit.
        if scope.root.left_out.get() {
            return;
        }
        if is_full(configuration) {
            return too_many(scope);
        }
        match scope.call(name).as_deref() {
            Ok(Calls::Known(_, scopes)) => {
                for scope in scopes {
                    collect(scope, configuration);
                }
            }
            Ok(Calls::Unresolved) => {}
            Err(_) if scope.root.left_out.get() => return,
            Err(error) => {
                let location = error.location.or_else(|| header(scope, *declaration));
                let message = format!("module.{name}: {}", error.message);
                scope.root.problem(Problem::unjudged(message, location));
            }
        }
    }
}

/// Notes where `moved` blocks say that resources come from.
fn moved(scope: &ModuleScope<'_>, configuration: &mut Configuration) {
    let documents = scope.module.files.iter().filter_map(|file| scope.root.workspace.document(*file));
    for block in documents.flat_map(|doc| doc.body().blocks_of("moved")) {
        let address = |name: &str| {
            let text = block.document().slice(block.document().span(block.body().attribute(name)?.expr()));
            Some(without_keys(&scope.address(text.trim_matches('"'))).into_owned())
        };
        if let (Some(from), Some(to)) = (address("from"), address("to"))
            && from != to
        {
            configuration.moved.insert(to, from);
        }
    }
}

fn header(scope: &ModuleScope<'_>, declaration: Declaration) -> Option<Location> {
    let doc = scope.document(declaration).ok()?;
    Some(Location::new(declaration.file, doc.block(declaration.node).header_span()))
}

fn block(
    scope: &ModuleScope<'_>,
    configuration: &mut Configuration,
    mode: Mode,
    kind: &str,
    name: &str,
    declaration: Declaration,
) {
    if is_full(configuration) {
        return too_many(scope);
    }
    let Ok(doc) = scope.document(declaration) else { return };
    let block = doc.block(declaration.node);
    let header = Location::new(declaration.file, block.header_span());
    let instances = match scope.resource(mode == Mode::Data, kind, name) {
        Ok(instances) => instances,
        Err(error) => {
            let message = format!("{}: {}", scope.address(&format!("{kind}.{name}")), error.message);
            scope.root.problem(Problem::unjudged(message, error.location.or(Some(header))));
            return;
        }
    };
    let (kind, name): (Arc<str>, Arc<str>) = (kind.into(), name.into());
    let (uncertain, presence) = scope.presence_of(&instances.expansion);
    for (at, instance) in instances.items.iter().enumerate() {
        if is_full(configuration) {
            return too_many(scope);
        }
        let key = match &instances.expansion {
            Expansion::Single => Key::None,
            Expansion::Count(_) => Key::Index(at as u64),
            Expansion::ForEach(items) => {
                items.get(at).map_or(Key::Unknown, |(key, _)| Key::Name(key.clone()))
            }
            Expansion::Unknown(..) => Key::Unknown,
        };
        configuration.resources.push(Resource {
            address: instance.address.clone(),
            module: scope.path.clone(),
            mode,
            kind: kind.clone(),
            name: name.clone(),
            key,
            values: instance.values.clone(),
            file: declaration.file,
            block: Some(declaration.node),
            header,
            span: block.span(),
            uncertain: uncertain.clone(),
            presence: Arc::clone(&presence),
        });
    }
}

fn is_full(configuration: &Configuration) -> bool {
    configuration.resources.len() >= MAX_RESOURCES
}

fn too_many(scope: &ModuleScope<'_>) {
    let message = format!("the root has more than the {MAX_RESOURCES} resource instances that are judged");
    scope.root.problem(Problem::unjudged(message, None));
}
