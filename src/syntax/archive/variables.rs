//! The variables in a binary plan's record.
//!
//! In: the beginning of `tfplan`, a protocol buffer. Out: the values that were given to the root's
//! variables. Field 2 of the record is a map from a name to a value in `MessagePack`, written with its
//! type. Only that is read; whatever else the record holds is passed over. Exists because a variable's
//! default must not be taken for its value.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// How deep a value may nest.
const MAX_DEPTH: usize = 64;

/// The variables; `None` where the record is none, or is cut off before they end.
pub(super) fn read(record: &[u8]) -> Option<BTreeMap<String, Json>> {
    let mut input = Input(record);
    let mut variables = BTreeMap::new();
    while !input.0.is_empty() {
        let (field, wire) = input.tag()?;
        // Fields are written in order: after the variables comes something larger.
        if field > 2 {
            return Some(variables);
        }
        match (field, wire) {
            (2, 2) => {
                let (name, value) = pair(input.delimited()?)?;
                variables.insert(name, value);
            }
            _ => input.skip(wire)?,
        }
    }
    Some(variables)
}

fn pair(entry: &[u8]) -> Option<(String, Json)> {
    let (mut name, mut value) = (String::new(), None);
    let mut input = Input(entry);
    while !input.0.is_empty() {
        match input.tag()? {
            (1, 2) => name = String::from_utf8(input.delimited()?.to_vec()).ok()?,
            (2, 2) => value = Some(dynamic(input.delimited()?)?),
            (_, wire) => input.skip(wire)?,
        }
    }
    Some((name, value?))
}

