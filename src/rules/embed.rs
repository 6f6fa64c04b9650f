//! Build script: puts every rule and template into the binary, with an index by resource type.
//!
//! In: `rules/` and `templates/`. Out: `rules.rs` in the build directory. A rule that can't be read
//! here stops the build, so an index never lacks a rule.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;

type Failure = Box<dyn std::error::Error>;

fn walk(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "hcl") {
            files.push(path);
        }
    }
    Ok(())
}

/// The resource types of a rule; none for a rule over the estate.
fn kinds(text: &str, path: &Path) -> Result<Vec<String>, Failure> {
    let body: Body = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
    let rule = body.get_blocks("rule").next().ok_or_else(|| format!("{}: no rule", path.display()))?;
    let Some(attribute) = rule.body.get_attribute("resource") else { return Ok(Vec::new()) };
    let Expression::Array(items) = &attribute.value else {
        return Err(format!("{}: resource is no list", path.display()).into());
    };
    Ok(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
}

/// The severity that a rule's text names. A test holds it against the loaded rule.
fn severity(text: &str) -> &str {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix("severity"));
    line.and_then(|line| line.split('"').nth(1)).unwrap_or_default()
}

#[allow(clippy::print_stdout, reason = "cargo reads a build script's instructions from stdout")]
fn main() -> Result<(), Failure> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let (rules, templates) = (root.join("rules"), root.join("templates"));
    println!("cargo::rerun-if-changed=src/rules/embed.rs");
    println!("cargo::rerun-if-changed={}", rules.display());
    println!("cargo::rerun-if-changed={}", templates.display());
    let mut files = Vec::new();
    walk(&rules, &mut files)?;
    let mut rows: Vec<(String, PathBuf)> = Vec::new();
    for path in files {
        let stem = path.strip_prefix(&rules)?.with_extension("");
        rows.push((stem.to_string_lossy().replace('\\', "/"), path));
    }
    rows.sort();
    let mut out = String::from("pub(super) static RULES: &[(&str, &str, Option<&str>, &str)] = &[\n");
    let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut estate = Vec::new();
    for (at, (id, path)) in rows.iter().enumerate() {
        let text = fs::read_to_string(path)?;
        let severity = severity(&text);
        let kinds = kinds(&text, path)?;
        if kinds.is_empty() {
            estate.push(at);
        }
        for kind in kinds {
            index.entry(kind).or_default().push(at);
        }
        let template = templates.join(format!("{id}.tf.tera"));
        let template = if template.is_file() {
            format!("Some(include_str!({:?}))", template.to_string_lossy())
        } else {
            "None".to_owned()
        };
        writeln!(out, "    ({id:?}, include_str!({:?}), {template}, {severity:?}),", path.to_string_lossy())?;
    }
    writeln!(out, "];\npub(super) static BY_KIND: &[(&str, &[usize])] = &[")?;
    for (kind, list) in &index {
        writeln!(out, "    ({kind:?}, &{list:?}),")?;
    }
    writeln!(out, "];\npub(super) static ESTATE: &[usize] = &{estate:?};")?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("rules.rs"), out)?;
    Ok(())
}
