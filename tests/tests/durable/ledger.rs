//! The ledger, as an embedder sees it: the same in a SQLite file and in a PostgreSQL database.

use std::time::{Duration, UNIX_EPOCH};

use sclera::{DeliveryId, Filter, Keep, Ledger, LedgerError, Purged, Record, State};
use sclera_tests::services::{self, PostgresCluster};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Both places, each empty. The folder has the file.
fn places() -> (TempDir, [String; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.sqlite").to_str().unwrap().to_owned();
    (folder, [file, services::postgres()])
}

async fn open(place: &str) -> Ledger {
    Ledger::open(place, &Keep::default()).await.unwrap()
}

/// A delivery with that number, as it is exported.
fn record(number: u32, state: &str, change: impl FnOnce(&mut Value)) -> Record {
    let mut record = json!({
        "id": format!("019b2d7c-8a1e-7c55-b3f0-{number:012}"), "trigger": "019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c00",
        "hook": "on_postload_ioc_create", "kind": "postload", "menu_name": null,
        "module": "tagger", "version": "1.0.0", "digest": "00ff", "asynchronous": true,
        "happened_at_ms": 1_700_000_000_000_u64 + u64::from(number) * 1_000, "triggered_by": "Zoë \u{0}",
        "metadata": {"case_id": 42}, "causes": [], "about": "ioc:1", "payload": [{"ioc_value": "evil.example\u{0}"}],
        "state": state,
        "attempts": [{
            "run": format!("019b2d7c-8a1e-7c55-b3f1-{number:012}"), "number": 1, "started_at_ms": 1_700_000_000_001_u64,
            "version": "1.0.0", "digest": "00ff", "mode": "enforce",
            "fuel": u64::MAX, "duration_ns": 3_000_000, "peak_memory": 65_536,
            "result": {"Err": {"kind": "trap", "reason": "unreachable"}}, "actions": "none",
            "logs": [{"level": "info", "context": "stdout", "message": "hello"}],
            "transcript": {"seed": "0101010101010101010101010101010101010101010101010101010101010101", "calls": [{"function": "f", "asked": [1], "answered": "b"}]},
        }],
    });
    change(&mut record);
    serde_json::from_value(record).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_is_found_again_and_what_is_final_stays_so() {
    let (_folder, places) = places();
    for place in places {
        let ledger = open(&place).await;
        let all = [
            record(1, "done", |_| {}),
            record(2, "dead", |_| {}),
            record(3, "failed", |_| {}),
        ];
        for one in all.iter().chain(&all) {
            ledger.import(one).await.unwrap();
        }
        // It is over: nothing that comes late changes that.
        ledger.import(&record(1, "dead", |_| {})).await.unwrap();
        drop(ledger);
        let (ledger, other) = (open(&place).await, open(&place).await);
        for one in &all {
            assert_eq!(
                ledger.find(one.envelope.id).await.unwrap().as_ref(),
                Some(one),
                "{place}"
            );
        }
        let counts = serde_json::to_value(other.counts().await.unwrap()).unwrap();
        assert_eq!(
            counts,
            json!({"waiting": 0, "done": 1, "failed": 1, "dead": 1}),
            "{place}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_found_by_what_is_asked_for() {
    let (_folder, places) = places();
    for place in places {
        let ledger = open(&place).await;
        for one in [
            record(1, "done", |_| {}),
            record(2, "dead", |record| record["module"] = "lookup".into()),
            record(3, "failed", |record| record["hook"] = "on_preload_ioc_create".into()),
        ] {
            ledger.import(&one).await.unwrap();
        }
        let all = Filter::default;
        let ids = |numbers: &[u32]| {
            numbers
                .iter()
                .map(|number| record(*number, "done", |_| {}).envelope.id)
                .collect()
        };
        let cases: [(Filter, Vec<DeliveryId>); 6] = [
            (all(), ids(&[3, 2, 1])),
            (
                Filter {
                    hook: Some("on_postload_ioc_create".into()),
                    ..all()
                },
                ids(&[2, 1]),
            ),
            (
                Filter {
                    module: Some("lookup".into()),
                    state: Some(State::Dead),
                    ..all()
                },
                ids(&[2]),
            ),
            (
                Filter {
                    since: Some(UNIX_EPOCH + Duration::from_millis(1_700_000_002_000)),
                    ..all()
                },
                ids(&[3, 2]),
            ),
            (
                Filter {
                    limit: Some(1),
                    ..all()
                },
                ids(&[3]),
            ),
            (
                Filter {
                    ids: ids(&[1, 3]),
                    ..all()
                },
                ids(&[3, 1]),
            ),
        ];
        for (filter, wanted) in cases {
            let listed = ledger.list(&filter).await.unwrap();
            assert_eq!(
                listed.iter().map(|one| one.id).collect::<Vec<_>>(),
                wanted,
                "{place}: {filter:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_goes_and_dead_letters_stay() {
    let (_folder, places) = places();
    for place in places {
        let keep = Keep {
            payloads: Duration::ZERO,
            ..Keep::default()
        };
        let ledger = Ledger::open(&place, &keep).await.unwrap();
        for one in [record(1, "done", |_| {}), record(2, "dead", |_| {})] {
            ledger.import(&one).await.unwrap();
        }
        // The clock's next millisecond.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let purged = ledger.purge().await.unwrap();
        assert_eq!(
            serde_json::to_value(purged).unwrap(),
            json!({"records": 0, "payloads": 1}),
            "{place}"
        );
        assert_eq!(ledger.purge().await.unwrap(), Purged::default(), "{place}");
        let listed = ledger.list(&Filter::default()).await.unwrap();
        let kept: Vec<_> = listed.iter().map(|one| (one.state, one.payload_kept)).collect();
        assert_eq!(kept, [(State::Dead, true), (State::Done, false)], "{place}");
        let done = ledger.find(listed[1].id).await.unwrap().unwrap();
        assert!(done.not_kept.unwrap().contains("`payloads`"), "{place}");
        assert_eq!(done.attempts[0].transcript, None, "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_hosts_may_write_the_same_at_once() {
    let (_folder, places) = places();
    for place in places {
        let hosts = [open(&place).await, open(&place).await];
        let writing: Vec<_> = (0..100)
            .flat_map(|number| hosts.iter().map(move |host| (number % 50, host.clone())))
            .map(|(number, host)| tokio::spawn(async move { host.import(&record(number, "done", |_| {})).await }))
            .collect();
        for one in writing {
            one.await.unwrap().unwrap();
        }
        let listed = hosts[0].list(&Filter::default()).await.unwrap();
        assert_eq!(listed.len(), 50, "{place}");
        assert!(listed.iter().all(|one| one.attempts == 1), "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_is_told_of_and_found_again() {
    let mut cluster = PostgresCluster::start().unwrap();
    let place = cluster.database().unwrap();
    let ledger = open(&place).await;
    ledger.import(&record(1, "done", |_| {})).await.unwrap();
    cluster.kill9().unwrap();
    let error = ledger.import(&record(2, "done", |_| {})).await.unwrap_err();
    assert!(matches!(error, LedgerError::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("see that it runs"), "{error}");
    assert!(ledger.pressure().is_some());
    cluster.start_again().unwrap();
    while ledger.pressure().is_some() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ledger.import(&record(2, "done", |_| {})).await.unwrap();
    assert_eq!(ledger.list(&Filter::default()).await.unwrap().len(), 2);
}
