//! JSON as a tree that borrows from its text.
//!
//! In: text. Out: [`Json`]. Exists because most of a plan is names and texts without an escape: a tree that
//! copies them takes several times as long to build and to drop.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json<'a> {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(Text<'a>),
    /// A list.
    Array(Vec<Json<'a>>),
    /// An object.
    Object(Members<'a>),
}

/// A text, borrowed where it holds no escape.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<'a>(Cow<'a, str>);

/// The members of an object by name, each name once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members<'a>(Vec<(Text<'a>, Json<'a>)>);

/// The members of an object by name, each name once, their values still text.
#[derive(Clone, Debug, Default)]
pub struct RawMembers<'a>(Vec<(Text<'a>, &'a RawValue)>);

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> Text<'a> {
    /// It as it stands in the JSON, unless it was written with an escape.
    pub const fn borrowed(&self) -> Option<&'a str> {
        if let Cow::Borrowed(text) = self.0 { Some(text) } else { None }
    }
}

/// Members by name; the last of equal names wins. Programs write names in order, so there is mostly nothing to
/// sort.
fn ordered<T>(mut members: Vec<(Text<'_>, T)>) -> Vec<(Text<'_>, T)> {
    if !members.is_sorted_by(|a, b| a.0 < b.0) {
        members.sort_by(|a, b| a.0.cmp(&b.0));
        members.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
    }
    members
}

fn named<'m, T>(members: &'m [(Text<'_>, T)], name: &str) -> Option<&'m T> {
    let at = members.binary_search_by(|(other, _)| (**other).cmp(name)).ok()?;
    members.get(at).map(|(_, value)| value)
}

impl<'a> RawMembers<'a> {
    /// The member of a name.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        named(&self.0, name).copied()
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &Text<'a>> {
        self.0.iter().map(|(name, _)| name)
    }
}

impl<'a> Members<'a> {
    /// The member of a name.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        named(&self.0, name)
    }

    /// All, by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }
}

impl<'a> Json<'a> {
    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// A member, and a member of that, and so on.
    pub fn path(&self, names: &[&str]) -> Option<&Self> {
        names.iter().try_fold(self, |json, name| json.get(name))
    }

    /// The members of an object.
    pub const fn as_object(&self) -> Option<&Members<'a>> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// The elements of a list.
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// A text.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// `true` or `false`.
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// Whether it is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::String(text) => write!(out, "{:?}", &**text),
            Self::Array(_) => out.write_str("[...]"),
            Self::Object(_) => out.write_str("{...}"),
        }
    }
}

/// Reads a text without a copy where that is possible.
struct AsText;

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_str(AsText)
    }
}

impl<'de> Visitor<'de> for AsText {
    type Value = Text<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

/// Reads an object, and of its members the names.
struct AsMembers;

impl<'de: 'a, 'a> Deserialize<'de> for RawMembers<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(AsMembers)
    }
}

impl<'de> Visitor<'de> for AsMembers {
    type Value = RawMembers<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<RawMembers<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(RawMembers(ordered(members)))
    }
}

/// Reads anything.
struct AsJson;

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(AsJson)
    }
}

impl<'de> Visitor<'de> for AsJson {
    type Value = Json<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Text(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json<'de>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Json::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(Members(ordered(members))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_that_of_serde_json() {
        let text = r#"{"b":[1,-2,1.5,null,true,"x\"y"],"a":{"k":"é","":{}},"b":"last wins","\u0061b":[]}"#;
        let json: Json<'_> = serde_json::from_str(text).unwrap();
        let other: serde_json::Value = serde_json::from_str(text).unwrap();
        assert!(same(&json, &other));
        assert_eq!(json.path(&["a", "k"]).and_then(Json::as_str), Some("é"));
        assert_eq!(json.get("b").and_then(Json::as_str), Some("last wins"));
    }

    fn same(a: &Json<'_>, b: &serde_json::Value) -> bool {
        use serde_json::Value;
        match (a, b) {
            (Json::Null, Value::Null) => true,
            (Json::Bool(a), Value::Bool(b)) => a == b,
            (Json::Number(a), Value::Number(b)) => a == b,
            (Json::String(a), Value::String(b)) => **a == **b,
            (Json::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Json::Object(a), Value::Object(b)) => {
                a.iter().len() == b.len() && a.iter().zip(b).all(|((x, a), (y, b))| x == y && same(a, b))
            }
            _ => false,
        }
    }
}
