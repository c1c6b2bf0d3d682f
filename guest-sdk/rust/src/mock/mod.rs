//! A host for a module's unit tests: natively, with plain `cargo test`.

mod capture;
mod host;
pub(crate) mod http;
pub(crate) mod keyvalue;
mod registry;
mod trigger;

pub use capture::LogLine;
pub use host::MockHost;
pub use trigger::MockTrigger;
