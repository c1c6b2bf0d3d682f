//! One file for each subcommand.

pub(crate) mod hooks;
pub(crate) mod inspect;
pub(crate) mod reference;
pub(crate) mod test_load;
pub(crate) mod trial;
mod watch;
