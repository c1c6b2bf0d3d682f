//! What a user chooses from the menu of an object.

use example_server::kinds::{IOC, NOTE};
use sclera::ModuleSource;
use sclera_tests::example;
use serde_json::{Value, json};

use crate::client::Client;
use crate::requests::{to_choose, to_create};

const LOOKUP: &str = "ioc-lookup";

/// A server with three modules in the menu, a case, and the ids of two IOCs in it.
fn with_menu() -> (Client, i64, Vec<Value>) {
    let client = Client::new();
    let case = client.make_case();
    let ids = ["203.0.113.7", "evil.example"].map(|value| {
        let ioc = json!({"ioc_value": value, "ioc_type_id": if value == "evil.example" { 20 } else { 76 }});
        client.make(&format!("/cases/{case}/iocs"), &ioc)["object"]["ioc_id"].clone()
    });
    client.load(ModuleSource::file(example(LOOKUP)));
    for behaviour in ["tells", "two-menu-names"] {
        client.load_misfit(behaviour);
    }
    (client, case, ids.into())
}

#[test]
fn the_menu_has_what_the_modules_offer_for_that_kind_of_object() {
    let (client, ..) = with_menu();
    let (status, menu) = client.get("/menu/ioc");
    assert_eq!(status, 200);
    let entries: Vec<_> = menu
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["module"].as_str().unwrap(), entry["menu_name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        entries,
        [
            (LOOKUP, "Explain indicator"),
            (LOOKUP, "Search links"),
            ("misfit-tells", "Misfit"),
            ("misfit-two-menu-names", "One"),
            ("misfit-two-menu-names", "Two"),
            ("misfit-two-menu-names", "misfit-two-menu-names::on_manual_trigger_ioc"),
        ]
    );
    assert_eq!(client.get("/menu/note"), (200, json!([])));
    assert_eq!(client.get("/menu/case").0, 404);

    assert_eq!(client.post("/modules/ioc-lookup/disable", &json!({})).0, 200);
    assert_eq!(client.get("/menu/ioc").1.as_array().unwrap().len(), 4);
}

#[test]
fn only_what_was_chosen_runs_and_its_message_is_shown() {
    let (client, case, ids) = with_menu();
    let (status, explained) = client.post("/menu/ioc", &to_choose(LOOKUP, "Explain indicator", case, &ids[..1]));
    assert_eq!((status, &explained["module"]), (200, &json!(LOOKUP)), "{explained}");
    assert!(
        explained["message"].as_str().unwrap().contains("203.0.113.7"),
        "{explained}"
    );
    let deliveries = client.deliveries("");
    assert_eq!(deliveries.len(), 1, "{deliveries:#?}");
    assert_eq!(deliveries[0]["delivery"], explained["delivery"]);
    assert_eq!(deliveries[0]["menu_name"], "Explain indicator");

    let (status, linked) = client.post("/menu/ioc", &to_choose(LOOKUP, "Search links", case, &ids[1..]));
    assert_eq!((status, &linked["actions"]), (200, &json!("applied")), "{linked}");
    let stored = client.stored(&IOC, &ids[1]).unwrap();
    assert!(stored["custom_attributes"].to_string().contains("https://"), "{stored}");
    assert_eq!(client.stored(&IOC, &ids[0]).unwrap()["custom_attributes"], json!({}));
}

#[test]
fn several_objects_are_one_event() {
    let (client, case, ids) = with_menu();
    let (status, told) = client.post("/menu/ioc", &to_choose("misfit-tells", "Misfit", case, &ids));
    assert_eq!(status, 200, "{told}");
    let told: Value = serde_json::from_str(told["message"].as_str().unwrap()).unwrap();
    assert_eq!(told["menu_name"], "Misfit");
    let payload: Value = serde_json::from_str(told["payload"].as_str().unwrap()).unwrap();
    let stored: Vec<_> = ids.iter().map(|id| client.stored(&IOC, id).unwrap()).collect();
    assert_eq!(payload, json!(stored));
    let catalog = sclera::Catalog::iris();
    catalog
        .get("on_manual_trigger_ioc")
        .unwrap()
        .validate(&payload)
        .unwrap();
    assert_eq!(client.deliveries("").len(), 1);
}

#[test]
fn a_choice_that_makes_no_sense_runs_nothing() {
    let (client, case, ids) = with_menu();
    let elsewhere = client.make_case();
    let note = client.make(&format!("/cases/{case}/notes"), &to_create(&NOTE));
    let note = [note["object"]["note_id"].clone()];
    let quiet = client.deliveries("").len();
    for (object, choice, expected, words) in [
        (
            "ioc",
            to_choose(LOOKUP, "Explain indicator", elsewhere, &ids),
            404,
            "there is no ioc 1 in case 2",
        ),
        (
            "ioc",
            to_choose(LOOKUP, "Explain indicator", case, &[json!(99)]),
            404,
            "there is no ioc 99",
        ),
        (
            "ioc",
            to_choose(LOOKUP, "Explain indicator", 99, &ids),
            404,
            "there is no case 99",
        ),
        (
            "ioc",
            to_choose(LOOKUP, "Delete all", case, &ids),
            404,
            "`ioc-lookup` has the menu entry `Delete all`",
        ),
        (
            "ioc",
            to_choose("nobody", "Misfit", case, &ids),
            404,
            "no enabled module `nobody`",
        ),
        (
            "ioc",
            to_choose("misfit-tells", "One", case, &ids),
            404,
            "`misfit-tells` has the menu entry `One`",
        ),
        (
            "note",
            to_choose("misfit-tells", "Misfit", case, &note),
            404,
            "`on_manual_trigger_note`",
        ),
        (
            "case",
            to_choose("misfit-tells", "Misfit", case, &ids),
            404,
            "there is no menu",
        ),
        (
            "ioc",
            to_choose("misfit-tells", "Misfit", case, &[]),
            400,
            "`ids` must have",
        ),
    ] {
        let (status, answer) = client.post(&format!("/menu/{object}"), &choice);
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(
            status == expected && error.contains(words),
            "{choice}: {status} {answer}"
        );
    }
    assert_eq!(client.deliveries("").len(), quiet);
}
