//! Postload: those who are waited for, those in the background, and what becomes of their actions.

use std::sync::{Arc, Mutex};

use sclera::{ActionApplier, ActionState, ApplyError, Capacity, Delivery, Host, Payload, Trigger, async_trait};

use super::{builder, capacity, host_with, load, postload};

#[tokio::test]
async fn synchronous_subscriptions_have_run_and_the_others_run_in_the_background() {
    let host = host_with(&["behaves", "background", "traps"]).await;
    let mut report = host.postload(postload()).await.unwrap();
    let names: Vec<_> = report
        .deliveries
        .iter()
        .map(|delivery| delivery.module.name.as_str())
        .collect();
    assert_eq!(names, ["misfit-behaves", "misfit-traps"]);
    assert_eq!(report.failures().count(), 1);
    let pending = report.background.remove(0);
    assert_eq!(pending.module, "misfit-background");
    let id = pending.id;
    let delivery = pending.finished().await.unwrap();
    assert_eq!(delivery.id, id);
    assert!(delivery.asynchronous && delivery.result.is_ok());
}

#[tokio::test]
async fn draining_waits_for_the_background_and_everyone_is_observed_once() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observer = seen.clone();
    let host = builder()
        .on_delivery(move |delivery| observer.lock().unwrap().push(delivery.id))
        .build()
        .unwrap();
    load(&host, "background").await.unwrap();
    load(&host, "behaves").await.unwrap();
    let mut expected = Vec::new();
    for _ in 0..20 {
        let report = host.postload(postload()).await.unwrap();
        expected.extend(report.deliveries.iter().map(|delivery| delivery.id));
        expected.extend(report.background.iter().map(|pending| pending.id));
    }
    host.drain().await;
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn when_the_background_is_full_the_next_trigger_waits_and_none_is_lost() {
    let few = Capacity {
        background: 2,
        ..capacity()
    };
    let host = builder().capacity(few).build().unwrap();
    load(&host, "background").await.unwrap();
    let mut pending = Vec::new();
    for _ in 0..20 {
        pending.append(&mut host.postload(postload()).await.unwrap().background);
    }
    for pending in pending {
        assert!(pending.finished().await.unwrap().result.is_ok());
    }
}

/// Applies by firing the hook of the change, as a server does.
struct Echo;

#[async_trait]
impl ActionApplier for Echo {
    async fn apply(&self, host: &Host, delivery: &Delivery) -> Result<(), ApplyError> {
        let updated = Payload::parse(r#"[{"ioc_id": 1, "ioc_value": "evil.example", "ioc_type_id": 20}]"#)?;
        let trigger = Trigger::new("on_postload_ioc_update", updated).caused_by(delivery);
        let report = host.postload(trigger).await?;
        match report.deliveries.first().map(|delivery| &delivery.actions) {
            Some(ActionState::Failed(reason)) => Err(reason.clone().into()),
            _ => Ok(()),
        }
    }
}

#[tokio::test]
async fn modules_that_answer_each_others_changes_are_stopped() {
    let runs = Arc::new(Mutex::new(0));
    let counter = runs.clone();
    let host = builder()
        .apply_actions_with(Echo)
        .on_delivery(move |_| *counter.lock().unwrap() += 1)
        .build()
        .unwrap();
    load(&host, "updates-on-update").await.unwrap();
    let updated = Payload::parse(r#"[{"ioc_id": 1, "ioc_value": "evil.example", "ioc_type_id": 20}]"#).unwrap();
    let report = host
        .postload(Trigger::new("on_postload_ioc_update", updated))
        .await
        .unwrap();
    let ActionState::Failed(reason) = &report.deliveries[0].actions else {
        panic!("{:?}", report.deliveries[0].actions);
    };
    assert!(
        reason.contains("without end") && reason.contains("the host allows 8"),
        "{reason}"
    );
    assert!(reason.contains(&report.deliveries[0].id.to_string()), "{reason}");
    assert_eq!(*runs.lock().unwrap(), 9);
}

#[tokio::test]
async fn without_an_applier_actions_stay_with_the_delivery() {
    let host = host_with(&["asks"]).await;
    let report = host.postload(postload()).await.unwrap();
    assert_eq!(report.deliveries[0].asked_actions().len(), 1);
    assert_eq!(report.deliveries[0].actions, ActionState::LeftToCaller);
}
