//! What expressions of Terragrunt come to, as far as the tree decides it.
//!
//! In: a file of Terragrunt, and the unit it is read for. Out: a [`Scope`] with the file's locals and those of
//! Terragrunt's own functions that ask for places in the tree. The environment, other commands and outputs of
//! other units stay unknown.

use std::cell::Cell;
use std::sync::Arc;

use crate::eval::{Data, EvalError, Files, Scope, Value, Why, evaluate, join};
use crate::source::{FileId, SourceFile};
use crate::syntax::ast::{Attribute, Document, NodeId};
use crate::syntax::parse_hcl;

use super::{Tree, UNIT};

/// Stands before paths that Terragrunt would make absolute. No value that holds it is shown or used.
const TREE: char = '\u{1}';
/// Largest file that is read for a unit, in bytes.
pub(super) const MAX_FILE: usize = 1 << 20;
/// How deep locals may lead into each other, and files into files.
const MAX_DEPTH: u32 = 64;
/// Work that one unit may make.
const MAX_STEPS: u64 = 2_000_000;
/// What a local or another file costs of it at least.
const STEP: u64 = 1_000;

/// What one unit has used of the limits.
#[derive(Default)]
pub(super) struct Used {
    steps: Cell<u64>,
    depth: Cell<u32>,
}

/// One file, as it is read for one unit.
pub(super) struct Reading<'a> {
    tree: &'a Tree<'a>,
    doc: &'a Document,
    /// The file's own directory, where `file` starts.
    here: String,
    /// The directory of the unit it is read for.
    unit: String,
    /// The directory of the file that the unit includes.
    parent: Option<String>,
    used: &'a Used,
}

impl<'a> Reading<'a> {
    /// A file in `here`, read for the unit in `unit`.
    pub(super) fn new(
        tree: &'a Tree<'a>,
        doc: &'a Document,
        (here, unit): (&str, &str),
        used: &'a Used,
    ) -> Self {
        let parent = (here != unit).then(|| here.to_owned());
        Self { tree, doc, here: here.to_owned(), unit: unit.to_owned(), parent, used }
    }

    /// The same, for a file that includes one in `parent`.
    pub(super) fn including(self, parent: Option<String>) -> Self {
        Self { parent, ..self }
    }

    /// The value of an expression, if it can be computed and names no place.
    pub(super) fn value(&self, id: NodeId) -> Option<Value> {
        evaluate(self.doc, id, self).ok().filter(|value| !names_place(value))
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, id: NodeId) -> Option<bool> {
        match evaluate(self.doc, id, self).ok()?.data {
            Data::Bool(holds) => Some(holds),
            _ => None,
        }
    }

    /// The text of an expression that may be a path.
    pub(super) fn path(&self, id: NodeId) -> Option<String> {
        evaluate(self.doc, id, self).ok()?.as_str().map(str::to_owned)
    }

    /// A path of the tree, seen from this file.
    pub(super) fn resolve(&self, path: &str) -> String {
        resolve(&self.here, path)
    }

    fn down(&self, walk: impl FnOnce() -> Result<Value, EvalError>) -> Result<Value, EvalError> {
        self.spend(STEP)?;
        let depth = self.used.depth.get();
        if depth >= MAX_DEPTH {
            return Err(EvalError::limit(format!(
                "Terragrunt's files and locals lead more than {MAX_DEPTH} steps deep; this is not followed further"
            )));
        }
        self.used.depth.set(depth + 1);
        let value = walk();
        self.used.depth.set(depth);
        value
    }

    /// The first file of a name above the unit. Where there is none here, one may lie outside of the tree.
    fn above(&self, name: &str) -> Result<Value, EvalError> {
        let mut at = self.unit.clone();
        while at != "." && at != "/" && !at.ends_with("..") {
            at = join(&at, "..");
            let path = join(&at, name);
            if self.tree.found(&path).is_some() || self.tree.workspace.sources.holds(&path) {
                return Ok(rooted(&path));
            }
        }
        Err(EvalError::new(format!("no file {name} is found above {} in this tree", self.unit)))
    }

    /// The locals and inputs of another file.
    fn config(&self, path: &str) -> Result<Value, EvalError> {
        let given = path;
        let path = self.resolve(given);
        let parsed;
        let doc = match self.tree.found(&path).and_then(|id| self.tree.workspace.document(id)) {
            Some(doc) => doc,
            None => {
                let bytes = self.read(given)?;
                // It is none of the files that are judged: its values have no place to point at.
                parsed = parse_hcl(FileId::NONE, &SourceFile::from_bytes(&path, bytes));
                &parsed
            }
        };
        let dir = path.rsplit_once('/').map_or(".", |(dir, _)| dir);
        let other = Reading::new(self.tree, doc, (dir, dir), self.used);
        let known = |name: &str, id: NodeId| {
            let address = format!("{name} of {path}, which Terragrunt computes").into();
            other
                .down(|| evaluate(doc, id, &other))
                .unwrap_or_else(|_| Value::unknown(Why::Variable { address, location: None }))
        };
        let locals = doc.body().blocks_of("locals").flat_map(|block| block.body().attributes());
        let locals =
            locals.map(|it| (Arc::from(it.name()), known(&format!("local.{}", it.name()), it.expr())));
        let mut parts = vec![(Arc::from("locals"), Value::object(locals.collect::<Vec<_>>()))];
        // An included file may add to the inputs.
        if doc.body().blocks_of("include").next().is_none() {
            let inputs = doc.body().attribute("inputs").map(|it| known("inputs", it.expr()));
            parts.push((Arc::from("inputs"), inputs.unwrap_or_else(|| Value::object([]))));
        }
        Ok(Value::object(parts))
    }
}

