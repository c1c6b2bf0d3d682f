//! The broker is killed.

use std::time::{Duration, Instant};

use super::RabbitQueue;
use super::node::Node;
use super::place::Corner;
use crate::queue::Queue;
use crate::queue::tests::{AT_LAST, bodies, message, ordered, take, wanted};

/// A queue that was declared just before RabbitMQ 3.10 is killed may answer nobody afterwards. Nothing says when it is old
/// enough.
const YOUNG: Duration = Duration::from_secs(6);

/// Declares all queues of lane `a`, and waits until they are old enough.
async fn settle(queue: &RabbitQueue) {
    let messages = vec![message("a", "first"), ordered("a", "x", "first")];
    queue.put(messages, None).await.unwrap();
    let mut taken = take(queue, &wanted(9, &[("a", 9)]), 2).await;
    let plain = taken.iter().position(|one| one.message.order.is_none()).unwrap();
    queue
        .again(taken.remove(plain), Duration::from_millis(3_500))
        .await
        .unwrap();
    queue.done(taken).await.unwrap();
    let again = take(queue, &wanted(9, &[("a", 9)]), 1).await;
    queue.done(again).await.unwrap();
    tokio::time::sleep(YOUNG).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_and_what_waits_survives_the_broker_and_the_worker() {
    let mut node = Node::start(|_| String::new()).await;
    let corner = Corner::at(&node.url()).await;
    let all = wanted(9, &[("a", 9)]);
    let first = corner.open().await;
    settle(&first).await;
    first.put(vec![message("a", "again")], None).await.unwrap();
    let taken = take(&first, &all, 1).await.remove(0);
    first.again(taken, Duration::from_millis(3_500)).await.unwrap();
    first
        .put(vec![message("a", "1"), ordered("a", "x", "2")], None)
        .await
        .unwrap();
    // It has no time to say good-bye.
    node.kill9();
    first.close().await;
    node.start_again().await;
    let second = corner.open().await;
    let taken = take(&second, &all, 3).await;
    let mut came = bodies(&taken);
    came.sort();
    assert_eq!(came, ["1", "2", "again"]);
    let again = taken.iter().find(|one| &*one.message.body == b"again").unwrap();
    assert_eq!(again.message.attempt, 2);
    assert!(!again.redelivered);
    second.done(taken).await.unwrap();
    second.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_goes_on_when_the_broker_is_there_again() {
    let mut node = Node::start(|_| String::new()).await;
    let corner = Corner::at(&node.url()).await;
    let all = wanted(9, &[("a", 9)]);
    let queue = corner.open().await;
    settle(&queue).await;
    queue.put(vec![message("a", "1")], None).await.unwrap();
    let taken = take(&queue, &all, 1).await;
    node.kill9();
    queue.done(taken).await.unwrap();
    node.start_again().await;
    let began = Instant::now();
    while let Err(error) = queue.put(vec![message("a", "2")], None).await {
        assert!(began.elapsed() < AT_LAST, "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // A put that failed may have put it nevertheless.
    assert_eq!(bodies(&take(&queue, &all, 1).await), ["2"]);
    queue.close().await;
}
