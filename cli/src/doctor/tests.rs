use std::panic::catch_unwind;

use sclera::Inspection;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::ManglingAndAbi;

use super::{DoctorError, examine};
use crate::project::contract;

fn component() -> Vec<u8> {
    let resolve = contract::resolve(&[]).unwrap();
    let packages: Vec<_> = resolve.packages.iter().map(|(id, _)| id).collect();
    let world = resolve
        .select_world(&packages, Some("sclera:hooks/hook-module"))
        .unwrap();
    let mut core = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&core).unwrap().encode().unwrap()
}

/// A file of a stranger can be anything; whatever it is, there is an answer.
#[test]
fn a_damaged_file_is_answered_too() {
    let whole = component();
    let mut unreadable = 0;
    for seed in 0..100_u64 {
        let mut damaged = whole.clone();
        // Spread by a multiplication with a large odd number: the same bytes each time.
        let spread = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let at = 8 + usize::try_from(spread >> 32).unwrap() % (damaged.len() - 8);
        damaged[at] = damaged[at].wrapping_add(1 + u8::try_from(spread & 0x7f).unwrap());
        let answered = catch_unwind(|| {
            let inspection = Inspection::of(&damaged).ok()?;
            Some(examine(&damaged, &inspection))
        });
        match answered.unwrap_or_else(|_| panic!("it panicked over byte {at} at seed {seed}")) {
            Some(Err(DoctorError::Unreadable(_))) => unreadable += 1,
            Some(Err(error)) => panic!("{error}"),
            Some(Ok(_)) | None => {}
        }
    }
    assert!(unreadable > 5, "{unreadable}: the damage reaches the types");
}
