//! Why a verdict is what it is: the deciding clause, the values it saw, the place to look at.

use crate::eval::{Data, Value, Why};
use crate::findings::Evidence;
use crate::source::Location;
use crate::syntax::Workspace;
use crate::syntax::ast::{BinaryOp, Block, Document, Expr, NodeId};

use super::scope::{Judging, show};

/// How long a shown value may be.
const SHOWN: usize = 80;

/// Why a value is unknown, for people.
pub(super) fn reason(why: &Why) -> String {
    match why {
        Why::Variable { address, .. } => format!("needs {address}"),
        Why::Computed(address) => format!("known after apply: {address}"),
        Why::DataSource(address) => format!("read from the provider: {address}"),
        Why::Module(address) => format!("needs the source of {address}"),
        Why::Instances(address) => format!("needs count or for_each of {address}"),
        Why::Function(name) => format!("not known here: {name}"),
        Why::Error(error) => format!("not valid: {}", error.message),
    }
}

/// What decided a verdict.
#[derive(Debug, Default)]
pub(super) struct Explanation {
    pub(super) clause: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) location: Option<Location>,
}

/// The parts of a condition joined by `&&` at its top.
pub(super) fn clauses(doc: &Document, id: NodeId, into: &mut Vec<NodeId>) {
    match doc.expr(id) {
        Expr::Parens(inner) => clauses(doc, inner, into),
        Expr::Binary { op: BinaryOp::And, left, right } => {
            clauses(doc, left, into);
            clauses(doc, right, into);
        }
        _ => into.push(id),
    }
}

/// Every expression right below one.
pub(super) fn children(doc: &Document, id: NodeId) -> Vec<NodeId> {
    match doc.expr(id) {
        Expr::Template(ids) | Expr::List(ids) | Expr::Object(ids) => ids.iter().collect(),
        Expr::Call { args, .. } => args.iter().collect(),
        Expr::Interpolation(inner) | Expr::Parens(inner) => vec![inner],
        Expr::GetAttr { base, .. } => vec![base],
        Expr::Unary { operand, .. } => vec![operand],
        Expr::Index { base, key } => vec![base, key],
        Expr::Splat { source, each, .. } => vec![source, each],
        Expr::Binary { left, right, .. } => vec![left, right],
        Expr::Conditional { condition, then, otherwise } => vec![condition, then, otherwise],
        Expr::TemplateIf { condition, then, otherwise } => {
            [Some(condition), Some(then), otherwise].into_iter().flatten().collect()
        }
        Expr::TemplateFor { collection, body, .. } => vec![collection, body],
        Expr::ForList { collection, result, condition, .. } => {
            [Some(collection), Some(result), condition].into_iter().flatten().collect()
        }
        Expr::ForObject { collection, result_key, result, condition, .. } => {
            [Some(collection), Some(result_key), Some(result), condition].into_iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// One step of a path in a resource.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Name(String),
    At(usize),
}

/// `self.a[0].b` as its root and steps; `None` for anything else.
fn path(doc: &Document, id: NodeId) -> Option<(String, Vec<Step>)> {
    match doc.expr(id) {
        Expr::Variable(name @ ("self" | "local")) => Some((name.to_owned(), Vec::new())),
        Expr::GetAttr { base, name } => {
            let (root, mut steps) = path(doc, base)?;
            steps.push(Step::Name(name.to_owned()));
            Some((root, steps))
        }
        Expr::Index { base, key } => {
            let (root, mut steps) = path(doc, base)?;
            match doc.expr(key) {
                Expr::Number(text) => steps.push(Step::At(text.parse().ok()?)),
                Expr::Str(text) => steps.push(Step::Name(text.to_owned())),
                _ => return None,
            }
            Some((root, steps))
        }
        _ => None,
    }
}

type Paths = Vec<(NodeId, String, Vec<Step>)>;

fn paths(doc: &Document, id: NodeId, into: &mut Paths) {
    if let Some((root, steps)) = path(doc, id)
        && !steps.is_empty()
    {
        into.push((id, root, steps));
        return;
    }
    for child in children(doc, id) {
        paths(doc, child, into);
    }
}

fn place(block: Block<'_>, steps: &[Step], file: crate::source::FileId) -> Option<Location> {
    let [Step::Name(name), rest @ ..] = steps else { return None };
    if let Some(attribute) = block.body().attribute(name) {
        return Some(Location::new(file, attribute.span()));
    }
    let (at, rest) = match rest {
        [Step::At(at), rest @ ..] => (*at, rest),
        _ => (0, rest),
    };
    let Some(inner) = block.body().blocks_of(name).nth(at) else {
        let dynamic = block.body().blocks_of("dynamic").find(|each| each.label(0) == Some(name));
        return dynamic.map(|each| Location::new(file, each.header_span()));
    };
    let header = Location::new(file, inner.header_span());
    if rest.is_empty() { Some(header) } else { place(inner, rest, file).or(Some(header)) }
}

/// Explains why `condition` came out as it did: the first clause that is false, or else unknown.
pub(super) fn explain(judging: &Judging<'_>, condition: NodeId, workspace: &Workspace) -> Explanation {
    let doc = &judging.rule.document;
    let mut parts = Vec::new();
    clauses(doc, condition, &mut parts);
    let values: Vec<(NodeId, Option<Value>)> = parts.iter().map(|id| (*id, judging.eval(*id).ok())).collect();
    let deciding = values
        .iter()
        .find(|(_, value)| value.as_ref().and_then(Value::as_bool) == Some(false))
        .or_else(|| {
            values.iter().find(|(_, value)| {
                value.as_ref().is_some_and(|it| matches!(it.data, Data::Unknown(_) | Data::Null))
            })
        })
        .map_or(condition, |(id, _)| *id);
    let clause = doc.slice(doc.span(deciding)).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Paths::new();
    paths(doc, deciding, &mut found);
    let mut evidence: Vec<Evidence> = Vec::new();
    for (id, _, _) in &found {
        let path = doc.slice(doc.span(*id)).to_owned();
        if evidence.iter().any(|each| each.path == path) {
            continue;
        }
        let Ok(value) = judging.eval(*id) else { continue };
        evidence.push(Evidence {
            clause: clause.clone(),
            path,
            value: show(&value, SHOWN),
            origin: value.mark.origin.map(|origin| origin.location),
        });
    }
    let resource = judging.subject.and_then(|id| judging.objects.configuration.get(id));
    let location = resource.map(|resource| {
        let steps = found.iter().find(|(_, root, _)| root == "self").map(|(_, _, steps)| steps);
        steps
            .zip(resource.block)
            .and_then(|(steps, block)| {
                place(workspace.document(resource.file)?.block(block), steps, resource.file)
            })
            .unwrap_or(resource.header)
    });
    Explanation { clause, evidence, location }
}
