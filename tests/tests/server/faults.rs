//! Modules that fail before the commit: the request is none the worse for it.

use std::time::Duration;

use example_server::kinds::IOC;
use sclera::Limits;
use serde_json::json;

use crate::client::{Client, limits};
use crate::requests::to_create;

/// Asks for an IOC, which is stored as it was sent, and gives what each module's preload came to.
fn outcomes(client: &Client) -> Vec<String> {
    let iocs = format!("/cases/{}/iocs", client.make_case());
    let sent = to_create(&IOC);
    let made = client.make(&iocs, &sent);
    let stored = client.stored(&IOC, &made["object"]["ioc_id"]).unwrap();
    assert_eq!(stored, made["object"]);
    assert_eq!(stored["ioc_value"], sent["ioc_value"]);
    let modules = made["modules"].as_array().unwrap().iter();
    modules
        .filter(|heard| heard["hook"] == "on_preload_ioc_create")
        .map(|heard| heard["outcome"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn modules_that_fail_change_nothing_and_the_answer_says_how() {
    let unusable = "failed: its answer cannot be used: ";
    let failing = [
        ("traps", "failed: it trapped: "),
        ("recurses", "failed: it trapped: "),
        ("exits", "failed: it trapped: "),
        (
            "loops",
            "failed: it used up its 500000000 units of fuel; raise the limit",
        ),
        (
            "eats-memory",
            "failed: it needed more than its 67108864 bytes of memory: ",
        ),
        ("fails", "failed: it reported `upstream`: the service is away; "),
        ("not-json", unusable),
        ("more-objects", unusable),
        ("breaks-schema", unusable),
        // The one behind them has its turn.
        ("behaves", "unchanged"),
    ];
    let client = Client::new();
    for (behaviour, _) in failing {
        client.load_misfit(behaviour);
    }
    let outcomes = outcomes(&client);
    assert_eq!(outcomes.len(), failing.len());
    for ((behaviour, expected), outcome) in failing.into_iter().zip(outcomes) {
        assert!(outcome.starts_with(expected), "{behaviour}: {outcome}");
    }
}

#[test]
fn a_module_that_hangs_holds_the_request_up_no_longer_than_its_deadline() {
    let client = Client::with(Limits {
        deadline: Duration::from_millis(500),
        ..limits()
    });
    client.load_misfit("sleeps");
    client.load_misfit("behaves");
    let outcomes = outcomes(&client);
    assert!(
        outcomes[0].starts_with("failed: it gave no answer within 500 ms; "),
        "{outcomes:?}"
    );
    assert_eq!(outcomes[1], "unchanged");
}

#[test]
fn a_failure_refuses_the_request_where_its_policy_says_so() {
    let client = Client::new();
    let iocs = format!("/cases/{}/iocs", client.make_case());
    client.load_misfit("policy-reject");
    let (status, refused) = client.post(&iocs, &to_create(&IOC));
    assert_eq!((status, &refused["by_policy"]), (422, &json!(true)), "{refused}");
    assert_eq!(refused["module"], "misfit-policy-reject");
    assert!(refused["reason"].as_str().unwrap().contains("it trapped"), "{refused}");
    assert_eq!(client.get(&iocs), (200, json!([])));
}

#[test]
fn a_quarantine_is_seen_and_ended_over_http() {
    let client = Client::new();
    let iocs = format!("/cases/{}/iocs", client.make_case());
    client.load_misfit("traps");
    for _ in 0..6 {
        assert_eq!(client.post(&iocs, &to_create(&IOC)).0, 201);
    }
    let (_, modules) = client.get("/modules");
    let reason = modules[0]["quarantine"]["reason"].as_str().unwrap();
    assert!(reason.contains("5 times") && reason.contains("it trapped"), "{reason}");
    let (_, counters) = client.get("/counters");
    let runs: u64 = counters
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["runs"].as_u64().unwrap())
        .sum();
    assert_eq!(runs, 5, "{counters}");
    let release = "/modules/misfit-traps/release";
    assert_eq!(client.post(release, &json!({})), (200, json!({"released": true})));
    assert_eq!(client.post(release, &json!({})), (200, json!({"released": false})));
    assert_eq!(client.get("/modules").1[0]["quarantine"], json!(null));
}
