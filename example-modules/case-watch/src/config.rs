//! What an operator can set.

use sclera_sdk::prelude::*;

/// What an operator can set.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Config {
    /// The tag of an asset that was seen; empty for none.
    pub(crate) seen_tag: String,
    /// What is to be done in each new case; empty for no task.
    pub(crate) checklist: Vec<String>,
    /// The id of the status of the tasks that it makes.
    pub(crate) task_status_id: i64,
}

impl Default for Config {
    fn default() -> Self {
        let steps = [
            "Who reported it, and when?",
            "What is affected?",
            "Is it still going on?",
            "Who has to know?",
        ];
        Self {
            seen_tag: "case-watch:seen".to_owned(),
            checklist: steps.map(str::to_owned).to_vec(),
            task_status_id: 1,
        }
    }
}

impl Config {
    /// The making of a task in a case.
    pub(crate) fn task(&self, title: String, description: String, case_id: i64) -> Action {
        Action::create(Task::KIND)
            .field("task_title", title)
            .field("task_description", description)
            .field("task_status_id", self.task_status_id)
            .field("task_assignees_id", json!([]))
            .in_case(case_id)
    }
}

pub(crate) fn schema() -> Value {
    let default = Config::default();
    json!({
        "type": "object",
        "properties": {
            "seen_tag": {
                "type": "string",
                "default": default.seen_tag,
                "pattern": "^[^,]*$",
                "description": "The tag of an asset that was seen. Empty: none.",
            },
            "checklist": {
                "type": "array",
                "items": {"type": "string"},
                "default": default.checklist,
                "description": "What is to be done in each new case, as one task. Empty: no task.",
            },
            "task_status_id": {
                "type": "integer",
                "default": default.task_status_id,
                "description": "The id of the status of the tasks that it makes. 1 is `To do` in IRIS.",
            },
        },
        "additionalProperties": false,
    })
}
