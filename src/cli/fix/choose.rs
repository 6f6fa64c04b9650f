//! Which fixes a run takes, which it leaves, and why.
//!
//! In: findings with their fixes, and the user's options. Out: fixes that fit together, and for each
//! other one the reason.

use std::path::Component;

use crate::cli::args::Selection;
use crate::cli::{Failure, Run};
use crate::findings::{Applicability, Edit, Effect, Finding, Fix, Severity};
use crate::fixes;
use crate::source::Sources;

/// A finding, and the fix that closes it.
pub(in crate::cli) type Chosen<'r> = (&'r Finding, &'r Fix);

/// Why a fix waits for the next round.
const OVERLAPS: &str =
    "it touches the same lines as another fix: run trueup fix again after applying this one";

/// A finding whose fix is not taken.
pub(in crate::cli) struct Left<'r> {
    pub(in crate::cli) finding: &'r Finding,
    pub(in crate::cli) reason: String,
}

impl Left<'_> {
    /// Whether another round may take it.
    pub(in crate::cli) fn waits(&self) -> bool {
        self.reason == OVERLAPS
    }
}

/// What the user wants fixed.
pub(in crate::cli) struct Wanted<'o> {
    options: &'o Selection,
    /// Whether those that a person should look at are left.
    only_auto: bool,
    severity: Severity,
    effect: Effect,
}

impl<'o> Wanted<'o> {
    /// Reads the options. `only_auto` leaves what a person should look at first.
    pub(in crate::cli) fn new(options: &'o Selection, only_auto: bool) -> Result<Self, Failure> {
        let severity = options.severity.as_deref().unwrap_or("low");
        let severity = Severity::from_name(severity).ok_or_else(|| {
            Failure::new(
                format!("--severity {severity} is not a severity"),
                format!("use one of {}", Severity::NAMES.join(", ")),
            )
        })?;
        let most = match options.max_effect.as_deref() {
            None if options.allow_replace => Effect::DestroysData,
            None => Effect::Create,
            Some(name) => Effect::from_name(name).ok_or_else(|| {
                Failure::new(
                    format!("--max-effect {name} is not an effect"),
                    format!("use one of {}", Effect::NAMES.join(", ")),
                )
            })?,
        };
        if most >= Effect::Replace && !options.allow_replace {
            return Err(Failure::new(
                format!("--max-effect {most} lets Terraform destroy resources"),
                "say so: add --allow-replace",
            ));
        }
        Ok(Self { options, only_auto, severity, effect: most })
    }

    /// Whether the options select a finding.
    pub(in crate::cli) fn selects(&self, run: &Run, finding: &Finding) -> bool {
        let options = self.options;
        let serves = |criterion: &String| {
            let rule = run.assessment.rules.get(&finding.rule);
            rule.is_some_and(|rule| rule.criteria.iter().any(|(id, _)| id.eq_ignore_ascii_case(criterion)))
        };
        let lies = |path: &std::path::PathBuf| {
            let place = finding.location.and_then(|at| run.workspace.sources.place(at));
            let wanted = path.strip_prefix(".").unwrap_or(path);
            place.is_some_and(|(file, _)| file.strip_prefix(".").unwrap_or(file).starts_with(wanted))
        };
        finding.severity >= self.severity
            && (options.criterion.is_empty() || options.criterion.iter().any(serves))
            && (options.path.is_empty() || options.path.iter().any(lies))
            && (options.fingerprint.is_empty()
                || options.fingerprint.iter().any(|start| finding.fingerprint.starts_with(start.as_str())))
    }

    fn refuses(&self, fix: &Fix) -> Option<String> {
        if fix.effect > self.effect {
            return Some(if fix.effect >= Effect::Replace {
                "it makes Terraform replace the resource: --allow-replace includes it".to_owned()
            } else {
                format!("its effect is {}: --max-effect {} includes it", fix.effect, fix.effect)
            });
        }
        let review = self.only_auto && fix.applicability < Applicability::Auto;
        review.then(|| "a person should look first: --allow-review includes it".to_owned())
    }

    /// The proved fixes that nothing speaks against, none overlapping; and what was left and why.
    pub(in crate::cli) fn choose<'r>(&self, run: &'r Run) -> (Vec<Chosen<'r>>, Vec<Left<'r>>) {
        self.choose_among(run, run.assessment.findings.iter())
    }

    /// The same for some of a run's findings.
    pub(in crate::cli) fn choose_among<'r>(
        &self,
        run: &'r Run,
        findings: impl Iterator<Item = &'r Finding>,
    ) -> (Vec<Chosen<'r>>, Vec<Left<'r>>) {
        let sources = &run.workspace.sources;
        let mut chosen: Vec<Chosen<'r>> = Vec::new();
        let mut left = Vec::new();
        for finding in findings.filter(|finding| self.selects(run, finding)) {
            let Some(fix) = finding.fix.as_ref().filter(|_| finding.suppressed.is_none()) else { continue };
            let clashes =
                || chosen.iter().any(|(_, other)| fix.edits != other.edits && clash(sources, fix, other));
            let reason = if !fix.proved {
                Some(fix.reason.clone().unwrap_or_else(|| "it could not be proved".to_owned()))
            } else if let Some(path) = outside(sources, fix) {
                Some(format!("it changes {path}, outside the working directory: run trueup above both"))
            } else if let Some(reason) = self.refuses(fix) {
                Some(reason)
            } else {
                clashes().then(|| OVERLAPS.to_owned())
            };
            match reason {
                Some(reason) => left.push(Left { finding, reason }),
                None => chosen.push((finding, fix)),
            }
        }
        (chosen, left)
    }
}

/// A file of a fix that neither a patch nor `--write` may reach.
fn outside(sources: &Sources, fix: &Fix) -> Option<String> {
    let paths = fix.edits.iter().filter_map(|edit| sources.get(edit.file)).map(|file| file.path());
    let mut leading = paths.filter(|path| {
        path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
    });
    leading.next().map(|path| path.display().to_string())
}

/// Whether two fixes want different things of the same text, alignment aside.
fn clash(sources: &Sources, a: &Fix, b: &Fix) -> bool {
    fixes::conflicts(&fixes::substance(sources, &a.edits), &fixes::substance(sources, &b.edits))
}

/// The edits of all chosen fixes, aligned together.
pub(in crate::cli) fn edits(sources: &Sources, chosen: &[Chosen<'_>]) -> Result<Vec<Edit>, Failure> {
    let mut sets: Vec<&[Edit]> = Vec::new();
    for (_, fix) in chosen {
        // One edit at a shared origin closes several findings: it is made once.
        if !sets.contains(&fix.edits.as_slice()) {
            sets.push(&fix.edits);
        }
    }
    fixes::combine(sources, &sets).map_err(|error| {
        Failure::new(
            format!("the fixes can't be applied together: {error}"),
            "apply them one by one with --interactive",
        )
    })
}
