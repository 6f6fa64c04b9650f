//! Terraform's functions, one file for each family, each honest about unknowns.
//!
//! In: a name and computed arguments. Out: a value. A function gets its arguments as its signature
//! says: counted, converted, and not null where that is refused. `try` and `can` are not here: they must not
//! have their arguments computed first, so the expression walker has them.

mod charset;
mod collection;
mod csv;
mod date;
mod either;
mod encoding;
mod fileset;
mod format;
mod gaps;
mod hash;
mod mapping;
mod network;
mod numeric;
mod path;
mod pattern;
mod regex;
mod sets;
mod shape;
mod signature;
mod string;
mod yaml_decode;
mod yaml_encode;

use std::sync::Arc;

pub use either::{may_refuse, of_either};

use super::scope::Limits;
use super::weight::{MAX_TEXT, refuse_long};
use super::{
    Data, EvalError, OpenList, Partial, SequenceKind, TemplatePart, Type, Unknown, Value, Why, convert, ops,
};

/// Elements that one function may make.
const MAX_ELEMENTS: usize = 100_000;

/// The files that functions read.
pub trait Files {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, EvalError>;
    /// Every file below a directory, by its path seen from there.
    fn list(&self, dir: &str) -> Result<Vec<String>, EvalError>;
    /// The text of a template file with variables (an object) filled in.
    fn render(&self, path: &str, variables: &Value) -> Result<Value, EvalError>;
    /// What a template may use up, shared with what it is rendered for; none where none is rendered.
    fn limits(&self) -> Option<&dyn Limits> {
        None
    }
    /// How many templates are being rendered, each called by the one around it.
    fn templates(&self) -> usize {
        0
    }
}

type Function = fn(&[Value]) -> Result<Value, EvalError>;

/// Functions whose result depends on time, chance or secrets, or that are not computed here, and the
/// type of what they give.
const NOT_COMPUTED: &[(&str, Type)] = &[
    ("bcrypt", Type::String),
    ("timestamp", Type::String),
    ("plantimestamp", Type::String),
    ("uuid", Type::String),
    ("base64gzip", Type::String),
    ("templatestring", Type::String),
];

fn find(name: &str) -> Option<Function> {
    collection::find(name)
        .or_else(|| mapping::find(name))
        .or_else(|| sets::find(name))
        .or_else(|| string::find(name))
        .or_else(|| regex::find(name))
        .or_else(|| format::find(name))
        .or_else(|| numeric::find(name))
        .or_else(|| encoding::find(name))
        .or_else(|| charset::find(name))
        .or_else(|| yaml_encode::find(name))
        .or_else(|| yaml_decode::find(name))
        .or_else(|| hash::find(name))
        .or_else(|| csv::find(name))
        .or_else(|| date::find(name))
        .or_else(|| path::find(name))
        .or_else(|| network::find(name))
}

/// Whether Terraform (or this evaluator) has a function of that name.
pub fn exists(name: &str) -> bool {
    let name = name.strip_prefix("core::").unwrap_or(name);
    find(name).is_some()
        || not_computed(name).is_some()
        || hash::of_file(name).is_some()
        || matches!(name, "try" | "can" | "file" | "filebase64" | "fileexists" | "fileset" | "templatefile")
}

fn not_computed(name: &str) -> Option<&'static Type> {
    NOT_COMPUTED.iter().find(|(known, _)| *known == name).map(|(_, ty)| ty)
}

/// Calls a function.
pub fn call(name: &str, args: &[Value], files: &dyn Files) -> Result<Value, EvalError> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    let named = |error: EvalError| {
        // The message may quote what was given.
        let secret = args.iter().any(Value::holds_sensitive);
        let message = if secret { "it can't take the sensitive value" } else { &error.message };
        EvalError { message: format!("{name}: {message}"), ..error }
    };
    let args = signature::prepare(name, args).map_err(named)?;
    let ordered = matches!(name, "flatten" | "one" | "reverse" | "formatlist" | "setproduct");
    if ordered && args.iter().any(|arg| arg.open_member().is_some()) {
        return Ok(spread_sensitive(name, unknown_of(&Type::Any, &args), &args));
    }
    if let Some(function) = find(name) {
        let value = made(name, function(&args).map_err(named)?, &args);
        let plain = value.as_unknown().is_none_or(|unknown| !unknown.made && !unknown.refers.is_empty());
        let value = if MAY_BE_NULL.contains(&name) && !plain { value.or_null() } else { value };
        return Ok(spread_sensitive(name, value, &args));
    }
    match name {
        "file" | "filebase64" | "fileexists" | "fileset" | "templatefile" => from_file(name, &args, files),
        _ if hash::of_file(name).is_some() => from_file(name, &args, files),
        _ if name.starts_with("provider::") => Ok(withheld(name, Type::Any, false, &args)),
        _ => match not_computed(name) {
            Some(ty) => Ok(withheld(name, ty.clone(), true, &args)),
            None => Err(EvalError::new(format!("there is no function named {name:?}"))),
        },
    }
}

