//! One group of fixes to one pull request.
//!
//! In: a group, and how things stand on GitHub. Out: a proposal that is proved as a whole, of files that
//! are the same here and in the base; and the findings that it leaves, each with its reason.

use std::collections::BTreeMap;

use crate::cli::args::Pr as Options;
use crate::cli::checkout::Checkout;
use crate::cli::fix::choose::{Chosen, Left, Wanted, edits};
use crate::cli::fix::shown::Shown;
use crate::cli::{Failure, Run, proof};
use crate::findings::{self, Applicability, Finding};
use crate::fixes::{self, Judged};
use crate::github::GitHub;
use crate::github::proposal::{
    self, Action, Base, Closed, FileChange, Item, LeftOut, Limits, Marker, Place, Proposal, Published,
    Standing, Text,
};
use crate::rules::RuleSet;
use crate::source::{FileId, Location, Sources};

use super::group::Group;

/// The mode of a file that a fix adds.
const NEW_MODE: &str = "100644";
/// Rules that the message of a commit names.
const MAX_NAMED: usize = 20;
/// Values that are told for one finding.
const MAX_EVIDENCE: usize = 4;
/// Instances and environments that are named.
const MAX_CONCERNED: usize = 5;
/// Files that are named where they differ.
const MAX_DIFFERING: usize = 3;

/// What proposals are made of.
pub(super) struct Proposer<'p> {
    pub(super) options: &'p Options,
    pub(super) wanted: &'p Wanted<'p>,
    pub(super) run: &'p Run,
    pub(super) rules: &'p RuleSet,
    pub(super) settings: &'p serde_json::Value,
    pub(super) github: &'p GitHub,
    pub(super) base: &'p Base,
    pub(super) checkout: &'p Checkout,
    pub(super) scope: &'p str,
    pub(super) site: String,
    pub(super) covered: Sources,
    /// Files that were judged and are not so in the base.
    pub(super) differing: Vec<String>,
    /// The verdicts on each configuration, for proofs.
    pub(super) verdicts: Vec<Vec<Judged>>,
}

impl<'p> Proposer<'p> {
    /// The branch of a group.
    pub(super) fn branch(&self, group: &Group<'_>) -> String {
        proposal::branch_name(&group.key, group.kind.name(), self.scope)
    }

    /// Opens or updates the pull request of a group. `open` is how many there are.
    pub(super) fn propose(
        &self,
        group: &Group<'p>,
        branch: &str,
        open: usize,
    ) -> Result<(Published, Vec<Left<'p>>), Failure> {
        let standing = Standing::read(self.github, self.base, branch)?;
        let closed = standing.closed.map_or_else(String::new, |number| format!(" #{number}"));
        let declined =
            |finding: &Finding| standing.all_declined || standing.declined.contains(&finding.fingerprint);
        // An open one was reopened, or holds what nobody declined.
        let (no, yes): (Vec<_>, Vec<_>) =
            group.findings.iter().copied().partition(|finding| !standing.is_open() && declined(finding));
        let reason =
            format!("somebody closed the pull request{closed} with its fix: reopen that one to have it");
        let mut left: Vec<Left<'p>> =
            no.into_iter().map(|finding| Left { finding, reason: reason.clone() }).collect();
        if yes.is_empty() {
            return Ok((Published::left(format!("somebody closed{closed} without merging it")), left));
        }
        let (chosen, refused) = self.wanted.choose_among(self.run, yes.into_iter());
        left.extend(refused.into_iter().map(in_pull_request));
        let chosen = self.in_base(chosen, &mut left)?;
        let chosen = self.shown(chosen, &mut left)?;
        let chosen = self.whole(chosen, &mut left);
        let Some(files) = self.files(&chosen)? else {
            let why = left.last().map_or_else(String::new, |left| format!(": {}", left.reason));
            return Ok((Published::left(format!("none of its fixes can be proposed now{why}")), left));
        };
        let proposal = self.proposal(group, branch, &chosen, files, &left)?;
        let limits = Limits { may_open: open < self.options.max_prs };
        let mut published = proposal::publish(self.github, self.base, &standing, &proposal, limits)?;
        if let Action::Left(why) = &published.action {
            let reason = |finding| Left { finding, reason: why.clone() };
            left.extend(chosen.into_iter().map(|(finding, _)| reason(finding)));
        } else {
            published.findings = proposal.marker.findings;
        }
        Ok((published, left))
    }

