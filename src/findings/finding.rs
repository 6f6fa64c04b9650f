//! One rule's verdict on one resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::Location;

use super::Fix;
use super::fix::names;

/// What a rule concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The rule itself could not be evaluated. Never a pass.
    Error,
    /// The condition is not met.
    Fail,
    /// Only apply, or an input that is not here, can decide.
    Undetermined,
    /// The condition is met.
    Pass,
    /// The rule says nothing about this resource.
    NotApplicable,
}

/// How bad a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Hygiene.
    Low,
    /// Weakens a control.
    Medium,
    /// A control is missing.
    High,
    /// Open to the world, or data at stake.
    Critical,
}

/// What a plan does with a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It is not there now.
    Introduced,
    /// It is there now, and stays.
    Kept,
    /// It is there now, and goes.
    Resolved,
}

names!(Change { Introduced = "introduced", Kept = "kept", Resolved = "resolved" });
names!(Outcome {
    Error = "error",
    Fail = "fail",
    Undetermined = "undetermined",
    Pass = "pass",
    NotApplicable = "not_applicable",
});
names!(Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical" });

/// One value that a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The clause of the rule's condition: `self.storage_encrypted == true`.
    pub clause: String,
    /// What it read: `self.storage_encrypted`.
    pub path: String,
    /// What it saw, as Terraform writes it; `(not set)`, `(sensitive value)`, or why it is unknown.
    pub value: String,
    /// The source that decided it.
    pub origin: Option<Location>,
    /// The value's own address, `aws_s3_bucket.logs.acl`; none where it belongs to no one resource.
    pub attribute: Option<String>,
}

/// Who silenced a finding, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The comment or setting.
    pub by: String,
    /// The reason given.
    pub reason: Option<String>,
    /// Last day it holds, `2027-01-31`.
    pub until: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
}

/// One rule's verdict on one resource block, over all its instances.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable identity: see [`fingerprint`].
    pub fingerprint: String,
    /// Rule id: `aws/s3/bucket-public-access-block`. Details stand in the assessment's rules.
    pub rule: Arc<str>,
    /// The verdict.
    pub outcome: Outcome,
    /// How bad.
    pub severity: Severity,
    /// Address of the resource, or of the root for a rule over the whole configuration.
    pub address: String,
    /// The instances concerned, where the block has several.
    pub instances: Vec<String>,
    /// The [`fingerprint`] of each instance, in the same order; none where it is the finding's own.
    pub identities: Vec<String>,
    /// The environments it holds in, where roots are judged for several.
    pub environments: Vec<String>,
    /// The header of the block it is about; none for a rule over the whole configuration.
    pub block: Option<Location>,
    /// Module path; empty in the root.
    pub module: String,
    /// The deciding expression in the resource, or the block header where it is absent.
    pub location: Option<Location>,
    /// What is wrong, naming the resource.
    pub message: String,
    /// What the verdict rests on.
    pub why: Vec<Evidence>,
    /// The fix, if one is offered.
    pub fix: Option<Fix>,
    /// Who silenced it.
    pub suppressed: Option<Suppression>,
    /// What the plan does with a failure; none where no plan was judged.
    pub change: Option<Change>,
    /// The failure came by a change made outside Terraform.
    pub drift: bool,
    /// What the plan does with the resource: `update`, `replace because of encrypted`.
    pub action: Option<String>,
}

impl Finding {
    /// Whether it stands: nobody silenced it, and no plan resolves it.
    pub fn is_open(&self) -> bool {
        self.suppressed.is_none() && self.change != Some(Change::Resolved)
    }
}

impl Finding {
    /// The instances concerned: the address itself where the block makes one.
    pub fn instances(&self) -> &[String] {
        if self.instances.is_empty() { std::slice::from_ref(&self.address) } else { &self.instances }
    }

    /// Each instance with its fingerprint.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        let identity = |at: usize| self.identities.get(at).unwrap_or(&self.fingerprint);
        self.instances()
            .iter()
            .enumerate()
            .map(move |(at, instance)| (instance.as_str(), identity(at).as_str()))
    }

    /// Adds the instances of another finding of the same block.
    pub fn join(&mut self, other: &Self) {
        let alone = self.instances.is_empty() && other.instances.is_empty() && self.address == other.address;
        let parts = other.parts().chain(self.parts());
        let parts: BTreeMap<String, String> =
            parts.map(|(instance, identity)| (instance.to_owned(), identity.to_owned())).collect();
        let (instances, identities) = parts.into_iter().unzip();
        self.instances = if alone { Vec::new() } else { instances };
        self.identities = identities;
    }

    /// Keeps some of the instances.
    pub fn keep_instances(&mut self, keep: impl Fn(&str) -> bool) {
        let parts = self.parts().filter(|(instance, _)| keep(instance));
        let (instances, identities) =
            parts.map(|(instance, identity)| (instance.to_owned(), identity.to_owned())).unzip();
        self.instances = instances;
        self.identities = identities;
    }
}

/// Identity of a finding: rule, canonical address, failing clause. No line numbers, so it stays
/// when lines move and files are renamed. 16 hexadecimal digits (64-bit FNV-1a).
pub fn fingerprint(rule: &str, address: &str, clause: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in [rule, "\0", address, "\0", clause].iter().flat_map(|part| part.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}
