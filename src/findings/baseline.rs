//! Findings that are known already: those of a baseline file, or of the commit that a change starts from.
//!
//! In: findings, and those that were there before. Out: which of them are known, and which of the known
//! ones are gone. A baseline is text that people keep beside their tree: one finding a line, in an order
//! of its own, without line numbers, so that it changes where findings do and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Sources;

use super::{Finding, Outcome};

/// The version of what is written here.
const SCHEMA_VERSION: u32 = 1;

/// A finding as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Remembered {
    /// The file it stands in, relative to the working directory; empty where it has no place.
    #[serde(default)]
    pub file: String,
    /// The address of its resource. For people: the fingerprints tell.
    #[serde(default)]
    pub address: String,
    /// The rule's id.
    pub rule: String,
    /// `fail` or `undetermined`.
    #[serde(default = "fail")]
    pub outcome: String,
    /// See [`fingerprint`](super::fingerprint()).
    pub fingerprint: String,
    /// The fingerprints of its instances and how many have each; left out for one that is the finding's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub instances: BTreeMap<String, usize>,
}

fn fail() -> String {
    Outcome::Fail.name().to_owned()
}

/// What is known already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// In order.
    pub findings: Vec<Remembered>,
}

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is not the JSON that is written.
    #[error("line {line}, column {column}: {reason}")]
    Form {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// A version that is not known.
    #[error("it has the schema_version {0}, and only 1 is known here")]
    Version(u32),
}

#[derive(serde::Deserialize)]
struct Text {
    schema_version: u32,
    findings: Vec<Remembered>,
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// For each finding, in order, whether it is known.
    pub known: Vec<bool>,
    /// What is remembered and not there any more.
    pub gone: Vec<Remembered>,
}

/// What a run left out since it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What it was compared with: `the baseline .trueup-baseline.json`, `the commit 1a2b3c`.
    pub against: String,
    /// How many findings are known, and not listed.
    pub count: usize,
    /// What is remembered, and not there any more.
    pub gone: Vec<Remembered>,
}

/// Whether a finding is one that is remembered: open, and failing or undetermined.
fn counts(finding: &Finding) -> bool {
    finding.is_open() && matches!(finding.outcome, Outcome::Fail | Outcome::Undetermined)
}

/// How many instances have each fingerprint.
fn instances(finding: &Finding) -> BTreeMap<String, usize> {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for (_, identity) in finding.parts() {
        *counted.entry(identity.to_owned()).or_default() += 1;
    }
    counted
}

fn file(finding: &Finding, sources: &Sources) -> String {
    let file = finding.location.and_then(|at| sources.get(at.file));
    file.map(|file| file.path().to_string_lossy().replace('\\', "/")).unwrap_or_default()
}

fn directory(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(dir, _)| dir)
}

impl Remembered {
    fn of(finding: &Finding, sources: &Sources) -> Self {
        let mut instances = instances(finding);
        if instances.len() == 1 && instances.get(&finding.fingerprint) == Some(&1) {
            instances.clear();
        }
        Self {
            file: file(finding, sources),
            address: finding.address.clone(),
            rule: finding.rule.to_string(),
            outcome: finding.outcome.name().to_owned(),
            fingerprint: finding.fingerprint.clone(),
            instances,
        }
    }

    fn identities(&self) -> impl Iterator<Item = &str> {
        let alone = self.instances.is_empty().then_some(self.fingerprint.as_str());
        self.instances.keys().map(String::as_str).chain(alone)
    }

    fn count(&self, identity: &str) -> usize {
        let alone = usize::from(self.instances.is_empty() && self.fingerprint == identity);
        self.instances.get(identity).copied().unwrap_or(alone)
    }

    /// Whether it has all that a finding has. What failed may have become undetermined, not the other
    /// way round.
    fn covers(&self, finding: &Finding, instances: &BTreeMap<String, usize>) -> bool {
        *self.rule == *finding.rule
            && (self.outcome == "fail" || self.outcome == finding.outcome.name())
            && instances.iter().all(|(identity, count)| self.count(identity) >= *count)
    }
}

impl Baseline {
    /// Remembers what is open.
    pub fn of(findings: &[Finding], sources: &Sources) -> Self {
        let mut findings: Vec<Remembered> = findings
            .iter()
            .filter(|finding| counts(finding))
            .map(|finding| Remembered::of(finding, sources))
            .collect();
        findings.sort();
        Self { findings }
    }

    /// Reads what [`text`](Self::text) wrote. Keys that are not known are passed over.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text: Text = serde_json::from_str(text).map_err(|error| BaselineError::Form {
            line: error.line(),
            column: error.column(),
            reason: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
        })?;
        if text.schema_version != SCHEMA_VERSION {
            return Err(BaselineError::Version(text.schema_version));
        }
        Ok(Self { findings: text.findings })
    }

    /// The text of a baseline file.
    pub fn text(&self) -> String {
        let one = |finding: &Remembered| {
            // Names and numbers: nothing in it can fail to be written.
            format!("    {}", serde_json::to_string(finding).unwrap_or_default())
        };
        let lines: Vec<String> = self.findings.iter().map(one).collect();
        let list = if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", lines.join(",\n")) };
        format!("{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"findings\": {list}\n}}\n")
    }

    /// Compares findings with what is remembered.
    ///
    /// A finding is known where one is remembered of the same rule that has the fingerprints of all its
    /// instances, each at least as often. Each remembered one stands for one finding: first for the one
    /// in the same file, then for one in the same directory, and where `is_there` says that its file is
    /// gone, for one anywhere. So one more instance is new, and so is the same resource in another root.
    pub fn compare(
        &self,
        findings: &[Finding],
        sources: &Sources,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Comparison {
        let mut by_identity: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, remembered) in self.findings.iter().enumerate() {
            for identity in remembered.identities() {
                by_identity.entry(identity).or_default().push(at);
            }
        }
        let mut known = vec![false; findings.len()];
        let mut used = vec![false; self.findings.len()];
        for stage in 0..3 {
            for (finding, known) in findings.iter().zip(&mut known).filter(|(each, _)| counts(each)) {
                if *known {
                    continue;
                }
                let instances = instances(finding);
                let file = file(finding, sources);
                let near = |remembered: &Remembered| match stage {
                    0 => remembered.file == file,
                    1 => directory(&remembered.file) == directory(&file),
                    _ => !is_there(&remembered.file),
                };
                let mut candidates = finding
                    .parts()
                    .next()
                    .and_then(|(_, first)| by_identity.get(first))
                    .into_iter()
                    .flatten()
                    .filter(|at| !used.get(**at).copied().unwrap_or(true))
                    .filter_map(|at| Some((*at, self.findings.get(*at)?)))
                    .filter(|(_, it)| near(it) && it.covers(finding, &instances));
                if let Some((at, _)) = candidates.next()
                    && let Some(slot) = used.get_mut(at)
                {
                    *slot = true;
                    *known = true;
                }
            }
        }
        // What grew is new as a whole, and not gone in part.
        let open: BTreeSet<&str> = findings
            .iter()
            .zip(&known)
            .filter(|(finding, known)| !**known && counts(finding))
            .flat_map(|(finding, _)| finding.parts().map(|(_, identity)| identity))
            .collect();
        let gone = self
            .findings
            .iter()
            .zip(&used)
            .filter(|(remembered, used)| !**used && !remembered.identities().any(|it| open.contains(it)))
            .map(|(remembered, _)| remembered.clone())
            .collect();
        Comparison { known, gone }
    }
}
