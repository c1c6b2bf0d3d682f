//! What the fuzz targets reach of the inside. It is there only when `cargo xtask fuzz` builds the crate.

use serde_json::Value;

use crate::capabilities::config::{ConfigError, Settings};
pub use crate::contract::sclera::hooks::types;
use crate::delivery::Answer;
use crate::fault::Fault;
use crate::limits::Limits;
use crate::payload::Payload;
use crate::{ActionsGrant, Hook, dispatch};

/// Checks a configuration as loading does; what the module would read.
pub fn configure(config: &Value, schema: Option<&Value>) -> Result<Vec<(String, String)>, ConfigError> {
    Settings::new(config, std::iter::empty(), schema).map(Settings::into_pairs)
}

/// Checks an answer as a delivery does.
pub fn decode(said: types::Answer, hook: &Hook, payload: &Payload, limits: &Limits) -> Result<Answer, Fault> {
    dispatch::decode(said, hook, payload, limits, &ActionsGrant::everything())
}
