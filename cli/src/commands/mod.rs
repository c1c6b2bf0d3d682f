//! One file for each subcommand, and for what `test-load` is made of.

mod apply_to;
pub(crate) mod build;
mod caching;
pub(crate) mod deliveries;
pub(crate) mod delivery;
pub(crate) mod doctor;
pub(crate) mod hooks;
mod input;
pub(crate) mod inspect;
pub(crate) mod new;
pub(crate) mod redrive;
pub(crate) mod reference;
pub(crate) mod replay;
pub(crate) mod review;
pub(crate) mod sdk;
pub(crate) mod shadow;
pub(crate) mod test;
pub(crate) mod test_load;
pub(crate) mod trial;
mod watch;
pub(crate) mod worker;
