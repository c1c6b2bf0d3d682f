//! What went wrong, and what to do now.

use std::io::{self, Write};

use anstream::stderr;
use anstyle::AnsiColor;
use sclera::{Fault, LedgerError, LoadError, LoadFault, LockError, PolicyFileError, TriggerError, text};

use super::{BAD, WARNING};
use crate::project::manifest::ManifestError;
use crate::project::toolchain::BuildError;

/// Characters of an error that are shown.
const ERROR: usize = 8_000;

pub(crate) fn error(error: &anyhow::Error) {
    let bad = BAD.bold();
    // A typed error says itself what was behind it; only a context is a chapter of its own.
    let says_all = error.is::<LoadError>()
        || error.is::<TriggerError>()
        || error.is::<ManifestError>()
        || error.is::<BuildError>()
        || error.is::<PolicyFileError>()
        || error.is::<LockError>()
        || error.is::<LedgerError>();
    let said = if says_all {
        error.to_string()
    } else {
        format!("{error:#}")
    };
    // With standard error closed, there is nobody to tell.
    let _ = writeln!(stderr(), "{bad}error:{bad:#} {}", text::shown(&said, ERROR));
    if let Some(hint) = error.downcast_ref::<LoadError>().and_then(|error| hint(&error.fault)) {
        let style = AnsiColor::Cyan.on_default().bold();
        let _ = writeln!(stderr(), " {style}hint:{style:#} {hint}");
    }
}

pub(crate) fn warning(said: &str) {
    let _ = writeln!(stderr(), "{WARNING}warning:{WARNING:#} {}", text::shown(said, ERROR));
}

pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// What the host cannot know: how it is done on this command line.
fn hint(fault: &LoadFault) -> Option<&'static str> {
    match fault {
        LoadFault::Unreadable(error) => match error.kind() {
            io::ErrorKind::NotFound => {
                Some("`cargo build --release --target wasm32-wasip2` puts it into target/wasm32-wasip2/release/")
            }
            io::ErrorKind::IsADirectory => Some("give the `.wasm` file in it"),
            _ => None,
        },
        LoadFault::Invalid(_) | LoadFault::Unfit(_) => {
            Some("`sclera doctor MODULE` shows what differs, and what mends it")
        }
        LoadFault::Config(_) => Some("`--config FILE` gives the module its configuration, a JSON object"),
        LoadFault::NotApproved(_) => Some("`sclera module review MODULE --policy FILE` shows the difference, and asks"),
        LoadFault::Describe(fault) | LoadFault::Register(fault) => limit_option(fault),
        _ => None,
    }
}

/// The option that raises the limit which a module has met.
pub(super) fn limit_option(fault: &Fault) -> Option<&'static str> {
    match fault {
        Fault::Timeout { .. } => Some("`--deadline MS` gives it more time"),
        Fault::OutOfFuel { .. } => Some("`--fuel UNITS` gives it more fuel"),
        Fault::OutOfMemory { .. } => Some("`--memory MIB` gives it more memory"),
        _ => None,
    }
}
