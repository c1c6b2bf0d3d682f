//! Where in the server's life a hook is: its name, and what the name says.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::declare_error::DeclareError;
use crate::text::excerpt;

/// When a hook happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookKind {
    /// Before an object is committed. The server waits, and the module may change or refuse the
    /// request.
    Preload,
    /// After an object is committed.
    Postload,
    /// When a user chooses a module's menu entry.
    Manual,
}

impl HookKind {
    /// The kinds, in the order in which the documentation explains them.
    pub const ALL: [HookKind; 3] = [HookKind::Preload, HookKind::Postload, HookKind::Manual];

    /// What the names of such hooks begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            HookKind::Preload => "on_preload_",
            HookKind::Postload => "on_postload_",
            HookKind::Manual => "on_manual_trigger_",
        }
    }

    /// The word for it: `preload`, `postload` or `manual`.
    pub const fn as_str(self) -> &'static str {
        match self {
            HookKind::Preload => "preload",
            HookKind::Postload => "postload",
            HookKind::Manual => "manual",
        }
    }
}

impl fmt::Display for HookKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A hook's name, with what it means. `on_preload_global_task_create` is the preload of the
/// operation `create` on a `global_task`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) name: String,
    pub(super) kind: HookKind,
    pub(super) object: String,
    pub(super) operation: Option<String>,
}

impl Point {
    /// Reads the name. What is given goes before what the name says, but for the kind, where the
    /// two must agree.
    pub(super) fn read(
        name: &str,
        kind: Option<HookKind>,
        object: Option<String>,
        operation: Option<String>,
    ) -> Result<Point, DeclareError> {
        if !is_word(name) {
            return Err(DeclareError::InvalidName { name: excerpt(name) });
        }
        let name = name.to_owned();
        let prefixed = HookKind::ALL
            .into_iter()
            .find_map(|kind| Some((kind, name.strip_prefix(kind.prefix())?)));
        let (kind, rest) = match (prefixed, kind) {
            (Some((said, _)), Some(given)) if said != given => {
                return Err(DeclareError::KindContradictsName { name, said, given });
            }
            (Some(prefixed), _) => prefixed,
            (None, Some(given)) => (given, name.as_str()),
            (None, None) => return Err(DeclareError::NoKind { name }),
        };
        let (said_object, said_operation) = match kind {
            HookKind::Manual => (rest, None),
            _ => rest
                .rsplit_once('_')
                .map_or((rest, None), |(object, operation)| (object, Some(operation))),
        };
        let object = object.unwrap_or_else(|| said_object.to_owned());
        let operation = operation.or_else(|| said_operation.map(str::to_owned));
        match (kind, operation.as_deref()) {
            _ if object.is_empty() => return Err(DeclareError::NoObject { name }),
            (HookKind::Manual, Some(_)) => return Err(DeclareError::OperationOfManual { name }),
            (HookKind::Preload | HookKind::Postload, None | Some("")) => {
                return Err(DeclareError::NoOperation { name });
            }
            _ => {}
        }
        for (part, given) in [("object", Some(&object)), ("operation", operation.as_ref())] {
            if let Some(given) = given.filter(|given| !is_word(given)) {
                let given = excerpt(given);
                return Err(DeclareError::NotAWord { name, part, given });
            }
        }
        Ok(Point {
            name,
            kind,
            object,
            operation,
        })
    }
}

/// `[a-z][a-z0-9_]{0,127}`
fn is_word(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
