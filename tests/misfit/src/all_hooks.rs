//! The hooks of the documentation, as a list of what is done to what; and an answer to any of those after a commit.

use serde_json::{Value, json};

use crate::sclera::hooks::types::{Action, Event, Operation};

/// Each kind of object, and the field with its id.
const OBJECTS: [(&str, &str); 8] = [
    ("case", "case_id"),
    ("asset", "asset_id"),
    ("note", "note_id"),
    ("ioc", "ioc_id"),
    ("event", "event_id"),
    ("evidence", "id"),
    ("task", "id"),
    ("global_task", "task_id"),
];

/// The names of all hooks.
pub(crate) fn all_hooks() -> Vec<String> {
    let mut hooks = vec!["on_preload_event_duplicate".to_owned()];
    for moment in ["preload", "postload"] {
        for (object, _) in OBJECTS {
            hooks.push(format!("on_{moment}_{object}_create"));
            hooks.push(format!("on_{moment}_{object}_delete"));
            if object != "case" {
                hooks.push(format!("on_{moment}_{object}_update"));
            }
        }
        hooks.push(format!("on_{moment}_report_create"));
        hooks.push(format!("on_{moment}_activities_report_create"));
    }
    for (object, _) in OBJECTS.into_iter().filter(|(object, _)| *object != "case") {
        hooks.push(format!("on_manual_trigger_{object}"));
    }
    hooks
}

/// A comment on the object of a postload event, or on the case of a report. None before the commit.
///
/// A comment fires no hook, and it can be added only to what the rest of the server can see.
pub(crate) fn comment(event: &Event) -> Option<Action> {
    let (object, _) = event.hook.strip_prefix("on_postload_")?.rsplit_once('_')?;
    let (object, id) = OBJECTS
        .into_iter()
        .find(|(name, _)| *name == object)
        .unwrap_or(("case", "case_id"));
    let payload: Value = serde_json::from_str(&event.payload).ok()?;
    Some(Action {
        operation: Operation::Update,
        object: object.to_owned(),
        target: Some(payload.get(0)?.get(id)?.to_string()),
        change: json!({"comments": ["seen"]}).to_string(),
    })
}

/// A change of the IOC of an event that no delivery before has made.
pub(crate) fn another_change(event: &Event) -> Option<Action> {
    let payload: Value = serde_json::from_str(&event.payload).ok()?;
    Some(Action {
        operation: Operation::Update,
        object: "ioc".to_owned(),
        target: Some(payload.get(0)?.get("ioc_id")?.to_string()),
        change: json!({"fields": {"ioc_description": event.delivery_id}}).to_string(),
    })
}
