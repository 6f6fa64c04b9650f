//! What each function takes: how many arguments, of which types, and whether they may be null.
//!
//! In: a function's name and its computed arguments. Out: the arguments converted to its parameters'
//! types, or why Terraform refuses the call. What `terraform metadata functions` prints is held here;
//! what a function checks beyond that stands with the function.

use std::borrow::Cow;

use crate::eval::{Data, EvalError, Type, Value, convert};

/// A parameter: its type, and whether null may stand for it.
#[derive(Clone, Copy)]
struct Parameter(Kind, bool);

#[derive(Clone, Copy)]
enum Kind {
    Any,
    Text,
    Number,
    Texts,
    Bools,
    List,
    Set,
    Lists,
}

/// Name, parameters in order, and the parameter that any number of further arguments are for.
type Signature = (&'static str, &'static [Parameter], Option<Parameter>);

const A: Parameter = Parameter(Kind::Any, false);
/// Any value, null too.
const Q: Parameter = Parameter(Kind::Any, true);
const S: Parameter = Parameter(Kind::Text, false);
const N: Parameter = Parameter(Kind::Number, false);
const L: Parameter = Parameter(Kind::List, false);
const T: Parameter = Parameter(Kind::Texts, false);
const B: Parameter = Parameter(Kind::Bools, false);
const E: Parameter = Parameter(Kind::Set, false);
const M: Parameter = Parameter(Kind::Lists, false);

/// Sorted by name. Four names are those of `OpenTofu` alone.
const SIGNATURES: &[Signature] = &[
    ("abs", &[N], None),
    ("abspath", &[S], None),
    ("alltrue", &[B], None),
    ("anytrue", &[B], None),
    ("base64decode", &[S], None),
    ("base64encode", &[S], None),
    ("base64gunzip", &[S], None),
    ("base64gzip", &[S], None),
    ("base64sha256", &[S], None),
    ("base64sha512", &[S], None),
    ("basename", &[S], None),
    ("bcrypt", &[S], Some(N)),
    ("ceil", &[N], None),
    ("chomp", &[S], None),
    ("chunklist", &[L, N], None),
    ("cidrcontains", &[S, S], None),
    ("cidrhost", &[S, N], None),
    ("cidrnetmask", &[S], None),
    ("cidrsubnet", &[S, N, N], None),
    ("cidrsubnets", &[S], Some(N)),
    ("coalesce", &[], Some(Q)),
    ("coalescelist", &[], Some(Q)),
    ("compact", &[T], None),
    ("concat", &[], Some(A)),
    ("contains", &[A, A], None),
    ("csvdecode", &[S], None),
    ("dirname", &[S], None),
    ("distinct", &[L], None),
    ("element", &[A, N], None),
    ("endswith", &[S, S], None),
    ("ephemeralasnull", &[Q], None),
    ("file", &[S], None),
    ("filebase64", &[S], None),
    ("filebase64sha256", &[S], None),
    ("filebase64sha512", &[S], None),
    ("fileexists", &[S], None),
    ("filemd5", &[S], None),
    ("fileset", &[S, S], None),
    ("filesha1", &[S], None),
    ("filesha256", &[S], None),
    ("filesha512", &[S], None),
    ("flatten", &[A], None),
    ("floor", &[N], None),
    ("format", &[S], Some(Q)),
    ("formatdate", &[S, S], None),
    ("formatlist", &[S], Some(Q)),
    ("indent", &[N, S], None),
    ("index", &[A, A], None),
    ("issensitive", &[Q], None),
    ("join", &[S], Some(T)),
    ("jsondecode", &[S], None),
    ("jsonencode", &[Q], None),
    ("keys", &[A], None),
    ("length", &[A], None),
    ("log", &[N, N], None),
    ("lookup", &[A, S], Some(Q)),
    ("lower", &[S], None),
    ("matchkeys", &[L, L, L], None),
    ("max", &[], Some(N)),
    ("md5", &[S], None),
    ("merge", &[], Some(Q)),
    ("min", &[], Some(N)),
    ("nonsensitive", &[Q], None),
    ("one", &[A], None),
    ("parseint", &[A, N], None),
    ("pathexpand", &[S], None),
    ("plantimestamp", &[], None),
    ("pow", &[N, N], None),
    ("range", &[], Some(N)),
    ("regex", &[S, S], None),
    ("regexall", &[S, S], None),
    ("replace", &[S, S, S], None),
    ("reverse", &[A], None),
    ("rsadecrypt", &[S, S], None),
    ("sensitive", &[Q], None),
    ("setintersection", &[E], Some(E)),
    ("setproduct", &[], Some(A)),
    ("setsubtract", &[E, E], None),
    ("setunion", &[E], Some(E)),
    ("sha1", &[S], None),
    ("sha256", &[S], None),
    ("sha512", &[S], None),
    ("signum", &[N], None),
    ("slice", &[A, N, N], None),
    ("sort", &[T], None),
    ("split", &[S, S], None),
    ("startswith", &[S, S], None),
    ("strcontains", &[S, S], None),
    ("strrev", &[S], None),
    ("substr", &[S, N, N], None),
    ("sum", &[A], None),
    ("templatefile", &[S, A], None),
    ("templatestring", &[S, A], None),
    ("textdecodebase64", &[S, S], None),
    ("textencodebase64", &[S, S], None),
    ("timeadd", &[S, S], None),
    ("timecmp", &[S, S], None),
    ("timestamp", &[], None),
    ("title", &[S], None),
    ("tobool", &[Q], None),
    ("tolist", &[Q], None),
    ("tomap", &[Q], None),
    ("tonumber", &[Q], None),
    ("toset", &[Q], None),
    ("tostring", &[Q], None),
    ("transpose", &[M], None),
    ("trim", &[S, S], None),
    ("trimprefix", &[S, S], None),
    ("trimspace", &[S], None),
    ("trimsuffix", &[S, S], None),
    ("upper", &[S], None),
    ("urldecode", &[S], None),
    ("urlencode", &[S], None),
    ("uuid", &[], None),
    ("uuidv5", &[S, S], None),
    ("values", &[A], None),
    ("yamldecode", &[S], None),
    ("yamlencode", &[Q], None),
    ("zipmap", &[T, A], None),
];

