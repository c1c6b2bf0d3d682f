//! What a module says about itself, checked.

use semver::Version;
use serde::Serialize;
use serde_json::Value;

use crate::capabilities::config::{ConfigError, validator};
use crate::contract::types;
use crate::text;

/// What a module says about itself. All text in it can be shown as it is.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Description {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// Its version.
    #[serde(skip)]
    pub version: Version,
    /// What it does.
    pub description: String,
    /// The JSON Schema of its configuration.
    pub config_schema: Option<Value>,
    /// What it would like to be allowed to do.
    pub capabilities: Vec<Capability>,
}

/// Something that a module would like to be allowed to do.
#[derive(Clone, Debug, Serialize)]
pub struct Capability {
    /// Its name, such as `http`.
    pub name: String,
    /// What is asked for in detail: a JSON object.
    pub parameters: Value,
    /// Why.
    pub reason: String,
}

/// Characters of a module's name.
const NAME: usize = 64;
/// Characters of a sentence.
const SENTENCE: usize = 1_000;
/// Capabilities that one module may ask for.
const CAPABILITIES: usize = 64;
/// Bytes of a configuration schema, and of a capability's parameters.
const JSON: usize = 256 << 10;

impl Description {
    /// Checks what the module said; the error says what is wrong with it.
    pub(super) fn check(said: types::Description) -> Result<Self, String> {
        if !is_name(&said.name) {
            return Err(format!(
                "its name `{}` is not 1 to {NAME} letters, digits, `_`, `-` and `.`, beginning with a letter or a digit",
                text::shown(&said.name, NAME)
            ));
        }
        let version = Version::parse(&said.version).map_err(|error| {
            format!(
                "its version `{}` is not one as in https://semver.org, such as `1.4.0`: {error}",
                text::shown(&said.version, 40)
            )
        })?;
        if said.capabilities.len() > CAPABILITIES {
            return Err(format!(
                "it asks for {} capabilities; there can be {CAPABILITIES}",
                said.capabilities.len()
            ));
        }
        Ok(Self {
            name: said.name,
            version,
            description: text::shown(&said.description, SENTENCE),
            config_schema: said.config_schema.as_deref().map(config_schema).transpose()?,
            capabilities: said
                .capabilities
                .into_iter()
                .map(capability)
                .collect::<Result<_, _>>()?,
        })
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn config_schema(text: &str) -> Result<Value, String> {
    let schema = json_object(text).map_err(|fault| format!("its configuration schema {fault}"))?;
    match validator(&schema) {
        Ok(_) => Ok(schema),
        Err(ConfigError::BadSchema(fault)) => Err(format!("its configuration schema is not a JSON Schema: {fault}")),
        Err(other) => Err(other.to_string()),
    }
}

fn capability(asked: types::Capability) -> Result<Capability, String> {
    if !is_name(&asked.name) {
        return Err(format!(
            "it asks for a capability named `{}`",
            text::shown(&asked.name, NAME)
        ));
    }
    let parameters = json_object(&asked.parameters)
        .map_err(|fault| format!("what it asks for with the capability `{}` {fault}", asked.name))?;
    Ok(Capability {
        name: asked.name,
        parameters,
        reason: text::shown(&asked.reason, SENTENCE),
    })
}

fn json_object(text: &str) -> Result<Value, String> {
    if text.len() > JSON {
        return Err(format!("has {} bytes; it may have {JSON}", text.len()));
    }
    match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err("is not a JSON object".into()),
        Err(error) => Err(format!("is not JSON: {error}")),
    }
}
