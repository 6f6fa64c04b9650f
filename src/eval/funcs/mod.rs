//! Terraform's functions, one file for each family, each honest about unknowns.
//!
//! In: a name and computed arguments. Out: a value. `try` and `can` are not here: they must not
//! have their arguments computed first, so the expression walker has them.

mod collection;
mod csv;
mod encoding;
mod hash;
mod network;
mod numeric;
mod string;

use super::weight::LIMIT;
use super::{Data, EvalError, Type, Value, Why, convert, ops};

/// Elements that one function may make.
const MAX_ELEMENTS: usize = 100_000;

/// The files that functions read.
pub trait Files {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, EvalError>;
    /// The text of a template file with variables (an object) filled in.
    fn render(&self, path: &str, variables: &Value) -> Result<Value, EvalError>;
}

type Function = fn(&[Value]) -> Result<Value, EvalError>;

/// Functions whose result depends on time, chance or secrets, or that are not computed here.
const NOT_COMPUTED: &[&str] = &[
    "bcrypt",
    "timestamp",
    "plantimestamp",
    "uuid",
    "uuidv5",
    "rsadecrypt",
    "fileset",
    "base64gzip",
    "textencodebase64",
    "textdecodebase64",
    "yamlencode",
    "yamldecode",
    "formatdate",
    "timeadd",
    "timecmp",
    "templatestring",
    "abspath",
    "ephemeralasnull",
];

fn find(name: &str) -> Option<Function> {
    collection::find(name)
        .or_else(|| string::find(name))
        .or_else(|| numeric::find(name))
        .or_else(|| encoding::find(name))
        .or_else(|| hash::find(name))
        .or_else(|| csv::find(name))
        .or_else(|| network::find(name))
}

/// Whether Terraform (or this evaluator) has a function of that name.
pub fn exists(name: &str) -> bool {
    let name = name.strip_prefix("core::").unwrap_or(name);
    find(name).is_some()
        || NOT_COMPUTED.contains(&name)
        || hash::of_file(name).is_some()
        || matches!(name, "try" | "can" | "file" | "filebase64" | "fileexists" | "templatefile")
}

/// Calls a function.
pub fn call(name: &str, args: &[Value], files: &dyn Files) -> Result<Value, EvalError> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    if let Some(function) = find(name) {
        return function(args).map(|value| spread_sensitive(name, value, args)).map_err(|error| {
            // The message may quote what was given.
            let secret = args.iter().any(holds_sensitive);
            let message = if secret { "it can't take the sensitive value" } else { &error.message };
            EvalError { message: format!("{name}: {message}"), location: error.location }
        });
    }
    match name {
        "file" | "filebase64" | "fileexists" | "templatefile" => from_file(name, args, files),
        _ if hash::of_file(name).is_some() => from_file(name, args, files),
        _ if NOT_COMPUTED.contains(&name) || name.starts_with("provider::") => {
            Ok(Value::unknown(Why::Function(name.into()))
                .sensitive_if(args.iter().any(|arg| arg.mark.sensitive)))
        }
        _ => Err(EvalError::new(format!("there is no function named {name:?}"))),
    }
}

/// What is computed from a sensitive value is sensitive. Functions that hand on members unchanged
/// keep each member's own mark.
fn spread_sensitive(name: &str, value: Value, args: &[Value]) -> Value {
    if matches!(name, "issensitive" | "nonsensitive") {
        return value;
    }
    let hands_on = matches!(name, "length" | "lookup" | "element" | "one" | "coalesce");
    let computed = matches!(value.data, Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::Unknown(_))
        || matches!(name, "formatlist" | "split" | "regex" | "regexall" | "jsondecode");
    let spreads = sensitive(args) || (computed && !hands_on && args.iter().any(holds_sensitive));
    value.sensitive_if(spreads)
}

fn holds_sensitive(value: &Value) -> bool {
    value.mark.sensitive
        || match &value.data {
            Data::Sequence(sequence) => sequence.items.iter().any(holds_sensitive),
            Data::Mapping(entries) => entries.iter().any(|(_, value)| holds_sensitive(value)),
            _ => false,
        }
}

