//! One field of an object.

use std::fmt;
use std::marker::PhantomData;

use serde_json::Value;

use crate::{JsonObject, Tlp};

/// One field of an object, which may be absent, null, or something else than its type says.
///
/// Reading it looks at what is there; setting it replaces what is there; and what is not set stays as it came.
///
/// ```
/// use sclera_sdk::Ioc;
/// use sclera_sdk::serde_json::{self, json};
///
/// let mut ioc: Ioc = serde_json::from_value(json!({"ioc_type_id": "20", "ioc_value": "a.example", "ioc_tlp_id": null}))?;
///
/// assert_eq!(ioc.ioc_type_id.get(), Some(20)); // a number, even if it was sent as a text
/// assert!(ioc.ioc_tlp_id.is_blank());
/// ioc.ioc_value.set("b.example");
/// assert_eq!(
///     serde_json::to_value(ioc)?,
///     json!({"ioc_type_id": "20", "ioc_value": "b.example", "ioc_tlp_id": null}),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct Field<T> {
    value: Option<Value>,
    reads_as: PhantomData<fn() -> T>,
}

/// What a [`Field`] can hold.
pub trait FieldType {
    /// What reading gives.
    type Read<'a>;

    /// Reads a value; none if it is not of this type.
    fn read(value: &Value) -> Option<Self::Read<'_>>;

    /// The value to put into the object.
    fn write(self) -> Value;
}

impl<T> Field<T> {
    /// What is there, as it came: none if the field is absent.
    pub fn raw(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    /// What is there, to be changed in place.
    pub fn raw_mut(&mut self) -> &mut Option<Value> {
        &mut self.value
    }

    /// Whether the object does not have the field at all. In an update, such a field stays as it is on the server.
    pub fn is_absent(&self) -> bool {
        self.value.is_none()
    }

    /// Whether there is nothing in it: absent, null or an empty text, which is what a form sends for an empty box.
    pub fn is_blank(&self) -> bool {
        match &self.value {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.is_empty(),
            Some(_) => false,
        }
    }

    /// Takes the field out of the object.
    pub fn remove(&mut self) {
        self.value = None;
    }

    pub(crate) fn take(object: &mut JsonObject, name: &str) -> Self {
        Self::from(object.remove(name))
    }

    pub(crate) fn put(self, object: &mut JsonObject, name: &str) {
        if let Some(value) = self.value {
            object.insert(name.to_owned(), value);
        }
    }

    pub(crate) fn read_id(&self) -> Option<i64> {
        self.value.as_ref().and_then(i64::read)
    }
}

impl<T: FieldType> Field<T> {
    /// Reads the field: none if it is absent, null, or not of its type.
    pub fn get(&self) -> Option<T::Read<'_>> {
        self.value.as_ref().and_then(T::read)
    }

    /// Sets the field.
    pub fn set(&mut self, value: impl Into<T>) {
        self.value = Some(value.into().write());
    }
}

impl<T> From<Option<Value>> for Field<T> {
    fn from(value: Option<Value>) -> Self {
        Self {
            value,
            reads_as: PhantomData,
        }
    }
}

// Not derived, because what a field can be read as need not be able to do any of this.
impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        Self::from(self.value.clone())
    }
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self::from(None)
    }
}

impl<T> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> PartialEq for Field<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl FieldType for String {
    type Read<'a> = &'a str;

    fn read(value: &Value) -> Option<&str> {
        value.as_str()
    }

    fn write(self) -> Value {
        self.into()
    }
}

/// A number, or a text that is a number: forms send `"20"`, and servers take it.
impl FieldType for i64 {
    type Read<'a> = i64;

    fn read(value: &Value) -> Option<i64> {
        value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    fn write(self) -> Value {
        self.into()
    }
}

impl FieldType for bool {
    type Read<'a> = bool;

    fn read(value: &Value) -> Option<bool> {
        value.as_bool().or_else(|| value.as_str()?.parse().ok())
    }

    fn write(self) -> Value {
        self.into()
    }
}

impl FieldType for JsonObject {
    type Read<'a> = &'a JsonObject;

    fn read(value: &Value) -> Option<&JsonObject> {
        value.as_object()
    }

    fn write(self) -> Value {
        self.into()
    }
}

impl FieldType for Value {
    type Read<'a> = &'a Value;

    fn read(value: &Value) -> Option<&Value> {
        (!value.is_null()).then_some(value)
    }

    fn write(self) -> Value {
        self
    }
}

/// A list; none if one of its elements is not of the type.
impl FieldType for Vec<i64> {
    type Read<'a> = Vec<i64>;

    fn read(value: &Value) -> Option<Vec<i64>> {
        value.as_array()?.iter().map(i64::read).collect()
    }

    fn write(self) -> Value {
        self.into()
    }
}

impl FieldType for Vec<Value> {
    type Read<'a> = &'a [Value];

    fn read(value: &Value) -> Option<&[Value]> {
        value.as_array().map(Vec::as_slice)
    }

    fn write(self) -> Value {
        self.into()
    }
}

impl FieldType for Tlp {
    type Read<'a> = Tlp;

    fn read(value: &Value) -> Option<Tlp> {
        i64::read(value).and_then(Tlp::from_id)
    }

    fn write(self) -> Value {
        self.id().into()
    }
}
