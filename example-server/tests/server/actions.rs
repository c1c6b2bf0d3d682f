//! What modules ask for: applied all together, and once.

use crate::client::Client;
use example_server::{Error, Origin, User};
use sclera::{Action, Operation};
use serde_json::{Value, json};

fn update(object: &str, target: i64, change: Value) -> Action {
    action(Operation::Update, object, Some(target), change)
}

fn action(operation: Operation, object: &str, target: Option<i64>, change: Value) -> Action {
    Action {
        operation,
        object: object.into(),
        target: target.map(|id| id.to_string()),
        change: serde_json::from_value(change).unwrap(),
    }
}

fn apply(client: &Client, delivery: &str, actions: &[Action]) -> Result<bool, Error> {
    let origin = Origin {
        user: User {
            id: 1,
            login: User::SERVER_LOGIN.into(),
        },
        case: Some(1),
    };
    let keys: Vec<_> = (0..actions.len()).map(|index| format!("{delivery}/{index}")).collect();
    client.wait(client.server().apply_actions(&keys, actions, &origin, None))
}

/// A server with case 1 and in it IOC 1.
fn with_an_ioc() -> Client {
    let client = Client::new();
    let iocs = format!("{}/iocs", client.case());
    let ioc = json!({
        "ioc_value": "evil.example", "ioc_type_id": 20, "ioc_tags": "c2",
        "custom_attributes": {"Mine": {"note": {"type": "input_string", "value": "keep"}}},
    });
    assert_eq!(client.post(&iocs, &ioc).0, 201);
    client
}

fn ioc(client: &Client) -> Value {
    client.get("/cases/1/iocs/1").1
}

#[test]
fn an_update_adds_to_what_is_there() {
    let client = with_an_ioc();
    let change = json!({
        "fields": {"ioc_description": "bad"},
        "tags": {"add": ["vt:malicious", "c2"], "remove": ["unknown"]},
        "custom_attributes": {"VirusTotal": {"report": {"type": "html", "value": "<b>7</b>"}}},
        "comments": ["seen by 7 engines"],
    });
    assert!(apply(&client, "one", &[update("ioc", 1, change)]).unwrap());
    let ioc = ioc(&client);
    assert_eq!(ioc["ioc_description"], "bad");
    assert_eq!(ioc["ioc_tags"], "c2,vt:malicious");
    assert_eq!(ioc["custom_attributes"]["Mine"]["note"]["value"], "keep");
    assert_eq!(ioc["custom_attributes"]["VirusTotal"]["report"]["value"], "<b>7</b>");
    assert_eq!(
        client.get("/cases/1/iocs/1/comments").1[0]["comment_text"],
        "seen by 7 engines"
    );
}

#[test]
fn a_delivery_is_applied_once() {
    let client = with_an_ioc();
    let comment = [update("ioc", 1, json!({"comments": ["again"]}))];
    assert!(apply(&client, "one", &comment).unwrap());
    assert!(!apply(&client, "one", &comment).unwrap());
    assert!(apply(&client, "two", &comment).unwrap());
    assert_eq!(client.get("/cases/1/iocs/1/comments").1.as_array().unwrap().len(), 2);
}

#[test]
fn one_action_that_cannot_be_applied_undoes_the_others_and_the_delivery_may_come_again() {
    let client = with_an_ioc();
    let before = ioc(&client);
    let good = || update("ioc", 1, json!({"fields": {"ioc_description": "bad"}}));
    let cases: [(Action, &str); 9] = [
        (update("ioc", 9, json!({})), "cannot update ioc 9: there is no ioc 9"),
        (
            update("ioc", 1, json!({"fields": {"ioc_colour": "red"}})),
            "a ioc has no field `ioc_colour`",
        ),
        (
            update("ioc", 1, json!({"fields": {"ioc_id": 2}})),
            "a ioc has no field `ioc_id`",
        ),
        (
            update("ioc", 1, json!({"fields": {"ioc_type_id": "domain"}})),
            "cannot update ioc 1: `ioc_type_id` must be",
        ),
        (update("note", 1, json!({"tags": {"add": ["x"]}})), "there is no note 1"),
        (update("alert", 1, json!({})), "there are case, asset, note, ioc"),
        (
            action(Operation::Create, "ioc", None, json!({})),
            "cannot create ioc: `ioc_value` is missing",
        ),
        (
            action(Operation::Create, "task", None, json!({"case_id": 7})),
            "there is no case 7",
        ),
        (
            action(Operation::Delete, "task", Some(3), json!({})),
            "cannot delete task 3: there is no task 3",
        ),
    ];
    for (bad, expected) in cases {
        let error = apply(&client, "one", &[good(), bad]).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(ioc(&client), before);
    }
    assert!(apply(&client, "one", &[good()]).unwrap());
}

#[test]
fn an_update_that_changes_nothing_leaves_no_trace() {
    let client = with_an_ioc();
    let before = ioc(&client);
    let change = json!({
        "fields": {"ioc_value": "evil.example"}, "tags": {"add": ["c2"], "remove": ["x"]},
        "custom_attributes": {"Mine": {"note": {"type": "input_string", "value": "keep"}}},
    });
    assert!(apply(&client, "one", &[update("ioc", 1, change)]).unwrap());
    assert_eq!(ioc(&client), before);
}

#[test]
fn an_object_is_made_in_the_case_of_the_event_unless_the_change_says_otherwise() {
    let client = with_an_ioc();
    client.case();
    let fields = json!({"note_title": "From a module", "directory_id": 1});
    let here = action(Operation::Create, "note", None, json!({"fields": fields}));
    let there = action(Operation::Create, "note", None, json!({"fields": fields, "case_id": 2}));
    let outside = json!({"fields": {"task_title": "x", "task_assignee_id": 1}, "tags": {"add": ["a", "b"]}});
    let outside = action(Operation::Create, "global_task", None, outside);
    let gone = action(Operation::Delete, "ioc", Some(1), json!({}));
    assert!(apply(&client, "one", &[here, there, outside, gone]).unwrap());
    for (path, name, value) in [
        ("/cases/1/notes", "note_case_id", json!(1)),
        ("/cases/2/notes", "note_case_id", json!(2)),
        ("/global-tasks", "task_tags", json!("a,b")),
    ] {
        assert_eq!(client.get(path).1[0][name], value);
    }
    assert_eq!(client.get("/cases/1/iocs").1, json!([]));
}

#[test]
fn actions_on_one_object_build_on_each_other() {
    let client = with_an_ioc();
    let actions = [
        json!({"tags": {"add": ["a", "b"]}, "fields": {"ioc_description": "x"}}),
        json!({"tags": {"remove": ["b", "c2"]}, "fields": {"ioc_description": null}}),
        json!({"tags": {"add": ["c"]}, "fields": {"ioc_value": "other.example"}}),
    ];
    assert!(apply(&client, "one", &actions.map(|change| update("ioc", 1, change))).unwrap());
    let ioc = ioc(&client);
    assert_eq!(ioc["ioc_tags"], "a,c");
    assert_eq!(
        (&ioc["ioc_description"], &ioc["ioc_value"]),
        (&json!(null), &json!("other.example"))
    );
}

#[test]
fn a_case_is_changed_too_though_no_hook_is_about_that() {
    let client = with_an_ioc();
    let change = json!({"fields": {"case_description": "worse"}, "tags": {"add": ["misp:hit"]}});
    assert!(apply(&client, "one", &[update("case", 1, change)]).unwrap());
    let (_, case) = client.get("/cases/1");
    assert_eq!(
        (&case["description"], &case["tags"]),
        (&json!("worse"), &json!("misp:hit"))
    );
}
