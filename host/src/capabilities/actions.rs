//! Actions: which objects a module may ask the server to change, and how.

use serde::{Deserialize, Serialize};

use crate::action::{Action, Operation};

/// The object kinds that each operation is granted for, by the names of the hooks: `ioc`, `task`… `*` stands for all of
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ActionsGrant {
    /// What it may make.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub create: Vec<String>,
    /// What it may change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub update: Vec<String>,
    /// What it may remove.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delete: Vec<String>,
}

impl ActionsGrant {
    /// Every operation on every kind of object.
    pub fn everything() -> Self {
        let all = || vec!["*".to_owned()];
        Self {
            create: all(),
            update: all(),
            delete: all(),
        }
    }

    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a module may ask for `action`.
    pub fn allows(&self, action: &Action) -> bool {
        let kinds = match action.operation {
            Operation::Create => &self.create,
            Operation::Update => &self.update,
            Operation::Delete => &self.delete,
        };
        kinds.iter().any(|kind| kind == "*" || *kind == action.object)
    }
}
