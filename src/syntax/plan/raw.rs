//! The JSON of a plan or state, as far as it is used, borrowed from the text.
//!
//! What is not needed, or not yet, stays text: a plan of 200 MB is read in two passes and no tree of
//! it is ever built.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Json;

#[derive(Deserialize)]
pub(super) struct RawPlan<'a> {
    pub(super) format_version: Option<String>,
    #[serde(default)]
    pub(super) errored: bool,
    pub(super) complete: Option<bool>,
    #[serde(borrow)]
    pub(super) resource_changes: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) resource_drift: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) planned_values: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) prior_state: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) variables: Option<&'a RawValue>,
    /// A state's.
    #[serde(borrow)]
    pub(super) values: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) configuration: Option<&'a RawValue>,
    /// What `OpenTofu` writes in place of all this where it encrypts.
    #[serde(borrow)]
    pub(super) encrypted_data: Option<&'a RawValue>,
    /// Terraform's own state file has these.
    #[serde(borrow)]
    pub(super) lineage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct RawResource<'a> {
    #[serde(borrow)]
    pub(super) address: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) previous_address: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) module_address: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) mode: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) index: Option<Json<'a>>,
    pub(super) deposed: Option<String>,
    #[serde(borrow)]
    pub(super) change: Option<RawChange<'a>>,
    #[serde(borrow)]
    pub(super) values: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) sensitive_values: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct RawChange<'a> {
    #[serde(default, borrow)]
    pub(super) actions: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) before: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) before_sensitive: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) after: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) after_unknown: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) after_sensitive: Option<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) replace_paths: Vec<Json<'a>>,
}

#[derive(Deserialize)]
pub(super) struct RawState<'a> {
    #[serde(borrow)]
    pub(super) values: Option<StateValues<'a>>,
}

#[derive(Deserialize)]
pub(super) struct StateValues<'a> {
    #[serde(borrow)]
    pub(super) root_module: Option<StateModule<'a>>,
}

#[derive(Deserialize)]
pub(super) struct StateModule<'a> {
    #[serde(default, borrow)]
    pub(super) resources: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) child_modules: Vec<StateModule<'a>>,
    #[serde(default, borrow)]
    pub(super) address: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct RawVariable {
    #[serde(default)]
    pub(super) value: Value,
}
