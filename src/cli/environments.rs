//! The inputs that roots are judged with: those of the command line, and each environment that
//! `.trueup.hcl` declares.
//!
//! In: options and declarations, later a workspace. Out: one context for each root and environment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::GitignoreBuilder;

use crate::eval::join;
use crate::graph::{self, Context};
use crate::source::{self, FileId, Found, Problem};
use crate::syntax::Workspace;

use super::Failure;
use super::args::Input;

/// An `environment` block of `.trueup.hcl`.
#[derive(Clone, Debug, Default)]
pub(super) struct Declared {
    /// The roots it is for, as in a `.gitignore`; all where it names none.
    pub(super) roots: Vec<String>,
    /// Variable files: seen from the root module, else from the working directory.
    pub(super) var_files: Vec<String>,
    /// Values of single variables.
    pub(super) variables: BTreeMap<String, serde_json::Value>,
    /// `terraform.workspace`
    pub(super) workspace: Option<String>,
}

/// What the command line and `.trueup.hcl` say of a run's inputs.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    declared: BTreeMap<String, Declared>,
    ambient: BTreeMap<String, Arc<str>>,
    files: Vec<PathBuf>,
    variables: BTreeMap<String, Arc<str>>,
    workspace: Option<Arc<str>>,
}

impl Environments {
    /// Those that a run was asked for.
    pub(super) fn new(input: &Input, mut declared: BTreeMap<String, Declared>) -> Result<Self, Failure> {
        if let Some(name) = input.environment.iter().find(|name| !declared.contains_key(*name)) {
            let known: Vec<&str> = declared.keys().map(String::as_str).collect();
            return Err(Failure::new(
                format!("--environment {name} is not declared"),
                match known.as_slice() {
                    [] => "declare it in .trueup.hcl: environment \"NAME\" { var_files = [...] }".to_owned(),
                    known => format!("use one of {}", known.join(", ")),
                },
            ));
        }
        if !input.environment.is_empty() {
            declared.retain(|name, _| input.environment.contains(name));
        }
        let mut variables = BTreeMap::new();
        for pair in &input.var {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(Failure::new(
                    "--var needs a name and a value",
                    "write --var name=value; lists and maps in Terraform's own form",
                ));
            };
            variables.insert(name.trim().to_owned(), Arc::from(value));
        }
        let ambient = if input.tf_vars {
            std::env::vars()
                .filter_map(|(name, value)| {
                    Some((name.strip_prefix("TF_VAR_")?.to_owned(), Arc::from(value)))
                })
                .collect()
        } else {
            BTreeMap::new()
        };
        if let Some(path) = input.var_file.iter().find(|path| !path.is_file()) {
            return Err(Failure::new(
                format!("--var-file {} is no file", path.display()),
                "name a .tfvars file that exists",
            ));
        }
        let is_read = |path: &PathBuf| {
            let name = path.to_string_lossy();
            name.ends_with(".tfvars") || name.ends_with(".tfvars.json")
        };
        if let Some(path) = input.var_file.iter().find(|path| !is_read(path)) {
            return Err(Failure::new(
                format!("--var-file {} is not taken for a variable file", path.display()),
                "give it a name that ends in .tfvars or .tfvars.json",
            ));
        }
        let workspace = input.workspace.as_deref().map(Arc::from);
        Ok(Self { declared, ambient, files: input.var_file.clone(), variables, workspace })
    }

    /// Reads the variable files that were named and lie beside the paths that are scanned.
    pub(super) fn read(&self, found: &mut Found) -> Result<(), Failure> {
        for path in self.declared.values().flat_map(|one| &one.var_files) {
            // Seen from a root it may lie elsewhere, and is read with the tree.
            source::read_file(found, Path::new(path));
        }
        match self.files.iter().find(|path| !source::read_file(found, path)) {
            None => Ok(()),
            Some(path) => Err(Failure::new(
                format!("--var-file {} is not read: it lies outside of what is scanned", path.display()),
                "name a file in the working directory, or in the checkout around it",
            )),
        }
    }

    /// Every root with the inputs of each environment that it is in; and what stands in the way.
    pub(super) fn contexts(&self, workspace: &Workspace) -> (Vec<Context>, Vec<Problem>) {
        let (plain, mut problems) = graph::contexts(workspace);
        let mut contexts = Vec::new();
        let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
        for context in plain {
            let before = contexts.len();
            for (name, declared) in &self.declared {
                if !declared.is_for(&context.dir) {
                    continue;
                }
                let mut context = context.clone();
                let label = match &context.inputs.environment {
                    Some(unit) => format!("{unit} {name}"),
                    None => name.clone(),
                };
                context.inputs.environment = Some(label.into());
                for file in &declared.var_files {
                    if let Some(id) = beside(workspace, &context.dir, file) {
                        context.inputs.variable_files.push(id);
                        used.insert((name, file));
                    }
                }
                let texts = declared.variables.iter().map(|(name, value)| (name.clone(), text(value)));
                context.inputs.variables.extend(texts);
                context.inputs.workspace = declared.workspace.as_deref().map(Arc::from);
                contexts.push(context);
            }
            if contexts.len() == before {
                contexts.push(context);
            }
        }
        for (name, declared) in &self.declared {
            for file in
                declared.var_files.iter().filter(|file| !used.contains(&(name.as_str(), file.as_str())))
            {
                let message = format!(
                    "environment {name}: the variable file {file} is found neither beside a root nor in the \
                     working directory"
                );
                problems.push(Problem::refused(message, None));
            }
        }
        let declares = |name: &String| {
            contexts.iter().any(|context| {
                let module = workspace.module_of(&context.dir, context.inputs.unit.as_deref());
                module.is_some_and(|module| module.variables.contains_key(name))
            })
        };
        for name in self.variables.keys().filter(|name| !declares(name)) {
            let message = format!("--var gives a value to {name}, which no root module declares");
            problems.push(Problem::refused(message, None));
        }
        for context in &mut contexts {
            self.add_given(context, workspace);
        }
        (contexts, problems)
    }

    /// What the command line gives holds in every environment.
    fn add_given(&self, context: &mut Context, workspace: &Workspace) {
        let inputs = &mut context.inputs;
        inputs.ambient.clone_from(&self.ambient);
        let files = self.files.iter().filter_map(|path| file(workspace, path));
        inputs.variable_files.extend(files);
        inputs.variables.extend(self.variables.iter().map(|(name, text)| (name.clone(), Arc::clone(text))));
        if self.workspace.is_some() {
            inputs.workspace.clone_from(&self.workspace);
        }
    }
}

