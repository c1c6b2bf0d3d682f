use serde_json::{Value, json};

use crate::*;

/// Reads `object` as each kind of object there is, and writes it again.
fn round_trips(object: &Value) -> Vec<Value> {
    fn through<T: Object>(object: &Value) -> Value {
        Value::Object(T::from(object.as_object().unwrap().clone()).into())
    }
    vec![
        through::<Ioc>(object),
        through::<Asset>(object),
        through::<Note>(object),
        through::<TimelineEvent>(object),
        through::<Evidence>(object),
        through::<Task>(object),
        through::<GlobalTask>(object),
        through::<Case>(object),
        through::<Report>(object),
    ]
}

#[test]
fn whatever_a_client_sends_survives_a_view_unchanged() {
    let objects = [
        json!({}),
        json!({"ioc_value": null, "ioc_type_id": null, "ioc_tags": null, "custom_attributes": null, "case_id": null}),
        json!({"ioc_value": 7, "ioc_type_id": "20", "ioc_tlp_id": 99, "ioc_tags": ["a"], "custom_attributes": "none"}),
        json!({"ioc_value": "", "ioc_tags": " a ,, b,", "ioc_tlp_id": "", "tags": "x, y", "id": "4"}),
        json!({"invented": {"deep": [1, 2.5, -0.0, 1e300, u64::MAX, i64::MIN, null, {"": ""}]}, "type": {"id": 1}}),
        json!({"asset_name": "😀 \u{0} \u{202e}", "event_in_graph": "maybe", "file_size": 1.5, "event_assets": ["3", null]}),
        json!({"custom_attributes": {"tab": {"field": {"type": "html", "value": "<b>", "mandatory": false, "x": 1}}}}),
    ];
    for object in &objects {
        for back in round_trips(object) {
            assert_eq!(&back, object);
        }
    }
}

#[test]
fn a_number_keeps_every_digit_that_a_double_has() {
    let text = r#"{"score":0.30000000000000004,"big":18446744073709551615,"tiny":5e-324}"#;
    let ioc: Ioc = serde_json::from_str(text).unwrap();

    assert_eq!(
        serde_json::to_value(&ioc).unwrap(),
        serde_json::from_str::<Value>(text).unwrap()
    );
    assert_eq!(ioc.extra["score"].as_f64(), Some(0.1 + 0.2));
}

#[test]
fn an_object_is_known_by_the_id_of_its_kind() {
    let of = |object: Value| object.as_object().unwrap().clone();

    assert_eq!(Ioc::from(of(json!({"ioc_id": 17, "case_id": 4}))).id(), Some(17));
    assert_eq!(Task::from(of(json!({"id": 23}))).id(), Some(23));
    assert_eq!(
        Evidence::from(of(json!({"evidence_id": 4}))).id(),
        Some(4),
        "as a delete has it"
    );
    assert_eq!(GlobalTask::from(of(json!({"task_id": 31}))).id(), Some(31));
    assert_eq!(Case::from(of(json!({"case_name": "new"}))).id(), None);
}

#[test]
fn tags_are_added_and_removed_once() {
    let mut tags = Field::<Tags>::default();

    assert!(tags.add("a"));
    assert!(!tags.add(" a "));
    assert!(tags.add("b,c"));
    assert!(tags.remove_tag("b"));
    assert!(!tags.remove_tag("b"));
    assert_eq!(tags.raw(), Some(&json!("a,c")));
}

#[test]
fn tags_that_do_not_change_keep_their_spelling() {
    let mut tags = Field::<Tags>::from(Some(json!(" a ,, b,")));

    tags.add("a");
    tags.remove_tag("z");

    assert_eq!(tags.raw(), Some(&json!(" a ,, b,")));
    assert_eq!(tags.get().unwrap().iter().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn the_kind_of_an_ioc_is_known_by_id_and_else_by_name() {
    let kind = |object: Value| Ioc::from(object.as_object().unwrap().clone()).kind();

    assert_eq!(kind(json!({"ioc_type_id": 113})), Some(IocType::Sha256));
    assert_eq!(kind(json!({"ioc_type_id": "113"})), Some(IocType::Sha256));
    assert_eq!(
        kind(json!({"ioc_type_id": 9000, "ioc_type": {"type_name": "sha256"}})),
        Some(IocType::Sha256)
    );
    assert_eq!(
        kind(json!({"ioc_type_id": 113, "ioc_type": {"type_name": "url"}})),
        Some(IocType::Sha256)
    );
    assert_eq!(kind(json!({"ioc_type_id": 1})), None);
    assert_eq!(kind(json!({"ioc_value": "x"})), None);
}
