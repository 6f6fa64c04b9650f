//! Renders a template file: HCL template text with variables, as `templatefile` does.

use std::fmt::Write as _;

use crate::source::{FileId, SourceFile};

use super::funcs::Files;
use super::{EvalError, Scope, Value, evaluate};

struct Variables<'a> {
    variables: &'a Value,
    files: &'a dyn Files,
}

impl Scope for Variables<'_> {
    fn symbol(&self, root: &str, name: &str) -> Result<Value, EvalError> {
        let value = self.variable(root).ok_or_else(|| {
            EvalError::new(format!("the template uses {root:?}, which is not among its variables"))
        })?;
        super::attribute(&value, name, false)
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.variables.get(name).cloned()
    }

    fn files(&self) -> &dyn Files {
        self.files
    }
}

/// The text of a template with `variables` (an object) filled in.
pub(super) fn render(text: &str, variables: &Value, files: &dyn Files) -> Result<Value, EvalError> {
    // A heredoc is template text as it stands; the marker must not occur in it.
    let mut marker = String::from("TEMPLATE");
    while text.contains(&marker) {
        let _ = write!(marker, "{}", marker.len());
    }
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    let source = SourceFile::new("template", format!("_ = <<{marker}\n{text}{newline}{marker}\n"));
    let doc = crate::syntax::parse_hcl(FileId(u32::MAX), &source);
    if let Some(error) = doc.errors.first() {
        return Err(EvalError::new(format!("the template file: {}", error.message)));
    }
    let attribute =
        doc.body().attribute("_").ok_or_else(|| EvalError::new("the template file is not a template"))?;
    let mut value = evaluate(&doc, attribute.expr(), &Variables { variables, files })
        .map_err(|error| EvalError::new(error.message))?;
    value.mark.origin = None;
    if newline.is_empty() {
        return Ok(value);
    }
    match value.as_str().and_then(|text| text.strip_suffix('\n')) {
        Some(trimmed) => Ok(Value::from(trimmed).sensitive_if(value.mark.sensitive)),
        None => Ok(value),
    }
}
