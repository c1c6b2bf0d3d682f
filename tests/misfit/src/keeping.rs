//! What the key-value store answers.

use crate::wasi::keyvalue::atomics::increment;
use crate::wasi::keyvalue::store::{Error, open};

/// Counts in the store of that identifier: the sum, or the error.
pub fn count(identifier: &str) -> String {
    said(open(identifier).and_then(|store| increment(&store, "count", 1)))
}

/// Writes without end, until the store refuses it: the error.
pub fn fill() -> String {
    let filled = open("").and_then(|store| {
        for number in 0_u64.. {
            store.set(&format!("key {number}"), &[b'v'; 1_000])?;
        }
        Ok(0)
    });
    said(filled)
}

fn said(result: Result<u64, Error>) -> String {
    match result {
        Ok(sum) => sum.to_string(),
        Err(Error::NoSuchStore) => "no such store".into(),
        Err(Error::AccessDenied) => "access denied".into(),
        Err(Error::Other(why)) => why,
    }
}
