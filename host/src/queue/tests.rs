//! What every queue does. One table; each kind of queue runs through it in its own tests.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::*;

/// Makes a queue that is empty.
pub(crate) type Make<'a> = &'a dyn Fn() -> Pin<Box<dyn Future<Output = Arc<dyn Queue>> + 'a>>;

type Case = fn(Arc<dyn Queue>) -> Pin<Box<dyn Future<Output = ()>>>;

/// Runs all cases but some, that a kind of queue makes no promise for.
pub(crate) async fn behaves_like_a_queue(make: Make<'_>, except: &[&str]) {
    for (name, case) in CASES {
        if !except.contains(name) {
            println!("case: {name}");
            let queue = make().await;
            tokio::time::timeout(Duration::from_secs(30), case(queue.clone()))
                .await
                .unwrap_or_else(|_| panic!("{name} takes too long"));
            queue.close().await;
        }
    }
}

macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        const CASES: &[(&str, Case)] = &[$((stringify!($name), |queue| Box::pin($name(queue)))),*];
    };
}

cases![
    what_is_put_is_taken_in_order,
    what_is_taken_is_not_taken_again,
    a_full_queue_takes_all_or_none,
    what_is_taken_counts_until_it_is_done,
    lanes_are_served_in_turn,
    no_more_than_there_is_room_for,
    lanes_that_nobody_wants_stay,
    those_of_one_key_come_one_after_the_other,
    one_that_waits_holds_up_its_key,
    another_attempt_comes_later_with_the_next_number,
    what_is_given_back_is_as_it_was,
    what_is_set_aside_is_gone,
    whoever_waits_is_woken,
    one_that_gives_up_waiting_has_taken_nothing,
    health_counts_what_waits,
];

pub(crate) fn message(lane: &str, body: &str) -> Message {
    Message {
        id: DeliveryId::new(),
        lane: lane.into(),
        order: None,
        attempt: 1,
        body: body.as_bytes().into(),
    }
}

pub(crate) fn ordered(lane: &str, key: &str, body: &str) -> Message {
    Message {
        order: Some(key.into()),
        ..message(lane, body)
    }
}

pub(crate) fn wanted(most: usize, lanes: &[(&str, usize)]) -> Wanted {
    Wanted {
        lanes: lanes.iter().map(|(lane, room)| (Arc::from(*lane), *room)).collect(),
        most,
    }
}

pub(crate) fn bodies(taken: &[Taken]) -> Vec<String> {
    taken
        .iter()
        .map(|one| String::from_utf8_lossy(&one.message.body).into_owned())
        .collect()
}

/// How long a test waits for anything: what has not come by then does not come.
pub(crate) const AT_LAST: Duration = Duration::from_secs(60);

/// Takes until there are that many. A queue may give fewer at a time.
pub(crate) async fn take(queue: &dyn Queue, wanted: &Wanted, count: usize) -> Vec<Taken> {
    let mut all = Vec::new();
    while all.len() < count {
        let Ok(more) = tokio::time::timeout(AT_LAST, queue.take(wanted)).await else {
            let health = queue.health().await;
            panic!("of {count} came {:?}, and then nothing; {health:?}", bodies(&all));
        };
        all.extend(more.unwrap());
    }
    all
}

/// Whether there is nothing to take, in the time that a queue needs to look twice.
pub(crate) async fn has_nothing(queue: &dyn Queue, wanted: &Wanted) -> bool {
    let nothing = async {
        loop {
            let taken = queue.take(wanted).await.unwrap();
            if !taken.is_empty() {
                return bodies(&taken);
            }
        }
    };
    tokio::time::timeout(Duration::from_millis(300), nothing).await.is_err()
}

async fn what_is_put_is_taken_in_order(queue: Arc<dyn Queue>) {
    let messages: Vec<_> = ["1", "2", "3"].map(|body| message("a", body)).into();
    queue.put(messages.clone(), None).await.unwrap();
    let taken = take(&*queue, &wanted(9, &[("a", 9)]), 3).await;
    let came: Vec<_> = taken.iter().map(|one| one.message.clone()).collect();
    assert_eq!(came, messages);
    assert!(taken.iter().all(|one| !one.redelivered));
}

