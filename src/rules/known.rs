//! Verdicts that hold for another picture of the same resources.
//!
//! In: the verdicts of what will be. Out: those of what is, where rule and resource make no difference: most
//! of a plan stays as it is.

use std::sync::Arc;

use crate::findings::Outcome;
use crate::graph::{Configuration, Resource, ResourceId};

use super::model::Rule;
use super::run::Verdict;

/// What is known of the same resources in another picture of them: verdicts of rules that ask about
/// nothing else.
pub struct Known<'c> {
    configuration: &'c Configuration,
    /// Ordered by resource and rule, as they were judged.
    verdicts: Vec<(ResourceId, Arc<str>, Outcome, String)>,
}

impl<'c> Known<'c> {
    /// The verdicts of one configuration.
    pub fn of(verdicts: &[Verdict], configuration: &'c Configuration) -> Self {
        let alone = verdicts.iter().filter(|verdict| {
            verdict.rule.alone
                && matches!(verdict.outcome, Outcome::Pass | Outcome::Fail | Outcome::NotApplicable)
        });
        let known = alone.filter_map(|verdict| {
            Some((
                verdict.resource?,
                Arc::clone(&verdict.rule.info.id),
                verdict.outcome,
                verdict.clause.clone(),
            ))
        });
        Self { configuration, verdicts: known.collect() }
    }

    /// What a rule says of a resource that is the same there, as far as it needs no explanation.
    pub(super) fn verdict(
        &self,
        rule: &Arc<Rule>,
        subject: (ResourceId, &Resource),
        told: bool,
    ) -> Option<Verdict> {
        let (id, resource) = subject;
        let there = self.configuration.find(&resource.address)?;
        if !rule.alone || !self.configuration.get(there)?.values.is_shared_with(&resource.values) {
            return None;
        }
        let at = self
            .verdicts
            .binary_search_by(|(other, of, ..)| (other, &**of).cmp(&(&there, &*rule.info.id)))
            .ok()?;
        let (_, _, outcome, clause) = self.verdicts.get(at)?;
        let outcome = *outcome;
        if told && outcome == Outcome::Fail && clause.is_empty() {
            return None;
        }
        let clause = if told { clause.clone() } else { String::new() };
        Some(Verdict { clause, ..Verdict::untold(rule, Some(id), outcome) })
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Moment, plan_configuration};
    use crate::rules::{self, RuleSet};
    use crate::source::{FileId, SourceFile, Sources};
    use crate::syntax::{Workspace, parse_plan};

    use super::*;

    /// A plan whose resources mostly stay.
    fn steady() -> SourceFile {
        let text = include_str!("../../tests/data/plans/live/plan.json");
        let mut plan: serde_json::Value = serde_json::from_str(text).unwrap();
        for (at, resource) in plan["resource_changes"].as_array_mut().unwrap().iter_mut().enumerate() {
            let change = resource["change"].as_object_mut().unwrap();
            if at % 3 != 0 && !change["after"].is_null() {
                change["before"] = change["after"].clone();
                change["before_sensitive"] = change["after_sensitive"].clone();
                change["after_unknown"] = serde_json::json!({});
                change["actions"] = serde_json::json!(["no-op"]);
            }
        }
        SourceFile::new("plan.json", plan.to_string())
    }

    #[test]
    fn what_is_taken_over_is_what_judging_again_comes_to() {
        let source = steady();
        let workspace = Workspace::parse(Sources::default());
        let plan = parse_plan(FileId(0), &source).unwrap();
        let rules = RuleSet::embedded();
        let planned = plan_configuration(&plan, &source, Moment::Planned, None, None);
        let known = rules::run(&rules, &planned, &workspace);
        let known = Known::of(&known, &planned);
        let anew = plan_configuration(&plan, &source, Moment::Now, None, None);
        let now = plan_configuration(&plan, &source, Moment::Now, None, Some(&planned));
        let all = rules::run(&rules, &anew, &workspace);
        let beside = rules::run_beside(&rules, &now, &workspace, Some(&known));
        let told = |verdict: &Verdict| {
            (verdict.rule.info.id.clone(), verdict.resource, verdict.outcome, verdict.clause.clone())
        };
        let clauses = |verdicts: &[Verdict]| -> Vec<_> {
            let failed = verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Fail);
            failed.map(told).collect()
        };
        let outcomes =
            |verdicts: &[Verdict]| -> Vec<_> { verdicts.iter().map(|verdict| verdict.outcome).collect() };
        assert_eq!(outcomes(&all), outcomes(&beside));
        assert_eq!(clauses(&all), clauses(&beside));
        let taken = beside.iter().filter(|verdict| !verdict.clause.is_empty() && verdict.message.is_empty());
        assert!(taken.count() > 5, "nothing was taken over");
        let identity = |findings: Vec<crate::findings::Finding>| -> Vec<_> {
            let mut all: Vec<_> =
                findings.into_iter().map(|it| (it.fingerprint, it.instances, it.identities)).collect();
            all.sort();
            all
        };
        assert_eq!(
            identity(rules::failures(all, &anew, &workspace)),
            identity(rules::failures(beside, &now, &workspace))
        );
    }
}
