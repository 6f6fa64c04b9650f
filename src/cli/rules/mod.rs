//! `trueup rules` and `trueup criteria`.
//!
//! In: the arguments and the set of rules. Out: lists, tables and pages about rules, new rules' files,
//! and the report of their fixtures.

mod docs;
mod left_out;
mod list;
mod map;
mod page;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::findings;
use crate::rules::{Rule, RuleSet};

use super::args::{Criteria, ListFormat, Rules, RulesCommand};
use super::{Exit, Failure, config, print, rules_test, say};

pub(super) fn run(rules: &Rules, _arguments: &super::args::Arguments) -> Result<Exit, Failure> {
    match &rules.command {
        RulesCommand::List { rules, format, json } => {
            let format = if *json { ListFormat::Json } else { *format };
            print(&list::written(&loaded(rules.as_deref())?.1, format));
            Ok(Exit::Clean)
        }
        RulesCommand::Map { ids, rules, format } => map::run(ids, &loaded(rules.as_deref())?.1, *format),
        RulesCommand::Docs { dir, source, rules } => {
            let (set, rules) = loaded(rules.as_deref())?;
            docs::run(&set, &rules, dir, source)
        }
        RulesCommand::Show { id } => show(id),
        RulesCommand::New { id, dir } => new(id, dir),
        RulesCommand::Test { dir, only } => {
            let report = rules_test::run(dir, only)?;
            for failure in &report.failures {
                print(&format!("{}\n", crate::rules::without_told(failure)));
            }
            print(&format!(
                "{} rules, {} fixtures, {} failed\n",
                report.rules,
                report.fixtures,
                report.failures.len()
            ));
            Ok(match (report.broken, report.failures.len()) {
                (0, 0) => Exit::Clean,
                (0, _) => Exit::Findings,
                _ => Exit::Incomplete,
            })
        }
    }
}

fn all(rules: &RuleSet) -> Result<Vec<Arc<Rule>>, Failure> {
    rules.all().into_iter().collect::<Result<_, _>>().map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::new(lines.join("\n"), "mend the rule file; `trueup rules test` checks it")
    })
}

/// The rules in the binary and those under `dir`, read.
fn loaded(dir: Option<&Path>) -> Result<(RuleSet, Vec<Arc<Rule>>), Failure> {
    let mut set = RuleSet::embedded();
    if let Some(dir) = dir {
        config::add_rules(&mut set, dir)?;
    }
    let rules = all(&set)?;
    Ok((set, rules))
}

fn show(id: &str) -> Result<Exit, Failure> {
    let rules = RuleSet::embedded();
    let Some((rule, template)) = rules.texts(id) else {
        return Err(Failure::new(format!("there is no rule {id}"), "see `trueup rules list` for the ids"));
    };
    let mut text = format!("# rules/{id}.hcl\n{}", rule.trim_end());
    if let Some(template) = template {
        let _ = write!(text, "\n\n# templates/{id}.tf.tera\n{}", template.trim_end());
    }
    print(&format!("{text}\n"));
    Ok(Exit::Clean)
}

fn new(id: &str, dir: &Path) -> Result<Exit, Failure> {
    let parts: Vec<&str> = id.split('/').collect();
    let good = |part: &&str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let [cloud, service, name] = parts.as_slice() else {
        return Err(Failure::new(
            format!("{id} is not a rule id"),
            "use cloud/service/name, such as aws/s3/bucket-versioning",
        ));
    };
    if !parts.iter().all(good) {
        return Err(Failure::new(
            format!("{id} is not a rule id"),
            "use lower case letters, digits and hyphens",
        ));
    }
    let kind = format!("{cloud}_{service}_{}", name.replace('-', "_"));
    let files = [
        (format!("rules/{id}.hcl"), include_str!("new/rule.hcl.txt").replace("KIND", &kind)),
        (format!("templates/{id}.tf.tera"), include_str!("new/template.txt").to_owned()),
        (format!("fixtures/{id}/fail.tf"), include_str!("new/fail.tf.txt").replace("KIND", &kind)),
        (format!("fixtures/{id}/fixed.tf"), include_str!("new/fixed.tf.txt").replace("KIND", &kind)),
        (format!("fixtures/{id}/unknown.tf"), include_str!("new/unknown.tf.txt").replace("KIND", &kind)),
    ];
    if let Some((path, _)) = files.iter().find(|(path, _)| dir.join(path).exists()) {
        return Err(Failure::new(
            format!("{path} exists already; nothing was written"),
            "choose another id, or edit that file",
        ));
    }
    for (path, text) in &files {
        let path = dir.join(path);
        let made =
            path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, text));
        made.map_err(|error| {
            Failure::new(
                format!("{} can't be written: {error}", path.display()),
                "check the directory given with --dir",
            )
        })?;
        say(&format!("wrote {}", path.display()));
    }
    Ok(Exit::Clean)
}

pub(super) fn criteria(criteria: &Criteria) -> Result<Exit, Failure> {
    let rules = all(&RuleSet::embedded())?;
    let mut text = String::new();
    let wanted = |id: &str| criteria.id.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(id));
    for criterion in findings::CRITERIA.iter().filter(|criterion| wanted(criterion.id)) {
        let _ = writeln!(text, "{:6} {} ({})", criterion.id, criterion.title, criterion.kind);
        for rule in &rules {
            if let Some((_, why)) = rule.info.criteria.iter().find(|(id, _)| id == criterion.id) {
                let _ = writeln!(text, "       {}: {why}", rule.info.id);
            }
        }
    }
    if text.is_empty() {
        let id = criteria.id.as_deref().unwrap_or("");
        return Err(Failure::new(format!("{id} is no SOC 2 criterion"), "run trueup criteria for the list"));
    }
    print(&text);
    Ok(Exit::Clean)
}
