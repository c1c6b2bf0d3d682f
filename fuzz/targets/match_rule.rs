//! A match rule of a module's, on an event: the rule, the payload, the metadata.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sclera::{MatchRule, Payload};
use sclera_fuzz::{assert_harmless, parts};

fuzz_target!(
    init: {
        // The fuzzer would end at every panic, also at those that the host catches. One that nobody catches still ends it.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |text: &str| {
        let mut parts = parts(text);
        let rule = match MatchRule::parse(parts.next().unwrap_or_default()) {
            Ok(rule) => rule,
            Err(error) => return assert_harmless(&error.to_string()),
        };
        let Some(Ok(payload)) = parts.next().map(Payload::parse) else {
            return;
        };
        let metadata = parts.next().and_then(|text| serde_json::from_str(text).ok());
        if let Err(why) = rule.matches(&payload, &metadata.unwrap_or_default()) {
            assert_harmless(&why);
        }
    }
);
