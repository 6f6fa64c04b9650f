//! Holds JSON against a JSON Schema, as far as the schemas of trueup's reports go: a word that is not
//! known here is an error. A validator from a registry would bring thirty crates for two tests.

use serde_json::{Value, json};

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("type {other}"),
    }
}

/// Collects where `value` does not hold to `schema`, which is a part of `root`.
pub fn check(value: &Value, schema: &Value, root: &Value, path: &str, errors: &mut Vec<String>) {
    for (word, wanted) in schema.as_object().unwrap() {
        let ok = match word.as_str() {
            "$ref" => {
                let target = root.pointer(wanted.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                check(value, target, root, path, errors);
                true
            }
            "type" => match wanted {
                Value::Array(names) => names.iter().any(|name| is_a(value, name.as_str().unwrap())),
                name => is_a(value, name.as_str().unwrap()),
            },
            "properties" => {
                // Where unknown keys have a schema, the known ones are looked at there.
                if schema.get("additionalProperties").is_none() {
                    for (key, inner) in wanted.as_object().unwrap() {
                        if let Some(value) = value.get(key) {
                            check(value, inner, root, &format!("{path}/{key}"), errors);
                        }
                    }
                }
                true
            }
            "const" => wanted == value,
            "required" => {
                wanted.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some())
            }
            "additionalProperties" => {
                let known = schema.get("properties");
                for (key, inner) in value.as_object().into_iter().flatten() {
                    let path = format!("{path}/{key}");
                    match (known.and_then(|known| known.get(key)), wanted) {
                        (None, Value::Bool(false)) => errors.push(format!("{path}: unknown key")),
                        (None, Value::Bool(true)) => {}
                        (Some(schema), _) | (None, schema) => check(inner, schema, root, &path, errors),
                    }
                }
                true
            }
            "items" => {
                for (at, inner) in value.as_array().into_iter().flatten().enumerate() {
                    check(inner, wanted, root, &format!("{path}/{at}"), errors);
                }
                true
            }
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= wanted.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= wanted.as_u64().unwrap()),
            "uniqueItems" => value.as_array().is_none_or(|items| {
                wanted != &json!(true) || (0..items.len()).all(|at| !items[..at].contains(&items[at]))
            }),
            "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
            "enum" => wanted.as_array().unwrap().contains(value),
            "anyOf" | "oneOf" => wanted.as_array().unwrap().iter().any(|schema| {
                let mut errors = Vec::new();
                check(value, schema, root, path, &mut errors);
                errors.is_empty()
            }),
            "allOf" => {
                for schema in wanted.as_array().unwrap() {
                    check(value, schema, root, path, errors);
                }
                true
            }
            // Patterns and formats stand only on ids and dates that the report does not write.
            "pattern" => false,
            "definitions" | "$defs" | "$schema" | "$id" | "id" | "title" | "description" | "default"
            | "format" => true,
            other => panic!("the schema uses {other}"),
        };
        if !ok {
            errors.push(format!("{path}: {word} is not met"));
        }
    }
}
