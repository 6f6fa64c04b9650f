//! Blocks that must hold, merged into the source as the smallest edits.
//!
//! In: a resource, and the rendered template that says what must hold for it. Out: byte splices:
//! a literal changed at the place that decided it, an attribute written, removed or added, a
//! nested block added, a companion resource inserted. What already holds gives no edit, so a
//! second run plans nothing.

mod attribute;
mod block;
mod companion;
mod create;
mod holds;
mod json;
mod known;
mod second;

use std::sync::Arc;

pub use create::{NEW_FILE, create};

use crate::findings::Edit;
use crate::graph::{Configuration, Mode, Resource, ResourceId};
use crate::schema::Version;
use crate::source::{FileId, Span};
use crate::syntax::Workspace;
use crate::syntax::ast::{Block, Document};

use super::edit::{EditError, files, normalise};
use super::{layout, template};

/// The most instances of one block that a fix looks at.
pub const MAX_INSTANCES: usize = 1000;
/// The most blocks that one template may state.
pub const MAX_BLOCKS: usize = 64;

/// Why a fix can't be written as edits. Each is advice to a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// The rendered text is not Terraform.
    #[error("the fix does not parse: {0}")]
    Rendered(String),
    /// The resource is not declared in a file that can be edited.
    #[error("{0} is not declared in Terraform source that can be edited")]
    NoSource(String),
    /// What JSON has in the place of nested blocks is an expression.
    #[error("{name} of {address} is computed: change what it is computed from")]
    Computed {
        /// The nested block type.
        name: String,
        /// The resource.
        address: String,
    },
    /// The JSON is of a form that has no place for another resource.
    #[error("{0} has no resource object that another resource can stand in")]
    NoPlace(String),
    /// What would change is a text of Terragrunt, from which a file is made.
    #[error("the text is generated from {0}: change it there")]
    Part(String),
    /// Downloaded modules are not the author's.
    #[error("{0} lies under .terraform: change the module at its source")]
    Vendored(String),
    /// A `dynamic` block makes the content.
    #[error("the {kind} blocks of {address} come from a dynamic block: change the values it iterates over")]
    Dynamic {
        /// The nested block type.
        kind: String,
        /// The resource.
        address: String,
    },
    /// The provider that the tree is held to does not know a name.
    #[error("{name} came with version {since} of the {provider} provider, and this tree asks for {said_by}")]
    TooNew {
        /// The type, or the type and its argument.
        name: String,
        /// The provider.
        provider: String,
        /// The first version that knows it.
        since: Version,
        /// What bounds the version.
        said_by: String,
    },
    /// A resource that should be new is there.
    #[error("{0} is declared already")]
    Declared(String),
    /// What should change is declared where the module is called.
    #[error("{0} stands in another module: change it there")]
    Elsewhere(String),
    /// An instance of the block would have two.
    #[error(
        "{instance} {has} {companion} already, and {kind} beside this block would be a second one: \
         write one for the instances that have none"
    )]
    Second {
        /// The instance.
        instance: Arc<str>,
        /// `has` or `may have`.
        has: &'static str,
        /// What points at it.
        companion: Arc<str>,
        /// The type of both.
        kind: String,
    },
    /// A named limit was reached.
    #[error("the fix states more than {0} blocks")]
    TooMany(usize),
    /// The edits don't fit together.
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// What a merge works on.
struct Context<'w> {
    workspace: &'w Workspace,
    configuration: &'w Configuration,
    /// All that may hold instances of the subject's block.
    every: &'w [&'w Configuration],
    /// The rendered blocks.
    rendered: Document,
    /// The subject.
    resource: &'w Resource,
}

/// The edits that make `rendered` hold for `resource` of a configuration: ordered, aligned, empty if it
/// holds already. What is added to a block counts for its instances in `every` configuration.
pub fn plan(
    workspace: &Workspace,
    resource: &Resource,
    configuration: &Configuration,
    every: &[&Configuration],
    rendered: &str,
) -> Result<Vec<Edit>, MergeError> {
    let no_source = || MergeError::NoSource(resource.address.to_string());
    let document = document(workspace, resource.file).ok_or_else(no_source)?;
    let id = resource.block.ok_or_else(no_source)?;
    let rendered = template::parse("fix", rendered).map_err(MergeError::Rendered)?;
    if rendered.body().blocks().count() > MAX_BLOCKS {
        return Err(MergeError::TooMany(MAX_BLOCKS));
    }
    known::check(workspace, configuration, &rendered)?;
    let context = Context { workspace, configuration, every, rendered, resource };
    let subject = document.block(id);
    let mut edits = Vec::new();
    let mut absent: Vec<Block<'_>> = Vec::new();
    for stated in context.rendered.body().blocks() {
        let own = stated.kind() == subject.kind() && stated.labels().eq(subject.labels());
        if own {
            let values = instances(configuration, resource);
            into(&context, subject, &values, stated, &mut edits)?;
        } else if !companion::merge(&context, stated, &mut edits)? {
            absent.push(stated);
        }
    }
    for stated in &absent {
        second::refuse(&context, subject, *stated)?;
    }
    companion::insert(&context, subject, &absent, &mut edits)?;
    let edits = normalise(edits)?;
    for file in files(&edits) {
        let path = path_of(workspace, file);
        if is_vendored(&path) {
            return Err(MergeError::Vendored(path));
        }
        if is_part(workspace, file) {
            return Err(MergeError::Part(path));
        }
    }
    let window = |file: FileId, range: Span| lines_around(workspace.document(file)?, range);
    Ok(layout::combine_within(&workspace.sources, &[&edits], &window)?)
}

