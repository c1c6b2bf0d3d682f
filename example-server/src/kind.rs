//! A kind of objects, as data. Everything else in this server is written once, for all kinds.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::field::{Field, Source, Type};

/// A kind of objects.
#[derive(Debug)]
pub struct ObjectKind {
    /// Its name, as in the names of its hooks: `global_task`.
    pub name: &'static str,
    /// Its name in URLs: `global-tasks`.
    pub plural: &'static str,
    /// The table that its objects are in.
    pub table: &'static str,
    /// The field that a person knows an object by.
    pub title: &'static str,
    /// Whether its objects belong to cases.
    pub in_case: bool,
    /// Its fields.
    pub fields: &'static [Field],
}

impl ObjectKind {
    /// The name of the field with an object's id.
    pub fn id(&self) -> &'static str {
        self.find(|field| matches!(field.source, Source::Id))
            .map_or("id", |field| field.name)
    }

    /// The field with the tags, if the kind has any.
    pub fn tags(&self) -> Option<&'static Field> {
        self.find(|field| matches!(field.source, Source::Asked(Type::Tags)))
    }

    /// The field with the custom attributes, if the kind has any.
    pub fn custom_attributes(&self) -> Option<&'static Field> {
        self.find(|field| matches!(field.source, Source::Asked(Type::CustomAttributes)))
    }

    /// The field that a request gives by this name: the one that requests use, or the one in committed objects.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.asked().find(|field| field.asked_as == name || field.name == name)
    }

    /// The fields that requests give.
    pub fn asked(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.type_asked().is_some())
    }

    /// What is stored of a request for a new object.
    ///
    /// This is the server's own check. It comes after the preload hook, as a module may have changed everything, and it
    /// ignores what it does not know.
    pub fn fields_of_new(&self, request: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let mut stored = Map::new();
        for field in self.asked() {
            let value = match given(field, request) {
                Some(value) if !value.is_null() => checked(field, value)?,
                _ if field.required => {
                    return Err(Error::BadRequest(format!(
                        "`{}` is missing: a {} must have it",
                        field.asked_as, self.name
                    )));
                }
                _ => field.default.into(),
            };
            stored.insert(field.name.to_owned(), value);
        }
        Ok(stored)
    }

    /// What a request changes of the `stored` fields. A null gives a field its default again.
    pub fn fields_changed(
        &self,
        request: &Map<String, Value>,
        stored: &Map<String, Value>,
    ) -> Result<Map<String, Value>, Error> {
        let mut changed = stored.clone();
        for field in self.asked() {
            let value = match given(field, request) {
                None => continue,
                Some(Value::Null) if field.required => {
                    return Err(Error::BadRequest(format!("`{}` must not be null", field.asked_as)));
                }
                Some(Value::Null) => field.default.into(),
                Some(value) => checked(field, value)?,
            };
            changed.insert(field.name.to_owned(), value);
        }
        Ok(changed)
    }

    fn find(&self, wanted: impl Fn(&Field) -> bool) -> Option<&'static Field> {
        self.fields.iter().find(|field| wanted(field))
    }
}

fn given<'a>(field: &Field, request: &'a Map<String, Value>) -> Option<&'a Value> {
    request.get(field.asked_as).or_else(|| request.get(field.name))
}

fn checked(field: &Field, value: &Value) -> Result<Value, Error> {
    match field.type_asked().and_then(|of| of.fault(value)) {
        Some(fault) => Err(Error::BadRequest(format!("`{}` {fault}", field.asked_as))),
        None => Ok(value.clone()),
    }
}
