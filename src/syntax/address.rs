//! The parts of a resource address.
//!
//! In: an address or reference as Terraform writes it. Out: its names and keys. Keys of `for_each`
//! hold any text (dots, slashes, brackets, quotes), so that no address may be split by hand.

use std::borrow::Cow;

/// Names and bracketed keys: `a.b["x.y"].id` is `a`, `b`, `["x.y"]`, `id`. Empty parts are left out.
pub fn address_parts(address: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let (mut bracket, mut quoted, mut escaped) = (false, false, false);
    let mut push = |from: usize, to: usize| {
        if let Some(part) = address.get(from..to).filter(|part| !part.is_empty()) {
            parts.push(part);
        }
    };
    for (at, byte) in address.bytes().enumerate() {
        match byte {
            b'.' if !bracket => {
                push(start, at);
                start = at + 1;
            }
            b'[' if !bracket => {
                push(start, at);
                start = at;
                bracket = true;
            }
            b'"' if bracket && !escaped => quoted = !quoted,
            b']' if bracket && !quoted => bracket = false,
            _ => {}
        }
        escaped = quoted && byte == b'\\' && !escaped;
    }
    push(start, address.len());
    parts
}

/// The address without keys: `module.a["x"].t.n[0]` is `module.a.t.n`.
pub fn without_keys(address: &str) -> Cow<'_, str> {
    if !address.contains('[') {
        return Cow::Borrowed(address);
    }
    let mut out = String::with_capacity(address.len());
    for part in address_parts(address).into_iter().filter(|part| !part.starts_with('[')) {
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(part);
    }
    Cow::Owned(out)
}

/// The calls of a module path, each with its key or nothing: `module.a[0].module.b` is `a` with
/// `[0]`, `b` with nothing. Reading stops where the path is not one of modules.
pub fn module_calls(path: &str) -> Vec<(&str, &str)> {
    let mut calls: Vec<(&str, &str)> = Vec::new();
    let mut parts = address_parts(path).into_iter().peekable();
    while parts.next_if(|part| *part == "module").is_some() {
        let Some(name) = parts.next() else { break };
        calls.push((name, parts.next_if(|part| part.starts_with('[')).unwrap_or("")));
    }
    calls
}

/// What the path of a module is called in `modules.json`: `module.a["x"].module.b` is `a.b`.
pub fn module_key(path: &str) -> String {
    module_calls(path).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = r#"module.store["a.b/c\"d]"].aws_x.events["x.y]/\"z\\"].id"#;

    #[test]
    fn keys_hold_any_text() {
        assert_eq!(
            address_parts(HOSTILE),
            ["module", "store", r#"["a.b/c\"d]"]"#, "aws_x", "events", r#"["x.y]/\"z\\"]"#, "id"]
        );
        assert_eq!(without_keys(HOSTILE), "module.store.aws_x.events.id");
        assert_eq!(address_parts("a.b[0].c"), ["a", "b", "[0]", "c"]);
        assert_eq!(without_keys("t.n"), "t.n");
        assert!(address_parts("").is_empty());
        assert_eq!(address_parts("a[\"unclosed"), ["a", "[\"unclosed"]);
    }

    #[test]
    fn module_paths_end_where_the_resource_begins() {
        assert_eq!(module_calls(HOSTILE), [("store", r#"["a.b/c\"d]"]"#)]);
        assert_eq!(module_calls("module.a[0].module.b.data.x.y"), [("a", "[0]"), ("b", "")]);
        assert_eq!(module_key("module.mymodule[\"x\"].module.b"), "mymodule.b");
        assert!(module_calls("aws_x.y").is_empty());
    }
}
