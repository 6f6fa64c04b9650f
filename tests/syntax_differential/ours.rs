//! Our tree as lines.

use trueup::source::Span;
use trueup::syntax::Document;
use trueup::syntax::ast::{Body, Expr, Item, NodeId, UnaryOp};

struct Dump<'d> {
    doc: &'d Document,
    lines: Vec<String>,
}

pub fn lines(doc: &Document) -> Vec<String> {
    let mut dump = Dump { doc, lines: Vec::new() };
    dump.body(doc.body(), 0);
    dump.lines
}

impl Dump<'_> {
    fn line(&mut self, depth: usize, what: &str, span: Span) {
        assert!(self.doc.text().get(span.range()).is_some(), "{what} {span:?} in {:?}", self.doc.text());
        self.lines.push(format!("{depth} {what} {}..{}", span.start, span.end));
    }

    fn plain(&mut self, depth: usize, what: &str) {
        self.lines.push(format!("{depth} {what}"));
    }

    fn body(&mut self, body: Body<'_>, depth: usize) {
        for item in body.items() {
            match item {
                Item::Attribute(attribute) => {
                    self.line(depth, &format!("attribute {}", attribute.name()), attribute.span());
                    self.line(depth, "name", attribute.name_span());
                    self.expr(attribute.expr(), depth + 1);
                }
                Item::Block(block) => {
                    let labels: Vec<_> = block.labels().collect();
                    self.line(depth, &format!("block {} {labels:?}", block.kind()), block.span());
                    self.line(depth, "type", block.kind_span());
                    let text = self.doc.text();
                    assert_eq!(&text[block.open() as usize..=block.open() as usize], "{");
                    assert_eq!(&text[block.close() as usize..=block.close() as usize], "}");
                    self.body(block.body(), depth + 1);
                }
            }
        }
    }

    fn expr(&mut self, id: NodeId, depth: usize) {
        let doc = self.doc;
        let span = doc.span(id);
        let inner = depth + 1;
        match doc.expr(id) {
            Expr::Null => self.line(depth, "null", span),
            Expr::Bool(value) => self.line(depth, &value.to_string(), span),
            Expr::Number(text) => {
                self.line(depth, &format!("number {:?}", text.parse::<f64>().unwrap()), span);
            }
            Expr::Str(text) if doc.is_bare(id) => self.line(depth, &format!("word {text}"), span),
            Expr::Str(_) | Expr::Template(_) => {
                self.line(depth, if doc.is_heredoc(id) { "heredoc" } else { "quoted" }, span);
                self.template(id, inner, super::unsure(doc.slice(span)));
            }
            Expr::List(ids) => {
                self.line(depth, "list", span);
                ids.iter().for_each(|id| self.expr(id, inner));
            }
            Expr::Object(ids) => {
                self.line(depth, "object", span);
                ids.iter().for_each(|id| self.expr(id, inner));
            }
            Expr::Variable(name) => self.line(depth, &format!("variable {name}"), span),
            Expr::GetAttr { .. } | Expr::Index { .. } | Expr::Splat { .. } => {
                self.line(depth, "traversal", span);
                self.traversal(id, inner);
            }
            Expr::Call { name, args, expand } => {
                let name: String = name.split_whitespace().collect();
                self.line(depth, &format!("call {name} {expand}"), span);
                args.iter().for_each(|id| self.expr(id, inner));
            }
            Expr::ForList { key, value, collection, result, condition } => {
                self.line(depth, &format!("for {key:?} {value} false"), span);
                self.expr(collection, inner);
                self.expr(result, inner);
                self.optional(condition, inner);
            }
            Expr::ForObject { key, value, collection, result_key, result, condition, group } => {
                self.line(depth, &format!("for {key:?} {value} {group}"), span);
                self.expr(collection, inner);
                self.expr(result_key, inner);
                self.expr(result, inner);
                self.optional(condition, inner);
            }
            Expr::Conditional { condition, then, otherwise } => {
                self.line(depth, "conditional", span);
                for id in [condition, then, otherwise] {
                    self.expr(id, inner);
                }
            }
            Expr::Binary { op, left, right } => {
                self.line(depth, &format!("binary {op:?}"), span);
                self.expr(left, inner);
                self.expr(right, inner);
            }
            Expr::Unary { op: UnaryOp::Neg, operand } if matches!(doc.expr(operand), Expr::Number(_)) => {
                // hcl-edit has negative numbers; Terraform negates.
                let Expr::Number(text) = doc.expr(operand) else { return };
                self.line(depth, &format!("number {:?}", -text.parse::<f64>().unwrap()), span);
            }
            Expr::Unary { op, operand } => {
                self.line(depth, &format!("unary {op:?}"), span);
                self.expr(operand, inner);
            }
            Expr::Parens(id) => {
                self.line(depth, "parens", span);
                self.expr(id, inner);
            }
            other => panic!("{other:?} stands where an expression belongs"),
        }
    }

    fn optional(&mut self, id: Option<NodeId>, depth: usize) {
        match id {
            Some(id) => self.expr(id, depth),
            None => self.plain(depth, "none"),
        }
    }

    /// The base, then every access after it.
    fn traversal(&mut self, id: NodeId, depth: usize) {
        match self.doc.expr(id) {
            Expr::GetAttr { base, name } => {
                self.traversal(base, depth);
                assert_eq!(self.doc.slice(self.doc.name_span(id)), name);
                self.plain(depth, &format!(".{name}"));
            }
            Expr::Index { base, key } => {
                self.traversal(base, depth);
                self.plain(depth, "index");
                self.expr(key, depth + 1);
            }
            Expr::Splat { source, each, full } => {
                self.traversal(source, depth);
                self.plain(depth, if full { "[*]" } else { ".*" });
                self.traversal(each, depth);
            }
            Expr::SplatItem => {}
            _ => self.expr(id, depth),
        }
    }

    fn template(&mut self, id: NodeId, depth: usize, unsure: bool) {
        let doc = self.doc;
        match doc.expr(id) {
            Expr::Str(text) => self.literal(text, depth, unsure),
            Expr::Template(parts) => parts.iter().for_each(|id| self.part(id, depth, unsure)),
            other => panic!("{other:?} stands where a template belongs"),
        }
    }

    fn literal(&mut self, text: &str, depth: usize, unsure: bool) {
        if !unsure && !text.is_empty() {
            self.plain(depth, &format!("text {text:?}"));
        }
    }

    fn part(&mut self, id: NodeId, depth: usize, unsure: bool) {
        let doc = self.doc;
        let span = doc.span(id);
        let inner = depth + 1;
        match doc.expr(id) {
            Expr::Str(text) => self.literal(text, depth, unsure),
            Expr::Interpolation(id) => {
                self.line(depth, "interpolation", span);
                self.expr(id, inner);
            }
            Expr::TemplateIf { condition, then, otherwise } => {
                self.line(depth, "if", span);
                self.expr(condition, inner);
                self.template(then, inner, unsure);
                if let Some(id) = otherwise {
                    self.plain(depth, "else");
                    self.template(id, inner, unsure);
                }
            }
            Expr::TemplateFor { key, value, collection, body } => {
                self.line(depth, &format!("for {key:?} {value}"), span);
                self.expr(collection, inner);
                self.template(body, inner, unsure);
            }
            other => panic!("{other:?} stands in a template"),
        }
    }
}

/// The text of the first attribute: interpolated texts as they are, first branches, loops run once.
pub fn text(doc: &Document) -> String {
    render(doc, doc.body().attributes().next().unwrap().expr())
}

fn render(doc: &Document, id: NodeId) -> String {
    match doc.expr(id) {
        Expr::Str(text) => text.to_owned(),
        Expr::Template(parts) => parts.iter().map(|id| render(doc, id)).collect(),
        Expr::Interpolation(id) | Expr::TemplateIf { then: id, .. } | Expr::TemplateFor { body: id, .. } => {
            render(doc, id)
        }
        other => panic!("{other:?} is no text"),
    }
}