impl Declared {
    fn is_for(&self, dir: &str) -> bool {
        if self.roots.is_empty() {
            return true;
        }
        let mut patterns = GitignoreBuilder::new("");
        for pattern in &self.roots {
            // A pattern that is none matches nothing.
            let _ = patterns.add_line(None, pattern);
        }
        patterns.build().is_ok_and(|patterns| {
            Path::new(dir).ancestors().any(|dir| patterns.matched(dir, true).is_ignore())
        })
    }
}

/// A variable file as a root's commands would name it.
fn beside(workspace: &Workspace, dir: &str, path: &str) -> Option<FileId> {
    file(workspace, Path::new(&join(dir, path))).or_else(|| file(workspace, Path::new(path)))
}

fn file(workspace: &Workspace, path: &Path) -> Option<FileId> {
    let path = path.to_string_lossy().replace('\\', "/");
    let path = if path.starts_with('/') { join("/", &path) } else { join(".", &path) };
    workspace.sources.iter().find(|(_, file)| file.path() == Path::new(&path)).map(|(id, _)| id)
}

/// A value as a command line would give it.
fn text(value: &serde_json::Value) -> Arc<str> {
    match value {
        serde_json::Value::String(text) => text.as_str().into(),
        other => other.to_string().into(),
    }
}
