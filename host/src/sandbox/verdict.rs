//! From wasmtime's errors to faults.

use wasmtime::{Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use crate::capabilities::log::{Level, LogLine};
use crate::fault::Fault;
use crate::limits::Limits;
use crate::text;

use super::memory::MemoryLimit;

/// Raised when a call is past its deadline.
#[derive(Debug, thiserror::Error)]
#[error("the deadline is reached")]
pub(super) struct DeadlineReached;

/// Lines that a module leaves behind.
const LAST_WORDS: usize = 3;

/// What kind of failure an error is.
pub(super) fn fault_of(error: &wasmtime::Error, limits: &Limits, memory: &MemoryLimit, logs: &[LogLine]) -> Fault {
    if error.is::<DeadlineReached>() {
        return Fault::Timeout { limit: limits.deadline };
    }
    let trap = error.downcast_ref::<Trap>();
    match trap {
        Some(Trap::OutOfFuel) => return Fault::OutOfFuel { limit: limits.fuel },
        Some(Trap::Interrupt) => return Fault::Timeout { limit: limits.deadline },
        _ => {}
    }
    let reason = reason(error, logs);
    if memory.refused() {
        return Fault::OutOfMemory {
            limit: limits.memory,
            reason,
        };
    }
    Fault::Trap { reason }
}

/// What happened and where, and the last thing that the module had to say.
fn reason(error: &wasmtime::Error, logs: &[LogLine]) -> String {
    let mut reason = match error.downcast_ref::<I32Exit>() {
        Some(exit) => format!("it ended its process with status {}", exit.0),
        None => error.root_cause().to_string(),
    };
    let function = error
        .downcast_ref::<WasmBacktrace>()
        .and_then(|backtrace| backtrace.frames().first()?.func_name());
    if let Some(function) = function {
        reason.push_str(&format!(" in `{}`", text::shown(function, 120)));
    }
    // A panic is logged by an SDK, and printed to standard error, in several lines, by most languages.
    let speaks = |line: &&LogLine| line.level >= Level::Error || line.context == "stderr";
    let mut last_words: Vec<_> = logs.iter().rev().filter(speaks).take(LAST_WORDS).collect();
    last_words.reverse();
    for (index, line) in last_words.into_iter().enumerate() {
        reason.push_str(if index == 0 { "; its last words: " } else { " " });
        reason.push_str(&line.message);
    }
    text::shown(&reason, 1_000)
}
