//! One root module's evaluation: what all its module instances share.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::source::{FileId, Location};
use crate::syntax::{Module, Workspace, module_key};

use super::funcs::Files;
use super::{EvalError, Value};

/// How deep references may lead into each other.
pub const MAX_DEPTH: u32 = 2_000;
/// How many expressions one root may compute.
pub const MAX_STEPS: u64 = 200_000_000;
/// How many instances one `count` or `for_each` may make.
pub const MAX_INSTANCES: usize = 10_000;
/// How deep module calls may nest.
pub const MAX_MODULE_DEPTH: usize = 32;
/// Largest file a function may read, in bytes.
const MAX_FILE: usize = 4 << 20;

/// A module call whose source is not here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// `module.vpc`
    pub address: String,
    /// The source as written.
    pub source: String,
    /// The call's header.
    pub location: Location,
}

/// What all module instances of one root share: the parsed tree, the ledger, the limits.
pub struct Root<'w> {
    /// The parsed tree.
    pub workspace: &'w Workspace,
    /// Directory of the root module.
    pub dir: String,
    /// Values of the root's variables from variable files.
    pub variables: BTreeMap<String, Value>,
    /// Where the modules of registry and git sources lie: call path (`a.b`) to directory.
    pub installed: BTreeMap<String, String>,
    pub(super) unresolved: RefCell<BTreeSet<Unresolved>>,
    pub(super) problems: RefCell<BTreeSet<(String, Option<Location>)>>,
    depth: Cell<u32>,
    steps: Cell<u64>,
}

impl<'w> Root<'w> {
    /// The root in `dir`, with the variable files Terraform would load by itself.
    pub fn new(workspace: &'w Workspace, dir: &str) -> Self {
        let mut root = Self {
            workspace,
            dir: dir.to_owned(),
            variables: BTreeMap::new(),
            installed: BTreeMap::new(),
            unresolved: RefCell::default(),
            problems: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
        };
        root.read_installed();
        if let Some(module) = workspace.modules.get(dir) {
            for file in &module.variable_files {
                root.read_variables(*file);
            }
        }
        root
    }

    /// The same root with these values for its variables, whatever files would say of them: a plan
    /// knows what they were.
    #[must_use]
    pub fn with_variables(mut self, variables: BTreeMap<String, Value>) -> Self {
        self.variables.extend(variables);
        self
    }

    /// The module that a call leads to: `path` is the call's address, `dir` its caller's directory.
    pub fn callee(&self, dir: &str, path: &str, source: &str) -> Option<&'w Module> {
        if source.starts_with("./") || source.starts_with("../") || source == "." || source == ".." {
            return self.module(&join(dir, source));
        }
        self.installed.get(&module_key(path)).and_then(|dir| self.module(dir))
    }

    /// Reads what `terraform init` wrote down of installed modules, where it was scanned.
    fn read_installed(&mut self) {
        let list = join(&self.dir, ".terraform/modules/modules.json");
        let Some((_, file)) = self.workspace.sources.iter().find(|(_, file)| file.path() == Path::new(&list))
        else {
            return;
        };
        let Ok(list) = serde_json::from_str::<serde_json::Value>(file.text()) else { return };
        for module in list.get("Modules").and_then(serde_json::Value::as_array).into_iter().flatten() {
            let text = |name: &str| module.get(name).and_then(serde_json::Value::as_str);
            if let (Some(key), Some(dir)) = (text("Key"), text("Dir"))
                && !key.is_empty()
            {
                self.installed.insert(key.to_owned(), join(&self.dir, dir));
            }
        }
    }

    fn read_variables(&mut self, file: FileId) {
        let Some(doc) = self.workspace.document(file) else { return };
        for attribute in doc.body().attributes() {
            match super::evaluate(doc, attribute.expr(), &super::Constant) {
                Ok(value) => {
                    self.variables.insert(attribute.name().to_owned(), value);
                }
                Err(error) => self.problem(error.message, error.location),
            }
        }
    }

    /// The module in a directory.
    pub fn module(&self, dir: &str) -> Option<&'w Module> {
        self.workspace.modules.get(dir).map(|module| &**module)
    }

    /// Writes down what Terraform would refuse, or which limit was reached.
    pub fn problem(&self, message: impl Into<String>, location: Option<Location>) {
        self.problems.borrow_mut().insert((message.into(), location));
    }

    /// The ledger: unresolved modules and problems, in order.
    pub fn ledger(&self) -> (Vec<Unresolved>, Vec<(String, Option<Location>)>) {
        (self.unresolved.take().into_iter().collect(), self.problems.take().into_iter().collect())
    }

    pub(super) fn enter(&self) -> Result<(), EvalError> {
        let depth = self.depth.get() + 1;
        let steps = self.steps.get() + 1;
        self.depth.set(depth);
        self.steps.set(steps);
        let refuse = |message: String| {
            self.depth.set(self.depth.get() - 1);
            Err(EvalError::new(message))
        };
        if depth > MAX_DEPTH {
            return refuse(format!(
                "references lead more than {MAX_DEPTH} steps deep; this is not followed further"
            ));
        }
        if steps > MAX_STEPS {
            return refuse(format!(
                "more than {MAX_STEPS} expressions in one root; the rest is not evaluated"
            ));
        }
        Ok(())
    }

    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }
}

/// The files of one module, as functions may read them: those that were scanned.
pub(super) struct ModuleFiles<'a, 'w> {
    pub(super) root: &'a Root<'w>,
    pub(super) dir: &'a str,
}

impl Files for ModuleFiles<'_, '_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, EvalError> {
        let wanted = join(&self.root.dir, path);
        let found = self.root.workspace.sources.read_beside(&wanted, MAX_FILE);
        found.map_err(|reason| EvalError::new(format!("the file {path:?} of module {:?} {reason}", self.dir)))
    }

    fn render(&self, path: &str, variables: &Value) -> Result<Value, EvalError> {
        let bytes = self.read(path)?;
        let text = String::from_utf8(bytes).map_err(|_| EvalError::new(format!("{path:?} is not UTF-8")))?;
        super::template_file::render(&text, variables, self)
    }
}

/// `base/path` with `.` and `..` resolved; `.` for the working directory.
pub fn join(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let absolute = base.starts_with('/');
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&"..") | None if !absolute => parts.push(".."),
                _ => {
                    parts.pop();
                }
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn joins_and_resolves() {
        assert_eq!(join(".", "./modules/a"), "modules/a");
        assert_eq!(join("live/prod", "../../modules/a"), "modules/a");
        assert_eq!(join("a", "../.."), "..");
        assert_eq!(join(".", "."), ".");
        assert_eq!(join("/x/y", "../../../z"), "/z");
    }
}