/// The arguments as the function takes them.
pub(super) fn prepare<'a>(name: &str, args: &'a [Value]) -> Result<Cow<'a, [Value]>, EvalError> {
    let Ok(at) = SIGNATURES.binary_search_by(|(known, _, _)| known.cmp(&name)) else {
        return Ok(Cow::Borrowed(args));
    };
    let Some((_, parameters, rest)) = SIGNATURES.get(at) else { return Ok(Cow::Borrowed(args)) };
    if args.len() < parameters.len() || (rest.is_none() && args.len() > parameters.len()) {
        let more = if rest.is_some() { " or more" } else { "" };
        return Err(EvalError::new(format!(
            "{}{more} arguments are needed, not {}",
            parameters.len(),
            args.len()
        )));
    }
    let mut prepared = Cow::Borrowed(args);
    for (at, arg) in args.iter().enumerate() {
        let Some(Parameter(kind, nullable)) = parameters.get(at).or(rest.as_ref()) else { continue };
        if arg.is_null() && !nullable {
            return Err(EvalError::new(format!("argument {} must not be null", at + 1)));
        }
        if fits(arg, *kind) {
            continue;
        }
        let converted = convert::convert(arg, &kind.ty()).map_err(|error| EvalError {
            message: format!("argument {}: {}", at + 1, error.message),
            ..error
        })?;
        if let Some(slot) = prepared.to_mut().get_mut(at) {
            *slot = converted;
        }
    }
    Ok(prepared)
}

/// Whether an argument needs no conversion, told without a look at its elements.
fn fits(arg: &Value, kind: Kind) -> bool {
    matches!(
        (kind, &arg.data),
        (Kind::Any, _) | (Kind::Text, Data::String(_)) | (Kind::Number, Data::Number(_))
    )
}

impl Kind {
    fn ty(self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Text => Type::String,
            Self::Number => Type::Number,
            Self::Texts => Type::List(Box::new(Type::String)),
            Self::Bools => Type::List(Box::new(Type::Bool)),
            Self::List => Type::List(Box::new(Type::Any)),
            Self::Set => Type::Set(Box::new(Type::Any)),
            Self::Lists => Type::Map(Box::new(Type::List(Box::new(Type::String)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SIGNATURES;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(SIGNATURES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
