use sclera_sdk::mock::MockHost;

use super::*;

fn handle(host: &MockHost, hook: &str, object: Value) -> Vec<Action> {
    host.event(hook, object)
        .metadata("case_id", 42)
        .handle::<CaseWatch>()
        .unwrap()
        .actions
}

#[test]
fn a_new_case_gets_a_checklist() {
    let host = MockHost::new().config("checklist", json!(["Look", "Act"]));

    let actions = handle(
        &host,
        hook::POSTLOAD_CASE_CREATE,
        json!({"case_id": 7, "name": "Phishing"}),
    );

    assert_eq!(actions.len(), 1);
    assert_eq!((actions[0].object.as_str(), &actions[0].target), ("task", &None));
    assert_eq!(
        actions[0].change(),
        json!({
            "fields": {
                "task_title": "Triage checklist",
                "task_description": "- [ ] Look\n- [ ] Act",
                "task_status_id": 1,
                "task_assignees_id": [],
            },
            "case_id": 7,
        })
    );
    assert_eq!(host.logs()[0].message, "case 7 was opened by ada: Phishing");
}

#[test]
fn an_empty_checklist_is_no_task() {
    let host = MockHost::new().config("checklist", json!([]));

    assert!(handle(&host, hook::POSTLOAD_CASE_CREATE, json!({"case_id": 7})).is_empty());
}

#[test]
fn an_asset_is_tagged_once() {
    let host = MockHost::new();
    let tagging = [Action::update("asset", 8).add_tag("case-watch:seen")];

    let new = json!({"asset_id": 8, "asset_name": "FIN-WS-017", "asset_tags": "finance"});
    assert_eq!(handle(&host, hook::POSTLOAD_ASSET_CREATE, new.clone()), tagging);
    assert_eq!(handle(&host, hook::POSTLOAD_ASSET_UPDATE, new), tagging);

    let seen = json!({"asset_id": 8, "asset_name": "FIN-WS-017", "asset_tags": "finance, case-watch:seen"});
    assert!(
        handle(&host, hook::POSTLOAD_ASSET_UPDATE, seen).is_empty(),
        "its own change comes back"
    );
}

#[test]
fn evidence_without_a_hash_makes_a_task_in_its_case() {
    let host = MockHost::new();
    for evidence in [
        json!({"id": 4, "filename": "disk.e01", "case_id": 9, "file_hash": null}),
        json!({"id": 4, "filename": "disk.e01", "case_id": 9, "file_hash": ""}),
        json!({"id": 4, "filename": "disk.e01", "case_id": 9}),
    ] {
        let actions = handle(&host, hook::POSTLOAD_EVIDENCE_CREATE, evidence);
        assert_eq!(
            actions[0].change()["fields"]["task_title"],
            json!("Hash evidence disk.e01")
        );
        assert_eq!(actions[0].change()["case_id"], json!(9));
    }
}

#[test]
fn evidence_takes_the_case_of_the_event_if_it_has_none() {
    let actions = handle(
        &MockHost::new(),
        hook::POSTLOAD_EVIDENCE_CREATE,
        json!({"id": 4, "filename": "disk.e01"}),
    );

    assert_eq!(actions[0].change()["case_id"], json!(42));
}

#[test]
fn evidence_with_a_hash_or_changed_later_makes_none() {
    let host = MockHost::new();

    assert!(
        handle(
            &host,
            hook::POSTLOAD_EVIDENCE_CREATE,
            json!({"id": 4, "file_hash": "d41d8cd9"})
        )
        .is_empty()
    );
    assert!(
        handle(
            &host,
            hook::POSTLOAD_EVIDENCE_UPDATE,
            json!({"id": 4, "filename": "disk.e01"})
        )
        .is_empty()
    );
    assert_eq!(host.logs().len(), 2);
}

#[test]
fn a_hostile_file_name_does_not_fill_a_title() {
    let name = "\u{0}a\n".repeat(100_000);

    let actions = handle(
        &MockHost::new(),
        hook::POSTLOAD_EVIDENCE_CREATE,
        json!({"id": 4, "filename": name}),
    );

    let title = actions[0].change()["fields"]["task_title"].as_str().unwrap().to_owned();
    assert_eq!(title, format!("Hash evidence {}", "a".repeat(100)));
}

#[test]
fn nobody_waits_for_it() {
    let subscriptions = MockHost::new().register::<CaseWatch>().unwrap();

    assert_eq!(subscriptions.len(), 5);
    assert!(subscriptions.iter().all(|subscription| subscription.asynchronous));
}
