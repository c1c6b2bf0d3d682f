//! Waiting: where no code of the module runs, nothing of it can be interrupted.

use sclera::FaultKind::{Timeout, Trap};

use super::Case;
use super::case::End::{Fault, Refused};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::guest(
            "sleeps",
            "sleeps for an hour",
            Fault(Timeout, "raise the limit `deadline`"),
        )
        .until_the_deadline(),
        Case::guest(
            "sleeps-in-describe",
            "sleeps for an hour in `describe`",
            Refused("gave no answer within"),
        )
        .until_the_deadline(),
        Case::guest(
            "sleeps-in-register",
            "sleeps for an hour in `register-hooks`",
            Refused("gave no answer within"),
        )
        .until_the_deadline(),
        Case::guest(
            "sleeps-shortly",
            "sleeps for a millisecond, again and again",
            Fault(Timeout, ""),
        )
        .until_the_deadline(),
        Case::guest(
            "sleeps-until-the-end-of-time",
            "waits for the last instant of the clock",
            Fault(Timeout, ""),
        )
        .until_the_deadline(),
        Case::guest(
            "polls-many",
            "waits for 300 timers of an hour at once",
            Fault(Timeout, ""),
        )
        .until_the_deadline(),
        wat!("polls-nothing", "waits for one of no events", Fault(Trap, "")),
        Case::guest(
            "yields",
            "waits for what is ready at once, again and again",
            Fault(Timeout, ""),
        )
        .until_the_deadline(),
    ]
}
