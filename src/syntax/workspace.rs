//! All files of a run, parsed, and their modules.
//!
//! In: the sources. Out: documents by file and modules by directory, behind `Arc`s, so that trying a
//! patch reparses one file and rebuilds one module.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::source::{FileId, SourceFile, Sources};

use super::{Document, Module, SyntaxError, parse};

/// Parsed files and modules.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The text of every file.
    pub sources: Sources,
    /// The parsed files by [`FileId`]; `None` for files that are not Terraform.
    pub documents: Vec<Option<Arc<Document>>>,
    /// The modules by directory, `.` for the working directory.
    pub modules: BTreeMap<String, Arc<Module>>,
    /// Modules with files that are generated into them before they run, by what uses them.
    generated: BTreeMap<String, Generated>,
    /// Every syntax error of the files and modules, by place.
    pub errors: Vec<SyntaxError>,
}

/// A module with the files that are generated into it for one use.
#[derive(Clone, Debug)]
struct Generated {
    dir: String,
    /// The names they are written under.
    files: Vec<(String, FileId)>,
    module: Arc<Module>,
}

impl Workspace {
    /// Parses all Terraform files, in parallel.
    pub fn parse(sources: Sources) -> Self {
        let files: Vec<_> = sources.iter().map(|(id, file)| (id, Arc::clone(file))).collect();
        let documents = files
            .par_iter()
            .map(|(id, file)| is_terraform(file.path()).then(|| Arc::new(parse(*id, file))))
            .collect();
        let mut workspace = Self { sources, documents, ..Self::default() };
        let mut errors = Vec::new();
        let groups = workspace.groups();
        for (dir, ids) in groups {
            let (module, more) = workspace.load(&dir, &ids);
            errors.extend(more);
            workspace.modules.insert(dir, Arc::new(module));
        }
        workspace.set_errors(errors);
        workspace
    }

    /// The parsed file.
    pub fn document(&self, id: FileId) -> Option<&Arc<Document>> {
        self.documents.get(id.0 as usize)?.as_ref()
    }

    /// The same workspace with one file's text replaced; only that file and its module are rebuilt.
    #[must_use]
    pub fn with_text(&self, id: FileId, text: String) -> Self {
        let mut next = Self {
            sources: self.sources.with_text(id, text),
            documents: self.documents.clone(),
            modules: self.modules.clone(),
            generated: self.generated.clone(),
            errors: Vec::new(),
        };
        let Some(file) = next.sources.get(id).cloned() else { return self.clone() };
        let mut errors = Vec::new();
        if let Some(slot) = next.documents.get_mut(id.0 as usize).filter(|slot| slot.is_some()) {
            *slot = Some(Arc::new(parse(id, &file)));
            let dir = directory(file.path());
            let ids = next.files_of(&dir);
            let (module, more) = next.load(&dir, &ids);
            errors.extend(more);
            // Errors of other modules stand; those of this one were just found again.
            let documents = next.document_errors();
            errors.extend(
                self.errors
                    .iter()
                    .filter(|error| !ids.contains(&error.location.file) && !documents.contains(error))
                    .cloned(),
            );
            next.regenerate(&dir, id);
            next.modules.insert(dir, Arc::new(module));
        }
        next.set_errors(errors);
        next
    }

    /// Adds a file of Terraform that is not there yet, empty.
    pub fn add_absent(&mut self, path: &Path) -> FileId {
        self.add(SourceFile::absent(path))
    }

