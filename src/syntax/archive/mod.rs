//! Reads a binary plan: what `terraform plan -out` writes.
//!
//! In: the bytes of the file, which is a ZIP. Out: a [`BinaryPlan`]: the exact sources that were
//! planned, module by module, and the values of the root's variables. Nothing is written to disk and
//! nothing is run. The file may come from a stranger, so every size is bounded before it is believed.

#[cfg(test)]
mod tests;
mod variables;
mod zip;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::plan::PlanError;

/// How much of the plan's own record is read: the variables stand at its beginning.
const MAX_RECORD_BYTES: usize = 4 << 20;
/// How many modules a plan may list.
const MAX_MODULES: usize = 10_000;
/// How long the directory of a module may be: it stands in the path of each of its files.
const MAX_DIR: usize = 1_024;

const PLAN_AGAIN: &str = "Write the plan again with `terraform plan -out PLAN`.";

/// The sources and variables of a binary plan.
#[derive(Debug)]
pub struct BinaryPlan {
    /// The modules, in the order of the plan's list. The root has an empty key.
    pub modules: Vec<PlannedModule>,
    /// Values of the root's variables that were given when planning; the others have their default.
    /// `None` where the record can't be read: then no variable is known.
    pub variables: Option<BTreeMap<String, serde_json::Value>>,
}

/// One module of a binary plan.
#[derive(Debug)]
pub struct PlannedModule {
    /// Names of the calls that lead to it, joined by dots; empty for the root.
    pub key: String,
    /// Where it lay, relative to the directory that was planned.
    pub dir: String,
    /// Its files by name.
    pub files: Vec<(String, Vec<u8>)>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Dir")]
    dir: String,
}

/// Whether bytes begin as a binary plan does.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads a binary plan.
pub fn parse_archive(bytes: &[u8]) -> Result<BinaryPlan, PlanError> {
    parse_within(bytes, zip::Limits::default())
}

fn parse_within(bytes: &[u8], limits: zip::Limits) -> Result<BinaryPlan, PlanError> {
    let mut entries = zip::Entries::new(bytes, limits)?;
    let list = entries.read("tfconfig/modules.json")?;
    let (Some(list), true) = (list, entries.contains("tfplan")) else {
        return Err(PlanError::new(
            "this ZIP is not a Terraform plan: it holds no tfplan with the sources it was made from",
            "Name what `terraform plan -out PLAN` wrote, or the JSON of `terraform show -json PLAN`.",
        ));
    };
    let broken = || PlanError::new("the plan's list of modules is not readable", PLAN_AGAIN);
    let listed: Vec<Listed> = serde_json::from_slice(&list).map_err(|_| broken())?;
    if listed.len() > MAX_MODULES {
        return Err(PlanError::new(
            format!("the plan lists more than {MAX_MODULES} modules"),
            "Judge the Terraform files instead.",
        ));
    }
    let readable = |module: &Listed| module.dir.len() <= MAX_DIR && module.key.len() <= MAX_DIR;
    if !listed.iter().all(readable) || !listed.iter().any(|module| module.key.is_empty()) {
        return Err(broken());
    }
    let mut modules = Vec::new();
    for Listed { key, dir } in listed {
        let mut files = Vec::new();
        for name in entries.names_in(&format!("tfconfig/m-{key}/")) {
            // Sources stay in memory, but their names become part of a path.
            if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':', '\0']) {
                return Err(PlanError::new(
                    "the plan holds a source file with an impossible name",
                    PLAN_AGAIN,
                ));
            }
            let path = format!("tfconfig/m-{key}/{name}");
            files.extend(entries.read(&path)?.map(|bytes| (name, bytes)));
        }
        modules.push(PlannedModule { key, dir: dir.replace('\\', "/"), files });
    }
    let record = entries.read_start("tfplan", MAX_RECORD_BYTES)?;
    let variables = record.as_deref().and_then(variables::read);
    Ok(BinaryPlan { modules, variables })
}
