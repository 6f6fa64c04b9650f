//! What a run concluded, as pure data: outcomes, findings, fixes, the coverage ledger.

mod assessment;
mod chain;
mod compare;
mod criteria;
mod dated;
mod finding;
mod fix;
mod secrets;
mod suppress;

pub use assessment::{
    Assessment, Changes, Coverage, Dated, RuleInfo, Summary, UnparsedFile, UnresolvedModule,
};
pub use chain::{Chain, Explained, Explanation, State};
pub use compare::compare;
pub use criteria::{CRITERIA, Criterion, criterion};
pub use dated::{is_date, note_outdated};
pub use finding::{Change, Evidence, Finding, Outcome, Severity, Suppression, fingerprint};
pub use fix::{Applicability, Edit, Effect, Fix};
pub use secrets::{Gathered, Secrets, distinctive};
pub use suppress::{SUPPRESSION_RULE, Silencing, Surroundings, suppress};
