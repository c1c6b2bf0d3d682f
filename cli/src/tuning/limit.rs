//! The limits that records tell something of.

use std::time::Duration;

use sclera::{Capacity, Fault, LimitOverrides, Taken};
use serde::Serialize;
use toml_edit::Value;

use super::nice::{binary, decimal};

/// A limit. Its amounts are units of fuel, nanoseconds, bytes, or numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Limit {
    Fuel,
    Deadline,
    Memory,
    LogLines,
    LogBytes,
    Actions,
}

const MS: u64 = 1_000_000;
const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

impl Limit {
    pub(crate) const ALL: [Self; 6] = [
        Self::Fuel,
        Self::Deadline,
        Self::Memory,
        Self::LogLines,
        Self::LogBytes,
        Self::Actions,
    ];

    /// Its key in `sclera.toml`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Deadline => "deadline",
            Self::Memory => "memory",
            Self::LogLines => "log-lines",
            Self::LogBytes => "log-bytes",
            Self::Actions => "actions",
        }
    }

    /// What was taken of it.
    pub(super) fn taken(self, run: &Taken) -> u64 {
        match self {
            Self::Fuel => run.usage.fuel,
            Self::Deadline => nanoseconds(run.usage.duration),
            Self::Memory => run.usage.peak_memory as u64,
            Self::LogLines => run.log_lines as u64,
            Self::LogBytes => run.log_bytes as u64,
            Self::Actions => run.actions as u64,
        }
    }

    /// What the run could take, if that is on record.
    pub(super) fn in_force(self, limits: &LimitOverrides) -> Option<u64> {
        match self {
            Self::Fuel => limits.fuel,
            Self::Deadline => limits.deadline.map(nanoseconds),
            Self::Memory => limits.memory.map(|bytes| bytes as u64),
            Self::LogLines => limits.log_lines.map(|lines| lines as u64),
            Self::LogBytes => limits.log_bytes.map(|bytes| bytes as u64),
            Self::Actions => limits.actions.map(|actions| actions as u64),
        }
    }

    /// Whether the run would have taken more, had it been allowed to.
    pub(super) fn is_hit(self, run: &Taken) -> bool {
        let reached = |limit: Self| {
            let limits = limit.in_force(&run.limits);
            limits.is_some_and(|most| limit.taken(run) >= most)
        };
        match self {
            Self::Fuel => matches!(run.fault, Some(Fault::OutOfFuel { .. })),
            Self::Deadline => matches!(run.fault, Some(Fault::Timeout { .. })),
            Self::Memory => matches!(run.fault, Some(Fault::OutOfMemory { .. })),
            Self::LogLines => run.log_is_cut && reached(Self::LogLines),
            // A line is not kept if there is no room for it at all, and is cut if there is too little.
            Self::LogBytes => run.log_is_cut && reached(Self::LogBytes),
            // Too many actions are one of many ways for an answer to be bad.
            Self::Actions => false,
        }
    }

    /// The least that is proposed. What a module does seldom, or when something goes wrong, is not on record, and below
    /// these a limit protects nobody.
    pub(super) fn floor(self) -> u64 {
        match self {
            // Some milliseconds of work.
            Self::Fuel => 10_000_000,
            // What a machine that is busy can make of an instant.
            Self::Deadline => 100 * MS,
            Self::Memory => 4 * MIB,
            // Room for a trace of what went wrong.
            Self::LogLines => 50,
            Self::LogBytes => 16 * KIB,
            Self::Actions => 10,
        }
    }

    /// The most that is proposed where so much is in force. A host has room for no more than its capacity, which is not on
    /// record.
    pub(super) fn ceiling(self, in_force: Option<u64>) -> u64 {
        match self {
            Self::Memory => in_force.unwrap_or_default().max(Capacity::default().memory as u64),
            _ => u64::MAX,
        }
    }

    /// An amount, rounded up to one that a person would write.
    pub(super) fn rounded(self, amount: u64) -> u64 {
        match self {
            Self::Fuel | Self::LogLines | Self::Actions => decimal(amount),
            Self::Deadline => decimal(amount.div_ceil(MS)).saturating_mul(MS),
            Self::Memory => binary(amount.div_ceil(MIB)).saturating_mul(MIB),
            Self::LogBytes => binary(amount.div_ceil(KIB)).saturating_mul(KIB),
        }
    }

    /// An amount, as it stands in `sclera.toml`.
    pub(super) fn written(self, amount: u64) -> Value {
        match self {
            Self::Fuel | Self::LogLines | Self::Actions => {
                let digits = grouped(amount);
                // With groups of digits, as a person writes it.
                digits
                    .parse()
                    .unwrap_or_else(|_| i64::try_from(amount).unwrap_or(i64::MAX).into())
            }
            Self::Deadline => match amount / MS {
                ms if ms.is_multiple_of(1_000) => format!("{}s", ms / 1_000),
                ms => format!("{ms}ms"),
            }
            .into(),
            Self::Memory => format!("{} MiB", amount / MIB).into(),
            Self::LogBytes => format!("{} KiB", amount / KIB).into(),
        }
    }
}

/// `12_345_678`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
