//! A file that claims to be a module, looked at before it is compiled.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sclera::{Capacity, ModuleSource};
use sclera_fuzz::assert_harmless;

fuzz_target!(|bytes: &[u8]| {
    match ModuleSource::bytes(bytes).inspect(&Capacity::default()) {
        Ok((inspection, digest)) => {
            assert_eq!(inspection.size, bytes.len());
            assert!(inspection.code_size <= inspection.size && inspection.custom_size <= inspection.size);
            assert_eq!(digest.len(), 64);
            for interface in inspection.imports.iter().chain(&inspection.exports) {
                assert_harmless(&interface.to_string());
            }
            if let Err(unfit) = inspection.check() {
                assert_harmless(&unfit.to_string());
            }
        }
        Err(error) => assert_harmless(&error.to_string()),
    }
});
