//! What a template may read.
//!
//! In: a rule with its template's text. Out: errors at the template's own lines, for names that a
//! template is not given. Names that the template makes itself (`for`, `set`, `loop`) are known
//! where Tera knows them. What else may be wrong with a template shows when it is rendered.

use crate::source::{SourceFile, Span};

use super::lint::nearest;
use super::load::Reader;
use super::model::Rule;

/// What every template may read.
const GIVEN: [&str; 8] = ["address", "label", "type", "ref", "self", "written", "local", "setting"];
/// Words of Tera's own.
const WORDS: [&str; 18] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "elif",
    "endif",
    "endfor",
    "set",
    "set_global",
    "for",
    "true",
    "false",
    "none",
    "break",
    "continue",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `{{ ... }}`
    Value,
    /// `{% ... %}`
    Statement,
    /// `{# ... #}`
    Comment,
}

/// A tag, braces included.
#[derive(Debug)]
struct Tag {
    kind: Kind,
    start: usize,
    end: usize,
}

/// One word of a tag.
#[derive(Debug)]
struct Token<'t> {
    text: &'t str,
    at: usize,
}

/// How deep loops may nest, and how many there may be: with the bound on the lists they walk over, a
/// template's work is bounded.
const MAX_NESTED_LOOPS: usize = 2;
const MAX_LOOPS: usize = 16;
/// Names that a template may make, and texts it may join: each can double the one before.
const MAX_SETS: usize = 8;
const MAX_JOINS: usize = 16;

/// Refuses work that nothing bounds.
fn bound(reader: &mut Reader<'_>, file: &SourceFile, text: &str) {
    let (mut depth, mut loops, mut sets, mut joins) = (0usize, 0, 0, 0);
    for tag in tags(text).into_iter().filter(|tag| tag.kind != Kind::Comment) {
        let words = tokens(text, &tag);
        let first = words.first().map_or("", |word| word.text);
        let word = |at: usize| words.get(at).map_or("", |word| word.text);
        joins += words.iter().filter(|word| word.text == "~").count();
        let ranges = (0..words.len()).any(|at| word(at) == "range" && word(at + 1) == "(");
        match (tag.kind, first) {
            (Kind::Statement, "for") => {
                depth += 1;
                loops += 1;
            }
            (Kind::Statement, "endfor") => depth = depth.saturating_sub(1),
            (Kind::Statement, "set" | "set_global") => sets += 1,
            _ => {}
        }
        let pairs = (tag.kind, first) == (Kind::Statement, "for") && made(&words).len() > 1;
        let grows = matches!((tag.kind, first), (Kind::Statement, "set" | "set_global")) && depth > 0;
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span::new(offset(tag.start), offset(tag.end));
        let wrong = if pairs {
            Some((
                "the template walks over names and values, which come in no certain order",
                "make a list of them in the rule's locals",
            ))
        } else if ranges {
            Some(("the template counts with range", "walk over a list of the rule's locals"))
        } else if grows {
            Some(("the template sets a name inside a loop", "compute it in the rule's locals"))
        } else if depth > MAX_NESTED_LOOPS || loops > MAX_LOOPS {
            Some((
                "the template has more or deeper loops than are run",
                "compute the list in the rule's locals",
            ))
        } else if sets > MAX_SETS || joins > MAX_JOINS {
            Some(("the template puts too many texts together", "compute the text in the rule's locals"))
        } else {
            None
        };
        if let Some((message, help)) = wrong {
            reader.template_error(file, span, message.to_owned(), help.to_owned());
            return;
        }
    }
}

