//! Bytes in a transcript: the text that they are, or else base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

/// Bytes that are written as text where they are text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Octets(pub(crate) Vec<u8>);

/// How bytes are written.
pub(crate) fn written(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({"base64": STANDARD.encode(bytes)}),
    }
}

/// The bytes that were written so.
pub(crate) fn read(written: &Value) -> Option<Vec<u8>> {
    match written {
        Value::String(text) => Some(text.clone().into_bytes()),
        other => STANDARD.decode(other.get("base64")?.as_str()?).ok(),
    }
}

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        written(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let bytes = read(&written).ok_or_else(|| serde::de::Error::custom("these are not bytes"))?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_they_were_written() {
        for bytes in [&b""[..], b"text", b"{\"base64\": 1}", &[0xff, 0, 1]] {
            assert_eq!(read(&written(bytes)).as_deref(), Some(bytes));
        }
        for wrong in [json!(1), json!({}), json!({"base64": "%"})] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
    }
}
