//! What the value of a setting looks like, which its name tells.
//!
//! In: a name, such as `log_bucket`, `allowed_cidrs` or `owner_tags`. Out: how to ask for the value, how
//! to read the answer, and how to write it.

use serde_json::{Map, Value};

/// The form of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Form {
    /// `"..."`
    Text,
    /// `90`
    Number,
    /// `["..."]`
    List,
    /// `{ Owner = "..." }`
    Pairs,
}

impl Form {
    /// The form of the setting of this name.
    pub(in crate::cli) fn of(name: &str) -> Self {
        match name.rsplit('_').next().unwrap_or(name) {
            "tags" => Self::Pairs,
            "days" | "approvals" => Self::Number,
            last if last.ends_with('s') => Self::List,
            _ => Self::Text,
        }
    }

    /// What stands for a value that a person still has to give.
    pub(in crate::cli) const fn example(self) -> &'static str {
        match self {
            Self::Text => "\"...\"",
            Self::Number => "...",
            Self::List => "[\"...\"]",
            Self::Pairs => "{ Owner = \"...\", Environment = \"...\" }",
        }
    }

    /// How the value is asked for.
    pub(in crate::cli) const fn asked(self) -> &'static str {
        match self {
            Self::Text => "its value",
            Self::Number => "a number",
            Self::List => "its values, with commas between",
            Self::Pairs => "NAME=VALUE, with commas between",
        }
    }

    /// The value that an answer gives; none where it is of another form.
    pub(in crate::cli) fn read(self, answer: &str) -> Option<Value> {
        let parts = || answer.split(',').map(str::trim).filter(|part| !part.is_empty());
        match self {
            Self::Text => Some(answer.into()).filter(|_| !answer.is_empty()),
            Self::Number => answer.parse::<u64>().ok().map(Value::from),
            Self::List => Some(parts().collect::<Vec<_>>()).filter(|all| !all.is_empty()).map(Value::from),
            Self::Pairs => {
                let pair = |part: &str| {
                    let (name, value) = part.split_once('=')?;
                    let (name, value) = (name.trim(), value.trim());
                    (!name.is_empty() && !value.is_empty()).then(|| (name.to_owned(), value.into()))
                };
                let pairs: Option<Map<String, Value>> = parts().map(pair).collect();
                pairs.filter(|pairs| !pairs.is_empty()).map(Value::Object)
            }
        }
    }
}

/// A value as the configuration file writes it.
pub(in crate::cli) fn written(value: &Value) -> String {
    let parts: Vec<String> = match value {
        Value::Array(items) => items.iter().map(written).collect(),
        Value::Object(pairs) => {
            pairs.iter().map(|(name, value)| format!("{} = {}", quoted(name), written(value))).collect()
        }
        Value::String(text) => return quoted(text),
        other => return other.to_string(),
    };
    if value.is_array() { format!("[{}]", parts.join(", ")) } else { format!("{{ {} }}", parts.join(", ")) }
}

/// A text as Terraform's language writes it.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace("${", "$${").replace("%{", "%%{"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_the_form_that_the_name_tells() {
        for (name, answer, text) in [
            ("log_bucket", "a\"${b}", "\"a\\\"$${b}\""),
            ("retention_days", "90", "90"),
            ("allowed_cidrs", "10.0.0.0/8, 192.0.2.1/32", "[\"10.0.0.0/8\", \"192.0.2.1/32\"]"),
            ("owner_tags", "Owner=platform, Env = prod", "{ \"Env\" = \"prod\", \"Owner\" = \"platform\" }"),
        ] {
            let value = Form::of(name).read(answer).unwrap();
            assert_eq!(written(&value), text);
            assert_eq!(hcl::from_str::<Value>(&format!("x = {text}")).unwrap()["x"], value);
        }
        assert_eq!(Form::of("retention_days").read("ninety"), None);
        for bad in ["platform", "=platform", "Owner=", ","] {
            assert_eq!(Form::of("owner_tags").read(bad), None, "{bad}");
        }
        assert_eq!(Form::of("allowed_cidrs").read(" , "), None);
        assert_eq!(Form::of("kms_key").read(""), None);
    }
}
