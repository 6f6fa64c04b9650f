//! The files that a pattern names, as `fileset` finds them.
//!
//! In: a directory and a pattern. Out: the set of paths, seen from the directory. The pattern is Terraform's own: its
//! parts are matched one by one, `**` as a whole part is any number of directories, and files whose names begin with a
//! dot count. A directory that is not there may be made before Terraform runs: then nothing is known.

use regex::Regex;

use crate::eval::{EvalError, SequenceKind, Type, Value, Why};

use super::pattern::MAX_COMPILED;
use super::{Files, text};

/// The set of files below a directory that match.
pub(super) fn fileset(args: &[Value], files: &dyn Files) -> Result<Value, EvalError> {
    let (dir, pattern) = (text(args, 0)?, text(args, 1)?);
    let parts: Vec<&str> = pattern.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let plain = parts.iter().take_while(|part| !part.contains(['*', '?', '[', '{', '\\'])).count();
    // The last part names files, never the directory to look through.
    let (fixed, rest) = parts.split_at(plain.min(parts.len().saturating_sub(1)));
    let matcher = expression(rest)?;
    let unknown = || Value::unknown_of(Type::Set(Box::new(Type::String)), Why::Function("fileset".into()));
    if rest.contains(&"..") {
        return Ok(unknown());
    }
    let below = crate::eval::join(".", &fixed.join("/"));
    let base = if below == "." { dir.to_owned() } else { format!("{dir}/{below}") };
    let Ok(found) = files.list(&base) else { return Ok(unknown()) };
    let prefix = if below == "." { String::new() } else { format!("{below}/") };
    let mut matching: Vec<String> =
        found.iter().filter(|path| matcher.is_match(path)).map(|path| format!("{prefix}{path}")).collect();
    matching.sort_unstable();
    Ok(Value::sequence(SequenceKind::Set, matching.into_iter().map(Value::from).collect()))
}

/// The parts of a pattern as one expression over a whole path.
fn expression(parts: &[&str]) -> Result<Regex, EvalError> {
    let mut written = String::from("^");
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        match (*part, last) {
            ("**", false) => written.push_str("(?:[^/]+/)*"),
            ("**", true) => written.push_str(".+"),
            _ => {
                let refused = || EvalError::new(format!("the part {part:?} of the pattern is not complete"));
                one(part, &mut written).ok_or_else(refused)?;
                written.push_str(if last { "" } else { "/" });
            }
        }
    }
    written.push('$');
    regex::RegexBuilder::new(&written)
        .size_limit(MAX_COMPILED)
        .dot_matches_new_line(true)
        .build()
        .map_err(|_| EvalError::new("the pattern can't be read, or is too long"))
}

/// One part: `*`, `?`, `[a-z]`, `[^a]`, `{a,b}`, and `\` before what is meant as it stands.
fn one(part: &str, out: &mut String) -> Option<()> {
    let mut characters = part.chars().peekable();
    let mut braces = 0_usize;
    while let Some(character) = characters.next() {
        match character {
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '\\' => out.push_str(&regex::escape(&characters.next()?.to_string())),
            '{' => {
                braces += 1;
                out.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                out.push(')');
            }
            ',' if braces > 0 => out.push('|'),
            '[' => {
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                let mut members = 0_usize;
                loop {
                    match characters.next()? {
                        ']' if members > 0 => break,
                        ']' => return None,
                        '-' if members > 0 => out.push('-'),
                        '\\' => out.push_str(&regex::escape(&characters.next()?.to_string())),
                        // What a class of a regular expression would read as a sign is meant as it stands.
                        member @ ('[' | '^' | '&' | '~' | '-') => out.extend(['\\', member]),
                        member => out.push(member),
                    }
                    members += 1;
                }
                out.push(']');
            }
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    (braces == 0).then_some(())
}
