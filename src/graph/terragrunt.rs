//! Terragrunt's units: which module each `terragrunt.hcl` runs, and which files hand it inputs.
//!
//! In: a workspace. Out: [`Unit`]s, one for each directory whose module lies in the tree, and what
//! stands in the way of the others. Nothing of Terragrunt is run: sources and paths of includes are
//! followed when they are literals or `find_in_parent_folders()`.

use std::path::Path;

use crate::eval::{Value, Why, evaluate_constant, join};
use crate::source::{FileId, Location, Problem};
use crate::syntax::Workspace;
use crate::syntax::ast::{Attribute, Document, Expr, NodeId};

/// The file that makes a directory a unit.
const UNIT: &str = "terragrunt.hcl";

/// A module as one unit runs it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The unit's directory: it tells the uses of a module apart.
    pub dir: String,
    /// The directory of the module it runs.
    pub module: String,
    /// The files whose inputs it is given: included ones first.
    pub files: Vec<FileId>,
    /// Why inputs may come from elsewhere too.
    pub open: Option<Why>,
}

/// The units of a tree, by directory; and what was not followed, with its place.
pub fn units(workspace: &Workspace) -> (Vec<Unit>, Vec<Problem>) {
    let mut units = Vec::new();
    let mut problems = Vec::new();
    for (file, source) in workspace.sources.iter() {
        let Some(dir) = source.path().to_str().and_then(|path| directory(path, UNIT)) else { continue };
        let Some(doc) = workspace.document(file) else { continue };
        let mut unit = Unit { dir, module: String::new(), files: Vec::new(), open: None };
        for include in doc.body().blocks_of("include") {
            let at = Location::new(file, include.header_span());
            let path = include.body().attribute("path").map(Attribute::expr);
            match path.and_then(|path| included(workspace, doc, path, &unit.dir)) {
                Some(parent) => {
                    let text = workspace.document(parent);
                    let nested = text.is_some_and(|doc| doc.body().blocks_of("include").next().is_some());
                    unit.files.push(parent);
                    if nested {
                        unit.open.get_or_insert(elsewhere(at));
                    }
                }
                None => {
                    unit.open.get_or_insert(elsewhere(at));
                }
            }
        }
        unit.files.push(file);
        let source = doc.body().blocks_of("terraform").find_map(|block| block.body().attribute("source"));
        match source {
            None if workspace.modules.get(&unit.dir).is_some_and(|module| !module.files.is_empty()) => {
                unit.module.clone_from(&unit.dir);
            }
            // Shared settings that units include.
            None => continue,
            Some(source) => {
                let value = evaluate_constant(doc, source.expr());
                let text = value.as_ref().and_then(Value::as_str).unwrap_or_default();
                let module = join(&unit.dir, &text.replace("//", "/"));
                if !text.starts_with('.') || !workspace.modules.contains_key(&module) {
                    let message = format!(
                        "the Terragrunt unit {} is not judged: the source of its module is not in this tree",
                        unit.dir
                    );
                    problems.push(Problem::refused(message, Some(doc.location(source.expr()))));
                    continue;
                }
                unit.module = module;
            }
        }
        units.push(unit);
    }
    units.sort_by(|a, b| a.dir.cmp(&b.dir));
    (units, problems)
}

/// The local directories that units run modules from.
pub(super) fn sources(workspace: &Workspace) -> impl Iterator<Item = String> {
    workspace.sources.iter().filter_map(|(file, source)| {
        let dir = directory(source.path().to_str()?, UNIT)?;
        let doc = workspace.document(file)?;
        let source = doc.body().blocks_of("terraform").find_map(|block| block.body().attribute("source"))?;
        let value = evaluate_constant(doc, source.expr())?;
        let text = value.as_str()?;
        text.starts_with('.').then(|| join(&dir, &text.replace("//", "/")))
    })
}

fn elsewhere(location: Location) -> Why {
    Why::Variable { address: "inputs of an included Terragrunt file".into(), location: Some(location) }
}

/// The directory of a file of that name, `.` for the working directory.
fn directory(path: &str, name: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let dir = path.strip_suffix(name)?;
    if dir.is_empty() { Some(".".to_owned()) } else { dir.strip_suffix('/').map(str::to_owned) }
}

/// The file that an include names.
fn included(workspace: &Workspace, doc: &Document, path: NodeId, dir: &str) -> Option<FileId> {
    let find = |path: &str| {
        let wanted = Path::new(path);
        let found = workspace.sources.iter().find(|(_, file)| file.path() == wanted);
        found.map(|(id, _)| id).filter(|id| workspace.document(*id).is_some())
    };
    if let Some(value) = evaluate_constant(doc, path) {
        return find(&join(dir, value.as_str()?));
    }
    let Expr::Call { name: "find_in_parent_folders", args, .. } = doc.expr(path) else { return None };
    let name = match args.get(0) {
        Some(name) => evaluate_constant(doc, name)?.as_str()?.to_owned(),
        None => UNIT.to_owned(),
    };
    let mut at = dir;
    while at != "." {
        at = at.rsplit_once('/').map_or(".", |(parent, _)| parent);
        if let Some(found) = find(&join(at, &name)) {
            return Some(found);
        }
    }
    None
}
