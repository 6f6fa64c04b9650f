//! Where each remark goes: beside a line, beside a file, or into the summary.
//!
//! In: remarks, worst first, and what the pull request shows of each file. Out: the comments to stand on
//! lines, those to stand on files, and the remarks that are left for the summary. GitHub takes a review
//! whole or not at all, so nothing is placed where it could refuse it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::hunks::around;
use super::model::{Remark, Texts};
use super::suggestion::{Suggestion, Unfit, suggestion};

/// Comments on lines in one review: more is no help to a reviewer.
pub const MAX_LINES: usize = 30;
/// Comments on files.
pub const MAX_FILES: usize = 10;

/// The lines that a pull request shows, by file. A file without any is changed, but not shown.
pub type Shown = BTreeMap<String, Vec<RangeInclusive<u32>>>;

/// A comment on lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnLines {
    /// The file.
    pub path: String,
    /// The first line.
    pub first: u32,
    /// The last line.
    pub last: u32,
    /// The remarks it is about, by their numbers.
    pub remarks: Vec<usize>,
    /// What to commit in the place of these lines.
    pub suggestion: Option<String>,
}

/// Where everything goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// On lines.
    pub lines: Vec<OnLines>,
    /// On files, with the remarks by their numbers.
    pub files: Vec<(String, Vec<usize>)>,
    /// Only in the summary.
    pub rest: Vec<usize>,
    /// Why the fix of a remark is no suggestion.
    pub unfit: BTreeMap<usize, Unfit>,
}

/// How fixes become suggestions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// Fixes of neighbouring lines are one suggestion.
    Together,
    /// Each is its own.
    Apart,
}

/// Places the remarks.
pub fn place(remarks: &[Remark], shown: &Shown, texts: &dyn Texts, join: Join) -> Placed {
    let mut placed = Placed::default();
    for (at, remark) in remarks.iter().enumerate() {
        let mut on_line = placed.suggested(at, remark, shown, texts, join);
        if !on_line && let Some(place) = &remark.place {
            let parts = shown.get(&place.path);
            if parts.is_some_and(|parts| around(parts, place.line, place.line).is_some()) {
                on_line = placed.on_line(at, &place.path, place.line);
            } else if parts.is_some() {
                on_line = placed.on_file(at, &place.path);
            }
        }
        if !on_line {
            placed.rest.push(at);
        }
    }
    placed
}

/// Places the remarks without any line: what is left where GitHub refuses the lines.
pub fn place_on_files(remarks: &[Remark], shown: &Shown) -> Placed {
    let mut placed = Placed::default();
    for (at, remark) in remarks.iter().enumerate() {
        let path = remark.place.as_ref().map(|place| &place.path).filter(|path| shown.contains_key(*path));
        if !path.is_some_and(|path| placed.on_file(at, path)) {
            placed.rest.push(at);
        }
    }
    placed
}

impl Placed {
    /// Makes the remark's fix a suggestion, with others where they touch.
    fn suggested(
        &mut self,
        at: usize,
        remark: &Remark,
        shown: &Shown,
        texts: &dyn Texts,
        join: Join,
    ) -> bool {
        let Some(path) = remark.remedy.as_ref().and_then(|remedy| remedy.path.as_deref()) else {
            return false;
        };
        let Some(before) = texts.before(path) else { return false };
        let make = |remarks: &[usize]| -> Result<Suggestion, Unfit> {
            let parts = shown.get(path).ok_or(Unfit::NotShown)?;
            let after = texts.after(path, remarks).ok_or(Unfit::Nothing)?;
            suggestion(before, &after, parts, &|line| texts.is_secret(path, line))
        };
        let alone = match make(&[at]) {
            Ok(alone) => alone,
            Err(unfit) => {
                self.unfit.insert(at, unfit);
                return false;
            }
        };
        let near = |on: &OnLines, made: &Suggestion, gap: u32| {
            on.path == path
                && on.suggestion.is_some()
                && on.first <= made.last.saturating_add(gap)
                && made.first <= on.last.saturating_add(gap)
        };
        if let Some(index) = self.lines.iter().position(|on| near(on, &alone, 1)) {
            let Some(on) = self.lines.get(index) else { return false };
            let both: Vec<usize> = on.remarks.iter().copied().chain([at]).collect();
            let same = on.suggestion.as_ref() == Some(&alone.text)
                && (on.first, on.last) == (alone.first, alone.last);
            let joined = if same { Ok(alone.clone()) } else { make(&both) };
            let free = |made: &Suggestion| {
                let mut others = self.lines.iter().enumerate().filter(|(other, _)| *other != index);
                !others.any(|(_, on)| near(on, made, 0))
            };
            let joined = joined.ok().filter(|made| same || join == Join::Together && free(made));
            let Some(joined) = joined else {
                if join == Join::Apart && !near(on, &alone, 0) {
                    return self.suggest(at, path, alone);
                }
                // Two suggestions for one line can't both be committed: this one is only told.
                self.unfit.insert(at, Unfit::Taken);
                return false;
            };
            if let Some(on) = self.lines.get_mut(index) {
                (on.first, on.last, on.remarks) = (joined.first, joined.last, both);
                on.suggestion = Some(joined.text);
            }
            return true;
        }
        self.suggest(at, path, alone)
    }

    fn suggest(&mut self, at: usize, path: &str, made: Suggestion) -> bool {
        if self.lines.len() >= MAX_LINES {
            return false;
        }
        self.lines.push(OnLines {
            path: path.to_owned(),
            first: made.first,
            last: made.last,
            remarks: vec![at],
            suggestion: Some(made.text),
        });
        true
    }

    fn on_line(&mut self, at: usize, path: &str, line: u32) -> bool {
        let here = |on: &&mut OnLines| on.path == path && on.last == line && on.suggestion.is_none();
        if let Some(on) = self.lines.iter_mut().find(here) {
            on.remarks.push(at);
            return true;
        }
        if self.lines.len() >= MAX_LINES {
            return false;
        }
        let on =
            OnLines { path: path.to_owned(), first: line, last: line, remarks: vec![at], suggestion: None };
        self.lines.push(on);
        true
    }

    fn on_file(&mut self, at: usize, path: &str) -> bool {
        if let Some((_, remarks)) = self.files.iter_mut().find(|(file, _)| file == path) {
            remarks.push(at);
            return true;
        }
        if self.files.len() >= MAX_FILES {
            return false;
        }
        self.files.push((path.to_owned(), vec![at]));
        true
    }

    /// The suggestions that are made of several remarks, by their numbers.
    pub fn joined(&self) -> impl Iterator<Item = &[usize]> {
        let several = |on: &&OnLines| on.suggestion.is_some() && on.remarks.len() > 1;
        self.lines.iter().filter(several).map(|on| on.remarks.as_slice())
    }
}
