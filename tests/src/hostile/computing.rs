//! Work without end: loops, recursion, and what else stops a module's own code.

use sclera::FaultKind::{OutOfFuel, Timeout, Trap};

use super::Case;
use super::case::End::{Fault, Refused};

pub(super) fn cases() -> Vec<Case> {
    vec![
        wat!(
            "loop-in-handler",
            "computes for ever in its handler",
            Fault(OutOfFuel, "raise the limit `fuel`")
        ),
        wat!(
            "loop-in-start",
            "computes for ever before it is there",
            Refused("`describe` failed: it used up its")
        ),
        wat!(
            "trap-in-start",
            "traps before it is there",
            Refused("`describe` failed: it trapped")
        ),
        wat!(
            "loop-in-describe",
            "computes for ever in `describe`",
            Refused("`describe` failed: it used up its")
        ),
        wat!(
            "loop-in-register",
            "computes for ever in `register-hooks`",
            Refused("`register-hooks` failed, and nothing that it asked for took effect: it used up its")
        ),
        wat!(
            "loop-in-realloc",
            "computes for ever while the host hands over an event",
            Fault(OutOfFuel, "")
        ),
        wat!(
            "loop-in-post-return",
            "computes for ever after its answer",
            Fault(OutOfFuel, "")
        ),
        wat!(
            "trap-in-post-return",
            "traps after its answer",
            Fault(Trap, "unreachable")
        ),
        Case::text(
            "loop-until-the-deadline",
            "computes for ever with fuel for centuries",
            include_str!("../../hostile/wat/loop-in-handler.wat"),
            Fault(Timeout, "within 300 ms"),
        )
        .until_the_deadline(),
        wat!(
            "recursion",
            "calls itself for ever",
            Fault(Trap, "call stack exhausted")
        ),
        wat!(
            "recursion-through-table",
            "calls itself for ever through a table",
            Fault(Trap, "call stack exhausted")
        ),
        wat!(
            "wide-frames",
            "calls itself with frames that could jump over a guard page",
            Fault(Trap, "call stack exhausted")
        ),
        wat!("division", "divides by zero", Fault(Trap, "divide by zero")),
        wat!(
            "wrong-signature",
            "calls a function as if it were of another type",
            Fault(Trap, "indirect call type mismatch")
        ),
    ]
}
