//! The promises of a space, kept in memory and in a file.

use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use tempfile::TempDir;

use super::space::{KEY, PAGE, SpaceError, VALUE};
use super::{KeepError, KeyvalueGrant, Space, Spaces};

fn grant(keys: u64, bytes: u64) -> KeyvalueGrant {
    KeyvalueGrant { keys, bytes }
}

/// The two places for spaces; the folder has to stay for as long as the second is used.
fn places() -> (TempDir, [Spaces; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kept.db");
    (folder, [Spaces::new(None), Spaces::new(Some(file))])
}

async fn space(spaces: &Spaces, grant: &KeyvalueGrant) -> Space {
    spaces.of("module", grant).await.unwrap()
}

async fn all_keys(space: &Space) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let (keys, next) = space.list_keys(cursor).await.unwrap();
        assert!(keys.len() <= PAGE);
        all.extend(keys);
        cursor = next;
        if cursor.is_none() {
            return all;
        }
    }
}

/// What the database counts, and what is there.
async fn sums(spaces: &Spaces) -> [(i64, i64); 2] {
    let counted = "SELECT coalesce(sum(keys), 0), coalesce(sum(bytes), 0) FROM keyvalue_spaces";
    let there = "SELECT count(*), coalesce(sum(length(key) + length(value)), 0) FROM keyvalue_entries";
    let pool = spaces.pool().await.unwrap();
    [
        sqlx::query_as(counted).fetch_one(pool).await.unwrap(),
        sqlx::query_as(there).fetch_one(pool).await.unwrap(),
    ]
}

#[tokio::test]
async fn what_was_set_is_read_to_the_byte() {
    let (_folder, places) = places();
    let long = "k".repeat(KEY);
    let cases: [(&str, Vec<u8>); 8] = [
        ("plain", b"text".to_vec()),
        ("empty", Vec::new()),
        ("", b"the empty key".to_vec()),
        ("binary", (0..=255).collect()),
        ("nul\0inside", b"\0\0".to_vec()),
        ("nul\0inside, another", b"\0".to_vec()),
        ("ключ 🔑'; DROP TABLE keyvalue_entries; --", b"quoted".to_vec()),
        (&long, vec![b'v'; VALUE]),
    ];
    for spaces in &places {
        let space = space(spaces, &KeyvalueGrant::default()).await;
        for (key, value) in &cases {
            assert!(!space.exists(key).await.unwrap(), "{key}");
            assert_eq!(space.get(key).await.unwrap(), None);
            space.set(key, b"before".to_vec()).await.unwrap();
            space.set(key, value.clone()).await.unwrap();
        }
        for (key, value) in &cases {
            assert!(space.exists(key).await.unwrap(), "{key}");
            assert_eq!(space.get(key).await.unwrap().as_ref(), Some(value), "{key}");
        }
        assert_eq!(all_keys(&space).await, cases.each_ref().map(|(key, _)| key.to_string()));
        let [counted, there] = sums(spaces).await;
        assert_eq!(counted, there);

        for (key, _) in &cases {
            space.delete(key).await.unwrap();
            space.delete(key).await.unwrap();
            assert!(!space.exists(key).await.unwrap(), "{key}");
        }
        assert_eq!(sums(spaces).await, [(0, 0), (0, 0)]);
    }
}

