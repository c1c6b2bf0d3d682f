//! What a client is told that asks for something wrong.

use crate::client::Client;
use serde_json::{Value, json};

fn error(body: &Value) -> &str {
    body["error"].as_str().unwrap_or_else(|| panic!("no error in {body}"))
}

#[test]
fn a_request_that_makes_no_sense_is_refused_with_a_reason() {
    let client = Client::new();
    let case = client.case();
    let iocs = format!("{case}/iocs");
    let json_type = "application/json";
    let cases: [(&str, &str, &str, u16, &str); 14] = [
        (&iocs, json_type, "{", 400, "the body must be a JSON object"),
        (&iocs, json_type, "[]", 400, "the body must be a JSON object"),
        (&iocs, json_type, "", 400, "the body must be a JSON object"),
        (&iocs, "text/plain", "{}", 415, "content-type: application/json"),
        (&iocs, json_type, "{}", 400, "`ioc_value` is missing"),
        (
            &iocs,
            json_type,
            r#"{"ioc_value": " ", "ioc_type_id": 20}"#,
            400,
            "`ioc_value` must be a text that is not empty",
        ),
        (
            &iocs,
            json_type,
            r#"{"ioc_value": "x", "ioc_type_id": 1}"#,
            400,
            "the id of a IOC type",
        ),
        (
            &iocs,
            json_type,
            r#"{"ioc_value": "x", "ioc_type_id": null}"#,
            400,
            "`ioc_type_id` is missing",
        ),
        ("/cases/99/iocs", json_type, "{}", 404, "there is no case 99"),
        ("/cases/x/iocs", json_type, "{}", 404, "there is no case `x`"),
        (
            "/cases/99/events/1/duplicate",
            json_type,
            "{}",
            404,
            "there is no event 1 in case 99",
        ),
        ("/menu/case", json_type, "{}", 404, "no menu"),
        (
            "/menu/ioc",
            json_type,
            r#"{"module": "m", "menu_name": "n", "ids": [1]}"#,
            400,
            "`case_id` is missing",
        ),
        ("/nowhere", json_type, "{}", 404, "there is nothing at /nowhere"),
    ];
    for (path, content_type, body, expected_status, expected) in cases {
        let (status, answer) = client.post_text(path, content_type, body);
        assert_eq!(status, expected_status, "{path} {body}: {answer}");
        assert!(error(&answer).contains(expected), "{path} {body}: {answer}");
    }
    assert_eq!(client.get(&format!("{iocs}?after=x")).0, 400);
    assert_eq!(client.delete("/health").0, 405);
    assert_eq!(client.get("/deliveries/none").0, 404);
    assert_eq!(client.post("/modules/none/enable", &json!({})).0, 404);
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let client = Client::new();
    let iocs = format!("{}/iocs", client.case());
    let body = json!({"ioc_value": "x".repeat(9 << 20), "ioc_type_id": 20}).to_string();
    let (status, answer) = client.post_text(&iocs, "application/json", &body);
    assert_eq!((status, error(&answer)), (413, "the body is larger than 8388608 bytes"));
}

#[test]
fn an_object_of_another_case_is_as_unknown_as_one_that_never_was() {
    let client = Client::new();
    let (mine, other) = (client.case(), client.case());
    let ioc = json!({"ioc_value": "evil.example", "ioc_type_id": 20});
    let (_, made) = client.post(&format!("{other}/iocs"), &ioc);
    let id = &made["object"]["ioc_id"];
    for path in [format!("{mine}/iocs/{id}"), format!("{mine}/iocs/99")] {
        assert_eq!(client.get(&path).0, 404);
        assert_eq!(client.put(&path, &ioc).0, 404);
        assert_eq!(client.delete(&path).0, 404);
    }
    let event = json!({"event_title": "x", "event_date": "2026-02-28", "event_iocs": [id]});
    let (status, answer) = client.post(&format!("{mine}/events"), &event);
    assert_eq!(
        (status, error(&answer)),
        (400, "`event_iocs`: there is no ioc 1 in case 1")
    );
    let choice = json!({"module": "m", "menu_name": "n", "case_id": 1, "ids": [id]});
    assert_eq!(client.post("/menu/ioc", &choice).0, 404);
}

#[test]
fn a_case_takes_everything_in_it_along() {
    let client = Client::new();
    let case = client.case();
    client.post(&format!("{case}/tasks"), &json!({"task_title": "x"}));
    assert_eq!(client.delete(&case).0, 200);
    let left: i64 = client
        .wait(sqlx::query_scalar("SELECT count(*) FROM tasks").fetch_one(&client.server().database))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn only_a_loopback_address_is_listened_at_without_saying_so() {
    use example_server::{Config, StartError, start};
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..Config::default()
    };
    let refused = runtime.block_on(start(config)).unwrap_err();
    assert!(matches!(refused, StartError::Remote(_)), "{refused}");
}
