//! From two judged trees to what is told of the change between them.
//!
//! In: the run on the head, and the one on the merge base. Out: the failures that are new, with places
//! seen from the root of the repository and fixes as suggestions need them; those that are gone; the
//! score on both sides. No secret gets past here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::cli::Run;
use crate::cli::checkout::Checkout;
use crate::cli::fix::shown::Shown;
use crate::findings::{Applicability, Change, Coverage, Effect, Finding, Fix, Outcome, Severity, compare};
use crate::fixes;
use crate::github::review::{Named, Place, Remark, Remedy, Score, Texts, Told};
use crate::report;
use crate::source::{FileId, Location, Sources};

/// Marks what is new in the head's findings, and gives what is told beside the remarks.
pub(super) fn compared(head: &mut Run, base: &mut Run, threshold: Severity) -> Told {
    let open = |finding: &Finding| finding.suppressed.is_none();
    let silent: BTreeSet<String> = head
        .assessment
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail && !open(finding))
        .map(|finding| finding.fingerprint.clone())
        .collect();
    let before = score(base);
    // What was silenced before is no failure that was there before: taking the comment away is news.
    base.assessment.findings.retain(open);
    let resolved = compare(&mut head.assessment.findings, &base.assessment.findings, None);
    let failed_before = base.assessment.findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    let silenced = failed_before.filter(|finding| silent.contains(&finding.fingerprint)).map(named).collect();
    let kept = head.assessment.findings.iter().filter(|finding| open(finding));
    let mut notes = Vec::new();
    if base.assessment.coverage.is_incomplete() {
        notes.push(
            "Where the change branched off, not everything could be judged: a failure that is not new may count as new."
                .to_owned(),
        );
    }
    Told {
        remarks: Vec::new(),
        resolved: resolved.iter().map(named).collect::<BTreeSet<_>>().into_iter().collect(),
        silenced,
        kept: kept.filter(|finding| finding.change == Some(Change::Kept)).count(),
        before,
        after: score(head),
        unjudged: unjudged(&head.assessment.coverage, &head.assessment.findings),
        notes,
        threshold: Some(threshold),
    }
}

/// Whether a finding is a failure that the change brings.
pub(super) fn is_new(finding: &Finding) -> bool {
    finding.is_open() && finding.outcome == Outcome::Fail && finding.change == Some(Change::Introduced)
}

fn named(finding: &Finding) -> Named {
    Named { rule: finding.rule.to_string(), address: finding.address.clone() }
}

fn score(run: &Run) -> Score {
    let mut failures = [0; 4];
    for finding in run.assessment.findings.iter().filter(|it| it.is_open() && it.outcome == Outcome::Fail) {
        let at = match finding.severity {
            Severity::Critical => 0,
            Severity::High => 1,
            Severity::Medium => 2,
            Severity::Low => 3,
        };
        if let Some(count) = failures.get_mut(at) {
            *count += 1;
        }
    }
    Score { outcomes: run.assessment.summary(), failures }
}

fn unjudged(coverage: &Coverage, findings: &[Finding]) -> Vec<String> {
    let files = coverage.unparsed.iter().map(|bad| format!("{}: {}", bad.file, bad.message));
    let limits = coverage.unjudged().map(|problem| problem.message.clone());
    let errors = findings.iter().filter(|finding| finding.is_open() && finding.outcome == Outcome::Error);
    let errors = errors.map(|finding| format!("{}: {}", finding.rule, finding.message));
    files.chain(limits).chain(errors).collect()
}

/// Makes remarks of the findings of the head.
pub(super) struct Remarks<'r> {
    pub(super) run: &'r Run,
    pub(super) base: &'r Run,
    pub(super) covered: &'r Sources,
    pub(super) checkout: &'r Checkout,
    /// Whether a fix that replaces what is there may be suggested.
    pub(super) allow_replace: bool,
}

