//! Paths as text: no file is looked at.

use crate::eval::{EvalError, Type, Value, Why, join};

use super::string::map;
use super::{Function, any_unknown, argument, sensitive, text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "abspath" => abspath,
        "basename" => |args| map(args, |path, _| basename(path).to_owned()),
        "dirname" => |args| map(args, |path, _| dirname(path)),
        "pathexpand" => pathexpand,
        _ => return None,
    })
}

/// A relative path begins where Terraform is run: unknown.
fn abspath(args: &[Value]) -> Result<Value, EvalError> {
    local(args, "abspath", |path| path.starts_with('/'), |path| join("/", path))
}

/// A path under the home of whoever runs Terraform is unknown; every other path stays.
fn pathexpand(args: &[Value]) -> Result<Value, EvalError> {
    local(args, "pathexpand", |path| !path.starts_with('~'), str::to_owned)
}

fn local(
    args: &[Value],
    name: &str,
    anywhere: fn(&str) -> bool,
    path: fn(&str) -> String,
) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    if !anywhere(text(args, 0)?) {
        return Ok(Value::unknown_of(Type::String, Why::Function(name.into())).sensitive_if(sensitive(args)));
    }
    let mut value = argument(args, 0)?.clone();
    value.data = Value::from(path(text(args, 0)?)).data;
    Ok(value)
}

fn basename(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        trimmed => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// All but the last part, made short: no `.`, no `..` that can be resolved.
fn dirname(path: &str) -> String {
    path.rsplit_once('/').map_or_else(
        || ".".to_owned(),
        |(dir, _)| if dir.is_empty() { "/".to_owned() } else { join(dir, "") },
    )
}
