//! Exceptions: findings that somebody accepted, with a reason, in `.trueup.hcl`.
//!
//! In: a run and the exceptions. Out: the same run; findings that an exception holds for say so, and who
//! approved it. An exception that has expired, or holds for nothing, is a finding itself.

use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::cli::Run;
use crate::findings::{
    Finding, Outcome, SUPPRESSION_RULE, Severity, Suppression, fingerprint, suppression_rule,
};
use crate::source::{Location, SourceFile, Span};
use crate::syntax::without_keys;

use super::NAME;

/// An `exception` block.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Exception {
    /// A rule's id, an alias of it, or the beginning of ids with `*` behind it.
    pub(super) rule: String,
    /// The addresses it holds for; `*` stands for any text. All where there is none.
    pub(super) addresses: Vec<String>,
    /// The files it holds for, as in a `.gitignore`. All where there is none.
    pub(super) paths: Vec<String>,
    pub(super) reason: String,
    pub(super) approver: String,
    /// The last day it holds.
    pub(super) until: Option<String>,
    /// Where it stands, from 1.
    pub(super) line: u32,
}

/// Lets exceptions hold. `judged` says whether the run judges a rule at all, `whole` whether it judges all
/// of the tree: only then is one that holds for nothing told.
pub(in crate::cli) fn except(
    run: &mut Run,
    exceptions: &[Exception],
    today: Option<&str>,
    judged: &dyn Fn(&str) -> bool,
    whole: bool,
) {
    let patterns: Vec<Option<Gitignore>> = exceptions.iter().map(Exception::patterns).collect();
    let mut used = vec![false; exceptions.len()];
    let lapsed = |exception: &Exception| {
        let until = exception.until.as_deref();
        until.zip(today).is_some_and(|(until, today)| until < today)
    };
    let rules = &run.assessment.rules;
    let sources = &run.workspace.sources;
    for finding in &mut run.assessment.findings {
        if !matches!(finding.outcome, Outcome::Fail | Outcome::Undetermined) || finding.suppressed.is_some() {
            continue;
        }
        let aliases = rules.get(&finding.rule).map(|rule| rule.aliases.as_slice()).unwrap_or_default();
        let file = finding.block.or(finding.location).and_then(|at| sources.get(at.file));
        for ((exception, patterns), used) in exceptions.iter().zip(&patterns).zip(&mut used) {
            let named = exception.names(&finding.rule) || aliases.iter().any(|it| exception.names(it));
            let lies = file.is_some_and(|file| within(patterns.as_ref(), file.path()));
            if !named || !(exception.paths.is_empty() || lies) {
                continue;
            }
            let holds = |instance: &str| exception.holds_for(instance);
            let (some, all) = {
                let instances = finding.instances();
                (instances.iter().any(|it| holds(it)), instances.iter().all(|it| holds(it)))
            };
            if !some {
                continue;
            }
            *used = true;
            if lapsed(exception) {
                continue;
            }
            if all {
                finding.suppressed = Some(Suppression {
                    by: format!("exception, {NAME}:{}", exception.line),
                    reason: Some(exception.reason.clone()),
                    until: exception.until.clone(),
                    approver: Some(exception.approver.clone()),
                });
                break;
            }
            finding.keep_instances(|instance| !holds(instance));
        }
    }
    let known = |exception: &Exception| {
        let mut aliases = rules.values().flat_map(|rule| &rule.aliases);
        judged(&exception.rule) || aliases.any(|alias| exception.names(alias))
    };
    let faults: Vec<(usize, &str)> = exceptions
        .iter()
        .zip(&used)
        .enumerate()
        .filter_map(|(at, (exception, used))| match (lapsed(exception), used) {
            (true, _) => Some((at, "has expired")),
            (false, false) if whole && known(exception) => Some((at, "holds for nothing")),
            _ => None,
        })
        .collect();
    if !faults.is_empty() {
        tell(run, exceptions, &faults);
    }
}

/// One finding for each exception that is no good.
fn tell(run: &mut Run, exceptions: &[Exception], faults: &[(usize, &str)]) {
    let text = std::fs::read_to_string(NAME).unwrap_or_default();
    let file = run.workspace.sources.add(SourceFile::new(NAME, text));
    let place = |line: u32| {
        let span = run.workspace.sources.get(file).and_then(|file| file.line_span(line));
        Location::new(file, span.unwrap_or(Span::new(0, 0)))
    };
    let mut found = Vec::new();
    for (at, problem) in faults {
        let Some(exception) = exceptions.get(*at) else { continue };
        let until = exception.until.as_deref().filter(|_| *problem == "has expired");
        let until = until.map_or_else(String::new, |until| format!(" after {until}"));
        let clause = format!("{} {:?} {:?}", exception.rule, exception.addresses, exception.paths);
        found.push(Finding {
            fingerprint: fingerprint(SUPPRESSION_RULE, NAME, &clause),
            rule: Arc::from(SUPPRESSION_RULE),
            outcome: Outcome::Fail,
            severity: Severity::Low,
            address: NAME.to_owned(),
            instances: Vec::new(),
            identities: Vec::new(),
            environments: Vec::new(),
            block: None,
            module: String::new(),
            location: Some(place(exception.line)),
            message: format!("the exception for {} {problem}{until}", exception.rule),
            why: Vec::new(),
            fix: None,
            suppressed: None,
            change: None,
            drift: false,
            action: None,
        });
    }
    run.assessment.rules.insert(Arc::from(SUPPRESSION_RULE), suppression_rule());
    run.assessment.findings.extend(found);
}

fn within(patterns: Option<&Gitignore>, path: &Path) -> bool {
    let path = path.strip_prefix(".").unwrap_or(path);
    patterns.is_some_and(|patterns| {
        patterns.matched(path, false).is_ignore()
            || path.ancestors().skip(1).any(|dir| patterns.matched(dir, true).is_ignore())
    })
}

impl Exception {
    fn patterns(&self) -> Option<Gitignore> {
        let mut patterns = GitignoreBuilder::new("");
        for path in &self.paths {
            // A pattern that is none matches nothing: then the exception holds for nothing, and says so.
            let _ = patterns.add_line(None, path);
        }
        patterns.build().ok()
    }

    fn names(&self, id: &str) -> bool {
        match self.rule.strip_suffix('*') {
            Some(start) => id.starts_with(start),
            None => id.eq_ignore_ascii_case(&self.rule),
        }
    }

    fn holds_for(&self, address: &str) -> bool {
        let plain = without_keys(address);
        self.addresses.is_empty()
            || self.addresses.iter().any(|wanted| like(wanted, address) || like(wanted, &plain))
    }
}

/// Whether a text is as a pattern says, in which `*` stands for any text.
fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(like("a.b", "a.b") && !like("a.b", "a.bc") && !like("a.b", "xa.b"));
        assert!(like("module.*.x", "module.a.b.x") && !like("module.*.x", "module.x"));
        assert!(like("*", "") && like("a*", "a") && like("*b*", "abc") && !like("a*b*c", "acb"));
    }
}
