//! Answers that have the contract's shape, and are attacks on whoever believes them.

use sclera::FaultKind::{BadOutput, RefusedCapability, Trap};
use sclera::{ActionsGrant, Delivery, Grants, ModulePolicy, Outcome};

use super::case::End::{self, Fault, Leaves};
use super::case::{Case, Moment};

/// The answer was understood, and cannot be used.
const fn bad(says: &'static str) -> End {
    Fault(BadOutput, says)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::guest(
            "payload-of-12-mb",
            "answers with more than a payload may be",
            bad("the limit `payload`"),
        ),
        Case::guest(
            "payload-nested",
            "answers with JSON that is nested 10,000 deep",
            bad("recursion limit"),
        ),
        Case::guest(
            "payload-as-deep-as-parsers-go",
            "answers with JSON that is nested 120 deep",
            bad("depth"),
        ),
        Case::guest(
            "payload-of-a-million-objects",
            "answers with a million objects",
            bad("1000000 objects in place of 1"),
        ),
        Case::guest("payload-of-no-object", "answers with an empty list", bad("empty list")),
        Case::guest("payload-cut-off", "answers with half a JSON text", bad("not JSON")),
        Case::guest("payload-twice", "answers with two JSON texts", bad("not JSON")),
        Case::guest(
            "payload-with-huge-number",
            "answers with a number that has no value",
            bad("number out of range"),
        ),
        Case::guest(
            "payload-breaks-schema",
            "answers with an object that is not what the hook is about",
            bad("does not satisfy the schema"),
        ),
        Case::guest(
            "payload-after-the-commit",
            "replaces what is committed already",
            bad("only a preload hook can do"),
        )
        .at(Moment::Hook("on_postload_ioc_create")),
        Case::guest(
            "actions-by-the-thousand",
            "asks for 10,000 actions",
            bad("the limit `actions`"),
        )
        .policy(may_update),
        Case::guest(
            "actions-of-one-text",
            "asks for 30 actions of the same megabyte",
            Fault(Trap, ""),
        )
        .policy(may_update),
        Case::guest(
            "action-unknown-part",
            "asks for a change that the contract does not know",
            bad("feilds"),
        )
        .policy(may_update),
        Case::guest(
            "action-nested",
            "asks for a change that is nested 10,000 deep",
            bad("recursion limit"),
        )
        .policy(may_update),
        Case::guest(
            "action-on-a-path",
            "asks for an action on `../../etc/passwd`",
            bad("not the name of an object kind"),
        )
        .policy(may_update),
        Case::guest(
            "action-forged-target",
            "asks for an action on an id with control characters",
            bad("a target that is not an id"),
        )
        .policy(may_update),
        Case::guest(
            "action-not-granted",
            "asks for an action that nobody granted",
            Fault(RefusedCapability, "delete"),
        )
        .policy(may_update),
        Case::guest(
            "answer-of-20-mb",
            "answers with many actions that are large together",
            bad("the limit `answer`"),
        )
        .policy(may_update),
        Case::guest(
            "message-of-10-mb",
            "answers with a message of 10 MB",
            Leaves(short_message),
        ),
        Case::guest(
            "message-of-escapes",
            "answers with a message that moves the cursor",
            Leaves(clean_message),
        ),
        Case::guest("error-of-10-mb", "fails with an error of 10 MB", Leaves(short_failure)),
    ]
}

fn may_update(_: &super::Attacker) -> ModulePolicy {
    ModulePolicy {
        grants: Grants {
            actions: ActionsGrant {
                update: vec!["*".into()],
                ..ActionsGrant::default()
            },
            ..Grants::default()
        },
        ..ModulePolicy::default()
    }
}

fn short_message(delivery: &Delivery) -> Result<(), String> {
    let message = message(delivery)?;
    if message.chars().count() > 4_001 {
        return Err(format!("{} characters of message are left", message.chars().count()));
    }
    Ok(())
}

fn clean_message(delivery: &Delivery) -> Result<(), String> {
    let message = message(delivery)?;
    if message.chars().any(|c| c.is_control() && c != '\n') || message.contains('\u{202e}') {
        return Err(format!("{message:?} is not fit to be shown"));
    }
    Ok(())
}

fn message(delivery: &Delivery) -> Result<&str, String> {
    let answer = delivery.answer().ok_or("it did not answer")?;
    if answer.outcome != Outcome::Unchanged {
        return Err("the outcome is not `unchanged`".into());
    }
    answer.message.as_deref().ok_or_else(|| "there is no message".into())
}

fn short_failure(delivery: &Delivery) -> Result<(), String> {
    let failure = delivery.failure().ok_or("it did not fail")?;
    if failure.len() > 2_000 {
        return Err(format!("the sentence about it has {} bytes", failure.len()));
    }
    Ok(())
}
