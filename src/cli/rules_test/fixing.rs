//! A failing fixture and its fix make the fixed one, byte for byte and whatever the line ends.

use std::collections::BTreeSet;

use crate::findings::{Edit, Finding, Outcome};
use crate::fixes;
use crate::source::FixtureFile;

use super::{Case, Run, judged};

impl Case<'_> {
    /// Fail and fix is byte-equal to fixed, raises nothing new, and has nothing left to fix.
    pub(super) fn fixing(
        &self,
        fixed: &FixtureFile,
        ending: impl Fn(&str) -> String + Copy,
        name: &str,
    ) -> Vec<String> {
        let before = judged(self.set, self.fixture, ending, true);
        let own = |run: &Run| -> Vec<Finding> {
            run.assessment
                .findings
                .iter()
                .filter(|finding| *finding.rule == *self.fixture.rule)
                .cloned()
                .collect()
        };
        let mut sets: Vec<Vec<Edit>> = Vec::new();
        for finding in own(&before).iter().filter(|finding| finding.outcome == Outcome::Fail) {
            match &finding.fix {
                Some(fix) if fix.proved => {
                    if !sets.contains(&fix.edits) {
                        sets.push(fix.edits.clone());
                    }
                }
                Some(fix) => {
                    let reason = fix.reason.clone().unwrap_or_default();
                    return vec![format!(
                        "{} ({name}): the fix of {} is not proved: {reason}",
                        self.name(),
                        finding.address
                    )];
                }
                None => {
                    return vec![format!(
                        "{} ({name}): no fix is offered for {}",
                        self.name(),
                        finding.address
                    )];
                }
            }
        }
        let sets: Vec<&[Edit]> = sets.iter().map(Vec::as_slice).collect();
        let edits = match fixes::combine(&before.workspace.sources, &sets) {
            Ok(edits) => edits,
            Err(error) => return vec![format!("{} ({name}): {error}", self.name())],
        };
        let mut failures = Vec::new();
        for (id, source) in before.workspace.sources.iter() {
            let edits: Vec<Edit> = edits.iter().filter(|edit| edit.file == id).cloned().collect();
            if source.is_absent() && edits.is_empty() {
                continue;
            }
            let path = source.path().display().to_string();
            let result = match fixes::after(source, &edits) {
                Ok(result) => result,
                Err(error) => return vec![format!("{} ({name}): {error}", self.name())],
            };
            if let (None, Some(line)) =
                (fixes::format::unformatted(source.text()), fixes::format::unformatted(&result))
            {
                failures.push(format!(
                    "{} ({name}): line {line} of the fixed text is not laid out as terraform fmt does it",
                    self.name()
                ));
            }
            // A case of one file is named after its case.
            let wanted = fixed.files.iter().find(|(other, _)| {
                *other == path || (fixed.files.len() == 1 && self.fixture.files.len() == 1)
            });
            let wanted = wanted.map(|(_, text)| ending(text)).unwrap_or_default();
            if result != wanted {
                let diff = fixes::unified(&path, Some(&wanted), &result);
                failures.push(format!("{} ({name}): the fix gives another text than the fixed fixture (- wanted, + got):\n{diff}", self.name()));
            }
        }
        let after = judged(self.set, fixed, ending, true);
        let failing = |run: &Run| -> BTreeSet<String> {
            let findings = run.assessment.findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
            findings.map(|finding| format!("{} on {}", finding.rule, finding.address)).collect()
        };
        for new in failing(&after).difference(&failing(&before)) {
            failures.push(format!("{} ({name}): the fixed fixture newly fails {new}", self.name()));
        }
        failures
    }
}
