//! Renders templates: HCL template text with variables, as `templatefile` and `templatestring` do.
//!
//! In: a text or the path of a file, the variables (an object), the files of the module that asks.
//! Out: a value. Templates may call each other in `OpenTofu`, and Terraform refuses that; here they may
//! up to a limit, and what they use up is the root's.

use crate::source::{FileId, SourceFile, Span};
use crate::syntax::ast::{Document, Expr, NodeId};

use super::funcs::Files;
use super::scope::Limits;
use super::{EvalError, Scope, Value, convert, evaluate, unplaced};

/// How deep templates may call each other.
const MAX_TEMPLATES: usize = 16;
/// Bytes of a template that cost one step to read.
const BYTES: usize = 16;

/// What a template sees: its variables, and the files of the module that asks.
struct Variables<'a> {
    given: &'a Value,
    files: &'a dyn Files,
    limits: &'a dyn Limits,
}

impl Scope for Variables<'_> {
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError> {
        let value = self.variable(root).ok_or_else(|| {
            EvalError::new(format!("the template uses {root:?}, which is not among its variables"))
        })?;
        super::attribute(&value, name, false)
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.given.get(name).cloned()
    }

    fn files(&self) -> &dyn Files {
        self
    }

    fn enter(&self) -> Result<(), EvalError> {
        self.limits.enter()
    }

    fn leave(&self) {
        self.limits.leave();
    }

    fn spend(&self, units: u64) -> Result<(), EvalError> {
        self.limits.spend(units)
    }
}

impl Files for Variables<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, EvalError> {
        self.files.read(path)
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, EvalError> {
        self.files.list(dir)
    }

    fn render(&self, path: &str, variables: &Value) -> Result<Value, EvalError> {
        render_file(path, variables, self)
    }

    fn limits(&self) -> Option<&dyn Limits> {
        Some(self.limits)
    }

    fn templates(&self) -> usize {
        self.files.templates() + 1
    }
}

/// The template in a file with `variables` (an object) filled in. One that is nothing but an
/// interpolation comes to the value itself.
pub(super) fn render_file(path: &str, variables: &Value, files: &dyn Files) -> Result<Value, EvalError> {
    refuse_deep(files)?;
    let text =
        String::from_utf8(files.read(path)?).map_err(|_| EvalError::new(format!("{path:?} is not UTF-8")))?;
    compute(&text, variables, files)
}

/// The text of a template with `variables` (an object) filled in.
pub(super) fn render(text: &str, variables: &Value, files: &dyn Files) -> Result<Value, EvalError> {
    convert::to_text(&compute(text, variables, files)?)
}

/// Refuses a template that others call in too long a row.
fn refuse_deep(files: &dyn Files) -> Result<(), EvalError> {
    if files.templates() < MAX_TEMPLATES {
        return Ok(());
    }
    let message = format!("templates call each other more than {MAX_TEMPLATES} deep; this is not followed");
    Err(EvalError::limit(message))
}

fn compute(text: &str, variables: &Value, files: &dyn Files) -> Result<Value, EvalError> {
    refuse_deep(files)?;
    let limits = files.limits().ok_or_else(|| EvalError::new("no template is rendered here"))?;
    limits.spend((text.len() / BYTES) as u64)?;
    // A heredoc is template text as it stands. Its marker must not occur in it: it is longer than any
    // row of the same letter there.
    let longest = text.split(|letter| letter != 'T').map(str::len).max().unwrap_or(0);
    let marker = "T".repeat(longest + 1);
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    let source = SourceFile::new("template", format!("_ = <<{marker}\n{text}{newline}{marker}\n"));
    let doc = crate::syntax::parse_hcl(FileId::NONE, &source);
    if let Some(error) = doc.errors.first() {
        return Err(EvalError::new(format!("the template file: {}", error.message)));
    }
    let whole = doc
        .body()
        .attribute("_")
        .ok_or_else(|| EvalError::new("the template file is not a template"))?
        .expr();
    let scope = Variables { given: variables, files, limits };
    let evaluated = |id: NodeId| {
        let value = evaluate(&doc, id, &scope).map_err(|error| EvalError { location: None, ..error })?;
        if value.is_null() {
            return Err(EvalError::new("the template comes to null, which is no result"));
        }
        Ok(unplaced::placed(value, None))
    };
    let start = "_ = <<".len() + marker.len() + 1;
    if let Some(only) = lone(&doc, whole, start, text.len()) {
        return evaluated(only);
    }
    let value = evaluated(whole)?;
    // Beside the interpolation stood blanks, which its strip markers took away: it is a text all the same.
    let value = convert::to_text(&value)?;
    match value.as_str().and_then(|text| text.strip_suffix('\n')).filter(|_| !newline.is_empty()) {
        Some(trimmed) => Ok(Value::from(trimmed).sensitive_if(value.mark.sensitive)),
        None => Ok(value),
    }
}

/// The interpolation that the text at this place is, with nothing around it.
fn lone(doc: &Document, whole: NodeId, start: usize, length: usize) -> Option<NodeId> {
    let Expr::Template(parts) = doc.expr(whole) else { return None };
    let only = parts.get(0).filter(|part| matches!(doc.expr(*part), Expr::Interpolation(_)))?;
    let text = Span::new(u32::try_from(start).ok()?, u32::try_from(start + length).ok()?);
    (doc.span(only) == text).then_some(only)
}
