//! Terragrunt's units: which module each `terragrunt.hcl` runs, and which files hand it inputs.
//!
//! In: a workspace. Out: [`Unit`]s, one for each directory whose module lies in the tree, and what
//! stands in the way of the others. Nothing of Terragrunt is run: what its expressions come to is computed
//! where the tree decides it.

mod generate;
mod reading;

use std::collections::BTreeMap;
use std::path::Path;

use crate::eval::{Value, Why, evaluate_constant};
use crate::source::{FileId, Location, Problem};
use crate::syntax::Workspace;
use crate::syntax::ast::{Attribute, Document, Expr};

pub use generate::generate;
use reading::{Reading, Used};

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

impl Unit {
    /// One of its files, as it is read for it.
    fn reading<'a>(
        &self,
        workspace: &'a Workspace,
        file: FileId,
        doc: &'a Document,
        used: &'a Used,
    ) -> Reading<'a> {
        let reading = Reading::new(workspace, doc, (&directory_of(workspace, file), &self.dir), used);
        match self.files.split_last() {
            Some((own, included)) if *own == file => {
                reading.including(included.first().map(|it| directory_of(workspace, *it)))
            }
            _ => reading,
        }
    }

    /// Its inputs that more than constants decide, by file and name, where they can be computed.
    pub fn computed(&self, workspace: &Workspace) -> BTreeMap<(FileId, String), Value> {
        let used = Used::default();
        let mut computed = BTreeMap::new();
        for file in &self.files {
            let Some(doc) = workspace.document(*file) else { continue };
            let Some(inputs) = doc.body().attribute("inputs") else { continue };
            let Expr::Object(pairs) = doc.expr(inputs.expr()) else { continue };
            let reading = self.reading(workspace, *file, doc, &used);
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
pub fn units(workspace: &Workspace) -> (Vec<Unit>, Vec<Problem>) {
    let mut units = Vec::new();
    let mut problems = Vec::new();
    for (mut unit, file, doc) in candidates(workspace) {
        include(workspace, &mut unit, file, doc);
        let source = doc.body().blocks_of("terraform").find_map(|block| block.body().attribute("source"));
        match source {
            None if workspace.modules.get(&unit.dir).is_some_and(|module| !module.files.is_empty()) => {
                unit.module.clone_from(&unit.dir);
            }
            // Shared settings that units include.
            None => continue,
            Some(source) => {
                let why = match place(workspace, &unit, file, doc, source) {
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
        units.push(unit);
    }
    units.sort_by(|a, b| a.dir.cmp(&b.dir));
    (units, problems)
}

/// The local directories that units run modules from.
pub(super) fn sources(workspace: &Workspace) -> impl Iterator<Item = String> {
    candidates(workspace).filter_map(|(mut unit, file, doc)| {
        let source = doc.body().blocks_of("terraform").find_map(|block| block.body().attribute("source"))?;
        include(workspace, &mut unit, file, doc);
        match place(workspace, &unit, file, doc, source) {
            Place::Here(dir) => Some(dir),
            Place::Away | Place::Unknown => None,
        }
    })
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
fn include(workspace: &Workspace, unit: &mut Unit, file: FileId, doc: &Document) {
    let used = Used::default();
    let reading = Reading::new(workspace, doc, (&unit.dir, &unit.dir), &used);
    for include in doc.body().blocks_of("include") {
        let at = Location::new(file, include.header_span());
        let path = include.body().attribute("path").and_then(|path| reading.path(path.expr()));
        let parent = path.and_then(|path| found(workspace, &reading.resolve(&path)));
        let text = parent.and_then(|parent| workspace.document(parent));
        unit.files.extend(parent.filter(|_| text.is_some()));
        // A file that is not read may give inputs, and so may one that it includes in its turn.
        if text.is_none_or(|doc| doc.body().blocks_of("include").next().is_some()) {
            unit.open.get_or_insert(elsewhere(at));
        }
    }
    unit.files.push(file);
}

fn place(workspace: &Workspace, unit: &Unit, file: FileId, doc: &Document, source: Attribute<'_>) -> Place {
    let used = Used::default();
    match unit.reading(workspace, file, doc, &used).path(source.expr()) {
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

/// The file at a path of the tree.
fn found(workspace: &Workspace, path: &str) -> Option<FileId> {
    let wanted = Path::new(path);
    let mut files = workspace.sources.iter().filter(|(_, file)| !file.is_part() && file.path() == wanted);
    files.next().map(|(id, _)| id).filter(|id| workspace.document(*id).is_some())
}
