//! One root module's evaluation: what all its module instances share.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::source::{FileId, Location, Problem};
use crate::syntax::ast::Expr;
use crate::syntax::{Module, Workspace, module_key};

use super::funcs::Files;
use super::scope::Limits;
use super::weight::MAX_STEPS;
use super::{EvalError, Type, Value, Why};

/// How deep references may lead into each other.
pub const MAX_DEPTH: u32 = 2_000;
/// How many instances one `count` or `for_each` may make.
pub const MAX_INSTANCES: usize = 10_000;
/// How many module instances one root may have.
pub const MAX_MODULES: usize = 20_000;
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

/// What a root module is evaluated with, beside the variable files that Terraform loads by itself.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// What the set of inputs is called; none where nothing is declared.
    pub environment: Option<Arc<str>>,
    /// Values as environment variables give them (`TF_VAR_`). Everything below may replace them.
    pub ambient: BTreeMap<String, Arc<str>>,
    /// Files of Terragrunt whose `inputs` are handed to the module, in order.
    pub terragrunt: Vec<FileId>,
    /// What its inputs come to that more than constants decide, by file and name.
    pub computed: BTreeMap<(FileId, String), Value>,
    /// The unit of Terragrunt whose generated files the root has.
    pub unit: Option<Arc<str>>,
    /// Variable files that are read after those that Terraform loads by itself, in order.
    pub variable_files: Vec<FileId>,
    /// Values as given on a command line. They win.
    pub variables: BTreeMap<String, Arc<str>>,
    /// `terraform.workspace`; not to be known where none is named.
    pub workspace: Option<Arc<str>>,
    /// Why variables without a value may yet be given one by something that can't be read: their
    /// defaults decide nothing then.
    pub open: Option<Why>,
}

/// The value of a root variable.
#[derive(Clone, Debug)]
pub(super) enum Given {
    /// From a file.
    Value(Value),
    /// Text, which means what the variable's type makes of it.
    Text(Arc<str>),
}

/// What all module instances of one root share: the parsed tree, the ledger, the limits.
pub struct Root<'w> {
    /// The parsed tree.
    pub workspace: &'w Workspace,
    /// Directory of the root module.
    pub dir: String,
    /// What it is evaluated with.
    pub inputs: Inputs,
    /// Values of the root's variables.
    pub(super) variables: BTreeMap<String, Given>,
    /// Where the modules of registry and git sources lie: call path (`a.b`) to directory.
    pub installed: BTreeMap<String, String>,
    pub(super) unresolved: RefCell<BTreeSet<Unresolved>>,
    pub(super) problems: RefCell<BTreeSet<Problem>>,
    /// What variables and outputs mark sensitive: no output may show it.
    pub secrets: RefCell<Vec<Value>>,
    depth: Cell<u32>,
    steps: Cell<u64>,
    modules: Cell<usize>,
    /// Whether a call was left out, because there was no room for its instances.
    pub left_out: Cell<bool>,
}

impl<'w> Root<'w> {
    /// The root in `dir`, with the variable files Terraform would load by itself.
    pub fn new(workspace: &'w Workspace, dir: &str) -> Self {
        Self::with(workspace, dir, Inputs::default())
    }

    /// The root in `dir` with inputs of its own.
    pub fn with(workspace: &'w Workspace, dir: &str, inputs: Inputs) -> Self {
        let mut root = Self {
            workspace,
            dir: dir.to_owned(),
            variables: BTreeMap::new(),
            inputs,
            installed: BTreeMap::new(),
            unresolved: RefCell::default(),
            problems: RefCell::default(),
            secrets: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            modules: Cell::new(0),
            left_out: Cell::new(false),
        };
        root.read_installed();
        root.give(&root.inputs.ambient.clone());
        for file in root.inputs.terragrunt.clone() {
            root.read_terragrunt(file);
        }
        for file in root.own().into_iter().flat_map(|module| &module.variable_files) {
            root.read_variables(*file);
        }
        for file in root.inputs.variable_files.clone() {
            root.read_variables(file);
        }
        root.give(&root.inputs.variables.clone());
        root
    }

    /// The same root with these values for its variables, whatever files would say of them: a plan
    /// knows what they were.
    #[must_use]
    pub fn with_variables(mut self, variables: BTreeMap<String, Value>) -> Self {
        self.variables.extend(variables.into_iter().map(|(name, value)| (name, Given::Value(value))));
        self
    }

    /// The value that variable files give a variable.
    pub fn from_file(&self, name: &str) -> Option<Value> {
        match self.variables.get(name) {
            Some(Given::Value(value)) => Some(value.clone()),
            _ => None,
        }
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

    fn give(&mut self, texts: &BTreeMap<String, Arc<str>>) {
        let given = texts.iter().map(|(name, text)| (name.clone(), Given::Text(Arc::clone(text))));
        self.variables.extend(given);
    }

    /// Reads the `inputs` of a file of Terragrunt: literals, and what was computed of the others.
    fn read_terragrunt(&mut self, file: FileId) {
        let workspace = self.workspace;
        let Some(doc) = workspace.document(file) else { return };
        let Some(inputs) = doc.body().attribute("inputs") else { return };
        let unknown = |name: &str| Why::Variable {
            address: format!("inputs{name}, which Terragrunt computes").into(),
            location: Some(doc.location(inputs.expr())),
        };
        let Expr::Object(pairs) = doc.expr(inputs.expr()) else {
            self.inputs.open = Some(unknown(""));
            return;
        };
        for (key, value) in pairs.pairs() {
            let name = match doc.expr(key) {
                Expr::Variable(name) | Expr::Str(name) => name.to_owned(),
                _ => {
                    self.inputs.open = Some(unknown(""));
                    continue;
                }
            };
            let value = super::evaluate_constant(doc, value)
                .or_else(|| self.inputs.computed.get(&(file, name.clone())).cloned())
                .unwrap_or_else(|| Value::unknown(unknown(&format!(".{name}"))));
            self.variables.insert(name, Given::Value(value));
        }
    }

    fn read_variables(&mut self, file: FileId) {
        let Some(doc) = self.workspace.document(file) else { return };
        for attribute in doc.body().attributes() {
            let value = super::evaluate(doc, attribute.expr(), &super::Constant).unwrap_or_else(|error| {
                self.problem(error.problem(None));
                // Set, to what nobody knows: its default would be a guess.
                Value::error(error)
            });
            self.variables.insert(attribute.name().to_owned(), Given::Value(value));
        }
    }

    /// The root's own module.
    pub(super) fn own(&self) -> Option<&'w Module> {
        self.workspace.module_of(&self.dir, self.inputs.unit.as_deref()).map(|module| &**module)
    }

