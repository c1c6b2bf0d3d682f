//! What modules make of a request before it is committed.

use example_server::kinds::IOC;
use sclera::ModuleSource;
use sclera_tests::example;
use serde_json::{Value, json};

use crate::client::Client;

fn guarded() -> (Client, String) {
    let client = Client::new();
    let iocs = format!("/cases/{}/iocs", client.make_case());
    client.load(ModuleSource::file(example("ioc-guard")));
    (client, iocs)
}

fn has_tag(ioc: &Value, wanted: &str) -> bool {
    ioc["ioc_tags"]
        .as_str()
        .unwrap()
        .split(',')
        .any(|tag| tag.ends_with(wanted))
}

#[test]
fn what_a_module_makes_of_a_request_is_what_is_stored() {
    let (client, iocs) = guarded();
    let sent = json!({"ioc_value": "hxxps://evil[.]example/login", "ioc_type_id": 141, "ioc_tags": "phish"});
    let made = client.make(&iocs, &sent);
    assert_eq!(made["modules"][0]["outcome"], "replaced", "{made}");
    let stored = client.stored(&IOC, &made["object"]["ioc_id"]).unwrap();
    assert_eq!(stored, made["object"]);
    assert_eq!(stored["ioc_value"], "https://evil.example/login");
    assert!(has_tag(&stored, "phish") && has_tag(&stored, "refanged"), "{stored}");

    let one = format!("{iocs}/{}", stored["ioc_id"]);
    let (status, plain) = client.put(
        &one,
        &json!({"ioc_value": "https://plain.example/", "ioc_type_id": 141}),
    );
    assert_eq!(
        (status, &plain["object"]["ioc_value"]),
        (200, &json!("https://plain.example/"))
    );
    let (status, changed) = client.put(
        &one,
        &json!({"ioc_value": "hxxp://other[.]example/", "ioc_type_id": 141, "ioc_tags": "again"}),
    );
    assert_eq!(
        (status, &changed["modules"][0]["outcome"]),
        (200, &json!("replaced")),
        "{changed}"
    );
    let stored = client.stored(&IOC, &stored["ioc_id"]).unwrap();
    assert_eq!(stored, changed["object"]);
    assert_eq!(stored["ioc_value"], "http://other.example/");
    assert!(has_tag(&stored, "again") && !has_tag(&stored, "phish"), "{stored}");
}

#[test]
fn what_a_module_asks_for_before_the_commit_is_committed_with_the_request() {
    let (client, iocs) = guarded();
    let made = client.make(
        &iocs,
        &json!({"ioc_value": "evil.example", "ioc_type_id": 20, "ioc_tags": "mine"}),
    );
    // Tags in the request would replace those that are there, so the module asks for one more.
    let sent = json!({"ioc_value": "other[.]example", "ioc_type_id": 20});
    let (status, changed) = client.put(&format!("{iocs}/{}", made["object"]["ioc_id"]), &sent);
    assert_eq!(
        (status, &changed["modules"][0]["actions"]),
        (200, &json!("applied")),
        "{changed}"
    );
    let stored = client.stored(&IOC, &made["object"]["ioc_id"]).unwrap();
    assert_eq!(stored["ioc_value"], "other.example");
    assert!(has_tag(&stored, "mine") && has_tag(&stored, "refanged"), "{stored}");
    assert_eq!(changed["object"], stored);
    let delivery = changed["modules"][0]["delivery"].as_str().unwrap();
    assert_eq!(
        client.get(&format!("/deliveries/{delivery}")).1["actions_applied"],
        true
    );
}

#[test]
fn a_refusal_tells_the_user_what_is_wrong_with_what() {
    let (client, iocs) = guarded();
    let (status, refused) = client.post(&iocs, &json!({"ioc_value": "zz", "ioc_type_id": 113}));
    assert_eq!((status, &refused["module"]), (422, &json!("ioc-guard")), "{refused}");
    assert_eq!(refused["pointer"], "/0/ioc_value");
    assert!(refused["reason"].as_str().unwrap().contains("SHA-256"), "{refused}");
    assert_eq!(client.get(&iocs), (200, json!([])));

    let made = client.make(&iocs, &json!({"ioc_value": "evil.example", "ioc_type_id": 20}));
    let one = format!("{iocs}/{}", made["object"]["ioc_id"]);
    let (status, refused) = client.put(&one, &json!({"ioc_value": "not a hash", "ioc_type_id": 113}));
    assert_eq!(status, 422, "{refused}");
    assert_eq!(client.get(&one), (200, made["object"].clone()));
}