async fn what_is_taken_is_not_taken_again(queue: Arc<dyn Queue>) {
    queue.put(vec![message("a", "1")], None).await.unwrap();
    let all = wanted(9, &[("a", 9)]);
    let taken = take(&*queue, &all, 1).await;
    assert!(has_nothing(&*queue, &all).await);
    queue.done(taken).await.unwrap();
    assert!(has_nothing(&*queue, &all).await);
}

async fn a_full_queue_takes_all_or_none(queue: Arc<dyn Queue>) {
    queue.put(vec![message("a", "1")], Some(2)).await.unwrap();
    let two = vec![message("a", "2"), message("b", "3")];
    let error = queue.put(two.clone(), Some(2)).await.unwrap_err();
    assert!(matches!(error, QueueError::Full { limit: 2 }), "{error:?}");
    assert_eq!(queue.health().await.unwrap().waiting, 1);
    queue.put(two, None).await.unwrap();
    assert_eq!(take(&*queue, &wanted(9, &[("a", 9), ("b", 9)]), 3).await.len(), 3);
}

async fn what_is_taken_counts_until_it_is_done(queue: Arc<dyn Queue>) {
    queue.put(vec![message("a", "1")], Some(1)).await.unwrap();
    let taken = take(&*queue, &wanted(9, &[("a", 9)]), 1).await;
    assert!(queue.put(vec![message("a", "2")], Some(1)).await.is_err());
    queue.done(taken).await.unwrap();
    queue.put(vec![message("a", "2")], Some(1)).await.unwrap();
}

async fn lanes_are_served_in_turn(queue: Arc<dyn Queue>) {
    let mut messages: Vec<_> = (0..20).map(|_| message("a", "a")).collect();
    messages.extend([message("b", "b"), message("c", "c")]);
    queue.put(messages, None).await.unwrap();
    let mut came = Vec::new();
    for _ in 0..3 {
        came.extend(bodies(
            &take(&*queue, &wanted(1, &[("a", 1), ("b", 1), ("c", 1)]), 1).await,
        ));
    }
    came.sort();
    assert_eq!(came, ["a", "b", "c"]);
}

async fn no_more_than_there_is_room_for(queue: Arc<dyn Queue>) {
    let messages = ["a", "a", "a", "b", "b", "b"].map(|lane| message(lane, lane));
    queue.put(messages.into(), None).await.unwrap();
    let room = wanted(3, &[("a", 1), ("b", 9)]);
    let taken = take(&*queue, &room, 3).await;
    let mut came = bodies(&taken);
    came.sort();
    assert_eq!(came, ["a", "b", "b"]);
}

async fn lanes_that_nobody_wants_stay(queue: Arc<dyn Queue>) {
    let messages = vec![message("a", "1"), message("b", "2"), message("c", "3")];
    queue.put(messages, None).await.unwrap();
    let some = wanted(9, &[("a", 0), ("b", 9)]);
    assert_eq!(bodies(&take(&*queue, &some, 1).await), ["2"]);
    assert!(has_nothing(&*queue, &some).await);
    assert_eq!(queue.health().await.unwrap().waiting, 2);
}

async fn those_of_one_key_come_one_after_the_other(queue: Arc<dyn Queue>) {
    let messages = vec![
        ordered("a", "x", "x1"),
        ordered("a", "x", "x2"),
        ordered("a", "y", "y1"),
        ordered("b", "x", "bx1"),
        ordered("a", "x", "x3"),
    ];
    queue.put(messages, None).await.unwrap();
    let all = wanted(9, &[("a", 9), ("b", 9)]);
    let taken = take(&*queue, &all, 3).await;
    let mut came = bodies(&taken);
    came.sort();
    assert_eq!(came, ["bx1", "x1", "y1"]);
    assert!(has_nothing(&*queue, &all).await);
    queue.done(taken).await.unwrap();
    for next in ["x2", "x3"] {
        let taken = take(&*queue, &all, 1).await;
        assert_eq!(bodies(&taken), [next]);
        assert!(has_nothing(&*queue, &all).await);
        queue.done(taken).await.unwrap();
    }
}

async fn one_that_waits_holds_up_its_key(queue: Arc<dyn Queue>) {
    let messages = vec![ordered("a", "x", "x1"), ordered("a", "x", "x2")];
    queue.put(messages, None).await.unwrap();
    let all = wanted(9, &[("a", 9)]);
    let first = take(&*queue, &all, 1).await.remove(0);
    queue.again(first, Duration::from_millis(600)).await.unwrap();
    assert!(has_nothing(&*queue, &all).await);
    let taken = take(&*queue, &all, 1).await;
    assert_eq!(bodies(&taken), ["x1"]);
    queue.done(taken).await.unwrap();
    assert_eq!(bodies(&take(&*queue, &all, 1).await), ["x2"]);
}

