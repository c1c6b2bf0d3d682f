//! A manual hook runs the one module that the user chose.

use sclera::{MenuEntry, Payload, Trigger, TriggerError};

use super::{committed, host_with};

fn click() -> Trigger {
    Trigger::new("on_manual_trigger_ioc", committed()).by("alice")
}

fn entry(module: &str, menu_name: &str) -> MenuEntry {
    MenuEntry {
        menu_name: menu_name.into(),
        hook: "on_manual_trigger_ioc".into(),
        module: module.into(),
    }
}

#[tokio::test]
async fn the_menu_has_every_name_and_a_default_for_none() {
    let host = host_with(&["two-menu-names", "behaves"]).await;
    let module = "misfit-two-menu-names";
    assert_eq!(
        host.manual_hooks("ioc"),
        [
            entry(module, "One"),
            entry(module, "Two"),
            entry(module, "misfit-two-menu-names::on_manual_trigger_ioc"),
            entry("misfit-behaves", "Misfit"),
        ]
    );
    assert_eq!(host.manual_hooks("asset"), []);
}

#[tokio::test]
async fn only_the_chosen_module_runs_and_it_knows_what_was_clicked() {
    let host = host_with(&["behaves", "tells", "traps"]).await;
    let report = host.trigger_manual("misfit-tells", "Misfit", click()).await.unwrap();
    assert_eq!(report.deliveries.len(), 1);
    let told = report.deliveries[0].answer().unwrap().message.clone().unwrap();
    assert!(
        told.contains(r#""menu_name":"Misfit""#) && told.contains(r#""kind":"manual""#),
        "{told}"
    );
}

#[tokio::test]
async fn several_objects_are_one_event() {
    let host = host_with(&["tells"]).await;
    let two = Payload::parse(
        r#"[{"ioc_id": 1, "ioc_value": "a.example", "ioc_type_id": 20}, {"ioc_id": 2, "ioc_value": "b.example", "ioc_type_id": 20}]"#,
    )
    .unwrap();
    let report = host
        .trigger_manual("misfit-tells", "Misfit", Trigger::new("on_manual_trigger_ioc", two))
        .await
        .unwrap();
    let told = report.deliveries[0].answer().unwrap().message.clone().unwrap();
    assert!(told.contains("a.example") && told.contains("b.example"), "{told}");
}

#[tokio::test]
async fn an_asynchronous_entry_runs_in_the_background() {
    let host = host_with(&["two-menu-names"]).await;
    let name = "misfit-two-menu-names::on_manual_trigger_ioc";
    let mut report = host
        .trigger_manual("misfit-two-menu-names", name, click())
        .await
        .unwrap();
    assert!(report.deliveries.is_empty());
    let delivery = report.background.remove(0).finished().await.unwrap();
    assert_eq!(delivery.menu_name.as_deref(), Some(name));
}

#[tokio::test]
async fn an_entry_that_is_not_there_is_an_error() {
    let host = host_with(&["behaves"]).await;
    for (module, menu) in [("misfit-behaves", "Other"), ("other", "Misfit")] {
        let error = host.trigger_manual(module, menu, click()).await.unwrap_err();
        assert!(matches!(error, TriggerError::NoSuchMenuEntry { .. }), "{error}");
    }
    host.disable("misfit-behaves").await.unwrap();
    let error = host
        .trigger_manual("misfit-behaves", "Misfit", click())
        .await
        .unwrap_err();
    assert!(matches!(error, TriggerError::NoSuchMenuEntry { .. }), "{error}");
    assert_eq!(host.manual_hooks("ioc"), []);
}
