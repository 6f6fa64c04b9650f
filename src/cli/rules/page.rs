//! One rule as a page, and the parts that pages share.
//!
//! In: a rule, its text, its examples. Out: Markdown that its texts can't break out of.

use std::fmt::Write as _;

use crate::findings::{Applicability, criterion};
use crate::rules::{Rule, RuleScopeKind};

/// A fixture that shows a rule: what it is called, and each of its files with its text.
pub(super) struct Example {
    /// A heading.
    pub(super) title: &'static str,
    /// File names and texts.
    pub(super) files: Vec<(String, String)>,
}

/// `aws/s3` of `aws/s3/bucket-versioning`.
pub(super) fn service(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(service, _)| service)
}

/// A text in a table's cell, or on a line of its own.
pub(super) fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '<' | '[' | '*' | '_' | '\\' | '`' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A text as it is written, between fences that it can't close.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

/// The page of a rule. `text` is the rule as written.
pub(super) fn page(rule: &Rule, text: &str, template: Option<&str>, examples: &[Example]) -> String {
    let info = &rule.info;
    let mut out = format!("# {}\n\n`{}` · {} · ", cell(&info.title), info.id, info.severity.name());
    match rule.scope {
        RuleScopeKind::Estate => out.push_str("judged once for a whole configuration"),
        RuleScopeKind::Resource => {
            let kinds: Vec<String> = rule.resources.iter().map(|kind| format!("`{kind}`")).collect();
            out.push_str(&kinds.join(", "));
        }
    }
    let _ = writeln!(
        out,
        "\n\n## Why\n\n{}\n\n| criterion | what the rule does for it |\n|---|---|",
        cell(&info.description)
    );
    for (id, why) in &info.criteria {
        let title = criterion(id).map_or("", |criterion| criterion.title);
        let _ = writeln!(out, "| {id} {} | {} |", cell(title), cell(why));
    }
    if let Some(dated) = &info.dated {
        let _ = writeln!(out, "\nIts table is of {}, from <{}>.", dated.as_of, dated.source);
    }
    for example in examples {
        let _ = writeln!(out, "\n## {}", example.title);
        for (name, text) in &example.files {
            if example.files.len() > 1 {
                let _ = writeln!(out, "\n`{}`", name.replace('`', ""));
            }
            let _ = write!(out, "\n{}", fenced("hcl", &text.replace(" # finding", "")));
        }
    }
    match &rule.fix {
        Some(fix) => {
            let who = match fix.applicability {
                Applicability::Auto => "It can be applied without a look",
                Applicability::Review => "A person should look first",
                Applicability::Manual => "A person has to do it",
            };
            let effect = fix.effect.map(|effect| format!(", effect `{}`", effect.name())).unwrap_or_default();
            let _ = write!(out, "\n## Fix\n\n{who} (`{}`{effect}).", fix.applicability.name());
            if let Some(caution) = &fix.caution {
                let _ = write!(out, " {}", cell(caution));
            }
            out.push('\n');
            if let Some(template) = template {
                let _ = write!(out, "\n{}", fenced("hcl", template));
            }
        }
        None => out.push_str("\n## Fix\n\nNone: what is right here is a person's decision.\n"),
    }
    let _ = writeln!(
        out,
        "\n## Silencing it\n\n{}",
        fenced("hcl", &format!("# trueup:ignore {} reason=\"...\" until=2027-01-31", info.id))
    );
    if !info.aliases.is_empty() {
        let names: Vec<String> =
            info.aliases.iter().map(|alias| format!("`{}`", alias.replace('`', ""))).collect();
        let _ = writeln!(
            out,
            "Comments of other scanners for these checks count too.\n\n## Other names\n\n{}\n",
            names.join(", ")
        );
    }
    let _ = write!(out, "## The rule\n\n{}", fenced("hcl", text));
    out
}
