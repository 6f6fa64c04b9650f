//! A fix for people: what it promises, and the change as a diff.

use crate::findings::{Edit, Fix};
use crate::fixes::diff::unified;
use crate::fixes::edit::{apply_to, files, of_file};
use crate::report::Options;
use crate::source::{SourceFile, Sources, Span};

use super::finding::{INDENT, item};
use super::text::{Paint, clean, cut, hanging, tail};

/// Lines of a diff that are shown; `trueup fix --diff` prints them all.
const LINES: usize = 60;
/// Lines around an edit that the diff is made of.
const AROUND: u32 = 4;

pub(super) fn write(out: &mut String, fix: &Fix, sources: &Sources, options: &Options) {
    let paint = Paint(options.color);
    let title = format!("{} ({}, {})", fix.title, fix.applicability, fix.effect);
    item(out, "fix", &title, paint, options.width);
    let indent = " ".repeat(INDENT);
    if let Some(caution) = &fix.caution {
        hanging(out, &indent, &indent, &format!("Caution: {caution}"), INDENT, options.width);
    }
    if !fix.proved {
        let reason = fix.reason.as_deref().unwrap_or("No proof was made.");
        hanging(out, &indent, &indent, &format!("Not proved: {reason}"), INDENT, options.width);
        return;
    }
    if let Some(reason) = &fix.reason {
        hanging(out, &indent, &indent, &format!("Not shown: {reason}"), INDENT, options.width);
    }
    let mut lines = Vec::new();
    for id in files(&fix.edits) {
        if let Some(file) = sources.get(id) {
            diff(&mut lines, file, &of_file(&fix.edits, id), options);
        }
    }
    for line in lines.iter().take(LINES) {
        out.push_str("    ");
        out.push_str(line);
        out.push('\n');
    }
    if lines.len() > LINES {
        let more = lines.len() - LINES;
        hanging(
            out,
            "    ",
            "    ",
            &format!("… {more} more lines; see `trueup fix --diff`"),
            4,
            options.width,
        );
    }
}

/// The change of one file, a heading `main.tf:12` over each part. Only the lines around the edits
/// are compared, so the cost does not grow with the file.
fn diff(lines: &mut Vec<String>, file: &SourceFile, edits: &[Edit], options: &Options) {
    let paint = Paint(options.color);
    let path = clean(&file.path().to_string_lossy().replace('\\', "/"));
    let Some((first, before, after)) = around(file, edits) else {
        lines.push(cut(&format!("{path}: the edits do not fit this file"), options.width.saturating_sub(4)));
        return;
    };
    for line in unified(&path, Some(&before), &after).lines().skip(2) {
        if let Some(hunk) = line.strip_prefix("@@ -") {
            let number: u32 = hunk.split([',', ' ']).next().and_then(|n| n.parse().ok()).unwrap_or(1);
            let place = format!("{path}:{}", number.max(1) + first - 1);
            lines.push(paint.dim(&tail(&place, options.width.saturating_sub(4))));
            continue;
        }
        let text = cut(line, options.width.saturating_sub(4));
        lines.push(match line.chars().next() {
            Some('+') => paint.green(&text),
            Some('-') => paint.red(&text),
            _ => text,
        });
    }
}

/// The number of the first line around the edits, these lines, and these lines afterwards.
fn around(file: &SourceFile, edits: &[Edit]) -> Option<(u32, String, String)> {
    let start = edits.iter().map(|edit| edit.span.start).min()?;
    let end = edits.iter().map(|edit| edit.span.end).max()?;
    let first = file.position(start).line.saturating_sub(AROUND).max(1);
    let from = file.line_span(first)?.start;
    // The window ends where a line starts, or where the file ends.
    let past = file.position(end).line.saturating_add(AROUND + 1);
    let to = file.line_span(past).map_or(u32::try_from(file.text().len()).ok()?, |span| span.start);
    let before = file.text().get(from as usize..to as usize)?;
    let moved: Vec<Edit> = edits
        .iter()
        .map(|edit| {
            let span = Span::new(edit.span.start.saturating_sub(from), edit.span.end.saturating_sub(from));
            Edit { span, ..edit.clone() }
        })
        .collect();
    let after = apply_to(before, &moved).ok()?;
    Some((first, before.to_owned(), after))
}
