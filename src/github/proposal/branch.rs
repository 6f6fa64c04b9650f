//! Names of branches.
//!
//! In: what a pull request is about, in anybody's words. Out: the same name each time, of characters
//! that mean nothing to a shell, a path or an address. Different words have different names.

use super::commit::hex_sha1;

/// What every branch of trueup begins with.
pub const PREFIX: &str = "trueup/";
/// Characters of a name, apart from what makes it one of its kind.
const MAX_WORDS: usize = 60;

/// The branch of a group (`CC6.1`, `aws/s3`), of fixes of one kind (`auto`, `review`), as far as the
/// run's scope goes: empty, or what narrows it.
pub fn branch_name(group: &str, kind: &str, scope: &str) -> String {
    let mut name = format!("{PREFIX}{}-{kind}", words(group));
    if !scope.is_empty() {
        name = format!("{name}-{}", words(scope));
    }
    name
}

/// Words as part of a name; where they had to change, with a hash that keeps them apart from others.
fn words(text: &str) -> String {
    let mut out = String::new();
    let mut changed = false;
    for c in text.chars() {
        let put = match c {
            'a'..='z' | '0'..='9' | '_' | '-' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            // git wants no two dots in a row, and none at an end.
            '.' | '/' if !out.is_empty() && !out.ends_with('.') => '.',
            _ => {
                changed = true;
                if out.ends_with('-') {
                    continue;
                }
                '-'
            }
        };
        out.push(put);
    }
    if out.len() > MAX_WORDS || out.ends_with(['.', '-']) || out.starts_with('-') || is_lock(&out) {
        changed = true;
        out.truncate(MAX_WORDS);
    }
    let kept = out.trim_matches(['.', '-']);
    if changed {
        let hash = hex_sha1(text.as_bytes());
        format!("{kept}-{}", hash.get(..8).unwrap_or_default()).trim_matches('-').to_owned()
    } else {
        kept.to_owned()
    }
}

/// git keeps this ending for itself.
fn is_lock(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| end == "lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_differ() {
        assert_eq!(branch_name("CC6.1", "auto", ""), "trueup/cc6.1-auto");
        assert_eq!(branch_name("aws/s3", "review", "live/prod"), "trueup/aws.s3-review-live.prod");
        let long = "x/".repeat(90);
        let texts = ["a b", "a-b", "a#b", "ä", "..", ".", "", "a..b", "a/.b", "x.lock", "-x", &long];
        let names: Vec<String> = texts.iter().map(|text| branch_name(text, "auto", text)).collect();
        for name in &names {
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._/-".contains(&b))
            );
            assert!(!name.contains("..") && !name.ends_with('.') && !is_lock(name), "{name}");
            assert!(name.len() < 200 && name.matches('/').count() == 1, "{name}");
        }
        for (at, name) in names.iter().enumerate() {
            assert!(!names.iter().skip(at + 1).any(|other| other == name), "{name}: {names:?}");
        }
    }
}
