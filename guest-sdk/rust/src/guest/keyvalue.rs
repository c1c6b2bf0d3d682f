//! The contract's `wasi:keyvalue`.

use super::bindings::wasi::keyvalue::{atomics, store};
use crate::Error;
use crate::keyvalue::UNAVAILABLE;

fn bucket() -> Result<store::Bucket, Error> {
    store::open("").map_err(from_host)
}

pub(crate) fn get(key: &str) -> Result<Option<Vec<u8>>, Error> {
    bucket()?.get(key).map_err(from_host)
}

pub(crate) fn set(key: &str, value: &[u8]) -> Result<(), Error> {
    bucket()?.set(key, value).map_err(from_host)
}

pub(crate) fn delete(key: &str) -> Result<(), Error> {
    bucket()?.delete(key).map_err(from_host)
}

pub(crate) fn increment(key: &str, by: u64) -> Result<u64, Error> {
    atomics::increment(&bucket()?, key, by).map_err(from_host)
}

/// Not a `From`: the generated type is a `std::error::Error`, whose conversion would lose the code.
fn from_host(error: store::Error) -> Error {
    let why = match error {
        store::Error::NoSuchStore => "there is no store".to_owned(),
        store::Error::AccessDenied => {
            "the store is not granted to this module; `sclera module review` grants it".to_owned()
        }
        store::Error::Other(why) => why,
    };
    Error::new(UNAVAILABLE, why)
}
