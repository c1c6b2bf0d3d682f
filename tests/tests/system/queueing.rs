//! Asynchronous deliveries: how many run, whose turn it is, in which order, and what becomes of those that fail.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sclera::{
    ActionApplier, ActionState, ApplyError, Capacity, Delivery, DeliveryId, Host, ModulePolicy, QueueError,
    QueuePolicy, Trigger, TriggerError, WhenFull, async_trait,
};
use tokio::sync::Semaphore;

use super::{builder, capacity, committed, every_action, load, postload};

/// Applies actions when it is let, and as often as it is told fails.
#[derive(Clone)]
struct Gate {
    open: Arc<Semaphore>,
    fails: Arc<AtomicUsize>,
    /// Deliveries that came to it, and the most that were here at the same time.
    came: Arc<Mutex<Vec<DeliveryId>>>,
    inside: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Gate {
    fn new(open: usize, fails: usize) -> Self {
        Self {
            open: Arc::new(Semaphore::new(open)),
            fails: Arc::new(AtomicUsize::new(fails)),
            came: Arc::default(),
            inside: Arc::default(),
            most: Arc::default(),
        }
    }
}

#[async_trait]
impl ActionApplier for Gate {
    async fn apply(&self, _: &Host, delivery: &Delivery) -> Result<(), ApplyError> {
        self.came.lock().unwrap().push(delivery.id);
        let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(inside, Ordering::SeqCst);
        let place = self.open.acquire().await.unwrap();
        place.forget();
        self.inside.fetch_sub(1, Ordering::SeqCst);
        let fails = |left: usize| left.checked_sub(1);
        match self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails) {
            Ok(_) => Err("the database is locked".into()),
            Err(_) => Ok(()),
        }
    }
}

fn quick(workers: u32, per_module: u32) -> Capacity {
    Capacity {
        workers,
        per_module,
        retry_after: Duration::from_millis(5),
        ..capacity()
    }
}