/// The unknown result of a function that is not computed.
fn withheld(name: &str, ty: Type, not_null: bool, args: &[Value]) -> Value {
    let why = Why::Function(name.into());
    let unknown = Unknown { ty, why, refers: Vec::new(), made: false, not_null, partial: None };
    Value::from(Data::Unknown(Arc::new(unknown))).sensitive_if(args.iter().any(Value::holds_sensitive))
}

/// Functions that may give null where their result is not known.
const MAY_BE_NULL: &[&str] = &["element", "jsondecode", "lookup", "one", "yamldecode"];

/// Functions whose result is their argument, or holds all that it holds. What a text is decoded to counts as set
/// where the text is an attribute: a password out of a store is no literal.
const KEEPS: &[&str] = &[
    "coalesce",
    "compact",
    "concat",
    "distinct",
    "flatten",
    "jsondecode",
    "nonsensitive",
    "reverse",
    "sensitive",
    "setunion",
    "sort",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
    "values",
    "yamldecode",
];

/// The result of a function, which is no attribute itself any more, unless it is what was given.
fn made(name: &str, mut value: Value, args: &[Value]) -> Value {
    if let Data::Unknown(unknown) = &mut value.data
        && unknown.partial.is_none()
        && !unknown.refers.is_empty()
        && !KEEPS.contains(&name)
        && !args.iter().any(|arg| holds(arg, unknown, 0))
    {
        Arc::make_mut(unknown).made = true;
    }
    value
}

/// How deep arguments are searched for what a function gave.
const MAX_SEARCH: u32 = 3;

/// Whether a value is this very unknown, or holds it.
fn holds(value: &Value, wanted: &Arc<Unknown>, depth: u32) -> bool {
    let inner = |item: &Value| depth < MAX_SEARCH && holds(item, wanted, depth + 1);
    match &value.data {
        Data::Unknown(unknown) => Arc::ptr_eq(unknown, wanted),
        Data::Sequence(sequence) => sequence.items.iter().any(inner),
        Data::Mapping(entries) => entries.iter().any(|(_, item)| inner(item)),
        _ => false,
    }
}

/// Functions that hand on members as they are: each member keeps its own mark.
const HANDS_ON: &[&str] = &[
    "chunklist",
    "concat",
    "element",
    "flatten",
    "issensitive",
    "keys",
    "length",
    "lookup",
    "merge",
    "nonsensitive",
    "reverse",
    "sensitive",
    "setproduct",
    "slice",
    "tolist",
    "tomap",
    "toset",
    "values",
    "zipmap",
];

/// What is computed from a sensitive value is sensitive, with all of its parts.
fn spread_sensitive(name: &str, value: Value, args: &[Value]) -> Value {
    if HANDS_ON.contains(&name) { value } else { value.sensitive_if(args.iter().any(Value::holds_sensitive)) }
}

/// Calls a function in rules mode: a null collection is an empty one, what is hidden is no mistake, and an
/// unknown that the author of a configuration gave the wrong type is no fault of the rule.
pub fn call_lenient(name: &str, args: &[Value], files: &dyn Files) -> Result<Value, EvalError> {
    let simple = |arg: &Value| {
        arg.as_unknown().is_some_and(|it| matches!(it.ty, Type::Bool | Type::Number | Type::String))
    };
    match lenient(name, args, files) {
        Err(error) if error.limit => Err(error),
        Err(_) if exists(name) && args.iter().any(simple) => Ok(unknown_of(&Type::Any, args)),
        Err(error) if args.iter().any(Value::holds_sensitive) => {
            Err(EvalError { message: format!("{name}: the value is hidden"), hidden: true, ..error })
        }
        result => result,
    }
}

