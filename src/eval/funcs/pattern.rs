//! Go's regular expressions, rewritten as those of this library.
//!
//! In: a pattern in RE2's syntax. Out: a compiled one that matches the same, and the names of its
//! groups. What Go refuses is refused; classes are ASCII, as in Go.

use std::cell::OnceCell;

use regex::{Regex, RegexBuilder};
use regex_automata::hybrid::dfa::DFA;

use super::gaps;

/// Bytes a compiled pattern may take.
pub(super) const MAX_COMPILED: usize = 1 << 20;
/// Go's own limit on `{n,m}`.
const MAX_REPEAT: u32 = 1_000;

/// Why there is no compiled pattern.
#[derive(Debug, PartialEq)]
pub(super) enum Refused {
    /// Go refuses it.
    Wrong,
    /// It is larger than what is compiled, or asks for single bytes.
    NotComputed,
}

/// A compiled pattern.
pub(super) struct Pattern {
    pub(super) regex: Regex,
    /// Of each group, its name if it has one.
    pub(super) names: Vec<Option<String>>,
    automaton: OnceCell<Option<DFA>>,
}

impl Pattern {
    pub(super) fn new(source: &str) -> Result<Self, Refused> {
        let mut rewriter = Rewriter { rest: source, out: String::new(), names: Vec::new() };
        rewriter.all()?;
        let built = RegexBuilder::new(&rewriter.out).size_limit(MAX_COMPILED).build();
        let regex = built.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => Refused::NotComputed,
            _ => Refused::Wrong,
        })?;
        Ok(Self { regex, names: rewriter.names, automaton: OnceCell::new() })
    }

    /// Made where a text is not known as a whole.
    pub(super) fn automaton(&self) -> Option<&DFA> {
        self.automaton.get_or_init(|| gaps::automaton(self.regex.as_str())).as_ref()
    }
}

struct Rewriter<'a> {
    rest: &'a str,
    out: String,
    names: Vec<Option<String>>,
}

/// An escape: a set of characters in this library's syntax, or one character.
enum Escape {
    Class(String),
    Char(char),
}