impl Scope for Reading<'_> {
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError> {
        let locals = || self.doc.body().blocks_of("locals").find_map(|block| block.body().attribute(name));
        match (root == "local").then(locals).flatten().map(Attribute::expr) {
            Some(id) => self.down(|| evaluate(self.doc, id, self)),
            None => Err(EvalError::new(format!("{root}.{name} is computed by Terragrunt"))),
        }
    }

    fn variable(&self, _name: &str) -> Option<Value> {
        None
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, EvalError>> {
        let checkout = || self.tree.workspace.sources.checkout(&self.unit);
        let parent = self.parent.as_deref();
        Some(match name {
            "get_terragrunt_dir" => Ok(rooted(&self.unit)),
            "get_parent_terragrunt_dir" => Ok(rooted(parent.unwrap_or(&self.unit))),
            "get_repo_root" => Ok(rooted(&checkout())),
            "get_path_from_repo_root" => between(&checkout(), &self.unit),
            "get_path_to_repo_root" => between(&self.unit, &checkout()),
            "path_relative_to_include" => parent.map_or(Ok(".".into()), |it| between(it, &self.unit)),
            "path_relative_from_include" => parent.map_or(Ok(".".into()), |it| between(&self.unit, it)),
            "find_in_parent_folders" => match args.first() {
                None => self.above(UNIT),
                Some(name) => name.as_str().map_or_else(|| Err(no_path()), |name| self.above(name)),
            },
            "read_terragrunt_config" => {
                let path = args.first().and_then(Value::as_str);
                path.map_or_else(|| Err(no_path()), |path| self.down(|| self.config(path)))
            }
            _ => return None,
        })
    }

    fn files(&self) -> &dyn Files {
        self
    }

    fn spend(&self, units: u64) -> Result<(), EvalError> {
        let steps = self.used.steps.get().saturating_add(units);
        self.used.steps.set(steps);
        if steps > MAX_STEPS {
            let message = format!("one Terragrunt unit makes more than {MAX_STEPS} steps of work");
            return Err(EvalError::limit(message));
        }
        Ok(())
    }
}

impl Files for Reading<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, EvalError> {
        self.spend(STEP)?;
        let read = self.tree.workspace.sources.read_beside(&self.resolve(path), MAX_FILE);
        read.map_err(|reason| {
            EvalError::new(format!("the file {:?} {reason}", path.trim_start_matches(TREE)))
        })
    }

    fn list(&self, _dir: &str) -> Result<Vec<String>, EvalError> {
        Err(EvalError::new("directories are not listed for Terragrunt"))
    }

    fn render(&self, _path: &str, _variables: &Value) -> Result<Value, EvalError> {
        Err(EvalError::new("templates are not filled in for Terragrunt"))
    }
}

fn no_path() -> EvalError {
    EvalError::new("the path is not known")
}

/// A path that Terragrunt would make absolute.
fn rooted(path: &str) -> Value {
    format!("{TREE}{path}").as_str().into()
}

/// A path of the tree, seen from a directory of it.
pub(super) fn resolve(base: &str, path: &str) -> String {
    match path.strip_prefix(TREE) {
        Some(rest) if rest.starts_with('/') => join("/", rest),
        Some(rest) => join(".", rest),
        None => join(base, path),
    }
}

/// Whether a path leads through directories, and not to a registry or another repository.
pub(super) fn is_local(path: &str) -> bool {
    path.starts_with([TREE, '.'])
}

/// The way from one directory to another.
fn between(from: &str, to: &str) -> Result<Value, EvalError> {
    let parts = |path: &str| path.split('/').filter(|it| *it != ".").map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared);
    if up.clone().any(|part| part == "..") {
        return Err(EvalError::new("the way from one directory to the other is not known"));
    }
    let way: Vec<&str> = up.map(|_| "..").chain(to.iter().skip(shared).map(String::as_str)).collect();
    Ok(if way.is_empty() { ".".into() } else { way.join("/").as_str().into() })
}

/// Whether a value holds a path that is another one on each machine, or may.
fn names_place(value: &Value) -> bool {
    match &value.data {
        Data::String(text) => text.contains(TREE),
        Data::Sequence(sequence) => sequence.items.iter().any(names_place),
        Data::Mapping(entries) => entries.iter().any(|(_, value)| names_place(value)),
        Data::Unknown(unknown) => unknown.partial.is_some(),
        Data::Null(_) | Data::Bool(_) | Data::Number(_) => false,
    }
}