/// Refuses names that the template is not given, and work that nothing bounds.
pub(super) fn lint(reader: &mut Reader<'_>, rule: &Rule) {
    let Some(text) = &rule.template else { return };
    let file = SourceFile::new(format!("templates/{}.tf.tera", rule.info.id), &**text);
    bound(reader, &file, text);
    let mut scopes: Vec<Vec<&str>> = vec![Vec::new()];
    for tag in tags(text).into_iter().filter(|tag| tag.kind != Kind::Comment) {
        let words = tokens(text, &tag);
        let first = words.first().map_or("", |word| word.text);
        let statement = tag.kind == Kind::Statement;
        let made = if statement { made(&words) } else { Vec::new() };
        if statement && first == "endfor" && scopes.len() > 1 {
            scopes.pop();
        }
        let known = |name: &str| scopes.iter().flatten().any(|each| *each == name);
        for (at, word) in words.iter().enumerate() {
            let around = |at: Option<usize>| at.and_then(|at| words.get(at)).map_or("", |word| word.text);
            let (before, after) = (around(at.checked_sub(1)), around(Some(at + 1)));
            let name = word.text.starts_with(|c: char| c.is_alphabetic() || c == '_');
            // A filter, a test, a function, the name of an argument, or made right here.
            let other = matches!(before, "|" | "is" | ".")
                || before == "not" && around(at.checked_sub(2)) == "is"
                || after == "("
                || after == "=" && !made.contains(&word.text)
                || WORDS.contains(&word.text)
                || made.contains(&word.text);
            if !name || other || known(word.text) {
                continue;
            }
            let span = |word: &Token<'_>| {
                let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                Span::new(offset(word.at), offset(word.at + word.text.len()))
            };
            if !GIVEN.contains(&word.text) {
                let near = nearest(word.text, GIVEN.iter().copied());
                let help = if near.is_empty() { format!("use one of {}", GIVEN.join(", ")) } else { near };
                let message = format!("the template reads {}, which it is not given", word.text);
                reader.template_error(&file, span(word), message, help);
            } else if word.text == "local"
                && after == "."
                && let Some(local) = words.get(at + 2)
                && rule.local(local.text).is_none()
            {
                let help = nearest(local.text, rule.locals.iter().map(|(each, _)| &**each));
                let message = format!("the template reads local.{}, which the rule lacks", local.text);
                reader.template_error(&file, span(local), message, help);
            }
        }
        if statement && first == "for" {
            scopes.push(made.into_iter().chain(["loop"]).collect());
        } else if let Some(scope) = scopes.last_mut() {
            scope.extend(made);
        }
    }
}

/// What stands for `{{ ... }}` in a template whose tags were taken out.
pub const PLACEHOLDER: &str = "__";

/// A template as plain Terraform: statements are dropped, so that both sides of every `if` stand
/// there, and values are [`PLACEHOLDER`]s.
pub fn without_tags(text: &str) -> String {
    let (mut out, mut last) = (String::new(), 0);
    for tag in tags(text) {
        out.push_str(text.get(last..tag.start).unwrap_or(""));
        if tag.kind == Kind::Value {
            out.push_str(PLACEHOLDER);
        }
        last = tag.end;
    }
    out.push_str(text.get(last..).unwrap_or(""));
    out
}

/// The names that a statement makes: those of `for` before its `in`, that of `set`.
fn made<'t>(words: &[Token<'t>]) -> Vec<&'t str> {
    match words.first().map_or("", |word| word.text) {
        "for" => {
            let names = words.iter().skip(1).take_while(|word| word.text != "in");
            names.map(|word| word.text).filter(|name| *name != ",").collect()
        }
        "set" | "set_global" => words.get(1).map(|word| word.text).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The tags of a template, without those that are `raw`.
fn tags(text: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut raw = false;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('{')).map(|next| at + next) {
        let (kind, end) = match text.get(start..start + 2) {
            Some("{#") => {
                (Kind::Comment, text.get(start..).and_then(|rest| rest.find("#}")).map(|end| start + end + 2))
            }
            Some("{{") => (Kind::Value, close(text, start + 2, "}}")),
            Some("{%") => (Kind::Statement, close(text, start + 2, "%}")),
            _ => {
                at = start + 1;
                continue;
            }
        };
        let Some(end) = end else { break };
        let inside = text.get(start + 2..end.saturating_sub(2)).unwrap_or("").trim_matches(['-', ' ']);
        match (kind, inside) {
            (Kind::Statement, "raw") => raw = true,
            (Kind::Statement, "endraw") => raw = false,
            _ if !raw => found.push(Tag { kind, start, end }),
            _ => {}
        }
        at = end;
    }
    found
}

/// The end of a tag, past `closing`; strings may hold anything.
fn close(text: &str, from: usize, closing: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.get(from..)?.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if text.get(from + at..)?.starts_with(closing) => return Some(from + at + closing.len()),
            None => {}
        }
    }
    None
}

