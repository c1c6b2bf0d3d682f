use sclera_sdk::Outcome;
use sclera_sdk::mock::MockHost;

use super::*;

fn create(host: &MockHost, payload: Value) -> Answer {
    host.event(hook::PRELOAD_IOC_CREATE, payload)
        .handle::<IocGuard>()
        .unwrap()
}

fn replaced(answer: Answer) -> Value {
    let Outcome::Replace(objects) = answer.outcome else {
        panic!("it was not replaced: {answer:?}")
    };
    objects.into_iter().map(Value::Object).collect()
}

#[test]
fn only_the_value_and_the_tags_change() {
    let host = MockHost::new();
    let sent = json!([
        {"ioc_value": "hxxps://EVIL[.]example/", "ioc_type_id": "141", "ioc_tags": "a", "ioc_tlp_id": null, "x": {"y": 1.5}},
        {"ioc_value": "evil.example", "ioc_type_id": 20, "ioc_tags": " b ,"},
    ]);

    let objects = replaced(create(&host, sent));

    let expected = json!([
        {
            "ioc_value": "https://evil.example/",
            "ioc_type_id": "141",
            "ioc_tags": "a,ioc-guard:refanged,ioc-guard:normalised",
            "ioc_tlp_id": null,
            "x": {"y": 1.5},
        },
        {"ioc_value": "evil.example", "ioc_type_id": 20, "ioc_tags": " b ,"},
    ]);
    assert_eq!(objects, expected);
}

#[test]
fn what_is_right_or_unknown_or_not_there_stays_as_it_is() {
    let host = MockHost::new();
    for ioc in [
        json!({"ioc_value": "evil.example", "ioc_type_id": 20}),
        json!({"ioc_value": "evil[.]example", "ioc_type_id": 37}),
        json!({"ioc_value": "evil[.]example", "ioc_type_id": 4711}),
        json!({"ioc_value": "evil[.]example"}),
        json!({"ioc_value": null, "ioc_type_id": 20}),
        json!({"ioc_value": 7, "ioc_type_id": 20}),
        json!({"ioc_type_id": 20, "ioc_description": "an update of something else"}),
        json!({}),
    ] {
        assert_eq!(create(&host, ioc.clone()), Answer::unchanged(), "for {ioc}");
    }
}

#[test]
fn a_type_is_known_by_its_name_too() {
    let ioc = json!({"ioc_value": "EVIL.example", "ioc_type_id": 4711, "ioc_type": {"type_name": "domain"}});

    assert_eq!(
        replaced(create(&MockHost::new(), ioc))[0]["ioc_value"],
        json!("evil.example")
    );
}

#[test]
fn a_value_that_cannot_be_right_is_refused_where_it_stands() {
    let iocs = json!([{"ioc_value": "evil.example", "ioc_type_id": 20}, {"ioc_value": "zz", "ioc_type_id": 113}]);

    let Outcome::Reject(rejection) = create(&MockHost::new(), iocs).outcome else {
        panic!("it was taken")
    };

    assert_eq!(rejection.pointer.as_deref(), Some("/1/ioc_value"));
    assert_eq!(
        rejection.reason,
        "`zz` is not a SHA-256: `z` is not a hexadecimal digit"
    );
}

#[test]
fn it_is_only_tagged_if_the_operator_wants_so() {
    let host = MockHost::new()
        .config("reject_invalid", false)
        .config("tag_prefix", "acme");
    let ioc = json!({"ioc_value": "not a domain", "ioc_type_id": 20});

    let objects = replaced(create(&host, ioc));

    assert_eq!(
        objects,
        json!([{"ioc_value": "not a domain", "ioc_type_id": 20, "ioc_tags": "acme:suspect"}])
    );
    assert_eq!(host.logs().len(), 1);
}

#[test]
fn tags_of_changes_can_be_left_out() {
    let host = MockHost::new().config("tag_changes", false);
    let ioc = json!({"ioc_value": "evil[.]example", "ioc_type_id": 20});

    assert_eq!(
        replaced(create(&host, ioc)),
        json!([{"ioc_value": "evil.example", "ioc_type_id": 20}])
    );
}

#[test]
fn an_update_without_tags_does_not_lose_those_of_the_ioc() {
    let host = MockHost::new();
    let ioc = json!({"ioc_id": 17, "ioc_value": "evil[.]example", "ioc_type_id": 20});

    let answer = host.event(hook::PRELOAD_IOC_UPDATE, ioc).handle::<IocGuard>().unwrap();

    assert_eq!(
        answer.actions,
        [Action::update("ioc", 17).add_tag("ioc-guard:refanged")]
    );
    assert_eq!(
        replaced(answer),
        json!([{"ioc_id": 17, "ioc_value": "evil.example", "ioc_type_id": 20}])
    );
}

#[test]
fn it_comes_before_the_modules_that_read_the_value() {
    let subscriptions = MockHost::new().register::<IocGuard>().unwrap();

    assert_eq!(subscriptions.len(), 2);
    assert!(
        subscriptions
            .iter()
            .all(|subscription| subscription.priority == -100 && !subscription.asynchronous)
    );
}
