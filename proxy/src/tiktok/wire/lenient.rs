//! Values as the platform really writes them.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// A text; numbers and booleans are taken as written, null and everything else as none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(String);

impl Text {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// None if nothing was written.
    pub(crate) fn filled(self) -> Option<String> {
        (!self.0.is_empty()).then_some(self.0)
    }

    /// An id; "" and "0" are none (case model 1).
    pub(crate) fn id(self) -> Option<String> {
        (!self.0.is_empty() && self.0 != "0").then_some(self.0)
    }
}

impl From<Value> for Text {
    fn from(value: Value) -> Self {
        Self(match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        })
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Value::deserialize(input).map(Self::from)
    }
}

/// A boolean; one official sample writes `"true "`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flag(Option<bool>);

impl Flag {
    pub(crate) fn is_set(self) -> bool {
        self.0 == Some(true)
    }

    /// None: nothing was said.
    pub(crate) fn known(self) -> Option<bool> {
        self.0
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(input)?;
        Ok(Self(match text.as_str().trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }))
    }
}

/// A whole number, also as a string.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Int(Option<i64>);

impl Int {
    pub(crate) fn known(self) -> Option<i64> {
        self.0
    }

    /// Stamps: 0 is none.
    pub(crate) fn filled(self) -> Option<i64> {
        self.0.filter(|number| *number != 0)
    }

    pub(crate) fn unsigned(self) -> Option<u64> {
        self.0.and_then(|number| u64::try_from(number).ok())
    }
}

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(input)?;
        Ok(Self(text.as_str().trim().parse().ok()))
    }
}

/// A list; absent and null are empty. An entry that cannot be read fails the whole: a read that silently lost one
/// would not be clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Option::<Vec<T>>::deserialize(input).map(|list| Self(list.unwrap_or_default()))
    }
}

/// The members of an object of plain values, in the platform's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Members(pub(crate) Vec<(String, Text)>);

impl Members {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }

    fn visit_unit<E>(self) -> Result<Members, E> {
        Ok(Members::default())
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(MembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Sample {
        id: Text,
        flag: Flag,
        number: Int,
        list: List<Text>,
        members: Members,
    }

    #[track_caller]
    fn read(json: &str) -> Sample {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn absent_null_and_empty_lists_are_the_same() {
        for json in ["{}", r#"{"list":null}"#, r#"{"list":[]}"#] {
            assert_eq!(read(json).list.0.len(), 0, "{json}");
        }
        assert!(serde_json::from_str::<Sample>(r#"{"list":{}}"#).is_err());
    }

    #[test]
    fn booleans_may_be_words_with_blanks() {
        for (json, expected) in [
            (r#"{"flag":true}"#, Some(true)),
            (r#"{"flag":"true "}"#, Some(true)),
            (r#"{"flag":"False"}"#, Some(false)),
            (r#"{"flag":null}"#, None),
            ("{}", None),
        ] {
            assert_eq!(read(json).flag.known(), expected, "{json}");
        }
    }

    #[test]
    fn numbers_and_ids_may_be_strings_or_numbers() {
        assert_eq!(read(r#"{"number":"1767225600"}"#).number.known(), Some(1_767_225_600));
        assert_eq!(read(r#"{"number":12}"#).number.known(), Some(12));
        assert_eq!(read(r#"{"number":"soon"}"#).number.known(), None);
        assert_eq!(read(r#"{"id":4035318504086604011}"#).id.id().as_deref(), Some("4035318504086604011"));
        assert_eq!(read(r#"{"id":"0"}"#).id.id(), None);
    }

    #[test]
    fn members_keep_the_order_of_the_platform() {
        let members = read(r#"{"members":{"z":"1","a":2,"m":null}}"#).members;
        let names: Vec<_> = members.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["z", "a", "m"]);
    }
}
