//! When more is asked of the host than it can do.

use std::time::{Duration, Instant};

use sclera::{Capacity, Host, TriggerError};

use super::{builder, capacity, load, preload};

/// A host with one place, which is taken for a while.
async fn taken(patience: Duration, waiting: u32) -> (Host, tokio::task::JoinHandle<()>) {
    let capacity = Capacity {
        concurrency: 1,
        workers: 0,
        preload: Duration::from_secs(3),
        waiting,
        patience,
        ..capacity()
    };
    let host = builder().capacity(capacity).build().unwrap();
    load(&host, "sleeps").await.unwrap();
    let other = host.clone();
    let slow = tokio::spawn(async move {
        other.preload(preload()).await.unwrap();
    });
    // It has begun: only this can have wanted an instance.
    while host.instances().wanted == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (host, slow)
}

#[tokio::test]
async fn a_preload_that_finds_no_place_in_time_is_refused_and_nothing_of_it_has_run() {
    let (host, slow) = taken(Duration::from_millis(50), 8).await;
    let began = Instant::now();
    let refused = host.preload(preload()).await.unwrap_err();
    assert!(matches!(refused, TriggerError::Busy { .. }), "{refused}");
    assert!((Duration::from_millis(50)..Duration::from_secs(2)).contains(&began.elapsed()));
    assert_eq!(host.instances().wanted, 1);
    slow.await.unwrap();
    // Now there is a place.
    host.preload(preload()).await.unwrap();
    assert_eq!(host.instances().wanted, 2);
}

#[tokio::test]
async fn where_nobody_may_wait_it_is_refused_at_once() {
    let (host, slow) = taken(Duration::from_secs(60), 0).await;
    let refused = host.preload(preload()).await.unwrap_err();
    assert!(matches!(refused, TriggerError::Busy { .. }), "{refused}");
    assert!(!slow.is_finished());
    slow.await.unwrap();
}

#[tokio::test]
async fn a_trigger_that_has_waited_elsewhere_for_too_long_is_refused_though_there_is_a_place() {
    let patience = Duration::from_secs(60);
    let host = builder().capacity(Capacity { patience, ..capacity() }).build().unwrap();
    load(&host, "behaves").await.unwrap();
    let ago = |waited| Instant::now().checked_sub(waited).unwrap();
    let late = preload().waiting_since(ago(patience + Duration::from_millis(1)));
    match host.preload(late).await.unwrap_err() {
        TriggerError::Busy { reason, .. } => assert!(reason.waited > patience, "{reason:?}"),
        other => panic!("{other}"),
    }
    assert_eq!(host.instances().wanted, 0);
    let in_time = preload().waiting_since(ago(patience / 2));
    host.preload(in_time).await.unwrap();
    assert_eq!(host.instances().wanted, 1);
}
