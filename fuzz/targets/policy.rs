//! What an operator decides about a module, as TOML. What is understood means the same after it was written and read
//! again: `sclera.toml` is also written by a program.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sclera::{Limits, ModulePolicy};

fuzz_target!(|text: &str| {
    let Ok(policy) = toml::from_str::<ModulePolicy>(text) else {
        return;
    };
    policy.limits.over(&Limits::default());
    let written = toml::to_string(&policy).expect("what was read can be written");
    let again: ModulePolicy = toml::from_str(&written).expect("what was written can be read");
    // A NaN in a configuration is not equal to itself; as text it is.
    assert_eq!(format!("{policy:?}"), format!("{again:?}"), "{written}");
});
