//! Secrets that are written in a file.
//!
//! In: one parsed file, and the names of variables and locals that hold secrets. Out: the literals in
//! secret places, and the names that such places refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::findings::{Gathered, distinctive};
use crate::rules::functions::holds_secret;
use crate::schema;
use crate::source::Span;
use crate::syntax::ast::{Block, Body, Document, Expr, Item, NodeId};

use super::{NAMED, NAMING, Telling, lines, literal, telling};

/// What one file holds.
pub(super) struct Found {
    pub(super) gathered: Gathered,
    /// `var.x` and `local.x` that stand where a secret does.
    pub(super) names: BTreeSet<String>,
}

/// `var.x` and `local.x` that hold secrets, each with the directory of its module.
#[derive(Debug, Default)]
pub(super) struct Holders(BTreeMap<String, BTreeSet<String>>);

impl Holders {
    /// Adds those of one directory; whether any is new.
    pub(super) fn add(&mut self, dir: &str, names: impl IntoIterator<Item = String>) -> bool {
        let mut new = false;
        for name in names {
            new |= self.0.entry(name).or_default().insert(dir.to_owned());
        }
        new
    }

    fn holds(&self, name: &str, owner: &Owner) -> bool {
        self.0.get(name).is_some_and(|dirs| match owner {
            Owner::Module(dir) => dirs.contains(dir),
            Owner::Installed => dirs.iter().any(|dir| dir.contains(".terraform")),
            Owner::Anyone => true,
        })
    }
}

/// Whose variables are given values.
#[derive(Clone, Debug)]
enum Owner {
    /// Those of the module in this directory.
    Module(String),
    /// Those of some module that `terraform init` fetched.
    Installed,
    /// A file of values may be for any module.
    Anyone,
}

/// `var.x` of the variables that the file marks sensitive or ephemeral.
pub(super) fn marked(doc: &Document) -> Vec<String> {
    let variables = doc.body().blocks_of("variable").filter(|block| flagged(doc, *block));
    variables.filter_map(|block| Some(format!("var.{}", block.label(0)?))).collect()
}

fn flagged(doc: &Document, block: Block<'_>) -> bool {
    ["sensitive", "ephemeral"].iter().any(|flag| {
        let value = block.body().attribute(flag).map(|flag| doc.expr(flag.expr()));
        // JSON and careless authors write it as a string.
        matches!(value, Some(Expr::Bool(true) | Expr::Str("true")))
    })
}

/// The secrets of one file, which stands in the module of this directory, if it is one's.
pub(super) fn of(doc: &Document, dir: &str, is_module: bool, names: &Holders) -> Found {
    let own = Owner::Module(dir.to_owned());
    let mut walk = Walk {
        doc,
        names,
        dir: own.clone(),
        found: Gathered::default(),
        refers: BTreeSet::new(),
        code: Vec::new(),
        texts: Vec::new(),
    };
    walk.body(doc.body(), &Place::Values(if is_module { own } else { Owner::Anyone }));
    walk.plain_text();
    Found { gathered: walk.found, names: walk.refers }
}

/// What kind of body an attribute stands in.
enum Place {
    /// Values of variables: a `.tfvars` file, the arguments of a module.
    Values(Owner),
    Locals,
    /// A variable whose default is secret, or an output that is.
    Secret(&'static str),
    /// What the provider knows, where it knows it.
    Schema(Option<Arc<schema::Block>>),
}

/// Why a literal is secret.
#[derive(Clone, Copy, PartialEq)]
enum Because {
    Not,
    /// Its name tells so.
    Named(Telling),
    /// The object around it is marked as a whole.
    Inside,
    /// Something marks it.
    Marked,
}

impl Because {
    fn of(name: &str) -> Self {
        match telling(name) {
            Telling::No => Self::Not,
            telling => Self::Named(telling),
        }
    }
}

struct Walk<'d> {
    doc: &'d Document,
    names: &'d Holders,
    dir: Owner,
    found: Gathered,
    refers: BTreeSet<String>,
    /// Names of attributes and keys.
    code: Vec<Span>,
    /// Texts between quotes and heredocs.
    texts: Vec<Span>,
}

