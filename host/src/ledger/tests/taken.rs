//! What attempts took.

use std::collections::HashSet;

use super::*;
use crate::limits::{LimitOverrides, Limits};

#[tokio::test]
async fn every_attempt_is_read_once_those_of_the_latest_deliveries_first() {
    const MANY: usize = 1_200;
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let mut entries = Vec::new();
    for number in 0..MANY {
        let mut envelope = envelope();
        // Some happen at the same moment.
        envelope.happened_at_ms += number as u64 / 7;
        for (try_number, result) in [(1, trapped()), (2, answered(Outcome::Unchanged))] {
            let mut run = attempt(try_number, result);
            run.usage.fuel = (number * 2) as u64 + u64::from(try_number);
            entries.push(ended(&envelope, &run, State::Done));
        }
    }
    ledger.write(entries).await.unwrap();

    let all = ledger.taken(&Filter::default()).await.unwrap();
    let fuel: HashSet<u64> = all.iter().map(|one| one.usage.fuel).collect();
    assert_eq!((all.len(), fuel.len()), (2 * MANY, 2 * MANY));
    assert!(all.is_sorted_by(|one, next| one.happened_at_ms >= next.happened_at_ms));

    let limit = 1_001;
    let latest = Filter {
        limit: Some(limit),
        ..Filter::default()
    };
    assert_eq!(ledger.taken(&latest).await.unwrap(), all[..limit]);
    let others = Filter {
        module: Some("lookup".into()),
        ..Filter::default()
    };
    assert_eq!(ledger.taken(&others).await.unwrap(), []);
}

#[tokio::test]
async fn it_says_what_a_run_took_of_what_it_might_take() {
    let room = Room::anywhere().await;
    let ledger = room.open().await.unwrap();
    let limits = LimitOverrides::of(&Limits::default());
    let mut run = attempt(1, trapped());
    run.setup = Some(Arc::new(Setup {
        config: json!(null),
        grants: json!({}),
        limits: serde_json::to_value(&limits).unwrap(),
    }));
    run.logs.push(LogLine {
        level: Level::Warn,
        context: "sclera".into(),
        message: "the log is full: 3 more lines or parts of lines were dropped".into(),
    });
    ledger.write(vec![ended(&envelope(), &run, State::Dead)]).await.unwrap();

    let taken = ledger.taken(&Filter::default()).await.unwrap();
    let [one] = &taken[..] else { panic!("{taken:?}") };
    assert_eq!(one.usage, run.usage);
    assert_eq!(one.fault, run.result.err());
    assert_eq!(
        (one.log_lines, one.log_bytes, one.log_is_cut),
        (1, "stdouthello".len(), true)
    );
    assert_eq!(one.limits, limits);
}
