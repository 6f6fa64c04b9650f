//! Runs fixtures: what every rule is held to, with no work by its author.
//!
//! In: a directory with `rules/`, `templates/` and `fixtures/`. Out: a [`Report`] of what failed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use crate::eval::{Value, Why};
use crate::findings::{Edit, Finding, Outcome};
use crate::fixes;
use crate::rules::{self, Rule, RuleSet};
use crate::schema;
use crate::source::{self, FixtureFile, Found, SourceFile, Sources};

use super::{Asked, Failure, Run, assess, config};

/// What a run of fixtures found.
#[derive(Debug, Default)]
pub struct Report {
    /// Rules that were tested.
    pub rules: usize,
    /// Fixtures that ran.
    pub fixtures: usize,
    /// One sentence for each failure, beginning with the fixture.
    pub failures: Vec<String>,
}

/// Runs the fixtures of the rules under `dir`; of those whose id begins with one of `only`, if any.
pub fn run(dir: &Path, only: &[String]) -> Result<Report, Failure> {
    let mut set = RuleSet::empty();
    config::add_rules(&mut set, dir)?;
    let set = &set;
    let wanted = |id: &str| only.is_empty() || only.iter().any(|prefix| id.starts_with(prefix.as_str()));
    let fixtures = source::fixture_files(dir)?;
    let fixtures: Vec<FixtureFile> = fixtures.into_iter().filter(|fixture| wanted(&fixture.rule)).collect();
    let ids: BTreeSet<String> = set.ids().iter().map(ToString::to_string).collect();
    let mut report = Report {
        rules: ids.iter().filter(|id| wanted(id)).count(),
        fixtures: fixtures.len(),
        ..Report::default()
    };
    report.failures.extend(orphans(dir, &ids, &fixtures, &wanted));
    for rule in set.all().into_iter().filter_map(Result::ok).filter(|rule| wanted(&rule.info.id)) {
        report
            .failures
            .extend(unknown_attributes(&rule, set.texts(&rule.info.id).map_or("", |(text, _)| text)));
    }
    let by_case: BTreeMap<(&str, &str), &FixtureFile> =
        fixtures.iter().map(|fixture| ((fixture.rule.as_str(), fixture.case.as_str()), fixture)).collect();
    let failures: Vec<Vec<String>> = fixtures
        .par_iter()
        .filter(|fixture| ids.contains(&fixture.rule))
        .map(|fixture| {
            let case = Case {
                set,
                fixture,
                run: judged(set, fixture, str::to_owned, fixture.case.starts_with("fail")),
            };
            let fixed = fixture.case.strip_prefix("fail").and_then(|suffix| {
                by_case.get(&(fixture.rule.as_str(), format!("fixed{suffix}").as_str())).copied()
            });
            case.failures(fixed)
        })
        .collect();
    report.failures.extend(failures.into_iter().flatten());
    Ok(report)
}

fn orphans(
    dir: &Path,
    ids: &BTreeSet<String>,
    fixtures: &[FixtureFile],
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let mut failures = Vec::new();
    for id in source::stems(&dir.join("templates"), ".tf.tera") {
        if wanted(&id) && !ids.contains(&id) {
            failures.push(format!("templates/{id}.tf.tera: there is no rule of that id"));
        }
    }
    let tested: BTreeSet<&str> = fixtures.iter().map(|fixture| fixture.rule.as_str()).collect();
    for rule in &tested {
        if !ids.contains(*rule) {
            failures.push(format!("fixtures/{rule}: there is no rule of that id"));
        }
    }
    for id in ids.iter().filter(|id| wanted(id)) {
        let has = |prefix: &str| {
            fixtures.iter().any(|fixture| fixture.rule == *id && fixture.case.starts_with(prefix))
        };
        for needed in ["fail", "pass", "unknown"] {
            if !has(needed) {
                failures.push(format!("fixtures/{id}: a fixture whose name begins with {needed} is missing"));
            }
        }
    }
    failures
}

/// Attributes that a rule reads from `self` and that no schema of its types has.
fn unknown_attributes(rule: &Rule, text: &str) -> Vec<String> {
    let schemas: Vec<_> = rule.resources.iter().filter_map(|kind| schema::resource(kind)).collect();
    if schemas.len() < rule.resources.len() {
        return vec![format!("rules/{}.hcl: a resource type is in no schema", rule.info.id)];
    }
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let read: BTreeSet<&str> = code
        .flat_map(|line| line.split("self.").skip(1))
        .map(|rest| {
            rest.split(|char: char| !(char.is_ascii_alphanumeric() || char == '_')).next().unwrap_or("")
        })
        .filter(|name| !matches!(*name, "" | "address" | "label"))
        .collect();
    let known = |name: &str| {
        schemas.iter().any(|schema| schema.attribute(name).is_some() || schema.block(name).is_some())
    };
    read.into_iter()
        .filter(|name| !known(name))
        .map(|name| format!("rules/{}.hcl: self.{name} is in no schema of its resource types", rule.info.id))
        .collect()
}

