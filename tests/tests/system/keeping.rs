//! What a module keeps between deliveries: nothing unless granted, and only its own.

use std::path::Path;

use sclera::{Delivery, Fault, Grants, Host, HostBuilder, KeyvalueGrant, LoadFault, ModulePolicy};

use super::{builder, host_with, load, preload};

/// Lets the misfits that behave so keep something.
fn granting(behaviours: &[&str], grant: &KeyvalueGrant) -> HostBuilder {
    behaviours.iter().fold(builder(), |builder, behaviour| {
        let grants = Grants {
            keyvalue: Some(grant.clone()),
            ..Grants::default()
        };
        let policy = ModulePolicy {
            grants,
            ..ModulePolicy::default()
        };
        builder.policy(format!("misfit-{behaviour}"), policy)
    })
}

async fn granted(behaviours: &[&str], grant: &KeyvalueGrant, file: Option<&Path>) -> Host {
    let builder = granting(behaviours, grant);
    let builder = match file {
        Some(file) => builder.keep_in(file),
        None => builder,
    };
    let host = builder.build().unwrap();
    for behaviour in behaviours {
        load(&host, behaviour).await.unwrap();
    }
    host
}

async fn deliveries(host: &Host) -> Vec<Delivery> {
    host.preload(preload()).await.unwrap().deliveries
}

/// What the modules say that they got, one after the other.
async fn kept(host: &Host) -> Vec<String> {
    let messages = |delivery: Delivery| {
        let line = delivery.logs.into_iter().find(|line| line.context == "kept");
        line.unwrap().message
    };
    deliveries(host).await.into_iter().map(messages).collect()
}

fn notes(delivery: &Delivery) -> Vec<&str> {
    let notes = delivery.logs.iter().filter(|line| line.context == "sclera");
    notes.map(|line| line.message.as_str()).collect()
}

#[tokio::test]
async fn each_module_finds_what_it_has_kept() {
    let host = granted(&["keeps", "keeps-too"], &KeyvalueGrant::default(), None).await;
    for sum in ["1", "2", "3"] {
        assert_eq!(kept(&host).await, [sum, sum]);
    }
}

#[tokio::test]
async fn what_is_kept_in_a_file_outlives_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kept.db");
    for sum in ["1", "2"] {
        let host = granted(&["keeps"], &KeyvalueGrant::default(), Some(&file)).await;
        assert_eq!(kept(&host).await, [sum]);
    }
}

#[tokio::test]
async fn a_module_opens_its_own_store_and_no_other() {
    let host = granted(
        &["keeps", "keeps-default", "keeps-elsewhere"],
        &KeyvalueGrant::default(),
        None,
    )
    .await;
    assert_eq!(kept(&host).await, ["1", "1", "no such store"]);
    let deliveries = deliveries(&host).await;
    assert!(notes(&deliveries[0]).is_empty());
    assert!(
        notes(&deliveries[2])[0].contains("`misfit-keeps`"),
        "{:?}",
        deliveries[2].logs
    );
}

#[tokio::test]
async fn without_a_grant_nothing_is_kept_and_the_log_says_why() {
    let host = host_with(&["keeps", "keeps-elsewhere"]).await;
    assert_eq!(kept(&host).await, ["access denied", "access denied"]);
    for delivery in deliveries(&host).await {
        assert!(notes(&delivery)[0].contains("not granted"), "{:?}", delivery.logs);
    }
}

#[tokio::test]
async fn a_store_takes_no_more_than_its_grant() {
    let small = KeyvalueGrant {
        keys: 5,
        ..KeyvalueGrant::default()
    };
    let host = granted(&["fills-store"], &small, None).await;
    let said = kept(&host).await;
    assert!(said[0].contains("5 keys"), "{said:?}");
    assert!(notes(&deliveries(&host).await[0])[0].contains("grant `keyvalue`"));

    let small = KeyvalueGrant {
        bytes: 10_000,
        ..KeyvalueGrant::default()
    };
    let host = granted(&["fills-store"], &small, None).await;
    let said = kept(&host).await;
    assert!(said[0].contains("10000 bytes"), "{said:?}");
}

#[tokio::test]
async fn the_store_answers_only_while_an_event_is_handled() {
    let grant = KeyvalueGrant::default();
    let host = granting(&["register-keeps"], &grant).build().unwrap();
    let module = load(&host, "register-keeps").await.unwrap();
    let said: Vec<_> = module.registration_log.iter().map(|line| &*line.message).collect();
    assert!(said[0].contains("`register-hooks`"), "{said:?}");
    assert_eq!(said[1], "access denied");

    let host = granting(&["describe-keeps"], &grant).build().unwrap();
    let error = load(&host, "describe-keeps").await.unwrap_err();
    assert!(
        matches!(&error.fault, LoadFault::Describe(Fault::Trap { reason }) if reason.contains("no import answers")),
        "{error}"
    );
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_is_seen_at_loading() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("no/such/folder/kept.db");
    let host = granting(&["keeps"], &KeyvalueGrant::default())
        .keep_in(&nowhere)
        .build()
        .unwrap();
    let error = load(&host, "keeps").await.unwrap_err().to_string();
    assert!(
        error.contains("misfit-keeps") && error.contains("no/such/folder"),
        "{error}"
    );
    // Who keeps nothing does not need it.
    load(&host, "behaves").await.unwrap();
}
