//! What a queue in a file does beyond what every queue does.

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::super::tests::{Make, behaves_like_a_queue, bodies, has_nothing, message, ordered, take, wanted};
use super::*;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("queue.sqlite")
    }

    async fn open(&self) -> SqliteQueue {
        SqliteQueue::open(&self.path()).await.unwrap()
    }

    /// Another process's connection.
    async fn connect(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.path())
            .connect()
            .await
            .unwrap()
    }
}

async fn run(queue: &SqliteQueue, sql: &'static str) {
    queue.ask(|answer| Request::Run { sql, answer }).await.unwrap();
}

/// Ends it as the kernel ends a process: nothing more is done, and the lock is gone.
async fn kill(queue: SqliteQueue) {
    queue.clerk.send(Request::Die).unwrap();
    queue.clerk.closed().await;
}

fn reason(error: QueueError) -> String {
    match error {
        QueueError::Unavailable { reason, .. } => reason,
        QueueError::Full { .. } => panic!("{error}"),
    }
}

#[tokio::test]
async fn in_a_file() {
    let place = Place::new();
    let count = std::cell::Cell::new(0);
    let make: Make<'_> = &|| {
        count.set(count.get() + 1);
        let path = place.folder.path().join(format!("{}.sqlite", count.get()));
        Box::pin(async move { Arc::new(SqliteQueue::open(&path).await.unwrap()) as Arc<dyn Queue> })
    };
    behaves_like_a_queue(make, &[]).await;
}

#[tokio::test]
async fn one_id_is_one_message() {
    let place = Place::new();
    let queue = place.open().await;
    let one = message("a", "1");
    queue.put(vec![one.clone()], None).await.unwrap();
    queue.put(vec![one.clone(), message("a", "2")], Some(3)).await.unwrap();
    assert_eq!(queue.health().await.unwrap().waiting, 2);
    let taken = take(&queue, &wanted(9, &[("a", 9)]), 2).await;
    assert_eq!(bodies(&taken), ["1", "2"]);
}

#[tokio::test]
async fn it_is_there_after_the_queue_is_opened_again() {
    let place = Place::new();
    let queue = place.open().await;
    let all = wanted(9, &[("a", 9)]);
    let messages = ["later", "now", "taken"].map(|body| message("a", body));
    queue.put(messages.into(), None).await.unwrap();
    let mut taken = take(&queue, &all, 3).await;
    queue.again(taken.remove(0), Duration::from_millis(600)).await.unwrap();
    queue.give_back(taken.remove(0), Duration::ZERO).await.unwrap();
    queue.close().await;
    assert!(reason(queue.put(vec![message("a", "4")], None).await.unwrap_err()).contains("closed"));

    let queue = place.open().await;
    let mut came = take(&queue, &all, 2).await;
    assert_eq!(bodies(&came), ["now", "taken"]);
    assert!(!came[0].redelivered && came[1].redelivered);
    came.extend(take(&queue, &all, 1).await);
    assert_eq!((&*came[2].message.body, came[2].message.attempt), (&b"later"[..], 2));
}

