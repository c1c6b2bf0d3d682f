//! What a module keeps between deliveries, as far as the operator grants it (capability `keyvalue`).
//!
//! There is one store, the module's own. Deliveries run beside each other, and one may be attempted again: count with
//! [`increment`], and make keys of what is the same at each attempt.
//!
//! ```
//! use sclera_sdk::keyvalue;
//! use sclera_sdk::prelude::*;
//!
//! /// How often a value has been seen, this time included.
//! fn seen(value: &str) -> Result<u64, Error> {
//!     keyvalue::increment(&format!("seen/{value}"), 1)
//! }
//! #
//! # assert_eq!((seen("a").unwrap(), seen("a").unwrap(), seen("b").unwrap()), (1, 2, 1));
//! # assert_eq!(keyvalue::get("seen/a").unwrap().as_deref(), Some(&b"2"[..]));
//! ```

use crate::Error;

/// The code of a store that is not granted, or is full, or cannot be reached.
pub const UNAVAILABLE: &str = "keyvalue-unavailable";

#[cfg(target_arch = "wasm32")]
use crate::guest::keyvalue as store;
#[cfg(not(target_arch = "wasm32"))]
use crate::mock::keyvalue as store;

/// What is kept under a key.
pub fn get(key: &str) -> Result<Option<Vec<u8>>, Error> {
    store::get(key)
}

/// Keeps something under a key, in place of what was there.
pub fn set(key: &str, value: impl AsRef<[u8]>) -> Result<(), Error> {
    store::set(key, value.as_ref())
}

/// Forgets a key. Fine if it is not there.
pub fn delete(key: &str) -> Result<(), Error> {
    store::delete(key)
}

/// Adds to the number under a key, which is 0 if it is not there, and gives the sum: at once, whatever runs beside it.
pub fn increment(key: &str, by: u64) -> Result<u64, Error> {
    store::increment(key, by)
}
