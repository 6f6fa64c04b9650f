//! Where a plan's Terraform is: in the plan itself, or in a directory.
//!
//! In: binary plans, and the directory that was named. Out: their files among the run's sources, under
//! names of their own, so that they never mix with the tree's. A file of the plan that is byte for byte
//! one of the tree is shown, and mended, as that one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::eval::{Root, Value, Why, evaluate_constant, join, json, ops};
use crate::findings::UnparsedFile;
use crate::source::{FileId, Found, SourceFile, Sources};
use crate::syntax::{BinaryPlan, Workspace, parse_archive};

/// How many directories outside the named one are read for what a plan was made from.
const MAX_DIRECTORIES: usize = 1_000;

/// The root module that a plan was made from.
#[derive(Clone)]
pub(super) struct Origin {
    /// Its directory in the workspace.
    pub(super) dir: String,
    /// What it is called: its directory in the tree, or the plan's path.
    pub(super) name: String,
    /// The plan's path, where the sources came from it.
    pub(super) archive: Option<String>,
    /// Values of its variables; where there are none, those of the variable files.
    pub(super) variables: Option<BTreeMap<String, Value>>,
}

/// How files are shown in the end.
#[derive(Default)]
pub(in crate::cli) struct Names {
    paths: Vec<(FileId, PathBuf)>,
    /// Files that are not to be edited, since the tree has another text, or another name for it.
    frozen: BTreeSet<FileId>,
}

impl Names {
    /// Why a fix may not touch a file.
    pub(in crate::cli) fn frozen(&self, file: FileId) -> Option<&'static str> {
        self.frozen.contains(&file).then_some(
            "the file is not there as it was planned: run trueup on the tree, or name where it is with --source",
        )
    }

    /// Gives the files their names.
    pub(super) fn apply(self, sources: &mut Sources) {
        sources.rename(self.paths);
    }
}

/// Adds the files of each binary plan.
pub(super) fn unpack(found: &mut Found, unparsed: &mut Vec<UnparsedFile>, names: &mut Names) -> Vec<Origin> {
    let mut origins = Vec::new();
    for (path, bytes) in std::mem::take(&mut found.archives) {
        let shown = path.to_string_lossy().replace('\\', "/");
        match parse_archive(&bytes) {
            Ok(plan) => origins.push(add(found, names, &path, &shown, plan)),
            Err(error) => unparsed.push(UnparsedFile {
                file: shown,
                location: None,
                message: error.message,
                help: error.help,
            }),
        }
    }
    origins
}

fn add(found: &mut Found, names: &mut Names, path: &Path, shown: &str, plan: BinaryPlan) -> Origin {
    // A root that reaches up for its modules must still be below the plan's own name.
    let up = |dir: &str| join(".", dir).split('/').take_while(|part| *part == "..").count();
    let depth = plan.modules.iter().map(|module| up(&module.dir)).max().unwrap_or(0);
    let root = format!("{shown}:{}", "/_".repeat(depth));
    let beside = tree(found, path, &plan);
    let mut listed = Vec::new();
    // Calls of one local module share its directory: its files are added once.
    let mut done = BTreeSet::new();
    for module in plan.modules {
        let dir = if module.dir.starts_with('/') { module.dir.trim_start_matches('/') } else { &module.dir };
        let virtual_dir = join(&root, dir);
        listed.push(serde_json::json!({ "Key": module.key, "Dir": dir }));
        if !done.insert(virtual_dir.clone()) {
            continue;
        }
        for (name, bytes) in module.files {
            let tree_path = beside.as_ref().map(|base| PathBuf::from(join(&join(base, dir), &name)));
            let same = tree_path.filter(|tree_path| found.holds(tree_path, &bytes));
            let known =
                same.as_ref().is_some_and(|path| found.sources.iter().any(|(_, file)| file.path() == path));
            let file = found.sources.add(SourceFile::from_bytes(format!("{virtual_dir}/{name}"), bytes));
            if same.is_none() || known {
                names.frozen.insert(file);
            }
            let planned = || PathBuf::from(format!("{shown}:{}", join(&join(".", dir), &name)));
            names.paths.push((file, same.unwrap_or_else(planned)));
            found.context.insert(file);
        }
    }
    // As `terraform init` writes it, so that evaluation finds the installed modules.
    let list = serde_json::json!({ "Modules": listed }).to_string();
    let list = found.sources.add(SourceFile::new(join(&root, ".terraform/modules/modules.json"), list));
    found.context.insert(list);
    let variables = plan
        .variables
        .map(|values| values.iter().map(|(name, value)| (name.clone(), json::from_json(value))).collect());
    let name = beside.map_or_else(|| shown.to_owned(), |base| join(".", &base));
    Origin { dir: join(&root, "."), name, archive: Some(shown.to_owned()), variables }
}