#[tokio::test]
async fn a_full_queue_refuses_where_that_is_wanted_and_takes_again_when_there_is_room() {
    let gate = Gate::new(0, 0);
    let few = Capacity {
        background: 2,
        when_full: WhenFull::Refuse,
        ..quick(4, 4)
    };
    let host = builder()
        .capacity(few)
        .apply_actions_with(gate.clone())
        .build()
        .unwrap();
    load(&host, "restless").await.unwrap();
    for _ in 0..2 {
        host.postload(postload()).await.unwrap();
    }
    let refused = host.postload(postload()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            TriggerError::NotAccepted {
                reason: QueueError::Full { limit: 2 },
                ..
            }
        ),
        "{refused}"
    );
    gate.open.add_permits(3);
    host.drain().await;
    host.postload(postload()).await.unwrap();
    host.drain().await;
    assert_eq!(gate.came.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_slow_module_takes_no_more_than_its_share_and_keeps_nobody_else_waiting() {
    let gate = Gate::new(0, 0);
    let host = builder()
        .capacity(quick(3, 2))
        .apply_actions_with(gate.clone())
        .build()
        .unwrap();
    load(&host, "restless").await.unwrap();
    load(&host, "background").await.unwrap();
    let mut slow = Vec::new();
    for _ in 0..20 {
        for pending in host.postload(postload()).await.unwrap().background {
            match pending.module.as_str() {
                // It waits in the gate.
                "misfit-restless" => slow.push(pending),
                _ => assert!(pending.finished().await.unwrap().result.is_ok()),
            }
        }
    }
    assert_eq!(gate.most.load(Ordering::SeqCst), 2);
    gate.open.add_permits(slow.len());
    for pending in slow {
        assert_eq!(pending.finished().await.unwrap().actions, ActionState::Applied);
    }
    assert_eq!(gate.most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_policy_says_how_many_of_a_module_run_and_how_fast() {
    let gate = Gate::new(100, 0);
    let policy = ModulePolicy {
        queue: QueuePolicy {
            concurrency: Some(1),
            rate: Some(20),
            ..QueuePolicy::default()
        },
        ..every_action()
    };
    let host = builder()
        .capacity(quick(8, 8))
        .policy("misfit-restless", policy)
        .apply_actions_with(gate.clone())
        .build()
        .unwrap();
    load(&host, "restless").await.unwrap();
    let began = std::time::Instant::now();
    for _ in 0..24 {
        host.postload(postload()).await.unwrap();
    }
    host.drain().await;
    assert_eq!(gate.most.load(Ordering::SeqCst), 1);
    // 20 at once, and the last 4 at 20 a second. Slower is a slow machine; faster is no limit.
    assert!(began.elapsed() >= Duration::from_millis(190), "{:?}", began.elapsed());
}

#[tokio::test]
async fn deliveries_about_one_object_keep_their_order_though_they_fail_and_others_overtake_them() {
    let finished = Arc::new(Mutex::new(Vec::new()));
    let seen = finished.clone();
    let policy = ModulePolicy {
        queue: QueuePolicy {
            ordered: true,
            ..QueuePolicy::default()
        },
        ..every_action()
    };
    let host = builder()
        .capacity(quick(8, 8))
        .policy("misfit-fails-twice", policy)
        .on_delivery(move |delivery| seen.lock().unwrap().push(delivery.id))
        .build()
        .unwrap();
    load(&host, "fails-twice").await.unwrap();
    let mut expected: Vec<Vec<DeliveryId>> = vec![Vec::new(); 3];
    for round in 0..5 {
        for (object, expected) in expected.iter_mut().enumerate() {
            let trigger = Trigger::new("on_postload_ioc_create", committed()).about(format!("ioc:{object}"));
            let trigger = trigger.metadata("round", round);
            expected.extend(
                host.postload(trigger)
                    .await
                    .unwrap()
                    .background
                    .iter()
                    .map(|one| one.id),
            );
        }
    }
    host.drain().await;
    let finished = finished.lock().unwrap().clone();
    assert_eq!(finished.len(), 15);
    for expected in &expected {
        let found: Vec<_> = finished.iter().copied().filter(|id| expected.contains(id)).collect();
        assert_eq!(found, *expected);
    }
    // Each waited for itself only.
    let whole: Vec<_> = expected.concat();
    assert_ne!(finished, whole);
}

#[tokio::test]
async fn actions_that_cannot_be_applied_are_tried_again_under_the_same_id() {
    for (fails, state) in [(2, true), (100, false)] {
        let gate = Gate::new(100, fails);
        let host = builder()
            .capacity(quick(2, 2))
            .apply_actions_with(gate.clone())
            .build()
            .unwrap();
        load(&host, "restless").await.unwrap();
        let pending = host.postload(postload()).await.unwrap().background.remove(0);
        let id = pending.id;
        let delivery = pending.finished().await.unwrap();
        assert_eq!(
            delivery.actions == ActionState::Applied,
            state,
            "{:?}",
            delivery.actions
        );
        assert_eq!(delivery.attempt, 3);
        assert_eq!(*gate.came.lock().unwrap(), [id; 3]);
    }
}

#[tokio::test]
async fn stopping_waits_for_what_runs_and_takes_nothing_more() {
    let gate = Gate::new(0, 0);
    let host = builder()
        .capacity(quick(1, 1))
        .apply_actions_with(gate.clone())
        .build()
        .unwrap();
    load(&host, "restless").await.unwrap();
    let mut pending = Vec::new();
    for _ in 0..3 {
        pending.append(&mut host.postload(postload()).await.unwrap().background);
    }
    while gate.came.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    gate.open.add_permits(3);
    host.stop(Duration::from_secs(60)).await;
    assert!(pending.remove(0).finished().await.unwrap().result.is_ok());
    assert_eq!(gate.came.lock().unwrap().len(), 1);
    assert_eq!(host.health().await.queue.waiting, 2);
}
