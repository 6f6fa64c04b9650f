//! `trueup fix`: print the proved fixes as one patch, apply them, or ask about each.
//!
//! A patch shows no secret and still applies: what can't be shown is left out of it and named.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::findings::{Applicability, Edit, Effect, Finding, Fix, Outcome, Secrets};
use crate::fixes;
use crate::source::{FileId, SourceFile, Sources};

use super::args::{Arguments, Fix as Options};
use super::{Exit, Failure, Run, check, print, say};

pub(super) fn run(options: &Options, _arguments: &Arguments) -> Result<Exit, Failure> {
    let run = check::judge(&options.input, true)?;
    if options.interactive && !options.diff {
        return interactive(&run, options);
    }
    let (mut chosen, mut left) = choose(&run, |fix| {
        let replaces = fix.effect >= Effect::Replace && !options.allow_replace;
        let review = options.write && fix.applicability < Applicability::Auto && !options.allow_review;
        match (replaces, review) {
            (true, _) => Some("it makes Terraform replace the resource: --allow-replace includes it"),
            (_, true) => Some("a person should look first: --allow-review includes it"),
            _ => None,
        }
    });
    let sources = &run.workspace.sources;
    if options.write {
        apply(sources, &chosen)?;
    } else {
        let shown = Shown { sources, covered: &run.secrets.cover(sources), secrets: &run.secrets };
        let (patch, withheld) = shown.patch(&mut chosen)?;
        left.extend(withheld.into_iter().map(|finding| (finding, fixes::Withheld.to_string())));
        print(&patch);
    }
    summary(&run, chosen.len(), &left, options.write);
    Ok(exit(&run))
}

/// What could not be judged has no fix: then the patch is not all there is.
fn exit(run: &Run) -> Exit {
    let complete = run.assessment.coverage.unparsed.is_empty() && errors(run).next().is_none();
    if complete { Exit::Clean } else { Exit::Incomplete }
}

fn errors(run: &Run) -> impl Iterator<Item = &Finding> {
    run.assessment.findings.iter().filter(|finding| finding.outcome == Outcome::Error)
}

/// The proved fixes that `refuse` has nothing against, none overlapping; and what was left and why.
fn choose(
    run: &Run,
    refuse: impl Fn(&Fix) -> Option<&'static str>,
) -> (Vec<(&Finding, &Fix)>, Vec<(&Finding, String)>) {
    let mut chosen: Vec<(&Finding, &Fix)> = Vec::new();
    let mut left = Vec::new();
    for finding in &run.assessment.findings {
        let Some(fix) = finding.fix.as_ref().filter(|_| finding.suppressed.is_none()) else { continue };
        if !fix.proved {
            left.push((finding, fix.reason.clone().unwrap_or_else(|| "it could not be proved".to_owned())));
        } else if let Some(reason) = refuse(fix) {
            left.push((finding, reason.to_owned()));
        } else if chosen
            .iter()
            .any(|(_, other)| fix.edits != other.edits && clash(&run.workspace.sources, fix, other))
        {
            left.push((
                finding,
                "it touches the same lines as another fix: run trueup fix again after applying this one"
                    .to_owned(),
            ));
        } else {
            chosen.push((finding, fix));
        }
    }
    (chosen, left)
}

/// Whether two fixes want different things of the same text, alignment aside.
fn clash(sources: &Sources, a: &Fix, b: &Fix) -> bool {
    fixes::conflicts(&fixes::substance(sources, &a.edits), &fixes::substance(sources, &b.edits))
}

/// The edits of all chosen fixes, aligned together.
fn edits(sources: &Sources, chosen: &[(&Finding, &Fix)]) -> Result<Vec<Edit>, Failure> {
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

/// The sources, and what of them may be shown.
struct Shown<'r> {
    sources: &'r Sources,
    covered: &'r Sources,
    secrets: &'r Secrets,
}

type Chosen<'r> = (&'r Finding, &'r Fix);