/// Calls a function in rules mode: a null collection is an empty one.
pub fn call_lenient(name: &str, args: &[Value], files: &dyn Files) -> Result<Value, EvalError> {
    const COLLECTIONS: &[&str] = &[
        "alltrue",
        "anytrue",
        "contains",
        "concat",
        "flatten",
        "length",
        "keys",
        "values",
        "merge",
        "one",
        "toset",
        "tolist",
        "distinct",
        "compact",
        "join",
        "setunion",
        "setintersection",
        "setsubtract",
        "sum",
        "max",
        "min",
        "element",
    ];
    if name == "lower" || name == "upper" || name == "trimspace" {
        if args.iter().any(Value::is_null) {
            return Ok(Value::NULL);
        }
    } else if matches!(name, "startswith" | "endswith" | "strcontains") {
        if args.iter().any(Value::is_null) {
            return Ok(Value::from(false));
        }
    } else if COLLECTIONS.contains(&name) && args.iter().any(Value::is_null) {
        let empty = |arg: &Value| if arg.is_null() { Value::tuple(Vec::new()) } else { arg.clone() };
        if name == "contains" {
            return match args {
                [list, _] if list.is_null() => Ok(Value::from(false)),
                _ => call(name, args, files),
            };
        }
        let filled: Vec<Value> = args.iter().map(empty).collect();
        return call(name, &filled, files);
    }
    call(name, args, files)
}

fn from_file(name: &str, args: &[Value], files: &dyn Files) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args) {
        return Ok(unknown);
    }
    let path = text(args, 0)?;
    if let Some(digest) = hash::of_file(name) {
        // What is hashed is often built later, such as an archive: its hash is not known yet.
        let hashed = files.read(path).map(|bytes| Value::from(digest(&bytes)));
        return Ok(hashed.unwrap_or_else(|_| Value::unknown(Why::Function(name.into()))));
    }
    match name {
        "templatefile" => files.render(path, args.get(1).unwrap_or(&Value::NULL)),
        "fileexists" => Ok(Value::from(files.read(path).is_ok())),
        "filebase64" => Ok(Value::from(encoding::base64(&files.read(path)?))),
        _ => {
            let bytes = files.read(path)?;
            String::from_utf8(bytes)
                .map(Value::from)
                .map_err(|_| EvalError::new(format!("the file {path:?} is not UTF-8: filebase64 reads it")))
        }
    }
}

/// An unknown result, if any argument is unknown as a whole.
fn first_unknown(args: &[Value]) -> Option<Value> {
    if args.iter().any(|arg| arg.as_unknown().is_some()) {
        return Some(ops::unknown_from(Type::Any, &args.iter().collect::<Vec<_>>()));
    }
    None
}

/// An unknown result, if any argument holds an unknown anywhere.
fn any_unknown(args: &[Value], ty: Type) -> Option<Value> {
    if args.iter().any(|arg| arg.find_unknown().is_some()) {
        return Some(ops::unknown_from(ty, &args.iter().collect::<Vec<_>>()));
    }
    None
}

fn argument(args: &[Value], at: usize) -> Result<&Value, EvalError> {
    args.get(at).ok_or_else(|| EvalError::new(format!("argument {} is missing", at + 1)))
}

/// A string argument.
fn text(args: &[Value], at: usize) -> Result<&str, EvalError> {
    match &argument(args, at)?.data {
        Data::String(text) => Ok(text),
        _ => Err(EvalError::new(format!(
            "argument {} must be a string, not {}",
            at + 1,
            convert::kind_of(argument(args, at)?)
        ))),
    }
}

/// All arguments as strings; numbers and bools are converted.
fn strings(args: &[Value]) -> Result<Vec<Value>, EvalError> {
    args.iter().map(convert::to_text).collect()
}

fn items(args: &[Value], at: usize) -> Result<&[Value], EvalError> {
    let value = argument(args, at)?;
    value.as_items().ok_or_else(|| {
        EvalError::new(format!("argument {} must be a list, not {}", at + 1, convert::kind_of(value)))
    })
}

fn sensitive(args: &[Value]) -> bool {
    args.iter().any(|arg| arg.mark.sensitive)
}

fn too_many(count: usize) -> EvalError {
    EvalError::new(format!("the result has {count} elements, more than the {MAX_ELEMENTS} {LIMIT}"))
}

#[cfg(test)]
mod tests {
    use crate::eval::evaluate_text;

    #[test]
    fn what_is_computed_from_a_secret_is_a_secret() {
        let secret =
            |expression: &str| evaluate_text(&format!("issensitive({expression})")).unwrap().as_bool();
        for expression in [
            r#"upper(sensitive("a"))"#,
            r#"md5(sensitive("a"))"#,
            r#"join("-", ["a", sensitive("b")])"#,
            r#"format("%s", sensitive("a"))"#,
            r#"split("-", sensitive("a-b"))"#,
            r#"substr(sensitive("abc"), 0, 1)"#,
            r#"csvdecode(sensitive("a,b"))"#,
        ] {
            assert_eq!(secret(expression), Some(true), "{expression}");
        }
        for expression in [r#"nonsensitive(sensitive("a"))"#, r#"upper("a")"#, r#"length([sensitive("a")])"#]
        {
            assert_eq!(secret(expression), Some(false), "{expression}");
        }
    }
}
