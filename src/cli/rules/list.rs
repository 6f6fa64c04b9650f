//! `trueup rules list`: all rules, for people, for machines, and as the page `rules/README.md`.
//!
//! In: the rules in order of their ids. Out: text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::findings::{CRITERIA, Criterion};
use crate::rules::{Rule, RuleScopeKind};

use super::super::args::ListFormat;
use super::page::{cell, service};

/// The list in a format.
pub(super) fn written(rules: &[Arc<Rule>], format: ListFormat) -> String {
    match format {
        ListFormat::Terminal => terminal(rules),
        ListFormat::Json => json(rules),
        ListFormat::Markdown => markdown(rules),
    }
}

fn terminal(rules: &[Arc<Rule>]) -> String {
    let width = rules.iter().map(|rule| rule.info.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        let _ =
            writeln!(text, "{:width$}  {:8}  {}", rule.info.id, rule.info.severity.name(), rule.info.title);
    }
    let _ = writeln!(text, "{} rules", rules.len());
    text
}

fn json(rules: &[Arc<Rule>]) -> String {
    let list: Vec<serde_json::Value> = rules
        .iter()
        .map(|rule| {
            let info = &rule.info;
            serde_json::json!({
                "id": &*info.id,
                "title": info.title,
                "service": info.id.split('/').nth(1),
                "severity": info.severity.name(),
                "criteria": info.criteria.iter().map(|(id, _)| id).collect::<Vec<_>>(),
                "aliases": info.aliases,
                "scope": if rule.scope == RuleScopeKind::Estate { "estate" } else { "resource" },
                "fix": rule.fix.as_ref().map(|fix| fix.applicability.name()),
            })
        })
        .collect();
    format!("{}\n", serde_json::Value::from(list))
}

fn markdown(rules: &[Arc<Rule>]) -> String {
    let mut text = String::from("# Rules\n\n");
    let fixes = rules.iter().filter(|rule| rule.fix.is_some()).count();
    let _ = writeln!(
        text,
        "{} rules, {fixes} of them with a fix. Each stands in the file that its id names. \
         What other tools call them: [ALIASES.md](ALIASES.md).\n\n\
         `trueup rules list --format markdown` writes this page; a test holds it to the rules.\n\n\
         ## By service\n",
        rules.len()
    );
    let mut services: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        services.entry(service(&rule.info.id)).or_default().push(rule);
    }
    for (service, rules) in &services {
        let _ = writeln!(text, "### {service}\n\n| rule | severity | what holds | fix |\n|---|---|---|---|");
        for rule in rules {
            let fix = rule.fix.as_ref().map_or("", |fix| fix.applicability.name());
            let (severity, title) = (rule.info.severity.name(), cell(&rule.info.title));
            let _ = writeln!(text, "| {} | {severity} | {title} | {fix} |", link(rule));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "## By criterion\n");
    let without: Vec<&Criterion> =
        CRITERIA.iter().filter(|criterion| serving(rules, criterion).next().is_none()).collect();
    for criterion in CRITERIA.iter().filter(|criterion| serving(rules, criterion).next().is_some()) {
        let _ = writeln!(text, "### {}: {}\n\n| rule | why |\n|---|---|", criterion.id, criterion.title);
        for (rule, why) in serving(rules, criterion) {
            let _ = writeln!(text, "| {} | {} |", link(rule), cell(why));
        }
        text.push('\n');
    }
    if !without.is_empty() {
        let names: Vec<&str> = without.iter().map(|criterion| criterion.id).collect();
        let _ = writeln!(text, "### Without a rule\n\n{}: code shows nothing of them.", names.join(", "));
    }
    text
}

/// The rules that serve a criterion, each with why.
fn serving<'r>(rules: &'r [Arc<Rule>], criterion: &Criterion) -> impl Iterator<Item = (&'r Rule, &'r str)> {
    let id = criterion.id;
    rules.iter().filter_map(move |rule| {
        let (_, why) = rule.info.criteria.iter().find(|(each, _)| each == id)?;
        Some((&**rule, why.as_str()))
    })
}

fn link(rule: &Rule) -> String {
    format!("[{0}]({0}.hcl)", rule.info.id)
}
