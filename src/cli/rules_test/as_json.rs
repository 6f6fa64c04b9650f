//! A failing fixture in JSON syntax is fixed as well as in the native one.

use crate::findings::{Edit, Finding, Outcome};
use crate::fixes;
use crate::source::FixtureFile;

use super::{Case, Run, judged};

impl Case<'_> {
    /// The same case as `.tf.json`: what fails there has a proved fix, and the fixed text is JSON.
    pub(super) fn in_json(&self) -> Vec<String> {
        let [(_, text)] = self.fixture.files.as_slice() else { return Vec::new() };
        let Ok(value) = hcl::from_str::<serde_json::Value>(text) else { return Vec::new() };
        let text = serde_json::to_string_pretty(&value).unwrap_or_default();
        let fixture = FixtureFile {
            rule: self.fixture.rule.clone(),
            case: self.fixture.case.clone(),
            files: vec![("main.tf.json".to_owned(), text)],
        };
        let run = judged(self.set, &fixture, str::to_owned, true);
        let failing = |run: &Run| -> Vec<Finding> {
            let findings = run.assessment.findings.iter();
            let own = findings.filter(|finding| *finding.rule == *self.fixture.rule);
            own.filter(|finding| finding.outcome == Outcome::Fail).cloned().collect()
        };
        let mut failures = Vec::new();
        for finding in failing(&run) {
            let Some(fix) = &finding.fix else { continue };
            if !fix.proved {
                let reason = fix.reason.clone().unwrap_or_default();
                failures.push(format!(
                    "{} (JSON): the fix of {} is not proved: {reason}",
                    self.name(),
                    finding.address
                ));
            }
            for (id, source) in run.workspace.sources.iter().filter(|(_, source)| !source.is_absent()) {
                let edits: Vec<Edit> = fix.edits.iter().filter(|edit| edit.file == id).cloned().collect();
                let fixed = fixes::apply_to(source.text(), &edits).unwrap_or_default();
                if let Err(error) = serde_json::from_str::<serde_json::Value>(&fixed) {
                    failures.push(format!("{} (JSON): the fixed text is none: {error}", self.name()));
                }
            }
        }
        failures
    }
}
