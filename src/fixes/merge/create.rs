//! Resources that a configuration lacks, written to a file of their own.
//!
//! In: the rendered resources, and the file in the root module's directory that they go to. Out: one insertion
//! at its end. Nothing that the author wrote is touched.

use crate::findings::Edit;
use crate::graph::Configuration;
use crate::source::{FileId, Span};
use crate::syntax::Workspace;

use super::super::layout::newline;
use super::super::template;
use super::{MAX_BLOCKS, MergeError, edit, known};

/// The name of the file.
pub const NEW_FILE: &str = "trueup.tf";

/// The edit that adds `rendered` to `file` of the configuration's root module.
pub fn create(
    workspace: &Workspace,
    configuration: &Configuration,
    file: FileId,
    rendered: &str,
) -> Result<Vec<Edit>, MergeError> {
    let no_source = || MergeError::NoSource(configuration.root.clone());
    let document = template::parse("fix", rendered).map_err(MergeError::Rendered)?;
    if document.body().blocks().count() > MAX_BLOCKS {
        return Err(MergeError::TooMany(MAX_BLOCKS));
    }
    known::check(workspace, configuration, &document)?;
    let module = workspace.modules.get(&configuration.root).ok_or_else(no_source)?;
    for block in document.body().blocks() {
        let name = |at| block.label(at).unwrap_or_default().to_owned();
        let declared = if block.kind() == "data" { &module.data } else { &module.resources };
        if declared.contains_key(&(name(0), name(1))) {
            return Err(MergeError::Declared(format!("{}.{}", name(0), name(1))));
        }
    }
    let text = workspace.sources.get(file).ok_or_else(no_source)?.text();
    // A new file has the line ends of those beside it.
    let beside = configuration.anchor.and_then(|anchor| workspace.sources.get(anchor.file));
    let end = newline(beside.filter(|_| text.is_empty()).map_or(text, |file| file.text()));
    let code = rendered.trim().lines().collect::<Vec<_>>().join(end);
    if code.is_empty() {
        return Ok(Vec::new());
    }
    let open = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
    // Several such edits stand in one file, in any order: each begins with the blank line between them.
    Ok(vec![edit(file, Span::new(at, at), format!("{open}{end}{code}{end}"))])
}
