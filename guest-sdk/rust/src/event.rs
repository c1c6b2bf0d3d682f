//! One hook that happened.

use serde::de::DeserializeOwned;

use crate::{Answer, Error, JsonObject, Metadata, Rejection};

/// One hook that happened, as one module sees it: the contract's `event`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The identity of this delivery. It stays the same when the delivery is attempted again, so use it as an
    /// idempotency key towards other systems.
    pub delivery_id: String,
    /// 1 at the first attempt, 2 at the second, and so on.
    pub attempt: u32,
    /// The name of the hook; compare it with the constants in [`hook`](crate::hook).
    pub hook: String,
    /// The kind of the hook.
    pub kind: HookKind,
    /// For a manual hook, the menu entry that the user chose.
    pub menu_name: Option<String>,
    /// When the hook happened: milliseconds since 1970-01-01T00:00:00Z.
    pub triggered_at_ms: u64,
    /// The login of the user on whose behalf the server acts; none if the server acts for itself.
    pub triggered_by: Option<String>,
    /// What else the server knows about the moment.
    pub metadata: Metadata,
    /// The URI of the JSON Schema that describes the payload.
    pub schema_id: String,
    /// The objects as the host sent them: a JSON array of objects, as text. [`objects`](Self::objects) reads it.
    pub payload: String,
}

/// When, in a server's life, a hook happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookKind {
    /// Before an object is committed. The payload is what a remote client sent: it is not trusted, and nobody has
    /// checked it yet. The module may replace it or reject the request.
    Preload,
    /// After the object is committed. The module reacts; it cannot change what happened.
    Postload,
    /// A user chose this module's entry in a menu, for one or more objects.
    Manual,
}

impl Event {
    /// The objects, in a typed view such as [`Ioc`](crate::Ioc), or as plain [`JsonObject`]s.
    ///
    /// Fails with the code [`Error::BAD_EVENT`] if the payload is not a JSON array of objects, which a host never
    /// sends. What is inside the objects does not make it fail: a typed view takes what comes.
    pub fn objects<T: From<JsonObject>>(&self) -> Result<Vec<T>, Error> {
        let objects: Vec<JsonObject> = self.payload_as()?;
        Ok(objects.into_iter().map(T::from).collect())
    }

    /// The whole payload as a type of the module's own.
    pub fn payload_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.payload).map_err(|error| {
            let message = format!("the payload of {} is not what was expected: {error}", self.hook);
            Error::new(Error::BAD_EVENT, message)
        })
    }

    /// Edits each object of a preload's payload, and answers with what came of it: [`Answer::unchanged`] if nothing
    /// did, [`Answer::replace`] if something did, and a rejection at the first [`Rejection`].
    ///
    /// A rejection's pointer is meant within the object: `/ioc_value`; it is put behind the object's place in the list.
    ///
    /// ```
    /// use sclera_sdk::prelude::*;
    ///
    /// fn trim(event: &Event) -> Result<Answer, Error> {
    ///     event.edit(|ioc: &mut Ioc| {
    ///         let Some(value) = ioc.ioc_value.get() else { return Ok(()) };
    ///         if value.trim().is_empty() {
    ///             return Err(Rejection::new("the value is empty").at("/ioc_value"));
    ///         }
    ///         ioc.ioc_value.set(value.trim().to_owned());
    ///         Ok(())
    ///     })
    /// }
    /// ```
    pub fn edit<T>(&self, mut edit: impl FnMut(&mut T) -> Result<(), Rejection>) -> Result<Answer, Error>
    where
        T: From<JsonObject> + Into<JsonObject>,
    {
        let before: Vec<JsonObject> = self.objects()?;
        let mut after = Vec::with_capacity(before.len());
        for (index, object) in before.iter().enumerate() {
            let mut view = T::from(object.clone());
            if let Err(mut rejection) = edit(&mut view) {
                rejection.pointer = Some(format!("/{index}{}", rejection.pointer.unwrap_or_default()));
                return Ok(Answer::reject(rejection));
            }
            after.push(view.into());
        }
        Ok(if after == before {
            Answer::unchanged()
        } else {
            Answer::replace(after)
        })
    }
}
