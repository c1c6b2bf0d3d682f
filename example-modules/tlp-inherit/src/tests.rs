use sclera_sdk::Outcome;
use sclera_sdk::mock::{MockHost, MockTrigger};

use super::*;

fn answer(trigger: MockTrigger<'_>) -> Answer {
    trigger.handle::<TlpInherit>().unwrap()
}

#[test]
fn an_ioc_without_a_tlp_takes_the_one_of_its_case() {
    let host = MockHost::new();
    for blank in [json!({}), json!({"ioc_tlp_id": null}), json!({"ioc_tlp_id": ""})] {
        let answer = answer(
            host.event(hook::PRELOAD_IOC_CREATE, blank)
                .metadata("tlp", "amber+strict"),
        );

        let Outcome::Replace(objects) = answer.outcome else {
            panic!("it was not replaced")
        };
        assert_eq!(objects[0]["ioc_tlp_id"], json!(5));
    }
}

#[test]
fn an_ioc_with_a_tlp_keeps_it() {
    let host = MockHost::new();
    for tlp in [json!(3), json!("3"), json!(99), json!("whatever")] {
        let trigger = host
            .event(hook::PRELOAD_IOC_CREATE, json!({"ioc_tlp_id": tlp}))
            .metadata("tlp", "red");
        assert_eq!(answer(trigger), Answer::unchanged(), "with {tlp}");
    }
}

#[test]
fn an_update_that_does_not_speak_of_the_tlp_leaves_it() {
    let host = MockHost::new();
    let update = |ioc| answer(host.event(hook::PRELOAD_IOC_UPDATE, ioc).metadata("tlp", "red"));

    assert_eq!(update(json!({"ioc_id": 1})), Answer::unchanged());
    assert!(matches!(
        update(json!({"ioc_id": 1, "ioc_tlp_id": null})).outcome,
        Outcome::Replace(_)
    ));
}

#[test]
fn a_case_without_a_tlp_gives_the_default_or_nothing() {
    let bare = MockHost::new();
    assert_eq!(
        answer(bare.event(hook::PRELOAD_IOC_CREATE, json!({}))),
        Answer::unchanged()
    );

    let host = MockHost::new().config("default_tlp", "green");
    let answer = answer(host.event(hook::PRELOAD_IOC_CREATE, json!({"ioc_value": "a"})));
    let Outcome::Replace(objects) = answer.outcome else {
        panic!("it was not replaced")
    };
    assert_eq!(
        Value::from(objects[0].clone()),
        json!({"ioc_value": "a", "ioc_tlp_id": 3})
    );
}

#[test]
fn only_the_iocs_without_a_tlp_change() {
    let host = MockHost::new();
    let iocs = json!([{"ioc_tlp_id": 4}, {"ioc_value": "b"}]);

    let answer = answer(host.event(hook::PRELOAD_IOC_CREATE, iocs).metadata("tlp", "red"));

    let Outcome::Replace(objects) = answer.outcome else {
        panic!("it was not replaced")
    };
    assert_eq!(
        (&objects[0]["ioc_tlp_id"], &objects[1]["ioc_tlp_id"]),
        (&json!(4), &json!(1))
    );
}

#[test]
fn it_comes_after_the_modules_that_check_the_request() {
    let subscriptions = MockHost::new().register::<TlpInherit>().unwrap();

    assert_eq!(subscriptions.len(), 2);
    assert!(
        subscriptions
            .iter()
            .all(|subscription| subscription.priority == 100 && !subscription.asynchronous)
    );
}

#[test]
fn a_tlp_that_does_not_exist_is_a_configuration_error() {
    let error = MockHost::new()
        .config("default_tlp", "plaid")
        .register::<TlpInherit>()
        .unwrap_err();

    assert_eq!(error.code, Error::INVALID_CONFIGURATION);
    assert!(error.message.contains("`default_tlp`"), "{error}");
}
