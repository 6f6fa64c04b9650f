//! The files that Terragrunt writes into a module before it runs it.
//!
//! In: the units of a tree. Out: for each unit that generates files, its module with them, and what can't be
//! computed of them. A file whose text stands in Terragrunt's own is a part of that: findings point there,
//! and no fix changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::source::{FileId, Location, Problem, SourceFile, Span};
use crate::syntax::Workspace;
use crate::syntax::ast::{Attribute, Block, Document, Expr, NodeId};

use super::reading::{MAX_FILE, Reading, Used};
use super::{Tree, Unit, units};

/// Files that one unit may write.
pub(super) const MAX_FILES: usize = 100;
/// How deep conditions are followed.
const MAX_DEPTH: u32 = 16;

/// The text of a file that is generated.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Text {
    /// That of another file of the tree, which was read.
    Same(FileId),
    /// That of a file which was not read so far.
    Other(String),
    /// A heredoc.
    Part(FileId, Span),
}

/// Gives the modules of a tree the files that Terragrunt generates.
pub fn generate(workspace: &mut Workspace) {
    let tree = Tree::new(workspace);
    let units = units(&tree).0.into_iter();
    let all: Vec<_> =
        units.map(|unit| (generated(&tree, &unit), unit)).filter(|it| !it.0.is_empty()).collect();
    let mut added: BTreeMap<Text, FileId> = BTreeMap::new();
    for (texts, unit) in all {
        let mut files = Vec::new();
        for (name, text) in texts {
            let id = added.get(&text).copied().or_else(|| add(workspace, &text));
            if let Some(id) = id {
                added.insert(text, id);
                files.push((name, id));
            }
        }
        workspace.generate(&unit.dir, &unit.module, files);
    }
}

fn add(workspace: &mut Workspace, text: &Text) -> Option<FileId> {
    match text {
        Text::Same(id) => Some(*id),
        Text::Other(path) => {
            let bytes = workspace.sources.read_beside(path, MAX_FILE).ok()?;
            Some(workspace.add(SourceFile::from_bytes(path, bytes)))
        }
        Text::Part(file, span) => {
            let part = workspace.sources.get(*file)?.part(*span);
            Some(workspace.add(part))
        }
    }
}

/// What becomes of a `generate` block.
enum Written {
    /// A file of this name.
    File(String, Text),
    /// No file of Terraform, or none at all.
    Nothing,
    /// Its name or text can't be computed.
    Unknown,
}

/// Says which files of Terraform may be generated that are not judged.
pub fn left_out(tree: &Tree<'_>, units: &[Unit]) -> Vec<Problem> {
    let blocks = units.iter().flat_map(|unit| blocks(tree, unit).into_values());
    // What could be read was added to the files of the tree.
    let unknown =
        blocks.filter(|(written, _)| matches!(written, Written::Unknown | Written::File(_, Text::Other(_))));
    let places: BTreeSet<Location> = unknown.map(|(_, block)| block).collect();
    let message = "what Terragrunt generates here can't be computed, so it is not judged";
    places.into_iter().map(|place| Problem::refused(message, Some(place))).collect()
}

/// What a unit writes, by name.
fn generated(tree: &Tree<'_>, unit: &Unit) -> Vec<(String, Text)> {
    let files = blocks(tree, unit).into_values().filter_map(|(written, _)| match written {
        Written::File(name, text) => Some((name, text)),
        Written::Nothing | Written::Unknown => None,
    });
    files.collect::<BTreeMap<_, _>>().into_iter().collect()
}

/// The `generate` blocks of a unit, by label, with their places. One of the unit replaces one of the same label
/// that it includes.
fn blocks<'t>(tree: &Tree<'t>, unit: &Unit) -> BTreeMap<&'t str, (Written, Location)> {
    let used = Used::default();
    let mut blocks = BTreeMap::new();
    for file in &unit.files {
        let Some(doc) = tree.workspace.document(*file) else { continue };
        let reading = unit.reading(tree, *file, doc, &used);
        for block in doc.body().blocks_of("generate") {
            let Some(label) = block.label(0).filter(|_| blocks.len() < MAX_FILES) else { continue };
            let place = Location::new(*file, block.header_span());
            blocks.insert(label, (written(tree, unit, &reading, block), place));
        }
    }
    blocks
}

fn written(tree: &Tree<'_>, unit: &Unit, reading: &Reading<'_>, block: Block<'_>) -> Written {
    let argument = |name: &str| block.body().attribute(name).map(Attribute::expr);
    if argument("disable").is_some_and(|id| reading.holds(id) == Some(true)) {
        return Written::Nothing;
    }
    let Some(name) = argument("path").and_then(|path| reading.path(path)) else { return Written::Unknown };
    let name = name.strip_prefix("./").unwrap_or(&name).to_owned();
    let plain = Path::new(&name).extension().is_some_and(|ending| ending == "tf")
        && !name.contains(['/', '\\'])
        && !name.starts_with('.');
    let keeps = argument("if_exists").and_then(|id| reading.path(id)).is_some_and(|it| it == "skip");
    let there = || {
        let module = tree.workspace.modules.get(&unit.module);
        let path =
            |file: &FileId| Some(tree.workspace.sources.get(*file)?.path().file_name()? == name.as_str());
        module.is_some_and(|module| module.files.iter().any(|file| path(file) == Some(true)))
    };
    if !plain || keeps && there() {
        return Written::Nothing;
    }
    let sure = argument("disable").is_none_or(|id| reading.holds(id).is_some());
    let text = argument("contents").and_then(|id| contents(tree, reading, block.document(), id, 0));
    match text.filter(|_| sure) {
        Some(text) => Written::File(name, text),
        None => Written::Unknown,
    }
}

fn contents(tree: &Tree<'_>, reading: &Reading<'_>, doc: &Document, id: NodeId, depth: u32) -> Option<Text> {
    match doc.expr(id) {
        Expr::Parens(inner) if depth < MAX_DEPTH => contents(tree, reading, doc, inner, depth + 1),
        Expr::Conditional { condition, then, otherwise } if depth < MAX_DEPTH => {
            let chosen = if reading.holds(condition)? { then } else { otherwise };
            contents(tree, reading, doc, chosen, depth + 1)
        }
        Expr::Call { name: "file", args, .. } => {
            let path = reading.resolve(&reading.path(args.get(0)?)?);
            Some(tree.found(&path).map_or(Text::Other(path), Text::Same))
        }
        Expr::Str(_) if doc.is_heredoc(id) => {
            let whole = doc.slice(doc.span(id));
            let (start, end) = (whole.find('\n')? + 1, whole.rfind('\n')? + 1);
            let text = whole.get(start..end)?;
            // What is escaped there would be read otherwise here.
            let plain = !text.contains("$${") && !text.contains("%%{");
            let at = |offset: usize| Some(doc.span(id).start + u32::try_from(offset).ok()?);
            plain.then_some(Text::Part(doc.file(), Span::new(at(start)?, at(end)?)))
        }
        _ => None,
    }
}