fn lenient(name: &str, args: &[Value], files: &dyn Files) -> Result<Value, EvalError> {
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
    // Blocks of different types may stand in one list here.
    let typed = |arg: &Value| match &arg.data {
        Data::Sequence(it) => it.kind != SequenceKind::Tuple,
        Data::Unknown(unknown) => matches!(unknown.ty, Type::Set(_)),
        _ => false,
    };
    if name == "concat" && args.iter().any(typed) {
        let tuples: Vec<Value> = args.iter().map(|arg| in_order(arg, SequenceKind::Tuple)).collect();
        return lenient(name, &tuples, files);
    }
    // What the schema calls a set may be written as a list.
    let set = |arg: &Value| shape::shape(arg) == shape::Shape::Set;
    if matches!(name, "element" | "slice" | "index" | "coalescelist") && args.iter().any(set) {
        let lists: Vec<Value> = args.iter().map(|arg| in_order(arg, SequenceKind::List)).collect();
        return lenient(name, &lists, files);
    }
    // One is there, and a second is what the rule's author rules out.
    if let ("one", [list]) = (name, args)
        && let Some([only]) = list.as_open().map(OpenList::sure)
    {
        return Ok(only.clone());
    }
    if let ("contains", [list, wanted]) = (name, args)
        && (list.is_null() || wanted.is_null())
    {
        let none = list.as_items().unwrap_or(&[]).iter().any(Value::is_null);
        return match list.as_unknown() {
            Some(_) => Ok(unknown_of(&Type::Bool, args)),
            None => Ok(Value::from(none)),
        };
    }
    if matches!(name, "lower" | "upper" | "trimspace" | "replace") {
        if args.iter().any(Value::is_null) {
            return Ok(Value::NULL);
        }
    } else if name == "regexall" && args.iter().any(Value::is_null) {
        return Ok(Value::tuple(Vec::new()));
    } else if matches!(name, "startswith" | "endswith" | "strcontains") {
        if args.iter().any(Value::is_null) {
            return Ok(Value::from(false));
        }
    } else if COLLECTIONS.contains(&name) && args.iter().any(Value::is_null) {
        let object = matches!(name, "keys" | "values" | "merge");
        let nothing = || if object { Value::object([]) } else { Value::tuple(Vec::new()) };
        let empty = |arg: &Value| if arg.is_null() { nothing() } else { arg.clone() };
        let filled: Vec<Value> = args.iter().map(empty).collect();
        return call(name, &filled, files);
    }
    call(name, args, files)
}

/// A text of which parts are known, in small letters or capitals.
fn in_case(name: &str, value: &Value, parts: &[TemplatePart], files: &dyn Files) -> Option<Value> {
    let changed = parts.iter().map(|part| match part {
        TemplatePart::Text(text) => {
            let text = call(name, &[Value::from(&**text)], files).ok()?;
            Some(TemplatePart::Text(text.as_str()?.into()))
        }
        // What is known of it was known in its own case.
        TemplatePart::Unknown(value) => {
            let why = value.as_unknown()?.why.clone();
            Some(TemplatePart::Unknown(Value::unknown_of(Type::String, why)))
        }
    });
    let partial = Some(Partial::Template(changed.collect::<Option<_>>()?));
    let unknown = Unknown { partial, ..Unknown::clone(value.as_unknown()?) };
    Some(Value { data: Data::Unknown(Arc::new(unknown)), mark: value.mark.clone() })
}

/// How deep values that are one of two may nest.
const MAX_EITHER: u32 = 4;