/// Names and signs between the braces of a tag, without strings and numbers.
fn tokens<'t>(text: &'t str, tag: &Tag) -> Vec<Token<'t>> {
    let mut found = Vec::new();
    let (from, inside) = (tag.start + 2, text.get(tag.start + 2..tag.end.saturating_sub(2)).unwrap_or(""));
    // `{%-` and `-%}` only trim what stands around.
    let inside = inside.strip_suffix('-').unwrap_or(inside);
    let (from, inside) = inside.strip_prefix('-').map_or((from, inside), |inside| (from + 1, inside));
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if matches!(c, '"' | '\'' | '`') {
            chars.by_ref().find(|(_, next)| *next == c);
        } else if c.is_alphanumeric() || c == '_' {
            let rest = inside.get(at..).unwrap_or("");
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            while chars.next_if(|(next, _)| *next < at + length).is_some() {}
            found.push(Token { text: rest.get(..length).unwrap_or(""), at: from + at });
        } else if !c.is_whitespace() {
            found.push(Token { text: inside.get(at..at + c.len_utf8()).unwrap_or(""), at: from + at });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::rules::load;

    const RULE: &str = r#"rule {
  title    = "t"
  severity = "low"
  resource = ["aws_kms_key"]
  criteria = { "CC6.1" = "why" }
  locals { wanted = ["a"] }
  require  = self.enable_key_rotation == true
  message  = "${self.address} is bad"
  fix {
    title         = "t"
    applicability = "auto"
  }
}
"#;

    fn errors(template: &str) -> Vec<String> {
        let errors = load("a/b/c", RULE, Some(template)).err().unwrap_or_default();
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_that_a_template_makes_are_known() {
        for template in [
            "{% for x in local.wanted %}{{ x }}{{ loop.index }}{% endfor %}",
            "{% for x in local.wanted %}{{ x.key | upper }} = {{ x.y }}{% endfor %}",
            "{% set name = self.name ~ \"-x\" %}{{ name }}",
            "{% if self.a and not local.wanted is containing(pat=\"q\") %}{{ ref | replace(from=address, to=\"\") }}{% endif %}",
            "{# nonsense #}{% raw %}{{ nonsense }}{% endraw %}{{ \"${\" ~ ref ~ \".id}\" }}",
            "{{ local.wanted | join(sep='\", \"') }}",
        ] {
            assert_eq!(errors(template), Vec::<String>::new(), "{template}");
        }
    }

    #[test]
    fn work_that_nothing_bounds_is_refused() {
        let nested = |depth: usize| {
            let open = "{% for x in local.wanted %}".repeat(depth);
            format!("{open}{{{{ label }}}}{}", "{% endfor %}".repeat(depth))
        };
        assert_eq!(errors(&nested(2)), Vec::<String>::new());
        let doubled = "{% set a = label %}".to_owned() + &"{% set a = a ~ a ~ a %}".repeat(8);
        for (template, expected) in [
            (nested(3), "more or deeper loops than are run"),
            (nested(1).repeat(17), "more or deeper loops than are run"),
            ("{% for key, x in self.tags %}{{ key }}{% endfor %}".to_owned(), "in no certain order"),
            ("{% for x in range(end=1000000000) %}{% endfor %}".to_owned(), "counts with range"),
            ("{% for x in local.wanted %}{% set a = x ~ x %}{% endfor %}".to_owned(), "inside a loop"),
            (doubled, "puts too many texts together"),
        ] {
            let found = errors(&template);
            assert!(found.iter().any(|error| error.contains(expected)), "{template}: {found:?}");
        }
    }

    #[test]
    fn others_are_refused_at_their_own_line() {
        for (template, expected) in [
            (
                "a = 1\nb = {{ labl }}",
                "templates/a/b/c.tf.tera:2:8: the template reads labl, which it is not given (did you mean label?)",
            ),
            ("{% if nonsense %}{% endif %}", "templates/a/b/c.tf.tera:1:7: the template reads nonsense"),
            (
                "{% for x in nonsense %}{% endfor %}",
                "templates/a/b/c.tf.tera:1:13: the template reads nonsense",
            ),
            (
                "{% for x in self.a %}{% endfor %}{{ x }}",
                "templates/a/b/c.tf.tera:1:37: the template reads x",
            ),
            ("{{ loop.index }}", "templates/a/b/c.tf.tera:1:4: the template reads loop"),
            (
                "\n\n{{ local.wnted }}",
                "templates/a/b/c.tf.tera:3:10: the template reads local.wnted, which the rule lacks (did you mean wanted?)",
            ),
            (
                "{{ self.x | default(value=nonsense) }}",
                "templates/a/b/c.tf.tera:1:27: the template reads nonsense",
            ),
        ] {
            let found = errors(template);
            assert!(
                matches!(found.as_slice(), [only] if only.starts_with(expected)),
                "{template}: {found:?}"
            );
        }
    }
}
