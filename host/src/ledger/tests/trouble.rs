//! A ledger that cannot be written.

use super::*;
use crate::queue::{MemoryQueue, Queue, Wanted};

#[tokio::test]
async fn a_full_disk_refuses_what_is_new_and_loses_nothing_that_was_noted() {
    let room = Room::new();
    let ledger = room.open().await.unwrap();
    // Every connection of the pool is told so, or the one that writes may be another.
    full(&ledger, true).await;
    let large = || {
        let mut envelope = envelope();
        envelope.payload = Some(Payload::parse(format!(r#"[{{"a": "{}"}}]"#, "x".repeat(100_000))).unwrap());
        envelope
    };
    let error = ledger.write(vec![accepted(&large())]).await.unwrap_err();
    assert!(matches!(error, LedgerError::DiskFull { .. }), "{error}");
    assert!(error.to_string().contains("make room"), "{error}");
    assert!(matches!(ledger.pressure(), Some(LedgerError::DiskFull { .. })));
    let noted = large();
    ledger.note(accepted(&noted));
    assert!(ledger.flush().await.is_err());

    full(&ledger, false).await;
    ledger.write(vec![accepted(&envelope())]).await.unwrap();
    assert!(ledger.pressure().is_none());
    assert!(ledger.find(noted.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_ledger_that_can_be_written_again_is_found_out_without_being_asked() {
    let room = Room::new();
    let ledger = room.open().await.unwrap();
    sql(
        &ledger,
        "ALTER TABLE sclera_deliveries RENAME TO away; ALTER TABLE sclera_pulse RENAME TO no_pulse",
    )
    .await;
    assert!(ledger.write(vec![accepted(&envelope())]).await.is_err());
    assert!(ledger.pressure().is_some());
    sql(
        &ledger,
        "ALTER TABLE away RENAME TO sclera_deliveries; ALTER TABLE no_pulse RENAME TO sclera_pulse",
    )
    .await;
    while ledger.pressure().is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn one_entry_that_cannot_be_written_does_not_keep_the_others_from_it() {
    let room = Room::new();
    let ledger = room.open().await.unwrap();
    sql(
        &ledger,
        "CREATE TRIGGER no_bad BEFORE INSERT ON sclera_deliveries WHEN NEW.module = 'bad' \
         BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    )
    .await;
    let (bad, good) = (
        Envelope {
            module: "bad".into(),
            ..envelope()
        },
        envelope(),
    );
    ledger.note(accepted(&bad));
    ledger.note(accepted(&good));
    let (of_bad, of_good) = (ledger.write(vec![accepted(&bad)]), ledger.write(vec![accepted(&good)]));
    let (of_bad, of_good) = tokio::join!(of_bad, of_good);
    of_good.unwrap();
    assert!(of_bad.unwrap_err().to_string().contains("not this one"));
    assert!(ledger.pressure().is_none());
    assert_eq!(ledger.counts().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn notes_for_which_there_is_no_room_are_lost_and_the_rest_is_not() {
    let room = Room::new();
    let keep = Keep {
        when_unwritable: WhenUnwritable::GoOn,
        ..Keep::default()
    };
    let ledger = room.open_with(&keep).await.unwrap();
    sql(
        &ledger,
        "ALTER TABLE sclera_deliveries RENAME TO away; ALTER TABLE sclera_pulse RENAME TO no_pulse",
    )
    .await;
    for _ in 0..30_000 {
        ledger.note(accepted(&envelope()));
    }
    assert!(ledger.flush().await.is_err());
    assert!(ledger.pressure().is_none(), "its operator wants to go on");
    sql(
        &ledger,
        "ALTER TABLE away RENAME TO sclera_deliveries; ALTER TABLE no_pulse RENAME TO sclera_pulse",
    )
    .await;
    ledger.flush().await.unwrap();
    assert_eq!(ledger.counts().await.unwrap().waiting, 20_000);
}

/// What becomes of a redrive that ends half way, wherever.
#[tokio::test]
async fn dead_letters_are_brought_back_and_a_redrive_that_broke_off_is_done_again() {
    let room = Room::new();
    let ledger = room.open().await.unwrap();
    let queue = MemoryQueue::default();
    let envelope = envelope();
    let run = attempt(1, trapped());
    ledger.strike(envelope.id).await.unwrap();
    ledger.write(vec![ended(&envelope, &run, State::Dead)]).await.unwrap();

    // It was marked, and then the process ended.
    sql(&ledger, "UPDATE sclera_deliveries SET state = 'redriving'").await;
    assert!(ledger.settled(&[envelope.id]).await.unwrap().is_empty());
    let dead = Filter {
        state: Some(State::Dead),
        ..Filter::default()
    };
    let listed = ledger.list(&dead).await.unwrap();
    assert!(listed[0].remark.as_ref().unwrap().contains("redrive it again"));

    let redriven = ledger.redrive_into(&queue, &Filter::default()).await.unwrap();
    assert_eq!(redriven.len(), 1);
    assert!(ledger.list(&dead).await.unwrap().is_empty());
    assert!(ledger.settled(&[envelope.id]).await.unwrap().is_empty());
    assert_eq!(ledger.strike(envelope.id).await.unwrap(), 1, "strikes begin anew");
    let wanted = Wanted {
        lanes: vec![("tagger".into(), 1)],
        most: 1,
    };
    let taken = queue.take(&wanted).await.unwrap().remove(0);
    let body: Envelope = serde_json::from_slice(&taken.message.body).unwrap();
    assert_eq!((body, taken.message.attempt), (envelope.clone(), 1));

    let again = attempt(1, answered(Outcome::Unchanged));
    ledger.write(vec![ended(&envelope, &again, State::Done)]).await.unwrap();
    let record = ledger.find(envelope.id).await.unwrap().unwrap();
    assert_eq!((record.state, record.attempts.len()), (State::Done, 2));
    assert!(
        ledger
            .redrive_into(&queue, &Filter::default())
            .await
            .unwrap()
            .is_empty()
    );
}

/// Lets the database grow no more; or again.
async fn full(ledger: &Ledger, is_full: bool) {
    let place = ledger.0.place.to_string();
    let mut connections = Vec::new();
    for _ in 0..4 {
        connections.push(ledger.0.pool.acquire().await.unwrap());
    }
    let pages = if is_full {
        FULL.lock().unwrap().push(place);
        "PRAGMA max_page_count = 1"
    } else {
        FULL.lock().unwrap().retain(|full| *full != place);
        "PRAGMA max_page_count = 4294967294"
    };
    for connection in &mut connections {
        sqlx::raw_sql(pages).execute(&mut **connection).await.unwrap();
    }
}
