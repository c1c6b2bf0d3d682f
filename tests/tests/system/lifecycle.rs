//! Modules come, go and change without stopping the others.

use sclera::{HookKind, HookSpec, LoadFault, ModuleSource, Payload, Trigger};
use sclera_tests::misfit;

use super::{builder, host_with, load, preload, value};

#[tokio::test]
async fn disabling_and_enabling_leaves_the_others_alone() {
    let host = host_with(&["first", "marks"]).await;
    host.disable("misfit-first").await.unwrap();
    assert!(!host.modules()[0].enabled);
    assert_eq!(
        value(&host.preload(preload()).await.unwrap().payload),
        "evil.example+marks"
    );
    host.enable("misfit-first").await.unwrap();
    assert_eq!(
        value(&host.preload(preload()).await.unwrap().payload),
        "evil.example+first+marks"
    );
}

#[tokio::test]
async fn unloading_forgets_a_module() {
    let host = host_with(&["first", "marks"]).await;
    host.unload("misfit-first").await.unwrap();
    assert_eq!(host.modules().len(), 1);
    assert_eq!(
        value(&host.preload(preload()).await.unwrap().payload),
        "evil.example+marks"
    );
    let error = host.unload("misfit-first").await.unwrap_err();
    assert!(matches!(error.fault, LoadFault::NotLoaded), "{error}");
}

#[tokio::test]
async fn a_reloaded_module_keeps_its_number_and_its_place() {
    let host = host_with(&["replaces", "marks", "behaves"]).await;
    let before = host.modules()[1].clone();
    // The same module with one byte more, in a custom section.
    let mut changed = misfit("marks");
    changed.extend([0, 2, 1, b'x']);
    let after = host.reload("misfit-marks", ModuleSource::bytes(changed)).await.unwrap();
    assert_eq!(after.identity.id, before.identity.id);
    assert_ne!(after.identity.digest, before.identity.digest);
    let order: Vec<_> = host
        .modules()
        .into_iter()
        .map(|module| module.identity.name.clone())
        .collect();
    assert_eq!(order, ["misfit-replaces", "misfit-marks", "misfit-behaves"]);
}

#[tokio::test]
async fn a_reload_that_fails_changes_nothing() {
    let host = host_with(&["marks"]).await;
    for bad in [misfit("register-traps"), b"junk".to_vec(), misfit("first")] {
        assert!(host.reload("misfit-marks", ModuleSource::bytes(bad)).await.is_err());
        assert_eq!(
            value(&host.preload(preload()).await.unwrap().payload),
            "evil.example+marks"
        );
    }
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let host = host_with(&["marks"]).await;
    let error = load(&host, "marks").await.unwrap_err();
    assert!(
        matches!(&error.fault, LoadFault::NameTaken(name) if name == "misfit-marks"),
        "{error}"
    );
}

#[tokio::test]
async fn a_delivery_that_runs_is_finished_by_the_module_it_began_with() {
    let host = host_with(&["background"]).await;
    let trigger = super::postload();
    let mut report = host.postload(trigger).await.unwrap();
    host.unload("misfit-background").await.unwrap();
    assert!(report.background.remove(0).finished().await.unwrap().result.is_ok());
}

#[tokio::test]
async fn an_embedder_can_have_hooks_of_its_own() {
    let spec = HookSpec::new("alert_escalation")
        .kind(HookKind::Postload)
        .object("alert")
        .operation("escalate");
    let host = builder().hook(spec).build().unwrap();
    let payload = Payload::parse(r#"[{"alert_id": 3}]"#).unwrap();
    let report = host.postload(Trigger::new("alert_escalation", payload)).await.unwrap();
    assert!(report.deliveries.is_empty());

    let error = builder()
        .hook(HookSpec::new("on_preload_ioc_create"))
        .build()
        .unwrap_err()
        .to_string();
    assert!(error.contains("on_preload_ioc_create"), "{error}");
}
