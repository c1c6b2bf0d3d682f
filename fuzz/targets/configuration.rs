//! A module's configuration against a schema of the module's own. First the schema, then the configuration.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sclera::fuzzing::configure;
use sclera_fuzz::{assert_harmless, parts};
use serde_json::Value;

fuzz_target!(|text: &str| {
    let mut parts = parts(text);
    let mut json = || serde_json::from_str::<Value>(parts.next()?).ok();
    let (Some(schema), Some(config)) = (json(), json()) else {
        return;
    };
    // A description has no other schema.
    let schema = schema.is_object().then_some(schema);
    match configure(&config, schema.as_ref()) {
        Ok(settings) => {
            let keys = settings.iter().filter(|(key, _)| config.get(key).is_some()).count();
            assert_eq!(keys, config.as_object().map_or(0, |config| config.len()));
        }
        Err(error) => assert_harmless(&error.to_string()),
    }
});
