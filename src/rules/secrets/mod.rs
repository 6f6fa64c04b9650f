//! Finds every secret of a run, so that no output shows one.
//!
//! In: the parsed tree, its configurations and plans. Out: [`Secrets`]: what Terraform or the provider
//! marks sensitive, what a plan masks, and literals whose name or shape tells that they are secret.
//! What is computed from a secret is one too: the evaluator marks it.

mod documents;
mod lines;
mod plan;
mod plan_parts;
mod values;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rayon::prelude::*;

use crate::eval::join;
use crate::findings::{Gathered, Secrets, distinctive};
use crate::graph::Configuration;
use crate::source::{FileId, Sources};
use crate::syntax::Workspace;
use crate::syntax::ast::Document;

use super::functions::{Names, names_secret};
use documents::Holders;

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

/// Starts of texts that only name a secret kept elsewhere.
const REFERENCES: [&str; 8] =
    ["arn:", "ssm:", "vault:", "{{resolve:", "/", "projects/", "@Microsoft.KeyVault", "secretsmanager:"];

/// Gathers the secrets of plans, whose text is all that is needed.
pub fn plan_secrets(sources: &Sources, plans: &[FileId]) -> Gathered {
    let mut gathered = Gathered::default();
    for id in plans {
        if let Some(file) = sources.get(*id) {
            gathered.add(plan::of(*id, file.text()));
        }
    }
    gathered
}

/// Gathers the secrets of a run, besides those of its plans.
pub fn secrets(workspace: &Workspace, configurations: &[Configuration], plans: Gathered) -> Secrets {
    let mut gathered = plans;
    let from_values: Vec<Gathered> = configurations.par_iter().map(values::of).collect();
    for found in from_values {
        gathered.add(found);
    }
    // Rules that can't be read are shown too.
    for (id, file) in workspace.sources.iter() {
        if workspace.document(id).is_none() && !gathered.is_plan(id) {
            told(file.text(), &mut gathered);
        }
    }
    named(workspace, configurations, &mut gathered);
    // Where a secret is written as the name of another value, that value's literal is the secret.
    let dir = |doc: &Document| {
        let path = workspace.sources.get(doc.file()).and_then(|file| Some(file.path().parent()?.to_owned()));
        path.map_or_else(|| ".".to_owned(), |path| join(&path.to_string_lossy(), ""))
    };
    let documents: Vec<_> = workspace.documents.iter().flatten().map(|doc| (doc, dir(doc))).collect();
    let mut holders = Holders::default();
    for (doc, dir) in &documents {
        holders.add(dir, documents::marked(doc));
    }
    for round in 0..MAX_ROUNDS {
        let found: Vec<documents::Found> = documents
            .par_iter()
            .map(|(doc, dir)| documents::of(doc, dir, workspace.modules.contains_key(dir), &holders))
            .collect();
        let mut grown = false;
        for ((_, dir), found) in documents.iter().zip(&found) {
            grown |= holders.add(dir, found.names.iter().cloned());
        }
        if !grown || round + 1 == MAX_ROUNDS {
            for found in found {
                gathered.add(found.gathered);
            }
            break;
        }
    }
    Secrets::new(gathered)
}

/// What the code calls things. No secret is hidden in such a name: findings could not be followed.
fn named(workspace: &Workspace, configurations: &[Configuration], gathered: &mut Gathered) {
    for module in workspace.modules.values() {
        let all = [&module.variables, &module.locals, &module.outputs, &module.calls];
        all.into_iter().flat_map(BTreeMap::keys).for_each(|name| gathered.name(name));
        for (kind, name) in module.resources.keys().chain(module.data.keys()) {
            gathered.name(kind);
            gathered.name(name);
        }
    }
    for resource in configurations.iter().flat_map(|configuration| &configuration.resources) {
        gathered.name(&resource.kind);
        gathered.name(&resource.name);
    }
}

/// How surely a name tells that a text under it is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Telling {
    /// Not at all.
    No,
    /// What stands there is better not shown, but a plain word there stands elsewhere too.
    Likely,
    /// It is a password.
    Surely,
}

static TOLD: LazyLock<Names> = LazyLock::new(|| Names::new(&TELLING));
static SURE: LazyLock<Names> = LazyLock::new(|| Names::new(&["passw", "pwd", "passphrase"]));

/// What a name tells.
fn telling(name: &str) -> Telling {
    match names_secret(name) {
        true if SURE.stand_in(name) => Telling::Surely,
        true => Telling::Likely,
        false if TOLD.stand_in(name) => Telling::Likely,
        false => Telling::No,
    }
}

/// Keys of an object that name the value beside them: `{ name = "DB_PASSWORD", value = "..." }`.
const NAMING: [&str; 3] = ["name", "key", "Name"];
/// Key of that value.
const NAMED: &str = "value";

/// Whether a text under such a name is a secret to search for, not the name of one kept elsewhere.
fn literal(telling: Telling, text: &str) -> bool {
    let told = telling == Telling::Surely || telling == Telling::Likely && distinctive(text);
    told && !text.contains(char::is_whitespace) && !REFERENCES.iter().any(|start| text.starts_with(start))
}

/// A text of which nothing else is known, without the values behind telling names.
pub fn without_told(text: &str) -> String {
    let mut gathered = Gathered::default();
    told(text, &mut gathered);
    Secrets::new(gathered).hide(text)
}

fn told(text: &str, gathered: &mut Gathered) {
    for told in lines::told(text) {
        text.get(told.value).into_iter().for_each(|value| gathered.text(value));
    }
}
