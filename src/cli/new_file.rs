//! Files that fixes may write new: one in each root module that lacks something.
//!
//! In: the failing findings. Out: the workspace with an empty file, still to be written, where a fix has something to
//! add to a configuration. A file of that name that is there already is added to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::findings::{Finding, Outcome};
use crate::fixes;
use crate::graph::Configuration;
use crate::rules::RuleSet;
use crate::source::{FileId, SourceFile};
use crate::syntax::Workspace;

/// Gives each root module that a fix may add resources to the file that they go to, still to be written.
pub(super) fn make_room(
    workspace: &mut Workspace,
    configurations: &mut [Configuration],
    findings: &[Finding],
    rules: &RuleSet,
) {
    let lacking = |finding: &&Finding| {
        let rule = rules.get(&finding.rule).and_then(Result::ok);
        let creates = rule.and_then(|rule| rule.fix.as_ref()?.creates).is_some();
        finding.outcome == Outcome::Fail && creates
    };
    let roots: BTreeSet<&str> = findings.iter().filter(lacking).map(|finding| &*finding.address).collect();
    for root in roots {
        if !workspace.modules.contains_key(root) || new_file(workspace, root).is_some() {
            continue;
        }
        let id = workspace.add_absent(&path_of_new(root));
        for configuration in configurations.iter_mut().filter(|configuration| configuration.root == root) {
            configuration.files.insert(id);
        }
    }
}

fn path_of_new(root: &str) -> PathBuf {
    if root == "." { PathBuf::from(fixes::NEW_FILE) } else { Path::new(root).join(fixes::NEW_FILE) }
}

/// The file of a root module that new resources go to.
pub(super) fn new_file(workspace: &Workspace, root: &str) -> Option<FileId> {
    let wanted = path_of_new(root);
    let path = |file: &SourceFile| file.path().strip_prefix(".").unwrap_or(file.path()).to_owned();
    workspace.sources.iter().find(|(_, file)| path(file) == wanted).map(|(id, _)| id)
}
