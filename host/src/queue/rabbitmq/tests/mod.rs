//! Against a real RabbitMQ: the one that `SCLERA_TEST_AMQP` names, or that of this machine.

mod loss;
mod node;
mod place;
mod restart;
mod tls;

use std::sync::Arc;
use std::time::{Duration, Instant};

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable};

use self::place::Corner;
use super::session::PATIENCE;
use super::{RabbitMq, RabbitQueue};
use crate::queue::tests::{AT_LAST, behaves_like_a_queue, bodies, has_nothing, message, ordered, take, wanted};
use crate::queue::{Queue, Taken};

/// Takes until so many messages are here or taken: what is in hand then is decided by the queue, and not by the network.
async fn until_sent(queue: &RabbitQueue, lanes: &[(&str, usize)], count: usize) {
    let none = wanted(0, lanes);
    let began = Instant::now();
    loop {
        // Nothing is taken, but the lanes are listened to.
        let _ = tokio::time::timeout(Duration::from_millis(20), queue.take(&none)).await;
        let (here, taken) = queue.link.inbox.counts();
        if here + taken >= count {
            return;
        }
        assert!(began.elapsed() < AT_LAST, "{here} are here and {taken} taken");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_behaves_like_a_queue() {
    let corners = std::sync::Mutex::new(Vec::new());
    let make: crate::queue::tests::Make<'_> = &|| {
        Box::pin(async {
            let corner = Corner::new().await;
            let queue = Arc::new(corner.open().await);
            corners.lock().unwrap().push(corner);
            queue as Arc<dyn Queue>
        })
    };
    // A lane that is asked for the first time has something a moment later: the two cases are below, for later.
    let except = ["lanes_are_served_in_turn", "no_more_than_there_is_room_for"];
    behaves_like_a_queue(make, &except).await;
    for corner in corners.into_inner().unwrap() {
        corner.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_may_be_put_to_and_listened_to_for_the_first_time_at_once() {
    for _ in 0..10 {
        let corner = Corner::new().await;
        let queue = corner.open().await;
        for lane in ["a", "b", "c"] {
            let all = wanted(9, &[(lane, 9)]);
            let put = async { queue.put(vec![message(lane, "1")], None).await.unwrap() };
            let ((), taken) = tokio::join!(put, take(&queue, &all, 1));
            queue.done(taken).await.unwrap();
        }
        queue.close().await;
        corner.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_longer_because_others_wait_for_the_same_queue() {
    let corner = Corner::new().await;
    let queue = corner.open().await;
    let session = queue.link.session().unwrap();
    let lane = queue.link.names.lane("a", false).unwrap();
    // Somebody asks for it, and gets no answer.
    let turn = Arc::new(tokio::sync::Mutex::new(()));
    session.turns.lock().unwrap().insert(lane.name.clone(), turn.clone());
    let asking = turn.lock().await;
    let all = async { tokio::join!(session.lane(&lane), session.lane(&lane), session.lane(&lane)) };
    let (first, second, third) = tokio::time::timeout(PATIENCE + PATIENCE / 2, all).await.unwrap();
    assert!([first, second, third].iter().all(Result::is_err));
    drop(asking);
    session.lane(&lane).await.unwrap();
    queue.close().await;
    corner.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lanes_are_served_in_turn() {
    let corner = Corner::new().await;
    let queue = corner.open().await;
    let mut messages: Vec<_> = (0..20).map(|_| message("a", "a")).collect();
    messages.extend([message("b", "b"), message("c", "c")]);
    queue.put(messages, None).await.unwrap();
    let lanes = [("a", 1), ("b", 1), ("c", 1)];
    until_sent(&queue, &lanes, 4).await;
    let mut came = Vec::new();
    for _ in 0..3 {
        came.extend(bodies(&take(&queue, &wanted(1, &lanes), 1).await));
    }
    came.sort();
    assert_eq!(came, ["a", "b", "c"]);
    queue.close().await;
    corner.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_taken_than_there_is_room_for() {
    let corner = Corner::new().await;
    let queue = corner.open().await;
    let messages = ["a", "a", "a", "b", "b", "b"].map(|lane| message(lane, lane));
    queue.put(messages.into(), None).await.unwrap();
    let lanes = [("a", 1), ("b", 9)];
    until_sent(&queue, &lanes, 5).await;
    let mut came = bodies(&queue.take(&wanted(3, &lanes)).await.unwrap());
    came.sort();
    assert_eq!(came, ["a", "b", "b"]);
    queue.close().await;
    corner.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_is_set_aside_and_the_rest_goes_on() {
    let corner = Corner::new().await;
    let queue = corner.open().await;
    let all = wanted(9, &[("a", 9)]);
    queue.put(vec![message("a", "1")], None).await.unwrap();
    let taken = take(&queue, &all, 1).await;
    queue.done(taken).await.unwrap();

    let ours = super::wire::properties(&message("a", "ours"), Duration::ZERO, None);
    let mut headers = ours.headers().clone().unwrap();
    headers.insert("sclera-lane".into(), AMQPValue::LongString("b".into()));
    let strangers = [
        BasicProperties::default(),
        ours.clone().with_type("sclera.delivery.99".into()),
        ours.clone().with_content_type("text/html".into()),
        ours.clone().with_message_id("42".into()),
        ours.clone().with_correlation_id("x".into()),
        ours.clone().with_headers(FieldTable::default()),
        ours.clone().with_headers(headers),
    ];
    let count = strangers.len();
    for stranger in strangers {
        corner.publish("a", b"\xff\x00garbage", stranger).await;
    }
    queue.put(vec![message("a", "2")], None).await.unwrap();
    assert_eq!(bodies(&take(&queue, &all, 1).await), ["2"]);
    assert!(has_nothing(&queue, &all).await);
    let mut aside = 0;
    while aside < count {
        match corner.aside().await {
            Some(one) => {
                assert_eq!(one.data, b"\xff\x00garbage");
                aside += 1;
            }
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    queue.close().await;
    corner.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_aside_says_why() {
    let corner = Corner::new().await;
    let queue = corner.open().await;
    queue.put(vec![message("a", "from the future")], None).await.unwrap();
    let taken = take(&queue, &wanted(9, &[("a", 9)]), 1).await.remove(0);
    queue.set_aside(taken, "nobody knows what it is").await.unwrap();
    let aside = corner.aside().await.unwrap();
    assert_eq!(aside.data, b"from the future");
    let why = &aside.properties.headers().as_ref().unwrap().inner()["sclera-why"];
    assert_eq!(why, &AMQPValue::LongString("nobody knows what it is".into()));
    queue.close().await;
    corner.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_ends_leaves_what_it_took_to_the_next() {
    let corner = Corner::new().await;
    let first = corner.open().await;
    first.put(vec![message("a", "1")], None).await.unwrap();
    let all = wanted(9, &[("a", 9)]);
    let taken = take(&first, &all, 1).await.remove(0);
    assert!(!taken.redelivered);
    first.close().await;
    let second = corner.open().await;
    let again = take(&second, &all, 1).await.remove(0);
    assert_eq!(again.message, taken.message);
    assert!(again.redelivered);
    second.done(vec![again]).await.unwrap();
    second.close().await;
    assert_eq!(corner.fill("lane.a").await.0, 0);
    corner.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn order_holds_for_several_workers() {
    let corner = Corner::new().await;
    let workers = [Arc::new(corner.open().await), Arc::new(corner.open().await)];
    let all = wanted(9, &[("a", 9)]);
    let messages: Vec<_> = (0..40)
        .map(|number| ordered("a", "case-7", &number.to_string()))
        .collect();
    workers[0].put(messages, None).await.unwrap();
    let busy = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let came = Arc::new(std::sync::Mutex::new(Vec::new()));
    let working: Vec<_> = workers
        .iter()
        .map(|worker| {
            let (worker, all, busy, came) = (worker.clone(), all.clone(), busy.clone(), came.clone());
            tokio::spawn(async move {
                loop {
                    let taken: Vec<Taken> = worker.take(&all).await.unwrap();
                    assert_eq!(
                        busy.fetch_add(taken.len() as u32, std::sync::atomic::Ordering::SeqCst),
                        0
                    );
                    came.lock().unwrap().extend(bodies(&taken));
                    tokio::task::yield_now().await;
                    busy.fetch_sub(taken.len() as u32, std::sync::atomic::Ordering::SeqCst);
                    worker.done(taken).await.unwrap();
                }
            })
        })
        .collect();
    let began = Instant::now();
    while came.lock().unwrap().len() < 40 {
        assert!(began.elapsed() < AT_LAST, "{:?}", came.lock().unwrap());
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(working.iter().all(|working| !working.is_finished()));
    }
    let expected: Vec<_> = (0..40).map(|number| number.to_string()).collect();
    assert_eq!(*came.lock().unwrap(), expected);
    for (working, worker) in working.into_iter().zip(workers) {
        working.abort();
        worker.close().await;
    }
    corner.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_names_the_lanes_that_nobody_serves() {
    let corner = Corner::new().await;
    let queue = corner.open().await;
    queue
        .put(vec![message("a", "1"), message("b", "2")], None)
        .await
        .unwrap();
    until_sent(&queue, &[("b", 1)], 1).await;
    let health = queue.health().await.unwrap();
    assert_eq!(health.waiting, 2);
    assert_eq!(health.unserved, ["a"]);
    assert!(health.oldest_waiting.is_some());
    assert_eq!(health.trouble, None);
    queue.close().await;
    corner.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_is_told_so_and_no_password_is_shown() {
    let corner = Corner::new().await;
    let refused = async |url: &str| {
        let error = RabbitQueue::open(&corner.settings_at(url))
            .await
            .unwrap_err()
            .to_string();
        assert!(!error.contains("hunter2"), "{error}");
        error
    };
    let mut url = url::Url::parse(&corner.url).unwrap();
    url.set_path("/there-is-no-such-vhost");
    assert!(refused(url.as_str()).await.contains("vhost"));
    url.set_password(Some("hunter2")).unwrap();
    assert!(refused(url.as_str()).await.contains("password"));
    let debug = format!("{:?}", RabbitMq::new(url.as_str(), "outbox.sqlite"));
    assert!(!debug.contains("hunter2"), "{debug}");
    corner.remove().await;
}
