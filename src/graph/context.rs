//! What is evaluated: each root module, and each use of one.
//!
//! In: a workspace. Out: [`Context`]s, a root with the inputs that it is evaluated with.

use std::collections::{BTreeMap, BTreeSet};

use crate::eval::{Inputs, Value, evaluate_constant, join};
use crate::source::Problem;
use crate::syntax::{Module, Workspace};

use super::terragrunt::{self, Tree, Unit, units};

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
    let tree = Tree::new(workspace);
    let (units, mut problems) = units(&tree);
    problems.extend(terragrunt::left_out(&tree, &units));
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
            computed: unit.computed(&tree),
            unit: Some(unit.dir.as_str().into()),
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
    terragrunt::sources(workspace).into_iter().chain(calls(workspace).into_values().flatten()).collect()
}

/// For each module directory those that its local calls lead to, whether they were read or not.
pub fn calls(workspace: &Workspace) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for module in workspace.modules.values() {
        let overrides = module.overrides.iter().filter(|(key, _)| key.starts_with("module."));
        let blocks = module.calls.values().chain(overrides.flat_map(|(_, blocks)| blocks));
        for declaration in blocks {
            let Some(doc) = workspace.document(declaration.file) else { continue };
            let source = doc
                .block(declaration.node)
                .body()
                .attribute("source")
                .and_then(|attribute| evaluate_constant(doc, attribute.expr()));
            if let Some(source) = source.as_ref().and_then(Value::as_str)
                && source.starts_with('.')
            {
                all.entry(module.dir.clone()).or_default().insert(join(&module.dir, source));
            }
        }
    }
    all
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
