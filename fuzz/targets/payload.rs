//! The objects of a trigger, or what a preload puts in their place.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sclera::Payload;

fuzz_target!(|text: &str| {
    let Ok(payload) = Payload::parse(text) else {
        return;
    };
    assert_eq!(payload.as_str(), text);
    // Whoever parses it next understands the same.
    let value: serde_json::Value = serde_json::from_str(text).expect("a payload is JSON");
    let objects = value.as_array().expect("a payload is a list");
    assert_eq!(objects.len(), payload.objects());
    assert!(!objects.is_empty() && objects.iter().all(|object| object.is_object()));
    assert_eq!(*payload.value(), value);
});
