//! What is to be done so that the comments there are the comments wanted.
//!
//! In: the comments on a pull request, and those that are wanted. Out: which to write, change or retire.
//! The same run twice has nothing to do, and a comment that somebody answered is never touched: it is
//! theirs as well.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::super::User;
use super::marker::{Kind, Marker};

/// A comment on a line or file, as GitHub has it.
#[derive(Clone, Debug, Deserialize)]
pub struct Present {
    /// Its id.
    pub id: u64,
    /// Its id for the GraphQL API.
    #[serde(default)]
    pub node_id: String,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// Who wrote it.
    #[serde(default)]
    pub user: Option<User>,
    /// The file.
    #[serde(default)]
    pub path: String,
    /// The last line, from 1; none where the lines are gone, or on a file.
    #[serde(default)]
    pub line: Option<u32>,
    /// The first line, where there are several.
    #[serde(default)]
    pub start_line: Option<u32>,
    /// The comment that it answers.
    #[serde(default)]
    pub in_reply_to_id: Option<u64>,
}

/// A comment that should be there.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The file.
    pub path: String,
    /// First and last line; none for a comment on the file.
    pub lines: Option<(u32, u32)>,
    /// The text, with its marker.
    pub body: String,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Write these, by their numbers.
    pub write: Vec<usize>,
    /// Change the text of these.
    pub change: Vec<(u64, String)>,
    /// What these are about is gone: number in the list, and its fingerprints.
    pub retire: Vec<(usize, Vec<String>)>,
    /// How many stay as they are.
    pub kept: usize,
}

/// Compares. `mine` tells whether trueup may have written a comment, by its author.
pub fn reconcile(present: &[Present], wanted: &[Wanted], mine: &dyn Fn(&Present) -> bool) -> Work {
    let answered: BTreeSet<u64> = present.iter().filter_map(|each| each.in_reply_to_id).collect();
    let markers: Vec<Option<Marker>> = wanted.iter().map(|each| Marker::of(&each.body)).collect();
    let mut met: BTreeSet<usize> = BTreeSet::new();
    let mut work = Work::default();
    let own = present.iter().enumerate().filter(|(_, each)| each.in_reply_to_id.is_none() && mine(each));
    let own = own.filter_map(|(at, each)| {
        let marker = Marker::of(each.body.as_deref()?)?;
        matches!(marker.kind, Kind::Line | Kind::File).then_some((at, each, marker))
    });
    for (at, each, marker) in own {
        let alike = |index: &usize| {
            let (Some(wanted), Some(Some(other))) = (wanted.get(*index), markers.get(*index)) else {
                return false;
            };
            let same = wanted.path == each.path && other.kind == marker.kind && !met.contains(index);
            same && (other.shares(&marker) || marker.kind == Kind::File)
        };
        let in_place = |index: &usize| {
            let Some(wanted) = wanted.get(*index) else { return false };
            let here = each.line.map(|last| (each.start_line.unwrap_or(last), last));
            wanted.lines.is_none() || wanted.lines == here
        };
        let candidates: Vec<usize> = (0..wanted.len()).filter(alike).collect();
        let talked_about = answered.contains(&each.id);
        let found = candidates.iter().find(|index| in_place(index)).copied();
        match found.or_else(|| candidates.first().copied().filter(|_| talked_about)) {
            Some(index) => {
                met.insert(index);
                let other = markers.get(index).and_then(Option::as_ref);
                let same = other.is_some_and(|other| {
                    other.digest == marker.digest && other.fingerprints == marker.fingerprints
                });
                match wanted.get(index) {
                    Some(wanted) if !same && !talked_about => {
                        work.change.push((each.id, wanted.body.clone()));
                    }
                    _ => work.kept += 1,
                }
            }
            None if talked_about => work.kept += 1,
            None => work.retire.push((at, marker.fingerprints)),
        }
    }
    work.write = (0..wanted.len()).filter(|index| !met.contains(index)).collect();
    work
}

#[cfg(test)]
mod tests {
    use super::super::marker::marked;
    use super::*;

    fn wanted(path: &str, lines: Option<(u32, u32)>, print: &str, text: &str) -> Wanted {
        let kind = if lines.is_some() { Kind::Line } else { Kind::File };
        Wanted { path: path.to_owned(), lines, body: marked(kind, &[print.to_owned()], text) }
    }

    fn present(id: u64, wanted: &Wanted, answers: Option<u64>) -> Present {
        Present {
            id,
            node_id: String::new(),
            body: Some(wanted.body.replace('\n', "\r\n")),
            user: None,
            path: wanted.path.clone(),
            line: wanted.lines.map(|(_, last)| last),
            start_line: wanted.lines.filter(|(first, last)| first < last).map(|(first, _)| first),
            in_reply_to_id: answers,
        }
    }

    #[test]
    fn the_same_twice_is_nothing_to_do() {
        let all = [
            wanted("a.tf", Some((3, 5)), "aa", "x"),
            wanted("a.tf", Some((9, 9)), "bb", "y"),
            wanted("b.tf", None, "cc", "z"),
        ];
        let there: Vec<Present> = (1..).zip(&all).map(|(id, each)| present(id, each, None)).collect();
        let work = reconcile(&there, &all, &|_| true);
        assert_eq!(work, Work { kept: 3, ..Work::default() });
        // Somebody else's comment that looks like one of trueup's is none.
        let work = reconcile(&there, &all, &|_| false);
        assert_eq!(work.write, [0, 1, 2]);
        assert!(work.retire.is_empty() && work.change.is_empty());
    }

    #[test]
    fn what_changed_is_changed_what_moved_is_written_anew_and_what_is_gone_retires() {
        let (old, gone) = (wanted("a.tf", Some((3, 3)), "aa", "x"), wanted("a.tf", Some((8, 8)), "bb", "y"));
        let file = wanted("b.tf", None, "cc", "z");
        let there = [present(1, &old, None), present(2, &gone, None), present(3, &file, None)];
        let now = [wanted("a.tf", Some((3, 3)), "aa", "other"), wanted("b.tf", None, "dd", "z2")];
        let work = reconcile(&there, &now, &|_| true);
        assert_eq!(work.change, [(1, now[0].body.clone()), (3, now[1].body.clone())]);
        assert_eq!(work.retire, [(1, vec!["bb".to_owned()])]);
        let moved = [wanted("a.tf", Some((4, 4)), "aa", "x")];
        let work = reconcile(&there[..1], &moved, &|_| true);
        assert_eq!((work.write.as_slice(), work.retire.len()), (&[0][..], 1));
    }

    #[test]
    fn what_somebody_answered_is_never_touched() {
        let old = wanted("a.tf", Some((3, 3)), "aa", "x");
        let mut there = vec![present(1, &old, None), present(2, &old, Some(1))];
        there[1].body = Some("why?".to_owned());
        let none: [Wanted; 0] = [];
        assert_eq!(reconcile(&there, &none, &|_| true), Work { kept: 1, ..Work::default() });
        for now in [wanted("a.tf", Some((3, 3)), "aa", "other"), wanted("a.tf", Some((7, 7)), "aa", "x")] {
            assert_eq!(reconcile(&there, &[now], &|_| true), Work { kept: 1, ..Work::default() });
        }
        let resolved =
            Present { body: Some(marked(Kind::Resolved, &["aa".to_owned()], "")), ..there[0].clone() };
        assert_eq!(reconcile(&[resolved], &[old], &|_| true).write, [0], "it came back");
    }
}
