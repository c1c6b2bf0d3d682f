//! Changes that modules ask the server to make.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::delivery::Delivery;
use crate::host::Host;

/// A change that a module asks the server to make to one of the server's objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// What to do.
    pub operation: Operation,
    /// The kind of object, as in the names of the hooks: `ioc`, `global_task`…
    pub object: String,
    /// The object's id; none for a create only.
    pub target: Option<String>,
    /// The change. Empty for a delete.
    pub change: Change,
}

/// What an action does to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Makes a new one.
    Create,
    /// Changes one that is there.
    Update,
    /// Removes one.
    Delete,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        })
    }
}

/// The change of an action. Every part is optional; a part that the contract does not have is refused, so that a
/// typing error in a module is seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// The fields to set, by the names that the payloads use.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    /// The tags to add and to remove.
    #[serde(skip_serializing_if = "TagChange::is_empty")]
    pub tags: TagChange,
    /// Custom attributes to set: tab → field → `{type, value}`. Other tabs and fields stay.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub custom_attributes: Map<String, Value>,
    /// Comments to add.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<String>,
    /// For a create: the case in which to make the object. None: the event's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<i64>,
}

/// Tags to add and to remove. Adding one that is there, or removing one that is not, changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TagChange {
    /// Tags to add.
    pub add: Vec<String>,
    /// Tags to remove.
    pub remove: Vec<String>,
}

impl TagChange {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

/// How a server applies the actions that modules ask for.
///
/// The host calls it for each postload and manual delivery that asked for actions, synchronous or not, before it
/// reports the delivery. The actions of a preload are not given to it: they belong into the transaction of the
/// request itself, and the caller of [`Host::preload`] has them in the report.
#[async_trait]
pub trait ActionApplier: Send + Sync + 'static {
    /// Applies all actions of `delivery` in one transaction, or none of them.
    ///
    /// Keep the [keys](Delivery::action_keys) in the same transaction and do nothing if they are there already: a delivery may
    /// come again.
    /// For the hooks that the changes fire, use [`Trigger::caused_by`](crate::Trigger::caused_by) with `delivery`.
    async fn apply(&self, host: &Host, delivery: &Delivery) -> Result<(), ApplyError>;
}

/// Why a server could not apply actions: whatever error it has.
pub type ApplyError = Box<dyn std::error::Error + Send + Sync>;