#[tokio::test]
async fn a_quota_holds_and_what_makes_room_is_allowed() {
    enum Do {
        Set(&'static str, usize),
        Delete(&'static str),
    }
    use Do::{Delete, Set};
    let (_folder, places) = places();
    for spaces in &places {
        // Two keys, and ten bytes with the keys.
        let space = space(spaces, &grant(2, 10)).await;
        let steps = [
            (Set("a", 10), "10 bytes"),
            (Set("a", 9), ""),
            (Set("b", 0), "10 bytes"),
            (Set("a", 9), ""),
            (Set("a", 10), "10 bytes"),
            (Set("a", 3), ""),
            (Set("b", 5), ""),
            (Set("b", 6), "10 bytes"),
            (Set("", 0), "2 keys"),
            (Delete("a"), ""),
            (Set("", 5), "10 bytes"),
            (Set("", 4), ""),
            (Delete("b"), ""),
            (Set("bb", 4), ""),
        ];
        for (number, (step, expected)) in steps.into_iter().enumerate() {
            let done = match step {
                Set(key, length) => space.set(key, vec![b'v'; length]).await,
                Delete(key) => space.delete(key).await,
            };
            let said = done.map_or_else(|error| error.to_string(), |()| String::new());
            assert_eq!(said.is_empty(), expected.is_empty(), "step {number}: {said}");
            assert!(said.contains(expected), "step {number}: {said}");
            let [counted, there] = sums(spaces).await;
            assert_eq!(counted, there, "step {number}");
            assert!(there.0 <= 2 && there.1 <= 10, "step {number}: {there:?}");
        }
    }
}

#[tokio::test]
async fn a_lowered_quota_loses_nothing_and_lets_the_module_shrink() {
    let (_folder, places) = places();
    for spaces in &places {
        let before = space(spaces, &grant(3, 100)).await;
        for key in ["a", "b", "c"] {
            before.set(key, vec![b'v'; 20]).await.unwrap();
        }
        let after = space(spaces, &grant(1, 10)).await;
        assert_eq!(after.get("c").await.unwrap().unwrap().len(), 20);
        after.set("a", vec![b'v'; 19]).await.unwrap();
        after.set("a", vec![b'w'; 19]).await.unwrap();
        assert!(matches!(
            after.set("a", vec![b'v'; 20]).await,
            Err(SpaceError::TooManyBytes(10))
        ));
        assert!(matches!(
            after.set("", Vec::new()).await,
            Err(SpaceError::TooManyKeys(1))
        ));
        // A number that keeps its length is counted on.
        after.set("b", b"1".to_vec()).await.unwrap();
        assert_eq!(after.increment("b", 8).await.unwrap(), 9);
        assert!(matches!(
            after.increment("b", 1).await,
            Err(SpaceError::TooManyBytes(10))
        ));
    }
}

#[tokio::test]
async fn what_nothing_is_granted_for_is_refused() {
    let (_folder, places) = places();
    for spaces in &places {
        let none = space(spaces, &grant(0, 0)).await;
        assert!(matches!(
            none.set("", Vec::new()).await,
            Err(SpaceError::TooManyKeys(0))
        ));
        assert!(matches!(none.increment("a", 1).await, Err(SpaceError::TooManyKeys(0))));
        let endless = space(spaces, &grant(u64::MAX, u64::MAX)).await;
        endless.set("a", b"v".to_vec()).await.unwrap();
    }
}

#[tokio::test]
async fn a_key_or_value_of_any_size_is_answered() {
    let (_folder, places) = places();
    for spaces in &places {
        let space = space(spaces, &grant(u64::MAX, u64::MAX)).await;
        for size in [KEY + 1, 32 << 20] {
            let key = "k".repeat(size);
            let long = |fault| matches!(fault, SpaceError::KeyTooLong(length) if length == size);
            assert!(long(space.get(&key).await.unwrap_err()));
            assert!(long(space.exists(&key).await.unwrap_err()));
            assert!(long(space.set(&key, Vec::new()).await.unwrap_err()));
            assert!(long(space.delete(&key).await.unwrap_err()));
            assert!(long(space.increment(&key, 1).await.unwrap_err()));
        }
        for size in [VALUE + 1, 32 << 20] {
            let fault = space.set("k", vec![0; size]).await.unwrap_err();
            assert!(matches!(fault, SpaceError::ValueTooLarge(length) if length == size));
        }
        assert_eq!(all_keys(&space).await, [""; 0]);
    }
}

#[tokio::test]
async fn modules_see_nothing_of_one_another() {
    let (_folder, places) = places();
    for spaces in &places {
        let small = grant(2, 10);
        let mine = spaces.of("mine", &small).await.unwrap();
        let yours = spaces.of("MINE", &small).await.unwrap();
        yours.set("key", b"yours".to_vec()).await.unwrap();
        yours.set("", b"".to_vec()).await.unwrap();
        assert_eq!(mine.get("key").await.unwrap(), None);
        assert_eq!(all_keys(&mine).await, [""; 0]);
        mine.delete("key").await.unwrap();
        mine.set("key", b"mine".to_vec()).await.unwrap();
        assert_eq!(mine.increment("1", 7).await.unwrap(), 7);
        assert_eq!(yours.get("key").await.unwrap().unwrap(), b"yours");
        // The same name is the same space.
        let again = spaces.of("mine", &small).await.unwrap();
        assert_eq!(again.get("key").await.unwrap().unwrap(), b"mine");
    }
}

#[tokio::test]
async fn a_cursor_tells_nothing_of_other_modules() {
    let (_folder, places) = places();
    for spaces in &places {
        let busy = spaces.of("busy", &KeyvalueGrant::default()).await.unwrap();
        for number in 0..50 {
            busy.set(&number.to_string(), Vec::new()).await.unwrap();
        }
        let quiet = spaces.of("quiet", &KeyvalueGrant::default()).await.unwrap();
        for number in 0..=PAGE {
            quiet.set(&number.to_string(), Vec::new()).await.unwrap();
        }
        let (_, cursor) = quiet.list_keys(None).await.unwrap();
        assert_eq!(cursor, Some(PAGE as u64));
    }
}

#[tokio::test]
async fn keys_are_listed_once_each_page_by_page() {
    let (_folder, places) = places();
    for spaces in &places {
        for amount in [0, 1, PAGE, PAGE + 1, 2 * PAGE] {
            let space = spaces
                .of(&format!("module-{amount}"), &KeyvalueGrant::default())
                .await
                .unwrap();
            let keys: Vec<_> = (0..amount).map(|number| format!("key {number}")).collect();
            for key in &keys {
                space.set(key, Vec::new()).await.unwrap();
            }
            assert_eq!(all_keys(&space).await, keys);
            // A cursor that nobody gave.
            for cursor in [amount as u64, i64::MAX as u64, u64::MAX] {
                assert_eq!(space.list_keys(Some(cursor)).await.unwrap(), (Vec::new(), None));
            }
        }
    }
}

#[tokio::test]
async fn keys_that_come_and_go_do_not_move_the_others() {
    let (_folder, places) = places();
    for spaces in &places {
        let space = space(spaces, &KeyvalueGrant::default()).await;
        for number in 0..=PAGE {
            space.set(&number.to_string(), Vec::new()).await.unwrap();
        }
        let (first, cursor) = space.list_keys(None).await.unwrap();
        space.delete(&first[0]).await.unwrap();
        space.delete(first.last().unwrap()).await.unwrap();
        space.set("late", Vec::new()).await.unwrap();
        let (second, end) = space.list_keys(cursor).await.unwrap();
        assert_eq!(second, [PAGE.to_string(), "late".into()]);
        assert_eq!(end, None);
    }
}

#[tokio::test]
async fn only_numbers_are_incremented() {
    let (_folder, places) = places();
    for spaces in &places {
        let space = space(spaces, &KeyvalueGrant::default()).await;
        type Incremented = (Option<&'static [u8]>, u64, Result<u64, &'static str>);
        let cases: [Incremented; 12] = [
            (None, 5, Ok(5)),
            (None, 0, Ok(0)),
            (None, u64::MAX, Ok(u64::MAX)),
            (Some(b"41"), 1, Ok(42)),
            (Some(b"18446744073709551614"), 1, Ok(u64::MAX)),
            (Some(b"18446744073709551615"), 1, Err("larger")),
            (Some(b"18446744073709551616"), 0, Err("not a number")),
            (Some(b""), 1, Err("not a number")),
            (Some(b"-1"), 1, Err("not a number")),
            (Some(b"4 "), 1, Err("not a number")),
            (Some(b"1e3"), 1, Err("not a number")),
            (Some(b"\xff\x00"), 1, Err("not a number")),
        ];
        for (number, (value, delta, expected)) in cases.into_iter().enumerate() {
            let key = number.to_string();
            if let Some(value) = value {
                space.set(&key, value.to_vec()).await.unwrap();
            }
            match (space.increment(&key, delta).await, expected) {
                (Ok(sum), Ok(expected)) => {
                    assert_eq!(sum, expected);
                    assert_eq!(
                        space.get(&key).await.unwrap().unwrap(),
                        expected.to_string().into_bytes()
                    );
                }
                (Err(error), Err(expected)) => {
                    assert!(error.to_string().contains(expected), "{error}");
                    assert_eq!(space.get(&key).await.unwrap().as_deref(), value);
                }
                (found, expected) => panic!("case {number}: {found:?} in place of {expected:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn increments_at_the_same_time_all_count() {
    const TASKS: u64 = 16;
    const EACH: u64 = 25;
    let (folder, places) = places();
    // Another host on the same file.
    let other = Spaces::new(Some(folder.path().join("kept.db")));
    for spaces in &places {
        let spaces: Vec<&Spaces> = match &spaces.file {
            Some(_) => vec![spaces, &other],
            None => vec![spaces],
        };
        let mut tasks = Vec::new();
        for task in 0..TASKS {
            let space = space(spaces[task as usize % spaces.len()], &KeyvalueGrant::default()).await;
            tasks.push(tokio::spawn(async move {
                let mut seen = Vec::new();
                for _ in 0..EACH {
                    seen.push(space.increment("counter", 1).await.unwrap());
                }
                seen
            }));
        }
        let mut seen = Vec::new();
        for task in tasks {
            seen.extend(task.await.unwrap());
        }
        seen.sort_unstable();
        assert!(seen.into_iter().eq(1..=TASKS * EACH), "each sum is given once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deliveries_at_the_same_time_do_not_exceed_a_quota_together() {
    let (_folder, places) = places();
    for spaces in &places {
        let by_keys = spaces.of("by-keys", &grant(10, 1_000_000)).await.unwrap();
        let by_bytes = spaces.of("by-bytes", &grant(1_000, 100)).await.unwrap();
        let tasks: Vec<_> = (0..40)
            .map(|task: u32| {
                let (by_keys, by_bytes) = (by_keys.clone(), by_bytes.clone());
                tokio::spawn(async move {
                    let key = format!("{task:02}");
                    let first = by_keys.set(&key, Vec::new()).await.is_ok();
                    let second = by_bytes.set(&key, vec![b'v'; 8]).await.is_ok();
                    (first, second)
                })
            })
            .collect();
        let mut done = (0, 0);
        for task in tasks {
            let (first, second) = task.await.unwrap();
            done.0 += usize::from(first);
            done.1 += usize::from(second);
        }
        assert_eq!(done, (10, 10));
        assert_eq!(all_keys(&by_keys).await.len(), 10);
        assert_eq!(all_keys(&by_bytes).await.len(), 10);
    }
}

#[tokio::test]
async fn a_file_outlives_its_host_and_memory_does_not() {
    let (folder, places) = places();
    for spaces in places {
        let file = spaces.file.clone();
        let before = space(&spaces, &KeyvalueGrant::default()).await;
        before.set("key", b"kept".to_vec()).await.unwrap();
        before.increment("counter", 1).await.unwrap();
        drop((before, spaces));

        let again = Spaces::new(file.clone());
        let after = space(&again, &KeyvalueGrant::default()).await;
        let kept = after.get("key").await.unwrap();
        assert_eq!(kept.is_some(), file.is_some());
        let counted = if file.is_some() { 2 } else { 1 };
        assert_eq!(after.increment("counter", 1).await.unwrap(), counted);
    }
    drop(folder);
}

#[cfg(unix)]
#[tokio::test]
async fn only_this_user_can_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, places) = places();
    for spaces in &places {
        let space = space(spaces, &KeyvalueGrant::default()).await;
        space.set("key", b"secret".to_vec()).await.unwrap();
    }
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
        files += 1;
    }
    assert!(files >= 2, "the file, and what SQLite has beside it");
}

#[tokio::test]
async fn a_file_that_cannot_be_used_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let open = async |path: &Path| {
        let spaces = Spaces::new(Some(path.to_owned()));
        let opened = spaces.of("module", &KeyvalueGrant::default()).await;
        opened.err().unwrap()
    };
    let missing = open(&folder.path().join("no/such/folder/kept.db")).await;
    assert!(matches!(missing, KeepError::Unreadable { .. }), "{missing:?}");
    assert!(missing.to_string().contains("no/such/folder/kept.db"), "{missing}");

    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "this is not a database, and long enough to be looked at".repeat(100),
    )
    .unwrap();
    let damaged = open(&text).await;
    assert!(matches!(damaged, KeepError::Database(_)), "{damaged:?}");
}

/// Polls a future at most so many times, letting others run in between; then drops it.
async fn poll_at_most<T>(times: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    for _ in 0..times {
        let polled = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        if let Poll::Ready(done) = polled {
            return Some(done);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test]
async fn a_call_that_is_ended_anywhere_leaves_nothing_half_done() {
    let (_folder, places) = places();
    for spaces in &places {
        let space = space(spaces, &grant(50, 100_000)).await;
        let mut dropped = 0;
        for round in 0..300 {
            let times = round % 30;
            let key = (round % 60).to_string();
            let finished = match round % 5 {
                0 => poll_at_most(times, space.set(&key, vec![b'v'; round])).await.is_some(),
                1 => poll_at_most(times, space.increment("counter", 1)).await.is_some(),
                2 => poll_at_most(times, space.delete(&key)).await.is_some(),
                3 => poll_at_most(times, space.list_keys(None)).await.is_some(),
                _ => poll_at_most(times, space.get(&key)).await.is_some(),
            };
            dropped += usize::from(!finished);
        }
        assert!(dropped > 60, "{dropped}");

        // Nothing holds a lock, nothing is lost, and the sums are those of what is there.
        space.set("counter", b"0".to_vec()).await.unwrap();
        assert_eq!(space.increment("counter", 1).await.unwrap(), 1);
        let [counted, there] = sums(spaces).await;
        assert_eq!(counted, there);
        assert!(there.0 <= 50 && there.1 <= 100_000);
    }
}

#[tokio::test]
async fn a_guest_is_told_nothing_of_the_database() {
    let (folder, places) = places();
    for spaces in &places {
        let space = space(spaces, &KeyvalueGrant::default()).await;
        let pool = spaces.pool().await.unwrap();
        sqlx::query("DROP TABLE keyvalue_entries").execute(pool).await.unwrap();
        let faults = [
            space.get("key").await.unwrap_err(),
            space.exists("key").await.unwrap_err(),
            space.set("key", Vec::new()).await.unwrap_err(),
            space.delete("key").await.unwrap_err(),
            space.increment("key", 1).await.unwrap_err(),
            space.list_keys(None).await.unwrap_err(),
        ];
        for fault in faults {
            assert_eq!(fault.to_string(), "the store does not answer; try again later");
        }
    }
    drop(folder);
}
