//! Silences findings by the comments that people wrote beside them.
//!
//! In: an assessment, and the comments of its files. Out: the same assessment; findings that a
//! comment silences say so, and a comment of ours that is no good is a finding itself. Otherwise
//! silence would outlive its reason.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{Comment, FileId, Location, Sources};

use super::{Assessment, Finding, Outcome, RuleInfo, Severity, Suppression, fingerprint, is_date};

/// The rule that comments of ours must hold to.
pub const SUPPRESSION_RULE: &str = "trueup/suppression";
/// Comment lines looked at above a block or an expression.
const MAX_ABOVE: u32 = 50;

/// Where a finding stands, beside its own location.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The whole block.
    pub block: Option<Location>,
    /// Each instance, and the module calls that lead to it.
    pub instances: Vec<(String, Vec<Location>)>,
}

/// What a run knows that comments are held against.
pub struct Silencing<'a> {
    /// Where a finding stands.
    pub surroundings: &'a dyn Fn(&Finding) -> Surroundings,
    /// Whether the run judges a rule of this id at all: a comment that names no such rule may be
    /// needed by another run.
    pub judged: &'a dyn Fn(&str) -> bool,
    /// `2027-01-31`; a comment holds through its last day, and without a date nothing expires.
    pub today: Option<&'a str>,
}

/// Silences findings.
///
/// A comment holds for a finding when it names the rule or one of its aliases, and stands inside
/// the finding's block, on the line of the finding, or in the comment lines directly above the
/// block's header or the finding. One that stands so at a module call holds for the instances that
/// the call leads to: the finding is silent when all its instances are, and else goes on without
/// them. A rule error is never silenced.
pub fn suppress(
    assessment: &mut Assessment,
    comments: &[Comment],
    sources: &Sources,
    silencing: &Silencing<'_>,
) {
    if comments.is_empty() {
        return;
    }
    let mut matcher =
        Matcher { by_file: BTreeMap::new(), used: vec![false; comments.len()], sources, silencing };
    for (at, comment) in comments.iter().enumerate() {
        matcher.by_file.entry(comment.location.file).or_default().push((at, comment));
    }
    let rules = &assessment.rules;
    for finding in &mut assessment.findings {
        if !matches!(finding.outcome, Outcome::Fail | Outcome::Undetermined | Outcome::Error) {
            continue;
        }
        let aliases = rules.get(&finding.rule).map(|rule| rule.aliases.as_slice()).unwrap_or_default();
        let Surroundings { block, instances } = (silencing.surroundings)(finding);
        let own = Reach::of(finding.location, block, sources);
        let mut by = matcher.find(finding, aliases, &own);
        let called = instances.iter().any(|(_, calls)| !calls.is_empty());
        if by.is_none() && called {
            let silenced: Vec<(&String, Option<Suppression>)> = instances
                .iter()
                .map(|(name, calls)| {
                    let at = |call: &Location| {
                        matcher.find(finding, aliases, &Reach::of(None, Some(*call), sources))
                    };
                    // Every comment on the way is used, so all calls are looked at.
                    (name, calls.iter().map(at).fold(None, Option::or))
                })
                .collect();
            if silenced.iter().all(|(_, by)| by.is_some()) {
                by = silenced.into_iter().find_map(|(_, by)| by);
            } else {
                let open = |name: &String| silenced.iter().any(|(other, by)| *other == name && by.is_none());
                finding.instances.retain(open);
            }
        }
        finding.suppressed = finding.suppressed.take().or(by);
    }
    let faults = faults(comments, &matcher.used, sources, silencing);
    if !faults.is_empty() {
        assessment.rules.insert(Arc::from(SUPPRESSION_RULE), info());
        assessment.findings.extend(faults);
        sort(&mut assessment.findings, sources);
    }
}

/// Comments by file, and which of them were needed.
struct Matcher<'a> {
    by_file: BTreeMap<FileId, Vec<(usize, &'a Comment)>>,
    used: Vec<bool>,
    sources: &'a Sources,
    silencing: &'a Silencing<'a>,
}

