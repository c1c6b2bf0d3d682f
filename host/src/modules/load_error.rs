//! Why a module cannot be loaded.

use std::io;

use super::{CompileError, NotAComponent, StoreError, Unfit};
use crate::access::BadGrants;
use crate::capabilities::config::ConfigError;
use crate::capabilities::keyvalue::KeepError;
use crate::fault::Fault;
use crate::policy::NotApproved;

/// Why a module could not be loaded, enabled or reloaded. What was loaded before is as it was.
#[derive(Debug, thiserror::Error)]
#[error("cannot load {origin}: {fault}")]
pub struct LoadError {
    /// The module's name once it is known, else its file.
    pub origin: String,
    /// What is wrong.
    #[source]
    pub fault: LoadFault,
}

/// What is wrong with a module that could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadFault {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The file is too large.
    #[error("the file has more than {limit} bytes; raise the limit `module_size` if it is what it should be")]
    TooLarge {
        /// [`Capacity::module_size`](crate::Capacity::module_size).
        limit: u64,
    },
    /// The file is not a component.
    #[error(transparent)]
    NotAComponent(#[from] NotAComponent),
    /// The component is not a module for this host.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// It was not compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The component does not fit to what the host offers.
    #[error("it cannot be linked: {0}; rebuild it with current tools")]
    Invalid(String),
    /// The call of `describe` failed.
    #[error("its `describe` failed: {0}; {remedy}", remedy = .0.remedy())]
    Describe(Fault),
    /// What `describe` said cannot be used.
    #[error("its description cannot be used: {0}; report it to the module's author")]
    BadDescription(String),
    /// A module of that name is loaded.
    #[error("a module named `{0}` is loaded already; unload it first, or reload it from this file")]
    NameTaken(String),
    /// A reload would change the module's name.
    #[error("it is named `{found}`, and cannot take the place of `{expected}`; load it as a module of its own")]
    OtherName {
        /// The module that was to be reloaded.
        expected: String,
        /// The name in the new file.
        found: String,
    },
    /// The configuration does not fit.
    #[error("{0}; correct the configuration, and load it again")]
    Config(#[from] ConfigError),
    /// What the module keeps between deliveries cannot be reached.
    #[error("it is granted a key-value store, and that cannot be opened: {0}")]
    Keep(#[from] KeepError),
    /// The operator's grants for it cannot be kept.
    #[error("its grants cannot be kept: {0}; correct them, and load it again")]
    Grants(#[from] BadGrants),
    /// The call of `register-hooks` failed.
    #[error("its `register-hooks` failed, and nothing that it asked for took effect: {0}; {remedy}", remedy = .0.remedy())]
    Register(Fault),
    /// It, or what it is granted, is not what was reviewed.
    #[error("it is not approved: {0}; look at it with `sclera module review`")]
    NotApproved(Box<NotApproved>),
    /// The operator's policy does not go together with what it asks for.
    #[error("its policy cannot be kept: {0}; correct the policy, and load it again")]
    Policy(String),
    /// The module store cannot keep it, or what it has is not what it should be.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such module.
    #[error("no module of that name is loaded; see the list of modules")]
    NotLoaded,
}
