//! Explanations for machines: what `explain --format json` writes.

use serde::Serialize;

use crate::findings::{Chain, Explained, State};
use crate::source::Sources;

/// Raised when a key changes or goes.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    explanations: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    root: &'a str,
    environment: Option<&'a str>,
    fingerprint: Option<&'a str>,
    rule: Option<&'a str>,
    outcome: Option<&'a str>,
    address: Option<&'a str>,
    message: Option<&'a str>,
    chains: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct Link<'a> {
    name: &'a str,
    value: Option<&'a str>,
    state: &'static str,
    file: Option<String>,
    line: Option<u32>,
    decides: bool,
    note: Option<&'a str>,
    below: Vec<Self>,
}

/// Writes explanations as JSON.
pub fn explained(all: &[Explained], sources: &Sources) -> String {
    let explanations = all
        .iter()
        .map(|each| {
            let verdict = each.verdict.as_ref();
            Entry {
                root: &each.root,
                environment: each.environment.as_deref(),
                fingerprint: verdict.map(|it| it.fingerprint.as_str()),
                rule: verdict.map(|it| &*it.rule),
                outcome: verdict.map(|it| it.outcome.name()),
                address: verdict.map(|it| it.address.as_str()),
                message: verdict.map(|it| it.message.as_str()),
                chains: each.chains.iter().map(|chain| link(chain, sources)).collect(),
            }
        })
        .collect();
    let report = Report { schema_version: SCHEMA_VERSION, explanations };
    // Its keys are names, its values text and numbers: nothing in it can fail to be written.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn link<'a>(chain: &'a Chain, sources: &Sources) -> Link<'a> {
    let place = chain.at.and_then(|at| sources.place(at));
    Link {
        name: &chain.name,
        value: chain.value.as_deref(),
        state: match chain.state {
            State::Known => "known",
            State::Unknown => "unknown",
            State::Absent => "absent",
        },
        file: place.map(|(path, _)| path.to_string_lossy().replace('\\', "/")),
        line: place.map(|(_, position)| position.line),
        decides: chain.decides,
        note: chain.note.as_deref(),
        below: chain.below.iter().map(|chain| link(chain, sources)).collect(),
    }
}