impl Matcher<'_> {
    /// The first comment within reach that silences a finding.
    fn find(&mut self, finding: &Finding, aliases: &[String], reach: &Reach) -> Option<Suppression> {
        let mut by = None;
        for (at, comment) in reach.files().filter_map(|file| self.by_file.get(&file)).flatten() {
            let named = || comment.names(&finding.rule) || aliases.iter().any(|alias| comment.names(alias));
            if !reach.covers(comment) || !named() {
                continue;
            }
            if let Some(used) = self.used.get_mut(*at) {
                *used = true;
            }
            let holds = lapse(comment, self.silencing.today).is_none() && finding.outcome != Outcome::Error;
            if holds && by.is_none() {
                by = Some(Suppression {
                    by: format!("comment {}, {}", comment.kind, place_of(comment, self.sources)),
                    reason: comment.reason.clone(),
                    until: comment.until.clone(),
                });
            }
        }
        by
    }
}

/// Where comments hold for one finding.
struct Reach {
    block: Option<Location>,
    /// Lines with the file they are in: those of the finding, and comment lines above.
    beside: Vec<(FileId, u32)>,
    /// First comment line above the header, and the header's line.
    above: Option<(FileId, u32, u32)>,
    /// The same for the finding itself.
    above_place: Option<(FileId, u32, u32)>,
}

impl Reach {
    fn of(place: Option<Location>, block: Option<Location>, sources: &Sources) -> Self {
        let above = |at: Location| above(at, sources);
        let lines = |at: Location| {
            let file = sources.get(at.file)?;
            Some((at.file, file.position(at.span.start).line))
        };
        Self {
            block,
            beside: place.and_then(lines).into_iter().chain(block.and_then(lines)).collect(),
            above: block.and_then(above),
            above_place: place.and_then(above),
        }
    }

    /// The files to look in, each once.
    fn files(&self) -> impl Iterator<Item = FileId> {
        let mut files: Vec<FileId> = self.beside.iter().map(|(file, _)| *file).collect();
        files.sort_unstable();
        files.dedup();
        files.into_iter()
    }

    fn covers(&self, comment: &Comment) -> bool {
        let file = comment.location.file;
        let under = |range: Option<(FileId, u32, u32)>| {
            range.is_some_and(|(of, first, last)| {
                of == file && comment.alone && (first..last).contains(&comment.line)
            })
        };
        let beside = !comment.alone && self.beside.contains(&(file, comment.line));
        let inside =
            self.block.is_some_and(|block| block.file == file && block.span.contains(comment.location.span));
        match comment.kind {
            // kics says where it means: the block below, or the line below.
            "kics-scan ignore-block" => under(self.above),
            "kics-scan ignore-line" => under(self.above_place),
            _ => inside || beside || under(self.above) || under(self.above_place),
        }
    }
}

/// The comment lines directly above a place: its file, the first of them, and the place's own line.
fn above(at: Location, sources: &Sources) -> Option<(FileId, u32, u32)> {
    let file = sources.get(at.file)?;
    let line = file.position(at.span.start).line;
    let is_comment = |line: &u32| {
        file.line_span(*line).is_some_and(|span| {
            let text = file.slice(span).trim_start_matches('\u{feff}').trim_start();
            ["#", "//", "/*"].iter().any(|mark| text.starts_with(mark))
        })
    };
    let first = (line.saturating_sub(MAX_ABOVE).max(1)..line).rev().take_while(is_comment).last();
    Some((at.file, first.unwrap_or(line), line))
}

/// Why a comment no longer holds.
fn lapse(comment: &Comment, today: Option<&str>) -> Option<String> {
    let until = comment.until.as_deref()?;
    if !is_date(until) {
        return Some(format!("has the date `{until}`, which is not written YYYY-MM-DD"));
    }
    // Dates of this form order as text.
    today.filter(|today| until < *today).map(|_| format!("expired after {until}"))
}

fn place_of(comment: &Comment, sources: &Sources) -> String {
    format!("{}:{}", path(comment.location, sources), comment.line)
}

fn path(at: Location, sources: &Sources) -> String {
    sources.get(at.file).map(|file| file.path().to_string_lossy().replace('\\', "/")).unwrap_or_default()
}

