//! Calls into the host: too many, too large, at the wrong time, or never given back.

use sclera::FaultKind::{Timeout, Trap};

use super::Case;
use super::case::End::{Fault, Refused, Says};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::guest(
            "random-gigabytes",
            "asks for 4 GB of random numbers at once",
            Fault(Trap, ""),
        ),
        Case::guest(
            "random-for-ever",
            "asks for random numbers until the deadline",
            Fault(Timeout, ""),
        )
        .until_the_deadline(),
        Case::guest(
            "clock-for-ever",
            "reads the clock until the deadline",
            Fault(Timeout, ""),
        )
        .until_the_deadline(),
        Case::guest(
            "config-for-ever",
            "reads its configuration until the deadline",
            Fault(Timeout, ""),
        )
        .until_the_deadline(),
        Case::guest(
            "registry-for-ever",
            "calls the registry until the deadline",
            Fault(Timeout, ""),
        )
        .until_the_deadline(),
        Case::guest(
            "registry-too-late",
            "subscribes while it handles an event",
            Says("not-registering"),
        ),
        Case::guest(
            "registry-too-early",
            "subscribes in `describe`",
            Refused("no import answers"),
        ),
        Case::guest(
            "config-too-early",
            "reads its configuration in `describe`",
            Refused("no import answers"),
        ),
        Case::guest(
            "environment",
            "looks for arguments and environment variables",
            Says("0 0"),
        ),
        Case::guest("pollables", "makes timers and keeps them all", Fault(Trap, "")),
        Case::guest(
            "registrations",
            "makes registrations and keeps them all",
            Refused("`register-hooks` failed"),
        ),
        Case::guest(
            "registrations-with-text",
            "keeps registrations with a megabyte of text each",
            Refused("`register-hooks` failed"),
        ),
    ]
}