#[tokio::test]
async fn what_a_dead_process_had_taken_comes_again() {
    let place = Place::new();
    let (dead, alive) = (place.open().await, place.open().await);
    let all = wanted(9, &[("a", 9)]);
    dead.put(vec![ordered("a", "x", "1"), ordered("a", "x", "2")], None)
        .await
        .unwrap();
    assert_eq!(bodies(&take(&dead, &all, 1).await), ["1"]);
    // Its owner lives.
    assert!(has_nothing(&alive, &all).await);
    kill(dead).await;
    let taken = take(&alive, &all, 1).await;
    assert_eq!(bodies(&taken), ["1"]);
    assert!(taken[0].redelivered);
    alive.done(taken).await.unwrap();
    let taken = take(&alive, &all, 1).await;
    assert!(bodies(&taken) == ["2"] && !taken[0].redelivered);
    // Nothing is left of the dead one.
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM owners")
        .fetch_all(&mut place.connect().await)
        .await
        .unwrap();
    let files: Vec<_> = std::fs::read_dir(place.folder.path().join("queue.sqlite-owners"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!((names.len(), files), (1, names));
}

#[tokio::test]
async fn two_processes_share_it() {
    let place = Place::new();
    let (here, there) = (place.open().await, place.open().await);
    let all = wanted(7, &[("a", 7)]);
    let messages: Vec<_> = (0..100).map(|number| message("a", &number.to_string())).collect();
    let half = messages.len() / 2;
    let (one, two) = tokio::join!(
        here.put(messages[..half].into(), None),
        there.put(messages[half..].into(), None)
    );
    one.unwrap();
    two.unwrap();
    let mut came = Vec::new();
    while came.len() < messages.len() {
        for queue in [&here, &there] {
            if let Ok(taken) = tokio::time::timeout(Duration::from_millis(300), queue.take(&all)).await {
                let taken = taken.unwrap();
                came.extend(taken.iter().map(|one| one.message.id));
                queue.done(taken).await.unwrap();
            }
        }
    }
    came.sort();
    let mut ids: Vec<_> = messages.iter().map(|one| one.id).collect();
    ids.sort();
    assert_eq!(came, ids);
    assert_eq!(here.health().await.unwrap().waiting, 0);
}

/// The runtime of a caller ends, as that of a test or of a library does; the queue goes on.
#[test]
fn it_outlives_the_runtimes_of_its_callers() {
    let place = Place::new();
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let queue = Arc::new(runtime().block_on(place.open()));
    let all = wanted(9, &[("a", 9)]);
    let first = runtime();
    let waiting = queue.clone();
    first.spawn(async move { waiting.take(&wanted(9, &[("a", 9)])).await });
    drop(first);
    runtime().block_on(queue.put(vec![message("a", "1")], None)).unwrap();
    assert_eq!(bodies(&runtime().block_on(take(&*queue, &all, 1))), ["1"]);
}

#[tokio::test]
async fn a_clock_that_steps_back_blocks_nothing() {
    let place = Place::new();
    let queue = place.open().await;
    let all = wanted(9, &[("a", 9)]);
    queue
        .put(vec![message("a", "1"), message("a", "2")], None)
        .await
        .unwrap();
    let taken = take(&queue, &all, 2).await;
    for one in taken {
        queue.again(one, Duration::from_secs(3_000)).await.unwrap();
    }
    assert!(has_nothing(&queue, &all).await);
    // As if it had been put back two hours from now.
    run(
        &queue,
        "UPDATE messages SET since = since + 7200000, due_at = due_at + 7200000",
    )
    .await;
    assert_eq!(bodies(&take(&queue, &all, 2).await), ["1", "2"]);
    assert_eq!(queue.health().await.unwrap().oldest_waiting, None);
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside() {
    let place = Place::new();
    let queue = place.open().await;
    queue.put(vec![message("a", "good")], None).await.unwrap();
    run(
        &queue,
        "INSERT INTO messages (seq, id, lane, attempt, since, state, body) VALUES
            (-3, 'no id', 'a', 1, 0, 0, x'00'),
            (-2, '019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44', 'a', -7, 0, 0, x'00'),
            (-1, '019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c45', CAST(x'ff' AS TEXT), 1, 0, 0, x'00')",
    )
    .await;
    let all = wanted(9, &[("a", 9)]);
    assert_eq!(bodies(&take(&queue, &all, 1).await), ["good"]);
    let aside: Vec<(i64, String)> = sqlx::query_as("SELECT seq, why FROM aside ORDER BY seq")
        .fetch_all(&mut place.connect().await)
        .await
        .unwrap();
    assert_eq!(aside.iter().map(|one| one.0).collect::<Vec<_>>(), [-3, -2]);
    assert!(aside[0].1.contains("not the id"), "{aside:?}");
    // A lane that is no text is nobody's.
    assert_eq!(queue.health().await.unwrap().unserved, ["\u{fffd}"]);
}

#[tokio::test]
async fn what_is_set_aside_can_be_looked_at() {
    let place = Place::new();
    let queue = place.open().await;
    queue.put(vec![message("a", "not ours")], None).await.unwrap();
    let taken = take(&queue, &wanted(9, &[("a", 9)]), 1).await.remove(0);
    queue.set_aside(taken, "it is no delivery").await.unwrap();
    let aside: (Vec<u8>, String) = sqlx::query_as("SELECT body, why FROM aside")
        .fetch_one(&mut place.connect().await)
        .await
        .unwrap();
    assert_eq!(aside, (b"not ours".to_vec(), "it is no delivery".into()));
}

#[tokio::test]
async fn lanes_that_nobody_asks_for_are_told() {
    let place = Place::new();
    let (queue, other) = (place.open().await, place.open().await);
    let messages = ["a", "b", "c"].map(|lane| message(lane, lane));
    queue.put(messages.into(), None).await.unwrap();
    assert_eq!(queue.health().await.unwrap().unserved, ["a", "b", "c"]);
    take(&other, &wanted(9, &[("a", 9), ("b", 0)]), 1).await;
    assert_eq!(queue.health().await.unwrap().unserved, ["c"]);
    other.close().await;
    assert_eq!(queue.health().await.unwrap().unserved, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_it_goes_on_when_there_is_room() {
    let place = Place::new();
    let queue = place.open().await;
    queue.put(vec![message("a", "1")], None).await.unwrap();
    run(&queue, "PRAGMA max_page_count = 1").await;
    let large = "x".repeat(100_000);
    let (one, two) = tokio::join!(
        queue.put(vec![message("a", "2"), message("a", &large)], None),
        queue.put(vec![message("a", &large)], None),
    );
    for error in [one.unwrap_err(), two.unwrap_err()] {
        assert!(error.to_string().contains("the disk is full"), "{error}");
    }
    let all = wanted(9, &[("a", 9)]);
    let taken = take(&queue, &all, 1).await;
    assert_eq!(bodies(&taken), ["1"]);
    queue.done(taken).await.unwrap();
    run(&queue, "PRAGMA max_page_count = 1000000").await;
    queue.put(vec![message("a", &large)], None).await.unwrap();
    assert_eq!(take(&queue, &all, 1).await[0].message.body.len(), large.len());
    assert!(has_nothing(&queue, &all).await);
}

#[tokio::test]
async fn a_file_of_something_else_is_left_as_it_is() {
    let place = Place::new();
    std::fs::write(place.path(), "Dear diary,\n".repeat(1_000)).unwrap();
    let before = std::fs::read(place.path()).unwrap();
    let error = reason(SqliteQueue::open(&place.path()).await.unwrap_err());
    assert!(error.contains("no SQLite database"), "{error}");
    assert_eq!(std::fs::read(place.path()).unwrap(), before);

    std::fs::remove_file(place.path()).unwrap();
    let options = SqliteConnectOptions::new()
        .filename(place.path())
        .create_if_missing(true);
    let mut foreign = options.connect().await.unwrap();
    sqlx::raw_sql("CREATE TABLE recipes (name TEXT)")
        .execute(&mut foreign)
        .await
        .unwrap();
    let before = std::fs::read(place.path()).unwrap();
    let error = reason(SqliteQueue::open(&place.path()).await.unwrap_err());
    assert!(error.contains("something else"), "{error}");
    assert_eq!(std::fs::read(place.path()).unwrap(), before);
}

#[tokio::test]
async fn a_newer_file_is_left_as_it_is() {
    let place = Place::new();
    let queue = place.open().await;
    queue.put(vec![message("a", "1")], None).await.unwrap();
    run(&queue, "PRAGMA user_version = 99").await;
    queue.close().await;
    let error = reason(SqliteQueue::open(&place.path()).await.unwrap_err());
    assert!(error.contains("of version 99, made by a newer Sclera"), "{error}");
    sqlx::raw_sql("PRAGMA user_version = 1")
        .execute(&mut place.connect().await)
        .await
        .unwrap();
    let taken = take(&place.open().await, &wanted(9, &[("a", 9)]), 1).await;
    assert_eq!(bodies(&taken), ["1"]);
}

#[tokio::test]
async fn a_damaged_file_is_told_and_works_again_when_it_is_mended() {
    let place = Place::new();
    let queue = place.open().await;
    let messages: Vec<_> = (0..50).map(|_| message("a", &"x".repeat(2_000))).collect();
    queue.put(messages, None).await.unwrap();
    queue.close().await;
    let sound = std::fs::read(place.path()).unwrap();
    let mut damaged = sound.clone();
    // The first page, with the tables' names, stays.
    damaged[4_096..].fill(0xa5);
    std::fs::write(place.path(), &damaged).unwrap();
    let error = reason(SqliteQueue::open(&place.path()).await.unwrap_err());
    assert!(error.contains("damaged"), "{error}");
    std::fs::write(place.path(), &sound).unwrap();
    let queue = place.open().await;
    assert_eq!(queue.health().await.unwrap().waiting, 50);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told() {
    let place = Place::new();
    let path = place.folder.path().join("nowhere/queue.sqlite");
    let error = reason(SqliteQueue::open(&path).await.unwrap_err());
    assert!(error.contains("see that its folder is there"), "{error}");
}

#[tokio::test]
async fn many_can_open_a_new_file_at_once() {
    let place = Place::new();
    let path = place.path();
    let all = (0..8).map(|_| {
        let path = path.clone();
        tokio::spawn(async move { SqliteQueue::open(&path).await.map(drop) })
    });
    for one in all.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
}
