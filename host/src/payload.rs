//! The objects that a hook is about: JSON text, always a list of objects.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::match_rule::cel_value;

/// The payload of a trigger: the text of a JSON array with at least one object, and nothing but objects.
///
/// It is kept as text, because it crosses into the sandbox as text; cloning it is cheap. The text is exactly the one
/// that it was made from: no number is rounded and no key is lost on its way through modules that leave it unchanged.
#[derive(Clone)]
pub struct Payload(Arc<Checked>);

struct Checked {
    text: String,
    objects: usize,
    depth: usize,
    /// Its values, once somebody wanted them.
    value: OnceLock<Value>,
    /// The same, once a match rule wanted them.
    for_rules: OnceLock<cel::Value>,
}

/// Why a text is not a payload.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// The text is not JSON, or is nested deeper than 127 levels (which also ends every attempt to exhaust the
    /// parser's stack).
    #[error("the payload is not JSON that can be read: {0}")]
    NotJson(#[source] serde_json::Error),
    /// The text is JSON, but something else than a list of objects.
    #[error("the payload must be a JSON array of objects, such as [{{\"ioc_value\": \"evil.example\"}}]: {0}")]
    NotObjects(#[source] serde_json::Error),
    /// There is no object in the list.
    #[error("the payload is an empty list; a hook is about at least one object")]
    Empty,
}

impl Payload {
    /// Checks that `text` is a JSON array of objects, and keeps it as it is.
    pub fn parse(text: impl Into<String>) -> Result<Self, PayloadError> {
        let text = text.into();
        let mut json = serde_json::Deserializer::from_str(&text);
        let (objects, depth) = json
            .deserialize_seq(ListOfObjects)
            .and_then(|seen| json.end().map(|()| seen))
            .map_err(|error| match error.classify() {
                serde_json::error::Category::Data => PayloadError::NotObjects(error),
                _ => PayloadError::NotJson(error),
            })?;
        match objects {
            0 => Err(PayloadError::Empty),
            objects => Ok(Self(Arc::new(Checked {
                text,
                objects,
                depth,
                value: OnceLock::new(),
                for_rules: OnceLock::new(),
            }))),
        }
    }

    /// Makes a payload of values that serialise to JSON objects.
    pub fn from_objects<T: Serialize>(objects: &[T]) -> Result<Self, PayloadError> {
        Self::parse(serde_json::to_string(objects).map_err(PayloadError::NotJson)?)
    }

    /// Makes a payload of one value that serialises to a JSON object.
    pub fn from_object<T: Serialize>(object: &T) -> Result<Self, PayloadError> {
        Self::from_objects(std::slice::from_ref(object))
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// How many objects there are: one or more.
    pub fn objects(&self) -> usize {
        self.0.objects
    }

    /// How many levels of lists and objects there are within one another: two or more.
    pub fn depth(&self) -> usize {
        self.0.depth
    }

    /// The objects, as values of a type of yours.
    pub fn to_objects<T: DeserializeOwned>(&self) -> Result<Vec<T>, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }

    /// The payload as a JSON value: an array. It is made when it is asked for first, and kept as long as the payload is.
    pub fn value(&self) -> &Value {
        // The text was read when the payload was made.
        let value = || serde_json::from_str(self.as_str()).unwrap_or_default();
        self.0.value.get_or_init(value)
    }

    /// The same, as match rules see it. To clone it is cheap.
    pub(crate) fn for_rules(&self) -> &cel::Value {
        self.0.for_rules.get_or_init(|| cel_value(self.value()))
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Payload {}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Payload").field(&self.0.text).finish()
    }
}

impl Serialize for Payload {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(text.get()).map_err(serde::de::Error::custom)
    }
}

/// A payload to the letter, where a format can hold that: JSON.
pub(crate) mod exact {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::value::RawValue;

    use super::Payload;

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(crate) fn serialize<S: Serializer>(payload: &Option<Payload>, serializer: S) -> Result<S::Ok, S::Error> {
        let text = payload
            .as_ref()
            .map(|payload| RawValue::from_string(payload.as_str().to_owned()));
        text.transpose()
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Payload>, D::Error> {
        Option::deserialize(deserializer)
    }
}

/// Counts the objects of a list, and its levels; builds nothing, and fails on anything that is not an object.
struct ListOfObjects;

impl<'de> Visitor<'de> for ListOfObjects {
    type Value = (usize, usize);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(usize, usize), A::Error> {
        let (mut objects, mut depth) = (0, 0);
        while let Some(Object(levels)) = seq.next_element()? {
            objects += 1;
            depth = depth.max(levels);
        }
        Ok((objects, depth + 1))
    }
}

/// An object, as its number of levels.
struct Object(usize);

impl<'de> serde::Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut depth = 0;
                while let Some((IgnoredAny, AnyValue(levels))) = map.next_entry()? {
                    depth = depth.max(levels);
                }
                Ok(Object(depth + 1))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// Any JSON value, as its number of levels. `IgnoredAny` would do the same, but without counting levels: a text nested ten
/// thousand deep would pass here and exhaust the stack of whoever parses it next.
struct AnyValue(usize);

impl<'de> serde::Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = AnyValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<AnyValue, E> {
                Ok(AnyValue(0))
            }
            fn visit_bool<E>(self, _: bool) -> Result<AnyValue, E> {
                Ok(AnyValue(0))
            }
            fn visit_u64<E>(self, _: u64) -> Result<AnyValue, E> {
                Ok(AnyValue(0))
            }
            fn visit_i64<E>(self, _: i64) -> Result<AnyValue, E> {
                Ok(AnyValue(0))
            }
            fn visit_f64<E>(self, _: f64) -> Result<AnyValue, E> {
                Ok(AnyValue(0))
            }
            fn visit_str<E>(self, _: &str) -> Result<AnyValue, E> {
                Ok(AnyValue(0))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<AnyValue, A::Error> {
                let mut depth = 0;
                while let Some(AnyValue(levels)) = seq.next_element()? {
                    depth = depth.max(levels);
                }
                Ok(AnyValue(depth + 1))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnyValue, A::Error> {
                let mut depth = 0;
                while let Some((IgnoredAny, AnyValue(levels))) = map.next_entry()? {
                    depth = depth.max(levels);
                }
                Ok(AnyValue(depth + 1))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_of_objects_is_a_payload() {
        let nested = |depth: usize| format!("[{{\"a\":{}{}}}]", "[".repeat(depth), "]".repeat(depth));
        let cases: [(&str, &str); 9] = [
            ("", "not JSON"),
            ("hello", "not JSON"),
            ("[{}", "not JSON"),
            ("[{}] []", "not JSON"),
            ("{}", "array of objects"),
            ("3", "array of objects"),
            ("[{}, 3]", "array of objects"),
            ("[]", "empty list"),
            (&nested(10_000), "recursion limit"),
        ];
        for (text, expected) in cases {
            let error = Payload::parse(text).unwrap_err();
            let shown = format!("{error}");
            assert!(shown.contains(expected), "{}: {shown}", &text[..text.len().min(20)]);
        }
    }

    #[test]
    fn the_text_is_kept_to_the_letter() {
        let text = r#" [ {"n": 1.000000000000000000001, "é": null}, {} ] "#;
        let payload = Payload::parse(text).unwrap();
        assert_eq!(payload.as_str(), text);
        assert_eq!(payload.objects(), 2);
        assert_eq!(payload.depth(), 2);
        assert_eq!(Payload::parse(r#"[{"a": 1}, {"a": {"b": [0]}}]"#).unwrap().depth(), 4);
    }
}
