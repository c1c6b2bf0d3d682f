//! Where a value breaks its JSON Schema.

use std::fmt;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use crate::text::{excerpt, shown};

/// How many characters a message has at most, before escaping. Enough for every message about a
/// schema that does not list dozens of choices.
const LONGEST: usize = 240;

/// The first place where a payload does not satisfy its hook's schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// Where in the payload: a JSON Pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)) to
    /// a value that is there, such as `/0/ioc_value`; of a field that is missing, to the object
    /// that misses it. Empty if it is about the payload as a whole.
    ///
    /// It is made of the payload's own keys, so it can be as long as they are.
    pub pointer: String,
    /// What is wrong there, as a fragment: `must be a string, not an integer`. Never shows a value
    /// of the payload, and is short whatever the payload holds.
    pub message: String,
}

impl SchemaFault {
    pub(super) fn of(error: &ValidationError<'_>) -> SchemaFault {
        SchemaFault {
            pointer: error.instance_path().as_str().to_owned(),
            message: shown(&message(error), LONGEST),
        }
    }
}

impl fmt::Display for SchemaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "`{}`: ", excerpt(&self.pointer))?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for SchemaFault {}

/// Our own words for the faults that users make every day; the validator's, without the value, for
/// the others.
fn message(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            format!("the required field `{property}` is missing")
        }
        ValidationErrorKind::Type { kind } => {
            let actual = with_article(JsonType::from(error.instance().as_ref()));
            let expected: Vec<&str> = match kind {
                TypeKind::Single(expected) => vec![with_article(*expected)],
                TypeKind::Multiple(expected) => expected.iter().map(with_article).collect(),
            };
            format!("must be {}, not {actual}", expected.join(" or "))
        }
        ValidationErrorKind::PropertyNames { error } => {
            format!("one of its keys is not allowed: {}", error.masked_with("the key"))
        }
        _ => error.masked_with("the value").to_string(),
    }
}

/// What every payload is, whatever its schema says: a list of at least one object.
pub(super) fn list_of_objects(payload: &Value) -> Result<(), SchemaFault> {
    let wrong = |pointer: String, actual: &Value, expected: &str| SchemaFault {
        pointer,
        message: format!("must be {expected}, not {}", with_article(actual.into())),
    };
    let Value::Array(objects) = payload else {
        return Err(wrong(String::new(), payload, "an array of objects"));
    };
    if objects.is_empty() {
        return Err(SchemaFault {
            pointer: String::new(),
            message: "must hold at least one object".to_owned(),
        });
    }
    match objects.iter().enumerate().find(|(_, object)| !object.is_object()) {
        Some((position, object)) => Err(wrong(format!("/{position}"), object, "an object")),
        None => Ok(()),
    }
}

fn with_article(json_type: JsonType) -> &'static str {
    match json_type {
        JsonType::Array => "an array",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    }
}
