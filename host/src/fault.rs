//! How a delivery can fail.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::contract::types;
use crate::text;

/// Why a module gave no usable answer. Whatever it is, the payload is as it was before the module ran.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// The module's code stopped itself: a panic, an unreachable instruction, an access outside of its memory.
    #[error("it trapped: {reason}")]
    Trap {
        /// What happened, and where in the module.
        reason: String,
    },
    /// It did not answer in time, whether it computed or waited.
    #[error("it gave no answer within {} ms", .limit.as_millis())]
    Timeout {
        /// [`Limits::deadline`](crate::Limits::deadline).
        limit: Duration,
    },
    /// It used up its fuel.
    #[error("it used up its {limit} units of fuel")]
    OutOfFuel {
        /// [`Limits::fuel`](crate::Limits::fuel).
        limit: u64,
    },
    /// It asked for more memory than it may have, and could not go on without.
    #[error("it needed more than its {limit} bytes of memory: {reason}")]
    OutOfMemory {
        /// [`Limits::memory`](crate::Limits::memory), in bytes.
        limit: usize,
        /// How it ended.
        reason: String,
    },
    /// Its answer breaks the contract.
    #[error("its answer cannot be used: {reason}")]
    BadOutput {
        /// What is wrong with it.
        reason: String,
    },
    /// It asked for something that it is not granted, and its answer depends on that.
    #[error("it is not granted what it asked for: {reason}")]
    RefusedCapability {
        /// The capability, such as `http`.
        capability: String,
        /// What it asked for.
        reason: String,
    },
    /// The modules before it took so much of the time that a preload has that it was not asked, or could not be waited for
    /// as long as its own deadline.
    #[error("the modules before it left it too little of the {} ms that a preload has", .budget.as_millis())]
    NoTimeLeft {
        /// [`Capacity::preload`](crate::Capacity::preload).
        budget: Duration,
    },
    /// It was not asked at all, because it has failed too often.
    #[error("it is in quarantine: {reason}")]
    Quarantined {
        /// Why.
        reason: String,
        /// The kind of the fault that led to it; the failure policy for that kind applies.
        because: FaultKind,
    },
    /// It returned an error of its own.
    #[error("it reported `{code}`: {message}")]
    ModuleError {
        /// The module's word for it.
        code: String,
        /// The module's sentence about it.
        message: String,
        /// Whether the module believes that a later attempt may work.
        retryable: bool,
    },
    /// The host could not run it: it is at fault, or the machine is.
    #[error("the host could not run it: {reason}")]
    Host {
        /// What happened.
        reason: String,
    },
}

impl Fault {
    /// What to do now, as an imperative fragment.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Trap { .. } => "report it to the module's author",
            Self::Timeout { .. } => "raise the limit `deadline` if the module does something that takes so long",
            Self::NoTimeLeft { .. } => "see which of them takes long, or raise the capacity `preload`",
            Self::OutOfFuel { .. } => "raise the limit `fuel` if the module does work that needs so much",
            Self::OutOfMemory { .. } => "raise the limit `memory` if the module holds something that needs so much",
            Self::BadOutput { .. } => "report it to the module's author",
            Self::RefusedCapability { .. } => {
                "grant it with `sclera module review`, if the module may have it, or report it to the module's author"
            }
            Self::Quarantined { .. } => "see what went wrong, and release the module, or wait for its next trial",
            Self::ModuleError { .. } => "see what the module's documentation says of this error",
            Self::Host { .. } => "see the host's own log",
        }
    }

    /// The fault's name in the contract's failure policies: `out-of-fuel`. None for a fault of the host.
    pub fn kind(&self) -> Option<FaultKind> {
        Some(match self {
            Self::Trap { .. } => FaultKind::Trap,
            Self::Timeout { .. } | Self::NoTimeLeft { .. } => FaultKind::Timeout,
            Self::OutOfFuel { .. } => FaultKind::OutOfFuel,
            Self::OutOfMemory { .. } => FaultKind::OutOfMemory,
            Self::BadOutput { .. } => FaultKind::BadOutput,
            Self::RefusedCapability { .. } => FaultKind::RefusedCapability,
            Self::Quarantined { because, .. } => *because,
            Self::ModuleError { .. } => FaultKind::ModuleError,
            Self::Host { .. } => return None,
        })
    }
}

/// The kinds of fault that a failure policy tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// See [`Fault::Trap`].
    Trap,
    /// See [`Fault::Timeout`].
    Timeout,
    /// See [`Fault::OutOfFuel`].
    OutOfFuel,
    /// See [`Fault::OutOfMemory`].
    OutOfMemory,
    /// See [`Fault::BadOutput`].
    BadOutput,
    /// See [`Fault::RefusedCapability`].
    RefusedCapability,
    /// See [`Fault::ModuleError`].
    ModuleError,
}

impl FaultKind {
    /// All of them, with their names in the contract.
    pub const ALL: [(&'static str, Self); 7] = [
        ("trap", Self::Trap),
        ("timeout", Self::Timeout),
        ("out-of-fuel", Self::OutOfFuel),
        ("out-of-memory", Self::OutOfMemory),
        ("bad-output", Self::BadOutput),
        ("refused-capability", Self::RefusedCapability),
        ("module-error", Self::ModuleError),
    ];
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = Self::ALL.iter().find(|(_, kind)| kind == self);
        f.write_str(named.map_or("", |(name, _)| name))
    }
}

impl From<types::Error> for Fault {
    fn from(error: types::Error) -> Self {
        Self::ModuleError {
            code: text::shown(&error.code, 64),
            message: text::shown(&error.message, 1_000),
            retryable: error.retryable,
        }
    }
}
