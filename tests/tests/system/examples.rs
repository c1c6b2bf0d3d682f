//! The example modules, compiled and in the host, with what the policy beside them grants.

use std::path::Path;

use sclera::{Host, ModuleSource, Payload, Policies, Trigger};
use sclera_tests::{example, examples};
use serde_json::json;

use super::builder;

async fn host() -> Host {
    let policies =
        Policies::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../example-modules/sclera.toml")).unwrap();
    let host = builder().policies(policies).build().unwrap();
    for (file, loaded) in host.load_folder(examples()).await.unwrap() {
        loaded.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    host
}

fn request(ioc: serde_json::Value) -> Trigger {
    let payload = Payload::from_object(&ioc).unwrap();
    Trigger::new("on_preload_ioc_create", payload)
        .by("alice")
        .metadata("case_id", 42)
        .metadata("tlp", "amber")
}

#[tokio::test]
async fn a_defanged_url_is_repaired_tagged_and_gets_the_tlp_of_its_case() {
    let host = host().await;
    let dirty =
        json!({"ioc_value": " hxxps://evil[.]example/login ", "ioc_type_id": 141, "ioc_tags": "phish", "mine": [1]});
    let report = host.preload(request(dirty)).await.unwrap();
    assert_eq!(report.failures().collect::<Vec<_>>(), Vec::<String>::new());
    let ioc = &report.payload.value()[0];
    assert_eq!(ioc["ioc_value"], "https://evil.example/login");
    assert_eq!(ioc["ioc_tlp_id"], 2);
    assert_eq!(ioc["mine"], json!([1]));
    let tags = ioc["ioc_tags"].as_str().unwrap();
    assert!(tags.contains("phish") && tags.contains("refanged"), "{tags}");
}

#[tokio::test]
async fn what_cannot_be_a_hash_is_refused() {
    let host = host().await;
    let report = host
        .preload(request(json!({"ioc_value": "zz", "ioc_type_id": 113})))
        .await
        .unwrap();
    let refusal = report.refusal.unwrap();
    assert_eq!(refusal.module, "ioc-guard");
    assert_eq!(refusal.rejection.pointer.as_deref(), Some("/0/ioc_value"));
    assert!(
        refusal.rejection.reason.contains("SHA-256"),
        "{}",
        refusal.rejection.reason
    );
}

#[tokio::test]
async fn every_example_handles_the_sample_of_every_hook_it_listens_to() {
    let host = host().await;
    let subscriptions = host.subscriptions();
    assert!(subscriptions.len() >= 8, "{subscriptions:?}");
    for subscription in subscriptions {
        let hook = host.catalog().get(&subscription.hook).unwrap();
        let payload = Payload::parse(hook.sample().to_string()).unwrap();
        let trigger = Trigger::new(hook.name(), payload)
            .by("alice")
            .metadata("case_id", 42)
            .metadata("tlp", "green");
        let failures: Vec<String> = match subscription.kind {
            sclera::HookKind::Preload => host.preload(trigger).await.unwrap().failures().collect(),
            sclera::HookKind::Postload => {
                let mut report = host.postload(trigger).await.unwrap();
                let mut failures: Vec<String> = report.failures().collect();
                for pending in report.background.drain(..) {
                    failures.extend(pending.finished().await.unwrap().failure());
                }
                failures
            }
            sclera::HookKind::Manual => {
                let name = subscription.menu_name.as_deref().unwrap();
                let mut report = host.trigger_manual(&subscription.module, name, trigger).await.unwrap();
                let mut failures: Vec<String> = report.failures().collect();
                for pending in report.background.drain(..) {
                    failures.extend(pending.finished().await.unwrap().failure());
                }
                failures
            }
        };
        assert_eq!(failures, Vec::<String>::new(), "{}", subscription.hook);
    }
}

#[tokio::test]
async fn a_wrong_configuration_names_the_key() {
    let host = builder().build().unwrap();
    let source = ModuleSource::file(example("ioc-guard")).config(json!({"tag_changes": "perhaps"}));
    let error = host.load(source).await.unwrap_err().to_string();
    assert!(error.contains("tag_changes") && error.contains("ioc-guard"), "{error}");
}
