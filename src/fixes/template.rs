//! Renders a fix template to Terraform blocks.
//!
//! In: a rule's template and what it may know. Out: text that both parsers accept. Templates come
//! with rules, never from the scanned tree, but the values come from it: what they can do is
//! bounded all the same.

use std::io::{self, Write};

use crate::source::{FileId, SourceFile};
use crate::syntax::Document;

/// The longest text that a template may render to.
pub const MAX_RENDERED_BYTES: usize = 256 * 1024;
/// The longest list that a template may be given, and the longest text: a loop over one, and a text
/// put into another, stay small.
const MAX_ITEMS: usize = 256;
const MAX_TEXT: usize = 16 * 1024;
/// The longest template.
pub const MAX_TEMPLATE_BYTES: usize = 64 * 1024;

/// Why a template gives no blocks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The template is wrong, or names a variable that has no value.
    #[error("template {name}: {message}")]
    Render {
        /// Which template.
        name: String,
        /// What the engine said.
        message: String,
    },
    /// A named limit was reached.
    #[error("template {name}: over the limit of {limit} bytes")]
    TooLong {
        /// Which template.
        name: String,
        /// The limit.
        limit: usize,
    },
    /// A value that the template needs is not there.
    #[error("template {name}: the resource does not say what to write for one of its values")]
    Empty {
        /// Which template.
        name: String,
    },
    /// The rendered text is not Terraform.
    #[error("template {name} renders to text that does not parse: {message}")]
    Syntax {
        /// Which template.
        name: String,
        /// What the parser said.
        message: String,
    },
}

/// Stops writing at a limit.
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > MAX_RENDERED_BYTES {
            self.full = true;
            return Err(io::Error::other("rendered text is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Renders `template`, called `name` in errors, and makes sure that the result is Terraform.
pub fn render(name: &str, template: &str, context: &serde_json::Value) -> Result<String, TemplateError> {
    let text = render_text(name, template, context)?;
    let refuse = |message: String| TemplateError::Syntax { name: name.to_owned(), message };
    parse(name, &text).map_err(refuse)?;
    hcl_edit::parser::parse_body(&text).map_err(|error| refuse(first_line(&error.to_string())))?;
    if text.contains("= \"\"") || text.contains("[\"\"") {
        return Err(TemplateError::Empty { name: name.to_owned() });
    }
    Ok(text)
}

/// A context without what is too large to be walked over: a template that reads it finds nothing.
fn bounded(context: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;

    let large = |value: &Value| match value {
        Value::Array(items) => items.len() > MAX_ITEMS,
        Value::String(text) => text.len() > MAX_TEXT,
        _ => false,
    };
    let inner = |value: &Value| if large(value) { Value::Null } else { bounded(value) };
    match context {
        Value::Array(items) => Value::Array(items.iter().map(inner).collect()),
        Value::Object(entries) => Value::Object(
            entries
                .iter()
                .filter(|(_, value)| !large(value))
                .map(|(key, value)| (key.clone(), bounded(value)))
                .collect(),
        ),
        _ => context.clone(),
    }
}

/// Renders without parsing.
fn render_text(name: &str, template: &str, context: &serde_json::Value) -> Result<String, TemplateError> {
    let too_long = |limit| TemplateError::TooLong { name: name.to_owned(), limit };
    if template.len() > MAX_TEMPLATE_BYTES {
        return Err(too_long(MAX_TEMPLATE_BYTES));
    }
    let refuse =
        |error: &tera::Error| TemplateError::Render { name: name.to_owned(), message: explain(error) };
    let mut tera = tera::Tera::new();
    // Every value stands in a Terraform string: it can't end it, or begin a template.
    tera.autoescape_on([""]);
    tera.set_escape_fn(escape);
    tera.add_raw_template(name, template).map_err(|error| refuse(&error))?;
    let context = tera::Context::from_serialize(&bounded(context)).map_err(|error| refuse(&error))?;
    let mut out = Bounded { bytes: Vec::new(), full: false };
    let result = tera.render_to(name, &context, &mut out);
    if out.full {
        return Err(too_long(MAX_RENDERED_BYTES));
    }
    result.map_err(|error| refuse(&error))?;
    String::from_utf8(out.bytes).map_err(|_| TemplateError::Render {
        name: name.to_owned(),
        message: "renders to text that is not UTF-8".to_owned(),
    })
}

/// Writes text as it stands between the quotes of a Terraform string.
fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' => out.write_all(b"\\\"")?,
            '\\' => out.write_all(b"\\\\")?,
            '\n' => out.write_all(b"\\n")?,
            '\r' => out.write_all(b"\\r")?,
            '\t' => out.write_all(b"\\t")?,
            '$' | '%' if chars.peek() == Some(&'{') => write!(out, "{char}{char}")?,
            char if char.is_control() => write!(out, "\\u{:04x}", u32::from(char))?,
            char => write!(out, "{char}")?,
        }
    }
    Ok(())
}

