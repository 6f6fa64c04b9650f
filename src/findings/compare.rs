//! What a plan changes: findings before and after, compared.
//!
//! In: the findings of what will be, of what is, and of what the last apply left. Out: each failure
//! says whether the plan introduces or keeps it, and the failures that the plan resolves. The same
//! rules judged all of them, so only what changed in the world can make them differ.

use foldhash::HashSet;
use rayon::prelude::*;

use super::{Change, Finding, Outcome};

/// The instances that fail, each with the fingerprint of its failure.
type Failing<'f> = HashSet<(&'f str, &'f str)>;

/// The instances a finding concerns.
fn concerned(finding: &Finding) -> impl Iterator<Item = &str> {
    let alone = finding.instances.is_empty().then_some(finding.address.as_str());
    finding.instances.iter().map(String::as_str).chain(alone)
}

fn failing(findings: &[Finding]) -> Failing<'_> {
    let failing = findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    let each = failing.flat_map(|finding| concerned(finding).map(move |it| (&*finding.fingerprint, it)));
    each.collect()
}

/// What can't be decided, by rule and instance, and the fingerprints of what fails.
fn open_and_failing(planned: &[Finding]) -> (HashSet<(&str, &str)>, HashSet<&str>) {
    let mut open = HashSet::default();
    let mut failing = HashSet::default();
    for finding in planned {
        match finding.outcome {
            Outcome::Undetermined | Outcome::Error => {
                open.extend(concerned(finding).map(|instance| (&*finding.rule, instance)));
            }
            Outcome::Fail => drop(failing.insert(&*finding.fingerprint)),
            Outcome::Pass | Outcome::NotApplicable => {}
        }
    }
    (open, failing)
}

/// Whether every instance of a finding failed already.
fn failed_before(before: &Failing<'_>, finding: &Finding) -> bool {
    concerned(finding).all(|instance| before.contains(&(&*finding.fingerprint, instance)))
}

/// Marks what the plan introduces and keeps, and gives what it resolves.
///
/// A failure is kept where the same one, by its fingerprint, is there before, for the same instances
/// at least; with an instance more it is introduced. It is resolved where it is gone afterwards, and
/// that is known: a rule that can't be decided for the same resource resolves nothing. `applied` are the
/// findings of what the last apply left: a failure that is in `now` only came by drift.
pub fn compare(planned: &mut [Finding], now: &[Finding], applied: Option<&[Finding]>) -> Vec<Finding> {
    let ((before, left), (open, after)) =
        rayon::join(|| (failing(now), applied.map(failing)), || open_and_failing(planned));
    let drifted = |finding: &Finding| left.as_ref().is_some_and(|left| !failed_before(left, finding));
    let gone = |finding: &&Finding| {
        let undecided = concerned(finding).any(|instance| open.contains(&(&*finding.rule, instance)));
        finding.outcome == Outcome::Fail && !after.contains(finding.fingerprint.as_str()) && !undecided
    };
    let mut resolved: Vec<Finding> = now.par_iter().filter(gone).cloned().collect();
    for finding in &mut resolved {
        finding.change = Some(Change::Resolved);
        finding.drift = drifted(finding);
    }
    planned.par_iter_mut().filter(|finding| finding.outcome == Outcome::Fail).for_each(|finding| {
        let kept = failed_before(&before, finding);
        finding.change = Some(if kept { Change::Kept } else { Change::Introduced });
        finding.drift = kept && drifted(finding);
    });
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::{Severity, fingerprint};

    fn finding(rule: &str, outcome: Outcome, instances: &[&str]) -> Finding {
        Finding {
            fingerprint: fingerprint(rule, "t.n", ""),
            rule: rule.into(),
            outcome,
            severity: Severity::High,
            address: (*instances.first().unwrap_or(&"t.n")).to_owned(),
            instances: instances.iter().map(|it| (*it).to_owned()).collect(),
            identities: Vec::new(),
            environments: Vec::new(),
            block: None,
            module: String::new(),
            location: None,
            message: String::new(),
            why: Vec::new(),
            fix: None,
            suppressed: None,
            change: None,
            drift: false,
            action: None,
        }
    }

    #[test]
    fn kept_introduced_and_resolved() {
        let now = [
            finding("kept", Outcome::Fail, &["t.n[0]", "t.n[1]"]),
            finding("grows", Outcome::Fail, &["t.n[0]"]),
            finding("gone", Outcome::Fail, &[]),
            finding("open", Outcome::Fail, &[]),
            finding("fine", Outcome::Pass, &[]),
        ];
        let mut planned = [
            finding("kept", Outcome::Fail, &["t.n[0]"]),
            finding("grows", Outcome::Fail, &["t.n[0]", "t.n[1]"]),
            finding("gone", Outcome::Pass, &[]),
            finding("open", Outcome::Undetermined, &[]),
            finding("fine", Outcome::Fail, &[]),
        ];
        let resolved = compare(&mut planned, &now, None);
        let changes: Vec<_> = planned.iter().map(|finding| finding.change).collect();
        let (kept, introduced) = (Some(Change::Kept), Some(Change::Introduced));
        assert_eq!(changes, [kept, introduced, None, None, introduced]);
        let resolved: Vec<_> = resolved.iter().map(|finding| (&*finding.rule, finding.change)).collect();
        assert_eq!(resolved, [("gone", Some(Change::Resolved))], "what is undetermined resolves nothing");
        assert!(planned.iter().all(|finding| !finding.drift));
    }

    #[test]
    fn drift_is_what_failed_only_after_the_last_apply() {
        let applied = [finding("old", Outcome::Fail, &[])];
        let now = [
            finding("old", Outcome::Fail, &[]),
            finding("drifted", Outcome::Fail, &[]),
            finding("undone", Outcome::Fail, &[]),
        ];
        let mut planned = [
            finding("old", Outcome::Fail, &[]),
            finding("drifted", Outcome::Fail, &[]),
            finding("new", Outcome::Fail, &[]),
        ];
        let resolved = compare(&mut planned, &now, Some(&applied));
        assert_eq!(planned.map(|finding| finding.drift), [false, true, false]);
        assert_eq!(resolved.iter().map(|finding| finding.drift).collect::<Vec<_>>(), [true]);
    }
}
