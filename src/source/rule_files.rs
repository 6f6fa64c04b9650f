//! Rule files and fixtures of a directory laid out as trueup's own: `rules/`, `templates/`, `fixtures/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::ReadError;

/// One rule as it lies on disk.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Path under `rules/`, without the ending.
    pub id: String,
    /// The rule's text.
    pub rule: String,
    /// The template's text, where there is one.
    pub template: Option<String>,
}

/// One fixture: a file, or a directory of files.
#[derive(Clone, Debug)]
pub struct FixtureFile {
    /// The rule's id.
    pub rule: String,
    /// `fail`, `fail-absent`, `pass-module`: the file's stem or the directory's name.
    pub case: String,
    /// Path inside the case (the file's own name for a case of one file) and text.
    pub files: Vec<(String, String)>,
}

/// The rules under `dir/rules`, with their templates, ordered by id.
pub fn rule_files(dir: &Path) -> Result<Vec<RuleFile>, ReadError> {
    let rules = dir.join("rules");
    if !rules.is_dir() {
        return Err(ReadError::Rules(format!("{} has no directory named rules", dir.display())));
    }
    let mut found = Vec::new();
    for path in files(&rules, "hcl") {
        let id = stem(&rules, &path, ".hcl");
        let template = dir.join("templates").join(format!("{id}.tf.tera"));
        let template = if template.is_file() { Some(text(&template)?) } else { None };
        found.push(RuleFile { rule: text(&path)?, template, id });
    }
    Ok(found)
}

/// The fixtures under `dir/fixtures`, ordered by rule and case. Directories that begin with `_` are no fixtures.
pub fn fixture_files(dir: &Path) -> Result<Vec<FixtureFile>, ReadError> {
    let root = dir.join("fixtures");
    let mut cases: BTreeMap<(String, String), Vec<(String, String)>> = BTreeMap::new();
    for path in files(&root, "") {
        let relative = stem(&root, &path, "");
        let parts: Vec<&str> = relative.split('/').collect();
        let (Some(rule), Some(rest)) = (parts.get(..3), parts.get(3..)) else { continue };
        if parts.first().is_some_and(|first| first.starts_with('_')) {
            continue;
        }
        let (case, name) = match rest {
            [file] => (file.split('.').next().unwrap_or(file), (*file).to_owned()),
            [case, inner @ ..] => (*case, inner.join("/")),
            [] => continue,
        };
        cases.entry((rule.join("/"), case.to_owned())).or_default().push((name, text(&path)?));
    }
    Ok(cases.into_iter().map(|((rule, case), files)| FixtureFile { rule, case, files }).collect())
}

/// Every file under `root` (ids of templates, for finding orphans), without the given ending.
pub fn stems(root: &Path, ending: &str) -> Vec<String> {
    files(root, "").iter().map(|path| stem(root, path, ending)).collect()
}

fn files(root: &Path, extension: &str) -> Vec<PathBuf> {
    WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .filter(|path| extension.is_empty() || path.extension().is_some_and(|found| found == extension))
        .collect()
}

fn stem(root: &Path, path: &Path, ending: &str) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    relative.strip_suffix(ending).unwrap_or(&relative).to_owned()
}

fn text(path: &Path) -> Result<String, ReadError> {
    std::fs::read_to_string(path)
        .map_err(|error| ReadError::Open { path: path.display().to_string(), reason: error.to_string() })
}