async fn another_attempt_comes_later_with_the_next_number(queue: Arc<dyn Queue>) {
    queue.put(vec![message("a", "1")], None).await.unwrap();
    let all = wanted(9, &[("a", 9)]);
    let first = take(&*queue, &all, 1).await.remove(0);
    let message = first.message.clone();
    queue.again(first, Duration::from_millis(600)).await.unwrap();
    assert!(has_nothing(&*queue, &all).await);
    let second = take(&*queue, &all, 1).await.remove(0);
    assert_eq!(second.message, Message { attempt: 2, ..message });
    assert!(!second.redelivered);
}

async fn what_is_given_back_is_as_it_was(queue: Arc<dyn Queue>) {
    queue.put(vec![message("a", "1")], None).await.unwrap();
    let all = wanted(9, &[("a", 9)]);
    let first = take(&*queue, &all, 1).await.remove(0);
    let message = first.message.clone();
    queue.give_back(first, Duration::ZERO).await.unwrap();
    let second = take(&*queue, &all, 1).await.remove(0);
    assert_eq!(second.message, message);
    queue.give_back(second, Duration::from_millis(600)).await.unwrap();
    assert!(has_nothing(&*queue, &all).await);
    assert_eq!(take(&*queue, &all, 1).await[0].message, message);
}

async fn what_is_set_aside_is_gone(queue: Arc<dyn Queue>) {
    let messages = vec![ordered("a", "x", "1"), ordered("a", "x", "2")];
    queue.put(messages, None).await.unwrap();
    let all = wanted(9, &[("a", 9)]);
    let first = take(&*queue, &all, 1).await.remove(0);
    queue.set_aside(first, "nobody can read it").await.unwrap();
    assert_eq!(bodies(&take(&*queue, &all, 1).await), ["2"]);
    assert!(has_nothing(&*queue, &all).await);
}

async fn whoever_waits_is_woken(queue: Arc<dyn Queue>) {
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { bodies(&take(&*queue, &wanted(9, &[("a", 9)]), 1).await) }
    });
    tokio::task::yield_now().await;
    queue.put(vec![message("a", "1")], None).await.unwrap();
    assert_eq!(waiting.await.unwrap(), ["1"]);
}

async fn one_that_gives_up_waiting_has_taken_nothing(queue: Arc<dyn Queue>) {
    let (all, others) = (wanted(9, &[("a", 9)]), wanted(9, &[("b", 9)]));
    for round in 0..50 {
        let body = round.to_string();
        let (put, _) = tokio::join!(
            queue.put(vec![message("a", &body)], None),
            tokio::time::timeout(Duration::from_micros(round * 40), queue.take(&others)),
        );
        put.unwrap();
        // Given up at any moment: before it was asked, while it is taken, when it is on its way.
        let early = tokio::time::timeout(Duration::from_micros(round * 40), queue.take(&all)).await;
        let taken = match early {
            Ok(taken) => taken.unwrap(),
            Err(_) => Vec::new(),
        };
        let taken = match taken.is_empty() {
            true => take(&*queue, &all, 1).await,
            false => taken,
        };
        assert_eq!(bodies(&taken), [body]);
        assert!(!taken[0].redelivered);
        queue.done(taken).await.unwrap();
    }
}

async fn health_counts_what_waits(queue: Arc<dyn Queue>) {
    assert_eq!(queue.health().await.unwrap().waiting, 0);
    queue
        .put(vec![message("a", "1"), message("a", "2")], None)
        .await
        .unwrap();
    assert_eq!(queue.health().await.unwrap().waiting, 2);
    let taken = take(&*queue, &wanted(1, &[("a", 9)]), 1).await.remove(0);
    assert_eq!(queue.health().await.unwrap().waiting, 1);
    queue.again(taken, Duration::from_secs(60)).await.unwrap();
    assert_eq!(queue.health().await.unwrap().waiting, 2);
}

#[tokio::test]
async fn in_memory() {
    let make: Make<'_> = &|| Box::pin(async { Arc::new(MemoryQueue::default()) as Arc<dyn Queue> });
    behaves_like_a_queue(make, &[]).await;
}