/// What a function comes to whichever of its two values an argument has, or whatever the unknown middle
/// of a text is; `None` where that decides. For rules.
pub fn whichever(name: &str, args: &[Value], files: &dyn Files, depth: u32) -> Option<Value> {
    if let (Some(first), Some(part)) = (args.first(), args.get(1).and_then(Value::as_str))
        && let Some(unknown) = first.as_unknown()
    {
        let (start, end) = ops::ends(unknown);
        // What is known may be shorter than what is asked for: then only a difference decides.
        let decided = match name {
            "startswith" if start.starts_with(part) => Some(true),
            "startswith" if !part.starts_with(&*start) => Some(false),
            "endswith" if end.ends_with(part) => Some(true),
            "endswith" if !part.ends_with(&*end) => Some(false),
            _ => None,
        };
        if let Some(decided) = decided {
            return Some(Value::from(decided).sensitive_if(first.mark.sensitive));
        }
    }
    if let ("regexall", [pattern, text]) = (name, args)
        && let Some(decided) = pattern.as_str().and_then(|pattern| regex::decided(pattern, text))
    {
        return Some(decided);
    }
    if matches!(name, "lower" | "upper")
        && let Some(Partial::Template(parts)) = args.first()?.as_unknown().map(|it| &it.partial)?.as_ref()
    {
        return in_case(name, args.first()?, parts, files);
    }
    let (at, then, otherwise) =
        args.iter().enumerate().find_map(|(at, arg)| match &arg.as_unknown()?.partial {
            Some(Partial::Either(then, otherwise, _)) => Some((at, then.clone(), otherwise.clone())),
            _ => None,
        })?;
    let with = |value: Value| {
        let mut args = args.to_vec();
        if let Some(slot) = args.get_mut(at) {
            *slot = value;
        }
        let result = call_lenient(name, &args, files).ok()?;
        match result.as_unknown() {
            Some(_) if depth < MAX_EITHER => whichever(name, &args, files, depth + 1),
            Some(_) => None,
            None => Some(result),
        }
    };
    let (then, otherwise) = (with(then)?, with(otherwise)?);
    let sensitive = args.iter().any(|arg| arg.mark.sensitive);
    (ops::equal(&then, &otherwise) == Some(true)).then(|| then.sensitive_if(sensitive))
}

/// A sequence as one of another kind.
fn in_order(value: &Value, kind: SequenceKind) -> Value {
    let mut value = value.clone();
    match &mut value.data {
        Data::Sequence(sequence) => value.data = Value::sequence(kind, sequence.items.clone()).data,
        Data::Unknown(unknown) if matches!(unknown.ty, Type::Set(_)) => {
            let mut unknown = Unknown::clone(unknown);
            if let Type::Set(of) = unknown.ty {
                unknown.ty = Type::List(of);
            }
            value.data = Data::Unknown(Arc::new(unknown));
        }
        _ => {}
    }
    value
}

fn from_file(name: &str, args: &[Value], files: &dyn Files) -> Result<Value, EvalError> {
    if let Some(unknown) = first_unknown(args, &Type::Any) {
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
        "fileset" => fileset::fileset(args, files),
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
fn first_unknown(args: &[Value], ty: &Type) -> Option<Value> {
    args.iter().any(|arg| arg.as_unknown().is_some()).then(|| unknown_of(ty, args))
}

/// An unknown result, if any argument holds an unknown anywhere.
fn any_unknown(args: &[Value], ty: &Type) -> Option<Value> {
    args.iter().any(|arg| arg.find_unknown().is_some()).then(|| unknown_of(ty, args))
}

/// An unknown result, for the reason of the first unknown among the arguments.
fn unknown_of(ty: &Type, args: &[Value]) -> Value {
    ops::unknown_from(ty.clone(), &args.iter().collect::<Vec<_>>())
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
    EvalError::limit(format!(
        "the result has {count} elements, more than the {MAX_ELEMENTS} that are computed"
    ))
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

    #[test]
    fn the_functions_of_opentofu_alone() {
        let holds = |expression: &str| evaluate_text(expression).unwrap().as_bool();
        for expression in [
            r#"base64gunzip("H4sIAAAAAAAA/8pIzcnJBwAAAP//AQAA//+GphA2BQAAAA==") == "hello""#,
            r#"urldecode("a+b%2Fc%3F%C3%A9") == "a b/c?é""#,
            r#"urldecode(urlencode("a b/c?é~")) == "a b/c?é~""#,
            r#"cidrcontains("10.0.0.0/8", "10.1.2.3")"#,
            r#"cidrcontains("10.0.0.0/8", "10.255.0.0/16")"#,
            r#"!cidrcontains("10.0.0.0/16", "10.0.0.0/8")"#,
            r#"!cidrcontains("10.0.0.0/8", "11.0.0.0")"#,
            r#"cidrcontains("fd00::/8", "fd12::1")"#,
        ] {
            assert_eq!(holds(expression), Some(true), "{expression}");
        }
        for wrong in [r#"base64gunzip("aGk=")"#, r#"urldecode("%4")"#, r#"cidrcontains("10.0.0.0/8", "::1")"#]
        {
            assert!(evaluate_text(wrong).is_err(), "{wrong}");
        }
    }
}
