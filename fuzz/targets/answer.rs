//! What a module answers: the hook, the payload, the outcome, and then each action.
//!
//! An outcome is `unchanged`, `replace` and the payload on the next line, or `reject` with the pointer and the reason on
//! the next lines. An action is the operation, the object kind and the target in one line, and the change on the next.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sclera::fuzzing::{decode, types};
use sclera::{Catalog, HookKind, Limits, Operation, Outcome, Payload};
use sclera_fuzz::{assert_harmless, parts};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::iris);

fuzz_target!(|text: &str| {
    let mut parts = parts(text);
    let Some(hook) = parts.next().and_then(|name| CATALOG.get(name)) else {
        return;
    };
    let Some(Ok(payload)) = parts.next().map(Payload::parse) else {
        return;
    };
    let outcome = outcome(parts.next().unwrap_or_default());
    let said = types::Answer {
        outcome,
        actions: parts.map(action).collect(),
        message: Some(text.to_owned()),
    };
    let limits = Limits::default();
    match decode(said, hook, &payload, &limits) {
        Ok(answer) => {
            match &answer.outcome {
                Outcome::Unchanged => {}
                Outcome::Replace(after) => {
                    assert_eq!(hook.kind(), HookKind::Preload);
                    assert_eq!(after.objects(), payload.objects());
                    assert!(after.as_str().len() <= limits.payload);
                }
                Outcome::Reject(rejection) => {
                    assert_eq!(hook.kind(), HookKind::Preload);
                    assert!(answer.actions.is_empty());
                    assert_harmless(&rejection.reason);
                    assert_harmless(rejection.pointer.as_deref().unwrap_or_default());
                }
            }
            assert!(answer.actions.len() <= limits.actions);
            for action in &answer.actions {
                assert_harmless(&action.object);
                assert_eq!(action.target.is_none(), action.operation == Operation::Create);
                assert_harmless(action.target.as_deref().unwrap_or_default());
            }
            assert_harmless(&answer.message.unwrap_or_default());
        }
        Err(fault) => assert_harmless(&fault.to_string()),
    }
});

fn outcome(text: &str) -> types::Outcome {
    let (kind, rest) = text.split_once('\n').unwrap_or((text, ""));
    match kind {
        "replace" => types::Outcome::Replace(rest.into()),
        "reject" => {
            let (pointer, reason) = rest.split_once('\n').unwrap_or(("", rest));
            types::Outcome::Reject(types::Rejection {
                reason: reason.into(),
                pointer: Some(pointer.into()),
            })
        }
        _ => types::Outcome::Unchanged,
    }
}

fn action(text: &str) -> types::Action {
    let (head, change) = text.split_once('\n').unwrap_or((text, ""));
    let mut words = head.splitn(3, ' ');
    types::Action {
        operation: match words.next() {
            Some("create") => types::Operation::Create,
            Some("delete") => types::Operation::Delete,
            _ => types::Operation::Update,
        },
        object: words.next().unwrap_or_default().into(),
        target: words.next().map(Into::into),
        change: change.into(),
    }
}
