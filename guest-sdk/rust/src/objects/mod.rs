//! Typed views of the objects in a payload.
//!
//! A view takes whatever comes. The payload of a preload hook is what a client sent, and a request may be partial, have
//! nulls, numbers as texts, or fields that nobody has heard of; so every field is a [`Field`], and what a view does not
//! know is in its `extra`. Turned back into JSON, each part that was not set is exactly what it was.

mod custom_attributes;
mod field;
mod ioc;
mod tags;

pub use custom_attributes::CustomAttributes;
pub use field::{Field, FieldType};
pub use tags::Tags;

use crate::JsonObject;
pub use crate::generated::objects::{Asset, Case, Evidence, GlobalTask, Ioc, Note, Report, Task, TimelineEvent};

/// A kind of object that hooks are about.
pub trait Object: From<JsonObject> + Into<JsonObject> {
    /// The kind, as in the names of the hooks and in an [`Action`](crate::Action): `ioc`, `global_task`…
    const KIND: &str;

    /// The object's id. None for an object that is about to be created.
    fn id(&self) -> Option<i64>;
}

/// Declares a view: a struct of [`Field`]s, which carries everything else in `extra`. Which views there are is generated
/// from the host's catalog.
macro_rules! object {
    (
        $(#[$about:meta])*
        pub struct $view:ident: $kind:literal, id $id:literal {
            $($(#[$doc:meta])* $field:ident $name:literal: $type:ty,)*
        }
    ) => {
        $(#[$about])*
        ///
        /// The fields have the names that the payload uses.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(from = "crate::JsonObject", into = "crate::JsonObject")]
        #[non_exhaustive]
        pub struct $view {
            $($(#[$doc])* pub $field: crate::Field<$type>,)*
            /// Every other field, as it came.
            pub extra: crate::JsonObject,
        }

        impl From<crate::JsonObject> for $view {
            fn from(mut object: crate::JsonObject) -> Self {
                Self {
                    $($field: crate::Field::take(&mut object, $name),)*
                    extra: object,
                }
            }
        }

        impl From<$view> for crate::JsonObject {
            fn from(view: $view) -> Self {
                let mut object = view.extra;
                $(view.$field.put(&mut object, $name);)*
                object
            }
        }

        impl crate::Object for $view {
            const KIND: &str = $kind;

            fn id(&self) -> Option<i64> {
                $(if $name == $id && let Some(id) = self.$field.read_id() {
                    return Some(id);
                })*
                // What a delete carries where the server does not have the object any more.
                crate::Field::<i64>::from(self.extra.get(concat!($kind, "_id")).cloned()).get()
            }
        }
    };
}
pub(crate) use object;

#[cfg(test)]
mod tests;
