//! Whether the provider that a tree is held to knows the names that a fix writes.
//!
//! In: the rendered blocks. Out: an error for the first name that is too new, which names the version it came with.

use std::collections::BTreeMap;

use crate::graph::{Configuration, newest};
use crate::schema::since;
use crate::syntax::Workspace;
use crate::syntax::ast::{Attribute, Block, Document};

use super::MergeError;

/// Refuses names that no version of the provider which may run knows.
pub(super) fn check(
    workspace: &Workspace,
    configuration: &Configuration,
    rendered: &Document,
) -> Result<(), MergeError> {
    let mut bounds = BTreeMap::new();
    for block in rendered.body().blocks() {
        let Some(kind) = block.label(0).filter(|_| block.kind() == "resource") else { continue };
        let provider = kind.split('_').next().unwrap_or_default();
        let body = block.body();
        let arguments = body.attributes().map(Attribute::name).chain(body.blocks().map(Block::kind));
        let names = std::iter::once(kind.to_owned()).chain(arguments.map(|name| format!("{kind}.{name}")));
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
