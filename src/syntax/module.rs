//! A Terraform module: the declarations of all files in one directory, by name.

use std::collections::BTreeMap;

use crate::source::FileId;

use super::ast::NodeId;

/// Where a block is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The file.
    pub file: FileId,
    /// The block; for a local, the expression.
    pub node: NodeId,
}

/// One directory's declarations. Names are the block labels.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Directory as walked: relative to the working directory, `.` for itself.
    pub dir: String,
    /// Files in name order, override files last.
    pub files: Vec<FileId>,
    /// `variable` blocks.
    pub variables: BTreeMap<String, Declaration>,
    /// Entries of all `locals` blocks: the declaration's node is the expression.
    pub locals: BTreeMap<String, Declaration>,
    /// `output` blocks.
    pub outputs: BTreeMap<String, Declaration>,
    /// `module` blocks.
    pub calls: BTreeMap<String, Declaration>,
    /// `resource` blocks by type and name.
    pub resources: BTreeMap<(String, String), Declaration>,
    /// `data` blocks by type and name.
    pub data: BTreeMap<(String, String), Declaration>,
    /// `provider` blocks, in order.
    pub providers: Vec<Declaration>,
    /// `terraform` blocks, in order.
    pub settings: Vec<Declaration>,
    /// Variable files of the directory that Terraform loads by itself, in its order.
    pub variable_files: Vec<FileId>,
}
