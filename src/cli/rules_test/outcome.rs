//! A fixture's name promises an outcome, and its marks the lines of the findings.

use std::collections::BTreeSet;

use crate::findings::Outcome;

use super::Case;

impl Case<'_> {
    /// The outcome that the fixture's name promises, at the lines marked `# finding`.
    pub(super) fn expectation(&self) -> Vec<String> {
        let case = &self.fixture.case;
        let (expected, others): (Option<Outcome>, &[Outcome]) = match case.split('-').next().unwrap_or("") {
            "fail" => (Some(Outcome::Fail), &[]),
            "pass" | "fixed" => (Some(Outcome::Pass), &[Outcome::Fail, Outcome::Undetermined]),
            "unknown" => (Some(Outcome::Undetermined), &[Outcome::Fail]),
            "skip" => (None, &[Outcome::Fail, Outcome::Undetermined, Outcome::Pass]),
            prefix => {
                return vec![format!(
                    "{}: the name begins with {prefix}, which promises no outcome",
                    self.name()
                )];
            }
        };
        let mut failures = Vec::new();
        let seen: Vec<String> =
            self.own().map(|finding| format!("{} {}", finding.address, finding.outcome)).collect();
        let seen = if seen.is_empty() { "nothing".to_owned() } else { seen.join(", ") };
        if let Some(expected) = expected
            && !self.own().any(|finding| finding.outcome == expected)
        {
            failures.push(format!("{}: expected {expected}, got {seen}{}", self.name(), self.reasons()));
        }
        for other in others {
            if self.own().any(|finding| finding.outcome == *other) {
                failures.push(format!(
                    "{}: nothing may be {other}, got {seen}{}",
                    self.name(),
                    self.reasons()
                ));
            }
        }
        if case.starts_with("fail") || case.starts_with("unknown") {
            failures.extend(self.places());
        }
        failures
    }

    fn reasons(&self) -> String {
        let open = self.own().filter(|finding| finding.outcome != Outcome::Pass);
        let seen = open
            .flat_map(|finding| &finding.why)
            .map(|evidence| format!("\n    {} -> {} = {}", evidence.clause, evidence.path, evidence.value));
        seen.collect()
    }

    fn places(&self) -> Vec<String> {
        let mut marked: BTreeSet<(String, u32)> = BTreeSet::new();
        for (name, content) in &self.fixture.files {
            let lines = (1..).zip(content.lines());
            marked.extend(
                lines
                    .filter(|(_, line)| line.trim_end().ends_with("# finding"))
                    .map(|(at, _)| (name.clone(), at)),
            );
        }
        let open =
            self.own().filter(|finding| matches!(finding.outcome, Outcome::Fail | Outcome::Undetermined));
        let found: BTreeSet<(String, u32)> = open
            .filter_map(|finding| {
                let (path, position) = self.run.workspace.sources.place(finding.location?)?;
                Some((path.display().to_string(), position.line))
            })
            .collect();
        if marked.is_empty() || marked == found {
            return Vec::new();
        }
        vec![format!("{}: findings are marked at {marked:?} but stand at {found:?}", self.name())]
    }
}
