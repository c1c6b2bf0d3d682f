//! What is written, and read again.

use super::*;

#[tokio::test]
async fn what_was_written_is_found_to_the_letter() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let envelope = envelope();
    let first = attempt(1, trapped());
    let replaced = Payload::parse(r#"[{"n": 2.0000000000000000002}]"#).unwrap();
    let second = attempt(2, answered(Outcome::Replace(replaced)));
    ledger.note(accepted(&envelope));
    ledger
        .write(vec![ended(&envelope, &first, State::Waiting)])
        .await
        .unwrap();
    ledger
        .write(vec![ended(&envelope, &second, State::Done)])
        .await
        .unwrap();

    drop(ledger);
    let ledger = room.open().await.unwrap();
    let record = ledger.find(envelope.id).await.unwrap().unwrap();
    assert_eq!(record.envelope, envelope);
    assert_eq!(record.attempts, [first, second]);
    assert_eq!(
        (record.state, record.remark, record.not_kept),
        (State::Done, None, None)
    );
    assert_eq!(ledger.find(DeliveryId::new()).await.unwrap(), None);
}

/// Every order in which what is said of one delivery can come, and all of it twice.
#[tokio::test]
async fn what_is_final_stays_final_in_whatever_order_it_comes() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    for end in [State::Done, State::Failed, State::Dead] {
        let runs = [attempt(1, trapped()), attempt(2, answered(Outcome::Unchanged))];
        let entries = |envelope: &Envelope| {
            [
                accepted(envelope),
                ended(envelope, &runs[0], State::Waiting),
                ended(envelope, &runs[1], end),
            ]
        };
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let envelope = envelope();
            let mut runs = runs.clone();
            runs.iter_mut().for_each(|run| run.run = uuid::Uuid::now_v7());
            let entries = entries(&envelope);
            for index in order.into_iter().chain(order) {
                ledger.write(vec![entries[index].clone()]).await.unwrap();
            }
            let settled = ledger.settled(&[envelope.id]).await.unwrap();
            assert_eq!(settled.get(&envelope.id), Some(&end), "{order:?}");
        }
    }
}

#[tokio::test]
async fn an_attempt_that_is_written_twice_is_there_once() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let envelope = envelope();
    let run = attempt(1, answered(Outcome::Unchanged));
    let entry = ended(&envelope, &run, State::Done);
    ledger.write(vec![entry.clone(), entry.clone()]).await.unwrap();
    ledger.write(vec![entry]).await.unwrap();
    assert_eq!(ledger.find(envelope.id).await.unwrap().unwrap().attempts, [run]);

    // One that ran twice has run twice.
    let again = attempt(1, answered(Outcome::Unchanged));
    ledger.write(vec![ended(&envelope, &again, State::Done)]).await.unwrap();
    let listed = ledger.list(&Filter::default()).await.unwrap();
    assert_eq!((listed.len(), listed[0].attempts), (1, 2));
}

#[test]
fn what_was_noted_is_written_when_the_last_ledger_is_dropped() {
    let room = Room::new();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let ledger = first.block_on(room.open()).unwrap();
    // The runtime that it was opened on ends before it does.
    drop(first);
    for _ in 0..1_000 {
        ledger.note(accepted(&envelope()));
    }
    drop(ledger);
    let counts = runtime().block_on(async { room.open().await.unwrap().counts().await.unwrap() });
    assert_eq!(counts.waiting, 1_000);
}

#[tokio::test]
async fn notes_wait_for_each_other_and_for_nobody_else() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let began = std::time::Instant::now();
    for _ in 0..50 {
        ledger.note(accepted(&envelope()));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Nobody asks for anything, and they are written all the same.
    while ledger.counts().await.unwrap().waiting < 50 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let commits = ledger.0.commits();
    let most = began.elapsed().as_millis() / work::COMPANY.as_millis() + 1;
    assert!(u128::from(commits) <= most, "{commits} commits in place of {most}");
}

#[tokio::test]
async fn many_who_write_share_their_commits() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let writing = (0..200).map(|_| {
        let ledger = ledger.clone();
        tokio::spawn(async move { ledger.write(vec![accepted(&envelope())]).await })
    });
    for one in writing.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
    assert_eq!(ledger.counts().await.unwrap().waiting, 200);
    // Each write that came first had to wait; the others came along.
    let commits = ledger.0.commits();
    assert!(commits < 100, "{commits} commits for 200 writes");
}

