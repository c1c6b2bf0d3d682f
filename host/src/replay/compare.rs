//! Where two runs for the same event differ.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::capabilities::transcript::{HostCall, Transcript};
use crate::fault::{Fault, FaultKind};
use crate::ledger::Attempt;

/// What of a run is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Field {
    /// What became of the payload, or the fault.
    Outcome,
    /// What the server was asked for.
    Actions,
    /// The text for the user.
    Message,
    /// What was logged and printed.
    Logs,
    /// What was asked of the host, and answered.
    HostCalls,
    /// Fuel.
    Fuel,
    /// Bytes of memory at its highest.
    PeakMemory,
}

/// One thing in which two runs differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Difference {
    /// Which.
    pub field: Field,
    /// What it was.
    pub before: Value,
    /// What it is. Of host calls, the first one that differs is shown.
    pub after: Value,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outcome => "outcome",
            Self::Actions => "actions",
            Self::Message => "message",
            Self::Logs => "logs",
            Self::HostCalls => "host calls",
            Self::Fuel => "fuel",
            Self::PeakMemory => "peak memory",
        })
    }
}

/// Everything in which they differ, but for time.
pub(crate) fn differences(before: &Attempt, after: &Attempt) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut compare = |field, before: Value, after: Value| {
        if before != after {
            differences.push(Difference { field, before, after });
        }
    };
    let timed_out = [before, after].map(is_timeout) == [true, true];
    if !timed_out {
        compare(Field::Outcome, outcome(before), outcome(after));
    }
    compare(Field::Actions, actions(before), actions(after));
    compare(Field::Message, message(before), message(after));
    compare(Field::Logs, json!(before.logs), json!(after.logs));
    if let (Some(before), Some(after)) = (&before.transcript, &after.transcript)
        && let Some((before, after)) = calls(before, after)
    {
        compare(Field::HostCalls, before, after);
    }
    // What the clock has ended has used as much as the machine could do until then.
    if !timed_out {
        compare(Field::Fuel, before.usage.fuel.into(), after.usage.fuel.into());
        compare(
            Field::PeakMemory,
            before.usage.peak_memory.into(),
            after.usage.peak_memory.into(),
        );
    }
    differences
}

fn is_timeout(attempt: &Attempt) -> bool {
    attempt.result.as_ref().err().and_then(Fault::kind) == Some(FaultKind::Timeout)
}

fn outcome(attempt: &Attempt) -> Value {
    match &attempt.result {
        Ok(answer) => json!(answer.outcome),
        Err(fault) => json!({"fault": fault}),
    }
}

fn actions(attempt: &Attempt) -> Value {
    attempt
        .result
        .as_ref()
        .map_or(json!([]), |answer| json!(answer.actions))
}

fn message(attempt: &Attempt) -> Value {
    attempt
        .result
        .as_ref()
        .map_or(Value::Null, |answer| json!(answer.message))
}

/// The first calls that differ, with their places and how many there were. None if they are the same.
fn calls(before: &Transcript, after: &Transcript) -> Option<(Value, Value)> {
    let longest = before.calls.len().max(after.calls.len());
    let place = (0..longest).find(|&place| before.calls.get(place) != after.calls.get(place));
    if place.is_none() && before.dropped == after.dropped {
        return None;
    }
    let shown = |transcript: &Transcript| {
        let call: Option<&HostCall> = place.and_then(|place| transcript.calls.get(place));
        let total = u64::try_from(transcript.calls.len()).unwrap_or(u64::MAX);
        json!({"total": total + transcript.dropped, "place": place.map(|place| place + 1), "call": call})
    };
    Some((shown(before), shown(after)))
}