impl Shown<'_> {
    /// One patch, and the findings whose fix it can't show, which leave `chosen`.
    fn patch<'r>(&self, chosen: &mut Vec<Chosen<'r>>) -> Result<(String, Vec<&'r Finding>), Failure> {
        let mut withheld = Vec::new();
        loop {
            match self.diff(chosen)? {
                Ok(patch) => return Ok((patch, withheld)),
                Err(file) => self.thin(chosen, file, &mut withheld)?,
            }
        }
    }

    /// Takes out of `chosen` the fixes that keep the change of `file` from being shown.
    fn thin<'r>(
        &self,
        chosen: &mut Vec<Chosen<'r>>,
        file: FileId,
        withheld: &mut Vec<&'r Finding>,
    ) -> Result<(), Failure> {
        let before = chosen.len();
        let (near, apart): (Vec<_>, Vec<_>) =
            chosen.drain(..).partition(|(_, fix)| fix.edits.iter().any(|edit| self.near_secret(edit)));
        *chosen = apart;
        withheld.extend(near.iter().map(|(finding, _)| *finding));
        if chosen.len() < before {
            return Ok(());
        }
        // Each can be shown by itself: those go that can't be with others.
        let touches = |each: &Chosen<'_>| each.1.edits.iter().any(|edit| edit.file == file);
        let mut kept: Vec<Chosen<'r>> = Vec::new();
        for each in chosen.drain(..) {
            let mut beside: Vec<Chosen<'r>> = kept.iter().filter(|kept| touches(kept)).copied().collect();
            beside.push(each);
            if touches(&each) && self.diff(&beside)?.is_err() {
                withheld.push(each.0);
            } else {
                kept.push(each);
            }
        }
        *chosen = kept;
        if chosen.len() == before {
            return Err(Failure::new(
                "the fixes can be shown one by one, but not together",
                "apply them with --write, or one by one with --interactive",
            ));
        }
        Ok(())
    }

    /// Whether an edit changes a line that holds a secret, or the line right above one.
    fn near_secret(&self, edit: &Edit) -> bool {
        let (Some(source), Some(covered)) = (self.sources.get(edit.file), self.covered.get(edit.file)) else {
            return false;
        };
        let (start, end) = (source.position(edit.span.start), source.position(edit.span.end));
        let line_end = source.line_span(start.line).map(|line| line.end);
        let inserts = edit.span.is_empty();
        let (first, last) =
            if inserts && edit.text.starts_with(['\n', '\r']) && line_end == Some(edit.span.start) {
                (start.line + 1, start.line + 1)
            } else if inserts && edit.text.ends_with('\n') && start.column == 1 {
                (start.line, start.line)
            } else {
                (start.line, end.line + 1)
            };
        let secret =
            |line: u32| source.line_span(line).is_some_and(|span| source.slice(span) != covered.slice(span));
        (first..=last).any(secret) || self.secrets.in_text(&edit.text)
    }

    /// The patch of these fixes, or the file whose change can't be shown.
    fn diff(&self, chosen: &[Chosen<'_>]) -> Result<Result<String, FileId>, Failure> {
        let mut patch = String::new();
        for (file, edits) in by_file(self.sources, chosen)? {
            let (Some(source), Some(covered)) = (self.sources.get(file), self.covered.get(file)) else {
                continue;
            };
            let after = after(source, &edits)?;
            let lines: Vec<&str> = covered.text().split_inclusive('\n').collect();
            let secret = |at: Option<usize>, line: &str| match at {
                Some(at) => lines.get(at) != Some(&line),
                None => self.secrets.in_text(line),
            };
            let path = source.path().to_string_lossy();
            match fixes::unified_without(&path, Some(source.text()), &after, &secret) {
                Ok(diff) => patch.push_str(&diff),
                Err(fixes::Withheld) => return Ok(Err(file)),
            }
        }
        Ok(Ok(patch))
    }

    /// The change for a person to look at: secrets are covered, so it is no patch.
    fn preview(&self, fix: Chosen<'_>) -> Result<String, Failure> {
        let mut diff = String::new();
        for (file, edits) in by_file(self.sources, &[fix])? {
            let Some(source) = self.covered.get(file) else { continue };
            let after = after(source, &edits)?;
            diff.push_str(&fixes::unified(&source.path().to_string_lossy(), Some(source.text()), &after));
        }
        Ok(self.secrets.hide(&diff))
    }
}

fn by_file(sources: &Sources, chosen: &[Chosen<'_>]) -> Result<BTreeMap<FileId, Vec<Edit>>, Failure> {
    let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for edit in edits(sources, chosen)? {
        by_file.entry(edit.file).or_default().push(edit);
    }
    Ok(by_file)
}

fn after(source: &SourceFile, edits: &[Edit]) -> Result<String, Failure> {
    fixes::apply_to(source.text(), edits).map_err(|error| {
        Failure::new(
            format!("{}: {error}", source.path().display()),
            "this is a fault of trueup; apply the fixes one by one",
        )
    })
}

fn apply(sources: &Sources, chosen: &[(&Finding, &Fix)]) -> Result<(), Failure> {
    let written = fixes::write(sources, &edits(sources, chosen)?)
        .map_err(|error| Failure::new(error.to_string(), "nothing was changed; run trueup fix again"))?;
    for path in written {
        say(&format!("wrote {}", path.display()));
    }
    Ok(())
}

fn summary(run: &Run, applied: usize, left: &[(&Finding, String)], written: bool) {
    let verb = if written { "applied" } else { "in this patch" };
    say(&format!(
        "{applied} proved {} {verb}, {} left",
        if applied == 1 { "fix" } else { "fixes" },
        left.len()
    ));
    for (finding, reason) in left {
        let reason = run.secrets.hide(reason);
        say(&format!("  left: {} on {}: {reason}", finding.rule, finding.address));
    }
    for unparsed in &run.assessment.coverage.unparsed {
        say(&format!("  not read: {}: {}", unparsed.file, run.secrets.hide(&unparsed.message)));
    }
    for finding in errors(run) {
        say(&format!("  not judged: {}: {}", finding.address, finding.message));
    }
}

fn interactive(run: &Run, options: &Options) -> Result<Exit, Failure> {
    let (offered, left) = choose(run, |fix| {
        (fix.effect >= Effect::Replace && !options.allow_replace)
            .then_some("it makes Terraform replace the resource: --allow-replace includes it")
    });
    let sources = &run.workspace.sources;
    let shown = Shown { sources, covered: &run.secrets.cover(sources), secrets: &run.secrets };
    let mut chosen = Vec::new();
    let mut lines = std::io::stdin().lines();
    'fixes: for (finding, fix) in offered {
        let message = run.secrets.hide(&finding.message);
        print(&format!("\n{}  {}\n{message}\n", finding.severity, finding.rule));
        let title = run.secrets.hide(&fix.title);
        print(&format!("fix: {title} ({}, {})\n", fix.applicability, fix.effect));
        if let Some(caution) = &fix.caution {
            print(&format!("caution: {caution}\n"));
        }
        print(&shown.preview((finding, fix))?);
        loop {
            print("apply it? [y]es, [n]o, [q]uit: ");
            let _ = std::io::stdout().flush();
            let Some(Ok(answer)) = lines.next() else { break 'fixes };
            match answer.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" => chosen.push((finding, fix)),
                "n" | "no" => {}
                "q" | "quit" => break 'fixes,
                _ => continue,
            }
            break;
        }
    }
    apply(sources, &chosen)?;
    summary(run, chosen.len(), &left, true);
    Ok(exit(run))
}
