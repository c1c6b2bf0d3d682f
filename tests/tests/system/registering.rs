//! Registering is transactional and idempotent, and a module that fails at it harms nobody.

use sclera::{ConfigError, LoadFault, ModuleSource, OnFailure};
use sclera_tests::misfit;
use serde_json::json;

use super::{builder, host_with, load, preload};

/// Behaviour, and what the error says.
const REFUSED: &[(&str, &str)] = &[
    ("describe-traps", "no description"),
    ("describe-loops", "fuel"),
    ("describe-registers", "no import answers"),
    ("describe-reads-config", "no import answers"),
    ("bad-name", "its name"),
    ("bad-version", "semver.org"),
    ("bad-schema", "configuration schema"),
    ("schema-not-json", "configuration schema is not JSON"),
    ("register-traps", "nothing that it asked for took effect"),
    ("register-fails", "the server\u{fffd}[2J is not there"),
    ("register-loops", "fuel"),
    ("unknown-hook", "the nearest is `on_preload_ioc_create`"),
    ("other-module", "is not the id of this module"),
    ("deregisters-other", "is not the id of this module"),
    ("long-menu-name", "longer than 128 characters"),
    ("forged-menu-name", "control characters"),
    ("floods-registry", "the limit `subscriptions`"),
    ("match-rule-bomb", "the whole `payload`"),
    ("bad-policy", "there is no policy `explode`"),
    ("submits-twice", "submitted once"),
];

#[tokio::test]
async fn a_module_that_fails_to_register_takes_no_effect_and_harms_nobody() {
    let host = host_with(&["marks"]).await;
    let before = host.subscriptions();
    for (behaviour, expected) in REFUSED {
        let error = load(&host, behaviour).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{behaviour}: {error}");
        assert!(!error.contains('\u{1b}') && error.len() < 3_000, "{error}");
        if !["describe", "bad-", "schema"]
            .iter()
            .any(|early| behaviour.starts_with(early))
            || *behaviour == "bad-policy"
        {
            assert!(error.contains(&format!("misfit-{behaviour}")), "{error}");
        }
        assert_eq!(host.subscriptions(), before, "{behaviour}");
    }
    assert_eq!(host.modules().len(), 1);
    assert!(host.preload(preload()).await.unwrap().refusal.is_none());
}

#[tokio::test]
async fn a_schema_that_refers_to_itself_does_not_hang_the_host() {
    let host = builder().build().unwrap();
    // Whether it is accepted does not matter; that the host goes on does.
    let _ = load(&host, "schema-loops").await;
    let source = ModuleSource::bytes(misfit("schema-loops")).config(json!({"a": 1}));
    let _ = host.load(source).await;
    load(&host, "behaves").await.unwrap();
}

#[tokio::test]
async fn a_refused_subscription_that_a_module_ignores_is_in_its_log() {
    let host = builder().build().unwrap();
    let module = load(&host, "unknown-hook-ignored").await.unwrap();
    assert_eq!(module.subscriptions.len(), 1);
    let log = &module.registration_log[0].message;
    assert!(
        log.contains("on_prelaod_ioc_create") && log.contains("the nearest is"),
        "{log}"
    );
}

#[tokio::test]
async fn asking_twice_gives_one_subscription_and_the_second_request_counts() {
    let host = builder().build().unwrap();
    let module = load(&host, "same-hook-twice").await.unwrap();
    let hooks: Vec<_> = module
        .subscriptions
        .iter()
        .map(|one| (one.hook.as_str(), one.asynchronous))
        .collect();
    assert_eq!(
        hooks,
        [("on_preload_ioc_create", false), ("on_postload_ioc_create", false)]
    );
}

#[tokio::test]
async fn deregistering_takes_back_and_what_is_not_there_is_fine() {
    let host = builder().build().unwrap();
    let module = load(&host, "deregisters").await.unwrap();
    let hooks: Vec<_> = module.subscriptions.iter().map(|one| one.hook.as_str()).collect();
    assert_eq!(hooks, ["on_postload_ioc_create"]);
}

#[tokio::test]
async fn an_asynchronous_preload_becomes_a_synchronous_one_with_a_warning() {
    let host = builder().build().unwrap();
    let module = load(&host, "asynchronous-preload").await.unwrap();
    assert!(!module.subscriptions[0].asynchronous);
    assert!(
        module.registration_log[0].message.contains("runs synchronously"),
        "{:?}",
        module.registration_log
    );
}

#[tokio::test]
async fn a_menu_name_on_a_hook_that_is_not_manual_is_ignored() {
    let host = builder().build().unwrap();
    let module = load(&host, "menu-name-on-preload").await.unwrap();
    assert_eq!(module.subscriptions[0].menu_name, None);
}

#[tokio::test]
async fn the_registry_answers_only_while_registering() {
    let host = host_with(&["registers-late"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(report.deliveries[0].logs[0].message, "not-registering");
    assert_eq!(host.subscriptions().len(), 3);
}

#[tokio::test]
async fn a_failure_policy_of_reject_refuses_the_request() {
    let host = host_with(&["policy-reject", "marks"]).await;
    assert_eq!(
        host.modules()[0].subscriptions[0]
            .failure_policy
            .faults(OnFailure::Reject)
            .count(),
        7
    );
    let report = host.preload(preload()).await.unwrap();
    let fault = report.deliveries[0].result.as_ref().unwrap_err();
    assert_eq!(
        host.modules()[0].subscriptions[0].failure_policy.on(fault),
        OnFailure::Reject
    );
    let refusal = report.refusal.unwrap();
    assert!(
        refusal.by_policy && refusal.rejection.reason.contains("misfit-policy-reject"),
        "{refusal:?}"
    );
    assert_eq!(report.deliveries.len(), 1);
}

#[tokio::test]
async fn a_configuration_is_checked_against_the_schema_before_the_module_registers() {
    let host = builder().build().unwrap();
    let load = |config| host.load(ModuleSource::bytes(misfit("wants-config")).config(config));
    let error = load(json!({"url": 3})).await.unwrap_err();
    assert!(
        matches!(error.fault, LoadFault::Config(ConfigError::DoesNotFit(_))),
        "{error}"
    );
    assert!(
        error.to_string().contains("/url") && error.to_string().contains("misfit-wants-config"),
        "{error}"
    );
    load(json!({"url": "https://example.org"})).await.unwrap();
}
