//! Modules that break the contract in their answers: the payload stays as it was, the caller is told by whom, on which
//! hook and what to do, and the module after it runs as if nothing had happened.

use std::time::Duration;

use sclera::{Fault, FaultKind, Limits, Trigger};

use super::{builder, committed, host_with, ioc, limits, load, postload, preload, value};

/// Behaviour, kind of fault, and what the sentence says besides module, hook and remedy.
const BAD: &[(&str, FaultKind, &str)] = &[
    ("traps", FaultKind::Trap, "the handler gave up"),
    ("recurses", FaultKind::Trap, "call stack exhausted"),
    ("exits", FaultKind::Trap, "ended its process with status 1"),
    ("loops", FaultKind::OutOfFuel, "raise the limit `fuel`"),
    ("eats-memory", FaultKind::OutOfMemory, "raise the limit `memory`"),
    ("fails", FaultKind::ModuleError, "the service is away"),
    ("not-json", FaultKind::BadOutput, "not JSON"),
    ("not-a-list", FaultKind::BadOutput, "array of objects"),
    ("no-objects", FaultKind::BadOutput, "empty list"),
    ("more-objects", FaultKind::BadOutput, "2 objects in place of 1"),
    ("nested", FaultKind::BadOutput, "recursion limit"),
    ("breaks-schema", FaultKind::BadOutput, "does not satisfy the schema"),
    ("huge", FaultKind::BadOutput, "the limit `payload`"),
    ("many-actions", FaultKind::BadOutput, "the limit `actions`"),
    ("bad-action", FaultKind::BadOutput, "feilds"),
    ("targetless-action", FaultKind::BadOutput, "names no target"),
];

#[tokio::test]
async fn a_bad_answer_leaves_the_payload_as_it_was_and_the_caller_is_told() {
    for (behaviour, kind, expected) in BAD {
        let host = host_with(&[behaviour, "marks"]).await;
        let report = host.preload(preload()).await.unwrap();
        let failed = &report.deliveries[0];
        let sentence = failed.failure().unwrap_or_else(|| panic!("{behaviour} did not fail"));
        assert_eq!(failed.result.as_ref().unwrap_err().kind(), Some(*kind), "{sentence}");
        for part in [expected, &*format!("misfit-{behaviour}"), "on_preload_ioc_create"] {
            assert!(sentence.contains(part), "{behaviour}: {part} is not in: {sentence}");
        }
        assert!(sentence.len() < 2_000 && !sentence.contains('\u{1b}'), "{sentence}");
        assert_eq!(report.failures().count(), 1);
        // The next one saw the payload as it came in.
        assert_eq!(value(&report.payload), "evil.example+marks", "{behaviour}");
        assert!(report.refusal.is_none());
    }
}

#[tokio::test]
async fn thirty_references_to_one_string_do_not_fill_the_host() {
    let host = host_with(&["repeats-one-string"]).await;
    let report = host.preload(preload()).await.unwrap();
    assert!(report.deliveries[0].result.is_err());
    assert_eq!(report.payload, ioc());
}

#[tokio::test]
async fn a_call_ends_at_its_deadline_whether_it_computes_or_waits() {
    for behaviour in ["loops", "sleeps"] {
        let deadline = Duration::from_millis(100);
        let endless = Limits {
            fuel: u64::MAX,
            deadline,
            ..limits()
        };
        let host = builder().limits(endless).build().unwrap();
        load(&host, behaviour).await.unwrap();
        let report = host.preload(preload()).await.unwrap();
        let delivery = &report.deliveries[0];
        assert_eq!(delivery.result, Err(Fault::Timeout { limit: deadline }), "{behaviour}");
        assert!(delivery.usage.duration >= deadline);
        assert_eq!(report.payload, ioc());
    }
}

#[tokio::test]
async fn a_module_that_computes_does_not_hold_up_the_thread() {
    let endless = Limits {
        fuel: u64::MAX,
        deadline: Duration::from_secs(2),
        ..limits()
    };
    let host = builder().limits(endless).build().unwrap();
    load(&host, "loops").await.unwrap();
    // Both share this test's one thread: without interruption, the counter would not get a turn.
    let counter = async {
        let mut turns = 0_u32;
        loop {
            tokio::task::yield_now().await;
            turns += 1;
            if turns == 20 {
                break turns;
            }
        }
    };
    tokio::select! {
        biased;
        report = host.preload(preload()) => panic!("the loop ended first: {:?}", report.unwrap().failures().collect::<Vec<_>>()),
        turns = counter => assert_eq!(turns, 20),
    }
}

#[tokio::test]
async fn only_a_preload_can_reject_or_replace() {
    for (behaviour, what) in [("rejects", "reject the request"), ("replaces", "replace the payload")] {
        let host = host_with(&[behaviour, "behaves"]).await;
        let report = host.postload(postload()).await.unwrap();
        let sentence = report.deliveries[0].failure().unwrap();
        for part in [what, "only a preload hook can", "on_postload_ioc_create", behaviour] {
            assert!(sentence.contains(part), "{part}: {sentence}");
        }
        assert!(report.deliveries[1].result.is_ok());

        let trigger = Trigger::new("on_manual_trigger_ioc", committed());
        let report = host
            .trigger_manual(&format!("misfit-{behaviour}"), "Misfit", trigger)
            .await
            .unwrap();
        assert!(report.deliveries[0].failure().unwrap().contains("on a manual hook"));
    }
}

#[tokio::test]
async fn a_flood_of_log_lines_is_cut_and_said() {
    for behaviour in ["floods-log", "floods-stdout"] {
        let host = host_with(&[behaviour]).await;
        let report = host.preload(preload()).await.unwrap();
        let logs = &report.deliveries[0].logs;
        let bytes: usize = logs.iter().map(|line| line.message.len()).sum();
        assert!(
            logs.len() <= 501 && bytes < 80 << 10,
            "{} lines, {bytes} bytes",
            logs.len()
        );
        assert!(logs.last().unwrap().message.contains("dropped"), "{:?}", logs.last());
    }
}

#[tokio::test]
async fn what_a_module_says_can_be_shown_as_it_is() {
    let host = host_with(&["rejects"]).await;
    let refusal = host.preload(preload()).await.unwrap().refusal.unwrap();
    assert_eq!(refusal.rejection.reason, "not\u{fffd}[2J here");

    let host = host_with(&["forges-log"]).await;
    let report = host.preload(preload()).await.unwrap();
    let line = &report.deliveries[0].logs[0];
    assert_eq!(
        (line.context.as_str(), line.message.as_str()),
        ("a\u{fffd}[2J", "one two\u{fffd}")
    );
}
