//! `yamldecode`.
//!
//! In: the text of one YAML document. Out: its value, where plain words mean what they mean to
//! Terraform: `yes` is true, a date is a timestamp, keys are strings.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::eval::{Data, EvalError, Number, Type, Value, Why, convert};

use super::{Function, MAX_ELEMENTS, any_unknown, text, too_many};

/// Nesting that is read.
const MAX_DEPTH: usize = 128;

pub(super) fn find(name: &str) -> Option<Function> {
    (name == "yamldecode").then_some(yamldecode)
}

fn yamldecode(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Any) {
        return Ok(unknown);
    }
    let source = text(args, 0)?;
    if source.lines().any(|line| line.starts_with("%YAML") && line.trim_end() != "%YAML 1.1") {
        return Err(EvalError::new("only YAML 1.1 is read"));
    }
    let allowed = |char: char| {
        matches!(char, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
            && char != '\u{feff}'
    };
    if !source.strip_prefix('\u{feff}').unwrap_or(source).chars().all(allowed) {
        return Err(EvalError::new("the YAML holds a control character"));
    }
    let mut reader = Reader { parser: Parser::new_from_str(source), anchors: HashMap::new(), count: 0 };
    match reader.document() {
        Ok(value) => Ok(value),
        // Terraform's reader takes tabs in places where this one does not, and the other way round.
        Err(Stop::Refused(_)) if source.contains('\t') => {
            Ok(Value::unknown(Why::Function("yamldecode".into())))
        }
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::NotComputed) => Ok(Value::unknown(Why::Function("yamldecode".into()))),
    }
}

enum Stop {
    Refused(EvalError),
    /// It has a meaning in Terraform that is not computed here.
    NotComputed,
}

impl From<EvalError> for Stop {
    fn from(error: EvalError) -> Self {
        Self::Refused(error)
    }
}

fn refuse<T>(message: &str) -> Result<T, Stop> {
    Err(Stop::Refused(EvalError::new(message)))
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    /// The value behind each anchor, and how many values it holds.
    anchors: HashMap<usize, (Value, usize)>,
    count: usize,
}

impl<'a> Reader<'a> {
    fn event(&mut self) -> Result<Event<'a>, Stop> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => refuse(&format!("this is no YAML: {error}")),
            None => refuse("the YAML ends too early"),
        }
    }

    fn document(&mut self) -> Result<Value, Stop> {
        let mut event = self.event()?;
        while matches!(event, Event::StreamStart | Event::DocumentStart(_) | Event::Nothing) {
            event = self.event()?;
        }
        if event == Event::StreamEnd {
            return refuse("the YAML holds no document");
        }
        let value = self.node(event, 0)?;
        loop {
            match self.event()? {
                Event::StreamEnd => return Ok(value),
                Event::DocumentEnd | Event::Nothing => {}
                _ => return refuse("the YAML holds more than one document"),
            }
        }
    }

    fn count(&mut self, more: usize) -> Result<(), Stop> {
        self.count = self.count.saturating_add(more);
        if self.count > MAX_ELEMENTS { Err(too_many(self.count).into()) } else { Ok(()) }
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Value, Stop> {
        if depth > MAX_DEPTH {
            return refuse("the YAML is nested too deep");
        }
        self.count(1)?;
        let before = self.count;
        let (value, anchor) = match event {
            Event::Alias(anchor) => {
                let Some((value, size)) = self.anchors.get(&anchor).cloned() else {
                    return refuse("an alias has no anchor, or holds itself");
                };
                self.count(size)?;
                return Ok(value);
            }
            Event::Scalar(text, style, anchor, tag) => (scalar(&text, style, tag.as_deref())?, anchor),
            Event::SequenceStart(anchor, tag) => {
                collection_tag(tag.as_deref(), "seq")?;
                let mut items = Vec::new();
                loop {
                    match self.event()? {
                        Event::SequenceEnd => break,
                        event => items.push(self.node(event, depth + 1)?),
                    }
                }
                (Value::tuple(items), anchor)
            }
            Event::MappingStart(anchor, tag) => {
                collection_tag(tag.as_deref(), "map")?;
                (self.mapping(depth)?, anchor)
            }
            _ => return refuse("the YAML has an end where a value must be"),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), self.count - before));
        }
        Ok(value)
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, Stop> {
        let mut pairs: Vec<(Arc<str>, Value)> = Vec::new();
        let mut merged: Vec<(Arc<str>, Value)> = Vec::new();
        loop {
            let key = match self.event()? {
                Event::MappingEnd => break,
                Event::Scalar(text, ScalarStyle::Plain, 0, None) if text == "<<" => {
                    let event = self.event()?;
                    merge(&self.node(event, depth + 1)?, &mut merged)?;
                    continue;
                }
                event => self.node(event, depth + 1)?,
            };
            let key = convert::to_text(&key)?;
            let Data::String(key) = key.data else {
                return refuse("a key of a YAML mapping must be a string");
            };
            let event = self.event()?;
            pairs.push((key, self.node(event, depth + 1)?));
        }
        Ok(Value::object(merged.into_iter().chain(pairs)))
    }
}

