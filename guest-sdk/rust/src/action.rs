//! Changes that a module asks the server to make.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::JsonObject;

/// A change that a module asks the server to make to one of the server's objects: the contract's `action`.
///
/// ```
/// use sclera_sdk::Action;
///
/// let update = Action::update("ioc", 12)
///     .set("ioc_description", "a sinkhole since 2021")
///     .add_tag("sinkhole")
///     .remove_tag("active")
///     .custom_attribute("Enrichment", "Verdict", "harmless")
///     .comment("Sinkholed: nothing to do.");
/// let create = Action::create("task").field("task_title", "Call the hoster").in_case(4);
/// # assert_eq!(update.target.as_deref(), Some("12"));
/// # assert_eq!(create.change().to_string(), r#"{"case_id":4,"fields":{"task_title":"Call the hoster"}}"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Action {
    /// What to do.
    pub operation: Operation,
    /// The kind of object, as in the names of the hooks: `ioc`, `global_task`…
    pub object: String,
    /// The id of the object; none for a create.
    pub target: Option<String>,
    change: Change,
}

/// What an action does to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Makes a new object.
    Create,
    /// Changes an object that is there.
    Update,
    /// Removes an object.
    Delete,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Change {
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: JsonObject,
    #[serde(skip_serializing_if = "TagChange::is_empty")]
    tags: TagChange,
    #[serde(skip_serializing_if = "Map::is_empty")]
    custom_attributes: JsonObject,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct TagChange {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    add: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remove: Vec<String>,
}

impl TagChange {
    fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

impl Action {
    /// Makes a new object of the kind `object`.
    pub fn create(object: impl Into<String>) -> Self {
        Self::new(Operation::Create, object.into(), None)
    }

    /// Changes the object of the kind `object` with the id `target`.
    pub fn update(object: impl Into<String>, target: impl ToString) -> Self {
        Self::new(Operation::Update, object.into(), Some(target.to_string()))
    }

    /// Removes the object of the kind `object` with the id `target`.
    pub fn delete(object: impl Into<String>, target: impl ToString) -> Self {
        Self::new(Operation::Delete, object.into(), Some(target.to_string()))
    }

    fn new(operation: Operation, object: String, target: Option<String>) -> Self {
        Self {
            operation,
            object,
            target,
            change: Change::default(),
        }
    }

    /// Sets a field of the object, by the name that the payload uses.
    #[must_use]
    pub fn set(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.change.fields.insert(field.into(), value.into());
        self
    }

    /// [`set`](Self::set), as it reads better for an object that is being made.
    #[must_use]
    pub fn field(self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(field, value)
    }

    /// Adds a tag. Adding one that is there changes nothing.
    #[must_use]
    pub fn add_tag(mut self, tag: impl Into<String>) -> Self {
        self.change.tags.add.push(tag.into());
        self
    }

    /// Removes a tag. Removing one that is not there changes nothing.
    #[must_use]
    pub fn remove_tag(mut self, tag: impl Into<String>) -> Self {
        self.change.tags.remove.push(tag.into());
        self
    }

    /// Sets a custom attribute of the type `input_string`, the plain one. Other tabs and fields stay.
    #[must_use]
    pub fn custom_attribute(self, tab: impl Into<String>, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.typed_attribute(tab, field, "input_string", value)
    }

    /// Sets a custom attribute that the server shows as HTML, without escaping anything. Escape whatever comes from
    /// somewhere else, such as the value of an IOC.
    #[must_use]
    pub fn html_attribute(self, tab: impl Into<String>, field: impl Into<String>, html: impl Into<String>) -> Self {
        self.typed_attribute(tab, field, "html", html.into())
    }

    /// Sets a custom attribute of any type that the server knows, such as `input_textfield` or `input_checkbox`.
    #[must_use]
    pub fn typed_attribute(
        mut self,
        tab: impl Into<String>,
        field: impl Into<String>,
        kind: &str,
        value: impl Into<Value>,
    ) -> Self {
        let attribute = JsonObject::from_iter([("type".into(), kind.into()), ("value".into(), value.into())]);
        let tab = self
            .change
            .custom_attributes
            .entry(tab)
            .or_insert_with(|| JsonObject::new().into());
        if let Value::Object(tab) = tab {
            tab.insert(field.into(), attribute.into());
        }
        self
    }

    /// Adds a comment to the object.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.change.comments.push(text.into());
        self
    }

    /// For a create, the case in which to make the object. Default: the event's case.
    #[must_use]
    pub fn in_case(mut self, case_id: i64) -> Self {
        self.change.case_id = Some(case_id);
        self
    }

    /// The change as the JSON that the host gets.
    pub fn change(&self) -> Value {
        // A derived serialisation of maps with text keys cannot fail.
        serde_json::to_value(&self.change).unwrap_or_default()
    }
}
