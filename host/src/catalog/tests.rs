//! What holds for every hook of the catalog.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// The table of the IRIS hooks documentation.
const DOCUMENTED: &str = "
    on_preload_case_create
    on_postload_case_create
    on_preload_case_delete
    on_postload_case_delete
    on_preload_asset_create
    on_postload_asset_create
    on_preload_asset_update
    on_postload_asset_update
    on_preload_asset_delete
    on_postload_asset_delete
    on_manual_trigger_asset
    on_preload_note_create
    on_postload_note_create
    on_preload_note_update
    on_postload_note_update
    on_preload_note_delete
    on_postload_note_delete
    on_manual_trigger_note
    on_preload_ioc_create
    on_postload_ioc_create
    on_preload_ioc_update
    on_postload_ioc_update
    on_preload_ioc_delete
    on_postload_ioc_delete
    on_manual_trigger_ioc
    on_preload_event_create
    on_preload_event_duplicate
    on_postload_event_create
    on_preload_event_update
    on_postload_event_update
    on_preload_event_delete
    on_postload_event_delete
    on_manual_trigger_event
    on_preload_evidence_create
    on_postload_evidence_create
    on_preload_evidence_update
    on_postload_evidence_update
    on_preload_evidence_delete
    on_postload_evidence_delete
    on_manual_trigger_evidence
    on_preload_task_create
    on_postload_task_create
    on_preload_task_update
    on_postload_task_update
    on_preload_task_delete
    on_postload_task_delete
    on_manual_trigger_task
    on_preload_global_task_create
    on_postload_global_task_create
    on_preload_global_task_update
    on_postload_global_task_update
    on_preload_global_task_delete
    on_postload_global_task_delete
    on_manual_trigger_global_task
    on_preload_report_create
    on_postload_report_create
    on_preload_activities_report_create
    on_postload_activities_report_create
";

#[test]
fn the_hooks_of_iris_are_those_of_its_documentation() {
    let catalog = Catalog::iris();
    let names: Vec<&str> = catalog.iter().map(|hook| hook.name()).collect();
    assert_eq!(names, DOCUMENTED.split_whitespace().collect::<Vec<_>>());
    assert_eq!(catalog.len(), 58);
    for name in names {
        assert_eq!(catalog.lookup(name).unwrap().name(), name);
    }
}

#[test]
fn every_schema_compiles_and_has_its_id() {
    for hook in Catalog::iris().iter() {
        hook.compile().unwrap();
        assert_eq!(hook.schema_id(), format!("urn:sclera:schema:{}:1", hook.name()));
        assert_eq!(hook.schema()["$id"], hook.schema_id());
        assert_eq!(hook.schema()["title"], hook.name());
    }
}

#[test]
fn every_field_of_every_schema_is_described() {
    for hook in Catalog::iris().iter() {
        let schema = hook.schema();
        let fields = schema["items"]["properties"].as_object().unwrap();
        for (field, described) in fields {
            // A description beside a `$ref` is about the field, the one behind it about all such
            // fields.
            let shared = described["$ref"]
                .as_str()
                .and_then(|reference| schema.pointer(reference.strip_prefix('#')?));
            let says = |keyword: &str| {
                described.get(keyword).is_some() || shared.is_some_and(|shared| shared.get(keyword).is_some())
            };
            assert!(says("description"), "{}: {field}", hook.name());
            assert!(says("type"), "{}: {field}", hook.name());
        }
        for field in required(hook) {
            assert!(fields.contains_key(&field), "{}: {field}", hook.name());
        }
    }
}

#[test]
fn every_sample_satisfies_its_schema_and_has_no_unknown_field() {
    for hook in Catalog::iris().iter() {
        hook.validate(hook.sample())
            .unwrap_or_else(|fault| panic!("{}: {fault}", hook.name()));
        let known = &hook.schema()["items"]["properties"];
        for object in hook.sample().as_array().unwrap() {
            for field in object.as_object().unwrap().keys() {
                assert!(known.get(field).is_some(), "{}: {field}", hook.name());
            }
        }
    }
}

#[test]
fn a_sample_without_a_required_field_is_at_fault() {
    for hook in Catalog::iris().iter() {
        for field in required(hook) {
            let mut payload = hook.sample().clone();
            payload[0].as_object_mut().unwrap().remove(&field).unwrap();
            let fault = hook.validate(&payload).unwrap_err();
            assert_eq!(fault.pointer, "/0", "{}", hook.name());
            assert_eq!(fault.message, format!("the required field `{field}` is missing"));
        }
    }
}

