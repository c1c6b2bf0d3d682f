//! What a module says about itself.

use serde_json::Value;

/// What a module says about itself: the contract's `description`.
///
/// ```
/// use sclera_sdk::Description;
/// use sclera_sdk::serde_json::json;
///
/// let description = Description::new("ioc-tagger", "1.4.0", "Tags every new IOC.")
///     .config_schema(json!({"type": "object", "properties": {"tag": {"type": "string"}}}))
///     .capability("http", json!({"origins": ["https://example.org"]}), "asks example.org about each IOC");
/// assert_eq!(description.capabilities.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Description {
    /// The module's name, unique within a host: 1 to 64 letters, digits, `_`, `-` and `.`, beginning with a letter or
    /// a digit.
    pub name: String,
    /// Its version, as in <https://semver.org>.
    pub version: String,
    /// What it does, in a sentence or two for an operator.
    pub description: String,
    /// The JSON Schema (2020-12) of its configuration; none if it has no configuration.
    pub config_schema: Option<Value>,
    /// What it would like to be allowed to do.
    pub capabilities: Vec<Capability>,
}

/// Something that a module would like to be allowed to do. An operator grants it, or not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Capability {
    /// Its name, such as `http`, `keyvalue` or `actions`.
    pub name: String,
    /// What is asked for in detail: a JSON object.
    pub parameters: Value,
    /// Why, in one sentence for the operator who decides.
    pub reason: String,
}

impl Description {
    /// A module with a name, a version and a sentence about what it does. [`description!`](crate::description) takes
    /// all three from the module's `Cargo.toml`.
    pub fn new(name: impl Into<String>, version: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            description: description.into(),
            config_schema: None,
            capabilities: Vec::new(),
        }
    }

    /// The JSON Schema (2020-12) of the module's configuration: an object whose properties are the keys. The host
    /// refuses to load the module with a configuration that does not fit.
    #[must_use]
    pub fn config_schema(mut self, schema: Value) -> Self {
        self.config_schema = Some(schema);
        self
    }

    /// Asks for a capability. `parameters` is a JSON object; `reason` is one sentence for the operator who decides.
    #[must_use]
    pub fn capability(mut self, name: impl Into<String>, parameters: Value, reason: impl Into<String>) -> Self {
        self.capabilities.push(Capability {
            name: name.into(),
            parameters,
            reason: reason.into(),
        });
        self
    }
}

/// The [`Description`] of the crate that it is written in: name, version and description from its `Cargo.toml`.
#[macro_export]
macro_rules! description {
    () => {
        $crate::Description::new(
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_DESCRIPTION"),
        )
    };
}
