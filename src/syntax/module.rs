//! A Terraform module: the declarations of all files in one directory, by name.

use std::collections::BTreeMap;

use crate::source::{FileId, Location, Span};

use super::ast::{Block, Document, NodeId, SyntaxError};

/// Where a block is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The file.
    pub file: FileId,
    /// The block; for a local, the expression.
    pub node: NodeId,
}

/// One directory's declarations. Names are the block labels.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Directory as walked: relative to the working directory, `.` for itself.
    pub dir: String,
    /// Files in name order, override files last.
    pub files: Vec<FileId>,
    /// `variable` blocks.
    pub variables: BTreeMap<String, Declaration>,
    /// Entries of all `locals` blocks: the declaration's node is the expression.
    pub locals: BTreeMap<String, Declaration>,
    /// `output` blocks.
    pub outputs: BTreeMap<String, Declaration>,
    /// `module` blocks.
    pub calls: BTreeMap<String, Declaration>,
    /// `resource` blocks by type and name.
    pub resources: BTreeMap<(String, String), Declaration>,
    /// `data` blocks by type and name.
    pub data: BTreeMap<(String, String), Declaration>,
    /// `provider` blocks, in order.
    pub providers: Vec<Declaration>,
    /// `terraform` blocks, in order.
    pub settings: Vec<Declaration>,
    /// Variable files of the directory that Terraform loads by itself, in its order.
    pub variable_files: Vec<FileId>,
    /// Blocks of override files by type and labels (`resource.aws_s3_bucket.logs`), in the order they
    /// apply: the arguments of the last one win.
    pub overrides: BTreeMap<String, Vec<Declaration>>,
}

impl Module {
    /// Collects the declarations of one directory's files, in the order given. Documents whose names
    /// matter (override files) go through [`Workspace`](super::Workspace). A name declared twice is an
    /// error at the second place; the first stays.
    pub fn load(dir: &str, files: &[(FileId, &Document)]) -> (Self, Vec<SyntaxError>) {
        Self::load_with_overrides(dir, files, &[])
    }

    /// The same, with the blocks of override files kept apart in `overrides`.
    pub fn load_with_overrides(
        dir: &str,
        files: &[(FileId, &Document)],
        overrides: &[(FileId, &Document)],
    ) -> (Self, Vec<SyntaxError>) {
        let mut module = Self { dir: dir.to_owned(), ..Self::default() };
        let mut errors = Vec::new();
        let documents: BTreeMap<FileId, &Document> = files.iter().copied().collect();
        for (file, document) in files {
            module.files.push(*file);
            for block in document.body().blocks() {
                module.declare(*file, block, &documents, &mut errors);
            }
        }
        for (file, document) in overrides {
            module.files.push(*file);
            for block in document.body().blocks() {
                let declaration = Declaration { file: *file, node: block.id() };
                match block.kind() {
                    "locals" => {
                        for attribute in block.body().attributes() {
                            let declaration = Declaration { file: *file, node: attribute.expr() };
                            module.locals.insert(attribute.name().to_owned(), declaration);
                        }
                    }
                    "terraform" => module.settings.push(declaration),
                    _ => module.overrides.entry(key(block)).or_default().push(declaration),
                }
            }
        }
        (module, errors)
    }

    /// The override blocks of a declared block, in the order they apply: their arguments win.
    pub fn overrides_of(&self, block: Block<'_>) -> &[Declaration] {
        if self.overrides.is_empty() {
            return &[];
        }
        self.overrides.get(&key(block)).map_or(&[], Vec::as_slice)
    }

    /// Override blocks that have nothing to override, which Terraform refuses.
    pub fn vain_overrides(&self) -> impl Iterator<Item = (&str, Declaration)> {
        let declared = |key: &str| {
            let mut parts = key.splitn(3, '.');
            match (parts.next(), parts.next(), parts.next()) {
                (Some("variable"), Some(name), None) => self.variables.contains_key(name),
                (Some("output"), Some(name), None) => self.outputs.contains_key(name),
                (Some("module"), Some(name), None) => self.calls.contains_key(name),
                (Some("resource"), Some(kind), Some(name)) => {
                    self.resources.contains_key(&(kind.to_owned(), name.to_owned()))
                }
                (Some("data"), Some(kind), Some(name)) => {
                    self.data.contains_key(&(kind.to_owned(), name.to_owned()))
                }
                _ => true,
            }
        };
        let vain = self.overrides.iter().filter(move |(key, _)| !declared(key));
        vain.filter_map(|(key, blocks)| Some((key.as_str(), *blocks.first()?)))
    }

    fn declare(
        &mut self,
        file: FileId,
        block: Block<'_>,
        documents: &BTreeMap<FileId, &Document>,
        errors: &mut Vec<SyntaxError>,
    ) {
        let declaration = Declaration { file, node: block.id() };
        let mut labels = block.labels();
        let (first, second) = (labels.next(), labels.next());
        let earlier = match (block.kind(), first, second) {
            ("locals", ..) => {
                for attribute in block.body().attributes() {
                    let declaration = Declaration { file, node: attribute.expr() };
                    let name = attribute.name();
                    if let Some(earlier) = self.locals.get(name) {
                        let span = attribute.name_span();
                        errors.push(duplicate(&format!("local.{name}"), file, span, *earlier, documents));
                    } else {
                        self.locals.insert(name.to_owned(), declaration);
                    }
                }
                None
            }
            ("provider", Some(_), _) => {
                self.providers.push(declaration);
                None
            }
            ("terraform", ..) => {
                self.settings.push(declaration);
                None
            }
            ("variable", Some(name), _) => insert(&mut self.variables, name.to_owned(), declaration),
            ("output", Some(name), _) => insert(&mut self.outputs, name.to_owned(), declaration),
            ("module", Some(name), _) => insert(&mut self.calls, name.to_owned(), declaration),
            ("resource", Some(kind), Some(name)) => {
                insert(&mut self.resources, (kind.to_owned(), name.to_owned()), declaration)
            }
            ("data", Some(kind), Some(name)) => {
                insert(&mut self.data, (kind.to_owned(), name.to_owned()), declaration)
            }
            _ => None,
        };
        if let Some(earlier) = earlier {
            errors.push(duplicate(&key(block), file, block.header_span(), earlier, documents));
        }
    }
}

/// Keeps the first declaration; gives it back when there was one.
fn insert<K: Ord>(
    map: &mut BTreeMap<K, Declaration>,
    key: K,
    declaration: Declaration,
) -> Option<Declaration> {
    match map.entry(key) {
        std::collections::btree_map::Entry::Vacant(slot) => {
            slot.insert(declaration);
            None
        }
        std::collections::btree_map::Entry::Occupied(slot) => Some(*slot.get()),
    }
}

/// Type and labels joined by dots; a provider's alias does not count.
fn key(block: Block<'_>) -> String {
    let mut key = block.kind().to_owned();
    for label in block.labels() {
        key.push('.');
        key.push_str(label);
    }
    key
}

fn duplicate(
    name: &str,
    file: FileId,
    span: Span,
    earlier: Declaration,
    documents: &BTreeMap<FileId, &Document>,
) -> SyntaxError {
    let line = documents.get(&earlier.file).map_or(0, |document| {
        let start = document.span(earlier.node).start as usize;
        document.text().bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
    });
    let place = if earlier.file == file { "in this file" } else { "in another file of this directory" };
    SyntaxError {
        location: Location::new(file, span),
        message: format!("`{name}` is declared twice: first in line {line} {place}"),
        help: Some("Rename one of the two, or remove it.".to_owned()),
    }
}
