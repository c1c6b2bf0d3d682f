//! How the command ends, for whoever runs it in a script.

use std::process::ExitCode;

use sclera::{LoadError, LoadFault};

use crate::doctor::DoctorError;
use crate::project::toolchain::BuildError;

/// The exit codes. They tell apart whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Everything went well.
    Fine = 0,
    /// The module failed: while it was described or registered, in a delivery, or in a test.
    Misbehaved = 1,
    /// The command was used wrongly: an option, a payload, a configuration, a case. (Clap ends with it too.)
    Usage = 2,
    /// The file cannot be read, or is not a module for this host.
    NotAModule = 3,
    /// The module asks for more than was reviewed.
    NotApproved = 4,
    /// A tool that a build needs is missing or too old.
    NoToolchain = 5,
    /// A build failed.
    NotBuilt = 6,
    /// A replay came to something else than what is on record.
    Differs = 7,
}

/// The exit codes, as the help shows them.
pub(crate) const MEANINGS: &[(Exit, &str)] = &[
    (Exit::Fine, "fine"),
    (
        Exit::Misbehaved,
        "the module misbehaved: it failed while it was described, registered or run, or in a test",
    ),
    (
        Exit::Usage,
        "wrong usage: an option, a payload, a configuration or a file of cases cannot be used",
    ),
    (
        Exit::NotAModule,
        "the file cannot be read, or is not a module for this host",
    ),
    (
        Exit::NotApproved,
        "the module is not approved: it asks for more, or is granted more, than was reviewed",
    ),
    (Exit::NoToolchain, "a tool that the build needs is missing or too old"),
    (Exit::NotBuilt, "the build failed"),
    (Exit::Differs, "the replay differs from what is on record"),
];

/// Something that the user of the command can put right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

impl Exit {
    /// Whose fault an error is.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        if let Some(error) = error.downcast_ref::<LoadError>() {
            return match &error.fault {
                LoadFault::Config(_) | LoadFault::Policy(_) => Self::Usage,
                LoadFault::NotApproved(_) => Self::NotApproved,
                LoadFault::Describe(_) | LoadFault::BadDescription(_) | LoadFault::Register(_) => Self::Misbehaved,
                _ => Self::NotAModule,
            };
        }
        if let Some(error) = error.downcast_ref::<BuildError>() {
            return match error {
                BuildError::Tool(_) => Self::NoToolchain,
                _ => Self::NotBuilt,
            };
        }
        if error.is::<DoctorError>() {
            return Self::NotAModule;
        }
        Self::Usage
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
