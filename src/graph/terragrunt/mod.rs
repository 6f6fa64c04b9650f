//! Terragrunt's units: which module each `terragrunt.hcl` runs, and which files hand it inputs.
//!
//! In: a workspace. Out: [`Unit`]s, one for each directory whose module lies in the tree, and what
//! stands in the way of the others. Nothing of Terragrunt is run: what its expressions come to is computed
//! where the tree decides it.

mod generate;
mod reading;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::eval::{Value, Why, evaluate_constant};
use crate::source::{FileId, Location, Problem};
use crate::syntax::Workspace;
use crate::syntax::ast::{Attribute, Document, Expr};

use generate::MAX_FILES;
pub use generate::{generate, left_out};
use reading::{Reading, Used};

/// The file that makes a directory a unit.
const UNIT: &str = "terragrunt.hcl";

/// A workspace whose files are found by their paths.
pub struct Tree<'w> {
    workspace: &'w Workspace,
    paths: HashMap<&'w Path, FileId>,
}

impl<'w> Tree<'w> {
    /// The files of a workspace.
    pub fn new(workspace: &'w Workspace) -> Self {
        let mut paths = HashMap::new();
        for (id, file) in workspace.sources.iter().filter(|(_, file)| !file.is_part()) {
            paths.entry(file.path()).or_insert(id);
        }
        Self { workspace, paths }
    }

    /// The file at a path, if it is Terraform's or Terragrunt's.
    fn found(&self, path: &str) -> Option<FileId> {
        let id = self.paths.get(Path::new(path)).copied();
        id.filter(|id| self.workspace.document(*id).is_some())
    }
}

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

impl Unit {
    /// One of its files, as it is read for it.
    fn reading<'a>(
        &self,
        tree: &'a Tree<'a>,
        file: FileId,
        doc: &'a Document,
        used: &'a Used,
    ) -> Reading<'a> {
        let reading = Reading::new(tree, doc, (&directory_of(tree.workspace, file), &self.dir), used);
        match self.files.split_last() {
            Some((own, included)) if *own == file => {
                reading.including(included.first().map(|it| directory_of(tree.workspace, *it)))
            }
            _ => reading,
        }
    }

    /// Its inputs that more than constants decide, by file and name, where they can be computed.
    pub fn computed(&self, tree: &Tree<'_>) -> BTreeMap<(FileId, String), Value> {
        let used = Used::default();
        let mut computed = BTreeMap::new();
        for file in &self.files {
            let Some(doc) = tree.workspace.document(*file) else { continue };
            let Some(inputs) = doc.body().attribute("inputs") else { continue };
            let Expr::Object(pairs) = doc.expr(inputs.expr()) else { continue };
            let reading = self.reading(tree, *file, doc, &used);
            for (key, value) in pairs.pairs() {
                if let Expr::Variable(name) | Expr::Str(name) = doc.expr(key)
                    && evaluate_constant(doc, value).is_none()
                    && let Some(value) = reading.value(value)
                {
                    computed.insert((*file, name.to_owned()), value);
                }
            }
        }
        computed
    }
}

/// Where the module of a unit lies.
enum Place {
    /// In this directory, whether it was read or not.
    Here(String),
    /// In another repository, or in a registry.
    Away,
    /// Where it can't be computed.
    Unknown,
}