/// The directory that holds the files of the plan's root: the one named, the plan's own, or this one.
fn tree(found: &Found, path: &Path, plan: &BinaryPlan) -> Option<String> {
    let root = plan.modules.iter().find(|module| module.key.is_empty())?;
    let text = |path: &Path| match path.to_string_lossy().replace('\\', "/") {
        empty if empty.is_empty() => ".".to_owned(),
        path => path,
    };
    let places = match &found.plan_source {
        Some(dir) => vec![text(dir)],
        None => vec![path.parent().map_or_else(|| ".".to_owned(), text), ".".to_owned()],
    };
    places.into_iter().find(|base| {
        let dir = join(base, &root.dir);
        root.files.iter().any(|(name, bytes)| found.holds(Path::new(&join(&dir, name)), bytes))
    })
}

/// Reads the local modules that a plan's directory calls and that lie outside it.
pub(super) fn follow(found: &mut Found) {
    let Some(dir) = &found.plan_source else { return };
    let mut pending = vec![join(".", &dir.to_string_lossy().replace('\\', "/"))];
    let mut read: BTreeSet<String> = BTreeSet::new();
    while let Some(dir) = pending.pop() {
        if read.len() >= MAX_DIRECTORIES || !read.insert(dir.clone()) {
            continue;
        }
        let here = |file: &SourceFile| {
            file.path().parent().is_some_and(|parent| join(".", &parent.to_string_lossy()) == dir)
        };
        if !found.sources.iter().any(|(_, file)| here(file)) {
            found.read_plan_module(Path::new(&dir));
        }
        let mut sources = Sources::default();
        for (_, file) in found.sources.iter().filter(|(_, file)| here(file)) {
            sources.add(SourceFile::sharing(file.path(), file.shared_text()));
        }
        let workspace = Workspace::parse(sources);
        for call in workspace.modules.values().flat_map(|module| module.calls.values()) {
            let Some(doc) = workspace.document(call.file) else { continue };
            let source = doc.block(call.node).body().attribute("source");
            let source = source.and_then(|source| evaluate_constant(doc, source.expr()));
            if let Some(source) =
                source.as_ref().and_then(Value::as_str).filter(|source| source.starts_with('.'))
            {
                pending.push(join(&dir, source));
            }
        }
    }
}

impl Origin {
    /// The directory that was named for plans.
    pub(super) fn named(found: &Found) -> Option<Self> {
        let dir = join(".", &found.plan_source.as_ref()?.to_string_lossy().replace('\\', "/"));
        Some(Self { name: dir.clone(), dir, archive: None, variables: None })
    }

    /// The root, with the variables as they were when it was planned.
    pub(super) fn root<'w>(&self, workspace: &'w Workspace) -> Root<'w> {
        let root = Root::new(workspace, &self.dir);
        match (&self.variables, &self.archive) {
            (Some(planned), _) => root.with_variables(planned.clone()),
            (None, None) => root,
            // A default must not be taken for what was planned.
            (None, Some(_)) => {
                let declared = root.module(&self.dir).into_iter().flat_map(|module| module.variables.keys());
                let unknown = |name: &String| {
                    let why = Why::Variable { address: format!("var.{name}").into(), location: None };
                    (name.clone(), Value::unknown(why))
                };
                let variables = declared.map(unknown).collect();
                root.with_variables(variables)
            }
        }
    }

    /// Forgets the planned values that the variable files and defaults give anyway: those know their
    /// place, and so what there is to mend.
    pub(super) fn settle(&mut self, workspace: &Workspace) {
        let Some(planned) = &mut self.variables else { return };
        let root = Root::new(workspace, &self.dir);
        let default = |name: &str| {
            let declaration = root.module(&root.dir)?.variables.get(name)?;
            let doc = workspace.document(declaration.file)?;
            let default = doc.block(declaration.node).body().attribute("default")?;
            evaluate_constant(doc, default.expr())
        };
        planned.retain(|name, value| {
            let given = root.from_file(name).or_else(|| default(name));
            given.is_none_or(|given| ops::equal(&given, value) != Some(true))
        });
    }
}
