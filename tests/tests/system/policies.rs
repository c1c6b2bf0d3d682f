//! What an operator decides holds, whatever a module asks for.

use std::time::Duration;

use sclera::{
    ActionState, Capacity, Fault, FaultKind, Host, LoadFault, Lock, ModuleSource, OnFailure, Policies, Trigger,
    TriggerError,
};
use sclera_tests::misfit;

use super::{builder, capacity, committed, ioc, limits, load, preload, value};

/// A host with these policies and the misfits that behave so.
async fn host_with(policies: &str, behaviours: &[&str]) -> Host {
    let host = Host::builder()
        .limits(limits())
        .capacity(capacity())
        .policies(Policies::parse(policies).unwrap())
        .build()
        .unwrap();
    for behaviour in behaviours {
        load(&host, behaviour).await.unwrap();
    }
    host
}

fn kind(delivery: &sclera::Delivery) -> Option<FaultKind> {
    delivery.result.as_ref().err().and_then(Fault::kind)
}

#[tokio::test]
async fn nothing_is_granted_by_default() {
    let host = host_with("", &["asks"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(kind(&report.deliveries[0]), Some(FaultKind::RefusedCapability));
    assert_eq!(report.actions().count(), 0);
    let failure = report.failures().next().unwrap();
    assert!(failure.contains("update objects of the kind `ioc`"), "{failure}");

    let granted = host_with("[modules.misfit-asks.grants.actions]\nupdate = [\"ioc\"]", &["asks"]).await;
    let report = granted.preload(preload()).await.unwrap();
    assert_eq!(report.actions().count(), 1);
}

#[tokio::test]
async fn every_fault_does_what_its_subscription_says() {
    let faults = [
        ("traps", "trap"),
        ("sleeps", "timeout"),
        ("loops", "out-of-fuel"),
        ("eats-memory", "out-of-memory"),
        ("not-json", "bad-output"),
        ("asks", "refused-capability"),
        ("fails", "module-error"),
    ];
    for (behaviour, fault) in faults {
        for (policy, refuses) in [("continue", false), ("reject", true)] {
            let deadline = if behaviour == "sleeps" { "300ms" } else { "10s" };
            let policies = format!(
                "[limits]\ndeadline = \"{deadline}\"\n[modules.misfit-{behaviour}.on-failure]\n{fault} = \"{policy}\""
            );
            let host = host_with(&policies, &[behaviour]).await;
            let report = host.preload(preload()).await.unwrap();
            let found = kind(&report.deliveries[0]).map(|kind| kind.to_string());
            assert_eq!(
                found.as_deref(),
                Some(fault),
                "{behaviour}: {:?}",
                report.deliveries[0].result
            );
            assert_eq!(report.refusal.is_some(), refuses, "{behaviour} with {policy}");
            assert_eq!(report.payload.as_str(), ioc().as_str(), "{behaviour}");
        }
    }
}

#[tokio::test]
async fn what_failed_in_the_background_is_tried_again_under_the_same_id() {
    let host = Host::builder()
        .limits(limits())
        .capacity(Capacity {
            retry_after: Duration::from_millis(1),
            ..capacity()
        })
        .build()
        .unwrap();
    load(&host, "fails-twice").await.unwrap();
    let trigger = Trigger::new("on_postload_ioc_create", committed());
    let pending = host.postload(trigger.clone()).await.unwrap().background.pop().unwrap();
    let id = pending.id;
    let delivery = pending.finished().await.unwrap();
    assert_eq!((delivery.id, delivery.attempt), (id, 3));
    assert!(delivery.result.is_ok(), "{:?}", delivery.result);
    assert_eq!(host.counters()[0].runs, 3);
    assert_eq!(host.counters()[0].faults[&FaultKind::ModuleError], 2);

    // With fewer attempts than it needs, the last failure is the end.
    let policies = "[capacity]\nattempts = 2\nretry-after = \"1ms\"";
    let host = host_with(policies, &["fails-twice"]).await;
    let pending = host.postload(trigger).await.unwrap().background.pop().unwrap();
    let delivery = pending.finished().await.unwrap();
    assert_eq!(delivery.attempt, 2);
    assert!(delivery.failure().unwrap().contains("attempt 2"));
}

#[tokio::test]
async fn a_policy_that_cannot_be_kept_is_refused_when_the_module_is_loaded() {
    let policies =
        "[[modules.misfit-marks.subscriptions]]\nhook = \"on_preload_ioc_create\"\non-failure = { trap = \"retry\" }";
    let host = host_with(policies, &[]).await;
    let refused = load(&host, "marks").await.unwrap_err();
    assert!(matches!(refused.fault, LoadFault::Policy(_)), "{refused}");
    assert!(refused.to_string().contains("someone waits"), "{refused}");
}

#[tokio::test]
async fn an_operator_says_in_which_order_and_for_which_events_modules_run() {
    let policies = r#"
        [[modules.misfit-marks.subscriptions]]
        hook = "on_preload_ioc_create"
        priority = -9
        [[modules.misfit-last.subscriptions]]
        hook = "on_preload_ioc_create"
        match = "payload.exists(o, o.ioc_type_id == 76)"
    "#;
    let host = host_with(policies, &["first", "last", "marks"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(value(&report.payload), "evil.example+marks+first");
    assert_eq!(report.deliveries.len(), 2);
}

#[tokio::test]
async fn a_module_runs_on_the_events_that_its_rule_is_for() {
    let host = host_with("", &["match-rule"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(value(&report.payload), "evil.example+match-rule");
    let other = Trigger::new("on_preload_ioc_create", ioc()).metadata("case_id", 43);
    let report = host.preload(other).await.unwrap();
    assert!(report.deliveries.is_empty());
    // A rule that cannot be evaluated keeps no guard from its post.
    let unknown = Trigger::new("on_preload_ioc_create", ioc());
    assert_eq!(host.preload(unknown).await.unwrap().deliveries.len(), 1);
}

#[tokio::test]
async fn a_menu_entry_is_only_for_the_objects_that_its_rule_says() {
    let policies = "[[modules.misfit-tells.subscriptions]]\nhook = \"on_manual_trigger_ioc\"\nmatch = \"payload.all(o, o.ioc_type_id == 76)\"";
    let host = host_with(policies, &["tells"]).await;
    let trigger = Trigger::new("on_manual_trigger_ioc", committed());
    let refused = host
        .trigger_manual("misfit-tells", "Misfit", trigger)
        .await
        .unwrap_err();
    assert!(matches!(refused, TriggerError::NotForThese { .. }), "{refused}");
}

#[tokio::test]
async fn a_module_that_is_monitored_runs_and_changes_nothing() {
    let all = "[default]\nmode = \"monitor\"\n[default.grants.actions]\nupdate = [\"*\"]\n[default.on-failure]\nany = \"reject\"";
    let host = host_with(all, &["marks", "rejects", "traps", "asks"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(report.payload.as_str(), ioc().as_str());
    assert!(report.refusal.is_none());
    assert_eq!(report.actions().count(), 0);
    assert_eq!(report.deliveries.len(), 4);
    assert_eq!(report.deliveries[3].actions, ActionState::Monitored);
}

#[tokio::test]
async fn all_modules_of_a_preload_share_one_time() {
    let policies = "[limits]\ndeadline = \"10s\"\n[capacity]\npreload = \"200ms\"\n[modules.misfit-marks.on-failure]\ntimeout = \"reject\"";
    let host = host_with(policies, &["sleeps", "marks"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(kind(&report.deliveries[0]), Some(FaultKind::Timeout));
    let fault = report.deliveries[1].result.as_ref().unwrap_err();
    assert!(matches!(fault, Fault::NoTimeLeft { .. }), "{fault}");
    assert_eq!(report.refusal.unwrap().module, "misfit-marks");
}

#[tokio::test]
async fn a_module_is_not_blamed_for_the_time_that_others_took() {
    // The first takes most of the 300 ms; the second, which may take 10 s, waits for what is left.
    let policies = "[limits]\ndeadline = \"10s\"\n[capacity]\npreload = \"300ms\"\n[quarantine]\nfaults = 1\n\
                    [modules.misfit-sleeps.limits]\ndeadline = \"200ms\"";
    let host = host_with(policies, &["sleeps", "sleeps-too"]).await;
    let report = host.preload(preload()).await.unwrap();
    let faults: Vec<_> = report
        .deliveries
        .iter()
        .map(|delivery| delivery.result.as_ref().unwrap_err())
        .collect();
    assert!(matches!(faults[0], Fault::Timeout { .. }), "{}", faults[0]);
    assert!(matches!(faults[1], Fault::NoTimeLeft { .. }), "{}", faults[1]);
    assert!(report.deliveries[1].usage.fuel > 0, "it was asked");
    let [first, second] = &host.modules()[..] else {
        panic!("two modules")
    };
    assert!(first.quarantine.is_some());
    assert!(second.quarantine.is_none());
}

#[tokio::test]
async fn a_module_that_takes_all_the_time_itself_is_blamed_for_it() {
    let policies = "[limits]\ndeadline = \"10s\"\n[capacity]\npreload = \"200ms\"\n[quarantine]\nfaults = 1";
    let host = host_with(policies, &["behaves", "sleeps"]).await;
    let report = host.preload(preload()).await.unwrap();
    let fault = report.deliveries[1].result.as_ref().unwrap_err();
    assert!(matches!(fault, Fault::Timeout { .. }), "{fault}");
    assert!(host.modules()[1].quarantine.is_some());
}

/// Three faults, and trials at once or never.
fn quarantine(trial_after: &str) -> String {
    format!("[quarantine]\nfaults = 3\nwindow = \"1h\"\ntrial-after = \"{trial_after}\"")
}

fn told_to_trap() -> Trigger {
    preload().metadata("do", "trap")
}

#[tokio::test]
async fn a_module_that_fails_again_and_again_is_put_into_quarantine_and_an_operator_releases_it() {
    let policies = quarantine("1h") + "\n[modules.misfit-traps-if-told.on-failure]\ntrap = \"reject\"";
    let host = host_with(&policies, &["traps-if-told"]).await;
    let mut deliveries = Vec::new();
    for _ in 0..3 {
        assert!(host.modules()[0].quarantine.is_none());
        let report = host.preload(told_to_trap()).await.unwrap();
        deliveries.push(report.deliveries[0].id);
    }
    let quarantined = host.modules()[0].quarantine.clone().unwrap();
    assert_eq!(quarantined.deliveries, deliveries);
    assert_eq!(quarantined.fault, FaultKind::Trap);
    assert!(quarantined.reason.contains("3 times"), "{}", quarantined.reason);

    // It is not run, and its policy for what led to this holds: a guard that is broken does not open the gate.
    let report = host.preload(preload()).await.unwrap();
    assert!(matches!(report.deliveries[0].result, Err(Fault::Quarantined { .. })));
    assert_eq!(report.deliveries[0].usage.fuel, 0);
    assert!(report.refusal.unwrap().by_policy);
    assert_eq!(host.counters()[1].quarantined + host.counters()[2].quarantined, 1);

    assert!(host.release("misfit-traps-if-told").unwrap());
    assert!(host.preload(preload()).await.unwrap().deliveries[0].result.is_ok());
    assert!(!host.release("misfit-traps-if-told").unwrap());
}

#[tokio::test]
async fn a_trial_that_works_ends_the_quarantine_and_one_that_fails_does_not() {
    let host = host_with(&quarantine("0s"), &["traps-if-told"]).await;
    for _ in 0..3 {
        host.preload(told_to_trap()).await.unwrap();
    }
    host.preload(told_to_trap()).await.unwrap();
    let quarantined = host.modules()[0].quarantine.clone().unwrap();
    assert_eq!((quarantined.failed_trials, quarantined.deliveries.len()), (1, 4));
    let report = host.preload(preload()).await.unwrap();
    assert!(report.deliveries[0].result.is_ok());
    assert!(host.modules()[0].quarantine.is_none());
}

#[tokio::test]
async fn a_trial_that_nobody_waits_for_any_more_is_not_the_last_one() {
    let policies = quarantine("0s") + "\n[limits]\ndeadline = \"100ms\"";
    let host = host_with(&policies, &["sleeps"]).await;
    for _ in 0..3 {
        host.preload(preload()).await.unwrap();
    }
    assert!(host.modules()[0].quarantine.is_some());
    let abandoned = tokio::time::timeout(Duration::from_millis(10), host.preload(preload())).await;
    assert!(abandoned.is_err());
    let report = host.preload(preload()).await.unwrap();
    assert!(matches!(report.deliveries[0].result, Err(Fault::Timeout { .. })));
}

#[tokio::test]
async fn limits_hold_for_a_module_and_for_one_of_its_subscriptions() {
    let policies = r#"
        [modules.misfit-loops.limits]
        fuel = 1_000_000
        [[modules.misfit-loops.subscriptions]]
        hook = "on_postload_ioc_create"
        limits = { fuel = 2_000_000 }
    "#;
    let host = host_with(policies, &["loops"]).await;
    let before = host.preload(preload()).await.unwrap();
    assert_eq!(before.deliveries[0].result, Err(Fault::OutOfFuel { limit: 1_000_000 }));
    let after = host.postload(super::postload()).await.unwrap();
    assert_eq!(after.deliveries[0].result, Err(Fault::OutOfFuel { limit: 2_000_000 }));
}

#[tokio::test]
async fn a_payload_and_an_answer_are_no_deeper_and_no_larger_than_their_limits() {
    let host = host_with("[limits]\ndepth = 3", &["marks"]).await;
    let deep =
        sclera::Payload::parse(r#"[{"ioc_value": "x", "ioc_type_id": 20, "custom_attributes": {"a": {}}}]"#).unwrap();
    let refused = host
        .preload(Trigger::new("on_preload_ioc_create", deep))
        .await
        .unwrap_err();
    assert!(
        matches!(refused, TriggerError::PayloadTooDeep { depth: 4, limit: 3, .. }),
        "{refused}"
    );

    let policies = "[limits]\nanswer = 100\n[default.grants.actions]\nupdate = [\"ioc\"]";
    let host = host_with(policies, &["tells"]).await;
    let report = host.preload(preload()).await.unwrap();
    let fault = report.deliveries[0].result.as_ref().unwrap_err().to_string();
    assert!(fault.contains("the limit `answer`"), "{fault}");
}

#[tokio::test]
async fn a_version_that_asks_for_more_than_was_reviewed_is_not_loaded() {
    let policies = Policies::parse("[modules.misfit-asks-for-much.grants.actions]\nupdate = [\"ioc\"]").unwrap();
    let source = || ModuleSource::bytes(misfit("asks-for-much"));
    let with = |lock: Lock| {
        let builder = Host::builder().capacity(capacity()).policies(policies.clone());
        builder.lock(lock).build().unwrap()
    };
    let refused = with(Lock::default()).load(source()).await.unwrap_err().to_string();
    for part in [
        "nobody has reviewed",
        "`actions delete case`",
        "`actions update ioc`",
        "grants what was not reviewed",
    ] {
        assert!(refused.contains(part), "{part} in {refused}");
    }

    let host = builder().build().unwrap();
    let examined = host.examine(source()).await.unwrap();
    assert!(host.modules().is_empty());
    let mut lock = Lock::default();
    let grants = policies.modules["misfit-asks-for-much"].grants.clone();
    lock.approve(&examined, &grants);
    // It is reviewed, so it is loaded with less than it asks for.
    with(lock.clone()).load(source()).await.unwrap();

    let mut earlier = lock;
    let approval = earlier.modules.get_mut("misfit-asks-for-much").unwrap();
    approval.asked.retain(|one| one.to_string() != "actions delete case");
    approval.version = "0.9.0".into();
    let refused = with(earlier).load(source()).await.unwrap_err();
    assert!(matches!(refused.fault, LoadFault::NotApproved(_)));
    let refused = refused.to_string();
    assert!(
        refused.contains("more than version 0.9.0, which was reviewed: `actions delete case`;"),
        "{refused}"
    );
}

#[tokio::test]
async fn the_defaults_of_a_failure_policy_are_those_of_the_kind_of_hook() {
    let host = host_with("", &["behaves", "background"]).await;
    for subscription in host.subscriptions() {
        let retried: Vec<_> = subscription.failure_policy.faults(OnFailure::Retry).collect();
        match subscription.asynchronous {
            true => assert_eq!(retried, [FaultKind::Timeout, FaultKind::ModuleError]),
            false => assert!(retried.is_empty()),
        }
        assert_eq!(subscription.failure_policy.faults(OnFailure::Reject).count(), 0);
    }
}
