//! What is kept, and for how long.

use super::*;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Ages everything that is on record.
async fn age(ledger: &Ledger, days: i64) {
    let update = sqlx::query("UPDATE sclera_deliveries SET changed_at_ms = changed_at_ms - $1");
    let update = update.bind(days * 24 * 60 * 60 * 1_000);
    ledger
        .on_its_thread(|pool| async move { update.execute(&pool).await })
        .await
        .unwrap();
}

async fn finished(ledger: &Ledger, state: State, change: impl FnOnce(&mut Envelope)) -> DeliveryId {
    let mut envelope = envelope();
    change(&mut envelope);
    let run = attempt(1, answered(Outcome::Replace(envelope.payload.clone().unwrap())));
    ledger
        .write(vec![accepted(&envelope), ended(&envelope, &run, state)])
        .await
        .unwrap();
    envelope.id
}

/// Whether a delivery is on record, and whether its contents are.
async fn kept(ledger: &Ledger, id: DeliveryId) -> (bool, bool) {
    match ledger.find(id).await.unwrap() {
        None => (false, false),
        Some(record) => {
            let has_transcript = record.attempts.iter().any(|attempt| attempt.transcript.is_some());
            assert_eq!(record.envelope.payload.is_some(), has_transcript);
            assert_eq!(record.not_kept.is_none(), has_transcript, "{:?}", record.not_kept);
            (true, has_transcript)
        }
    }
}

#[tokio::test]
async fn payloads_go_first_then_records_and_what_is_not_over_stays() {
    let room = Room::anywhere().await;
    let mut keep = Keep::default();
    let own = HookKeep {
        payloads: Some(DAY),
        records: Some(5 * DAY),
        ..HookKeep::default()
    };
    keep.hooks.insert("on_postload_evidence_create".into(), own);
    let ledger = room.open_with(&keep).await.unwrap();
    let done = finished(&ledger, State::Done, |_| {}).await;
    let dead = finished(&ledger, State::Dead, |_| {}).await;
    let waiting = finished(&ledger, State::Waiting, |_| {}).await;
    let own = finished(&ledger, State::Done, |envelope| {
        envelope.hook = "on_postload_evidence_create".into();
    })
    .await;

    assert_eq!(ledger.purge().await.unwrap(), Purged::default());
    age(&ledger, 2).await;
    assert_eq!(
        ledger.purge().await.unwrap(),
        Purged {
            records: 0,
            payloads: 1
        }
    );
    assert_eq!(kept(&ledger, own).await, (true, false));
    assert_eq!(kept(&ledger, done).await, (true, true));
    age(&ledger, 29).await;
    assert_eq!(
        ledger.purge().await.unwrap(),
        Purged {
            records: 1,
            payloads: 1
        }
    );
    assert_eq!(kept(&ledger, own).await, (false, false));
    assert_eq!(kept(&ledger, done).await, (true, false));
    age(&ledger, 60).await;
    ledger.purge().await.unwrap();
    assert_eq!(kept(&ledger, done).await, (false, false));
    for id in [dead, waiting] {
        assert_eq!(kept(&ledger, id).await, (true, true));
    }
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM sclera_attempts");
    let left: i64 = ledger
        .on_its_thread(|pool| async move { count.fetch_one(&pool).await })
        .await
        .unwrap();
    assert_eq!(left, 2);
}

#[tokio::test]
async fn the_oldest_payloads_make_room_for_others() {
    let room = Room::anywhere().await;
    let keep = Keep {
        total_bytes: 3_000,
        ..Keep::default()
    };
    let ledger = room.open_with(&keep).await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..3 {
        age(&ledger, 1).await;
        let large = Payload::parse(format!(r#"[{{"a": "{}"}}]"#, "x".repeat(500))).unwrap();
        ids.push(finished(&ledger, State::Done, |envelope| envelope.payload = Some(large)).await);
    }
    assert_eq!(
        ledger.purge().await.unwrap(),
        Purged {
            records: 0,
            payloads: 1
        }
    );
    assert_eq!(kept(&ledger, ids[0]).await, (true, false));
    assert_eq!(kept(&ledger, ids[1]).await, (true, true));
    assert_eq!(kept(&ledger, ids[2]).await, (true, true));
}

#[tokio::test]
async fn a_payload_that_is_too_large_is_kept_until_its_delivery_is_over() {
    let room = Room::anywhere().await;
    let keep = Keep {
        payload_bytes: 20,
        ..Keep::default()
    };
    let ledger = room.open_with(&keep).await.unwrap();
    let dead = finished(&ledger, State::Dead, |_| {}).await;
    assert!(ledger.find(dead).await.unwrap().unwrap().envelope.payload.is_some());
    let done = finished(&ledger, State::Done, |_| {}).await;
    let record = ledger.find(done).await.unwrap().unwrap();
    assert_eq!(record.envelope.payload, None);
    assert!(record.not_kept.unwrap().contains("`payload-bytes`"));
    let answer = record.attempts[0].result.clone().unwrap();
    let Outcome::Replace(answered) = answer.outcome else {
        panic!()
    };
    assert!(!answered.as_str().contains("evil.example"), "{answered:?}");
}

#[tokio::test]
async fn nothing_of_a_red_delivery_is_ever_there_if_it_is_not_to_be() {
    let room = Room::anywhere().await;
    let keep = Keep {
        keep_red: false,
        ..Keep::default()
    };
    let ledger = room.open_with(&keep).await.unwrap();
    let red = |envelope: &mut Envelope| {
        envelope.metadata.insert("tlp".into(), "red".into());
    };
    let id = finished(&ledger, State::Dead, red).await;
    let other = finished(&ledger, State::Done, |_| {}).await;
    assert_eq!(kept(&ledger, id).await, (true, false));
    assert_eq!(kept(&ledger, other).await, (true, true));
    let record = ledger.find(id).await.unwrap().unwrap();
    let text = serde_json::to_string(&record).unwrap();
    for part in ["evil.example", "hello", "seen"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
    assert!(record.not_kept.unwrap().contains("TLP:RED"));
}

#[tokio::test]
async fn a_clock_that_was_wrong_keeps_nothing_for_ever_and_loses_nothing() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let mut envelope = envelope();
    ledger.write(vec![accepted(&envelope)]).await.unwrap();
    // It was written when the clock was years ahead, and the clock was set back before it ended.
    age(&ledger, -10_000).await;
    envelope.happened_at_ms += 10_000 * 24 * 60 * 60 * 1_000;
    let (first, second) = (attempt(1, trapped()), attempt(2, answered(Outcome::Unchanged)));
    ledger
        .write(vec![ended(&envelope, &first, State::Waiting)])
        .await
        .unwrap();
    let mut before = second.clone();
    before.started_at_ms -= 86_400_000;
    ledger
        .write(vec![ended(&envelope, &before, State::Done)])
        .await
        .unwrap();
    let record = ledger.find(envelope.id).await.unwrap().unwrap();
    assert_eq!(record.attempts, [first, before], "in the order in which they ended");

    age(&ledger, -10_000).await;
    assert_eq!(ledger.purge().await.unwrap(), Purged::default());
    assert_eq!(kept(&ledger, envelope.id).await, (true, true));
    age(&ledger, 91).await;
    ledger.purge().await.unwrap();
    assert_eq!(kept(&ledger, envelope.id).await, (false, false));
}