/// The units of a tree, by directory; and what was not followed, with its place.
pub fn units(tree: &Tree<'_>) -> (Vec<Unit>, Vec<Problem>) {
    let workspace = tree.workspace;
    let mut units = Vec::new();
    let mut problems = Vec::new();
    for (mut unit, file, doc) in candidates(workspace) {
        include(tree, &mut unit, file, doc);
        let source = doc.body().blocks_of("terraform").find_map(|block| block.body().attribute("source"));
        match source {
            None if workspace.modules.get(&unit.dir).is_some_and(|module| !module.files.is_empty()) => {
                unit.module.clone_from(&unit.dir);
            }
            // Shared settings that units include.
            None => continue,
            Some(source) => {
                let why = match place(tree, &unit, file, doc, source) {
                    Place::Here(module) if workspace.modules.contains_key(&module) => {
                        unit.module = module;
                        None
                    }
                    Place::Here(_) | Place::Away => Some("the source of its module is not in this tree"),
                    Place::Unknown => Some("where its module lies can't be computed here"),
                };
                if let Some(why) = why {
                    let message = format!("the Terragrunt unit {} is not judged: {why}", unit.dir);
                    problems.push(Problem::refused(message, Some(doc.location(source.expr()))));
                    continue;
                }
            }
        }
        let files = unit.files.iter().filter_map(|file| workspace.document(*file));
        if let Some(block) = files.flat_map(|doc| doc.body().blocks_of("generate")).nth(MAX_FILES) {
            let message = format!(
                "the Terragrunt unit {} generates more than {MAX_FILES} files; the others are not read",
                unit.dir
            );
            problems.push(Problem::limit(
                message,
                Some(Location::new(block.document().file(), block.header_span())),
            ));
        }
        units.push(unit);
    }
    units.sort_by(|a, b| a.dir.cmp(&b.dir));
    (units, problems)
}

/// The local directories that units run modules from.
pub(super) fn sources(workspace: &Workspace) -> Vec<String> {
    let tree = Tree::new(workspace);
    let sources = candidates(workspace).filter_map(|(mut unit, file, doc)| {
        let source = doc.body().blocks_of("terraform").find_map(|block| block.body().attribute("source"))?;
        include(&tree, &mut unit, file, doc);
        match place(&tree, &unit, file, doc, source) {
            Place::Here(dir) => Some(dir),
            Place::Away | Place::Unknown => None,
        }
    });
    sources.collect()
}

/// The files that may make a unit.
fn candidates(workspace: &Workspace) -> impl Iterator<Item = (Unit, FileId, &Document)> {
    workspace.sources.iter().filter(|(_, source)| !source.is_part()).filter_map(|(file, source)| {
        let dir = directory(source.path().to_str()?, UNIT)?;
        let doc = workspace.document(file)?;
        Some((Unit { dir, module: String::new(), files: Vec::new(), open: None }, file, &**doc))
    })
}

/// Adds a unit's files: those it includes, then its own.
fn include(tree: &Tree<'_>, unit: &mut Unit, file: FileId, doc: &Document) {
    let used = Used::default();
    let reading = Reading::new(tree, doc, (&unit.dir, &unit.dir), &used);
    for include in doc.body().blocks_of("include") {
        let at = Location::new(file, include.header_span());
        let path = include.body().attribute("path").and_then(|path| reading.path(path.expr()));
        let parent = path.and_then(|path| tree.found(&reading.resolve(&path)));
        let text = parent.and_then(|parent| tree.workspace.document(parent));
        unit.files.extend(parent.filter(|_| text.is_some()));
        // A file that is not read may give inputs, and so may one that it includes in its turn.
        if text.is_none_or(|doc| doc.body().blocks_of("include").next().is_some()) {
            unit.open.get_or_insert(elsewhere(at));
        }
    }
    unit.files.push(file);
}

fn place(tree: &Tree<'_>, unit: &Unit, file: FileId, doc: &Document, source: Attribute<'_>) -> Place {
    let used = Used::default();
    match unit.reading(tree, file, doc, &used).path(source.expr()) {
        Some(path) if reading::is_local(&path) => Place::Here(reading::resolve(&unit.dir, &path)),
        Some(_) => Place::Away,
        None => Place::Unknown,
    }
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

/// The directory that a file lies in.
fn directory_of(workspace: &Workspace, file: FileId) -> String {
    let path = workspace.sources.get(file).map(|file| file.path().to_string_lossy().replace('\\', "/"));
    let dir = path.as_ref().and_then(|path| path.rsplit_once('/')).map_or(".", |(dir, _)| dir);
    dir.to_owned()
}
