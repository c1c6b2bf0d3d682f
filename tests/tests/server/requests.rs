//! What clients ask for, for every kind of object.

use example_server::kind::ObjectKind;
use serde_json::{Value, json};

/// A request for a new object.
pub fn to_create(kind: &ObjectKind) -> Value {
    match kind.name {
        "case" => json!({"case_name": "Ransomware at the hospital", "case_customer": 2}),
        "asset" => json!({"asset_name": "dc01", "asset_type_id": 3}),
        "note" => json!({"note_title": "First look", "directory_id": 1}),
        "ioc" => json!({"ioc_value": "evil.example", "ioc_type_id": 20, "not_of_this_server": [1]}),
        "event" => json!({"event_title": "Logon", "event_date": "2026-02-28T12:00:00"}),
        "evidence" => json!({"filename": "disk.e01", "file_hash": "d41d8cd98f00b204e9800998ecf8427e"}),
        "task" => json!({"task_title": "Call the bank", "task_assignees_id": []}),
        "global_task" => json!({"task_title": "Renew the licence", "task_assignee_id": 1}),
        kind => panic!("no request for {kind}"),
    }
}

/// A request to change one.
pub fn to_update(kind: &ObjectKind) -> Value {
    json!({ kind.field(kind.title).unwrap().asked_as: "Changed" })
}

/// Where the objects of a kind are.
pub fn folder(kind: &ObjectKind, case: i64) -> String {
    match kind.in_case {
        true => format!("/cases/{case}/{}", kind.plural),
        false => format!("/{}", kind.plural),
    }
}

/// The choice of a menu entry for one object.
pub fn to_choose(module: &str, menu_name: &str, case: i64, ids: &[Value]) -> Value {
    json!({ "module": module, "menu_name": menu_name, "case_id": case, "ids": ids })
}