/// What is wrong with comments of ours, one finding for each.
fn faults(comments: &[Comment], used: &[bool], sources: &Sources, silencing: &Silencing<'_>) -> Vec<Finding> {
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (comment, used) in comments.iter().zip(used).filter(|(comment, _)| comment.is_ours()) {
        let problem = if comment.ids.is_empty() {
            "names no rule".to_owned()
        } else if let Some(lapse) = lapse(comment, silencing.today) {
            lapse
        } else if !used && comment.ids.iter().any(|id| (silencing.judged)(id)) {
            "silences nothing".to_owned()
        } else if comment.reason.is_none() {
            "gives no reason".to_owned()
        } else {
            continue;
        };
        let ids = comment.ids.join(",");
        let address = path(comment.location, sources);
        // The same comment twice in a file: told apart by order, since lines move.
        let count = seen.entry((address.clone(), ids.clone())).or_default();
        let clause = format!("{ids} {count}");
        *count += 1;
        let named = if ids.is_empty() { String::new() } else { format!(" {ids}") };
        found.push(Finding {
            fingerprint: fingerprint(SUPPRESSION_RULE, &address, &clause),
            rule: Arc::from(SUPPRESSION_RULE),
            outcome: Outcome::Fail,
            severity: Severity::Low,
            address,
            instances: Vec::new(),
            environments: Vec::new(),
            block: None,
            module: String::new(),
            location: Some(comment.location),
            message: format!("the comment `{}{named}` {problem}", comment.kind),
            why: Vec::new(),
            fix: None,
            suppressed: None,
            change: None,
            drift: false,
            action: None,
        });
    }
    found
}

fn info() -> RuleInfo {
    RuleInfo {
        id: Arc::from(SUPPRESSION_RULE),
        title: "Comments that silence a rule are needed, reasoned and current".to_owned(),
        severity: Severity::Low,
        criteria: Vec::new(),
        aliases: Vec::new(),
        description: "A comment that silences a rule is an exception to a control. It names the rule, \
            gives a reason, and goes when it has expired or silences nothing."
            .to_owned(),
        dated: None,
    }
}