/// `<<: *base` takes over what the mapping does not set itself.
fn merge(value: &Value, into: &mut Vec<(Arc<str>, Value)>) -> Result<(), Stop> {
    if let Some(items) = value.as_items() {
        // The first of several wins.
        for item in items.iter().rev() {
            merge(item, into)?;
        }
        return Ok(());
    }
    let Some(entries) = value.as_entries() else { return refuse("only mappings can be merged with <<") };
    into.extend(entries.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(())
}

fn collection_tag(tag: Option<&Tag>, name: &str) -> Result<(), Stop> {
    match tag {
        None => Ok(()),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == name => Ok(()),
        Some(_) => refuse("the YAML has a tag that is not known"),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, Stop> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain { plain(text) } else { Ok(Value::from(text)) };
    };
    if !tag.is_yaml_core_schema() {
        return refuse("the YAML has a tag that is not known");
    }
    match (tag.suffix.as_str(), style) {
        ("str" | "binary", _) => Ok(Value::from(text)),
        // A tag on a text in quotes changes nothing.
        ("int" | "float" | "bool" | "null" | "timestamp", style) if style != ScalarStyle::Plain => {
            Ok(Value::from(text))
        }
        ("int" | "float", _) => match plain(text)? {
            value if value.as_number().is_some() => Ok(value),
            _ => refuse("the YAML has a number that is none"),
        },
        ("bool", _) => match plain(text)? {
            value if value.as_bool().is_some() => Ok(value),
            _ => refuse("the YAML has a bool that is none"),
        },
        ("null", _) if plain(text)?.is_null() => Ok(Value::NULL),
        _ => Err(Stop::NotComputed),
    }
}

/// What a plain word means.
fn plain(text: &str) -> Result<Value, Stop> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::NULL,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::from(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::from(false)
        }
        ".nan" | ".NaN" | ".NAN" => return refuse("the YAML holds a number that is none"),
        _ if matches!(text.trim_start_matches(['+', '-']), ".inf" | ".Inf" | ".INF") => {
            return Err(Stop::NotComputed);
        }
        _ => match number(text) {
            Some(number) => Value::from(number),
            None => match timestamp(text) {
                Word::Text => Value::from(text),
                Word::Timestamp(timestamp) => Value::from(timestamp),
                Word::NotComputed => return Err(Stop::NotComputed),
            },
        },
    })
}

fn number(text: &str) -> Option<Number> {
    let radix = |digits: &str, radix: u32| i64::from_str_radix(digits, radix).ok().map(Number::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| radix(digits, 16))?;
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return digits.bytes().all(|byte| (b'0'..b'8').contains(&byte)).then(|| radix(digits, 8))?;
    }
    Number::parse(text)
}

/// What a plain word that is no number comes to.
enum Word {
    Text,
    Timestamp(String),
    /// A timestamp in a form that is not computed.
    NotComputed,
}

/// A date alone is its midnight.
fn timestamp(text: &str) -> Word {
    timestamp_of(text).unwrap_or(Word::Text)
}

fn timestamp_of(text: &str) -> Option<Word> {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes.iter().take(4).all(u8::is_ascii_digit) || bytes.get(4) != Some(&b'-') {
        return None;
    }
    let (date, time) = text.split_at(text.find(['T', 't', ' ']).unwrap_or(text.len()));
    let mut parts = date.split('-').map(|part| (part.len(), part.parse::<u8>().ok()));
    parts.next();
    let (Some((month_len, Some(month))), Some((day_len, Some(day))), None) =
        (parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    if month_len > 2 || day_len > 2 {
        return None;
    }
    let year = text.get(..4)?;
    let midnight = format!("{year}-{month:02}-{day:02}T00:00:00Z");
    let real = super::date::is_timestamp(&midnight);
    if time.is_empty() {
        return real.then_some(Word::Timestamp(midnight));
    }
    if month_len == 2 && day_len == 2 && !text.contains('.') && super::date::is_timestamp(text) {
        let utc = ["+00:00", "-00:00"].iter().find_map(|zone| text.strip_suffix(zone));
        return Some(Word::Timestamp(utc.map_or_else(|| text.to_owned(), |text| format!("{text}Z"))));
    }
    time.contains(':').then_some(Word::NotComputed)
}
