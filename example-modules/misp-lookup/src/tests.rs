use sclera_sdk::http::{self, Response};
use sclera_sdk::mock::MockHost;

use super::*;

fn host(attributes: Value) -> MockHost {
    MockHost::new()
        .config("misp_url", "https://misp.example/")
        .config("misp_api_key", "<secret misp_api_key>")
        .http(move |_| Ok(Response::new(200).with_json(&json!({"response": {"Attribute": attributes}}))))
}

fn attribute(event: i64, value: &str, info: &str) -> Value {
    json!({
        "id": event * 10, "event_id": event.to_string(), "type": "domain", "category": "Network activity",
        "value": value, "to_ids": true,
        "Event": {
            "id": event.to_string(), "info": info, "date": format!("2026-01-{event:02}"),
            "org_id": "1", "orgc_id": "2", "Orgc": {"id": "2", "name": "CERT <Example>"},
        },
    })
}

fn ioc() -> Value {
    json!({"ioc_id": 12, "ioc_value": "evil.example", "ioc_type_id": 20, "ioc_tags": "a"})
}

/// What the module asks to change at the IOC.
fn change(host: &MockHost, ioc: Value) -> Option<Value> {
    let answer = host
        .event(hook::POSTLOAD_IOC_CREATE, ioc)
        .handle::<MispLookup>()
        .unwrap();
    answer.actions.first().map(Action::change)
}

#[test]
fn a_hit_gets_the_tag_and_the_tab() {
    let host = host(json!([
        attribute(3, "evil.example", "Phishing & more"),
        attribute(11, "EVIL.example|192.0.2.7", "<script>alert(1)</script>"),
        attribute(3, "evil.example", "Phishing & more"),
        attribute(5, "not-evil.example", "another"),
    ]));

    let change = change(&host, ioc()).unwrap();

    assert_eq!(change["tags"], json!({"add": ["misp:hit"]}));
    let html = change["custom_attributes"]["MISP"]["Events"]["value"].as_str().unwrap();
    assert_eq!(html.matches("<tr>").count(), 3, "{html}");
    assert!(html.contains("https://misp.example/events/view/11\""), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !html.contains("<script>"));
    assert!(html.contains("CERT &lt;Example&gt;"), "{html}");
    assert!(
        html.find("view/11").unwrap() < html.find("view/3").unwrap(),
        "the newest first"
    );
}

#[test]
fn it_asks_once_for_all_values_with_the_key_in_the_header() {
    let host = host(json!([])).config("to_ids_only", true).config("limit", 7);
    let iocs = json!([ioc(), {"ioc_id": 13, "ioc_value": " 192.0.2.7 ", "ioc_type_id": 76}]);

    host.event(hook::MANUAL_TRIGGER_IOC, iocs)
        .menu(MENU)
        .handle::<MispLookup>()
        .unwrap();

    let requests = host.requests();
    assert_eq!(requests.len(), 1);
    let sent = &requests[0];
    assert_eq!(
        (sent.method.as_str(), sent.url.as_str()),
        ("POST", "https://misp.example/attributes/restSearch")
    );
    assert!(
        sent.headers
            .contains(&("authorization".into(), "<secret misp_api_key>".into()))
    );
    assert_eq!(
        serde_json::from_slice::<Value>(&sent.body).unwrap(),
        json!({"returnFormat": "json", "value": {"OR": ["evil.example", "192.0.2.7"]}, "includeContext": true,
            "limit": 14, "to_ids": true})
    );
}

#[test]
fn what_is_there_already_is_not_written_again() {
    let host = host(json!([attribute(3, "evil.example", "wave")]));
    let first = change(&host, ioc()).unwrap();

    let mut changed = ioc();
    changed["ioc_tags"] = json!("a,misp:hit");
    changed["custom_attributes"] = first["custom_attributes"].clone();

    assert_eq!(change(&host, changed), None);
}

#[test]
fn an_ioc_that_misp_does_not_know_any_more_loses_the_tag() {
    let mut tagged = ioc();
    tagged["ioc_tags"] = json!("a,misp:hit");

    let change = change(&host(json!([])), tagged).unwrap();

    assert_eq!(change["tags"], json!({"remove": ["misp:hit"]}));
    assert_eq!(change["custom_attributes"]["MISP"]["Events"]["value"], report::NOTHING);
}

#[test]
fn an_ioc_that_misp_never_knew_stays_as_it_is() {
    assert_eq!(change(&host(json!([])), ioc()), None);
}

