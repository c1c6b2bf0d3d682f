//! A delivery is run by the version of its module that it was accepted for, in whatever process.

use std::path::Path;
use std::time::Duration;

use sclera::{
    ActionsGrant, Capacity, Catalog, DeliveryId, DurableQueue, Grants, Host, Ledger, ModulePolicy, ModuleSource,
    ModuleStore, Payload, Policies, Record, State, Trigger,
};
use sclera_tests::example;

const HOOK: &str = "on_postload_case_create";

async fn host(state: &Path, workers: u32) -> Host {
    let ledger = state.join("ledger.sqlite").display().to_string();
    Host::builder()
        .capacity(Capacity {
            concurrency: 4,
            workers,
            ..Capacity::default()
        })
        .default_policy(ModulePolicy {
            grants: Grants {
                actions: ActionsGrant::everything(),
                ..Grants::default()
            },
            ..ModulePolicy::default()
        })
        .queue(DurableQueue::sqlite(state.join("queue.sqlite")).await.unwrap())
        .ledger(Ledger::open(&ledger, &Policies::default().ledger).await.unwrap())
        .module_store(ModuleStore::open(state.join("modules")).unwrap())
        .build()
        .unwrap()
}

/// Another version of the same module, as far as anyone can see.
fn rebuilt(file: &[u8]) -> Vec<u8> {
    let mut other = file.to_vec();
    // A custom section with a name and nothing in it.
    other.extend_from_slice(b"\x00\x06\x05again");
    other
}

/// A server that has loaded `file` accepts a delivery, and ends. Gives the delivery and the digest of the module.
async fn accepted(state: &Path, file: &[u8]) -> (DeliveryId, String) {
    let server = host(state, 0).await;
    let digest = server
        .load(ModuleSource::bytes(file))
        .await
        .unwrap()
        .identity
        .digest
        .clone();
    let sample = Catalog::iris().get(HOOK).unwrap().sample().to_string();
    let trigger = Trigger::new(HOOK, Payload::parse(sample).unwrap());
    let report = server.postload(trigger).await.unwrap();
    server.stop(Duration::ZERO).await;
    server.ledger().unwrap().flush().await.unwrap();
    (report.background[0].id, digest)
}

async fn over(host: &Host, id: DeliveryId) -> Record {
    let ledger = host.ledger().unwrap();
    loop {
        match ledger.find(id).await.unwrap() {
            Some(record) if record.state != State::Waiting => return record,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn case_watch() -> Vec<u8> {
    std::fs::read(example("case-watch")).unwrap()
}

#[tokio::test]
async fn the_version_that_it_was_accepted_for_runs_though_another_one_is_loaded() {
    let state = tempfile::tempdir().unwrap();
    let (id, digest) = accepted(state.path(), &case_watch()).await;

    let worker = host(state.path(), 2).await;
    let loaded = worker.load(ModuleSource::bytes(rebuilt(&case_watch()))).await.unwrap();
    assert_ne!(loaded.identity.digest, digest);
    worker.start_workers();
    let record = over(&worker, id).await;
    assert_eq!((record.state, &record.attempts[0].digest), (State::Done, &digest));
    assert_eq!(worker.modules().len(), 1, "it listens to nothing");
    worker.stop(Duration::from_secs(10)).await;
}

#[tokio::test]
async fn a_worker_that_has_loaded_nothing_serves_what_is_in_the_store() {
    let state = tempfile::tempdir().unwrap();
    // It runs before there is anything to serve.
    let worker = host(state.path(), 2).await;
    worker.start_workers();
    let (id, digest) = accepted(state.path(), &case_watch()).await;
    let record = over(&worker, id).await;
    assert_eq!((record.state, &record.attempts[0].digest), (State::Done, &digest));
    assert!(worker.modules().is_empty() && worker.subscriptions().is_empty());
    worker.stop(Duration::from_secs(10)).await;
}

#[tokio::test]
async fn a_file_of_the_store_that_was_changed_is_not_run() {
    let state = tempfile::tempdir().unwrap();
    let (id, digest) = accepted(state.path(), &case_watch()).await;
    let file = state.path().join(format!("modules/{digest}.wasm"));
    std::fs::write(file, rebuilt(&rebuilt(&case_watch()))).unwrap();

    let worker = host(state.path(), 2).await;
    let loaded = worker.load(ModuleSource::bytes(rebuilt(&case_watch()))).await.unwrap();
    worker.start_workers();
    let record = over(&worker, id).await;
    assert_eq!(record.attempts[0].digest, loaded.identity.digest);
    worker.stop(Duration::from_secs(10)).await;
}
