//! hcl-edit's tree as lines.

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::{Directive, Element, Strip, Template};

struct Dump<'t> {
    text: &'t str,
    lines: Vec<String>,
    /// The template at hand is a quoted string, not a heredoc.
    quoted: bool,
}

pub fn lines(text: &str, body: &Body) -> Vec<String> {
    let mut dump = Dump { text, lines: Vec::new(), quoted: false };
    dump.body(body, 0);
    dump.lines
}

/// Which ends of a literal lose their white space.
#[derive(Clone, Copy, Default)]
struct Trim {
    before: bool,
    after: bool,
}

impl Dump<'_> {
    fn line(&mut self, depth: usize, what: &str, node: &impl Span) {
        let span = node.span().unwrap_or(0..0);
        self.lines.push(format!("{depth} {what} {}..{}", span.start, span.end));
    }

    fn plain(&mut self, depth: usize, what: &str) {
        self.lines.push(format!("{depth} {what}"));
    }

    fn body(&mut self, body: &Body, depth: usize) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    self.line(depth, &format!("attribute {}", attribute.key.as_str()), attribute);
                    self.line(depth, "name", &attribute.key);
                    self.expr(&attribute.value, depth + 1);
                }
                Structure::Block(block) => {
                    let labels: Vec<_> =
                        block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect();
                    self.line(depth, &format!("block {} {labels:?}", block.ident.as_str()), block);
                    self.line(depth, "type", &block.ident);
                    self.body(&block.body, depth + 1);
                }
            }
        }
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each kind")]
    fn expr(&mut self, expr: &Expression, depth: usize) {
        let inner = depth + 1;
        match expr {
            Expression::Null(_) => self.line(depth, "null", expr),
            Expression::Bool(value) => self.line(depth, &value.value().to_string(), expr),
            Expression::Number(number) => {
                let value = number.value().as_f64().unwrap();
                self.line(depth, &format!("number {value:?}"), expr);
            }
            Expression::String(text) => {
                self.line(depth, "quoted", expr);
                if !text.value().is_empty() {
                    self.plain(inner, &format!("text {:?}", text.value()));
                }
            }
            Expression::StringTemplate(template) => {
                self.line(depth, "quoted", expr);
                let elements: Vec<_> = template.iter().collect();
                let outer = std::mem::replace(&mut self.quoted, true);
                self.elements(&elements, Trim::default(), inner, false);
                self.quoted = outer;
            }
            Expression::HeredocTemplate(heredoc) => {
                self.line(depth, "heredoc", expr);
                let unsure = super::unsure(&self.text[expr.span().unwrap()]);
                let outer = std::mem::replace(&mut self.quoted, false);
                self.template(&heredoc.template, Trim::default(), inner, unsure);
                self.quoted = outer;
            }
            Expression::Array(array) => {
                self.line(depth, "list", expr);
                array.iter().for_each(|expr| self.expr(expr, inner));
            }
            Expression::Object(object) => {
                self.line(depth, "object", expr);
                for (key, value) in object {
                    match key {
                        ObjectKey::Ident(name) => self.line(inner, &format!("word {}", name.as_str()), name),
                        ObjectKey::Expression(expr @ (Expression::Null(_) | Expression::Bool(_))) => {
                            let name = &self.text[expr.span().unwrap()];
                            self.line(inner, &format!("word {name}"), expr);
                        }
                        ObjectKey::Expression(expr) => self.expr(expr, inner),
                    }
                    self.expr(value.expr(), inner);
                }
            }
            Expression::Parenthesis(parens) => {
                self.line(depth, "parens", expr);
                self.expr(parens.inner(), inner);
            }
            Expression::Variable(name) => self.line(depth, &format!("variable {}", name.as_str()), expr),
            Expression::Conditional(conditional) => {
                self.line(depth, "conditional", expr);
                self.expr(&conditional.cond_expr, inner);
                self.expr(&conditional.true_expr, inner);
                self.expr(&conditional.false_expr, inner);
            }
            Expression::FuncCall(call) => {
                let mut name: Vec<_> = call.name.namespace.iter().map(|part| part.as_str()).collect();
                name.push(call.name.name.as_str());
                self.line(depth, &format!("call {} {}", name.join("::"), call.args.expand_final()), expr);
                call.args.iter().for_each(|expr| self.expr(expr, inner));
            }
            Expression::Traversal(traversal) => {
                self.line(depth, "traversal", expr);
                self.expr(&traversal.expr, inner);
                for operator in &traversal.operators {
                    match operator.value() {
                        TraversalOperator::AttrSplat(_) => self.plain(inner, ".*"),
                        TraversalOperator::FullSplat(_) => self.plain(inner, "[*]"),
                        TraversalOperator::GetAttr(name) => self.plain(inner, &format!(".{}", name.as_str())),
                        TraversalOperator::Index(key) => {
                            self.plain(inner, "index");
                            self.expr(key, inner + 1);
                        }
                        TraversalOperator::LegacyIndex(key) => {
                            self.plain(inner, "index");
                            #[allow(clippy::cast_precision_loss, reason = "both sides round alike")]
                            let value = *key.value() as f64;
                            self.line(inner + 1, &format!("number {value:?}"), key);
                        }
                    }
                }
            }
            Expression::UnaryOp(op) => {
                let name = format!("{:?}", op.operator.value());
                self.line(depth, &format!("unary {name}"), expr);
                self.expr(&op.expr, inner);
            }
            Expression::BinaryOp(op) => {
                let name = match op.operator.value().as_str() {
                    "||" => "Or",
                    "&&" => "And",
                    "==" => "Eq",
                    "!=" => "NotEq",
                    "<" => "Less",
                    "<=" => "LessEq",
                    ">" => "Greater",
                    ">=" => "GreaterEq",
                    "+" => "Add",
                    "-" => "Sub",
                    "*" => "Mul",
                    "/" => "Div",
                    _ => "Mod",
                };
                self.line(depth, &format!("binary {name}"), expr);
                self.expr(&op.lhs_expr, inner);
                self.expr(&op.rhs_expr, inner);
            }
            Expression::ForExpr(each) => {
                let key = each.intro.key_var.as_ref().map(|name| name.as_str());
                let value = each.intro.value_var.as_str();
                self.line(depth, &format!("for {key:?} {value} {}", each.grouping), expr);
                self.expr(&each.intro.collection_expr, inner);
                if let Some(key) = &each.key_expr {
                    self.expr(key, inner);
                }
                self.expr(&each.value_expr, inner);
                match &each.cond {
                    Some(condition) => self.expr(&condition.expr, inner),
                    None => self.plain(inner, "none"),
                }
            }
        }
    }

    fn template(&mut self, template: &Template, ends: Trim, depth: usize, unsure: bool) {
        let elements: Vec<_> = template.iter().collect();
        self.elements(&elements, ends, depth, unsure);
    }

    /// hcl-edit leaves strip markers to its reader; ours applies them.
    fn elements(&mut self, elements: &[&Element], ends: Trim, depth: usize, unsure: bool) {
        for (at, element) in elements.iter().enumerate() {
            match element {
                Element::Literal(text) => {
                    let previous = at.checked_sub(1).and_then(|at| elements.get(at));
                    let trim = Trim {
                        before: previous.map_or(ends.before, |element| outer(element).after),
                        after: elements.get(at + 1).map_or(ends.after, |element| outer(element).before),
                    };
                    let text = trimmed(text.value(), trim, self.quoted);
                    if !unsure && !text.is_empty() {
                        self.plain(depth, &format!("text {text:?}"));
                    }
                }
                Element::Interpolation(interpolation) => {
                    self.line(depth, "interpolation", interpolation);
                    self.expr(&interpolation.expr, depth + 1);
                }
                Element::Directive(directive) => self.directive(directive, depth, unsure),
            }
        }
    }

    fn directive(&mut self, directive: &Directive, depth: usize, unsure: bool) {
        let inner = depth + 1;
        match directive {
            Directive::If(node) => {
                self.line(depth, "if", node);
                let (head, end) = (&node.if_expr, marks(node.endif_expr.strip));
                self.expr(&head.cond_expr, inner);
                let next = node.else_expr.as_ref().map_or(end, |branch| marks(branch.strip));
                let trim = Trim { before: marks(head.strip).after, after: next.before };
                self.template(&head.template, trim, inner, unsure);
                if let Some(branch) = &node.else_expr {
                    self.plain(depth, "else");
                    let trim = Trim { before: next.after, after: end.before };
                    self.template(&branch.template, trim, inner, unsure);
                }
            }
            Directive::For(node) => {
                let head = &node.for_expr;
                let key = head.key_var.as_ref().map(|name| name.as_str());
                self.line(depth, &format!("for {key:?} {}", head.value_var.as_str()), node);
                self.expr(&head.collection_expr, inner);
                let trim =
                    Trim { before: marks(head.strip).after, after: marks(node.endfor_expr.strip).before };
                self.template(&head.template, trim, inner, unsure);
            }
        }
    }
}

fn marks(strip: Strip) -> Trim {
    Trim { before: strip.strip_start(), after: strip.strip_end() }
}

/// The markers at the outer ends of an element.
fn outer(element: &Element) -> Trim {
    match element {
        Element::Literal(_) => Trim::default(),
        Element::Interpolation(interpolation) => marks(interpolation.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(node) => {
                Trim { before: marks(node.if_expr.strip).before, after: marks(node.endif_expr.strip).after }
            }
            Directive::For(node) => {
                Trim { before: marks(node.for_expr.strip).before, after: marks(node.endfor_expr.strip).after }
            }
        },
    }
}

/// Terraform trims within one line of a heredoc: every line is a literal of its own.
fn trimmed(text: &str, trim: Trim, quoted: bool) -> String {
    let mut lines: Vec<&str> = if quoted { vec![text] } else { text.split_inclusive('\n').collect() };
    if let Some(line) = lines.first_mut().filter(|_| trim.before) {
        *line = line.trim_start();
    }
    if let Some(line) = lines.last_mut().filter(|_| trim.after) {
        *line = line.trim_end();
    }
    lines.concat()
}
