//! Why a trigger is not taken.

use super::admission::Busy;
use crate::catalog::{HookKind, UnknownHook};
use crate::ledger::LedgerError;
use crate::queue::QueueError;

/// Why the host did not take a trigger. No module has run, and the caller still has its payload.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TriggerError {
    /// The catalog has no hook of that name.
    #[error(transparent)]
    UnknownHook(#[from] UnknownHook),
    /// The hook is of another kind than the function that was called.
    #[error("`{hook}` is a {kind} hook; trigger it with `{function}`")]
    WrongKind {
        /// The hook.
        hook: String,
        /// Its kind.
        kind: HookKind,
        /// The function for that kind.
        function: &'static str,
    },
    /// More is asked of the host than it can do. Later it may be different: a server answers with the status 503.
    #[error("`{hook}` was not taken, because the host is busy: {reason}")]
    Busy {
        /// The hook.
        hook: String,
        /// How much waits.
        reason: Busy,
    },
    /// The payload is too large.
    #[error(
        "the payload for `{hook}` has {size} bytes, and the host takes {limit}; send less, or raise the limit `payload`"
    )]
    PayloadTooLarge {
        /// The hook.
        hook: String,
        /// Bytes of the payload.
        size: usize,
        /// [`Limits::payload`](crate::Limits::payload).
        limit: usize,
    },
    /// The payload is nested too deep.
    #[error(
        "the payload for `{hook}` has {depth} levels, and the host takes {limit}; send it flatter, or raise the limit `depth`"
    )]
    PayloadTooDeep {
        /// The hook.
        hook: String,
        /// Levels of the payload.
        depth: usize,
        /// [`Limits::depth`](crate::Limits::depth).
        limit: usize,
    },
    /// Actions have fired hooks whose modules asked for actions, and so on.
    #[error(
        "`{hook}` is the end of a chain of {depth} deliveries that caused one another, and the host allows {limit}: modules answer each other's changes without end; the chain is {chain}"
    )]
    ChainTooDeep {
        /// The hook.
        hook: String,
        /// How long the chain is.
        depth: usize,
        /// [`Capacity::cause_depth`](crate::Capacity::cause_depth).
        limit: usize,
        /// The deliveries, oldest first.
        chain: String,
    },
    /// The entry is not for these objects.
    #[error("the menu entry `{menu_name}` of `{module}` is only for objects that satisfy `{rule}`")]
    NotForThese {
        /// The module.
        module: String,
        /// The menu name.
        menu_name: String,
        /// The subscription's match rule.
        rule: String,
    },
    /// The queue did not take the asynchronous deliveries.
    #[error("`{hook}` was not accepted: {reason}")]
    NotAccepted {
        /// The hook.
        hook: String,
        /// Why not.
        reason: QueueError,
    },
    /// The ledger cannot be written, and nothing is to happen without a record
    /// ([`WhenUnwritable::Refuse`](crate::WhenUnwritable::Refuse)).
    #[error("`{hook}` was not accepted, because it could not be recorded: {reason}")]
    NotRecorded {
        /// The hook.
        hook: String,
        /// Why not.
        reason: LedgerError,
    },
    /// There is no outbox to announce it in.
    #[error(
        "`{hook}` cannot be announced: the host has no outbox; give it one with `HostBuilder::outbox`, or call `postload`"
    )]
    NoOutbox {
        /// The hook.
        hook: String,
    },
    /// No module has this entry in its menu.
    #[error(
        "no enabled module `{module}` has the menu entry `{menu_name}` for `{hook}`; see `manual_hooks` for those that there are"
    )]
    NoSuchMenuEntry {
        /// The module.
        module: String,
        /// The hook.
        hook: String,
        /// The menu name.
        menu_name: String,
    },
}
