//! Runs fixtures: what every rule is held to, with no work by its author.
//!
//! In: a directory with `rules/`, `templates/` and `fixtures/`. Out: a [`Report`] of what failed.

mod as_json;
mod fixing;
mod form;
mod monotonic;
mod outcome;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::findings::{Finding, Outcome};
use crate::rules::{Rule, RuleSet};
use crate::source::{self, FixtureFile, Found, SourceFile, Sources};

use super::{Asked, Failure, Run, assess, config};

/// What a run of fixtures found.
#[derive(Debug, Default)]
pub struct Report {
    /// Rules that were tested.
    pub rules: usize,
    /// Fixtures that ran.
    pub fixtures: usize,
    /// Rules that can't be loaded.
    pub broken: usize,
    /// One sentence for each failure, beginning with the fixture.
    pub failures: Vec<String>,
}

/// Runs the fixtures of the rules under `dir`; of those whose id begins with one of `only`, if any.
pub fn run(dir: &Path, only: &[String]) -> Result<Report, Failure> {
    let mut set = RuleSet::empty();
    config::add_rules(&mut set, dir)?;
    let wanted = |id: &str| only.is_empty() || only.iter().any(|prefix| id.starts_with(prefix.as_str()));
    let fixtures = source::fixture_files(dir)?;
    let fixtures: Vec<FixtureFile> = fixtures.into_iter().filter(|fixture| wanted(&fixture.rule)).collect();
    let ids: BTreeSet<String> = set.ids().iter().map(ToString::to_string).collect();
    let broken = set.broken();
    set.keep(|id| broken.iter().all(|rule| &*rule.id != id));
    let set = &set;
    let mut report = Report {
        rules: ids.iter().filter(|id| wanted(id)).count(),
        fixtures: fixtures.len(),
        ..Report::default()
    };
    for rule in broken.iter().filter(|rule| wanted(&rule.id)) {
        report.broken += 1;
        report.failures.extend(rule.errors.iter().map(ToString::to_string));
    }
    report.failures.extend(form::orphans(dir, &ids, &fixtures, &wanted));
    let rules: Vec<Arc<Rule>> =
        set.all().into_iter().filter_map(Result::ok).filter(|rule| wanted(&rule.info.id)).collect();
    for rule in &rules {
        report.failures.extend(form::unknown_attributes(rule));
        report.failures.extend(form::unknown_in_template(rule));
    }
    let by_case: BTreeMap<(&str, &str), &FixtureFile> =
        fixtures.iter().map(|fixture| ((fixture.rule.as_str(), fixture.case.as_str()), fixture)).collect();
    let loaded: BTreeMap<&str, &Arc<Rule>> = rules.iter().map(|rule| (&*rule.info.id, rule)).collect();
    let results: Vec<(Vec<String>, &str, BTreeSet<Vec<String>>)> = fixtures
        .par_iter()
        .filter_map(|fixture| Some((fixture, *loaded.get(fixture.rule.as_str())?)))
        .map(|(fixture, rule)| {
            let case = Case {
                set,
                fixture,
                run: judged(set, fixture, str::to_owned, fixture.case.starts_with("fail")),
            };
            let fixed = fixture.case.strip_prefix("fail").and_then(|suffix| {
                by_case.get(&(fixture.rule.as_str(), format!("fixed{suffix}").as_str())).copied()
            });
            (case.failures(fixed), &*rule.info.id, case.lists(rule))
        })
        .collect();
    let mut present: BTreeMap<&str, BTreeSet<Vec<String>>> =
        rules.iter().map(|rule| (&*rule.info.id, form::lists(rule))).collect();
    for (failures, id, absent) in results {
        report.failures.extend(failures);
        if let Some(lists) = present.get_mut(id) {
            lists.retain(|list| !absent.contains(list));
        }
    }
    for (id, list) in present.iter().flat_map(|(id, lists)| lists.iter().map(move |list| (id, list))) {
        report.failures.push(format!(
            "fixtures/{id}: the rule walks over self.{}, but no fixture leaves that out",
            list.join(".")
        ));
    }
    Ok(report)
}

fn judged(set: &RuleSet, fixture: &FixtureFile, text: impl Fn(&str) -> String, fixes: bool) -> Run {
    let mut sources = Sources::default();
    for (name, content) in &fixture.files {
        sources.add(SourceFile::new(name, text(content)));
    }
    let found = Found::from_sources(sources);
    match settings(fixture) {
        Some(Ok(config)) => {
            let settings = serde_json::Value::Object(config.settings);
            let mut set = set.clone();
            set.set_settings(&settings);
            assess(found, &set, &Asked { settings, fixes, ..Asked::default() })
        }
        _ => assess(found, set, &Asked { fixes, ..Asked::default() }),
    }
}

/// What is set where a case is judged, if it says so.
fn settings(fixture: &FixtureFile) -> Option<Result<config::Config, Failure>> {
    let (name, text) = fixture.files.iter().find(|(name, _)| name == config::NAME)?;
    Some(config::Config::parse(Path::new(name), text))
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

    /// The lists that the rule walks over and that this fixture leaves out.
    fn lists(&self, rule: &Rule) -> BTreeSet<Vec<String>> {
        let mut lists = form::lists(rule);
        let configurations = &self.run.configurations;
        lists.retain(|list| {
            let of = |configuration: &crate::graph::Configuration| {
                let ids = rule.resources.iter().flat_map(|kind| configuration.of_kind(kind));
                ids.filter_map(|id| configuration.get(*id)).any(|it| form::is_absent(&it.values, list))
            };
            configurations.iter().any(of)
        });
        lists
    }

    fn failures(&self, fixed: Option<&FixtureFile>) -> Vec<String> {
        let mut failures = Vec::new();
        if let Some(Err(failure)) = settings(self.fixture) {
            failures.push(format!("{}: {failure}", self.name()));
        }
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
            failures.extend(self.in_json());
        } else if self.fixture.case == "fail"
            && self.own().any(|finding| finding.fix.as_ref().is_some_and(|fix| fix.proved))
        {
            failures.push(format!("{}: a fix is offered, but there is no fixed fixture", self.name()));
        }
        failures
    }
}
