//! The configuration that a plan carries: expressions without their values, and without places.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Json;

/// A module as it was written: expressions without their values.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ModuleConfig<'a> {
    /// Resource blocks.
    #[serde(borrow)]
    pub resources: Vec<ResourceConfig<'a>>,
    /// `module` blocks by name.
    #[serde(borrow)]
    pub module_calls: BTreeMap<String, CallConfig<'a>>,
    /// `output` blocks by name.
    #[serde(borrow)]
    pub outputs: BTreeMap<String, OutputConfig<'a>>,
    /// `variable` blocks by name.
    pub variables: BTreeMap<String, VariableConfig>,
}

/// A `resource` or `data` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResourceConfig<'a> {
    /// Address inside the module, without a key.
    #[serde(borrow)]
    pub address: Cow<'a, str>,
    /// By attribute: an object with `references` or `constant_value`; a nested block is an object
    /// or array of the same. There may be as many as instances, so they stay text.
    #[serde(borrow)]
    pub expressions: Option<&'a RawValue>,
    /// Its `for_each`.
    #[serde(borrow)]
    pub for_each_expression: Json<'a>,
}

/// A `module` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CallConfig<'a> {
    /// By input variable.
    #[serde(borrow)]
    pub expressions: Json<'a>,
    /// Its `for_each`.
    #[serde(borrow)]
    pub for_each_expression: Json<'a>,
    /// The module it calls.
    #[serde(borrow)]
    pub module: ModuleConfig<'a>,
}

/// An `output` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OutputConfig<'a> {
    /// Its value.
    #[serde(borrow)]
    pub expression: Json<'a>,
}

/// A `variable` block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VariableConfig {
    /// Its value must not be shown.
    pub sensitive: bool,
}