#[tokio::test]
async fn deliveries_are_found_by_what_is_asked_for() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let mut ids = Vec::new();
    for (index, (hook, module, state)) in [
        ("on_postload_ioc_create", "tagger", State::Done),
        ("on_postload_ioc_create", "lookup", State::Dead),
        ("on_postload_case_create", "tagger", State::Waiting),
    ]
    .into_iter()
    .enumerate()
    {
        let mut envelope = envelope();
        envelope.hook = hook.into();
        envelope.module = module.into();
        envelope.happened_at_ms += index as u64 * 1_000;
        let run = attempt(1, trapped());
        ledger.write(vec![ended(&envelope, &run, state)]).await.unwrap();
        ids.push(envelope.id);
    }
    let since = std::time::UNIX_EPOCH + Duration::from_millis(1_700_000_001_000);
    let all = Filter::default;
    let cases = [
        (all(), vec![2, 1, 0]),
        (
            Filter {
                hook: Some("on_postload_ioc_create".into()),
                ..all()
            },
            vec![1, 0],
        ),
        (
            Filter {
                module: Some("tagger".into()),
                ..all()
            },
            vec![2, 0],
        ),
        (
            Filter {
                state: Some(State::Dead),
                ..all()
            },
            vec![1],
        ),
        (
            Filter {
                since: Some(since),
                ..all()
            },
            vec![2, 1],
        ),
        (
            Filter {
                limit: Some(1),
                ..all()
            },
            vec![2],
        ),
        (
            Filter {
                ids: vec![ids[0], ids[1]],
                module: Some("lookup".into()),
                ..all()
            },
            vec![1],
        ),
        (
            Filter {
                module: Some("' OR 1 = 1 --".into()),
                ..all()
            },
            vec![],
        ),
    ];
    for (filter, wanted) in cases {
        let listed = ledger.list(&filter).await.unwrap();
        let wanted: Vec<_> = wanted.into_iter().map(|index| ids[index]).collect();
        let found: Vec<_> = listed.iter().map(|one| one.id).collect();
        assert_eq!(found, wanted, "{filter:?}");
    }
    let one = ledger
        .list(&Filter {
            ids: vec![ids[1]],
            ..all()
        })
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (one.attempts, one.fault.as_deref(), one.payload_kept),
        (1, Some("trap"), true)
    );
    assert_eq!(one.usage.unwrap().fuel, 7);
    assert_eq!(
        ledger.counts().await.unwrap(),
        Counts {
            waiting: 1,
            done: 1,
            failed: 0,
            dead: 1
        }
    );
}

#[tokio::test]
async fn no_secret_is_in_the_ledger_however_it_is_written() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let secrets = vault(&[("key", "s3cr\"et"), ("pin", "90210")]);
    let mut envelope = envelope();
    envelope.payload =
        Some(Payload::parse(r#"[{"a": "x\u0073\u0033cr\"et", "b": 190210, "90210": 1, "c": [1.10]}]"#).unwrap());
    envelope.metadata.insert("note".into(), "s3cr\"et".into());
    envelope.triggered_by = Some("90210".into());
    let mut run = attempt(1, answered(Outcome::Replace(envelope.payload.clone().unwrap())));
    run.logs[0].message = "the key is s3cr\"et".into();
    run.transcript.as_mut().unwrap().calls[0].answered = json!({"body": "s3cr\"et"});
    ledger.write(vec![accepted(&envelope)]).await.unwrap();
    let Entry::Ended(mut entry) = ended(&envelope, &run, State::Done) else {
        unreachable!()
    };
    entry.secrets = secrets;
    entry.remark = Some("s3cr\"et".into());
    ledger.write(vec![Entry::Ended(entry)]).await.unwrap();

    let record = ledger.find(envelope.id).await.unwrap().unwrap();
    let payload = record.envelope.payload.as_ref().unwrap().as_str();
    assert!(payload.contains("x[secret key]"), "{payload}");
    drop(ledger);
    for text in [serde_json::to_string(&record).unwrap(), format!("{record:?}")] {
        for secret in ["s3cr", "90210", "u0073"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn strikes_are_counted_until_it_is_cleared() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let (one, other) = (DeliveryId::new(), DeliveryId::new());
    assert_eq!(ledger.strike(one).await.unwrap(), 1);
    drop(ledger);
    let ledger = room.open().await.unwrap();
    assert_eq!(ledger.strike(one).await.unwrap(), 2);
    assert_eq!(ledger.strike(other).await.unwrap(), 1);

    let envelope = Envelope { id: one, ..envelope() };
    for (is_cleared, strikes) in [(false, 3), (true, 1)] {
        let Entry::Ended(mut ended) = ended(&envelope, &attempt(1, trapped()), State::Waiting) else {
            panic!("it is another entry");
        };
        ended.is_cleared = is_cleared;
        ledger.write(vec![Entry::Ended(ended)]).await.unwrap();
        assert_eq!(ledger.strike(one).await.unwrap(), strikes);
    }
}

#[tokio::test]
async fn a_record_goes_from_one_ledger_into_another() {
    let (here, there) = (Room::anywhere().await, Room::anywhere().await);
    let (here, there) = (here.open().await.unwrap(), there.open().await.unwrap());
    let envelope = envelope();
    let run = attempt(1, trapped());
    here.write(vec![ended(&envelope, &run, State::Dead)]).await.unwrap();
    let record = here.find(envelope.id).await.unwrap().unwrap();
    let file = serde_json::to_string(&record).unwrap();
    for _ in 0..2 {
        there.import(&serde_json::from_str(&file).unwrap()).await.unwrap();
    }
    assert_eq!(there.find(envelope.id).await.unwrap().unwrap(), record);
}
