//! Deliveries for versions of modules that are in the module store: who runs them, and that they are taken at all.

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::Workers;
use crate::envelope::Envelope;
use crate::host::{Host, Inner};
use crate::modules::Module;

/// How often the store is asked for modules that were put in by others.
const LOOK: Duration = Duration::from_secs(1);

impl Host {
    /// The version of the module that a delivery is for: the very one if it is loaded or in the store, else the one that is
    /// loaded. The error says why there is none.
    pub(super) async fn version(&self, envelope: &Envelope) -> Result<Arc<Module>, String> {
        let name = &envelope.module;
        let loaded = self.inner.roster.load().module(name).cloned();
        if let Some(loaded) = &loaded
            && loaded.identity.digest == envelope.digest
        {
            return Ok(loaded.clone());
        }
        let stored = self.stored(name, &envelope.digest).await;
        match (stored, loaded) {
            (Ok(Some(stored)), _) => Ok(stored),
            (_, Some(loaded)) => Ok(loaded),
            (Ok(None), None) => Err(format!(
                "there is no module `{name}` here to take a delivery that was accepted for it; load it, or share the module store of whoever accepted it"
            )),
            (Err(why), None) => Err(why),
        }
    }
}

/// Serves every module of which the store has a version, for as long as the host is there.
pub(super) async fn serve(host: Weak<Inner>, workers: Arc<Workers>) {
    let mut seen = HashSet::new();
    let mut told = None;
    loop {
        {
            let Some(inner) = host.upgrade() else { return };
            let Some(versions) = &inner.versions else { return };
            let store = versions.store.clone();
            let looked = tokio::task::spawn_blocking(move || {
                let labels = store.labels(&mut seen);
                (labels, seen)
            });
            let Ok((labels, back)) = looked.await else { return };
            seen = back;
            match labels {
                Ok(labels) => {
                    told = None;
                    for label in labels {
                        workers.serve(&label.name, &inner.policies.of(&label.name).queue, &inner.capacity);
                    }
                }
                Err(error) => {
                    let error = error.to_string();
                    if told.as_ref() != Some(&error) {
                        tracing::error!("{error}");
                        told = Some(error);
                    }
                }
            }
        }
        tokio::select! {
            () = workers.stopped() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
