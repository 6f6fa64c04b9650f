//! Fixes as a patch that shows no secret and still applies.
//!
//! In: chosen fixes, the sources, and what of them may be shown. Out: the patch, and the findings whose
//! fix it can't show.

use std::collections::BTreeMap;

use crate::findings::{Edit, Finding, Secrets};
use crate::fixes;
use crate::source::{FileId, SourceFile, Sources};

use crate::cli::Failure;

use super::choose::{Chosen, edits};

/// The sources, and what of them may be shown.
pub(in crate::cli) struct Shown<'r> {
    pub(in crate::cli) sources: &'r Sources,
    pub(in crate::cli) covered: &'r Sources,
    pub(in crate::cli) secrets: &'r Secrets,
}

impl Shown<'_> {
    /// One patch, and the findings whose fix it can't show, which leave `chosen`.
    pub(in crate::cli) fn patch<'r>(
        &self,
        chosen: &mut Vec<Chosen<'r>>,
    ) -> Result<(String, Vec<&'r Finding>), Failure> {
        let mut withheld = Vec::new();
        loop {
            match self.diff(chosen)? {
                Ok(patch) => return Ok((patch, withheld)),
                Err(file) => self.thin(chosen, file, &mut withheld)?,
            }
        }
    }

    /// Takes out of `chosen` the fixes that keep the change of `file` from being shown.
    fn thin<'r>(
        &self,
        chosen: &mut Vec<Chosen<'r>>,
        file: FileId,
        withheld: &mut Vec<&'r Finding>,
    ) -> Result<(), Failure> {
        let before = chosen.len();
        let (near, apart): (Vec<_>, Vec<_>) =
            chosen.drain(..).partition(|(_, fix)| fix.edits.iter().any(|edit| self.near_secret(edit)));
        *chosen = apart;
        withheld.extend(near.iter().map(|(finding, _)| *finding));
        if chosen.len() < before {
            return Ok(());
        }
        // Each can be shown by itself: those go that can't be with others.
        let touches = |each: &Chosen<'_>| each.1.edits.iter().any(|edit| edit.file == file);
        let mut kept: Vec<Chosen<'r>> = Vec::new();
        for each in chosen.drain(..) {
            let mut beside: Vec<Chosen<'r>> = kept.iter().filter(|kept| touches(kept)).copied().collect();
            beside.push(each);
            if touches(&each) && self.diff(&beside)?.is_err() {
                withheld.push(each.0);
            } else {
                kept.push(each);
            }
        }
        *chosen = kept;
        if chosen.len() == before {
            return Err(Failure::new(
                "the fixes can be shown one by one, but not together",
                "apply them with --write, or one by one with --interactive",
            ));
        }
        Ok(())
    }

    /// Whether an edit changes a line that holds a secret, or the line right above one.
    fn near_secret(&self, edit: &Edit) -> bool {
        let (Some(source), Some(covered)) = (self.sources.get(edit.file), self.covered.get(edit.file)) else {
            return false;
        };
        let (start, end) = (source.position(edit.span.start), source.position(edit.span.end));
        let line_end = source.line_span(start.line).map(|line| line.end);
        let inserts = edit.span.is_empty();
        let (first, last) =
            if inserts && edit.text.starts_with(['\n', '\r']) && line_end == Some(edit.span.start) {
                (start.line + 1, start.line + 1)
            } else if inserts && edit.text.ends_with('\n') && start.column == 1 {
                (start.line, start.line)
            } else {
                (start.line, end.line + 1)
            };
        let secret =
            |line: u32| source.line_span(line).is_some_and(|span| source.slice(span) != covered.slice(span));
        (first..=last).any(secret) || self.secrets.in_text(&edit.text)
    }

    /// The patch of these fixes, or the file whose change can't be shown.
    fn diff(&self, chosen: &[Chosen<'_>]) -> Result<Result<String, FileId>, Failure> {
        let mut patch = String::new();
        for (file, edits) in by_file(self.sources, chosen)? {
            let (Some(source), Some(covered)) = (self.sources.get(file), self.covered.get(file)) else {
                continue;
            };
            let after = after(source, &edits)?;
            let lines: Vec<&str> = covered.text().split_inclusive('\n').collect();
            let secret = |at: Option<usize>, line: &str| match at {
                Some(at) => lines.get(at) != Some(&line),
                None => self.secrets.in_text(line),
            };
            let path = source.path().to_string_lossy();
            match fixes::unified_without(&path, before(source), &after, &secret) {
                Ok(diff) => patch.push_str(&diff),
                Err(fixes::Withheld) => return Ok(Err(file)),
            }
        }
        Ok(Ok(patch))
    }

    /// The change for a person to look at: secrets are covered, so it is no patch.
    pub(in crate::cli) fn preview(&self, fix: Chosen<'_>) -> Result<String, Failure> {
        let mut diff = String::new();
        for (file, edits) in by_file(self.sources, &[fix])? {
            let Some(source) = self.covered.get(file) else { continue };
            let after = after(source, &edits)?;
            diff.push_str(&fixes::unified(&source.path().to_string_lossy(), before(source), &after));
        }
        Ok(self.secrets.hide(&diff))
    }
}

fn by_file(sources: &Sources, chosen: &[Chosen<'_>]) -> Result<BTreeMap<FileId, Vec<Edit>>, Failure> {
    let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for edit in edits(sources, chosen)? {
        by_file.entry(edit.file).or_default().push(edit);
    }
    Ok(by_file)
}

/// The text before, if the file is there.
fn before(source: &SourceFile) -> Option<&str> {
    (!source.is_absent()).then(|| source.text())
}

fn after(source: &SourceFile, edits: &[Edit]) -> Result<String, Failure> {
    fixes::after(source, edits).map_err(|error| {
        Failure::new(
            format!("{}: {error}", source.path().display()),
            "this is a fault of trueup; apply the fixes one by one",
        )
    })
}
