//! A Terraform module: the declarations of all files in one directory, by name.

use std::collections::BTreeMap;

use crate::source::{FileId, Location};

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
}

impl Module {
    /// Collects the declarations of a directory's documents, given in the order Terraform merges
    /// them: by name, override files last. Duplicates are errors; the first declaration counts.
    pub fn load(dir: &str, documents: &[(&Document, bool)]) -> (Self, Vec<SyntaxError>) {
        let mut module = Self { dir: dir.to_owned(), ..Self::default() };
        let mut errors = Vec::new();
        for (doc, overrides) in documents {
            module.files.push(doc.file());
            for block in doc.body().blocks() {
                if let Some(error) = module.declare(doc, block, *overrides) {
                    errors.push(error);
                }
            }
        }
        (module, errors)
    }

    fn declare(&mut self, doc: &Document, block: Block<'_>, overrides: bool) -> Option<SyntaxError> {
        let declaration = Declaration { file: doc.file(), node: block.id() };
        let label = |at: usize| block.label(at).map(str::to_owned);
        let header = Location::new(doc.file(), block.header_span());
        let missing = |count: usize| {
            let message =
                format!("a {} block needs {count} label{}", block.kind(), if count == 1 { "" } else { "s" });
            let help = format!("write {}{} {{", block.kind(), " \"name\"".repeat(count));
            Some(SyntaxError { location: header, message, help: Some(help) })
        };
        let name = match block.kind() {
            "locals" => {
                for attribute in block.body().attributes() {
                    let declaration = Declaration { file: doc.file(), node: attribute.expr() };
                    self.locals.entry(attribute.name().to_owned()).or_insert(declaration);
                }
                return None;
            }
            "provider" => {
                self.providers.push(declaration);
                return None;
            }
            "terraform" => {
                self.settings.push(declaration);
                return None;
            }
            "variable" | "output" | "module" => match label(0) {
                Some(name) => (String::new(), name),
                None => return missing(1),
            },
            "resource" | "data" => match (label(0), label(1)) {
                (Some(kind), Some(name)) => (kind, name),
                _ => return missing(2),
            },
            _ => return None,
        };
        let (kind, name) = name;
        let previous = match block.kind() {
            "variable" => insert(&mut self.variables, name.clone(), declaration),
            "output" => insert(&mut self.outputs, name.clone(), declaration),
            "module" => insert(&mut self.calls, name.clone(), declaration),
            "resource" => insert(&mut self.resources, (kind.clone(), name.clone()), declaration),
            _ => insert(&mut self.data, (kind.clone(), name.clone()), declaration),
        };
        previous.filter(|_| !overrides).map(|_| {
            let shown = if kind.is_empty() { name } else { format!("{kind}.{name}") };
            SyntaxError {
                location: header,
                message: format!("the {} {shown} is declared twice in this module", block.kind()),
                help: Some("rename or remove one of them; the first is judged".to_owned()),
            }
        })
    }
}

/// Inserts unless the key is there; gives what was there.
fn insert<K: Ord>(
    map: &mut BTreeMap<K, Declaration>,
    key: K,
    declaration: Declaration,
) -> Option<Declaration> {
    match map.entry(key) {
        std::collections::btree_map::Entry::Occupied(entry) => Some(*entry.get()),
        std::collections::btree_map::Entry::Vacant(entry) => {
            entry.insert(declaration);
            None
        }
    }
}