impl Remarks<'_> {
    /// A remark for each new failure, in the order of the findings.
    pub(super) fn all(&self) -> Vec<Remark> {
        let findings = self.run.assessment.findings.iter();
        findings.filter(|finding| is_new(finding)).map(|finding| self.one(finding)).collect()
    }

    fn one(&self, finding: &Finding) -> Remark {
        let rule = self.run.assessment.rules.get(&finding.rule);
        let origin = |at: Location| self.place(at).map(|place| format!("{}:{}", place.path, place.line));
        let seen = finding
            .why
            .iter()
            .map(|seen| (seen.path.clone(), seen.value.clone(), seen.origin.and_then(origin)));
        Remark {
            fingerprint: finding.fingerprint.clone(),
            rule: finding.rule.to_string(),
            title: rule.map_or_else(String::new, |rule| rule.title.clone()),
            severity: finding.severity,
            message: finding.message.clone(),
            place: finding.location.and_then(|at| self.place(at)),
            seen: seen.collect(),
            criteria: rule.map_or_else(Vec::new, |rule| rule.criteria.clone()),
            remedy: finding.fix.as_ref().map(|fix| self.remedy(finding, fix)),
        }
    }

    fn place(&self, at: Location) -> Option<Place> {
        let file = self.run.workspace.sources.get(at.file)?;
        let path = self.checkout.path(file.path())?;
        let (start, end) = (file.position(at.span.start), file.position(at.span.end));
        // A span that ends where a line begins does not reach into it.
        let end_line = if end.column == 1 { end.line.saturating_sub(1) } else { end.line }.max(start.line);
        let columns = (end.line == start.line).then(|| (start.column, end.column.max(start.column + 1) - 1));
        Some(Place { path, line: start.line, end_line, columns })
    }

    fn remedy(&self, finding: &Finding, fix: &Fix) -> Remedy {
        let sources = &self.run.workspace.sources;
        let shown = Shown { sources, covered: self.covered, secrets: &self.run.secrets };
        let shows = fix.proved && fix.reason.is_none() && !fix.edits.is_empty();
        let patch = shows.then(|| shown.patch(&mut vec![(finding, fix)]).ok()).flatten();
        let diff = patch.filter(|(_, withheld)| withheld.is_empty()).map(|(patch, _)| patch);
        let fresh = !self.was_there(finding);
        let destroys = fix.effect >= Effect::Replace && !self.allow_replace && !fresh;
        let offered = shows && diff.is_some() && !destroys && fix.applicability > Applicability::Manual;
        let path = one_file(fix).filter(|_| offered).and_then(|file| {
            let file = sources.get(file).filter(|file| file.invalid().is_empty())?;
            self.checkout.path(file.path())
        });
        let replaces = (shows && destroys).then(|| {
            "it makes Terraform replace a resource that was there before: --allow-replace suggests it"
                .to_owned()
        });
        let hidden = (shows && diff.is_none()).then(|| {
            "its change stands beside a secret, so that it is not shown: trueup fix --write applies it"
                .to_owned()
        });
        Remedy {
            title: fix.title.clone(),
            applicability: fix.applicability,
            effect: fix.effect,
            fresh,
            caution: fix.caution.clone(),
            path,
            diff,
            reason: fix.reason.clone().or(replaces).or(hidden),
        }
    }

    /// Whether the resource may have been there before the change. Replacing one that is new costs
    /// nothing; one that was moved or imported only has a new address.
    fn was_there(&self, finding: &Finding) -> bool {
        let takes = |line: &str| {
            let word = line.trim_start().split([' ', '{']).next();
            matches!(word, Some("moved" | "import"))
        };
        if self.run.workspace.sources.iter().any(|(_, file)| file.text().lines().any(takes)) {
            return true;
        }
        let there = |instance: &String| self.base.configurations.iter().any(|it| it.find(instance).is_some());
        finding.instances().iter().any(there)
    }
}

/// The file that a fix changes, where it changes one.
fn one_file(fix: &Fix) -> Option<FileId> {
    let first = fix.edits.first()?.file;
    fix.edits.iter().all(|edit| edit.file == first).then_some(first)
}

/// The files that fixes change, by their path from the root of the repository.
pub(super) struct Tree<'r> {
    sources: &'r Sources,
    covered: &'r Sources,
    /// For each remark the number of its finding, and its fix.
    fixes: Vec<(usize, Option<&'r Fix>)>,
    files: BTreeMap<String, FileId>,
}

impl<'r> Tree<'r> {
    pub(super) fn new(run: &'r Run, covered: &'r Sources, checkout: &Checkout) -> Self {
        let sources = &run.workspace.sources;
        let new = run.assessment.findings.iter().enumerate().filter(|(_, finding)| is_new(finding));
        let fixes = new.map(|(at, finding)| (at, finding.fix.as_ref())).collect();
        let whole = sources.iter().filter(|(_, file)| !file.is_part());
        let files = whole.filter_map(|(id, file)| Some((checkout.path(file.path())?, id)));
        Self { sources, covered, fixes, files: files.collect() }
    }
}

impl Tree<'_> {
    /// The fixes of some remarks, as they are proved: by the number of the finding.
    pub(super) fn candidates(&self, remarks: &BTreeSet<usize>) -> Vec<fixes::Candidate> {
        let fix = |at: &usize| self.fixes.get(*at).copied();
        let edits = |(finding, fix): (usize, Option<&Fix>)| Some((finding, fix?.edits.clone()));
        remarks.iter().filter_map(fix).filter_map(edits).collect()
    }
}

impl Texts for Tree<'_> {
    fn before(&self, path: &str) -> Option<&str> {
        self.sources.get(*self.files.get(path)?).map(|file| file.text())
    }

    fn after(&self, path: &str, remarks: &[usize]) -> Option<String> {
        let file = *self.files.get(path)?;
        let mut sets: Vec<&[crate::findings::Edit]> = Vec::new();
        for at in remarks {
            let (_, fix) = self.fixes.get(*at).copied()?;
            let fix = fix.filter(|fix| one_file(fix) == Some(file))?;
            // One edit may put several findings right: it is made once.
            if !sets.contains(&fix.edits.as_slice()) {
                if sets.iter().any(|set| fixes::conflicts(set, &fix.edits)) {
                    return None;
                }
                sets.push(&fix.edits);
            }
        }
        let edits = match sets.as_slice() {
            [one] => one.to_vec(),
            several => fixes::combine(self.sources, several).ok()?,
        };
        fixes::apply_to(self.sources.get(file)?.text(), &edits).ok()
    }

    fn is_secret(&self, path: &str, line: u32) -> bool {
        let Some(id) = self.files.get(path) else { return true };
        let (Some(file), Some(covered)) = (self.sources.get(*id), self.covered.get(*id)) else { return true };
        file.line_span(line).is_some_and(|span| file.slice(span) != covered.slice(span))
    }
}

/// The new failures as annotations of a workflow's log.
pub(super) fn annotations(run: &mut Run, checkout: &Checkout) -> String {
    let mut sources = run.workspace.sources.clone();
    let names: Vec<(FileId, PathBuf)> = sources
        .iter()
        .filter_map(|(id, file)| Some((id, PathBuf::from(checkout.path(file.path())?))))
        .collect();
    sources.rename(names);
    run.assessment.findings.retain(is_new);
    report::github(
        &run.assessment,
        &run.secrets.cover(sources),
        &report::Options { outcomes: vec![Outcome::Fail], ..report::Options::default() },
    )
}