/// The engine's message with its causes, on one line.
fn explain(error: &tera::Error) -> String {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        cause = inner.source();
    }
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("").to_owned()
}

/// Whether a text is an expression whose value depends on something else.
pub fn computes(text: &str) -> bool {
    let doc = read("expression", &format!("_ = (\n{text}\n)\n"));
    let expression = doc.body().attribute("_").filter(|_| doc.errors.is_empty() && !text.trim().is_empty());
    expression.is_some_and(|attribute| crate::eval::evaluate_constant(&doc, attribute.expr()).is_none())
}

/// Whether rendered text asks for nothing: no block, or only empty ones.
pub fn states_nothing(text: &str) -> bool {
    read("fix", text).body().blocks().all(|block| block.body().items().next().is_none())
}

/// Reads text that may be broken in places, such as a template without its tags.
pub fn read(name: &str, text: &str) -> Document {
    crate::syntax::parse_hcl(FileId::NONE, &SourceFile::new(name, text))
}

/// Parses rendered text; it stands in no file.
pub(super) fn parse(name: &str, text: &str) -> Result<Document, String> {
    let file = SourceFile::new(name, text);
    let document = crate::syntax::parse_hcl(FileId::NONE, &file);
    match document.errors.first() {
        None => Ok(document),
        Some(error) => {
            let at = file.position(error.location.span.start);
            Err(format!("line {}: {}", at.line, error.message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn terraform_templates_are_left_alone_and_values_stay_inside_their_string() {
        let value = json!({"v": "<&'>\"\n${x} %{if} $ \\"});
        let text = render_text("t", "a = \"${x}-{{ v }}\"\n", &value).unwrap();
        assert_eq!(text, "a = \"${x}-<&'>\\\"\\n$${x} %%{if} $ \\\\\"\n");
    }

    #[test]
    fn what_depends_on_something_is_computed() {
        for (text, wanted) in [
            ("true", false),
            ("[\"a\", 1]", false),
            ("upper(\"a\")", false),
            ("", false),
            ("a = 1\n", false),
            ("var.x ? true : false", true),
            ("\"${local.a}-b\"", true),
        ] {
            assert_eq!(computes(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_value_that_is_not_there_gives_no_blocks() {
        let template = "resource \"a\" \"b\" {\n  c = [\"{{ v }}\"]\n}\n";
        assert!(matches!(render("t", template, &json!({"v": ""})), Err(TemplateError::Empty { .. })));
        assert!(render("t", template, &json!({"v": "x"})).is_ok());
    }

    #[test]
    fn an_undefined_variable_is_named() {
        let error =
            render_text("aws/s3/x", "a = {{ setting.log_bucket }}", &json!({"setting": {}})).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("aws/s3/x") && message.contains("log_bucket"), "{message}");
    }

    #[test]
    fn output_is_bounded() {
        let list: Vec<u32> = (0..200).collect();
        let template = "{% for a in l %}{% for b in l %}xxxxxxxxxx{% endfor %}{% endfor %}";
        let error = render_text("t", template, &json!({"l": list})).unwrap_err();
        assert_eq!(error, TemplateError::TooLong { name: "t".into(), limit: MAX_RENDERED_BYTES });
    }

    #[test]
    fn what_is_too_large_to_be_walked_over_is_not_there() {
        let context = json!({"l": vec![0; 1000], "t": "x".repeat(1 << 20), "a": 1});
        assert_eq!(render_text("t", "a = {{ a }}\n", &context).unwrap(), "a = 1\n");
        for template in ["{% for a in l %}x{% endfor %}", "{{ t }}"] {
            assert!(render_text("t", template, &context).is_err(), "{template}");
        }
    }

    #[test]
    fn files_are_out_of_reach() {
        assert!(render_text("t", "{% include \"/etc/passwd\" %}", &json!({})).is_err());
    }
}