/// A value with its type: an array of the type as JSON, and the value.
fn dynamic(message: &[u8]) -> Option<Json> {
    let mut input = Input(message);
    let (field, wire) = input.tag()?;
    if (field, wire) != (1, 2) {
        return None;
    }
    let mut packed = Input(input.delimited()?);
    let length = match packed.take(2)? {
        [0x92, 0xc4] => packed.length(1)?,
        [0x92, 0xc5] => packed.length(2)?,
        [0x92, 0xc6] => packed.length(4)?,
        _ => return None,
    };
    // The type is not needed: the declaration says it.
    packed.take(length)?;
    let value = packed.packed(0)?;
    packed.0.is_empty().then_some(value)
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take(1)? else { return None };
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn tag(&mut self) -> Option<(u64, u64)> {
        let tag = self.varint()?;
        Some((tag >> 3, tag & 7))
    }

    fn delimited(&mut self) -> Option<&'a [u8]> {
        let length = self.varint()?;
        self.take(usize::try_from(length).ok()?)
    }

    fn skip(&mut self, wire: u64) -> Option<()> {
        match wire {
            0 => self.varint().map(drop),
            1 => self.take(8).map(drop),
            2 => self.delimited().map(drop),
            5 => self.take(4).map(drop),
            _ => None,
        }
    }

    fn number(&mut self, bytes: usize) -> Option<u64> {
        Some(self.take(bytes)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn length(&mut self, bytes: usize) -> Option<usize> {
        usize::try_from(self.number(bytes)?).ok()
    }

    /// A value in `MessagePack`. Bytes, unknowns and other extensions are not values of variables.
    fn packed(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        let kind = u8::try_from(self.number(1)?).ok()?;
        let low = usize::from(kind & 0x0f);
        Some(match kind {
            0x00..=0x7f => kind.into(),
            0x80..=0x8f => self.map(low, depth)?,
            0x90..=0x9f => self.array(low, depth)?,
            0xa0..=0xbf => self.text(usize::from(kind & 0x1f))?,
            0xc0 => Json::Null,
            0xc2 => false.into(),
            0xc3 => true.into(),
            0xca => float(f64::from(f32::from_bits(u32::try_from(self.number(4)?).ok()?)))?,
            0xcb => float(f64::from_bits(self.number(8)?))?,
            0xcc => self.number(1)?.into(),
            0xcd => self.number(2)?.into(),
            0xce => self.number(4)?.into(),
            0xcf => self.number(8)?.into(),
            0xd0 => i8::from_be_bytes(self.take(1)?.try_into().ok()?).into(),
            0xd1 => i16::from_be_bytes(self.take(2)?.try_into().ok()?).into(),
            0xd2 => i32::from_be_bytes(self.take(4)?.try_into().ok()?).into(),
            0xd3 => i64::from_be_bytes(self.take(8)?.try_into().ok()?).into(),
            0xd9 => self.length(1).and_then(|length| self.text(length))?,
            0xda => self.length(2).and_then(|length| self.text(length))?,
            0xdb => self.length(4).and_then(|length| self.text(length))?,
            0xdc => self.length(2).and_then(|length| self.array(length, depth))?,
            0xdd => self.length(4).and_then(|length| self.array(length, depth))?,
            0xde => self.length(2).and_then(|length| self.map(length, depth))?,
            0xdf => self.length(4).and_then(|length| self.map(length, depth))?,
            0xe0..=0xff => i8::from_be_bytes([kind]).into(),
            _ => return None,
        })
    }

    fn text(&mut self, length: usize) -> Option<Json> {
        String::from_utf8(self.take(length)?.to_vec()).ok().map(Json::from)
    }

    // Lengths are not reserved ahead: each element takes a byte, so the input bounds them.
    fn array(&mut self, length: usize, depth: usize) -> Option<Json> {
        (0..length).map(|_| self.packed(depth + 1)).collect::<Option<Vec<_>>>().map(Json::from)
    }

    fn map(&mut self, length: usize, depth: usize) -> Option<Json> {
        let mut entries = serde_json::Map::new();
        for _ in 0..length {
            let Json::String(key) = self.packed(depth + 1)? else { return None };
            entries.insert(key, self.packed(depth + 1)?);
        }
        Some(entries.into())
    }
}

fn float(value: f64) -> Option<Json> {
    serde_json::Number::from_f64(value).map(Json::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record that gives one variable, then another field.
    fn record(name: &str, packed: &[u8]) -> Vec<u8> {
        let field = |number: u8, content: &[u8]| {
            let mut out = vec![number << 3 | 2, u8::try_from(content.len()).unwrap()];
            out.extend(content);
            out
        };
        let mut typed = vec![0x92, 0xc4, 3, b'"', b'x', b'"'];
        typed.extend(packed);
        let entry = [field(1, name.as_bytes()), field(2, &field(1, &typed))].concat();
        [vec![0x08, 3], field(2, &entry), field(3, b"rest")].concat()
    }

    #[test]
    fn values_of_every_kind() {
        let cases: [(&[u8], Json); 7] = [
            (&[0xc2], false.into()),
            (&[0xc0], Json::Null),
            (&[0x2a], 42.into()),
            (&[0xd1, 0xff, 0x00], (-256).into()),
            (&[0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], 0.5.into()),
            (&[0x92, 0xa1, b'a', 0xff], serde_json::json!(["a", -1])),
            (&[0x81, 0xa1, b'k', 0xd9, 1, b'v'], serde_json::json!({"k": "v"})),
        ];
        for (packed, expected) in cases {
            let found = read(&record("v", packed)).unwrap();
            assert_eq!(found.get("v"), Some(&expected), "{packed:?}");
        }
    }

    #[test]
    fn what_can_not_be_read_is_not_guessed() {
        // An unknown, an array that claims four billion elements, one that nests without end.
        for packed in [&[0xd4, 0, 0][..], &[0xdd, 0xff, 0xff, 0xff, 0xff], &[0x91; 100]] {
            assert_eq!(read(&record("v", packed)), None, "{packed:?}");
        }
        let whole = record("v", &[0xc3]);
        assert_eq!(read(&whole[..10]), None, "cut off");
        assert_eq!(read(&[0xff; 20]), None);
    }
}
