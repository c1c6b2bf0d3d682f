//! `wasi:config`: a module's own configuration, checked against the schema that it describes.

use serde_json::{Map, Value};

use super::secrets::STAND_IN;
use crate::contract::store;
use crate::sandbox::State;
use crate::text;

/// A module's configuration as the module reads it: each value as text.
#[derive(Debug, Default)]
pub(crate) struct Settings(Vec<(String, String)>);

/// Why a configuration, or the schema of one, cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The schema in the module's description is not a JSON Schema.
    #[error("its configuration schema is not a JSON Schema: {0}")]
    BadSchema(String),
    /// The configuration is not a JSON object.
    #[error("its configuration must be a JSON object of keys and values, but it is {0}")]
    NotAnObject(&'static str),
    /// The configuration does not fit the schema. All faults are listed.
    #[error("its configuration does not fit its schema: {}", .0.join("; "))]
    DoesNotFit(Vec<String>),
    /// There is a configuration, but the module has no schema for one.
    #[error("it takes no configuration, but it was given the keys {0}")]
    NotWanted(String),
    /// A key has a value, and stands for a secret.
    #[error("its configuration has a value for `{0}`, and there is a secret of that name; remove one of them")]
    AlsoSecret(String),
}

/// Faults that are listed at once.
const FAULTS: usize = 20;

impl Settings {
    /// Checks `config` against the schema, and fills in the defaults that the schema's properties name. The keys of
    /// `secrets` are there, too, with a value that stands for nothing yet.
    pub(crate) fn new<'a>(
        config: &Value,
        secrets: impl IntoIterator<Item = &'a String>,
        schema: Option<&Value>,
    ) -> Result<Self, ConfigError> {
        let mut config = match config {
            Value::Object(config) => config.clone(),
            Value::Null => Map::new(),
            Value::Array(_) => return Err(ConfigError::NotAnObject("an array")),
            _ => return Err(ConfigError::NotAnObject("a single value")),
        };
        let mut places = Vec::new();
        for key in secrets {
            if config.insert(key.clone(), STAND_IN.into()).is_some() {
                return Err(ConfigError::AlsoSecret(text::excerpt(key)));
            }
            places.push(format!("/{}", key.replace('~', "~0").replace('/', "~1")));
        }
        let Some(schema) = schema else {
            return if config.is_empty() {
                Ok(Self::default())
            } else {
                let keys = config.keys().take(FAULTS);
                let keys: Vec<_> = keys.map(|key| format!("`{}`", text::excerpt(key))).collect();
                Err(ConfigError::NotWanted(keys.join(", ")))
            };
        };
        let config = Value::Object(with_defaults(&config, schema));
        let validator = validator(schema)?;
        let faults: Vec<String> = validator
            .iter_errors(&config)
            // What a secret looks like is between the module and whoever gave it.
            .filter(|fault| !places.iter().any(|place| place == fault.instance_path().as_str()))
            .take(FAULTS)
            .map(|fault| match fault.instance_path().as_str() {
                "" => fault.masked().to_string(),
                place => format!("at `{place}`: {}", fault.masked()),
            })
            .map(|fault| text::shown(&fault, 300))
            .collect();
        if !faults.is_empty() {
            return Err(ConfigError::DoesNotFit(faults));
        }
        let Value::Object(config) = config else {
            return Ok(Self::default());
        };
        Ok(Self(
            config.into_iter().map(|(key, value)| (key, as_text(value))).collect(),
        ))
    }
}

#[cfg(fuzzing)]
impl Settings {
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}

/// Compiles a configuration schema.
pub(crate) fn validator(schema: &Value) -> Result<jsonschema::Validator, ConfigError> {
    super::schema_cost::check(schema).map_err(ConfigError::BadSchema)?;
    // Patterns that need backtracking could keep the host busy for ever; these run in linear time.
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(schema)
        .map_err(|error| ConfigError::BadSchema(text::shown(&error.to_string(), 300)))
}

fn with_defaults(config: &Map<String, Value>, schema: &Value) -> Map<String, Value> {
    let mut config = config.clone();
    let properties = schema.get("properties").and_then(Value::as_object);
    for (key, property) in properties.into_iter().flatten() {
        if let Some(default) = property.get("default") {
            config.entry(key.clone()).or_insert_with(|| default.clone());
        }
    }
    config
}

/// A text as it is; anything else as JSON.
fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        value => value.to_string(),
    }
}

impl State {
    fn config(&self) -> wasmtime::Result<&[(String, String)]> {
        self.settings().map(|settings| settings.0.as_slice()).ok_or_else(|| {
            wasmtime::Error::msg("`describe` read its configuration, but no import answers while it runs")
        })
    }

    /// A secret's placeholder, or the value itself.
    fn value_of(&self, key: &str, value: &str) -> String {
        self.placeholders.get(key).unwrap_or(value).to_owned()
    }
}

impl store::Host for State {
    fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<String>, store::Error>> {
        let entry = self.config()?.iter().find(|(name, _)| *name == key);
        Ok(Ok(entry.map(|(key, value)| self.value_of(key, value))))
    }

    fn get_all(&mut self) -> wasmtime::Result<Result<Vec<(String, String)>, store::Error>> {
        let entries = self.config()?.iter();
        Ok(Ok(entries
            .map(|(key, value)| (key.clone(), self.value_of(key, value)))
            .collect()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "url": {"type": "string"},
                "retries": {"type": "integer", "default": 3},
                "tags": {"type": "array"}
            },
            "required": ["url"],
            "additionalProperties": false
        })
    }

    #[test]
    fn values_are_text_and_defaults_are_filled_in() {
        let Settings(mut settings) =
            Settings::new(&json!({"url": "https://x", "tags": ["a"]}), [], Some(&schema())).unwrap();
        settings.sort();
        let expected = [("retries", "3"), ("tags", "[\"a\"]"), ("url", "https://x")];
        assert_eq!(
            settings,
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn all_faults_are_named_at_once_and_no_value_is_shown() {
        let wrong = json!({"retries": "hunter2", "colour": "hunter2"});
        let error = Settings::new(&wrong, [], Some(&schema())).unwrap_err().to_string();
        for part in ["/retries", "url", "colour"] {
            assert!(error.contains(part), "{part} in {error}");
        }
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_secret_is_a_key_like_any_other_whose_value_nobody_checks() {
        let mut schema = schema();
        schema["properties"]["token"] = json!({"type": "string", "pattern": "^[0-9]+$"});
        schema["required"] = json!(["url", "token"]);
        let url = json!({"url": "x"});
        let token = ["token".to_owned()];
        let Settings(settings) = Settings::new(&url, &token, Some(&schema)).unwrap();
        assert!(settings.contains(&("token".into(), STAND_IN.into())));

        let unknown = ["tokken".to_owned()];
        let error = Settings::new(&url, &unknown, Some(&schema)).unwrap_err().to_string();
        assert!(error.contains("tokken"), "{error}");

        let twice = json!({"url": "x", "token": "1"});
        let error = Settings::new(&twice, &token, Some(&schema)).unwrap_err().to_string();
        assert!(error.contains("`token`"), "{error}");
    }

    #[test]
    fn a_configuration_that_nobody_reads_is_an_error() {
        let error = Settings::new(&json!({"u\u{7f}rl": "x"}), [], None)
            .unwrap_err()
            .to_string();
        assert!(error.contains("`u\u{fffd}rl`"), "{error}");
    }
}
