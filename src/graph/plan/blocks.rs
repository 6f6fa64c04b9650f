//! From a plan's addresses to the blocks that they come from.
//!
//! In: the modules that a plan was made from. Out: file and block of each `resource` and `data` block,
//! found by the names of the calls that lead to it. Keys of instances play no part: all instances of a
//! block are one block.

use std::collections::BTreeMap;

use crate::eval::{Root, evaluate_constant};
use crate::source::{FileId, Location, Span};
use crate::syntax::ast::NodeId;
use crate::syntax::{Change, Module, Workspace, module_key};

/// How many module calls are followed.
const MAX_CALLS: usize = 10_000;
/// How deep module calls may nest.
const MAX_DEPTH: usize = 32;

/// The modules under one root, by the names of the calls that lead to them.
pub struct Blocks<'w> {
    workspace: &'w Workspace,
    modules: BTreeMap<String, &'w Module>,
}

/// Where an instance is declared.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) file: FileId,
    pub(super) node: NodeId,
    pub(super) header: Location,
    pub(super) span: Span,
}

impl<'w> Blocks<'w> {
    /// The modules of a root.
    pub fn new(root: &Root<'w>) -> Self {
        let workspace = root.workspace;
        let mut modules = BTreeMap::new();
        let first = root.module(&root.dir).map(|module| (String::new(), 0, module));
        let mut rest: Vec<(String, usize, &'w Module)> = first.into_iter().collect();
        while let Some((path, depth, module)) = rest.pop() {
            if modules.len() >= MAX_CALLS {
                break;
            }
            for (name, declaration) in module.calls.iter().filter(|_| depth < MAX_DEPTH) {
                let Some(doc) = workspace.document(declaration.file) else { continue };
                let source = doc.block(declaration.node).body().attribute("source");
                let source = source.and_then(|source| evaluate_constant(doc, source.expr()));
                let Some(source) = source.as_ref().and_then(crate::eval::Value::as_str) else { continue };
                let inner =
                    if path.is_empty() { format!("module.{name}") } else { format!("{path}.module.{name}") };
                if let Some(callee) = root.callee(&module.dir, &inner, source) {
                    rest.push((inner, depth + 1, callee));
                }
            }
            modules.insert(module_key(&path), module);
        }
        Self { workspace, modules }
    }

    /// The block of an instance.
    pub(super) fn find(&self, change: &Change<'_>) -> Option<Found> {
        let module = self.modules.get(&module_key(&change.module))?;
        let map = if change.data { &module.data } else { &module.resources };
        let declaration = map.get(&(change.kind.to_string(), change.name.to_string()))?;
        let block = self.workspace.document(declaration.file)?.block(declaration.node);
        Some(Found {
            file: declaration.file,
            node: declaration.node,
            header: Location::new(declaration.file, block.header_span()),
            span: block.span(),
        })
    }
}