    /// Those whose files are in the base as they were scanned.
    fn in_base(&self, chosen: Vec<Chosen<'p>>, left: &mut Vec<Left<'p>>) -> Result<Vec<Chosen<'p>>, Failure> {
        let mut kept = Vec::new();
        for (finding, fix) in chosen {
            let mut reason = None;
            for file in fixes::edit::files(&fix.edits) {
                reason = reason.or(self.differs(file)?);
            }
            match reason {
                Some(reason) => left.push(Left { finding, reason }),
                None => kept.push((finding, fix)),
            }
        }
        Ok(kept)
    }

    /// Why a file can't be changed there, if it can't.
    fn differs(&self, file: FileId) -> Result<Option<String>, Failure> {
        let Some(source) = self.run.workspace.sources.get(file) else { return Ok(None) };
        let shown = source.path().display();
        let branch = &self.base.branch;
        let Some(path) = self.checkout.path(source.path()) else {
            return Ok(Some(format!("it changes {shown}, which is outside of the repository")));
        };
        let entry = match (self.base.entry(self.github, &path)?, source.is_absent()) {
            (Some(entry), false) => entry,
            (None, true) => return Ok(None),
            (Some(_), true) => return Ok(Some(format!("{shown} is in {branch} on GitHub, but not here"))),
            (None, false) => {
                return Ok(Some(format!("{shown} is not in {branch} on GitHub: push it first")));
            }
        };
        if !matches!(entry.mode.as_str(), "100644" | "100755") {
            return Ok(Some(format!("{shown} is a link in {branch}")));
        }
        if entry.sha != proposal::blob_hash(source.bytes()) {
            return Ok(Some(format!(
                "{shown} is not as it is in {branch} on GitHub: bring the checkout up to date, and run it again"
            )));
        }
        Ok((!source.invalid().is_empty()).then(|| format!("{shown} is not UTF-8")))
    }

    /// Those whose change shows no secret.
    fn shown(
        &self,
        mut chosen: Vec<Chosen<'p>>,
        left: &mut Vec<Left<'p>>,
    ) -> Result<Vec<Chosen<'p>>, Failure> {
        let (_, withheld) = self.shows().patch(&mut chosen)?;
        let reason =
            "it touches a line that holds a secret, or one right above: trueup fix --write applies it"
                .to_owned();
        left.extend(withheld.into_iter().map(|finding| Left { finding, reason: reason.clone() }));
        Ok(chosen)
    }

    fn shows(&self) -> Shown<'_> {
        let sources = &self.run.workspace.sources;
        Shown { sources, covered: &self.covered, secrets: &self.run.secrets }
    }

    /// Those that hold together: each was proved among others, which may not come along.
    fn whole(&self, chosen: Vec<Chosen<'p>>, left: &mut Vec<Left<'p>>) -> Vec<Chosen<'p>> {
        let mut kept = Vec::new();
        let mut waiting = vec![chosen];
        while let Some(mut part) = waiting.pop() {
            if part.is_empty() {
                continue;
            }
            let all: Vec<Chosen<'p>> = kept.iter().chain(&part).copied().collect();
            match self.holds(&all) {
                Ok(()) => kept = all,
                Err(reason) => match part.as_slice() {
                    [(finding, _)] => left.push(Left {
                        finding,
                        reason: format!("it does not hold with the others here: {reason}"),
                    }),
                    _ => {
                        let rest = part.split_off(part.len() / 2);
                        waiting.push(rest);
                        waiting.push(part);
                    }
                },
            }
        }
        kept
    }

    fn holds(&self, chosen: &[Chosen<'_>]) -> Result<(), String> {
        let all = &self.run.assessment.findings;
        let index = |finding: &Finding| all.iter().position(|one| std::ptr::eq(one, finding));
        let candidates =
            chosen.iter().filter_map(|(finding, fix)| Some((index(finding)?, fix.edits.clone()))).collect();
        proof::prove_together(self.run, &self.verdicts, self.rules, self.settings, candidates)
    }

    /// The files as they shall be, by path; none where nothing changes.
    fn files(&self, chosen: &[Chosen<'p>]) -> Result<Option<Vec<FileChange>>, Failure> {
        let sources = &self.run.workspace.sources;
        let edits = edits(sources, chosen)?;
        let mut files: BTreeMap<String, FileChange> = BTreeMap::new();
        for file in fixes::edit::files(&edits) {
            let Some(source) = sources.get(file) else { continue };
            let Some(path) = self.checkout.path(source.path()) else { continue };
            let mode = match (self.base.entry(self.github, &path)?, source.is_absent()) {
                (Some(entry), false) => entry.mode,
                (None, true) => NEW_MODE.to_owned(),
                _ => continue,
            };
            let after = fixes::after(source, &fixes::edit::of_file(&edits, file));
            let after = after.map_err(|error| {
                Failure::new(
                    format!("{path}: {error}"),
                    "this is a fault of trueup; use trueup fix --interactive",
                )
            })?;
            if after != source.text() {
                let change = FileChange { path: path.clone(), mode, bytes: after.into_bytes() };
                files.insert(path, change);
            }
        }
        Ok((!files.is_empty()).then(|| files.into_values().collect()))
    }

    fn proposal(
        &self,
        group: &Group<'p>,
        branch: &str,
        chosen: &[Chosen<'p>],
        files: Vec<FileChange>,
        left: &[Left<'p>],
    ) -> Result<Proposal, Failure> {
        let secrets = &self.run.secrets;
        let items = self.items(chosen)?;
        let left_out = |left: &Left<'_>| LeftOut {
            rule: left.finding.rule.to_string(),
            address: left.finding.address.clone(),
            reason: left.reason.clone(),
        };
        let left: Vec<LeftOut> = left.iter().chain(&group.left).map(left_out).collect();
        let text = proposal::text(&Text {
            page: &format!("{}/{}", self.site, self.base.repository),
            base: &self.base.branch,
            sha: &self.base.sha,
            review: group.kind == Applicability::Review,
            items: &items,
            left: &left,
            notes: &self.notes(),
            tool: concat!("trueup ", env!("CARGO_PKG_VERSION")),
        });
        let findings = chosen.iter().map(|(finding, _)| finding.fingerprint.clone()).collect();
        Ok(Proposal {
            branch: branch.to_owned(),
            title: secrets.hide(&self.title(group, items.len())),
            text: secrets.hide(&text),
            summary: Self::summary(group, items.len(), chosen),
            files,
            labels: self.options.label.clone(),
            marker: Marker {
                group: group.by.to_owned(),
                key: group.key.clone(),
                kind: group.kind.name().to_owned(),
                scope: self.scope.to_owned(),
                findings,
                ..Marker::default()
            },
        })
    }

    /// `SOC 2 CC6.1: 3 proved fixes`
    fn title(&self, group: &Group<'_>, fixes: usize) -> String {
        let about = match group.by {
            "all" => "SOC 2".to_owned(),
            "rule" => {
                let rule = self.run.assessment.rules.get(group.key.as_str());
                format!("SOC 2: {}", rule.map_or(group.key.as_str(), |rule| rule.title.as_str()))
            }
            _ => format!("SOC 2 {}", group.key),
        };
        let count = if fixes == 1 { "1 fix".to_owned() } else { format!("{fixes} fixes") };
        let kind = match group.kind {
            Applicability::Auto => "",
            Applicability::Review | Applicability::Manual => " to look at",
        };
        let place = self.scope.split(" --").next().filter(|place| !place.starts_with("--"));
        let place =
            place.filter(|place| !place.is_empty()).map_or_else(String::new, |it| format!(" in {it}"));
        crate::report::clean(&format!("{about}: {count}{kind}{place}")).chars().take(200).collect()
    }

    /// The commit's words. Nothing of the tree is in them: a message may close issues and mention people.
    fn summary(group: &Group<'_>, fixes: usize, chosen: &[Chosen<'_>]) -> String {
        let mut rules: Vec<String> = chosen.iter().map(|(finding, _)| finding.rule.to_string()).collect();
        rules.sort();
        rules.dedup();
        let plain = |rule: &String| -> String {
            let mut name = rule.clone();
            name.retain(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'));
            name
        };
        let named: Vec<String> =
            rules.iter().take(MAX_NAMED).map(|rule| format!("- {}", plain(rule))).collect();
        let more = match rules.len() - named.len() {
            0 => String::new(),
            more => format!("\n- and {more} more rules"),
        };
        let about =
            if group.by == "criterion" { format!(" for {}", plain(&group.key)) } else { String::new() };
        let count = if fixes == 1 { "1 proved fix".to_owned() } else { format!("{fixes} proved fixes") };
        format!("SOC 2: {count}{about}\n\n{}{more}", named.join("\n"))
    }

    /// Fixes in the order of their worst finding; those with the same edits are one.
    fn items(&self, chosen: &[Chosen<'p>]) -> Result<Vec<Item>, Failure> {
        let mut items: Vec<(Chosen<'p>, Item)> = Vec::new();
        for each in chosen {
            let (finding, fix) = *each;
            let closed = self.closed(finding);
            if let Some((_, item)) = items.iter_mut().find(|((_, other), _)| other.edits == fix.edits) {
                item.closes.push(closed);
                continue;
            }
            let mut alone = vec![*each];
            let (diff, withheld) = self.shows().patch(&mut alone)?;
            let item = Item {
                title: fix.title.clone(),
                effect: fix.effect.name().to_owned(),
                caution: fix.caution.clone(),
                diff: withheld.is_empty().then_some(diff),
                closes: vec![closed],
            };
            items.push((*each, item));
        }
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }

    fn closed(&self, finding: &Finding) -> Closed {
        let rule = self.run.assessment.rules.get(&finding.rule);
        let criteria = rule.into_iter().flat_map(|rule| &rule.criteria).map(|(id, why)| {
            let title = findings::criterion(id).map_or("", |criterion| criterion.title);
            (id.clone(), title.to_owned(), why.clone())
        });
        let because = finding.why.iter().take(MAX_EVIDENCE).map(|seen| {
            let origin = seen.origin.filter(|origin| Some(*origin) != finding.location);
            (seen.path.clone(), seen.value.clone(), origin.and_then(|at| self.place(at)))
        });
        Closed {
            rule: finding.rule.to_string(),
            title: rule.map_or_else(String::new, |rule| rule.title.clone()),
            severity: finding.severity.name().to_uppercase(),
            address: finding.address.clone(),
            message: finding.message.clone(),
            concerns: concerns(finding),
            place: finding.location.and_then(|at| self.place(at)),
            because: because.collect(),
            criteria: criteria.collect(),
        }
    }

    fn place(&self, at: Location) -> Option<Place> {
        let (path, position) = self.run.workspace.sources.place(at)?;
        Some(Place { path: self.checkout.path(path)?, line: position.line })
    }

    /// What a reader must know beside the fixes.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let coverage = &self.run.assessment.coverage;
        if coverage.is_incomplete() {
            notes.push("Not everything here could be read and judged: trueup check says what.".to_owned());
        }
        if let Some(shown) = named(&self.differing) {
            notes.push(format!(
                "The tree that was judged is not the same as {} in {shown}: the proof speaks of the judged one.",
                self.base.branch
            ));
        }
        notes
    }

    /// Why this run can't show that nothing is left in the base, if it can't.
    pub(super) fn unsure(&self) -> Option<String> {
        let assessment = &self.run.assessment;
        let errs = assessment.findings.iter().any(|finding| finding.outcome == findings::Outcome::Error);
        if errs || assessment.coverage.is_incomplete() {
            return Some("not everything could be judged".to_owned());
        }
        if !self.base.is_whole() {
            return Some(format!("{} has too many files to compare with", self.base.branch));
        }
        named(&self.differing).map(|shown| format!("{shown} is not as it is in {}", self.base.branch))
    }
}

/// A reason in the words of somebody who reads a pull request.
fn in_pull_request(left: Left<'_>) -> Left<'_> {
    if !left.waits() {
        return left;
    }
    let reason =
        "it touches the same lines as another fix here: it follows when this one is merged".to_owned();
    Left { reason, ..left }
}

/// Who else a finding concerns, where one block makes several or several environments have it.
fn concerns(finding: &Finding) -> Option<String> {
    let listed = |names: &[String]| {
        let shown: Vec<&str> = names.iter().take(MAX_CONCERNED).map(String::as_str).collect();
        match names.len() - shown.len() {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    };
    let mut parts = Vec::new();
    if finding.instances.len() > 1 {
        parts.push(format!("concerns {}", listed(&finding.instances)));
    }
    if !finding.environments.is_empty() {
        parts.push(format!("holds in {}", listed(&finding.environments)));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Files that were judged and are not so in the base; none where the base can't be listed at once.
pub(super) fn differing(
    run: &Run,
    github: &GitHub,
    base: &Base,
    checkout: &Checkout,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    if !base.is_whole() {
        return Ok(found);
    }
    for (id, source) in run.workspace.sources.iter() {
        let installed = source.path().components().any(|part| part.as_os_str() == ".terraform");
        if run.plans.contains(&id) || installed || source.is_part() {
            continue;
        }
        let Some(path) = checkout.path(source.path()) else {
            found.push(source.path().display().to_string());
            continue;
        };
        let there = base.entry(github, &path)?;
        if there.is_none_or(|entry| entry.sha != proposal::blob_hash(source.bytes())) {
            found.push(path);
        }
    }
    Ok(found)
}

/// A few names, and how many more.
fn named(paths: &[String]) -> Option<String> {
    let shown: Vec<&str> = paths.iter().take(MAX_DIFFERING).map(String::as_str).collect();
    match paths.len() - shown.len() {
        _ if paths.is_empty() => None,
        0 => Some(shown.join(", ")),
        more => Some(format!("{} and {more} more", shown.join(", "))),
    }
}
