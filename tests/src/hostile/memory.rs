//! More memory than there is for it, and what others have left in it.

use sclera::FaultKind::{OutOfMemory, Timeout};

use super::Case;
use super::case::End::{Fault, Leaves, Refused, Says};
use super::shapes::beside;

pub(super) fn cases() -> Vec<Case> {
    vec![
        wat!(
            "memory-bomb",
            "asks for 4 GB at once",
            Fault(OutOfMemory, "raise the limit `memory`")
        ),
        wat!(
            "memory-by-pages",
            "grows by one page for ever, and writes to each",
            Fault(OutOfMemory, "raise the limit `memory`")
        ),
        wat!(
            "memory-for-ever",
            "goes on asking for memory that it does not get",
            Fault(Timeout, "")
        )
        .until_the_deadline(),
        wat!(
            "memory-at-once",
            "begins with 4 GB of memory",
            Refused("has a minimum byte size of 4294967296")
        ),
        Case::made(
            "memory-of-64-bits",
            "begins with a second memory of 1 TB",
            || beside("(component (core module $m (memory i64 16777216)) (core instance (instantiate $m)))"),
            Refused("has a minimum byte size of 1099511627776"),
        ),
        wat!(
            "memory-filled",
            "fills all its memory again and again",
            Fault(Timeout, "")
        )
        .until_the_deadline(),
        wat!(
            "table-bomb",
            "grows a table to nine million elements",
            Fault(OutOfMemory, "")
        ),
        wat!(
            "table-at-once",
            "begins with a table of nine million elements",
            Refused("has a minimum element size of 9000000")
        ),
        wat!(
            "data-beyond-memory",
            "puts data behind the end of its memory",
            Refused("out of bounds")
        ),
        wat!("state-in-memory", "counts its deliveries in memory", Says("")),
        wat!(
            "reads-what-was-left",
            "looks through fresh memory for what others left there",
            Leaves(|delivery| {
                match &delivery.result {
                    Ok(_) => Ok(()),
                    Err(fault) => Err(format!("it found something: {fault}")),
                }
            })
        ),
    ]
}
