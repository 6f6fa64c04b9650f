//! `trueup fix`: print the proved fixes as one patch, apply them, or ask about each.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::findings::{Applicability, Edit, Effect, Finding, Fix, Outcome};
use crate::fixes;
use crate::source::{FileId, Sources};

use super::args::{Arguments, Fix as Options};
use super::{Exit, Failure, Run, check, print, say};

pub(super) fn run(options: &Options, _arguments: &Arguments) -> Result<Exit, Failure> {
    let run = check::judge(&options.input, true)?;
    if options.interactive && !options.diff {
        return interactive(&run, options);
    }
    let (chosen, left) = choose(&run, |fix| {
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
        print(&patch(sources, &chosen)?);
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

fn patch(sources: &Sources, chosen: &[(&Finding, &Fix)]) -> Result<String, Failure> {
    let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for edit in edits(sources, chosen)? {
        by_file.entry(edit.file).or_default().push(edit);
    }
    let mut patch = String::new();
    for (file, edits) in by_file {
        let Some(source) = sources.get(file) else { continue };
        let after = fixes::apply_to(source.text(), &edits).map_err(|error| {
            Failure::new(
                format!("{}: {error}", source.path().display()),
                "this is a fault of trueup; apply the fixes one by one",
            )
        })?;
        patch.push_str(&fixes::unified(&source.path().to_string_lossy(), Some(source.text()), &after));
    }
    Ok(patch)
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
        say(&format!("  left: {} on {}: {reason}", finding.rule, finding.address));
    }
    for unparsed in &run.assessment.coverage.unparsed {
        say(&format!("  not read: {}: {}", unparsed.file, unparsed.message));
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
    let mut chosen = Vec::new();
    let mut lines = std::io::stdin().lines();
    'fixes: for (finding, fix) in offered {
        print(&format!("\n{}  {}\n{}\n", finding.severity, finding.rule, finding.message));
        print(&format!("fix: {} ({}, {})\n", fix.title, fix.applicability, fix.effect));
        if let Some(caution) = &fix.caution {
            print(&format!("caution: {caution}\n"));
        }
        print(&patch(&run.workspace.sources, &[(finding, fix)])?);
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
    apply(&run.workspace.sources, &chosen)?;
    summary(run, chosen.len(), &left, true);
    Ok(exit(run))
}
