//! The connection is lost.

use std::sync::Arc;
use std::time::Duration;

use super::place::{Corner, Wire, shared};
use super::{RabbitQueue, until_sent};
use crate::queue::fallback::Fallback;
use crate::queue::tests::{bodies, has_nothing, message, ordered, take, wanted};
use crate::queue::{MemoryQueue, Queue, QueueError};

struct Lossy {
    corner: Corner,
    wire: Wire,
    queue: Arc<RabbitQueue>,
}

impl Lossy {
    async fn new() -> Self {
        let corner = Corner::new().await;
        let wire = Wire::to(&shared()).await;
        let queue = Arc::new(RabbitQueue::open(&corner.settings_at(&wire.url)).await.unwrap());
        Self { corner, wire, queue }
    }

    /// Cuts the connection, and waits until that was noticed.
    async fn cut(&self) {
        self.wire.cut();
        while self.queue.link.session().is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            // One that was let through at the very moment has not been seen by the first cut.
            self.wire.cut();
        }
    }

    async fn mend(&self) {
        self.wire.mend();
        while self.queue.link.session().is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Nothing is left, neither here nor in the broker.
    async fn end(self) {
        assert!(has_nothing(&*self.queue, &wanted(9, &[("a", 9)])).await);
        self.queue.close().await;
        assert_eq!(self.corner.fill("lane.a").await.0, 0);
        self.corner.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_goes_on_over_the_next_connection() {
    let lossy = Lossy::new().await;
    let all = wanted(9, &[("a", 9)]);
    lossy.queue.put(vec![message("a", "1")], None).await.unwrap();
    let taken = take(&*lossy.queue, &all, 1).await;
    lossy.cut().await;
    lossy.mend().await;
    lossy.queue.put(vec![message("a", "2")], None).await.unwrap();
    // The first came again before the second, and is not taken twice.
    let second = take(&*lossy.queue, &all, 1).await;
    assert_eq!(bodies(&second), ["2"]);
    lossy.queue.done(taken).await.unwrap();
    lossy.queue.done(second).await.unwrap();
    lossy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_while_there_is_no_connection_does_not_come_again() {
    let lossy = Lossy::new().await;
    let all = wanted(9, &[("a", 9)]);
    lossy.queue.put(vec![message("a", "1")], None).await.unwrap();
    let taken = take(&*lossy.queue, &all, 1).await;
    lossy.cut().await;
    lossy.queue.done(taken).await.unwrap();
    lossy.mend().await;
    lossy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_had_begun_with_comes_as_if_nothing_had_happened() {
    let lossy = Lossy::new().await;
    lossy
        .queue
        .put(vec![message("a", "1"), message("a", "2")], None)
        .await
        .unwrap();
    until_sent(&lossy.queue, &[("a", 2)], 2).await;
    for _ in 0..3 {
        lossy.cut().await;
        lossy.mend().await;
        until_sent(&lossy.queue, &[("a", 2)], 2).await;
    }
    let taken = take(&*lossy.queue, &wanted(9, &[("a", 9)]), 2).await;
    assert_eq!(bodies(&taken), ["1", "2"]);
    assert!(taken.iter().all(|one| !one.redelivered));
    lossy.queue.done(taken).await.unwrap();
    lossy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_counts_though_the_connection_was_lost() {
    let lossy = Lossy::new().await;
    let all = wanted(9, &[("a", 9)]);
    let (plain, in_order) = (message("a", "1"), ordered("a", "x", "2"));
    lossy.queue.put(vec![plain, in_order], None).await.unwrap();
    let taken = take(&*lossy.queue, &all, 2).await;
    lossy.cut().await;
    for one in taken {
        lossy.queue.again(one, Duration::from_millis(100)).await.unwrap();
    }
    lossy.mend().await;
    let taken = take(&*lossy.queue, &all, 2).await;
    assert!(
        taken.iter().all(|one| one.message.attempt == 2 && !one.redelivered),
        "{:?}",
        bodies(&taken)
    );
    lossy.queue.done(taken).await.unwrap();
    lossy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_puts_while_there_is_no_connection_is_told_so_at_once() {
    let lossy = Lossy::new().await;
    lossy.cut().await;
    let put = lossy.queue.put(vec![message("a", "1")], Some(9));
    let error = tokio::time::timeout(Duration::from_secs(1), put)
        .await
        .unwrap()
        .unwrap_err();
    assert!(matches!(error, QueueError::Unavailable { .. }), "{error}");
    let health = lossy.queue.health().await.unwrap();
    assert!(health.trouble.is_some());
    lossy.mend().await;
    lossy.queue.put(vec![message("a", "1")], None).await.unwrap();
    let taken = take(&*lossy.queue, &wanted(9, &[("a", 9)]), 1).await;
    lossy.queue.done(taken).await.unwrap();
    assert_eq!(lossy.queue.health().await.unwrap().trouble, None);
    lossy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_broker_does_not_take_is_in_the_outbox_and_moves_on() {
    let lossy = Lossy::new().await;
    let fallback = Fallback::new(lossy.queue.clone(), Arc::new(MemoryQueue::default()))
        .await
        .unwrap();
    fallback.put(vec![ordered("a", "x", "0")], Some(99)).await.unwrap();
    lossy.cut().await;
    for number in 1..=20 {
        let message = ordered("a", "x", &number.to_string());
        fallback.put(vec![message], Some(99)).await.unwrap();
    }
    let health = fallback.health().await.unwrap();
    assert_eq!(health.in_outbox, 20);
    assert!(health.trouble.is_some());
    lossy.mend().await;
    let mut came = Vec::new();
    while came.len() < 21 {
        let taken = take(&fallback, &wanted(9, &[("a", 9)]), 1).await;
        came.extend(bodies(&taken));
        fallback.done(taken).await.unwrap();
    }
    let expected: Vec<_> = (0..=20).map(|number| number.to_string()).collect();
    assert_eq!(came, expected);
    let health = fallback.health().await.unwrap();
    assert_eq!((health.in_outbox, health.trouble), (0, None));
    fallback.close().await;
    lossy.corner.remove().await;
}
