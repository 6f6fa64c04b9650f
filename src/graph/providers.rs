//! Which provider version a configuration is held to.
//!
//! In: a configuration and the workspace it was evaluated from. Out: the newest version of a provider that it may
//! run with: the one in `.terraform.lock.hcl`, else the upper end of all `required_providers` constraints. Where
//! nothing is said, any version may come.

use std::collections::BTreeSet;

use crate::eval::{Value, evaluate_constant};
use crate::schema::Version;
use crate::source::FileId;
use crate::syntax::ast::{Attribute, Block};
use crate::syntax::{Document, Workspace, parse_hcl};

use super::resource::Configuration;

const LOCK: &str = ".terraform.lock.hcl";

/// The newest version of a provider that may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The bound.
    pub version: Version,
    /// Whether the bound itself may run.
    pub inclusive: bool,
    /// What says so, for people: `~> 3.0 in versions.tf`.
    pub said_by: String,
}

impl Newest {
    /// Whether a version from `since` on may run.
    pub fn may_be(&self, since: Version) -> bool {
        if self.inclusive { since <= self.version } else { since < self.version }
    }
}

/// The newest version of `provider` (`aws`) that `configuration` may run with; `None` where nothing bounds it.
pub fn newest(workspace: &Workspace, configuration: &Configuration, provider: &str) -> Option<Newest> {
    let directories = directories(workspace, configuration);
    // Terraform locks where it is run: in the root, or in the unit of Terragrunt that uses it.
    let root = workspace.modules.get(&configuration.root).map(|_| configuration.root.as_str());
    let unit = configuration.inputs.environment.as_deref();
    let run_in: Vec<&str> = match root {
        Some(root) => unit.into_iter().chain([root]).collect(),
        None => directories.iter().map(String::as_str).collect(),
    };
    run_in.into_iter().find_map(|dir| locked(workspace, dir, provider)).or_else(|| {
        let modules = directories.iter().filter_map(|dir| workspace.modules.get(dir));
        let blocks = modules.flat_map(|module| module.settings.iter().chain(&module.providers));
        let bounds = blocks.filter_map(|declaration| {
            let document = workspace.document(declaration.file)?;
            let text = constraint(document, document.block(declaration.node), provider)?;
            let path = workspace.sources.get(declaration.file)?.path().display().to_string();
            bound(&text, &path)
        });
        bounds.min_by_key(|newest| (newest.version, newest.inclusive))
    })
}

/// The directories of the modules that the configuration was evaluated from.
fn directories(workspace: &Workspace, configuration: &Configuration) -> BTreeSet<String> {
    let holds = |files: &[FileId]| files.iter().any(|file| configuration.files.contains(file));
    let modules = workspace.modules.values().filter(|module| holds(&module.files));
    modules.map(|module| module.dir.clone()).collect()
}

/// The version in the lock file of a directory.
fn locked(workspace: &Workspace, dir: &str, provider: &str) -> Option<Newest> {
    let path = if dir == "." { LOCK.to_owned() } else { format!("{dir}/{LOCK}") };
    let (id, file) = workspace.sources.iter().find(|(_, file)| file.path().as_os_str() == path.as_str())?;
    let document = parse_hcl(id, file);
    let ending = format!("/hashicorp/{provider}");
    let mut blocks = document.body().blocks_of("provider");
    let block = blocks.find(|block| block.label(0).is_some_and(|label| label.ends_with(&ending)))?;
    let version = text(&document, block.body().attribute("version")?)?.parse().ok()?;
    Some(Newest { version, inclusive: true, said_by: format!("{version} in {path}") })
}

/// What a `terraform` or `provider` block says of the provider's version.
fn constraint(document: &Document, block: Block<'_>, provider: &str) -> Option<String> {
    if block.kind() == "provider" {
        let own = block.label(0) == Some(provider);
        return text(document, block.body().attribute("version").filter(|_| own)?);
    }
    let mut required = block.body().blocks_of("required_providers");
    let value = required.find_map(|inner| {
        let attribute = inner.body().attribute(provider)?;
        evaluate_constant(document, attribute.expr())
    })?;
    // Before 0.13 the constraint stood there alone.
    let version = value.as_str().or_else(|| value.get("version").and_then(Value::as_str))?;
    Some(version.to_owned())
}

fn text(document: &Document, attribute: Attribute<'_>) -> Option<String> {
    evaluate_constant(document, attribute.expr())?.as_str().map(str::to_owned)
}

/// The upper end of a constraint such as `>= 3.0, < 5.0`; what can't be read bounds nothing.
fn bound(constraint: &str, path: &str) -> Option<Newest> {
    let upper = |part: &str| {
        let part = part.trim();
        let digits = part.find(|c: char| c.is_ascii_digit())?;
        let (operator, number) = part.split_at_checked(digits)?;
        let version: Version = number.parse().ok()?;
        let (version, inclusive) = match operator.trim() {
            "" | "=" | "<=" => (version, true),
            "<" => (version, false),
            "~>" => (pessimistic(version, number), false),
            _ => return None,
        };
        Some((version, inclusive))
    };
    let (version, inclusive) = constraint.split(',').filter_map(upper).min()?;
    Some(Newest { version, inclusive, said_by: format!("{} in {path}", constraint.trim()) })
}

/// The first version that `~> number` leaves out: its last part but one, plus one.
fn pessimistic(version: Version, number: &str) -> Version {
    let [major, minor, _] = version.0;
    match number.trim().split('.').count() {
        3.. => Version([major, minor.saturating_add(1), 0]),
        _ => Version([major.saturating_add(1), 0, 0]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_have_an_upper_end() {
        for (constraint, version, inclusive) in [
            ("~> 3.0", [4, 0, 0], false),
            ("~> 4.27.0", [4, 28, 0], false),
            ("~> 5", [6, 0, 0], false),
            (">= 3.0, < 5.0", [5, 0, 0], false),
            ("<= 4.5, ~> 4.0", [4, 5, 0], true),
            ("3.74.0", [3, 74, 0], true),
            ("= 3.74.0", [3, 74, 0], true),
        ] {
            let newest = bound(constraint, "f").unwrap();
            assert_eq!((newest.version, newest.inclusive), (Version(version), inclusive), "{constraint}");
        }
        for open in [">= 4.0", "> 1", "!= 3.0.0", "", "~>", "latest", "< 99999999999.0"] {
            assert_eq!(bound(open, "f"), None, "{open}");
        }
    }

    #[test]
    fn a_bound_that_is_left_out_is_no_version() {
        let below = bound("~> 3.0", "f").unwrap();
        assert!(below.may_be(Version([3, 75, 0])) && !below.may_be(Version([4, 0, 0])));
        let pinned = bound("3.75.0", "f").unwrap();
        assert!(pinned.may_be(Version([3, 75, 0])) && !pinned.may_be(Version([3, 75, 1])));
    }
}