/// Merges `stated` into a resource's block, in the syntax that it is written in.
fn into(
    context: &Context<'_>,
    block: Block<'_>,
    instances: &[&Resource],
    stated: Block<'_>,
    edits: &mut Vec<Edit>,
) -> Result<(), MergeError> {
    if block.document().json {
        json::merge(context, block, instances, stated, edits)
    } else {
        block::merge(context, block, instances, stated, edits)
    }
}

/// The lines of the top-level blocks that a range touches. `None` where attributes stand at the
/// top: they are aligned with each other.
fn lines_around(document: &Document, range: Span) -> Option<Span> {
    if document.body().attributes().next().is_some() {
        return None;
    }
    let text = document.text();
    let spans = || document.body().blocks().map(Block::span);
    let start = spans().map(|span| span.start).filter(|start| *start <= range.start).max().unwrap_or(0);
    let end = spans().map(|span| span.end).filter(|end| *end >= range.end).min().unwrap_or(u32::MAX);
    let start = text.get(..start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let end = (end as usize).min(text.len());
    let end = text.get(end..)?.find('\n').map_or(text.len(), |at| end + at + 1);
    Some(Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

/// All instances that the resource's block gives, so that none is left behind.
fn instances<'c>(configuration: &'c Configuration, resource: &'c Resource) -> Vec<&'c Resource> {
    let mut found: Vec<&Resource> = alike(configuration, resource).map(|(_, other)| other).collect();
    if found.is_empty() {
        found.push(resource);
    }
    found
}

/// The instances of a resource's block in a configuration.
fn alike<'c>(
    configuration: &'c Configuration,
    resource: &'c Resource,
) -> impl Iterator<Item = (ResourceId, &'c Resource)> {
    let map =
        if resource.mode == Mode::Managed { &configuration.by_kind } else { &configuration.data_by_kind };
    let ids = map.get(&resource.kind).into_iter().flatten();
    ids.filter_map(|id| Some((*id, configuration.get(*id)?)))
        .filter(|(_, other)| {
            other.file == resource.file && other.span == resource.span && other.mode == resource.mode
        })
        .take(MAX_INSTANCES)
}

fn document(workspace: &Workspace, file: FileId) -> Option<&Arc<Document>> {
    workspace.documents.get(file.0 as usize)?.as_ref()
}

fn path_of(workspace: &Workspace, file: FileId) -> String {
    workspace.sources.get(file).map_or_else(String::new, |file| file.path().display().to_string())
}

fn is_vendored(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| part == ".terraform")
}

/// Whether the file's text is generated from a part of another.
fn is_part(workspace: &Workspace, file: FileId) -> bool {
    workspace.sources.get(file).is_some_and(|file| file.is_part())
}

/// The keyword of a resource's block.
fn keyword(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "resource",
        Mode::Data => "data",
    }
}

fn edit(file: FileId, span: Span, text: impl Into<String>) -> Edit {
    Edit { file, span, text: text.into() }
}

/// A rendered piece without the indentation that it had in the template.
fn dedent(text: &str, column: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, line) in super::scan::lines(text).iter().enumerate() {
        let line = text.get(line.start..line.end).unwrap_or("");
        if index > 0 {
            out.push('\n');
            let blank = line.len() - line.trim_start_matches(' ').len();
            out.push_str(line.get(blank.min(column)..).unwrap_or(""));
        } else {
            out.push_str(line);
        }
    }
    out
}

/// The source of a rendered piece, from column 0.
fn source_of(rendered: &Document, span: Span) -> String {
    let column = layout::indent_at(rendered.text(), span.start).len();
    dedent(rendered.slice(span), column)
}

/// Whether a block spans one line only.
fn is_one_line(block: Block<'_>) -> bool {
    !block.document().slice(block.span()).contains('\n')
}
