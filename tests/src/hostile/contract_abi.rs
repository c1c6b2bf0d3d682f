//! Lies below the contract: pointers, lengths, discriminants, texts and handles that are not what they must be.

use sclera::FaultKind::Trap;

use super::Case;
use super::case::End::{self, Fault, Leaves, Refused};

/// The component model found that the answer is not one.
const fn trap(says: &'static str) -> End {
    Fault(Trap, says)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        wat!("invalid-utf8", "answers with bytes that are no text", trap("utf-8")),
        wat!("invalid-utf8-name", "has a name that is no text", Refused("utf-8")),
        wat!("surrogate-in-message", "answers with half a UTF-16 pair", trap("utf-8")),
        wat!(
            "string-out-of-bounds",
            "answers with a text that is longer than its memory",
            trap("out of bounds")
        ),
        wat!(
            "string-wraps-around",
            "answers with a text whose end is before its beginning",
            trap("out of bounds")
        ),
        wat!(
            "list-length",
            "answers with four billion actions",
            trap("out of bounds")
        ),
        wat!(
            "list-unaligned",
            "answers with a list that begins between two words",
            trap("not aligned")
        ),
        wat!(
            "list-of-one-string",
            "answers with 4,000 actions that all have the same text of 64 KiB",
            trap("")
        ),
        wat!(
            "bad-outcome",
            "answers with an outcome that does not exist",
            trap("discriminant")
        ),
        wat!("bad-result", "answers neither ok nor error", trap("discriminant")),
        wat!(
            "bad-operation",
            "asks for an action that does not exist",
            trap("discriminant")
        ),
        wat!(
            "answer-unaligned",
            "answers at an address between two words",
            trap("not aligned")
        ),
        wat!(
            "answer-out-of-bounds",
            "answers outside of its memory",
            trap("out of bounds")
        ),
        wat!(
            "answer-is-the-event",
            "gives the event back as its answer",
            trap("discriminant")
        ),
        wat!(
            "realloc-out-of-bounds",
            "lets the host write outside of its memory",
            trap("beyond end of memory")
        ),
        wat!(
            "realloc-unaligned",
            "lets the host write between two words",
            trap("not aligned")
        ),
        wat!(
            "realloc-always-the-same",
            "lets the host write everything to one place",
            Leaves(answered)
        ),
        wat!(
            "realloc-calls-out",
            "calls the host while the host is writing",
            trap("cannot leave")
        ),
        wat!(
            "log-out-of-bounds",
            "logs a line that is outside of its memory",
            trap("out of bounds")
        ),
        wat!(
            "log-level",
            "logs with a level that does not exist",
            trap("discriminant")
        ),
        wat!(
            "foreign-handle",
            "uses a handle that nobody gave it",
            Refused("`register-hooks` failed")
        ),
        wat!(
            "handle-of-another-kind",
            "uses a pollable as a registration",
            Refused("`register-hooks` failed")
        ),
        wat!(
            "dropped-handle",
            "uses a registration that it has dropped",
            Refused("`register-hooks` failed")
        ),
        wat!("handle-dropped-twice", "drops a registration twice", trap("handle")),
        Case::guest(
            "traps-with-resources",
            "traps while it holds a hundred resources",
            trap("its last words: "),
        ),
        Case::guest(
            "exits-well",
            "ends its process with status 0",
            trap("ended its process with status 0"),
        ),
        Case::guest(
            "exits-badly",
            "ends its process with status 3",
            trap("ended its process with status 1"),
        ),
        Case::guest(
            "exits-while-describing",
            "ends its process in `describe`",
            Refused("ended its process"),
        ),
    ]
}

fn answered(delivery: &sclera::Delivery) -> Result<(), String> {
    delivery.failure().map_or(Ok(()), Err)
}
