//! What a module may ask of the host while it runs. One file each.

pub(crate) mod config;
pub(crate) mod log;
pub(crate) mod registry;
pub(crate) mod wasi;