/// Worst first, then by file, place and rule.
fn sort(findings: &mut [Finding], sources: &Sources) {
    findings.sort_by_cached_key(|finding| {
        let place = finding.location.map(|at| (path(at, sources), at.span.start));
        (Reverse(finding.severity), place, finding.rule.clone())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Span, suppressions};

    /// Findings of `a/b` at `acl` and of `a/c` at the header, in the block of the text.
    fn run(text: &str, today: Option<&str>) -> Assessment {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("main.tf", text));
        let span = |from: usize, to: usize| {
            Location::new(file, Span::new(u32::try_from(from).unwrap(), u32::try_from(to).unwrap()))
        };
        let (start, end) = (text.find("resource").unwrap(), text.find("}\n").unwrap() + 1);
        let acl = text.find("acl").unwrap();
        let mut assessment = Assessment::default();
        for (rule, outcome, location) in [
            ("a/b", Outcome::Fail, span(acl, acl + 3)),
            ("a/c", Outcome::Undetermined, span(start, start + 8)),
            ("a/d", Outcome::Error, span(start, start + 8)),
            ("a/e", Outcome::Pass, span(start, start + 8)),
        ] {
            let aliases = vec![format!("CKV_{}", rule.trim_start_matches("a/").to_uppercase())];
            assessment.rules.insert(Arc::from(rule), RuleInfo { aliases, id: Arc::from(rule), ..info() });
            assessment.findings.push(Finding {
                fingerprint: fingerprint(rule, "r.x", ""),
                rule: Arc::from(rule),
                outcome,
                severity: Severity::High,
                address: "r.x".into(),
                instances: Vec::new(),
                environments: Vec::new(),
                block: None,
                module: String::new(),
                location: Some(location),
                message: String::new(),
                why: Vec::new(),
                fix: None,
                suppressed: None,
                change: None,
                drift: false,
                action: None,
            });
        }
        let comments = suppressions(text, file);
        let surroundings =
            |_: &Finding| Surroundings { block: Some(span(start, end)), instances: Vec::new() };
        let silencing = Silencing { surroundings: &surroundings, judged: &|_| true, today };
        suppress(&mut assessment, &comments, &sources, &silencing);
        assessment
    }

    fn silenced(assessment: &Assessment) -> Vec<&str> {
        assessment.findings.iter().filter(|one| one.suppressed.is_some()).map(|one| &*one.rule).collect()
    }

    fn faulty(assessment: &Assessment) -> Vec<&str> {
        let faults = assessment.findings.iter().filter(|one| &*one.rule == SUPPRESSION_RULE);
        faults.map(|one| one.message.as_str()).collect()
    }

    #[test]
    fn comments_hold_above_inside_and_beside() {
        for text in [
            "# trueup:ignore a/b reason=\"x\"\nresource r x {\n  acl = 1\n}\n",
            "# trueup:ignore a/b reason=\"x\"\n# more\nresource r x {\n  acl = 1\n}\n",
            "resource r x { # trueup:ignore a/b reason=\"x\"\n  acl = 1\n}\n",
            "resource r x {\n  # trueup:ignore a/b reason=\"x\"\n  acl = 1\n}\n",
            "resource r x {\n  acl = 1\n  #checkov:skip=CKV_B:x\n}\n",
            "# kics-scan ignore-line\n  acl = 1\nresource r x {\n}\n",
        ] {
            let assessment = run(text, Some("2027-01-01"));
            assert_eq!(silenced(&assessment), ["a/b"], "{text}");
            assert!(faulty(&assessment).is_empty(), "{text}");
            assert!(!assessment.rules.contains_key(SUPPRESSION_RULE));
        }
        let assessment = run("# kics-scan ignore-block\nresource r x {\n  acl = 1\n}\n", None);
        assert_eq!(silenced(&assessment), ["a/b", "a/c"], "a rule error is never silenced");
    }

    #[test]
    fn comments_elsewhere_silence_nothing_and_are_told() {
        for text in [
            "# trueup:ignore a/b reason=\"x\"\n\nresource r x {\n  acl = 1\n}\n",
            "y = 1 # trueup:ignore a/b reason=\"x\"\nresource r x {\n  acl = 1\n}\n",
            "resource r x {\n  acl = 1\n}\n# trueup:ignore a/b reason=\"x\"\n",
        ] {
            let assessment = run(text, None);
            assert!(silenced(&assessment).is_empty(), "{text}");
            assert_eq!(faulty(&assessment), ["the comment `trueup:ignore a/b` silences nothing"]);
            assert_eq!(assessment.findings.last().unwrap().severity, Severity::Low);
        }
        let passing = run("# trueup:ignore a/e reason=\"x\"\nresource r x {\n  acl = 1\n}\n", None);
        assert_eq!(faulty(&passing), ["the comment `trueup:ignore a/e` silences nothing"]);
    }

    #[test]
    fn a_comment_holds_through_its_last_day() {
        let text = "# trueup:ignore a/b reason=\"x\" until=2027-01-31\nresource r x {\n  acl = 1\n}\n";
        assert_eq!(silenced(&run(text, Some("2027-01-31"))), ["a/b"]);
        assert_eq!(silenced(&run(text, None)), ["a/b"]);
        let late = run(text, Some("2027-02-01"));
        assert!(silenced(&late).is_empty());
        assert_eq!(faulty(&late), ["the comment `trueup:ignore a/b` expired after 2027-01-31"]);
        let odd = run(&text.replace("2027-01-31", "soon"), Some("2027-01-01"));
        assert!(silenced(&odd).is_empty());
        assert_eq!(faulty(&odd).len(), 1);
    }

    #[test]
    fn a_comment_without_reason_or_rule_is_told() {
        let text = "# trueup:ignore a/b\n# trueup:ignore\nresource r x {\n  acl = 1\n}\n";
        let assessment = run(text, None);
        assert_eq!(silenced(&assessment), ["a/b"]);
        assert_eq!(
            faulty(&assessment),
            ["the comment `trueup:ignore a/b` gives no reason", "the comment `trueup:ignore` names no rule"]
        );
        assert!(assessment.rules.contains_key(SUPPRESSION_RULE));
    }
}
