//! The server's own fields.

use serde_json::Value;

use super::{Field, FieldType};
use crate::JsonObject;

/// The server's own fields of an object: `{tab: {field: {type, value, mandatory, options}}}`.
///
/// ```
/// use sclera_sdk::Ioc;
/// use sclera_sdk::serde_json::{self, json};
///
/// let mut ioc: Ioc = serde_json::from_value(json!({"custom_attributes": {
///     "Sighting": {"First seen by": {"type": "input_string", "value": "mail gateway", "mandatory": false}},
/// }}))?;
///
/// assert_eq!(ioc.custom_attributes.attribute("Sighting", "First seen by"), Some(&json!("mail gateway")));
/// ioc.custom_attributes.set_attribute("Sighting", "First seen by", "proxy"); // its type and the rest stay
/// ioc.custom_attributes.set_attribute("Verdict", "Score", 7); // a new tab
/// # assert_eq!(serde_json::to_value(ioc)?, json!({"custom_attributes": {
/// #     "Sighting": {"First seen by": {"type": "input_string", "value": "proxy", "mandatory": false}},
/// #     "Verdict": {"Score": {"type": "input_string", "value": 7}},
/// # }}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CustomAttributes(pub JsonObject);

impl From<JsonObject> for CustomAttributes {
    fn from(tabs: JsonObject) -> Self {
        Self(tabs)
    }
}

impl FieldType for CustomAttributes {
    type Read<'a> = &'a JsonObject;

    fn read(value: &Value) -> Option<&JsonObject> {
        value.as_object()
    }

    fn write(self) -> Value {
        self.0.into()
    }
}

impl Field<CustomAttributes> {
    /// The value of a field in a tab.
    pub fn attribute(&self, tab: &str, field: &str) -> Option<&Value> {
        self.get()?.get(tab)?.get(field)?.get("value")
    }

    /// Sets the value of a field in a tab. A field that is there keeps its type, a new one is a plain text
    /// (`input_string`); other fields and tabs stay.
    pub fn set_attribute(&mut self, tab: &str, field: &str, value: impl Into<Value>) {
        let tabs = object_in(self.raw_mut().get_or_insert(Value::Null));
        let tab = object_in(tabs.entry(tab).or_insert(Value::Null));
        let attribute = object_in(tab.entry(field).or_insert(Value::Null));
        attribute.entry("type").or_insert_with(|| "input_string".into());
        attribute.insert("value".to_owned(), value.into());
    }
}

/// The object that `value` is, or is made to be.
fn object_in(value: &mut Value) -> &mut JsonObject {
    if !value.is_object() {
        *value = Value::Object(JsonObject::new());
    }
    match value {
        Value::Object(object) => object,
        _ => unreachable!("it was made an object just above"),
    }
}
