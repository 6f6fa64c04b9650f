//! Which provider versions know a name.
//!
//! In: a resource type, and an argument of it. Out: the [`Version`] that brought it or took it away, where `since.txt`
//! has one. The embedded schemas are those of the newest providers; a tree may hold an older one, which refuses what it
//! does not know and has names of its own.

use std::str::FromStr;

const SINCE: &str = include_str!("since.txt");

/// A release: major, minor, patch. What follows them (`-beta1`) is not told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub [u32; 3]);

impl FromStr for Version {
    type Err = ();

    /// Parts that are left out are 0.
    fn from_str(text: &str) -> Result<Self, ()> {
        let plain = text.trim().trim_start_matches('v').split(['-', '+']).next().unwrap_or("");
        let mut parts = plain.split('.').map(|part| part.parse().map_err(|_| ()));
        let version = [
            parts.next().unwrap_or(Err(()))?,
            parts.next().unwrap_or(Ok(0))?,
            parts.next().unwrap_or(Ok(0))?,
        ];
        if parts.next().is_some() { Err(()) } else { Ok(Self(version)) }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// The first version that knows `name`: a type, or `type.argument`. `None` where it always was there, or nothing is known.
pub fn since(name: &str) -> Option<Version> {
    written(name)?.parse().ok()
}

/// The first version that does not know `name` any more. `None` where it is there still, or never was.
pub fn until(name: &str) -> Option<Version> {
    written(name)?.strip_prefix("..")?.parse().ok()
}

fn written(name: &str) -> Option<&'static str> {
    SINCE
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(each, _)| *each == name)
        .map(|(_, version)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number() {
        let version = |text: &str| text.parse::<Version>();
        assert!(version("3.9.0") < version("3.75.0"));
        assert_eq!(version("4"), Ok(Version([4, 0, 0])));
        assert_eq!(version("v5.1.0-beta1"), Ok(Version([5, 1, 0])));
        for bad in ["", "x", "1.2.3.4", "1..2", "99999999999"] {
            assert_eq!(version(bad), Err(()), "{bad}");
        }
    }

    #[test]
    fn the_table_names_what_the_schemas_know() {
        let lines: Vec<&str> = SINCE.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(!lines.is_empty());
        for line in lines {
            let name = line.split(' ').next().unwrap();
            assert!(since(name).is_some() != until(name).is_some(), "{line}");
            let (kind, argument) = name.split_once('.').unwrap_or((name, ""));
            // The schemas have no provider blocks.
            if kind == "provider" {
                continue;
            }
            let block = crate::schema::resource(kind).unwrap();
            let (path, argument) = argument.rsplit_once('.').unwrap_or(("", argument));
            let nested = path.split('.').filter(|part| !part.is_empty());
            let block = nested.fold(&*block, |block, part| &block.block(part).unwrap().block);
            let known = argument.is_empty() || block.attribute(argument).is_some();
            assert_eq!(known, since(name).is_some(), "{name}");
        }
    }
}
