//! The module's configuration: texts by key, read into the module's own type.
//!
//! The host gives every value as a text. What a text means depends on the field it is for: a field of a string type takes
//! it as it is, so that `007` and `true` stay what an operator wrote; every other field takes it as JSON.

use std::fmt;
use std::vec::IntoIter;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use crate::Error;

/// Reads the configuration, which `get_all` fetches. It is not fetched for a module that has none, whose type is `()`.
pub(crate) fn load<T: DeserializeOwned>(
    get_all: impl FnOnce() -> Result<Vec<(String, String)>, Error>,
) -> Result<T, Error> {
    T::deserialize(Config(get_all)).map_err(|fault| match fault {
        Fault::Unavailable(error) => error,
        fault => Error::new(Error::INVALID_CONFIGURATION, fault.to_string()),
    })
}

/// Why a configuration cannot be read.
#[derive(Debug)]
enum Fault {
    /// The host did not give it.
    Unavailable(Error),
    /// A value has to be JSON, and is not.
    NotJson(serde_json::Error),
    /// It does not fit the module's type.
    Invalid(String),
}

impl Fault {
    fn in_key(self, key: &str) -> Self {
        match self {
            Self::Unavailable(error) => Self::Unavailable(error),
            Self::NotJson(error) => Self::Invalid(format!(
                "the configuration key `{key}` is not JSON, such as `5`, `true` or `[\"a\"]`: {error}"
            )),
            Self::Invalid(message) => Self::Invalid(format!("the configuration key `{key}` does not fit: {message}")),
        }
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(error) => error.fmt(f),
            Self::NotJson(error) => error.fmt(f),
            Self::Invalid(message) => f.write_str(message),
        }
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Invalid(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Invalid(format!("the configuration key `{field}` is missing"))
    }
}

/// The whole configuration: a map, fetched when a type asks for one.
struct Config<F>(F);

impl<'de, F: FnOnce() -> Result<Vec<(String, String)>, Error>> Deserializer<'de> for Config<F> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let entries = (self.0)().map_err(Fault::Unavailable)?;
        visitor.visit_map(Entries {
            rest: entries.into_iter(),
            current: None,
        })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The keys and their values, with the key in whatever goes wrong with its value.
struct Entries {
    rest: IntoIter<(String, String)>,
    current: Option<(String, String)>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.current = self.rest.next();
        let Some((key, _)) = &self.current else { return Ok(None) };
        seed.deserialize(key.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, text) = self.current.take().unwrap_or_default();
        seed.deserialize(Text(text)).map_err(|fault| fault.in_key(&key))
    }
}

/// The value of one key.
struct Text(String);

impl Text {
    fn json(&self) -> Result<Value, Fault> {
        serde_json::from_str(&self.0).map_err(Fault::NotJson)
    }
}

/// Forwards to the deserializer of the JSON that the text is.
macro_rules! as_json {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Fault> {
            self.json()?.$method($($argument,)* visitor).map_err(de::Error::custom)
        })*
    };
}

impl<'de> Deserializer<'de> for Text {
    type Error = Fault;

    /// For a type that takes anything: JSON if it is JSON, and else the text.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = self.json().unwrap_or(Value::String(self.0));
        value.deserialize_any(visitor).map_err(de::Error::custom)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_string(self.0)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    /// The bare name of a variant; JSON for a variant with something in it.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if self.0.starts_with(['{', '"']) {
            return self
                .json()?
                .deserialize_enum(name, variants, visitor)
                .map_err(de::Error::custom);
        }
        let variant: StrDeserializer<'_, Fault> = self.0.as_str().into_deserializer();
        variant.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    as_json! {
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
    }
}

#[cfg(test)]
mod tests;
