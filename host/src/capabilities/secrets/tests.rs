//! Secrets where they are kept, and in what is shown.

use std::collections::BTreeMap;

use super::*;
use crate::capabilities::http::Origin;
use crate::capabilities::log::{Level, Log, LogLimits};
use crate::contract::types;

fn open(value: &str) -> Result<Vault, Vec<(String, SecretFault)>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, value).unwrap();
    let grant = SecretGrant {
        env: None,
        file: Some(file),
        origins: vec!["https://api.test".into()],
        places: vec![Place::Header],
    };
    open_as(grant)
}

fn open_as(grant: SecretGrant) -> Result<Vault, Vec<(String, SecretFault)>> {
    let granted = [Origin::parse("https://api.test").unwrap()];
    Vault::open(&BTreeMap::from([("token".to_owned(), grant)]), &granted)
}

#[test]
fn white_space_at_the_end_of_a_file_is_no_part_of_the_secret() {
    let vault = open("hunter22 \n").unwrap();
    assert_eq!(vault.redact("<hunter22>"), "<[secret token]>");
}

#[test]
fn a_secret_may_come_from_the_environment() {
    // Cargo sets it for every test.
    let value = std::env::var("CARGO_PKG_NAME").unwrap();
    let vault = open_as(SecretGrant {
        env: Some("CARGO_PKG_NAME".into()),
        file: None,
        origins: vec!["https://api.test".into()],
        places: vec![Place::Query],
    });
    assert_eq!(vault.unwrap().redact(&value), "[secret token]");
}

#[test]
fn every_fault_is_reported_and_none_has_the_value() {
    let cases = [
        (open("abc"), "3 bytes"),
        (open(&"x".repeat(20_000)), "bytes"),
        (open("hunter\n22"), "no header can carry"),
        (
            open_as(SecretGrant {
                env: None,
                file: None,
                origins: vec!["https://api.test".into()],
                places: vec![Place::Body],
            }),
            "exactly one",
        ),
        (
            open_as(SecretGrant {
                env: Some("SCLERA_NO_SUCH_VARIABLE".into()),
                file: None,
                origins: vec!["https://api.test".into()],
                places: vec![Place::Body],
            }),
            "`SCLERA_NO_SUCH_VARIABLE`",
        ),
        (
            open_as(SecretGrant {
                env: None,
                file: Some("no/such/file".into()),
                origins: vec!["https://other.test".into(), "nonsense".into()],
                places: Vec::new(),
            }),
            "no/such/file",
        ),
    ];
    for (opened, expected) in cases {
        let faults = opened.unwrap_err();
        let text: Vec<_> = faults.iter().map(|(key, fault)| format!("{key}: {fault}")).collect();
        let text = text.join("\n");
        assert!(text.contains(expected), "{expected} in {text}");
        assert!(!text.contains("hunter"), "{text}");
        if expected == "no/such/file" {
            assert_eq!(faults.len(), 4, "{text}");
        }
    }
}

#[test]
fn what_is_debugged_shows_no_value() {
    let shown = format!("{:?}", open("hunter22").unwrap());
    assert!(shown.contains("token") && !shown.contains("hunter"), "{shown}");
}

#[test]
fn no_secret_is_read_in_a_log() {
    let mut log = Log::new(LogLimits {
        lines: 10,
        bytes: 1_000,
        rate: 10,
    });
    log.redact(std::sync::Arc::new(open("hunter22").unwrap()));
    log.note(Level::Info, "the server said hunter22");
    assert_eq!(log.take()[0].message, "the server said [secret token]");
}

#[test]
fn no_secret_is_read_in_an_answer() {
    let vault = open("hunter22").unwrap();
    let mut answer = Ok(types::Answer {
        outcome: types::Outcome::Reject(types::Rejection {
            reason: "hunter22!".into(),
            pointer: Some("/hunter22".into()),
        }),
        actions: vec![types::Action {
            operation: types::Operation::Update,
            object: "ioc".into(),
            target: Some("hunter22".into()),
            change: "{\"comment\": \"hunter22\"}".into(),
        }],
        message: Some("it is hunter22".into()),
    });
    vault.redact_answer(&mut answer);
    let shown = format!("{answer:?}");
    assert!(
        shown.contains("[secret token]") && !shown.contains("hunter22"),
        "{shown}"
    );

    let mut error = Err(types::Error {
        code: "x".into(),
        message: "hunter22".into(),
        retryable: false,
    });
    vault.redact_answer(&mut error);
    assert_eq!(error.unwrap_err().message, "[secret token]");
}

#[test]
fn what_may_be_the_beginning_of_a_secret_is_held_back() {
    let vault = open("abab!").unwrap();
    for (bytes, begun) in [
        ("", 0),
        ("xa", 1),
        ("xab", 2),
        ("xaba", 3),
        ("abab", 4),
        ("abab!", 0),
        ("xabax", 0),
    ] {
        assert_eq!(vault.begun(bytes.as_bytes()), begun, "{bytes}");
    }
}

#[test]
fn every_occurrence_of_a_secret_is_masked_and_the_length_stays() {
    let vault = open("hunter22").unwrap();
    let mut bytes = b"hunter22hunter22, hunter2 and hunter22".to_vec();
    vault.mask(&mut bytes);
    assert_eq!(bytes, b"****************, hunter2 and ********");
}
