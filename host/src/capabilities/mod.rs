//! What a module may ask of the host. One room each, with its grant.

pub(crate) mod actions;
pub(crate) mod clocks;
pub(crate) mod config;
pub(crate) mod http;
pub(crate) mod keyvalue;
pub(crate) mod log;
pub(crate) mod octets;
mod polling;
pub(crate) mod refusal;
pub(crate) mod registry;
mod schema_cost;
pub(crate) mod secrets;
pub(crate) mod tape;
pub(crate) mod transcript;
pub(crate) mod wasi;
