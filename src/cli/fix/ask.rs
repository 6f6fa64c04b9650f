//! Asks about each fix, its change shown.

use std::io::Write as _;

use crate::cli::{Failure, Run, print};

use super::choose::Chosen;
use super::shown::Shown;

/// The fixes that the person at the keyboard wants.
pub(super) fn ask<'r>(run: &'r Run, offered: Vec<Chosen<'r>>) -> Result<Vec<Chosen<'r>>, Failure> {
    let sources = &run.workspace.sources;
    let shown = Shown { sources, covered: &run.secrets.cover(sources.clone()), secrets: &run.secrets };
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
    Ok(chosen)
}