impl Rewriter<'_> {
    fn next(&mut self) -> Option<char> {
        let char = self.rest.chars().next()?;
        self.rest = self.rest.get(char.len_utf8()..).unwrap_or("");
        Some(char)
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn literal(&mut self, char: char) {
        self.out.push_str(&regex::escape(char.encode_utf8(&mut [0; 4])));
    }

    fn all(&mut self) -> Result<(), Refused> {
        let mut repeated = false;
        while let Some(char) = self.next() {
            let repeats = match char {
                '*' | '+' | '?' => {
                    self.out.push(char);
                    true
                }
                '{' => match self.repeat()? {
                    Some(repeat) => {
                        self.out.push_str(&repeat);
                        true
                    }
                    None => {
                        self.literal('{');
                        false
                    }
                },
                _ => false,
            };
            if repeats {
                if repeated {
                    return Err(Refused::Wrong);
                }
                if self.eat("?") {
                    self.out.push('?');
                }
                repeated = true;
                continue;
            }
            repeated = false;
            match char {
                '{' => {}
                '[' => self.class()?,
                '(' => self.group()?,
                '\\' => self.escape()?,
                '.' | '^' | '$' | '|' | ')' => self.out.push(char),
                char => self.literal(char),
            }
        }
        Ok(())
    }

    /// `{2}`, `{2,}` or `{2,3}`; anything else is text.
    fn repeat(&mut self) -> Result<Option<String>, Refused> {
        let Some((inner, after)) = self.rest.split_once('}') else { return Ok(None) };
        let (from, to) = inner.split_once(',').map_or((inner, None), |(from, to)| (from, Some(to)));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if from.is_empty() || !digits(from) || !to.is_none_or(digits) {
            return Ok(None);
        }
        let small =
            |text: &str| text.is_empty() || text.parse::<u32>().is_ok_and(|count| count <= MAX_REPEAT);
        if !small(from) || !to.is_none_or(small) {
            return Err(Refused::Wrong);
        }
        self.rest = after;
        Ok(Some(format!("{{{inner}}}")))
    }

    fn group(&mut self) -> Result<(), Refused> {
        if self.eat("?P<") || self.eat("?<") {
            let (name, after) = self.rest.split_once('>').ok_or(Refused::Wrong)?;
            let word = |char: char| char.is_ascii_alphanumeric() || char == '_';
            if name.is_empty() || !name.chars().all(word) {
                return Err(Refused::Wrong);
            }
            self.names.push(Some(name.to_owned()));
            self.rest = after;
            self.out.push('(');
            return Ok(());
        }
        if !self.eat("?") {
            self.names.push(None);
            self.out.push('(');
            return Ok(());
        }
        let end = self.rest.find([':', ')']).ok_or(Refused::Wrong)?;
        let (flags, after) = self.rest.split_at(end);
        let unset = flags.split_once('-').is_some_and(|(_, unset)| unset.is_empty() || unset.contains('-'));
        let empty = flags.is_empty() && after.starts_with(')');
        if unset || empty || !flags.chars().all(|flag| "imsU-".contains(flag)) {
            return Err(Refused::Wrong);
        }
        self.out.push_str("(?");
        self.out.push_str(flags);
        self.out.push_str(after.get(..1).unwrap_or(""));
        self.rest = after.get(1..).unwrap_or("");
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Refused> {
        for (name, meaning) in [("A", r"\A"), ("z", r"\z"), ("b", r"(?-u:\b)"), ("B", r"(?-u:\B)")] {
            if self.eat(name) {
                self.out.push_str(meaning);
                return Ok(());
            }
        }
        if self.eat("C") {
            return Err(Refused::NotComputed);
        }
        if self.eat("Q") {
            let (literal, after) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
            self.out.push_str(&regex::escape(literal));
            self.rest = after;
            return Ok(());
        }
        match self.escaped()? {
            Escape::Class(class) => self.out.push_str(&class),
            Escape::Char(char) => self.literal(char),
        }
        Ok(())
    }

    /// What `\` begins, inside a class or outside.
    fn escaped(&mut self) -> Result<Escape, Refused> {
        let class = |class: &str| Ok(Escape::Class(class.to_owned()));
        let char = self.next().ok_or(Refused::Wrong)?;
        match char {
            'd' => class("[0-9]"),
            'D' => class("[^0-9]"),
            'w' => class("[0-9A-Za-z_]"),
            'W' => class("[^0-9A-Za-z_]"),
            's' => class(r"[\t\n\f\r ]"),
            'S' => class(r"[^\t\n\f\r ]"),
            'p' | 'P' => self.property(char == 'P').map(Escape::Class),
            'a' => Ok(Escape::Char('\u{7}')),
            'f' => Ok(Escape::Char('\u{c}')),
            'n' => Ok(Escape::Char('\n')),
            'r' => Ok(Escape::Char('\r')),
            't' => Ok(Escape::Char('\t')),
            'v' => Ok(Escape::Char('\u{b}')),
            'x' => self.hexadecimal().map(Escape::Char),
            '0'..='7' => self.octal(char).map(Escape::Char),
            char if char.is_ascii() && !char.is_ascii_alphanumeric() => Ok(Escape::Char(char)),
            _ => Err(Refused::Wrong),
        }
    }

    fn hexadecimal(&mut self) -> Result<char, Refused> {
        let digits = if self.eat("{") {
            let (digits, after) = self.rest.split_once('}').ok_or(Refused::Wrong)?;
            self.rest = after;
            digits.to_owned()
        } else {
            self.next().into_iter().chain(self.next()).collect()
        };
        let good = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = good.then(|| u32::from_str_radix(&digits, 16).ok()).flatten();
        code.and_then(char::from_u32).ok_or(Refused::Wrong)
    }

    /// One digit but 0 would be a reference to a group, which Go has not.
    fn octal(&mut self, first: char) -> Result<char, Refused> {
        let mut code = first.to_digit(8).unwrap_or(0);
        let mut more = 0;
        while more < 2
            && let Some(digit) = self.rest.chars().next().and_then(|char| char.to_digit(8))
        {
            code = code * 8 + digit;
            self.next();
            more += 1;
        }
        if first != '0' && more == 0 {
            return Err(Refused::Wrong);
        }
        char::from_u32(code).ok_or(Refused::Wrong)
    }

    /// A general category or a script; Go knows no other property.
    fn property(&mut self, negated: bool) -> Result<String, Refused> {
        let name = if self.eat("{") {
            let (name, after) = self.rest.split_once('}').ok_or(Refused::Wrong)?;
            self.rest = after;
            name.to_owned()
        } else {
            self.next().ok_or(Refused::Wrong)?.to_string()
        };
        let (name, negated) =
            name.strip_prefix('^').map_or((name.as_str(), negated), |name| (name, !negated));
        let letter = if negated { 'P' } else { 'p' };
        if name == "Any" {
            return Ok(format!("\\{letter}{{any}}"));
        }
        if !name.chars().all(|char| char.is_ascii_alphabetic() || char == '_')
            || !name.starts_with(|char: char| char.is_ascii_uppercase())
        {
            return Err(Refused::Wrong);
        }
        let kind = if name.len() <= 2 { "gc" } else { "sc" };
        Ok(format!("\\{letter}{{{kind}={name}}}"))
    }

    fn class(&mut self) -> Result<(), Refused> {
        self.out.push('[');
        if self.eat("^") {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            if !first && self.eat("]") {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            if self.rest.starts_with("[:")
                && let Some((name, after)) = self.rest.get(2..).and_then(|rest| rest.split_once(":]"))
            {
                self.out.push_str(&format!("[:{name}:]"));
                self.rest = after;
                continue;
            }
            let Some(from) = self.class_item()? else { continue };
            let range = self.rest.starts_with('-') && !self.rest.starts_with("-]") && self.rest.len() > 1;
            self.literal_in_class(from);
            if range {
                self.eat("-");
                let Some(to) = self.class_char()? else { return Err(Refused::Wrong) };
                if to < from {
                    return Err(Refused::Wrong);
                }
                self.out.push('-');
                self.literal_in_class(to);
            }
        }
    }

    /// One character of a class; `None` where it was a class of its own, which is written already.
    fn class_item(&mut self) -> Result<Option<char>, Refused> {
        if self.rest.starts_with('\\') {
            self.next();
            return match self.escaped()? {
                Escape::Char(char) => Ok(Some(char)),
                Escape::Class(class) => {
                    self.out.push_str(&class);
                    Ok(None)
                }
            };
        }
        self.next().map(Some).ok_or(Refused::Wrong)
    }

    fn class_char(&mut self) -> Result<Option<char>, Refused> {
        if self.eat("\\") {
            return match self.escaped()? {
                Escape::Char(char) => Ok(Some(char)),
                Escape::Class(_) => Ok(None),
            };
        }
        self.next().map(Some).ok_or(Refused::Wrong)
    }

    /// Escaped where it could mean something; `\<` and `\>` are edges of words, which no class holds.
    fn literal_in_class(&mut self, char: char) {
        if char.is_ascii_punctuation() && !matches!(char, '<' | '>') {
            self.out.push('\\');
        }
        self.out.push(char);
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Refused};

    fn found(pattern: &str, text: &str) -> Option<String> {
        Pattern::new(pattern).unwrap().regex.find(text).map(|found| found.as_str().to_owned())
    }

    #[test]
    fn patterns_mean_what_they_mean_in_go() {
        assert_eq!(found(r"\w+", "é_a"), Some("_a".to_owned()));
        assert_eq!(found(r"[[a]+", "x[a"), Some("[a".to_owned()));
        assert_eq!(found(r"[a&&b]+", "&&"), Some("&&".to_owned()));
        assert_eq!(found(r"a{,2}", "a{,2}"), Some("a{,2}".to_owned()));
        assert_eq!(found(r"[^\d\s]+", "1 ab"), Some("ab".to_owned()));
        assert_eq!(found(r#"[<\>"'`@~#]+"#, "a<>\"'`@~#b"), Some("<>\"'`@~#".to_owned()));
        assert_eq!(found(r"[!->]+", "a<>b"), Some("<>".to_owned()));
        assert_eq!(found(r"[:<-@]+[[:alpha:]\-\]]", "a:<=>@]"), Some(":<=>@]".to_owned()));
        for wrong in
            [r"a**", r"(?x)a", r"\1", r"\Z", r"[b-a]", r"a{1001}", r"(?P<é>a)", r"\p{Alphabetic}", r"("]
        {
            assert_eq!(Pattern::new(wrong).err(), Some(Refused::Wrong), "{wrong}");
        }
        assert_eq!(Pattern::new(r"\C").err(), Some(Refused::NotComputed));
    }
}
