//! What README.md shows is what trueup prints.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::path::Path;
use std::process::Command;

/// The fenced blocks in a language, each with the text before it.
fn blocks(language: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let parts: Vec<&str> = text.split("```").collect();
    let (pairs, _) = parts.as_chunks::<2>();
    let mut found = Vec::new();
    for [before, block] in pairs {
        let (named, body) = block.split_once('\n').unwrap();
        if named == language {
            found.push(((*before).to_owned(), body.to_owned()));
        }
    }
    found
}

/// stdout and stderr of a run in the example.
fn trueup(arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/_example"))
        .env("COLUMNS", "80")
        .output()
        .unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn plain_blocks_are_output() {
    let (check, _) = trueup(&["check"]);
    let (_, fix) = trueup(&["fix"]);
    let (chain, _) = trueup(&["explain", "module.orders.aws_db_instance.this.backup_retention_period"]);
    let shown = blocks("");
    assert!(shown.len() >= 3);
    for (_, text) in shown {
        assert!(
            [&check, &fix, &chain].iter().any(|out| out.contains(&text)),
            "not printed any more:\n{text}"
        );
    }
}

#[test]
fn the_patch_begins_as_shown() {
    let (patch, _) = trueup(&["fix"]);
    for (_, text) in blocks("diff") {
        assert!(patch.starts_with(&text), "{text}\nis not how this begins:\n{patch}");
    }
}

#[test]
fn the_template_is_whole_and_the_rule_is_the_files_own_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let template = read("templates/aws/ebs/volume-encrypted.tf.tera");
    let rule = read("rules/aws/ebs/volume-encrypted.hcl");
    let of = |word: &str| {
        blocks("hcl").into_iter().filter(|(before, _)| before.trim_end().ends_with(word)).collect::<Vec<_>>()
    };
    let [(_, shown)] = of("The template, whole:").try_into().unwrap();
    assert_eq!(shown, template);
    let [(_, shown)] = of("The rule, shortened:").try_into().unwrap();
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<_> = rule.lines().map(words).collect();
    for line in shown.lines().filter(|line| !line.contains("...") && !line.contains("aliases")) {
        assert!(lines.contains(&words(line)), "{line:?} is not in the rule");
    }
}

#[test]
fn commands_and_options_exist() {
    let (_, lines) = blocks("sh").into_iter().find(|(_, block)| block.contains("trueup rules list")).unwrap();
    let mut seen = 0;
    for line in lines.lines().filter(|line| line.starts_with("trueup ")) {
        let line = line.split(" # ").next().unwrap();
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let depth = if words[0] == "rules" { 2 } else { 1 };
        let mut ask = words[..depth].to_vec();
        ask.push("--help");
        let (help, _) = trueup(&ask);
        assert!(help.contains("Usage: trueup"), "{line}: {help}");
        for option in words.iter().filter(|word| word.starts_with('-') && word.len() > 1) {
            let found = help.split([' ', ',', '\n', '[']).any(|word| word == *option);
            assert!(found, "{line}: no {option} in\n{help}");
            seen += 1;
        }
    }
    assert!(seen > 8, "only {seen} options were looked at");
}

/// Every setting that a rule or template asks for is explained.
#[test]
fn settings_are_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let mut asked = std::collections::BTreeSet::new();
    let mut dirs = vec![root.join("rules"), root.join("templates")];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            if entry.path().is_dir() {
                dirs.push(entry.path());
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).unwrap();
            // Conditions, and what stands in a template's tags; nested blocks may be called `setting` too.
            for rest in text.split("setting.").skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                asked.insert(rest[..end].to_owned());
            }
        }
    }
    let own = ["name", "namespace", "value", "setting_id", ""];
    let missing: Vec<_> = asked
        .iter()
        .filter(|name| !own.contains(&name.as_str()) && !readme.contains(&format!("`{name}`")))
        .collect();
    assert!(asked.len() > 10 && missing.is_empty(), "{missing:?}");
}
