//! Preload: a chain in order.

use sclera::{ActionState, Outcome};

use super::{host_with, ioc, load, preload, value};

#[tokio::test]
async fn each_module_sees_what_the_one_before_returned_by_priority_and_then_by_loading() {
    let host = host_with(&["last", "marks", "first"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(value(&report.payload), "evil.example+first+marks+last");
    let hooks: Vec<_> = host
        .subscriptions()
        .into_iter()
        .filter(|one| one.hook == "on_preload_ioc_create")
        .map(|one| one.module)
        .collect();
    assert_eq!(hooks, ["misfit-first", "misfit-marks", "misfit-last"]);
}

#[tokio::test]
async fn equal_priorities_run_in_the_order_of_loading() {
    let host = host_with(&["traps", "replaces", "behaves", "marks"]).await;
    let report = host.preload(preload()).await.unwrap();
    let order: Vec<_> = report
        .deliveries
        .iter()
        .map(|delivery| delivery.module.name.as_str())
        .collect();
    assert_eq!(
        order,
        ["misfit-traps", "misfit-replaces", "misfit-behaves", "misfit-marks"]
    );
}

#[tokio::test]
async fn a_rejection_ends_the_chain_and_names_the_module_and_its_reason() {
    let host = host_with(&["first", "rejects", "marks"]).await;
    let report = host.preload(preload()).await.unwrap();
    let refusal = report.refusal.as_ref().unwrap();
    assert_eq!(refusal.module, "misfit-rejects");
    assert!(refusal.rejection.reason.contains("here") && !refusal.by_policy);
    assert_eq!(refusal.rejection.pointer.as_deref(), Some("/0/ioc_value"));
    assert_eq!(report.deliveries.len(), 2);
    assert!(matches!(
        report.deliveries[1].answer().unwrap().outcome,
        Outcome::Reject(_)
    ));
}

#[tokio::test]
async fn actions_of_a_refused_request_are_void() {
    let host = host_with(&["asks", "rejects-and-asks"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert!(report.refusal.is_some());
    assert_eq!(report.actions().count(), 0);

    let host = host_with(&["asks"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(report.actions().count(), 1);
    assert_eq!(report.deliveries[0].actions, ActionState::LeftToCaller);
}

#[tokio::test]
async fn without_modules_the_payload_goes_through_untouched() {
    let host = super::builder().build().unwrap();
    let report = host.preload(preload()).await.unwrap();
    assert_eq!((report.payload, report.deliveries.len()), (ioc(), 0));
}

#[tokio::test]
async fn a_module_is_told_everything_about_the_moment() {
    let host = super::builder().build().unwrap();
    load(&host, "tells").await.unwrap();
    let report = host.preload(preload().metadata("tlp", "amber")).await.unwrap();
    let told = report.deliveries[0].answer().unwrap().message.clone().unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let expected = serde_json::json!({
        "hook": "on_preload_ioc_create", "kind": "preload", "menu_name": null, "by": "alice", "attempt": 1,
        "metadata": r#"{"case_id":42,"tlp":"amber"}"#, "schema": "urn:sclera:schema:on_preload_ioc_create:1",
        "payload": ioc().as_str(),
    });
    assert_eq!(told, expected);
}
