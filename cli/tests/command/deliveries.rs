//! `sclera deliveries` and `sclera delivery`: what was delivered, and everything about it.

use serde_json::Value;

use crate::folder::Folder;

const ID: &str = "019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44";

/// An exported delivery: a dead letter with one attempt.
const FILE: &str = r#"{
  "id": "019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44", "trigger": "019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c00",
  "hook": "on_postload_ioc_create", "kind": "postload", "menu_name": null,
  "module": "tagger", "version": "1.0.0", "digest": "00ff", "asynchronous": true,
  "happened_at_ms": 1700000000000, "triggered_by": "alice", "metadata": {"case_id": 42}, "causes": [],
  "about": "ioc:1", "payload": [{"ioc_value": "evil.example", "n": 1.0000000000000000001}],
  "state": "dead", "remark": "it trapped: unreachable",
  "attempts": [{
    "run": "019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c46", "number": 1, "started_at_ms": 1700000000001, "version": "1.0.0",
    "digest": "00ff", "mode": "enforce", "fuel": 1234567, "duration_ns": 3000000, "peak_memory": 65536,
    "result": {"Err": {"kind": "trap", "reason": "unreachable"}}, "actions": "none",
    "logs": [{"level": "info", "context": "stdout", "message": "hello"}]
  }]
}"#;

/// With a ledger that has one delivery.
fn folder() -> Folder {
    // An empty file is an empty ledger.
    let folder = Folder::new().file("delivery.json", FILE).file("ledger.sqlite", "");
    let ran = folder.sclera("deliveries import delivery.json --ledger ledger.sqlite");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    folder
}

#[test]
fn deliveries_are_listed_and_filtered() {
    let folder = folder();
    let found = |options: &str| {
        let ran = folder.sclera(format!("deliveries --data . --json {options}").trim_end());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
        serde_json::from_str::<Value>(&ran.out)
            .unwrap()
            .as_array()
            .unwrap()
            .len()
    };
    for (options, number) in [
        ("", 1),
        ("--state dead", 1),
        ("--state done", 0),
        ("--module tagger --hook on_postload_ioc_create", 1),
        ("--module other", 0),
        ("--since 2023-11-14", 1),
        ("--since 2023-11-15", 0),
        ("--since 2h", 0),
    ] {
        assert_eq!(found(options), number, "{options}");
    }
    let ran = folder.sclera("deliveries --data .");
    for part in [
        ID,
        "tagger",
        "on_postload_ioc_create",
        "dead",
        "it trapped: unreachable",
        "2023-11-14 22:13:20",
    ] {
        assert!(ran.out.contains(part), "{part} in {ran}");
    }
    assert!(ran.out.lines().all(|line| line.trim_end() == line), "{ran}");
}

#[test]
fn everything_about_one_is_shown() {
    let folder = folder();
    let ran = folder.sclera(&format!("delivery {ID} --ledger ledger.sqlite"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    for part in [
        "dead",
        "alice",
        "ioc:1",
        "evil.example",
        "attempt 1",
        "trapped",
        "hello",
        "1,234,567",
        "case_id",
    ] {
        assert!(ran.out.contains(part), "{part} in {ran}");
    }
}

#[test]
fn what_is_exported_is_what_was_imported() {
    let folder = folder();
    let ran = folder.sclera(&format!("delivery {ID} --ledger ledger.sqlite --export out.json"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    let exported = std::fs::read_to_string(folder.path("out.json")).unwrap();
    assert!(exported.contains("1.0000000000000000001"), "{exported}");
    let meant = |text: &str| serde_json::from_str::<sclera::Record>(text).unwrap();
    assert_eq!(meant(&exported), meant(FILE));
}

#[test]
fn dead_letters_are_redriven() {
    let folder = folder();
    let redriven = |options: &str| {
        let ran = folder.sclera(format!("redrive --data . --json {options}").trim_end());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
        let shown: Value = serde_json::from_str(&ran.out).unwrap();
        shown["redriven"].as_array().unwrap().len()
    };
    assert_eq!(redriven("--module other"), 0);
    assert_eq!(redriven("--all --dry-run"), 1);
    assert!(!folder.path("queue.sqlite").exists(), "a dry run changes nothing");
    assert_eq!(redriven("--module tagger"), 1);
    assert_eq!(redriven("--all"), 0);
    let ran = folder.sclera("deliveries --data . --state waiting");
    assert!(ran.out.contains(ID), "{ran}");
}

#[test]
fn what_cannot_be_done_says_what_to_do() {
    let folder = folder();
    for (line, hint) in [
        ("deliveries", "--data"),
        ("deliveries --ledger nowhere.sqlite", "there is no ledger"),
        ("deliveries --ledger delivery.json", "not a SQLite database"),
        ("deliveries --data . --since yesterday", "2026-01-31"),
        ("deliveries --data . --state asleep", "waiting"),
        ("delivery nonsense --data .", "not the id"),
        ("delivery 019b2d7c-8a1e-7c55-b3f0-000000000000 --data .", "no delivery"),
        ("redrive --data .", "--all"),
        ("deliveries import ledger.sqlite --ledger ledger.sqlite", "cannot read"),
    ] {
        let ran = folder.sclera(line);
        assert_eq!(ran.code, 2, "{ran}");
        assert!(ran.err.contains(hint), "{ran}");
    }
    assert!(!folder.path("nowhere.sqlite").exists());
}