#[test]
fn a_required_field_of_another_type_is_at_fault() {
    for hook in Catalog::iris().iter() {
        for field in required(hook) {
            let mut payload = hook.sample().clone();
            payload[0][&field] = json!(["a secret"]);
            let fault = hook.validate(&payload).unwrap_err();
            assert_eq!(fault.pointer, format!("/0/{field}"), "{}", hook.name());
            assert!(fault.message.ends_with("not an array"), "{fault}");
            assert!(!fault.to_string().contains("a secret"));
        }
    }
}

#[test]
fn a_fault_says_what_is_wrong_and_where() {
    let catalog = Catalog::iris();
    let hook = catalog.lookup("on_preload_ioc_create").unwrap();
    let ioc = |field: &str, value: Value| {
        let mut payload = hook.sample().clone();
        payload[0][field] = value;
        payload
    };
    let cases = [
        (json!({}), "must be an array of objects, not an object"),
        (json!([]), "must hold at least one object"),
        (json!([{}, "x"]), "`/1`: must be an object, not a string"),
        (json!([{}]), "`/0`: the required field `ioc_value` is missing"),
        (
            ioc("ioc_type_id", json!("141")),
            "`/0/ioc_type_id`: must be an integer, not a string",
        ),
        (
            ioc("ioc_tlp_id", json!(2.5)),
            "`/0/ioc_tlp_id`: must be null or an integer, not a number",
        ),
        (
            ioc("custom_attributes", json!({ "a/b": [] })),
            "`/0/custom_attributes/a~1b`: must be an object, not an array",
        ),
    ];
    for (payload, message) in cases {
        assert_eq!(hook.validate(&payload).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_request_may_leave_out_what_iris_lets_it_leave_out() {
    let cases = [
        (
            "on_preload_ioc_create",
            json!([{ "ioc_value": "evil.example", "ioc_type_id": 20, "ioc_tlp_id": null }]),
        ),
        (
            "on_preload_ioc_create",
            json!([{ "ioc_value": "", "ioc_type_id": 20, "custom_attributes": null, "more": 1 }]),
        ),
        ("on_preload_ioc_update", json!([{}])),
        ("on_preload_task_delete", json!([{ "id": 23 }])),
        ("on_postload_global_task_delete", json!([{ "task_id": 31 }])),
        ("on_preload_event_duplicate", json!([{ "event_id": 7 }])),
        ("on_preload_report_create", json!([{ "template_id": 3 }])),
        ("on_postload_activities_report_create", json!([{ "report_id": 4 }])),
    ];
    let catalog = Catalog::iris();
    for (name, payload) in cases {
        let valid = catalog.lookup(name).unwrap().validate(&payload);
        assert_eq!(valid, Ok(()), "{name}");
    }
}

#[test]
fn the_catalog_as_a_table() {
    let rows: Vec<String> = Catalog::iris()
        .iter()
        .map(|hook| {
            format!(
                "{:38} {:8} {:17} {:9} {}",
                hook.name(),
                hook.kind(),
                hook.object(),
                hook.operation().unwrap_or("-"),
                required(hook).join(", ")
            )
        })
        .map(|row| row.trim_end().to_owned())
        .collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn a_schema_as_a_module_author_sees_it() {
    let catalog = Catalog::iris();
    insta::assert_json_snapshot!(catalog.lookup("on_preload_ioc_update").unwrap().schema());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_payload_makes_a_long_message_or_a_pointer_to_nowhere(payload in json_value()) {
        let payload = json!([{ "ioc_value": payload, "custom_attributes": payload }]);
        let catalog = Catalog::iris();
        if let Err(fault) = catalog.lookup("on_preload_ioc_create").unwrap().validate(&payload) {
            prop_assert!(payload.pointer(&fault.pointer).is_some(), "{}", fault.pointer);
            prop_assert!(fault.to_string().len() <= 10 * (128 + 240) + 10);
            prop_assert!(!fault.to_string().chars().any(char::is_control));
        }
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "(?s).{0,600}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("(?s).{0,200}|[/~]{1,3}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn required(hook: &Hook) -> Vec<String> {
    let required = hook.schema()["items"]["required"].clone();
    serde_json::from_value(required).unwrap()
}
