//! Every kind of object, from its creation to its end; and that what the modules would be told satisfies the schemas.

use crate::client::Client;
use example_server::kind::ObjectKind;
use example_server::kinds::{CASE, KINDS};
use sclera::Catalog;
use serde_json::{Map, Value, json};

/// A request for a new object of each kind, with everything that IRIS's own requests have.
fn request(kind: &ObjectKind) -> Value {
    match kind.name {
        "case" => json!({
            "case_name": "Ransomware at the bank", "case_description": "…", "case_soc_id": "SOC-1", "case_customer": 2,
            "classification_id": 1, "case_template_id": 1, "tlp_id": 5,
            "custom_attributes": {"Tab": {"Field": {"type": "input_string", "value": "x"}}},
        }),
        "asset" => json!({
            "asset_name": "dc01", "asset_type_id": 11, "analysis_status_id": 2, "asset_ip": "192.0.2.1",
            "asset_domain": "corp.example", "asset_description": "…", "asset_tags": "a,b", "ioc_links": [],
        }),
        "note" => json!({"note_title": "First look", "note_content": "…", "directory_id": 1}),
        "ioc" => json!({
            "ioc_value": "evil.example", "ioc_type_id": 20, "ioc_tlp_id": 2, "ioc_description": "…", "ioc_tags": "c2",
        }),
        "event" => json!({
            "event_title": "Logon", "event_date": "2026-02-28T12:00:00.000000", "event_tz": "+02:00",
            "event_category_id": 4, "event_assets": [], "event_iocs": [], "event_source": "Security.evtx",
            "event_content": "…", "event_raw": "4624", "event_tags": "", "event_color": "#1572E899",
            "event_in_summary": true, "event_in_graph": false, "event_sync_iocs_assets": false,
        }),
        "evidence" => json!({
            "filename": "disk.e01", "file_size": 1_i64 << 40, "file_hash": "d41d8cd98f00b204e9800998ecf8427e",
            "file_description": "…", "type_id": 2,
        }),
        "task" => json!({
            "task_title": "Call the bank", "task_status_id": 1, "task_assignees_id": [1], "task_description": "…",
            "task_tags": "urgent",
        }),
        "global_task" => json!({
            "task_title": "Renew the licence", "task_assignee_id": 1, "task_status_id": 2, "task_tags": "",
        }),
        kind => panic!("no request for {kind}"),
    }
}

fn folder(client: &Client, kind: &ObjectKind) -> String {
    match kind.in_case {
        true => format!("{}/{}", client.case(), kind.plural),
        false => format!("/{}", kind.plural),
    }
}

/// Checks an object against the schema of a hook that would carry it; that hook must be there.
fn check(hook: &str, object: &Value) {
    let catalog = Catalog::iris();
    let hook = catalog.get(hook).unwrap_or_else(|| panic!("there is no hook {hook}"));
    if let Err(fault) = hook.validate(&json!([object])) {
        panic!("{}: {fault}: {object:#}", hook.name());
    }
}

#[test]
fn an_object_of_every_kind_lives_and_ends_as_the_schemas_say() {
    let client = Client::new();
    for kind in KINDS {
        let folder = folder(&client, kind);
        let named = |kind_of_hook: &str, operation: &str| format!("on_{kind_of_hook}_{}_{operation}", kind.name);

        let asked = request(kind);
        check(&named("preload", "create"), &asked);
        let (status, made) = client.post(&folder, &asked);
        assert_eq!(status, 201, "{made}");
        assert_eq!(made["modules"], json!([]));
        check(&named("postload", "create"), &made["object"]);
        let one = format!("{folder}/{}", made["object"][kind.id()]);
        assert_eq!(client.get(&one), (200, made["object"].clone()));

        let title = kind.field(kind.title).unwrap().asked_as;
        let mut asked = json!({ title: "Changed" });
        let (status, changed) = client.put(&one, &asked);
        assert_eq!(
            (status, &changed["object"][kind.title]),
            (200, &json!("Changed")),
            "{changed}"
        );
        if kind.name != CASE.name {
            asked[kind.id()] = made["object"][kind.id()].clone();
            check(&named("preload", "update"), &asked);
            check(&named("postload", "update"), &changed["object"]);
            check(&format!("on_manual_trigger_{}", kind.name), &changed["object"]);
        }
        let history = changed["object"]["modification_history"].as_object().unwrap();
        let told: Vec<_> = history
            .values()
            .map(|one| (one["user"].as_str().unwrap(), &one["action"]))
            .collect();
        assert_eq!(told, [("alice", &json!("created")), ("bob", &json!("updated"))]);

        let (status, list) = client.get(&folder);
        assert_eq!(
            (status, list.as_array().unwrap().contains(&changed["object"])),
            (200, true)
        );

        let (status, gone) = client.delete(&one);
        assert_eq!((status, &gone["object"]), (200, &changed["object"]));
        check(&named("preload", "delete"), &gone["object"]);
        check(&named("postload", "delete"), &gone["object"]);
        assert_eq!(client.get(&one).0, 404);
        assert_eq!(client.delete(&one).0, 404);
    }
}

