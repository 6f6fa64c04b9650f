//! Patterns over texts of which only parts are known.
//!
//! In: a pattern, and the parts of a text. Out: whether it matches whatever the unknown parts turn out to be, or
//! matches in no case. The automaton of the pattern reads what is known, and in a gap goes every way that it can.

use std::collections::BTreeSet;

use regex_automata::Input;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;

use crate::eval::{Partial, TemplatePart, Unknown, Why, kind_of};

use super::pattern::MAX_COMPILED;

/// How many states the automaton may be in at once.
const MAX_STATES: usize = 1_000;
/// How many parts are looked at, those of texts inside the text included.
const MAX_PARTS: usize = 100;
/// How deep texts stand inside texts.
const MAX_DEPTH: u32 = 16;

#[derive(Clone, Copy)]
enum Piece<'v> {
    Text(&'v str),
    /// Any number of digits.
    Digits,
    /// Any number of letters, digits and dashes.
    Word,
    /// Anything without a `*`.
    Starless,
    Any,
}

/// Types whose ARN may end with `:*`: others name one thing.
const STARRED: [&str; 1] = ["aws_cloudwatch_log_group"];
/// Attributes of data sources of which it is known how they look: `12`, `aws-cn`, `eu-west-1`.
const PLAIN: [(&str, &[&str], &[Piece<'static>]); 3] = [
    ("aws_caller_identity", &["account_id", "id"], &[Piece::Digits]),
    ("aws_partition", &["partition", "id"], &[Piece::Text("aws"), Piece::Word]),
    ("aws_region", &["id", "name", "region"], &[Piece::Word, Piece::Text("-"), Piece::Word]),
];

fn pieces<'v>(text: &'v Unknown, into: &mut Vec<Piece<'v>>, depth: u32) -> Option<()> {
    let Some(Partial::Template(parts)) = text.partial.as_ref().filter(|_| depth < MAX_DEPTH) else {
        into.extend(plain(text).unwrap_or(&[Piece::Any]));
        return (into.len() <= MAX_PARTS).then_some(());
    };
    for part in parts {
        match part {
            TemplatePart::Text(text) => into.push(Piece::Text(text)),
            TemplatePart::Unknown(value) => match value.as_unknown() {
                Some(unknown) => pieces(unknown, into, depth + 1)?,
                None => into.push(Piece::Any),
            },
        }
    }
    Some(())
}

/// How an unknown looks, where it is an attribute that always looks alike.
fn plain(unknown: &Unknown) -> Option<&'static [Piece<'static>]> {
    let (None, [only], false) = (&unknown.partial, unknown.refers.as_slice(), unknown.made) else {
        return None;
    };
    let (Why::Computed(path) | Why::DataSource(path)) = &unknown.why else { return None };
    if path.strip_prefix(&*only.address)?.strip_prefix('.') != Some(&*only.attribute) {
        return None;
    }
    let (kind, data) = kind_of(&only.address);
    if !data && &*only.attribute == "arn" && kind.starts_with("aws_") && !STARRED.contains(&kind) {
        return Some(&[Piece::Text("arn:"), Piece::Starless]);
    }
    let of = |of: &str, names: &[&str]| data && kind == of && names.contains(&&*only.attribute);
    PLAIN.iter().find(|(kind, names, _)| of(kind, names)).map(|(_, _, pieces)| *pieces)
}

/// Where the automaton can be, and whether some text so far made it match or give up.
struct Walk<'d> {
    dfa: &'d DFA,
    cache: Cache,
    states: BTreeSet<LazyStateID>,
    matched: bool,
    failed: bool,
}

impl Walk<'_> {
    /// The states that some of these bytes lead to.
    fn steps(&mut self, from: &[LazyStateID], bytes: &[u8]) -> Option<Vec<LazyStateID>> {
        let mut found = Vec::new();
        for state in from {
            for byte in bytes {
                let next = self.dfa.next_state(&mut self.cache, *state, *byte).ok()?;
                match next {
                    _ if next.is_match() => self.matched = true,
                    _ if next.is_dead() => self.failed = true,
                    _ if next.is_quit() => return None,
                    _ => found.push(next),
                }
            }
        }
        Some(found)
    }

    fn step(&mut self, byte: u8) -> Option<()> {
        let from: Vec<LazyStateID> = std::mem::take(&mut self.states).into_iter().collect();
        self.states = self.steps(&from, &[byte])?.into_iter().collect();
        Some(())
    }

    /// Any number of these bytes.
    fn gap(&mut self, bytes: &[u8]) -> Option<()> {
        let mut new: Vec<LazyStateID> = self.states.iter().copied().collect();
        while !new.is_empty() {
            let reached = self.steps(&new, bytes)?;
            new = reached.into_iter().filter(|state| self.states.insert(*state)).collect();
            if self.states.len() > MAX_STATES {
                return None;
            }
        }
        Some(())
    }

    fn end(&mut self) -> Option<()> {
        for state in &self.states {
            let last = self.dfa.next_eoi_state(&mut self.cache, *state).ok()?;
            if last.is_match() { self.matched = true } else { self.failed = true }
        }
        Some(())
    }
}

/// The automaton of a pattern, written for this library.
pub(super) fn automaton(pattern: &str) -> Option<DFA> {
    let compiled = thompson::Config::new().nfa_size_limit(Some(MAX_COMPILED));
    // States are remembered here: where they don't all fit, there is no answer.
    let config = DFA::config().minimum_cache_clear_count(Some(0));
    DFA::builder().configure(config).thompson(compiled).build(pattern).ok()
}

