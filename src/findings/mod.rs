//! What a run concluded, as pure data: outcomes, findings, fixes, the coverage ledger.

mod assessment;
mod criteria;
mod finding;
mod fix;
mod secrets;
mod suppress;

pub use assessment::{Assessment, Coverage, RuleInfo, Summary, UnparsedFile, UnresolvedModule};
pub use criteria::{CRITERIA, Criterion, criterion};
pub use finding::{Evidence, Finding, Outcome, Severity, Suppression, fingerprint};
pub use fix::{Applicability, Edit, Effect, Fix};
pub use secrets::{Gathered, Secrets, distinctive};
pub use suppress::{Silencing, Surroundings, suppress};