#[test]
fn the_least_that_a_request_may_have_is_enough_for_the_schemas_too() {
    let client = Client::new();
    for kind in KINDS {
        let mut least = request(kind);
        least
            .as_object_mut()
            .unwrap()
            .retain(|name, _| kind.field(name).unwrap().required);
        let (status, made) = client.post(&folder(&client, kind), &least);
        assert_eq!(status, 201, "{made}");
        check(&format!("on_postload_{}_create", kind.name), &made["object"]);
    }
}

#[test]
fn a_copy_of_an_event_is_another_event() {
    let client = Client::new();
    let events = format!("{}/events", client.case());
    let (_, original) = client.post(&events, &json!({"event_title": "Logon", "event_date": "2026-02-28"}));
    let original = &original["object"];
    check("on_preload_event_duplicate", original);
    let (status, copy) = client.post(&format!("{events}/{}/duplicate", original["event_id"]), &json!({}));
    assert_eq!(status, 201, "{copy}");
    assert_ne!(copy["object"]["event_id"], original["event_id"]);
    assert_eq!(copy["object"]["event_title"], "Logon");
    check("on_postload_event_create", &copy["object"]);
}

#[test]
fn both_reports_can_be_made_and_downloaded() {
    let client = Client::new();
    let case = client.case();
    client.post(
        &format!("{case}/iocs"),
        &json!({"ioc_value": "<evil>", "ioc_type_id": 20}),
    );
    for (name, template, expected) in [
        ("report", 2, "&lt;evil&gt;"),
        ("activities-report", 1, "created ioc 1: <evil>"),
    ] {
        let (status, report) = client.post(&format!("{case}/{name}"), &json!({"template_id": template}));
        assert_eq!(status, 201, "{report}");
        let (status, text) = client.get(report["url"].as_str().unwrap());
        assert_eq!(
            (status, text.as_str().unwrap().contains(expected)),
            (200, true),
            "{text}"
        );
        assert_eq!(
            client.post(&format!("{case}/{name}"), &json!({"template_id": 9})).0,
            400
        );
    }
}

#[test]
fn what_modules_are_told_of_a_report_satisfies_the_schemas() {
    use example_server::User;
    use example_server::report::{ACTIVITIES_REPORT, REPORT};

    let client = Client::new();
    client.case();
    let folder = tempfile::tempdir().unwrap();
    for kind in [&REPORT, &ACTIVITIES_REPORT] {
        let request: Map<String, Value> = Map::from_iter([("template_id".to_owned(), json!(1))]);
        check(&format!("on_preload_{}_create", kind.name), &request.clone().into());
        let user = User {
            id: 1,
            login: "example-server".into(),
        };
        let done = client
            .wait(client.server().make_report(kind, 1, request, user, folder.path()))
            .unwrap();
        check(&format!("on_postload_{}_create", kind.name), &done.object);
    }
}

#[test]
fn every_hook_of_the_documentation_is_fired_somewhere() {
    let mut fired: Vec<String> = vec!["on_preload_event_duplicate".into()];
    for kind in KINDS {
        fired.push(format!("on_manual_trigger_{}", kind.name));
        for operation in ["create", "update", "delete"] {
            fired.push(format!("on_preload_{}_{operation}", kind.name));
            fired.push(format!("on_postload_{}_{operation}", kind.name));
        }
    }
    for report in ["report", "activities_report"] {
        fired.push(format!("on_preload_{report}_create"));
        fired.push(format!("on_postload_{report}_create"));
    }
    let missing: Vec<_> = Catalog::iris()
        .iter()
        .map(|hook| hook.name().to_owned())
        .filter(|hook| !fired.contains(hook))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_lookups_are_those_of_the_catalog() {
    use example_server::lookup::{IOC_TYPES, TLP};
    use sclera::catalog::{Tlp, ioc_type_name};

    for (id, label) in IOC_TYPES.rows() {
        assert_eq!(ioc_type_name(u32::try_from(*id).unwrap()), Some(*label));
    }
    let levels: Vec<_> = Tlp::ALL.map(|tlp| (i64::from(tlp.id()), tlp.as_str())).into();
    assert_eq!(TLP.rows(), levels);
}
