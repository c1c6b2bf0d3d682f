//! One file for each subcommand, and for what several of them are made of.

mod apply_to;
pub(crate) mod bench;
pub(crate) mod build;
mod caching;
pub(crate) mod deliveries;
pub(crate) mod delivery;
pub(crate) mod doctor;
pub(crate) mod hooks;
mod input;
pub(crate) mod inspect;
mod loading;
pub(crate) mod measuring;
pub(crate) mod new;
mod policy_file;
pub(crate) mod redrive;
pub(crate) mod reference;
pub(crate) mod replay;
pub(crate) mod review;
pub(crate) mod sdk;
pub(crate) mod shadow;
pub(crate) mod test;
pub(crate) mod test_load;
pub(crate) mod trial;
pub(crate) mod tune;
mod watch;
pub(crate) mod worker;
