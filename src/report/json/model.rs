//! What `check --format json` writes, as types.
//!
//! In: values from the report. Out: what serde writes. The JSON Schema beside this file is made from
//! these types and their comments, so the contract has one source. A key that changes or goes is a
//! new `schema_version`; keys may be added.

use std::borrow::Cow;

use serde::Serialize;
#[cfg(test)]
use {
    crate::findings::{Applicability, Effect, Outcome, Severity},
    schemars::JsonSchema,
};

/// The version of what is written here.
pub(super) const SCHEMA_VERSION: u32 = 1;

macro_rules! objects {
    ($($(#[$about:meta])* $name:ident $(<$lt:lifetime>)? { $($(#[$how:meta])* $field:ident: $type:ty),+ $(,)? })+) => {
        $(
            #[derive(Serialize)]
            #[cfg_attr(test, derive(JsonSchema))]
            $(#[$about])*
            pub(super) struct $name $(<$lt>)? { $($(#[$how])* pub(super) $field: $type),+ }
        )+
    };
}

objects! {
    /// What `trueup check --format json` writes.
    #[cfg_attr(test, schemars(title = "trueup check --format json"))]
    Report<'a> {
        /// The version of this format.
        #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
        schema_version: u32,
        /// What judged.
        tool: Tool<'a>,
        /// How many verdicts of each outcome there are, whichever are listed. Suppressed ones count only there.
        summary: Counts,
        /// What plans change; null without one.
        changes: Option<Changes>,
        /// What was looked at, and what was not.
        coverage: Ledger<'a>,
        /// What is known already, and therefore not among the findings.
        known: Vec<Compared<'a>>,
        /// The verdicts whose outcome was asked for: the worst severity first, then by place.
        findings: Vec<Verdict<'a>>,
    }
    /// The tool and its rules.
    Tool<'a> {
        /// `trueup`
        name: &'a str,
        /// The tool's version.
        version: &'a str,
        /// Identity of the rule set: 16 hexadecimal digits.
        rules_digest: &'a str,
    }
    /// What a run was compared with.
    Compared<'a> {
        /// `the baseline FILE`, or `the commit ID`.
        against: &'a str,
        /// How many findings are known.
        count: usize,
        /// What was there, and is there no more.
        gone: Vec<Gone<'a>>,
    }
    /// A finding that is gone.
    Gone<'a> {
        /// Its identity.
        fingerprint: &'a str,
        /// The rule's id.
        rule: &'a str,
        /// The resource's address.
        address: &'a str,
        /// The file it stood in; empty where it had no place.
        file: &'a str,
    }
    /// Failures by what plans do to them.
    Changes {
        /// Not there now.
        introduced: usize,
        /// There now, and afterwards.
        kept: usize,
        /// There now, and gone afterwards.
        resolved: usize,
        /// Of those kept or resolved: came by a change outside Terraform.
        drift: usize,
    }
    /// Verdicts by outcome.
    Counts {
        /// The condition is met.
        pass: usize,
        /// It is not met.
        fail: usize,
        /// Only apply, or an input that is not here, can decide.
        undetermined: usize,
        /// The rule says nothing about the resource.
        not_applicable: usize,
        /// The rule could not be evaluated.
        error: usize,
        /// Silenced by a comment or an exception.
        suppressed: usize,
    }
    /// The ledger: what was looked at, and what was not.
    Ledger<'a> {
        /// Files read.
        files: usize,
        /// Files that the scope of `.trueup.hcl` leaves out.
        left_out: usize,
        /// Files, or parts of them, that could not be read or parsed. Where there is one, nothing is proved.
        unparsed: Vec<Unparsed<'a>>,
        /// Module calls whose module is not here.
        modules_unresolved: Vec<Unresolved<'a>>,
        /// Resource instances judged.
        resources: usize,
        /// Resource types that no rule looks at.
        resource_types_without_rules: Vec<&'a str>,
        /// What would decide the undetermined verdicts.
        undetermined_inputs: Vec<Input<'a>>,
        /// Expressions that Terraform would refuse, and limits that were reached.
        problems: Vec<Problem<'a>>,
    }
    /// A part of a file that could not be parsed, or a file that could not be read.
    Unparsed<'a> {
        /// The path, relative to the working directory.
        file: &'a str,
        /// The line, from 1; null where the whole file could not be read.
        #[cfg_attr(test, schemars(range(min = 1)))]
        line: Option<u32>,
        /// What is wrong.
        message: &'a str,
    }
    /// A module call whose module is not here.
    Unresolved<'a> {
        /// `module.vpc`
        address: &'a str,
        /// The source as written.
        source: &'a str,
        /// The file of the call.
        file: Option<String>,
        /// Its line, from 1.
        #[cfg_attr(test, schemars(range(min = 1)))]
        line: Option<u32>,
    }
    /// An input that would decide verdicts.
    Input<'a> {
        /// `var.retention`
        input: &'a str,
        /// How many verdicts wait for it.
        count: usize,
    }
    /// Something in the configuration that could not be followed.
    Problem<'a> {
        /// What is wrong.
        message: &'a str,
        /// `refused` or `limit`: what rests on it is undetermined; `unjudged`: resources were left unjudged.
        #[cfg_attr(test, schemars(extend("enum" = ["refused", "limit", "unjudged"])))]
        kind: &'a str,
        /// Where, if it has a place.
        file: Option<String>,
        /// Its line, from 1.
        #[cfg_attr(test, schemars(range(min = 1)))]
        line: Option<u32>,
    }
    /// One rule's verdict on one block, over all its instances.
    Verdict<'a> {
        /// Stable identity of the finding: 16 hexadecimal digits. Lines may move and files be renamed.
        fingerprint: &'a str,
        /// The rule's id: `aws/s3/bucket-versioning`.
        rule: &'a str,
        /// Ids of other scanners' checks for the same.
        aliases: Vec<&'a str>,
        /// What good looks like.
        title: &'a str,
        /// How bad a failure is.
        #[cfg_attr(test, schemars(extend("enum" = Severity::NAMES)))]
        severity: &'a str,
        /// The SOC 2 criteria that the rule serves.
        criteria: Vec<&'a str>,
        /// The verdict.
        #[cfg_attr(test, schemars(extend("enum" = Outcome::NAMES)))]
        outcome: &'a str,
        /// The resource's address; the root's for a rule over a whole configuration.
        address: &'a str,
        /// The instances concerned, where the block makes several.
        instances: Vec<&'a str>,
        /// The environments it holds in, where roots are judged for several.
        environments: Vec<&'a str>,
        /// The module's path; empty in the root.
        module: &'a str,
        /// The file, relative to the working directory; null where the finding has no place.
        file: Option<String>,
        /// The deciding expression, or the block's header where it is absent.
        range: Option<Range>,
        /// What is wrong, naming the resource. `Undetermined:` stands before what is not known to be; a pass says
        /// what holds.
        message: Cow<'a, str>,
        /// What the verdict rests on.
        why: Vec<Seen<'a>>,
        /// The fix, if there is one.
        fix: Option<Offered<'a>>,
        /// Who silenced the finding; null where nobody did.
        suppressed: Option<Silenced<'a>>,
        /// What a plan does to the finding; null without a plan.
        #[cfg_attr(test, schemars(extend("enum" = ["introduced", "kept", "resolved", null])))]
        change: Option<&'a str>,
        /// Whether what exists has come to differ from what was applied, outside Terraform.
        drift: bool,
        /// What the plan does with the resource: `create`, `update`, `replace because of name`.
        action: Option<&'a str>,
    }
    /// What `trueup fix --format json` writes.
    #[cfg_attr(test, schemars(title = "trueup fix --format json"))]
    FixReport<'a> {
        /// The version of this format.
        #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
        schema_version: u32,
        /// Whether the edits were written to the files.
        applied: bool,
        /// The fixes that fit together. Each closes one finding or more.
        fixes: Vec<Closing<'a>>,
        /// The findings whose fix is not among them.
        left: Vec<Remaining<'a>>,
    }
    /// A fix, and what it closes.
    Closing<'a> {
        /// The findings it closes.
        closes: Vec<Closed<'a>>,
        /// The fix.
        fix: Offered<'a>,
    }
    /// A finding that a fix closes.
    Closed<'a> {
        /// Stable identity of the finding.
        fingerprint: &'a str,
        /// The rule's id.
        rule: &'a str,
        /// The resource's address.
        address: &'a str,
    }
    /// A finding whose fix is left out.
    Remaining<'a> {
        /// The finding.
        finding: Closed<'a>,
        /// Why.
        reason: &'a str,
    }
    /// From the first character up to, not including, the last position.
    Range {
        /// The first character.
        start: Place,
        /// One past the last character.
        end: Place,
    }
    /// A position as people count.
    Place {
        /// From 1.
        #[cfg_attr(test, schemars(range(min = 1)))]
        line: u32,
        /// From 1, in Unicode characters.
        #[cfg_attr(test, schemars(range(min = 1)))]
        column: u32,
    }
    /// A value that a verdict rests on.
    Seen<'a> {
        /// The clause of the rule's condition.
        clause: &'a str,
        /// What the clause reads: `self.storage_encrypted`.
        path: &'a str,
        /// What it saw, as Terraform writes it; `(not set)`, `(sensitive value)`, or why it is unknown.
        value: &'a str,
        /// The source that decided it.
        origin: Option<Origin>,
    }
    /// Where a value was written.
    Origin {
        /// The file, relative to the working directory.
        file: Option<String>,
        /// The line, from 1.
        #[cfg_attr(test, schemars(range(min = 1)))]
        line: Option<u32>,
    }
    /// A fix.
    Offered<'a> {
        /// What it does.
        title: &'a str,
        /// `auto`: can be applied; `review`: a person should look first; `manual`: needs a person.
        #[cfg_attr(test, schemars(extend("enum" = Applicability::NAMES)))]
        applicability: &'a str,
        /// What `terraform apply` does with it.
        #[cfg_attr(test, schemars(extend("enum" = Effect::NAMES)))]
        effect: &'a str,
        /// What to look out for.
        caution: Option<&'a str>,
        /// Whether the patched tree was computed and judged again, and passed.
        proved: bool,
        /// Why there is no proof, or why its edits are not shown.
        reason: Option<&'a str>,
        /// The setting of `.trueup.hcl` that would complete it.
        needs: Option<&'a str>,
        /// The edits, by file and place, none overlapping. Empty where none is offered.
        edits: Vec<Replacement<'a>>,
    }
    /// Replaces a range of a file.
    Replacement<'a> {
        /// The file, relative to the working directory.
        file: Option<String>,
        /// What goes; start and end are the same to insert.
        range: Option<Range>,
        /// What comes.
        text: &'a str,
    }
    /// Why a finding is silent.
    Silenced<'a> {
        /// The comment or exception, and where it stands.
        by: &'a str,
        /// The reason given.
        reason: Option<&'a str>,
        /// The last day it holds: `2027-01-31`.
        until: Option<&'a str>,
        /// Who approved it: exceptions say so.
        approver: Option<&'a str>,
    }
}
