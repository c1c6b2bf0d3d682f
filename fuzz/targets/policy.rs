//! What an operator decides, as TOML. What is understood means the same after it was written and read
//! again: `sclera.toml` is also written by a program.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sclera::{Catalog, Policies};
use sclera_fuzz::assert_harmless;

fuzz_target!(|text: &str| {
    let policy = match Policies::parse(text) {
        Ok(policy) => policy,
        Err(error) => return drop(error.to_string()),
    };
    if let Err(error) = policy.check(&Catalog::iris()) {
        assert_harmless(&error.to_string());
    }
    let written = toml::to_string(&policy).expect("what was read can be written");
    let again = Policies::parse(&written).expect("what was written can be read");
    // A NaN in a configuration is not equal to itself; as text it is.
    assert_eq!(format!("{policy:?}"), format!("{again:?}"), "{written}");
});
