//! Whether the provider that a tree is held to knows the names that a fix writes.
//!
//! In: the rendered blocks. Out: an error for the first name that is too new, which names the version it came with.

use std::collections::BTreeMap;

use crate::graph::{Configuration, newest};
use crate::schema::since;
use crate::syntax::Workspace;
use crate::syntax::ast::{Body, Document, Expr};

use super::MergeError;

/// How deep nested blocks are looked into.
const MAX_DEPTH: u32 = 16;

/// Refuses names that no version of the provider which may run knows.
pub(super) fn check(
    workspace: &Workspace,
    configuration: &Configuration,
    rendered: &Document,
) -> Result<(), MergeError> {
    let mut bounds = BTreeMap::new();
    for block in rendered.body().blocks() {
        let Some(label) = block.label(0) else { continue };
        let (kind, provider) = match block.kind() {
            "resource" => (label.to_owned(), label.split('_').next().unwrap_or_default()),
            "provider" => (format!("provider.{label}"), label),
            _ => continue,
        };
        let mut names = vec![kind.clone()];
        arguments(rendered, block.body(), &kind, 0, &mut names);
        for name in names {
            let Some(since) = since(&name) else { continue };
            let newest = bounds.entry(provider).or_insert_with(|| newest(workspace, configuration, provider));
            if let Some(newest) = newest.as_ref().filter(|newest| !newest.may_be(since)) {
                let (provider, said_by) = (provider.to_owned(), newest.said_by.clone());
                return Err(MergeError::TooNew { name, provider, since, said_by });
            }
        }
    }
    Ok(())
}

/// The paths of everything that a body writes: `aws_instance.metadata_options.http_tokens`. A null takes
/// away what is there, and is not written.
fn arguments(rendered: &Document, body: Body<'_>, path: &str, depth: u32, names: &mut Vec<String>) {
    let stay = body.attributes().filter(|attribute| !matches!(rendered.expr(attribute.expr()), Expr::Null));
    names.extend(stay.map(|attribute| format!("{path}.{}", attribute.name())));
    for block in body.blocks().filter(|_| depth < MAX_DEPTH) {
        let path = format!("{path}.{}", block.kind());
        arguments(rendered, block.body(), &path, depth + 1, names);
        names.push(path);
    }
}
