//! What modules ask for after a commit, and that it comes to an end.

use example_server::kinds::{ASSET, IOC};
use sclera::ModuleSource;
use sclera_tests::example;
use serde_json::{Value, json};

use crate::client::Client;
use crate::requests::to_create;

fn watched() -> Client {
    let client = Client::new();
    client.load(ModuleSource::file(example("case-watch")));
    client
}

fn titles(client: &Client, case: i64) -> Vec<Value> {
    let (_, tasks) = client.get(&format!("/cases/{case}/tasks"));
    tasks
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["task_title"].clone())
        .collect()
}

#[test]
fn a_background_delivery_is_applied_once() {
    let client = watched();
    let made = client.make("/cases", &json!({"case_name": "Case", "case_customer": 1}));
    assert_eq!(made["modules"][0]["outcome"], "in the background");
    let case = made["object"]["case_id"].as_i64().unwrap();

    let deliveries = client.deliveries("");
    assert_eq!(deliveries.len(), 1, "{deliveries:#?}");
    assert_eq!(deliveries[0]["delivery"], made["modules"][0]["delivery"]);
    assert_eq!(deliveries[0]["action_state"], "applied");
    assert_eq!(deliveries[0]["actions_applied"], true);
    assert_eq!(titles(&client, case), ["Triage checklist"]);

    // Evidence without a hash asks for a task when it is new, and not again when it is changed.
    let evidences = format!("/cases/{case}/evidences");
    let made = client.make(&evidences, &json!({"filename": "disk.e01"}));
    client.wait(client.server().settle());
    client.put(
        &format!("{evidences}/{}", made["object"]["id"]),
        &json!({"file_description": "…"}),
    );
    client.wait(client.server().settle());
    assert_eq!(titles(&client, case), ["Triage checklist", "Hash evidence disk.e01"]);
}

#[test]
fn a_change_that_a_module_asked_for_fires_hooks_that_name_their_cause() {
    let client = watched();
    let case = client.make_case();
    let sent = json!({"asset_name": "dc01", "asset_type_id": 3, "asset_tags": "dmz"});
    let made = client.make(&format!("/cases/{case}/assets"), &sent);

    let created = client.deliveries("hook=on_postload_asset_create");
    let updated = client.deliveries("hook=on_postload_asset_update");
    assert_eq!((created.len(), updated.len()), (1, 1), "{created:#?} {updated:#?}");
    assert_eq!(created[0]["causes"], json!([]));
    assert_eq!(created[0]["actions_applied"], true);
    assert_eq!(updated[0]["causes"], json!([created[0]["delivery"]]));
    assert_eq!(updated[0]["triggered_by"], "alice");
    assert_eq!(
        (&updated[0]["actions"], &updated[0]["actions_applied"]),
        (&json!([]), &json!(false))
    );
    let stored = client.stored(&ASSET, &made["object"]["asset_id"]).unwrap();
    assert_eq!(stored["asset_tags"], "dmz,case-watch:seen");
}

#[test]
fn a_module_that_answers_its_own_changes_is_stopped_and_the_server_goes_on() {
    for behaviour in ["restless", "restless-at-once"] {
        let client = Client::new();
        let limit = client.server().host().capacity().cause_depth;
        let iocs = format!("/cases/{}/iocs", client.make_case());
        client.load_misfit(behaviour);

        let made = client.make(&iocs, &to_create(&IOC));
        let id = &made["object"]["ioc_id"];
        let chain = client.deliveries("");
        check_chain(&chain, limit);
        assert_eq!(chain[0]["delivery"], made["modules"][0]["delivery"]);
        let stored = client.stored(&IOC, id).unwrap();
        assert_eq!(stored["ioc_description"], chain[limit - 1]["delivery"]);

        // The next request begins a chain of its own.
        let (status, changed) = client.put(&format!("{iocs}/{id}"), &json!({"ioc_tags": "mine"}));
        assert_eq!(
            (status, &changed["object"]["ioc_tags"]),
            (200, &json!("mine")),
            "{changed}"
        );
        check_chain(&client.deliveries("")[limit + 1..], limit);
        assert_eq!(client.get("/health").0, 200);
    }
}

#[test]
fn a_module_that_answers_a_change_before_it_is_committed_is_stopped_too() {
    let client = Client::new();
    let limit = client.server().host().capacity().cause_depth;
    let iocs = format!("/cases/{}/iocs", client.make_case());
    let made = client.make(&iocs, &to_create(&IOC));
    let id = &made["object"]["ioc_id"];
    client.load_misfit("restless-before");

    let (status, changed) = client.put(&format!("{iocs}/{id}"), &json!({"ioc_tags": "mine"}));
    assert_eq!(
        (status, &changed["object"]["ioc_tags"]),
        (200, &json!("mine")),
        "{changed}"
    );
    let chain = client.deliveries("");
    assert_eq!(chain.len(), limit + 1);
    for (place, delivery) in chain.iter().enumerate() {
        assert_eq!(delivery["actions_applied"], place < limit, "{delivery:#}");
    }
    let stored = client.stored(&IOC, id).unwrap();
    assert_eq!(stored["ioc_description"], chain[limit - 1]["delivery"]);
    assert_eq!(stored["ioc_tags"], "mine");
}

/// Every delivery was caused by all those before it; what the last one asked for is refused, and says why.
fn check_chain(chain: &[Value], limit: usize) {
    assert_eq!(chain.len(), limit + 1);
    let ids: Vec<_> = chain.iter().map(|delivery| delivery["delivery"].clone()).collect();
    for (place, delivery) in chain.iter().enumerate() {
        assert_eq!(delivery["causes"], json!(ids[..place]));
        assert_eq!(delivery["actions_applied"], place < limit, "{delivery:#}");
        if place < limit {
            assert_eq!(delivery["action_state"], "applied");
        } else {
            let reason = delivery["action_state"]["failed"].as_str().unwrap();
            assert!(
                reason.starts_with("cannot update ioc 1: `on_preload_ioc_update` is the end of a chain of ")
                    && reason.contains(&format!("the host allows {limit}: modules answer each other's changes")),
                "{reason}"
            );
        }
    }
}
