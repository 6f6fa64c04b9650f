//! All parsed files of a run, grouped into modules.
//!
//! In: the sources. Out: a [`Workspace`]. A patch is tried on a copy that shares everything but
//! the changed file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::source::{FileId, SourceFile, Sources};

use super::ast::{Document, SyntaxError};
use super::{Module, parse};

/// The parsed files of a run.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The files.
    pub sources: Sources,
    /// The parsed files by [`FileId`]; `None` for a file that is no Terraform (a plan).
    pub documents: Vec<Option<Arc<Document>>>,
    /// The modules by directory.
    pub modules: BTreeMap<String, Arc<Module>>,
    /// Errors between files: a name declared twice.
    pub errors: Vec<SyntaxError>,
}

/// What a file is to Terraform, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Configuration,
    /// Loaded by itself, or only when named.
    Variables {
        automatic: bool,
    },
    Other,
}

fn role(path: &Path) -> Role {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let name = name.strip_suffix(".json").unwrap_or(name);
    if name.ends_with(".tf") || name.ends_with(".tofu") {
        Role::Configuration
    } else if name.ends_with(".tfvars") {
        Role::Variables { automatic: name == "terraform.tfvars" || name.ends_with(".auto.tfvars") }
    } else {
        Role::Other
    }
}

fn dir_of(path: &Path) -> String {
    let dir = path.parent().map(|dir| dir.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let dir = dir.strip_prefix("./").unwrap_or(&dir);
    if dir.is_empty() { ".".to_owned() } else { dir.to_owned() }
}

impl Workspace {
    /// Parses every Terraform file, in parallel.
    pub fn parse(sources: Sources) -> Self {
        let files: Vec<(FileId, &Arc<SourceFile>)> = sources.iter().collect();
        let documents: Vec<Option<Arc<Document>>> = files
            .par_iter()
            .map(|(id, file)| (role(file.path()) != Role::Other).then(|| Arc::new(parse(*id, file))))
            .collect();
        let mut dirs: Vec<String> = files
            .iter()
            .filter(|(_, file)| role(file.path()) != Role::Other)
            .map(|(_, file)| dir_of(file.path()))
            .collect();
        dirs.sort();
        dirs.dedup();
        let mut workspace = Self { sources, documents, modules: BTreeMap::new(), errors: Vec::new() };
        let mut by_dir: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
        for (id, file) in workspace.sources.iter() {
            by_dir.entry(dir_of(file.path())).or_default().push(id);
        }
        for dir in dirs {
            let (module, errors) = workspace.load(&dir, by_dir.get(&dir).map_or(&[], Vec::as_slice));
            workspace.modules.insert(dir, Arc::new(module));
            workspace.errors.extend(errors);
        }
        workspace
    }

    /// A parsed file.
    pub fn document(&self, file: FileId) -> Option<&Arc<Document>> {
        self.documents.get(file.0 as usize)?.as_ref()
    }

    /// The same workspace with one file's text replaced; only that file is parsed again.
    #[must_use]
    pub fn with_text(&self, file: FileId, text: String) -> Self {
        let mut changed = self.clone();
        changed.sources = self.sources.with_text(file, text);
        let Some(source) = changed.sources.get(file).cloned() else { return changed };
        if let Some(slot) = changed.documents.get_mut(file.0 as usize)
            && slot.is_some()
        {
            *slot = Some(Arc::new(parse(file, &source)));
        }
        let dir = dir_of(source.path());
        let members: Vec<FileId> = changed
            .sources
            .iter()
            .filter(|(_, other)| dir_of(other.path()) == dir)
            .map(|(id, _)| id)
            .collect();
        let (module, errors) = changed.load(&dir, &members);
        changed.modules.insert(dir, Arc::new(module));
        changed.errors.retain(|error| !members.contains(&error.location.file));
        changed.errors.extend(errors);
        changed
    }

    fn load(&self, dir: &str, members: &[FileId]) -> (Module, Vec<SyntaxError>) {
        let name = |id: FileId| {
            self.sources
                .get(id)
                .and_then(|file| file.path().file_name())
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let mut configuration: Vec<(bool, String, FileId)> = Vec::new();
        let mut variables: Vec<((bool, String), FileId)> = Vec::new();
        for id in members {
            let Some(file) = self.sources.get(*id) else { continue };
            let name = name(*id);
            match role(file.path()) {
                Role::Configuration => {
                    let stem = name.split('.').next().unwrap_or("");
                    configuration.push((stem == "override" || stem.ends_with("_override"), name, *id));
                }
                // terraform.tfvars comes first, then the automatic ones by name.
                Role::Variables { automatic: true } => {
                    variables.push(((!name.starts_with("terraform.tfvars"), name), *id));
                }
                Role::Variables { automatic: false } | Role::Other => {}
            }
        }
        // OpenTofu's own file hides Terraform's of the same name.
        let tofu: Vec<String> = configuration
            .iter()
            .filter_map(|(_, name, _)| Some(format!("{}.tf", name.strip_suffix(".tofu")?)))
            .collect();
        configuration.retain(|(_, name, _)| !tofu.contains(name));
        configuration.sort();
        variables.sort();
        let documents: Vec<(&Document, bool)> = configuration
            .iter()
            .filter_map(|(overrides, _, id)| Some((&**self.document(*id)?, *overrides)))
            .collect();
        let (mut module, errors) = Module::load(dir, &documents);
        module.variable_files = variables.into_iter().map(|(_, id)| id).collect();
        (module, errors)
    }
}
