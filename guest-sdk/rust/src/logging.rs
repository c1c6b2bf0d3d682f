//! Log lines: from the `log` facade to the host.

use log::{LevelFilter, Log, Metadata, Record};

use crate::guest::bindings::wasi::logging::logging::{Level, log};

/// Sends what is logged to the host, with the record's target as the context, and a panic's message before it traps.
///
/// No level is held back here: which lines to keep is the host's choice.
pub(crate) fn to_host() {
    // It fails if the module has set a logger of its own, which is then what its author wants.
    if log::set_logger(&HostLogger).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
    std::panic::set_hook(Box::new(|panic| log(Level::Critical, "panic", &panic.to_string())));
}

struct HostLogger;

impl Log for HostLogger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let level = match record.level() {
            log::Level::Error => Level::Error,
            log::Level::Warn => Level::Warn,
            log::Level::Info => Level::Info,
            log::Level::Debug => Level::Debug,
            log::Level::Trace => Level::Trace,
        };
        log(level, record.target(), &record.args().to_string());
    }

    fn flush(&self) {}
}