    /// Adds a file of Terraform that belongs to no directory's module yet.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = self.sources.add(file);
        let document = self.sources.get(id).map(|file| Arc::new(parse(id, file)));
        self.errors.extend(document.iter().flat_map(|document| document.errors.iter().cloned()));
        self.documents.resize(id.0 as usize, None);
        self.documents.push(document);
        id
    }

    /// Gives the module in `dir` these files, for one use of it. They replace those of the same names.
    pub fn generate(&mut self, used_by: &str, dir: &str, files: Vec<(String, FileId)>) {
        let same = self.generated.values().find(|it| it.dir == dir && it.files == files);
        let module = same.map(|it| Arc::clone(&it.module));
        let module = module.unwrap_or_else(|| {
            let (module, errors) = self.load_with(dir, &files);
            let new: Vec<_> = errors.into_iter().filter(|error| !self.errors.contains(error)).collect();
            self.errors.extend(new);
            Arc::new(module)
        });
        self.generated.insert(used_by.to_owned(), Generated { dir: dir.to_owned(), files, module });
    }

    /// The module in a directory, with the files that are generated for this use of it.
    pub fn module_of(&self, dir: &str, used_by: Option<&str>) -> Option<&Arc<Module>> {
        let own = used_by.and_then(|name| self.generated.get(name)).filter(|it| it.dir == dir);
        own.map(|it| &it.module).or_else(|| self.modules.get(dir))
    }

    /// Makes the modules anew that a changed file is generated into, or lies in.
    fn regenerate(&mut self, dir: &str, id: FileId) {
        let of = |it: &Generated| it.dir == dir || it.files.iter().any(|(_, file)| *file == id);
        let changed: Vec<_> =
            self.generated.iter().filter(|(_, it)| of(it)).map(|(name, _)| name.clone()).collect();
        for name in changed {
            let Some(mut it) = self.generated.remove(&name) else { continue };
            it.module = Arc::new(self.load_with(&it.dir, &it.files).0);
            self.generated.insert(name, it);
        }
    }

    fn document_errors(&self) -> Vec<SyntaxError> {
        self.documents.iter().flatten().flat_map(|document| document.errors.iter().cloned()).collect()
    }

    fn set_errors(&mut self, mut errors: Vec<SyntaxError>) {
        errors.extend(self.document_errors());
        errors.sort_by(|a, b| (a.location, &a.message).cmp(&(b.location, &b.message)));
        self.errors = errors;
    }

    fn groups(&self) -> BTreeMap<String, Vec<FileId>> {
        let mut groups: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
        for (id, file) in self.sources.iter() {
            if self.document(id).is_some() {
                groups.entry(directory(file.path())).or_default().push(id);
            }
        }
        groups
    }

    fn files_of(&self, dir: &str) -> Vec<FileId> {
        self.sources
            .iter()
            .filter(|(id, file)| self.document(*id).is_some() && directory(file.path()) == dir)
            .map(|(id, _)| id)
            .collect()
    }

    fn load(&self, dir: &str, ids: &[FileId]) -> (Module, Vec<SyntaxError>) {
        self.load_named(dir, self.named(ids).collect())
    }

    /// The module of a directory with files that replace those of the same names.
    fn load_with(&self, dir: &str, files: &[(String, FileId)]) -> (Module, Vec<SyntaxError>) {
        let ids = self.files_of(dir);
        let kept = self.named(&ids).filter(|(name, _)| files.iter().all(|(other, _)| other != name));
        self.load_named(dir, kept.chain(files.iter().cloned()).collect())
    }

    fn named(&self, ids: &[FileId]) -> impl Iterator<Item = (String, FileId)> {
        ids.iter().filter_map(|id| {
            let name = self.sources.get(*id)?.path().file_name()?.to_string_lossy().into_owned();
            Some((name, *id))
        })
    }

    fn load_named(&self, dir: &str, mut named: Vec<(String, FileId)>) -> (Module, Vec<SyntaxError>) {
        named.sort();
        let configuration: Vec<(FileId, &Document)> = named
            .iter()
            .filter(|(name, _)| is_configuration(name) && !hidden(name, &named))
            .filter_map(|(_, id)| Some((*id, self.document(*id)?.as_ref())))
            .collect();
        let (overrides, files): (Vec<_>, Vec<_>) = configuration
            .into_iter()
            .partition(|(id, _)| named.iter().any(|(name, other)| other == id && is_override(name)));
        let (mut module, errors) = Module::load_with_overrides(dir, &files, &overrides);
        let rank = |name: &str| match name {
            "terraform.tfvars" => Some(0),
            "terraform.tfvars.json" => Some(1),
            _ if name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json") => Some(2),
            _ => None,
        };
        let mut variables: Vec<_> =
            named.iter().filter_map(|(name, id)| Some((rank(name)?, name.as_str(), *id))).collect();
        variables.sort_unstable();
        module.variable_files = variables.into_iter().map(|(_, _, id)| id).collect();
        (module, errors)
    }
}

fn directory(path: &Path) -> String {
    let dir = path.parent().map(|dir| dir.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let dir = dir.strip_prefix("./").unwrap_or(&dir);
    if dir.is_empty() { ".".to_owned() } else { dir.to_owned() }
}

/// The name without its configuration suffix.
fn stem(name: &str) -> Option<(&str, bool)> {
    let tofu = [".tofu", ".tofu.json"].iter().find_map(|suffix| name.strip_suffix(suffix));
    let plain = [".tf", ".tf.json"].iter().find_map(|suffix| name.strip_suffix(suffix));
    tofu.map(|stem| (stem, true)).or(plain.map(|stem| (stem, false)))
}

fn is_configuration(name: &str) -> bool {
    stem(name).is_some()
}

fn is_override(name: &str) -> bool {
    stem(name).is_some_and(|(stem, _)| stem == "override" || stem.ends_with("_override"))
}

/// A `.tofu` file hides the `.tf` file of the same stem and form.
fn hidden(name: &str, files: &[(String, FileId)]) -> bool {
    let other = if let Some(stem) = name.strip_suffix(".tf") {
        format!("{stem}.tofu")
    } else if let Some(stem) = name.strip_suffix(".tf.json") {
        format!("{stem}.tofu.json")
    } else {
        return false;
    };
    files.binary_search_by(|(name, _)| name.as_str().cmp(other.as_str())).is_ok()
}

fn is_terraform(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else { return false };
    is_configuration(&name)
        || name.ends_with(".tfvars")
        || name.ends_with(".tfvars.json")
        || (name.ends_with(".hcl") && !name.ends_with(".lock.hcl"))
}
