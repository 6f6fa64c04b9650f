//! What holds for every expression, whatever Terraform says of it.
//!
//! Less known in is never something else out: with a literal replaced by an unknown, an expression
//! comes to the same value or to an unknown, never to another value. And what is written is read again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't read its data must fail")]
#![allow(clippy::indexing_slicing, clippy::string_slice, reason = "a wrong place must fail")]

use std::path::Path;

use proptest::prelude::*;
use rayon::prelude::*;
use trueup::eval::{Data, Number, SequenceKind, Value, evaluate_text, json};

/// Whether `less` says nothing that `value` does not.
fn weaker(less: &Value, value: &Value) -> bool {
    match (&less.data, &value.data) {
        (Data::Unknown(_), _) => true,
        // Unknown members of a set may turn out to be any, also equal.
        (Data::Sequence(a), Data::Sequence(b)) if a.kind == SequenceKind::Set => {
            let found = |less: &Value| b.items.iter().any(|item| weaker(less, item));
            b.kind == a.kind && a.items.len() >= b.items.len() && a.items.iter().all(found)
        }
        (Data::Sequence(a), Data::Sequence(b)) => {
            a.kind == b.kind
                && a.items.len() == b.items.len()
                && a.items.iter().zip(&b.items).all(|(a, b)| weaker(a, b))
        }
        (Data::Mapping(a), Data::Mapping(b)) => {
            a.is_map == b.is_map
                && a.len() == b.len()
                && a.iter().zip(b.iter()).all(|((a, less), (b, value))| a == b && weaker(less, value))
        }
        (Data::Null(_), Data::Null(_)) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Number(a), Data::Number(b)) => a == b,
        (Data::String(a), Data::String(b)) => a == b,
        _ => false,
    }
}

/// The expression with each of its literals in turn replaced by an unknown of the same type.
fn with_unknowns(expression: &str) -> Vec<String> {
    let mut made = Vec::new();
    let bytes = expression.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        let rest = &expression.as_bytes()[at..];
        let (length, unknown) = match byte {
            b'"' => {
                let Some(end) = rest.iter().skip(1).position(|byte| *byte == b'"' || *byte == b'\\') else {
                    break;
                };
                if rest[end + 1] == b'\\' {
                    // Escapes are left alone, up to the closing quote.
                    let mut end = 1;
                    while end < rest.len() && rest[end] != b'"' {
                        end += if rest[end] == b'\\' { 2 } else { 1 };
                    }
                    at += end + 1;
                    continue;
                }
                (end + 2, "uuid()")
            }
            b'0'..=b'9' if !before.is_ascii_alphanumeric() && !matches!(before, b'_' | b'.') => {
                let digits =
                    |from: usize| rest[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let mut length = digits(0);
                if rest.get(length) == Some(&b'.') && digits(length + 1) > 0 {
                    length += 1 + digits(length + 1);
                }
                if rest.get(length) == Some(&b'e') {
                    let sign = usize::from(matches!(rest.get(length + 1), Some(b'-' | b'+')));
                    length += 1 + sign + digits((length + 1 + sign).min(rest.len()));
                }
                (length, "tonumber(uuid())")
            }
            b't' | b'f'
                if !before.is_ascii_alphanumeric()
                    && (rest.starts_with(b"true") || rest.starts_with(b"false")) =>
            {
                (if *byte == b't' { 4 } else { 5 }, "tobool(uuid())")
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let after = &expression[at + length..];
        let next = after.trim_start();
        // Keys and names stay.
        let key = (next.starts_with('=') && !next.starts_with("=="))
            || next.starts_with(':') && expression.starts_with('{');
        let word = after.starts_with(|char: char| char.is_ascii_alphanumeric() || char == '_' || char == '(');
        if !key && !word {
            made.push(format!("{}{unknown}{after}", &expression[..at]));
        }
        at += length;
    }
    made
}

#[test]
fn less_known_in_is_never_something_else_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluation");
    let mut expressions = Vec::new();
    for family in ["by-hand", "operators", "conditionals", "arguments", "values", "syntax"] {
        let text = std::fs::read_to_string(folder.join(format!("{family}.txt"))).unwrap();
        let asked = text.lines().map(|line| line.split_once('\t').expect("a tab stands before the answer").0);
        // Whether a mark spreads, and whether the second side of && is looked at, depends on what is known.
        let apart = ["${", "%{", "\u{2424}", "issensitive", "&&", "||"];
        let plain = asked.filter(|asked| !apart.iter().any(|part| asked.contains(part)));
        expressions.extend(plain.map(str::to_owned));
    }
    let wrong: Vec<String> = expressions
        .par_iter()
        .flat_map_iter(|expression| {
            let value = evaluate_text(expression).ok();
            let less = with_unknowns(expression).into_iter();
            less.filter_map(move |less| {
                let (value, found) = (value.as_ref()?, evaluate_text(&less));
                match found {
                    Ok(found) if weaker(&found, value) => None,
                    Ok(found) => Some(format!("{expression}\t{less}\t{:?}", found.data)),
                    Err(error) => Some(format!("{expression}\t{less}\trefused: {}", error.message)),
                }
            })
        })
        .collect();
    if let Ok(path) = std::env::var("EVALUATION_DIFFERENCES") {
        std::fs::write(path, wrong.join("\n")).unwrap();
    }
    let shown: Vec<&str> = wrong.iter().take(40).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} of many say more with less known:\n{}", wrong.len(), shown.join("\n"));
}

fn values() -> impl Strategy<Value = Value> {
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?(e-?[0-9]{1,2})?";
    let leaf = prop_oneof![
        Just(Value::NULL),
        any::<bool>().prop_map(Value::from),
        number.prop_filter_map("a number", |text| Number::parse(&text).map(Value::from)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::tuple),
            prop::collection::vec(("[a-z]{0,3}", inner), 0..5).prop_map(|pairs| {
                Value::object(pairs.into_iter().map(|(key, value)| (key.as_str().into(), value)))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn what_jsonencode_writes_jsondecode_reads(value in values()) {
        let text = json::encode(&value).unwrap();
        let read = json::decode(text.as_str().unwrap()).unwrap();
        prop_assert!(weaker(&read, &value) && weaker(&value, &read), "{}", text.as_str().unwrap());
    }

    #[test]
    fn the_text_of_a_number_is_the_number(a in "-?[0-9]{1,40}(\\.[0-9]{1,40})?", b in "[1-9][0-9]{0,25}") {
        let (a, b) = (Number::parse(&a).unwrap(), Number::parse(&b).unwrap());
        for number in [a.over(&b).unwrap(), a.times(&b), a.plus(&b), a.minus(&b)] {
            let again = Number::parse(&number.to_string());
            prop_assert_eq!(again.as_ref(), Some(&number));
        }
    }

    #[test]
    fn any_text_is_an_expression_or_an_error(text in "[\\[\\](){}\"$%0-9a-z.,:?*+ =<>!&|-]{0,40}") {
        let _ = evaluate_text(&text);
    }
}
