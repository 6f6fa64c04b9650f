//! The configuration that a plan carries: expressions without their values, and without places.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

/// A module as it was written: expressions without their values.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ModuleConfig {
    /// Resource blocks.
    pub resources: Vec<ResourceConfig>,
    /// `module` blocks by name.
    pub module_calls: BTreeMap<String, CallConfig>,
    /// `output` blocks by name.
    pub outputs: BTreeMap<String, OutputConfig>,
    /// `variable` blocks by name.
    pub variables: BTreeMap<String, VariableConfig>,
}

/// A `resource` or `data` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResourceConfig {
    /// Address inside the module, without a key.
    pub address: String,
    /// By attribute: an object with `references` or `constant_value`; a nested block is an object
    /// or array of the same.
    pub expressions: Json,
    /// Its `for_each`.
    pub for_each_expression: Json,
}

/// A `module` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CallConfig {
    /// By input variable.
    pub expressions: Json,
    /// Its `for_each`.
    pub for_each_expression: Json,
    /// The module it calls.
    pub module: ModuleConfig,
}

/// An `output` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OutputConfig {
    /// Its value.
    pub expression: Json,
}

/// A `variable` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VariableConfig {
    /// Its value must not be shown.
    pub sensitive: bool,
}
