//! A store that is there, and refuses everything: what is measured does not ask it.

use wasmtime::component::Resource;

use super::bindings::wasi::keyvalue::{atomics, store};
use super::{State, not_measured};

/// What a module keeps.
#[derive(Debug)]
pub struct Bucket;

impl store::Host for State {
    fn open(&mut self, _: String) -> wasmtime::Result<Result<Resource<Bucket>, store::Error>> {
        not_measured()
    }
}

impl store::HostBucket for State {
    fn get(&mut self, _: Resource<Bucket>, _: String) -> wasmtime::Result<Result<Option<Vec<u8>>, store::Error>> {
        not_measured()
    }

    fn set(&mut self, _: Resource<Bucket>, _: String, _: Vec<u8>) -> wasmtime::Result<Result<(), store::Error>> {
        not_measured()
    }

    fn delete(&mut self, _: Resource<Bucket>, _: String) -> wasmtime::Result<Result<(), store::Error>> {
        not_measured()
    }

    fn exists(&mut self, _: Resource<Bucket>, _: String) -> wasmtime::Result<Result<bool, store::Error>> {
        not_measured()
    }

    fn list_keys(
        &mut self,
        _: Resource<Bucket>,
        _: Option<u64>,
    ) -> wasmtime::Result<Result<store::KeyResponse, store::Error>> {
        not_measured()
    }

    fn drop(&mut self, _: Resource<Bucket>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl atomics::Host for State {
    fn increment(&mut self, _: Resource<Bucket>, _: String, _: u64) -> wasmtime::Result<Result<u64, store::Error>> {
        not_measured()
    }
}
