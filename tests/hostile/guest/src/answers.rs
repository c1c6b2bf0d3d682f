//! Answers that are attacks.

use crate::sclera::hooks::types::{Action, Answer, Error, Operation, Outcome};
use crate::{asks, harmless, says};

pub(crate) fn attack(attack: &str) -> Result<Answer, Error> {
    Ok(match attack {
        "payload-of-12-mb" => replaces(&object(&"x".repeat(12 << 20))),
        "payload-nested" => replaces(&nested(10_000)),
        "payload-as-deep-as-parsers-go" => replaces(&nested(120)),
        "payload-of-a-million-objects" => replaces(&format!("[{}{{}}]", "{},".repeat(999_999))),
        "payload-of-no-object" => replaces("[]"),
        "payload-cut-off" => replaces("[{\"ioc_value\": "),
        "payload-twice" => replaces(&format!("{0} {0}", object("x"))),
        "payload-with-huge-number" => replaces(r#"[{"ioc_value": "x", "ioc_type_id": 1e999999}]"#),
        "payload-breaks-schema" => replaces(r#"[{"ioc_value": 3, "ioc_type_id": 1}]"#),
        "payload-after-the-commit" => replaces(&object("x")),
        "actions-by-the-thousand" => asks(vec![tag(); 10_000]),
        "actions-of-one-text" => asks(vec![with_change(&"x".repeat(1 << 20)); 50]),
        "action-unknown-part" => asks(vec![with_change(r#"{"feilds": {}}"#)]),
        "action-nested" => asks(vec![with_change(&nested(10_000))]),
        "action-on-a-path" => asks(vec![Action {
            object: "../../etc/passwd".into(),
            ..tag()
        }]),
        "action-forged-target" => asks(vec![Action {
            target: Some("1\u{1b}[2J".into()),
            ..tag()
        }]),
        "action-not-granted" => asks(vec![Action {
            operation: Operation::Delete,
            change: "{}".into(),
            ..tag()
        }]),
        "answer-of-20-mb" => {
            let comment = "x".repeat(200 << 10);
            asks(vec![with_change(&format!(r#"{{"comments": ["{comment}"]}}"#)); 100])
        }
        "message-of-10-mb" => says("x".repeat(10 << 20)),
        "message-of-escapes" => says("\u{1b}]0;title\u{7}\u{1b}[2J\u{202e}\r\nforged\u{9b}".into()),
        "error-of-10-mb" => {
            return Err(Error {
                code: "x".repeat(1 << 20),
                message: "x".repeat(10 << 20),
                retryable: true,
            });
        }
        _ => harmless(),
    })
}

fn replaces(payload: &str) -> Answer {
    Answer {
        outcome: Outcome::Replace(payload.to_owned()),
        ..harmless()
    }
}

fn object(value: &str) -> String {
    format!(r#"[{{"ioc_value": "{value}", "ioc_type_id": 1}}]"#)
}

fn nested(levels: usize) -> String {
    format!(
        r#"[{{"ioc_value": "x", "ioc_type_id": 1, "custom_attributes": {}{}}}]"#,
        r#"{"a":"#.repeat(levels - 1) + "{",
        "}".repeat(levels)
    )
}

fn tag() -> Action {
    with_change(r#"{"tags": {"add": ["again"]}}"#)
}

fn with_change(change: &str) -> Action {
    Action {
        operation: Operation::Update,
        object: "ioc".into(),
        target: Some("1".into()),
        change: change.into(),
    }
}
