//! Finds every secret of a run, so that no output shows one.
//!
//! In: the parsed tree, its configurations and plans. Out: [`Secrets`]: what Terraform or the provider
//! marks sensitive, what a plan masks, and literals whose name or shape tells that they are secret.
//! What is computed from a secret is one too: the evaluator marks it.

mod documents;
mod lines;
mod plan;
mod values;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::findings::{Gathered, Secrets};
use crate::graph::Configuration;
use crate::source::FileId;
use crate::syntax::Workspace;

use super::functions::names_secret;

/// How often names are followed to where their value is written.
const MAX_ROUNDS: usize = 8;
/// Names that tell of a secret, but not surely enough for a rule.
const TELLING: [&str; 8] = [
    "conn_str",
    "encryption_key",
    "customer_key",
    "account_key",
    "shared_key",
    "signing_key",
    "master_key",
    "pre_shared",
];

/// Gathers the secrets of a run.
pub fn secrets(workspace: &Workspace, configurations: &[Configuration], plans: &[FileId]) -> Secrets {
    let mut gathered = Gathered::default();
    let from_values: Vec<Gathered> = configurations.par_iter().map(values::of).collect();
    for found in from_values {
        gathered.add(found);
    }
    for id in plans {
        if let Some(file) = workspace.sources.get(*id) {
            gathered.add(plan::of(*id, file.text()));
        }
    }
    // Where a secret is written as the name of another value, that value's literal is the secret.
    let documents: Vec<_> = workspace.documents.iter().flatten().collect();
    let mut names: BTreeSet<String> = documents.iter().flat_map(|doc| documents::marked(doc)).collect();
    for round in 0..MAX_ROUNDS {
        let found: Vec<documents::Found> =
            documents.par_iter().map(|doc| documents::of(doc, &names)).collect();
        let before = names.len();
        names.extend(found.iter().flat_map(|found| found.names.iter().cloned()));
        if names.len() == before || round + 1 == MAX_ROUNDS {
            for found in found {
                gathered.add(found.gathered);
            }
            break;
        }
    }
    Secrets::new(gathered)
}

/// Whether what stands under this name is better not shown.
fn tells(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace('-', "_");
    names_secret(&lower) || TELLING.iter().any(|each| lower.contains(each))
}

/// A text of which nothing else is known, without the values behind telling names.
pub fn without_told(text: &str) -> String {
    let mut gathered = Gathered::default();
    for told in lines::told(text) {
        text.get(told.value).into_iter().for_each(|value| gathered.text(value));
    }
    Secrets::new(gathered).hide(text)
}