    /// The module in a directory.
    pub fn module(&self, dir: &str) -> Option<&'w Module> {
        self.workspace.modules.get(dir).map(|module| &**module)
    }

    /// The value given for a root variable of this type. Text is taken literally where the type is
    /// primitive or none is declared, and as an expression otherwise, as on Terraform's command line.
    pub(super) fn given(&self, name: &str, declared: Option<&Type>) -> Result<Option<Value>, EvalError> {
        match (self.variables.get(name), declared) {
            (None, _) => Ok(None),
            (Some(Given::Value(value)), _) => Ok(Some(value.clone())),
            (Some(Given::Text(text)), None | Some(Type::String | Type::Number | Type::Bool)) => {
                Ok(Some(Value::from(&**text)))
            }
            (Some(Given::Text(text)), Some(_)) => match super::evaluate_text(text) {
                Ok(value) => Ok(Some(value)),
                // The text itself may be a secret.
                Err(_) => Err(EvalError::new(format!("the value given for var.{name} is no expression"))),
            },
        }
    }

    /// Writes down what Terraform would refuse, or which limit was reached.
    pub fn problem(&self, problem: Problem) {
        self.problems.borrow_mut().insert(problem);
    }

    /// The same value, sensitive, and written down.
    pub(super) fn secret(&self, value: Value) -> Value {
        let value = value.sensitive_if(true);
        self.secrets.borrow_mut().push(value.clone());
        value
    }

    /// The ledger: unresolved modules and problems, in order.
    pub fn ledger(&self) -> (Vec<Unresolved>, Vec<Problem>) {
        (self.unresolved.take().into_iter().collect(), self.problems.take().into_iter().collect())
    }

    pub(super) fn enter(&self) -> Result<(), EvalError> {
        let depth = self.depth.get() + 1;
        self.depth.set(depth);
        let refuse = |message: String| {
            self.depth.set(self.depth.get() - 1);
            Err(EvalError::limit(message))
        };
        if depth > MAX_DEPTH {
            return refuse(format!(
                "references lead more than {MAX_DEPTH} steps deep; this is not followed further"
            ));
        }
        if let Err(error) = self.spend(1) {
            return refuse(error.message);
        }
        Ok(())
    }

    pub(super) fn spend(&self, units: u64) -> Result<(), EvalError> {
        let steps = self.steps.get().saturating_add(units);
        self.steps.set(steps);
        if steps > MAX_STEPS {
            let message =
                format!("one root makes more than {MAX_STEPS} steps of work; the rest is not evaluated");
            return Err(EvalError::limit(message));
        }
        Ok(())
    }

    /// Makes room for the instances of a call, each of which is kept to the end.
    pub(super) fn house(&self, instances: usize, call: Location) -> Result<(), EvalError> {
        let modules = self.modules.get().saturating_add(instances);
        if modules > MAX_MODULES {
            let message =
                format!("the root has more than the {MAX_MODULES} module instances that are judged");
            if !self.left_out.replace(true) {
                self.problem(Problem::unjudged(message.clone(), Some(call)));
            }
            return Err(EvalError::limit(message));
        }
        self.modules.set(modules);
        Ok(())
    }

    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }
}

impl Limits for Root<'_> {
    fn enter(&self) -> Result<(), EvalError> {
        Root::enter(self)
    }

    fn leave(&self) {
        Root::leave(self);
    }

    fn spend(&self, units: u64) -> Result<(), EvalError> {
        Root::spend(self, units)
    }
}

/// The files of one module, as functions may read them: those that were scanned.
pub(super) struct ModuleFiles<'a, 'w> {
    pub(super) root: &'a Root<'w>,
    pub(super) dir: &'a str,
}

impl Files for ModuleFiles<'_, '_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, EvalError> {
        let wanted = if path.starts_with('/') { path.to_owned() } else { join(&self.root.dir, path) };
        let found = self.root.workspace.sources.read_beside(&wanted, MAX_FILE);
        found.map_err(|reason| EvalError::new(format!("the file {path:?} of module {:?} {reason}", self.dir)))
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, EvalError> {
        let wanted = if dir.starts_with('/') { dir.to_owned() } else { join(&self.root.dir, dir) };
        let found = self.root.workspace.sources.files_below(&wanted);
        found.map_err(|reason| EvalError::new(format!("the directory {dir:?} {reason}")))
    }

    fn render(&self, path: &str, variables: &Value) -> Result<Value, EvalError> {
        super::template_file::render_file(path, variables, self)
    }

    fn limits(&self) -> Option<&dyn Limits> {
        Some(self.root)
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
