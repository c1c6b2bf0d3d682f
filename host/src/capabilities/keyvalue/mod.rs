//! `wasi:keyvalue`: what a module keeps between deliveries.
//!
//! Each module has one space, found by its name, and can open no other: the only identifiers that open anything are the
//! empty one and `default`, and both are the module's own. What a space may hold is the operator's grant, kept by the
//! statement that writes ([`space`]), so that deliveries that run at the same time cannot exceed it together.

mod grant;
mod space;
mod spaces;
#[cfg(test)]
mod tests;

use wasmtime::component::Resource;

use super::log::Level;
use crate::contract::{atomics, keyvalue};
use crate::sandbox::State;
use crate::text;

pub use grant::KeyvalueGrant;
pub(crate) use space::Space;
use space::SpaceError;
pub use spaces::KeepError;
pub(crate) use spaces::Spaces;

/// The resource `bucket`: a module's space, opened.
pub struct Bucket(Space);

/// What the capability is called in descriptions and grants.
const CAPABILITY: &str = "keyvalue";

/// The identifiers of a module's own space.
const OWN: [&str; 2] = ["", "default"];

impl State {
    fn space(&mut self) -> wasmtime::Result<Result<Space, keyvalue::Error>> {
        if self.describing() {
            return Err(wasmtime::Error::msg(
                "`describe` opened a key-value store, but no import answers while it runs",
            ));
        }
        let Some(access) = self.access() else {
            self.log.note(
                Level::Warn,
                "no key-value store answers while `register-hooks` runs; open it in `hooks-handler`",
            );
            return Ok(Err(keyvalue::Error::AccessDenied));
        };
        Ok(match access.keyvalue.clone() {
            Some(space) => Ok(space),
            None => {
                self.refuse(
                    CAPABILITY,
                    "it opened a key-value store, and is not granted one; grant `keyvalue` to the module if it is to \
                     keep something between deliveries"
                        .into(),
                );
                Err(keyvalue::Error::AccessDenied)
            }
        })
    }

    fn bucket(&self, bucket: &Resource<Bucket>) -> wasmtime::Result<Space> {
        Ok(self.table.get(bucket)?.0.clone())
    }

    /// What the guest is told of an error, after the operator is told more.
    fn answered<T>(&self, result: Result<T, SpaceError>) -> wasmtime::Result<Result<T, keyvalue::Error>> {
        Ok(result.map_err(|error| {
            match &error {
                SpaceError::Unavailable(reason) => {
                    tracing::error!(%reason, "a module's key-value store does not answer");
                    self.log.note(Level::Error, &error.to_string());
                }
                SpaceError::TooManyKeys(_) | SpaceError::TooManyBytes(_) => {
                    self.log.note(
                        Level::Warn,
                        &format!("{error}; the operator can raise the grant `keyvalue`"),
                    );
                }
                SpaceError::KeyTooLong(_)
                | SpaceError::ValueTooLarge(_)
                | SpaceError::NotANumber
                | SpaceError::NumberTooLarge => {}
            }
            keyvalue::Error::Other(error.to_string())
        }))
    }
}

impl keyvalue::Host for State {
    async fn open(&mut self, identifier: String) -> wasmtime::Result<Result<Resource<Bucket>, keyvalue::Error>> {
        let space = match self.space()? {
            Ok(space) => space,
            Err(error) => return Ok(Err(error)),
        };
        if !OWN.contains(&identifier.as_str()) {
            let message = format!(
                "there is no key-value store `{}`; a module has one store, its own, and its identifier is the empty text",
                text::excerpt(&identifier)
            );
            self.log.note(Level::Warn, &message);
            return Ok(Err(keyvalue::Error::NoSuchStore));
        }
        Ok(Ok(self.table.push(Bucket(space))?))
    }
}

impl keyvalue::HostBucket for State {
    async fn get(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, keyvalue::Error>> {
        let value = self.bucket(&bucket)?.get(&key).await;
        self.answered(value)
    }

    async fn set(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), keyvalue::Error>> {
        let done = self.bucket(&bucket)?.set(&key, value).await;
        self.answered(done)
    }

    async fn delete(&mut self, bucket: Resource<Bucket>, key: String) -> wasmtime::Result<Result<(), keyvalue::Error>> {
        let done = self.bucket(&bucket)?.delete(&key).await;
        self.answered(done)
    }

    async fn exists(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<bool, keyvalue::Error>> {
        let exists = self.bucket(&bucket)?.exists(&key).await;
        self.answered(exists)
    }

    async fn list_keys(
        &mut self,
        bucket: Resource<Bucket>,
        cursor: Option<u64>,
    ) -> wasmtime::Result<Result<keyvalue::KeyResponse, keyvalue::Error>> {
        let page = self.bucket(&bucket)?.list_keys(cursor).await;
        self.answered(page.map(|(keys, cursor)| keyvalue::KeyResponse { keys, cursor }))
    }

    async fn drop(&mut self, bucket: Resource<Bucket>) -> wasmtime::Result<()> {
        self.table.delete(bucket)?;
        Ok(())
    }
}

impl atomics::Host for State {
    async fn increment(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        delta: u64,
    ) -> wasmtime::Result<Result<u64, keyvalue::Error>> {
        let number = self.bucket(&bucket)?.increment(&key, delta).await;
        self.answered(number)
    }
}
