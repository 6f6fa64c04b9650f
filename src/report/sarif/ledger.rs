//! What a run could not do, as notifications.
//!
//! In: the coverage ledger, rule errors, and how many results there are. Out: errors where something was
//! left unjudged, warnings where a reader would see less than there is, notes on what no rule looks at.

use std::path::Path;

use crate::findings::{Assessment, Outcome};
use crate::report::words;
use crate::source::{Problem, ProblemKind, Sources};

use super::{MAX_RESULTS, SHOWN_RESULTS, model, physical, plain, uri};

/// Notifications of one kind.
const MAX_TOLD: usize = 200;
/// Names in one of them.
const MAX_NAMED: usize = 50;

pub(super) fn notifications(
    assessment: &Assessment,
    sources: &Sources,
    results: usize,
) -> Vec<model::Notification> {
    let mut told = Vec::new();
    unparsed(&mut told, assessment, sources);
    // A rule that broke is the tool's failure as well, whatever outcomes are asked for.
    let broken = assessment.findings.iter().filter(|finding| finding.outcome == Outcome::Error);
    told.extend(broken.take(MAX_TOLD).map(|finding| model::Notification {
        level: "error",
        message: plain(&finding.message),
        locations: finding.location.and_then(|at| physical(sources, at)).map(at_file).into_iter().collect(),
        associated_rule: Some(model::RuleReference { id: finding.rule.to_string() }),
    }));
    told.extend(
        assessment.coverage.problems.iter().take(MAX_TOLD).map(|problem| at_problem(problem, sources)),
    );
    told.extend(assessment.coverage.modules_unresolved.iter().take(MAX_TOLD).map(|call| {
        let message = format!("{} was not checked: its module {} is not here", call.address, call.source);
        model::Notification {
            level: "warning",
            message: plain(&message),
            locations: physical(sources, call.location).map(at_file).into_iter().collect(),
            associated_rule: None,
        }
    }));
    let types = &assessment.coverage.resource_types_without_rules;
    if !types.is_empty() {
        let names: Vec<&str> = types.keys().take(MAX_NAMED).map(String::as_str).collect();
        let more = if types.len() > MAX_NAMED { ", ..." } else { "" };
        let count = words::counted(types.len(), "resource type");
        told.push(note("note", &format!("No rule looks at {count}: {}{more}", names.join(", "))));
    }
    if results > MAX_RESULTS {
        let left = results - MAX_RESULTS;
        told.push(note(
            "warning",
            &format!("{left} results are left out: code scanning takes {MAX_RESULTS}. The worst are here"),
        ));
    }
    if results > SHOWN_RESULTS {
        told.push(note(
            "warning",
            &format!("Code scanning shows the {SHOWN_RESULTS} worst of {results} results"),
        ));
    }
    told
}

fn unparsed(told: &mut Vec<model::Notification>, assessment: &Assessment, sources: &Sources) {
    told.extend(assessment.coverage.unparsed.iter().take(MAX_TOLD).map(|bad| {
        let place =
            bad.location.and_then(|at| physical(sources, at)).unwrap_or_else(|| model::PhysicalLocation {
                artifact_location: model::ArtifactLocation { uri: uri(Path::new(&bad.file)) },
                region: None,
                context_region: None,
            });
        let help = bad.help.as_ref().map(|help| format!(" {help}")).unwrap_or_default();
        model::Notification {
            level: "error",
            message: plain(&format!("{}{help}", bad.message)),
            locations: vec![at_file(place)],
            associated_rule: None,
        }
    }));
}

fn at_problem(problem: &Problem, sources: &Sources) -> model::Notification {
    model::Notification {
        level: if problem.kind == ProblemKind::Unjudged { "error" } else { "warning" },
        message: plain(&problem.message),
        locations: problem.location.and_then(|at| physical(sources, at)).map(at_file).into_iter().collect(),
        associated_rule: None,
    }
}

fn note(level: &'static str, message: &str) -> model::Notification {
    model::Notification { level, message: plain(message), locations: Vec::new(), associated_rule: None }
}

const fn at_file(place: model::PhysicalLocation) -> model::Place {
    model::Place { id: None, physical_location: Some(place), logical_locations: Vec::new(), message: None }
}
