//! What is evaluated: each root module, and each use of one.
//!
//! In: a workspace. Out: [`Context`]s, a root with the inputs that it is evaluated with.

use std::collections::{BTreeMap, BTreeSet};

use crate::eval::{Inputs, evaluate_constant, join};
use crate::source::Problem;
use crate::syntax::{Declaration, Module, Workspace};

use super::terragrunt::{self, Unit, units};

/// One evaluation of a root module.
#[derive(Clone, Debug)]
pub struct Context {
    /// Directory of the root module.
    pub dir: String,
    /// What it is evaluated with.
    pub inputs: Inputs,
}

/// Every root of a tree, and each use that Terragrunt makes of one; and what could not be followed.
pub fn contexts(workspace: &Workspace) -> (Vec<Context>, Vec<Problem>) {
    let (units, problems) = units(workspace);
    let used: BTreeSet<&str> = units.iter().map(|unit| unit.module.as_str()).collect();
    let roots = roots(workspace, &units);
    let plain = roots.into_iter().filter(|dir| !used.contains(dir.as_str()));
    let mut contexts: Vec<Context> = plain.map(|dir| Context { dir, inputs: Inputs::default() }).collect();
    contexts.extend(units.iter().map(|unit| {
        // A unit that runs the files beside it needs no other name than its directory's.
        let apart = (unit.dir != unit.module).then(|| unit.dir.as_str().into());
        let inputs = Inputs {
            environment: apart,
            terragrunt: unit.files.clone(),
            open: unit.open.clone(),
            ..Inputs::default()
        };
        Context { dir: unit.module.clone(), inputs }
    }));
    contexts.sort_by(|a, b| (&a.dir, &a.inputs.environment).cmp(&(&b.dir, &b.inputs.environment)));
    (contexts, problems)
}

/// The directories that local module calls lead to, whether they were read or not.
pub fn called(workspace: &Workspace) -> BTreeSet<String> {
    let modules = workspace.modules.values().flat_map(|module| calls(workspace, module));
    terragrunt::sources(workspace).map(|(_, module)| module).chain(modules).collect()
}

/// The directories that call one of `dirs`, directly or through others.
pub fn callers(workspace: &Workspace, dirs: &BTreeSet<String>) -> BTreeSet<String> {
    let mut by_called: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let modules = workspace.modules.values();
    let modules =
        modules.flat_map(|module| calls(workspace, module).into_iter().map(|to| (module.dir.clone(), to)));
    for (from, to) in terragrunt::sources(workspace).chain(modules) {
        by_called.entry(to).or_default().push(from);
    }
    let mut found = BTreeSet::new();
    let mut open: Vec<&String> = dirs.iter().collect();
    while let Some(dir) = open.pop() {
        for caller in by_called.get(dir).into_iter().flatten() {
            if found.insert(caller.clone()) {
                open.push(caller);
            }
        }
    }
    found
}

/// The local directories that a module's own calls lead to.
fn calls(workspace: &Workspace, module: &Module) -> Vec<String> {
    let overrides = module.overrides.iter().filter(|(key, _)| key.starts_with("module."));
    let calls = module.calls.values().chain(overrides.flat_map(|(_, blocks)| blocks));
    let local = |declaration: &Declaration| {
        let doc = workspace.document(declaration.file)?;
        let source = doc.block(declaration.node).body().attribute("source")?;
        let source = evaluate_constant(doc, source.expr())?;
        let source = source.as_str().filter(|source| source.starts_with('.'))?;
        Some(join(&module.dir, source))
    };
    calls.filter_map(local).collect()
}

/// The directories that are roots: they hold Terraform, and no other module here calls them. A
/// cycle of modules that call each other has no caller outside; its first directory is taken.
fn roots(workspace: &Workspace, units: &[Unit]) -> Vec<String> {
    let called = called(workspace);
    // What `terraform init` installed is judged where it is called, never by itself.
    let installed = |dir: &str| dir.split('/').any(|part| part == ".terraform");
    let declares = |module: &Module| !module.files.is_empty() && !installed(&module.dir);
    let roots: Vec<String> = workspace
        .modules
        .values()
        .filter(|module| declares(module) && !called.contains(&module.dir))
        .map(|module| module.dir.clone())
        .collect();
    if roots.is_empty() && units.is_empty() {
        return workspace
            .modules
            .values()
            .filter(|module| declares(module))
            .map(|module| module.dir.clone())
            .take(1)
            .collect();
    }
    roots
}
