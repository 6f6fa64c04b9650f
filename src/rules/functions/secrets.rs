//! Whether a literal looks like a secret.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::eval::{Data, Partial, TemplatePart, Value};

use super::tri::Tri;

const NAMES: [&str; 14] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "access_key",
    "private_key",
    "credential",
    "auth_key",
    "client_secret",
    "passphrase",
    "connection_string",
];
/// Endings of names that only point at a secret.
const POINTERS: [&str; 21] = [
    "_endpoint",
    "_uri",
    "_host",
    "_hostname",
    "_region",
    "_count",
    "_days",
    "_rotation",
    "http_tokens",
    "_arn",
    "_id",
    "_name",
    "_file",
    "_path",
    "_enabled",
    "_length",
    "_ttl",
    "_url",
    "_type",
    "_policy",
    "_version",
];
/// Words that say of a value that it is none, as whole words: `changeme-please`, not `Dummyrabbit7`.
const DUMMIES: [&str; 21] = [
    "changeme",
    "change_me",
    "example",
    "placeholder",
    "dummy",
    "redacted",
    "todo",
    "tbc",
    "tbd",
    "fixme",
    "initial_value",
    "overridden",
    "override_me",
    "replaceme",
    "replace_me",
    "set_me",
    "update_me",
    "not_set",
    "unset",
    "set_manually",
    "added_manually",
];
/// Values that are none by themselves.
const NOTHING: [&str; 8] = ["none", "null", "nil", "true", "false", "enabled", "disabled", "undefined"];
/// Endings of the keys in the provider's documentation.
const DOCUMENTED: [&str; 2] = ["EXAMPLE", "EXAMPLEKEY"];
/// Starts that only real credentials have.
const STARTS: [&str; 10] =
    ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk_live_", "AIza", "SG."];
/// Starts of private keys.
const KEYS: [&str; 4] =
    ["-----BEGIN RSA PRIVATE", "-----BEGIN PRIVATE", "-----BEGIN EC PRIVATE", "-----BEGIN OPENSSH PRIVATE"];
/// Starts of the ids of AWS access keys.
const KEY_IDS: [&str; 2] = ["AKIA", "ASIA"];
/// How far values that are one of two are followed.
const MAX_DEPTH: u32 = 8;
/// How deep literals inside values are looked for.
const MAX_NESTING: u32 = 32;
/// The shortest text that can hold `pwd=...` with a value that counts.
const SHORTEST: usize = 10;
/// The shortest text that has a credential's shape.
const SHORTEST_SHAPE: usize = 17;

static ANY_SHAPE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(STARTS.iter().chain(&KEYS).chain(&KEY_IDS)).ok());
static NAMED: LazyLock<Names> = LazyLock::new(|| Names::new(&NAMES));
/// Starts of references to a secret kept elsewhere.
const REFERENCES: [&str; 8] =
    ["arn:", "ssm:", "vault:", "{{resolve:", "/", "projects/", "@Microsoft.KeyVault", "secretsmanager:"];

/// Words of which one stands in every text that holds a secret: most texts of a large plan end here, after
/// one search.
static HINTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let dashed = NAMES.iter().map(|word| word.replace('_', "-"));
    let words = NAMES.iter().chain(&STARTS).chain(&KEYS).chain(&KEY_IDS).copied();
    let words = words.chain(super::shapes::words()).map(str::to_owned).chain(dashed);
    AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words).ok()
});

/// Words to be found in names, in any case and with a dash for an underscore. None has two of them.
pub(in crate::rules) struct Names(Option<AhoCorasick>);

impl Names {
    pub(in crate::rules) fn new(words: &[&str]) -> Self {
        let dashed = words.iter().map(|word| word.replace('_', "-"));
        let all = words.iter().map(|word| (*word).to_owned()).chain(dashed);
        Self(AhoCorasick::builder().ascii_case_insensitive(true).build(all).ok())
    }

    /// Whether one of them stands in a name.
    pub(in crate::rules) fn stand_in(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|words| words.is_match(name))
    }
}

fn has_shape(text: &str) -> bool {
    // Most texts of a large plan end here.
    if text.len() < SHORTEST_SHAPE || !ANY_SHAPE.as_ref().is_some_and(|shapes| shapes.is_match(text)) {
        return false;
    }
    let key_id = text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        word.len() == 20
            && KEY_IDS.iter().any(|start| word.starts_with(start))
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    });
    let mut words = text.split_whitespace().filter(|word| word.len() >= SHORTEST_SHAPE);
    key_id
        || words.any(|word| STARTS.iter().any(|start| word.starts_with(start)))
        || KEYS.iter().any(|start| text.contains(start))
}

/// Whether a text says itself that it is no secret. Of a URL only its user and password count: an
/// `example` in a host's name is none.
fn is_dummy(text: &str) -> bool {
    let user = text.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(user, _)| user);
    let text = user.unwrap_or(text);
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let all = format!("_{}_", words.join("_"));
    DUMMIES.iter().any(|dummy| all.contains(&format!("_{dummy}_")))
        || words.iter().any(|word| word.len() >= 3 && word.bytes().all(|byte| byte == b'x'))
        || NOTHING.contains(&text.to_ascii_lowercase().as_str())
        || DOCUMENTED.iter().any(|ending| text.ends_with(ending))
}

/// Whether something of this name holds a secret itself.
pub fn names_secret(name: &str) -> bool {
    let points = || {
        let name = name.to_ascii_lowercase().replace('-', "_");
        POINTERS.iter().any(|ending| name.ends_with(ending))
    };
    NAMED.stand_in(name) && !points()
}

