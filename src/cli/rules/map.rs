//! `trueup rules map`: from another tool's check to the rule, and back; and the page `rules/ALIASES.md`.
//!
//! In: ids and the rules. Out: what belongs together. An id that nothing is known of is named, and the
//! run ends as incomplete.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::rules::Rule;

use super::super::args::ListFormat;
use super::super::{Exit, Failure, print};
use super::left_out::{LEFT_OUT, why};
use super::page::cell;

/// What is known of one id.
enum Found<'r> {
    /// It is a rule, or the beginning of some rules' ids.
    Rules(Vec<&'r Rule>),
    /// It is a check that these rules stand for.
    Check(Vec<&'r Rule>),
    /// It is a check that has no rule on purpose.
    LeftOut(&'static str),
    /// Nothing is known of it.
    Nothing,
}

/// Prints what is known of the ids; of all where there is none.
pub(super) fn run(ids: &[String], rules: &[Arc<Rule>], format: ListFormat) -> Result<Exit, Failure> {
    if ids.is_empty() {
        print(&match format {
            ListFormat::Terminal => {
                let lines = by_alias(rules).into_iter().map(|(alias, rules)| line(alias, &rules));
                lines.collect::<String>()
            }
            ListFormat::Json => {
                let all = by_alias(rules);
                let found = all.iter().map(|(alias, rules)| object(alias, &Found::Check(rules.clone())));
                format!("{}\n", serde_json::Value::from(found.collect::<Vec<_>>()))
            }
            ListFormat::Markdown => table(rules),
        });
        return Ok(Exit::Clean);
    }
    let found: Vec<(&str, Found<'_>)> = ids.iter().map(|id| (id.as_str(), find(id, rules))).collect();
    print(&match format {
        ListFormat::Json => {
            let objects: Vec<serde_json::Value> = found.iter().map(|(id, found)| object(id, found)).collect();
            format!("{}\n", serde_json::Value::from(objects))
        }
        ListFormat::Terminal => found.iter().map(|(id, found)| lines(id, found)).collect(),
        ListFormat::Markdown => {
            let head = "| check | rules |\n|---|---|\n".to_owned();
            head + &found.iter().map(|(id, found)| row(id, found)).collect::<String>()
        }
    });
    let unknown = found.iter().filter(|(_, found)| matches!(found, Found::Nothing)).map(|(id, _)| *id);
    let unknown: Vec<&str> = unknown.collect();
    if unknown.is_empty() {
        return Ok(Exit::Clean);
    }
    Err(Failure::new(
        format!("nothing is known of {}", unknown.join(", ")),
        "`trueup rules map` lists every check that has a rule, `trueup rules list` every rule",
    ))
}

fn find<'r>(id: &str, rules: &'r [Arc<Rule>]) -> Found<'r> {
    let wanted = id.trim_end_matches('/');
    let below = format!("{wanted}/");
    let named = |rule: &&Arc<Rule>| &*rule.info.id == wanted || rule.info.id.starts_with(&below);
    let named: Vec<&Rule> = rules.iter().filter(named).map(|rule| &**rule).collect();
    if !named.is_empty() {
        return Found::Rules(named);
    }
    let same = |alias: &String| alias.eq_ignore_ascii_case(id);
    let standing: Vec<&Rule> =
        rules.iter().filter(|rule| rule.info.aliases.iter().any(same)).map(|rule| &**rule).collect();
    match why(id) {
        _ if !standing.is_empty() => Found::Check(standing),
        Some(why) => Found::LeftOut(why),
        None => Found::Nothing,
    }
}

/// Each alias with its rules.
fn by_alias(rules: &[Arc<Rule>]) -> BTreeMap<&str, Vec<&Rule>> {
    let mut all: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        for alias in &rule.info.aliases {
            all.entry(alias).or_default().push(rule);
        }
    }
    all
}

fn line(alias: &str, rules: &[&Rule]) -> String {
    let ids: Vec<&str> = rules.iter().map(|rule| &*rule.info.id).collect();
    format!("{alias}  {}\n", ids.join(", "))
}