impl Walk<'_> {
    fn body(&mut self, at: Body<'_>, place: &Place) {
        for item in at.items() {
            match item {
                Item::Attribute(attribute) => {
                    self.code.push(attribute.name_span());
                    self.expression(attribute.expr(), self.because(attribute.name(), place));
                }
                Item::Block(block) => self.body(block.body(), &self.inside(block, place)),
            }
        }
    }

    fn because(&self, name: &str, place: &Place) -> Because {
        let marked = match place {
            Place::Values(owner) => self.names.holds(&format!("var.{name}"), owner),
            Place::Locals => self.names.holds(&format!("local.{name}"), &self.dir),
            Place::Secret(what) => name == *what,
            Place::Schema(schema) => {
                let described = schema.as_ref().and_then(|schema| schema.attribute(name));
                described.is_some_and(|attribute| attribute.sensitive)
            }
        };
        if marked { Because::Marked } else { Because::of(name) }
    }

    fn inside(&self, block: Block<'_>, around: &Place) -> Place {
        let label = block.label(0).unwrap_or_default();
        match (block.kind(), around) {
            ("content", Place::Schema(schema)) => Place::Schema(schema.clone()),
            ("dynamic", Place::Schema(Some(schema))) => {
                Place::Schema(schema.block(label).map(|nested| Arc::clone(&nested.block)))
            }
            (kind, Place::Schema(Some(schema))) => {
                Place::Schema(schema.block(kind).map(|nested| Arc::clone(&nested.block)))
            }
            (_, Place::Schema(None)) => Place::Schema(None),
            ("resource" | "ephemeral", _) => Place::Schema(schema::resource(label)),
            ("data", _) => Place::Schema(schema::data(label)),
            ("locals", _) => Place::Locals,
            ("module", _) => Place::Values(self.callee(block)),
            ("variable", _)
                if self.names.holds(&format!("var.{label}"), &self.dir) || telling(label) != Telling::No =>
            {
                Place::Secret("default")
            }
            ("output", _) if flagged(self.doc, block) || telling(label) != Telling::No => {
                Place::Secret("value")
            }
            _ => Place::Schema(None),
        }
    }

    /// The module that a call gives values to.
    fn callee(&self, call: Block<'_>) -> Owner {
        let source = call.body().attribute("source").map(|source| self.doc.expr(source.expr()));
        match (source, &self.dir) {
            (Some(Expr::Str(source)), Owner::Module(dir)) if source.starts_with('.') => {
                Owner::Module(crate::eval::join(dir, source))
            }
            (Some(Expr::Str(_)), _) => Owner::Installed,
            _ => Owner::Anyone,
        }
    }

    /// Parsed expressions are at most 200 levels deep.
    fn expression(&mut self, id: NodeId, because: Because) {
        let secret = because != Because::Not;
        match self.doc.expr(id) {
            Expr::Str(text) => self.literal(id, text, because),
            Expr::Number(text) if because == Because::Marked => self.hide(id, text),
            Expr::GetAttr { base, name } => match self.doc.expr(base) {
                Expr::Variable(root @ ("var" | "local")) => {
                    self.found.name(name);
                    if secret {
                        self.refers.insert(format!("{root}.{name}"));
                    }
                }
                _ => self.expression(base, because),
            },
            Expr::Object(items) => {
                let word = |id: NodeId| match self.doc.expr(id) {
                    Expr::Str(name) | Expr::Variable(name) => name,
                    _ => "",
                };
                let mut pairs = items.pairs().map(|(key, value)| (word(key), word(value)));
                let beside = pairs.find(|(key, _)| NAMING.contains(key)).map(|(_, name)| name);
                for (key, value) in items.pairs() {
                    let name = beside.filter(|_| word(key) == NAMED).unwrap_or(word(key));
                    let told = Because::of(name);
                    self.code.push(self.doc.span(key));
                    let because = match because {
                        Because::Not => told,
                        Because::Marked if told == Because::Not => Because::Inside,
                        because => because,
                    };
                    self.expression(value, because);
                }
            }
            Expr::Call { name, args, .. } => {
                // A path is no secret, whatever is in the file.
                let because = match name {
                    "sensitive" => Because::Marked,
                    "file" | "filebase64" | "templatefile" => Because::Not,
                    _ => because,
                };
                args.iter().for_each(|arg| self.expression(arg, because));
            }
            Expr::Template(parts) if parts.len() > 1 => {
                // Only a part of the secret: what it names, and words in it, may be as public as a prefix.
                for part in parts.iter() {
                    match self.doc.expr(part) {
                        Expr::Str(text) if secret && !text.contains(|c: char| c.is_ascii_digit()) => {
                            self.texts.push(self.doc.span(part));
                            self.found.span(self.doc.file(), self.doc.span(part));
                        }
                        Expr::Str(text) => self.literal(part, text, because),
                        _ => self.expression(part, Because::Not),
                    }
                }
            }
            Expr::Index { base, key } => {
                self.expression(base, because);
                self.expression(key, Because::Not);
            }
            Expr::Conditional { condition, then, otherwise } => {
                self.expression(condition, Because::Not);
                self.expression(then, because);
                self.expression(otherwise, because);
            }
            _ => self.doc.children(id).into_iter().for_each(|child| self.expression(child, because)),
        }
    }

    fn literal(&mut self, id: NodeId, text: &str, because: Because) {
        let span = self.doc.span(id);
        self.texts.push(span);
        let key = text.contains("-----BEGIN") && text.contains("PRIVATE");
        match because {
            Because::Not if key || holds_secret(text) && !text.contains('\n') => self.hide(id, text),
            Because::Not => {}
            _ if text.trim().is_empty() => {}
            Because::Named(telling) => {
                // A text of many words under a telling name describes it.
                self.found.span(self.doc.file(), span);
                if literal(telling, text) || holds_secret(text) || text.contains('\n') {
                    self.found.text(text);
                }
            }
            Because::Inside => {
                self.found.span(self.doc.file(), span);
                if distinctive(text) {
                    self.found.text(text);
                }
            }
            Because::Marked => self.hide(id, text),
        }
    }

    fn hide(&mut self, id: NodeId, text: &str) {
        self.found.span(self.doc.file(), self.doc.span(id));
        self.found.text(text);
    }

    /// Comments, scripts and what could not be parsed.
    fn plain_text(&mut self) {
        let text = self.doc.text();
        let broken = !self.doc.errors.is_empty();
        self.code.sort_by_key(|span| span.start);
        self.texts.sort_by_key(|span| span.start);
        let mut comments = Comments { text, texts: &self.texts, at: 0, inside: false };
        for told in lines::told(text) {
            if within(&self.code, told.name) {
                continue; // the tree says what its value is
            }
            let in_text = within(&self.texts, told.name);
            let comment = comments.reach(told.name);
            let Some(value) = text.get(told.value.clone()) else { continue };
            let read = !told.quoted && (value.contains(['.', '(', '[']) && !in_text && !comment);
            let expression = value.starts_with('$') || value.is_empty() || read;
            if expression || !(told.quoted || in_text || comment || broken) {
                continue;
            }
            if let (Ok(start), Ok(end)) = (u32::try_from(told.value.start), u32::try_from(told.value.end)) {
                self.found.span(self.doc.file(), Span::new(start, end));
            }
            if distinctive(value) && !value.contains("${") {
                self.found.text(value);
            }
        }
        if broken {
            self.lost_blocks();
        }
        self.comments();
    }

    /// A comment behind a secret may well tell another one.
    fn comments(&mut self) {
        let text = self.doc.text();
        let mut ends = self.found.ends(self.doc.file());
        ends.sort_unstable();
        let mut covered = 0;
        for end in ends {
            let start = end as usize;
            let rest = text.get(start..).unwrap_or("");
            let comment = rest.trim_start_matches(['"', ',', ')', ']', '}', ' ', '\t']);
            if start < covered || !["#", "//", "/*"].iter().any(|mark| comment.starts_with(mark)) {
                continue;
            }
            let from = text.len() - comment.len() + 1;
            covered = start + rest.find('\n').unwrap_or(rest.len());
            if let (Ok(from), Ok(to)) = (u32::try_from(from), u32::try_from(covered)) {
                self.found.span(self.doc.file(), Span::new(from, to));
            }
        }
    }

    /// Lines of a block that was lost to a syntax error, where schema or variables mark the attribute.
    fn lost_blocks(&mut self) {
        let text = self.doc.text();
        let mut schema = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            if let Some(rest) = line.strip_prefix("resource \"") {
                schema = rest.split('"').next().and_then(schema::resource);
            }
            let Some((name, value)) = line.split_once(['=', ':']) else { continue };
            let trimmed = name.trim().trim_matches('"');
            let described = schema.as_ref().and_then(|schema| schema.attribute(trimmed));
            let marked = described.is_some_and(|attribute| attribute.sensitive)
                || self.names.holds(&format!("var.{trimmed}"), &Owner::Anyone);
            let from = start + name.len() + 1;
            let value = value.trim_end();
            if let (true, Ok(from), Ok(to)) = (marked, u32::try_from(from), u32::try_from(from + value.len()))
            {
                self.found.span(self.doc.file(), Span::new(from, to));
                self.found.text(value.trim().trim_matches('"'));
            }
        }
    }
}

/// Whether an offset lies in one of the spans, which are ordered and do not overlap.
fn within(spans: &[Span], at: usize) -> bool {
    let after = spans.partition_point(|span| span.start as usize <= at);
    after.checked_sub(1).and_then(|last| spans.get(last)).is_some_and(|span| at < span.end as usize)
}

/// Follows a text line by line and knows where comments are that run to the line's end.
struct Comments<'t> {
    text: &'t str,
    /// Texts between quotes, in which no comment begins.
    texts: &'t [Span],
    at: usize,
    inside: bool,
}

impl Comments<'_> {
    /// Whether `at`, which only grows from call to call, is in such a comment.
    fn reach(&mut self, at: usize) -> bool {
        let passed = self.text.get(self.at..at).unwrap_or("");
        for (place, byte) in passed.bytes().enumerate() {
            let mark = byte == b'#'
                || byte == b'/' && passed.get(place + 1..).is_some_and(|rest| rest.starts_with('/'));
            if byte == b'\n' {
                self.inside = false;
            } else if mark && !self.inside && !within(self.texts, self.at + place) {
                self.inside = true;
            }
        }
        self.at = at.max(self.at);
        self.inside
    }
}
