//! What a module logs during a call.

use std::cell::RefCell;
use std::sync::Once;

use log::{Level, LevelFilter, Log, Metadata, Record};

/// A line that a module has logged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// How serious it is.
    pub level: Level,
    /// The record's target: by default, the path of the Rust module that logged it.
    pub target: String,
    /// The text.
    pub message: String,
}

thread_local! {
    // The log facade has one logger for the whole process, and tests run beside each other: so each thread has its lines.
    static LINES: RefCell<Option<Vec<LogLine>>> = const { RefCell::new(None) };
}

/// Runs something, and gives what was logged meanwhile on this thread.
pub(super) fn during<T>(run: impl FnOnce() -> T) -> (T, Vec<LogLine>) {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // It fails if the test has a logger of its own; then the lines are there, and not here.
        if log::set_logger(&Capture).is_ok() {
            log::set_max_level(LevelFilter::Trace);
        }
    });
    let outer = LINES.replace(Some(Vec::new()));
    let result = run();
    let lines = LINES.replace(outer).unwrap_or_default();
    (result, lines)
}

struct Capture;

impl Log for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        LINES.with_borrow_mut(|lines| {
            if let Some(lines) = lines {
                lines.push(LogLine {
                    level: record.level(),
                    target: record.target().to_owned(),
                    message: record.args().to_string(),
                });
            }
        });
    }

    fn flush(&self) {}
}
