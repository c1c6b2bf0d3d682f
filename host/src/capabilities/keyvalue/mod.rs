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

use std::future::Future;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wasmtime::component::Resource;

use super::log::Level;
use super::octets::{self, Octets};
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
    fn space(&self) -> wasmtime::Result<Result<Space, keyvalue::Error>> {
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
                self.refuse(CAPABILITY, "it opened a key-value store, and is not granted one");
                Err(keyvalue::Error::AccessDenied)
            }
        })
    }

    fn bucket(&self, bucket: &Resource<Bucket>) -> wasmtime::Result<Space> {
        Ok(self.table.get(bucket)?.0.clone())
    }

    /// Asks the module's space something, or the tape of a replay; says what the guest is told.
    async fn ask<T>(
        &mut self,
        function: &'static str,
        asked: Value,
        ask: impl Future<Output = Result<T, SpaceError>>,
    ) -> wasmtime::Result<Result<T, keyvalue::Error>>
    where
        T: Serialize + DeserializeOwned,
    {
        let asked = self
            .tape
            .answered(function, asked, async { ask.await.map_err(Refused::from) });
        Ok(match asked.await {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(refused)) => {
                if let Some((level, note)) = refused.note {
                    self.log.note(level, &note);
                }
                Err(keyvalue::Error::Other(refused.error))
            }
            None => Err(keyvalue::Error::Other(
                "this is a replay, and does not know what the store had answered".into(),
            )),
        })
    }
}

/// Why the store did not do what it was asked for: what the guest is told, and what the operator is.
#[derive(Serialize, Deserialize)]
struct Refused {
    error: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<(Level, String)>,
}

impl From<SpaceError> for Refused {
    fn from(error: SpaceError) -> Self {
        let note = match &error {
            SpaceError::Unavailable(reason) => {
                tracing::error!(%reason, "a module's key-value store does not answer");
                Some((Level::Error, error.to_string()))
            }
            SpaceError::TooManyKeys(_) | SpaceError::TooManyBytes(_) => Some((
                Level::Warn,
                format!("{error}; the operator can raise the grant `keyvalue`"),
            )),
            SpaceError::KeyTooLong(_)
            | SpaceError::ValueTooLarge(_)
            | SpaceError::NotANumber
            | SpaceError::NumberTooLarge => None,
        };
        Self {
            error: error.to_string(),
            note,
        }
    }
}

impl keyvalue::Host for State {
    async fn open(&mut self, identifier: String) -> wasmtime::Result<Result<Resource<Bucket>, keyvalue::Error>> {
        let opened = |how: &'static str| {
            let asked = || text::excerpt(&identifier).into();
            self.tape.note("wasi:keyvalue/store.open", asked, || how.into());
        };
        let space = match self.space()? {
            Ok(space) => space,
            Err(error) => {
                opened("access-denied");
                return Ok(Err(error));
            }
        };
        if !OWN.contains(&identifier.as_str()) {
            let message = format!(
                "there is no key-value store `{}`; a module has one store, its own, and its identifier is the empty text",
                text::excerpt(&identifier)
            );
            self.log.note(Level::Warn, &message);
            opened("no-such-store");
            return Ok(Err(keyvalue::Error::NoSuchStore));
        }
        opened("opened");
        Ok(Ok(self.table.push(Bucket(space))?))
    }
}

impl keyvalue::HostBucket for State {
    async fn get(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, keyvalue::Error>> {
        let space = self.bucket(&bucket)?;
        let asked = self.tape.words(|| key.as_str().into());
        let value = self.ask("wasi:keyvalue/store.get", asked, async {
            space.get(&key).await.map(|value| value.map(Octets))
        });
        Ok(value.await?.map(|value| value.map(|Octets(bytes)| bytes)))
    }

    async fn set(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), keyvalue::Error>> {
        let space = self.bucket(&bucket)?;
        let asked = self.tape.words(|| json!([key, octets::written(&value)]));
        self.ask("wasi:keyvalue/store.set", asked, space.set(&key, value)).await
    }

    async fn delete(&mut self, bucket: Resource<Bucket>, key: String) -> wasmtime::Result<Result<(), keyvalue::Error>> {
        let space = self.bucket(&bucket)?;
        let asked = self.tape.words(|| key.as_str().into());
        self.ask("wasi:keyvalue/store.delete", asked, space.delete(&key)).await
    }

    async fn exists(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<bool, keyvalue::Error>> {
        let space = self.bucket(&bucket)?;
        let asked = self.tape.words(|| key.as_str().into());
        self.ask("wasi:keyvalue/store.exists", asked, space.exists(&key)).await
    }

    async fn list_keys(
        &mut self,
        bucket: Resource<Bucket>,
        cursor: Option<u64>,
    ) -> wasmtime::Result<Result<keyvalue::KeyResponse, keyvalue::Error>> {
        let space = self.bucket(&bucket)?;
        let asked = self.tape.words(|| cursor.into());
        let page = self.ask("wasi:keyvalue/store.list-keys", asked, space.list_keys(cursor));
        Ok(page.await?.map(|(keys, cursor)| keyvalue::KeyResponse { keys, cursor }))
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
        let space = self.bucket(&bucket)?;
        let asked = self.tape.words(|| json!([key, delta]));
        let number = self.ask("wasi:keyvalue/atomics.increment", asked, space.increment(&key, delta));
        number.await
    }
}
