//! A loaded rule.

use std::sync::Arc;

use crate::eval::Value;
use crate::findings::{Applicability, Effect, RuleInfo};
use crate::syntax::Document;
use crate::syntax::ast::NodeId;

use super::alike::Own;
use super::unchanged::Question;

/// What a rule is judged on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleScopeKind {
    /// Each resource of its types.
    Resource,
    /// A whole configuration, once.
    Estate,
}

/// A rule, ready to run. Node ids are those of `document`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What reports need.
    pub info: RuleInfo,
    /// Judged on each resource, or once.
    pub scope: RuleScopeKind,
    /// Managed resource types; empty for a rule over the estate.
    pub resources: Vec<Arc<str>>,
    /// The rule's own file, parsed.
    pub document: Arc<Document>,
    /// Locals by name, in order of writing.
    pub locals: Vec<(Arc<str>, NodeId)>,
    /// Those of the locals that are the same for every subject.
    pub shared: Vec<NodeId>,
    /// The lists of literals that its conditions name, in order of their nodes: each resource asks for them.
    pub literals: Vec<(NodeId, Value)>,
    /// Whether its verdict rests on the subject and the settings alone.
    pub alone: bool,
    /// What its verdict rests on, besides what is the same for every subject; none where that can't be told.
    pub own: Option<Own>,
    /// All that its conditions ask about more than the subject; none where that can't be asked beforehand.
    pub questions: Option<Vec<Question>>,
    /// Where this is false the rule does not apply.
    pub applies: Option<NodeId>,
    /// What must hold.
    pub require: NodeId,
    /// What to say where it does not.
    pub message: NodeId,
    /// How it can be fixed.
    pub fix: Option<FixSpec>,
    /// The template that states what must hold.
    pub template: Option<Arc<str>>,
}

/// The `fix` block of a rule.
#[derive(Clone, Debug)]
pub struct FixSpec {
    /// The title, an expression.
    pub title: NodeId,
    /// The resource to change, where the rule is over the estate: an expression.
    pub on: Option<NodeId>,
    /// Where this is true and there is nothing to change, the template's resources are written to a file of
    /// their own: an expression.
    pub creates: Option<NodeId>,
    /// Who must look.
    pub applicability: Applicability,
    /// What apply does, where the rule says so.
    pub effect: Option<Effect>,
    /// What to look out for.
    pub caution: Option<String>,
}

impl Rule {
    /// The expression of a local.
    pub fn local(&self, name: &str) -> Option<NodeId> {
        self.locals.iter().find(|(each, _)| &**each == name).map(|(_, id)| *id)
    }
}