fn judged(set: &RuleSet, fixture: &FixtureFile, text: impl Fn(&str) -> String, fixes: bool) -> Run {
    let mut sources = Sources::default();
    for (name, content) in &fixture.files {
        sources.add(SourceFile::new(name, text(content)));
    }
    assess(Found::from_sources(sources), set, &Asked { fixes, ..Asked::default() })
}

struct Case<'a> {
    set: &'a RuleSet,
    fixture: &'a FixtureFile,
    run: Run,
}

impl Case<'_> {
    fn name(&self) -> String {
        format!("fixtures/{}/{}", self.fixture.rule, self.fixture.case)
    }

    fn own(&self) -> impl Iterator<Item = &Finding> {
        self.run.assessment.findings.iter().filter(|finding| *finding.rule == *self.fixture.rule)
    }

    fn failures(&self, fixed: Option<&FixtureFile>) -> Vec<String> {
        let mut failures = Vec::new();
        for unparsed in &self.run.assessment.coverage.unparsed {
            failures.push(format!("{}: {}", self.name(), unparsed.message));
        }
        for finding in self.run.assessment.findings.iter().filter(|finding| finding.outcome == Outcome::Error)
        {
            failures.push(format!("{}: rule {} errs: {}", self.name(), finding.rule, finding.message));
        }
        failures.extend(self.expectation());
        failures.extend(self.monotonic());
        if let Some(fixed) = fixed {
            failures.extend(self.fixing(fixed, str::to_owned, "LF"));
            failures.extend(self.fixing(fixed, |text| text.replace('\n', "\r\n"), "CRLF"));
        } else if self.fixture.case == "fail"
            && self.own().any(|finding| finding.fix.as_ref().is_some_and(|fix| fix.proved))
        {
            failures.push(format!("{}: a fix is offered, but there is no fixed fixture", self.name()));
        }
        failures
    }

    /// The outcome that the fixture's name promises, at the lines marked `# finding`.
    fn expectation(&self) -> Vec<String> {
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

    /// Fail and fix is byte-equal to fixed, raises nothing new, and has nothing left to fix.
    fn fixing(&self, fixed: &FixtureFile, ending: impl Fn(&str) -> String + Copy, name: &str) -> Vec<String> {
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
            let path = source.path().display().to_string();
            let result = match fixes::apply_to(source.text(), &edits) {
                Ok(result) => result,
                Err(error) => return vec![format!("{} ({name}): {error}", self.name())],
            };
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

    /// Making any one attribute unknown may make the outcome undetermined, but never flips it.
    fn monotonic(&self) -> Vec<String> {
        let mut failures = Vec::new();
        let only = self.set.only(&self.fixture.rule);
        for configuration in &self.run.configurations {
            let judge = |configuration: &crate::graph::Configuration| -> BTreeMap<String, Outcome> {
                rules::run(&only, configuration, &self.run.workspace)
                    .into_iter()
                    .map(|verdict| {
                        let address = verdict
                            .resource
                            .and_then(|id| configuration.get(id))
                            .map(|resource| resource.address.to_string());
                        (address.unwrap_or_default(), verdict.outcome)
                    })
                    .collect()
            };
            let before = judge(configuration);
            for (at, resource) in configuration.resources.iter().enumerate() {
                let Some(entries) = resource.values.as_entries() else { continue };
                for (name, _) in entries.iter() {
                    let why = Why::Variable { address: "var.test".into(), location: None };
                    let pairs = entries.iter().map(|(key, value)| {
                        (key.clone(), if key == name { Value::unknown(why.clone()) } else { value.clone() })
                    });
                    let mut values = Value::object(pairs);
                    values.mark = resource.values.mark.clone();
                    let mut changed = configuration.with_values(at, values);
                    changed.problems.clear();
                    for (address, outcome) in judge(&changed) {
                        let flipped = match before.get(&address) {
                            Some(Outcome::Pass) => outcome == Outcome::Fail,
                            Some(Outcome::Fail) => outcome == Outcome::Pass,
                            _ => false,
                        };
                        if flipped {
                            failures.push(format!(
                                "{}: with {}.{name} unknown, {address} flips to {outcome}",
                                self.name(),
                                resource.address
                            ));
                        }
                    }
                }
            }
        }
        failures
    }
}
