use serde_json::json;

use super::*;

fn replaying(earlier: Transcript) -> Tape {
    Tape::new(Recording::Replay(Arc::new(earlier)), None)
}

/// What is recorded when these are asked, and answered with their numbers.
fn recorded(functions: &[&'static str]) -> Transcript {
    let tape = Tape::new(Recording::On, None);
    for (number, function) in functions.iter().enumerate() {
        tape.ask(function, json!([number])).place.answer(|| number.into());
    }
    tape.take().unwrap()
}

#[test]
fn without_a_recording_nothing_is_known_and_nothing_is_kept() {
    let tape = Tape::new(Recording::Off, None);
    let turn = tape.ask("a", json!(1));
    assert_eq!(turn.given, Given::Unknown);
    turn.place.answer(|| panic!("nobody wants to know"));
    assert!(tape.take().is_none() && tape.seed().is_none());
}

#[tokio::test]
async fn the_same_questions_have_the_same_answers_and_the_transcripts_are_equal() {
    let earlier = recorded(&["a", "b"]);
    let tape = replaying(earlier.clone());
    for (number, function) in ["a", "b"].into_iter().enumerate() {
        let asked = tape.answered::<usize>(function, json!([number]), async { panic!("nobody is asked") });
        assert_eq!(asked.await, Some(number));
    }
    assert_eq!(tape.take().unwrap(), earlier);
}

#[test]
fn what_differs_first_is_where_it_parted_and_nobody_answers_afterwards() {
    let cases: [(&'static str, Value, Before); 3] = [
        (
            "c",
            json!([1]),
            Before::Asked {
                function: "b".into(),
                asked: json!([1]),
            },
        ),
        (
            "b",
            json!([7]),
            Before::Asked {
                function: "b".into(),
                asked: json!([1]),
            },
        ),
        ("b", json!([1]), Before::Nothing),
    ];
    for (function, asked, before) in cases {
        let earlier = match before {
            Before::Nothing => recorded(&["a"]),
            _ => recorded(&["a", "b", "a"]),
        };
        let tape = replaying(earlier);
        assert_eq!(tape.ask("a", json!([0])).given, Given::Answer(json!(0)));
        assert_eq!(tape.ask(function, asked.clone()).given, Given::Nobody);
        // It does not come back.
        assert_eq!(tape.ask("a", json!([2])).given, Given::Nobody);
        let parted = tape.take().unwrap().parted.unwrap();
        assert_eq!(
            (parted.after, parted.function.as_ref(), &parted.asked),
            (1, function, &asked)
        );
        assert_eq!(parted.before, before);
    }
}

#[test]
fn what_is_too_much_is_counted_and_a_replay_says_that_it_is_not_there() {
    let tape = Tape::new(Recording::On, None);
    for _ in 0..CALLS + 3 {
        tape.ask("a", Value::Null).place.answer(|| true.into());
    }
    let full = tape.take().unwrap();
    assert_eq!((full.calls.len(), full.dropped), (CALLS, 3));
    let tape = replaying(full);
    for _ in 0..CALLS {
        assert_eq!(tape.ask("a", Value::Null).given, Given::Answer(true.into()));
    }
    assert_eq!(tape.ask("a", Value::Null).given, Given::Nobody);
    assert_eq!(tape.take().unwrap().parted.unwrap().before, Before::NotKept);
}

#[test]
fn a_large_answer_is_not_kept_and_nothing_that_comes_after_it() {
    let tape = Tape::new(Recording::On, None);
    tape.ask("a", Value::Null).place.answer(|| true.into());
    tape.ask("b", Value::Null).place.answer(|| "x".repeat(BYTES).into());
    tape.ask("a", Value::Null).place.answer(|| true.into());
    let full = tape.take().unwrap();
    assert_eq!((full.calls.len(), full.dropped), (2, 2));
    assert!(serde_json::to_string(&full).unwrap().len() < 1_000);
    let tape = replaying(full);
    tape.ask("a", Value::Null);
    assert_eq!(tape.ask("b", Value::Null).given, Given::Nobody);
    assert_eq!(tape.take().unwrap().parted.unwrap().before, Before::NotKept);
}

#[tokio::test]
async fn what_was_never_answered_ends_the_call_again() {
    let tape = Tape::new(Recording::On, None);
    let _ = tape.ask("a", Value::Null);
    let tape = replaying(tape.take().unwrap());
    let asked = tape.answered::<bool>("a", Value::Null, async { panic!("nobody is asked") });
    tokio::select! {
        biased;
        _ = asked => panic!("there is no answer"),
        () = tape.overdue() => {}
    }
}

#[test]
fn a_wait_that_ended_leaves_nothing_and_one_that_did_not_is_the_last_thing() {
    let tape = Tape::new(Recording::On, None);
    tape.while_waiting("wait").forget();
    tape.ask("a", Value::Null).place.answer(|| true.into());
    let _ = tape.while_waiting("wait");
    let earlier = tape.take().unwrap();
    assert_eq!(earlier.calls.len(), 2);
    let tape = replaying(earlier);
    assert!(!tape.waited_in_vain("wait"));
    tape.ask("a", Value::Null);
    assert!(tape.waited_in_vain("wait"));
}