/// Whether a text with these parts matches: `None` where the unknown ones decide.
pub(super) fn matches(dfa: &DFA, text: &Unknown) -> Option<bool> {
    let mut all = Vec::new();
    pieces(text, &mut all, 0)?;
    if let [Piece::Any] = all.as_slice() {
        return None;
    }
    let mut cache = dfa.create_cache();
    let start = dfa.start_state_forward(&mut cache, &Input::new("")).ok()?;
    let (states, matched, failed) = (BTreeSet::from([start]), start.is_match(), start.is_dead());
    let mut walk = Walk { dfa, cache, states, matched, failed };
    let bytes = |those: fn(&u8) -> bool| (0..=u8::MAX).filter(those).collect::<Vec<u8>>();
    for piece in all {
        match piece {
            Piece::Text(text) => text.bytes().try_for_each(|byte| walk.step(byte))?,
            Piece::Digits => walk.gap(&bytes(u8::is_ascii_digit))?,
            Piece::Word => walk.gap(&bytes(|byte| byte.is_ascii_alphanumeric() || *byte == b'-'))?,
            Piece::Starless => walk.gap(&bytes(|byte| *byte != b'*'))?,
            Piece::Any => walk.gap(&bytes(|_| true))?,
        }
    }
    walk.end()?;
    (walk.matched != walk.failed).then_some(walk.matched)
}

#[cfg(test)]
mod tests {
    use crate::eval::{Reference, Type, Value};

    use super::*;

    fn unknown(address: &str, attribute: &str) -> Unknown {
        let refers = vec![Reference { address: address.into(), attribute: attribute.into(), any: false }];
        let why = Why::Computed(format!("{address}.{attribute}").into());
        Unknown { ty: Type::String, why, refers, made: false, not_null: true, partial: None }
    }

    /// A text in which `?` stands for anything and `@` for a region.
    fn text(text: &str) -> Unknown {
        let region = || Value::from(crate::eval::Data::Unknown(unknown("data.aws_region.r", "name").into()));
        let mut parts = Vec::new();
        for piece in text.split_inclusive(['?', '@']) {
            let known = piece.trim_end_matches(['?', '@']);
            parts.push(TemplatePart::Text(known.into()));
            match piece.chars().last() {
                Some('?') => parts.push(TemplatePart::Unknown(Value::unknown(Why::Function("f".into())))),
                Some('@') => parts.push(TemplatePart::Unknown(region())),
                _ => {}
            }
        }
        Unknown { partial: Some(Partial::Template(parts)), ..unknown("aws_sqs_queue.q", "url") }
    }

    #[test]
    fn what_is_known_of_a_text_decides_where_it_can() {
        for (pattern, known, wanted) in [
            ("(Core|Role)$", "arn:?:policy/Worker", Some(false)),
            ("(Core|Role)$", "arn:?:policy/Core", Some(true)),
            ("(Core|Role)$", "arn:?", None),
            (":(kinesis|dynamodb):", "arn:aws:kinesis:?:s", Some(true)),
            (":(kinesis|dynamodb):", "arn:aws:sqs:?:s", None),
            (":(kinesis|dynamodb):", "arn:aws:sqs:@:s", Some(false)),
            (":eu", "arn:aws:sqs:@:s", None),
            ("^arn:[^:]*:logs:", "arn:@:logs:x", Some(true)),
            ("^arn:[^:]*:logs:", "arn:?:logs:x", None),
            ("^arn:[^:]*:logs:", "arn:aws:lambda:?", Some(false)),
            ("^[a-z]+$", "a?b", None),
            ("^[a-z]+$", "a?B", Some(false)),
            ("^a.*b$", "a@b", Some(true)),
            // A line may end in the gap.
            ("^a.*b$", "a?b", None),
            ("^ab?", "a?b", Some(true)),
            ("x*", "?", Some(true)),
            ("^$", "@", Some(false)),
            ("^[a-z]+$", "@", Some(false)),
            ("^$", "?", None),
            (r"b(?-u:\b)", "ab?", None),
            (r"b(?-u:\b)", "ab?.", None),
            (r"b(?-u:\b)", "?ab.", Some(true)),
            ("é$", "?é", Some(true)),
            ("[à-ý]$", "?é", Some(true)),
        ] {
            assert_eq!(matches(&automaton(pattern).unwrap(), &text(known)), wanted, "{pattern} {known}");
        }
    }

    #[test]
    fn an_arn_is_no_pattern() {
        let of = |kind: &str, attribute: &str, pattern: &str| {
            matches(&automaton(pattern).unwrap(), &unknown(&format!("{kind}.x"), attribute))
        };
        assert_eq!(of("aws_dynamodb_table", "arn", "[*]"), Some(false));
        assert_eq!(of("aws_dynamodb_table", "arn", "^arn:"), Some(true));
        assert_eq!(of("aws_dynamodb_table", "arn", "table"), None);
        assert_eq!(of("aws_dynamodb_table", "name", "[*]"), None);
        assert_eq!(of("aws_cloudwatch_log_group", "arn", "[*]"), None);
        assert_eq!(of("data.aws_dynamodb_table", "arn", "[*]"), None);
    }
}
