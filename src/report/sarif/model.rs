//! The part of SARIF 2.1.0 that the report uses.
//!
//! In: values from the report. Out: what serde writes. Names and order follow the standard, so that
//! the report says what it means and this file alone knows how SARIF spells it.

use std::collections::BTreeMap;

use serde::Serialize;

macro_rules! objects {
    ($($(#[$about:meta])* $name:ident { $($(#[$how:meta])* $field:ident: $type:ty),+ $(,)? })+) => {
        $(
            $(#[$about])*
            #[derive(Serialize)]
            #[serde(rename_all = "camelCase")]
            pub(super) struct $name { $($(#[$how])* pub(super) $field: $type),+ }
        )+
    };
}

objects! {
    /// The file.
    Log {
        #[serde(rename = "$schema")]
        schema: &'static str,
        version: &'static str,
        runs: Vec<Run>,
    }
    /// One run of the tool.
    Run {
        tool: Tool,
        automation_details: Automation,
        invocations: Vec<Invocation>,
        column_kind: &'static str,
        results: Vec<Verdict>,
    }
    /// Which of several analyses this is.
    Automation { id: String }
    /// What ran.
    Tool { driver: Driver }
    /// The tool itself, and its rules.
    Driver {
        name: &'static str,
        version: &'static str,
        semantic_version: &'static str,
        rules: Vec<Rule>,
        properties: BTreeMap<&'static str, String>,
    }
    /// `reportingDescriptor`
    Rule {
        id: String,
        name: String,
        short_description: Text,
        full_description: Text,
        help: Text,
        default_configuration: Configuration,
        properties: RuleProperties,
    }
    /// `reportingConfiguration`
    Configuration { level: &'static str }
    /// What code scanning reads of a rule.
    RuleProperties {
        tags: Vec<String>,
        precision: &'static str,
        #[serde(rename = "problem.severity")]
        problem_severity: &'static str,
        #[serde(rename = "security-severity")]
        security_severity: &'static str,
    }
    /// `message` and `multiformatMessageString`
    Text {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        markdown: Option<String>,
    }
    /// How the run went.
    Invocation {
        execution_successful: bool,
        tool_execution_notifications: Vec<Notification>,
    }
    /// Something the tool could not do.
    Notification {
        level: &'static str,
        message: Text,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        locations: Vec<Place>,
        #[serde(skip_serializing_if = "Option::is_none")]
        associated_rule: Option<RuleReference>,
    }
    /// `reportingDescriptorReference`
    RuleReference { id: String }
    /// `result`
    Verdict {
        rule_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        rule_index: Option<usize>,
        kind: &'static str,
        level: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        baseline_state: Option<&'static str>,
        message: Text,
        locations: Vec<Place>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        related_locations: Vec<Place>,
        partial_fingerprints: BTreeMap<&'static str, String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        suppressions: Vec<Suppression>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        fixes: Vec<Fix>,
        properties: VerdictProperties,
    }
    /// What SARIF has no word for.
    VerdictProperties {
        outcome: &'static str,
        severity: &'static str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        instances: Vec<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        environments: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        action: Option<String>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        drift: bool,
    }
    /// `location`: a place in a file, in the configuration, or both.
    Place {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        physical_location: Option<PhysicalLocation>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        logical_locations: Vec<LogicalLocation>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<Text>,
    }
    /// A place in a file.
    PhysicalLocation {
        artifact_location: ArtifactLocation,
        #[serde(skip_serializing_if = "Option::is_none")]
        region: Option<Region>,
        #[serde(skip_serializing_if = "Option::is_none")]
        context_region: Option<Region>,
    }
    /// A file.
    ArtifactLocation { uri: String }
    /// Part of a file; the end is the first place that no longer belongs to it.
    Region { start_line: u32, start_column: u32, end_line: u32, end_column: u32 }
    /// An address.
    LogicalLocation { fully_qualified_name: String, kind: &'static str }
    /// Who silenced a result.
    Suppression {
        kind: &'static str,
        status: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        justification: Option<String>,
        properties: BTreeMap<&'static str, String>,
    }
    /// A proposed change.
    Fix {
        description: Text,
        artifact_changes: Vec<ArtifactChange>,
        properties: BTreeMap<&'static str, String>,
    }
    /// What changes in one file.
    ArtifactChange { artifact_location: ArtifactLocation, replacements: Vec<Replacement> }
    /// One edit.
    Replacement { deleted_region: Region, inserted_content: Content }
    /// The text that comes.
    Content { text: String }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { text, markdown: None }
    }
}
