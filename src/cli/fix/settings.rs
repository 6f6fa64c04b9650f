//! Asks for the settings that fixes wait for, and writes them down where that is wanted.
//!
//! In: findings whose fix needs a setting, and answers. Out: the settings, and a `.trueup.hcl` that has
//! them. Asked once for each setting, with what the tree has to offer first.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

use crate::cli::config::{Form, NAME, written};
use crate::cli::{Failure, Run, print, say};
use crate::source::{FileId, SourceFile};
use crate::syntax::ast::{Attribute, Expr};
use crate::syntax::parse_hcl;

/// What of a tree may serve as a setting whose name ends so: a type, and the attribute that is its name.
const SERVES: [(&str, &str, &str); 5] = [
    ("bucket", "aws_s3_bucket", "bucket"),
    ("kms_key", "aws_kms_alias", "name"),
    ("key", "aws_kms_alias", "name"),
    ("topic", "aws_sns_topic", "name"),
    ("cidrs", "aws_vpc", "cidr_block"),
];
/// How many are proposed.
const PROPOSED: usize = 5;

/// Asks for each setting that some fix waits for, until the answer has its form. An empty one leaves it out.
pub(super) fn ask(run: &Run) -> Map<String, Value> {
    let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in run.assessment.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        if let Some(name) = finding.fix.as_ref().and_then(|fix| fix.needs.as_deref()) {
            *waiting.entry(name).or_default() += 1;
        }
    }
    let mut given = Map::new();
    for (name, count) in waiting {
        let fixes = if count == 1 { "1 fix waits" } else { &format!("{count} fixes wait") };
        print(&format!("\n{fixes} for the setting {name}.\n"));
        let offers = offers(run, name);
        for (at, offer) in offers.iter().enumerate() {
            print(&format!("  {}. {offer}\n", at + 1));
        }
        let form = Form::of(name);
        let how =
            if offers.is_empty() { form.asked() } else { &format!("a number of these, or {}", form.asked()) };
        let question = format!("{name} ({how}; nothing leaves it out): ");
        let value = loop {
            let Some(answer) = answer(&question) else { return given };
            let chosen = answer.parse::<usize>().ok().and_then(|at| offers.get(at.checked_sub(1)?));
            let answer = chosen.map_or(answer.as_str(), String::as_str);
            if answer.is_empty() {
                break None;
            }
            if let Some(value) = form.read(answer) {
                break Some(value);
            }
            print(&format!("that is not {}\n", form.asked()));
        };
        let Some(value) = value else { continue };
        given.insert(name.to_owned(), value);
    }
    given
}

/// Offers to write settings into the configuration file, and does it.
pub(super) fn keep(given: &Map<String, Value>) -> Result<(), Failure> {
    if given.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = given.keys().map(String::as_str).collect();
    let wanted = answer(&format!("\nwrite {} to {NAME}? [y]es, [n]o: ", names.join(", ")));
    if !wanted.is_some_and(|answer| matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes")) {
        return Ok(());
    }
    let text = match std::fs::read_to_string(NAME) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unwritten(&error)),
    };
    std::fs::write(Path::new(NAME), with_settings(&text, given)).map_err(|error| unwritten(&error))?;
    say(&format!("wrote {NAME}"));
    Ok(())
}

fn unwritten(error: &std::io::Error) -> Failure {
    Failure::new(format!("{NAME} can't be written: {error}"), "add the settings yourself")
}

/// The text of a configuration file with settings added; everything else stays byte for byte.
fn with_settings(text: &str, given: &Map<String, Value>) -> String {
    let line = |(name, value): (&String, &Value)| format!("  {name} = {}\n", written(value));
    let lines = given.iter().map(line).collect::<Vec<_>>().concat();
    let doc = parse_hcl(FileId(0), &SourceFile::new(NAME, text));
    let object = doc.body().attribute("settings").map(Attribute::expr);
    let open = object.filter(|id| matches!(doc.expr(*id), Expr::Object(_))).map(|id| doc.span(id).start);
    if let Some(at) = open.map(|start| start as usize + 1)
        && let Some((before, after)) = text.split_at_checked(at)
    {
        let rest = if after.starts_with(['\n', '\r']) { after.to_owned() } else { format!("\n {after}") };
        return format!("{before}\n{}{}", lines.trim_end_matches('\n'), rest);
    }
    let gap = if text.is_empty() { "" } else { "\n" };
    format!("{text}{gap}settings = {{\n{lines}}}\n")
}

/// Known names in the tree that may serve.
fn offers(run: &Run, name: &str) -> Vec<String> {
    let Some((_, kind, attribute)) = SERVES.iter().find(|(end, _, _)| name.ends_with(end)) else {
        return Vec::new();
    };
    let hint = name.split('_').next().unwrap_or_default();
    let mut found: Vec<(bool, String)> = Vec::new();
    for configuration in &run.configurations {
        for resource in configuration.of_kind(kind).iter().filter_map(|id| configuration.get(*id)) {
            let known = resource.values.get(attribute).filter(|value| !value.mark.sensitive);
            if let Some(text) = known.and_then(|value| value.as_str()) {
                // Those whose name has the setting's word come first.
                found.push((!text.contains(hint) && !resource.name.contains(hint), text.to_owned()));
            }
        }
    }
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, text)| text).take(PROPOSED).collect()
}

/// One line from stdin; none where it has ended.
fn answer(question: &str) -> Option<String> {
    print(question);
    let _ = std::io::stdout().flush();
    let mut line = String::new();
    match std::io::stdin().read_line(&mut line) {
        Ok(1..) => Some(line.trim().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_added_where_they_belong() {
        let given = Map::from_iter([("log_bucket".to_owned(), Value::String("a\"${b}".to_owned()))]);
        let line = "  log_bucket = \"a\\\"$${b}\"\n";
        assert_eq!(with_settings("", &given), format!("settings = {{\n{line}}}\n"));
        let environment = "environment \"prod\" {\n}\n";
        let after = with_settings(environment, &given);
        assert_eq!(after, format!("{environment}\nsettings = {{\n{line}}}\n"));
        let there = "settings = { # ours\n  baseline = true\n}\n";
        assert_eq!(
            with_settings(there, &given),
            "settings = {\n  log_bucket = \"a\\\"$${b}\"\n  # ours\n  baseline = true\n}\n"
        );
        for text in ["settings = {\n  x = 1\n}\n", "settings = {}\n", "settings = { x = 1 }\n"] {
            let after = with_settings(text, &given);
            assert!(hcl::from_str::<Value>(&after).unwrap()["settings"]["log_bucket"].is_string(), "{after}");
        }
    }
}