#[test]
fn the_user_who_clicked_reads_what_was_found_and_what_was_not_asked() {
    let host = host(json!([
        attribute(3, "evil.example", "wave"),
        attribute(4, "evil.example", "second\nwave")
    ]));
    let iocs = json!([
        ioc(),
        {"ioc_id": 13, "ioc_value": "good.example", "ioc_type_id": 20},
        {"ioc_id": 14, "ioc_value": "red.example", "ioc_type_id": 20, "ioc_tlp_id": 1},
        {"ioc_id": 15, "ioc_value": "anything", "ioc_type_id": 96},
        {"ioc_id": 16, "ioc_type_id": 20},
    ]);

    let answer = host
        .event(hook::MANUAL_TRIGGER_IOC, iocs)
        .menu(MENU)
        .handle::<MispLookup>()
        .unwrap();

    assert_eq!(
        answer.message.unwrap().lines().collect::<Vec<_>>(),
        [
            "evil.example: in 2 events of MISP; the newest: second wave (CERT <Example>, 2026-01-04)",
            "good.example: not in MISP",
            "red.example: not looked up, because it is TLP:red",
            "anything: not looked up, because of its type (other)",
            "an IOC without a value cannot be looked up",
        ]
    );
    let asked: Value = serde_json::from_slice(&host.requests()[0].body).unwrap();
    assert_eq!(asked["value"]["OR"], json!(["evil.example", "good.example"]));
}

#[test]
fn nothing_is_asked_where_nothing_may_be() {
    let host = host(json!([]));
    let red = json!({"ioc_id": 1, "ioc_value": "red.example", "ioc_type_id": 20, "ioc_tlp_id": 5});

    assert_eq!(change(&host, red), None);
    assert!(host.requests().is_empty());
}

#[test]
fn many_events_are_cut_short() {
    let many: Vec<Value> = (1..=9).map(|event| attribute(event, "evil.example", "wave")).collect();
    let host = host(json!(many)).config("shown_events", 2);

    let change = change(&host, ioc()).unwrap();

    let html = change["custom_attributes"]["MISP"]["Events"]["value"].as_str().unwrap();
    assert!(html.contains("view/9") && html.contains("view/8") && !html.contains("view/7"));
    assert!(html.ends_with("<p>And 7 more.</p>"), "{html}");
}

#[test]
fn an_answer_that_is_none_is_an_error_that_says_what_to_do() {
    let cases = [
        (Ok(Response::new(403).with_body("no")), "misp-unauthorised", false),
        (Ok(Response::new(503)), http::STATUS, true),
        (Ok(Response::new(404).with_body("<html>")), http::STATUS, false),
        (Ok(Response::new(200).with_body("<html>")), http::BAD_ANSWER, false),
        (Ok(Response::new(200).with_json(&json!([]))), http::BAD_ANSWER, false),
        (
            Err(Error::new(http::TIMEOUT, "too late").retryable()),
            http::TIMEOUT,
            true,
        ),
    ];
    for (answer, code, retryable) in cases {
        let host = host(json!([])).http(move |_| answer.clone());
        let error = host
            .event(hook::POSTLOAD_IOC_CREATE, ioc())
            .handle::<MispLookup>()
            .unwrap_err();
        assert_eq!((error.code.as_str(), error.retryable), (code, retryable), "{error}");
    }
}

#[test]
fn it_listens_as_the_operator_wants() {
    let hooks = |host: &MockHost| -> Vec<String> {
        host.register::<MispLookup>()
            .unwrap()
            .into_iter()
            .map(|subscription| subscription.hook)
            .collect()
    };
    assert_eq!(
        hooks(&host(json!([]))),
        [
            hook::POSTLOAD_IOC_CREATE,
            hook::POSTLOAD_IOC_UPDATE,
            hook::MANUAL_TRIGGER_IOC
        ]
    );
    let quiet = host(json!([])).config("on_create", false).config("on_update", false);
    assert_eq!(hooks(&quiet), [hook::MANUAL_TRIGGER_IOC]);
}

#[test]
fn an_address_that_is_none_is_said_at_registering() {
    for url in [
        "misp.example",
        "https://",
        "https://key@misp.example",
        "ftp://misp.example",
    ] {
        let host = MockHost::new().config("misp_url", url).config("misp_api_key", "k");
        let error = host.register::<MispLookup>().unwrap_err();
        assert_eq!(error.code, Error::INVALID_CONFIGURATION, "{url}");
    }
}