fn lines(id: &str, found: &Found<'_>) -> String {
    match found {
        Found::Check(rules) => {
            let text = |rule: &&Rule| format!("{id}  {}  {}\n", rule.info.id, rule.info.title);
            rules.iter().map(text).collect()
        }
        Found::Rules(rules) => rules
            .iter()
            .map(|rule| {
                let aliases = rule.info.aliases.join(", ");
                format!(
                    "{}  {}\n",
                    rule.info.id,
                    if aliases.is_empty() { "no other tool has it" } else { &aliases }
                )
            })
            .collect(),
        Found::LeftOut(why) => format!("{id}  left out: {why}\n"),
        Found::Nothing => String::new(),
    }
}

fn object(id: &str, found: &Found<'_>) -> serde_json::Value {
    let entry = |rule: &&Rule| serde_json::json!({ "id": &*rule.info.id, "title": rule.info.title, "aliases": rule.info.aliases });
    let (kind, rules, left_out) = match found {
        Found::Rules(rules) => ("rule", rules.iter().map(entry).collect(), None),
        Found::Check(rules) => ("check", rules.iter().map(entry).collect(), None),
        Found::LeftOut(why) => ("check", Vec::new(), Some(*why)),
        Found::Nothing => ("unknown", Vec::new(), None),
    };
    serde_json::json!({ "id": id, "kind": kind, "rules": rules, "left_out": left_out })
}

fn row(id: &str, found: &Found<'_>) -> String {
    let names = |rules: &[&Rule]| {
        let links: Vec<String> = rules.iter().map(|rule| format!("[{0}]({0}.hcl)", rule.info.id)).collect();
        links.join(", ")
    };
    match found {
        Found::Check(rules) => format!("| `{}` | {} |\n", id.replace('`', ""), names(rules)),
        Found::Rules(rules) => rules
            .iter()
            .map(|rule| format!("| {} | {} |\n", cell(&rule.info.aliases.join(", ")), names(&[*rule])))
            .collect(),
        Found::LeftOut(why) => format!("| `{}` | left out: {} |\n", id.replace('`', ""), cell(why)),
        Found::Nothing => String::new(),
    }
}

/// Whose check an id is, by its form.
fn tool(alias: &str) -> &'static str {
    if alias.starts_with("CKV") {
        "Checkov"
    } else if alias.starts_with("AVD-") {
        "Trivy"
    } else if alias.contains('-') {
        "tfsec"
    } else {
        "Prowler and Steampipe"
    }
}

fn table(rules: &[Arc<Rule>]) -> String {
    let all = by_alias(rules);
    let mut text = format!(
        "# What other tools call these rules\n\n\
         {} checks have a rule. Comments that silence them silence the rule too. `trueup rules map ID` looks one up, \
         `trueup rules map aws/s3` goes the other way.\n\n\
         `trueup rules map --format markdown` writes this page; a test holds it to the rules.\n",
        all.len()
    );
    for name in ["Checkov", "Trivy", "tfsec", "Prowler and Steampipe"] {
        let mut own: Vec<(&&str, &Vec<&Rule>)> =
            all.iter().filter(|(alias, _)| tool(alias) == name).collect();
        // CKV_AWS_3 before CKV_AWS_20.
        own.sort_by_key(|(alias, _)| {
            let end = alias.trim_end_matches(|c: char| c.is_ascii_digit());
            (end.to_owned(), alias.strip_prefix(end).and_then(|number| number.parse::<u32>().ok()), **alias)
        });
        let _ = writeln!(text, "\n## {name}\n\n| check | rules |\n|---|---|");
        for (alias, rules) in own {
            text.push_str(&row(alias, &Found::Check(rules.clone())));
        }
    }
    let _ = writeln!(text, "\n## Left out on purpose\n\n| check | why |\n|---|---|");
    for left in LEFT_OUT {
        let ids: Vec<String> = left.ids.iter().map(|id| format!("`{id}`")).collect();
        let _ = writeln!(text, "| {} | {} |", ids.join(", "), cell(left.why));
    }
    let _ = writeln!(
        text,
        "\nChecks that need the live account, such as the age of a key or an unused role, have no rule: code does not show them."
    );
    text
}