/// Whether a text carries a secret: a credential's shape, `PASSWORD=...` somewhere in it, or a command
/// with a password.
pub fn holds_secret(text: &str) -> bool {
    let assigned = |word: &str| {
        word.split_once(['=', ':']).is_some_and(|(name, value)| value.len() >= 6 && names_secret(name))
    };
    let assigns = || text.bytes().any(|byte| matches!(byte, b'=' | b':')) && NAMED.stand_in(text);
    let spoken =
        || super::spoken(text).into_iter().filter_map(|secret| text.get(secret)).any(|it| !is_dummy(it));
    text.len() >= SHORTEST
        && HINTS.as_ref().is_none_or(|hints| hints.is_match(text))
        && (has_shape(text)
            || assigns() && text.split(|c: char| c.is_whitespace() || c == ';').any(assigned)
            || spoken())
}

/// Whether `value` under `name` is a literal secret. A reference or an unknown value never is, unless a secret stands in
/// what is known of it; of two values that it may be, or two names that it may have, both have to be.
pub(super) fn looks_secret(name: &Value, value: &Value) -> Tri {
    secret(name, value, 0)
}

fn secret(name: &Value, value: &Value, depth: u32) -> Tri {
    if let Some(unknown) = name.as_unknown()
        && let Some(Partial::Either(then, otherwise, _)) = &unknown.partial
        && depth < MAX_DEPTH
    {
        let [then, otherwise] = [then, otherwise].map(|name| secret(name, value, depth + 1));
        return if then == otherwise { then } else { Tri::Unknown(unknown.why.clone()) };
    }
    match &value.data {
        Data::String(text) if value.mark.reference.is_none() => {
            is_secret(name.as_str().unwrap_or(""), text.trim()).into()
        }
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Either(then, otherwise, _)) if depth < MAX_DEPTH => {
                let [then, otherwise] = [then, otherwise].map(|it| secret(name, it, depth + 1));
                if then == otherwise { then } else { Tri::Unknown(unknown.why.clone()) }
            }
            Some(Partial::Json(_) | Partial::Template(_)) => holds_literal("", value, 0).into(),
            _ => Tri::False,
        },
        _ => Tri::False,
    }
}

/// Whether a literal secret stands somewhere in a value, by its own name there or by its shape.
fn holds_literal(name: &str, value: &Value, depth: u32) -> bool {
    let inner = |name: &str, value: &Value| depth < MAX_NESTING && holds_literal(name, value, depth + 1);
    match &value.data {
        Data::String(text) => value.mark.reference.is_none() && is_secret(name, text.trim()),
        Data::Sequence(sequence) => sequence.items.iter().any(|item| inner(name, item)),
        Data::Mapping(entries) => {
            // `{ name = "DB_PASSWORD", value = "..." }`
            let beside = entries.get("name").and_then(Value::as_str);
            entries.iter().any(|(key, item)| inner(beside.filter(|_| &**key == "value").unwrap_or(key), item))
        }
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Json(value)) => inner(name, value),
            Some(Partial::Template(parts)) => parts.iter().any(|part| match part {
                TemplatePart::Text(text) => is_secret("", text.trim()),
                TemplatePart::Unknown(value) => inner("", value),
            }),
            _ => false,
        },
        Data::Null(_) | Data::Bool(_) | Data::Number(_) => false,
    }
}

fn is_secret(name: &str, text: &str) -> bool {
    if text.is_empty() || is_dummy(text) {
        return false;
    }
    has_shape(text)
        || names_secret(name)
            && text.len() >= 6
            && !text.contains(char::is_whitespace)
            && !REFERENCES.iter().any(|start| text.starts_with(start))
            && !text.contains("${")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Why;

    #[test]
    fn a_literal_under_a_telling_name_or_of_a_telling_shape() {
        let secret = |name: &str, value: &str| looks_secret(&name.into(), &value.into()) == Tri::True;
        assert!(secret("DB_PASSWORD", "hunter2!x"));
        assert!(secret("X", "AKIAQWERTYUIOPASDFGH"));
        assert!(!secret("DB_PASSWORD", "changeme-please"));
        assert!(!secret("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:1:secret:x"));
        assert!(!secret("SECRET_NAME", "production-db"));
        assert!(!secret("REGION", "eu-west-1"));
        assert!(!secret("SECRETS_MANAGER_ENDPOINT", "https://secretsmanager.eu-west-2.amazonaws.com"));
        assert!(!secret("DB_PASSWORD", "INITIAL_VALUE_OVERRIDDEN"));
        assert!(!names_secret("http_tokens"));
        for text in
            ["xkexamplexq7", "Todorov-1878", "none-shall-pass", "Dummyrabbit7", "NullPointer!", "axxxb9"]
        {
            assert!(secret("DB_PASSWORD", text), "{text}");
        }
        for text in
            ["example", "EXAMPLE-password", "todo: set", "xxxxxxxx", "change-me", "CHANGE_ME_NOW", "disabled"]
        {
            assert!(!secret("DB_PASSWORD", text), "{text}");
        }
        assert!(secret("DB_PASSWORD", "postgres://app:Kx92vTq@db.example.com/app"));
        assert!(!secret("DB_PASSWORD", "postgres://app:changeme@db.internal/app"));
        assert!(!secret("X", "AKIAIOSFODNN7EXAMPLE"));
        assert_eq!(looks_secret(&"PASSWORD".into(), &Value::unknown(Why::Function("x".into()))), Tri::False);
    }
}
