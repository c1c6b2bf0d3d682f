//! Versions of modules that are not loaded, but that deliveries were accepted for: taken out of the module store when the
//! first of them comes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::{LoadError, LoadFault, Loader, Module, ModuleId, ModuleSource, ModuleStore, Slot};

/// How long a version that could not be loaded is not tried again.
const PATIENCE: Duration = Duration::from_secs(30);

/// The versions of one host that only deliveries know of. They listen to nothing.
pub(crate) struct Versions {
    pub(crate) store: ModuleStore,
    /// How many are kept.
    most: usize,
    /// The one that was used last is at the end. Held while one is loaded: nobody loads it twice.
    known: Mutex<Vec<Known>>,
}

struct Known {
    digest: String,
    found: Result<Arc<Module>, (Instant, String)>,
}

impl Versions {
    pub(crate) fn new(store: ModuleStore, most: usize) -> Self {
        Self {
            store,
            most: most.max(1),
            known: Mutex::default(),
        }
    }

    /// The version of module `name` with this digest: none if the store does not have it; why, if it cannot be loaded. `beside`
    /// is the version that is loaded.
    pub(crate) async fn get(
        &self,
        loader: &Loader<'_>,
        name: &str,
        digest: &str,
        id: ModuleId,
        beside: Option<&Module>,
    ) -> Result<Option<Arc<Module>>, String> {
        let mut known = self.known.lock().await;
        if let Some(place) = known.iter().position(|known| known.digest == digest) {
            let found = known.remove(place);
            match &found.found {
                Ok(module) if module.identity.name == name => {
                    let module = module.clone();
                    known.push(found);
                    return Ok(Some(module));
                }
                Ok(module) => {
                    let why = format!(
                        "the module with the digest {digest} is named `{}`",
                        module.identity.name
                    );
                    known.push(found);
                    return Err(why);
                }
                Err((since, why)) if since.elapsed() < PATIENCE => {
                    let why = why.clone();
                    known.push(found);
                    return Err(why);
                }
                Err(_) => {}
            }
        }
        let found = match self.load(loader, name, digest, id, beside).await {
            Ok(None) => return Ok(None),
            Ok(Some(module)) => Ok(Arc::new(module)),
            Err(error) => {
                // Loudly, and once: each delivery for it says so in its own words.
                tracing::error!(module = name, digest, "{error}");
                Err((Instant::now(), error.to_string()))
            }
        };
        if known.len() >= self.most {
            known.remove(0);
        }
        let answer = match &found {
            Ok(module) => Ok(Some(module.clone())),
            Err((_, why)) => Err(why.clone()),
        };
        known.push(Known {
            digest: digest.to_owned(),
            found,
        });
        answer
    }

    async fn load(
        &self,
        loader: &Loader<'_>,
        name: &str,
        digest: &str,
        id: ModuleId,
        beside: Option<&Module>,
    ) -> Result<Option<Module>, LoadError> {
        let (store, wanted) = (self.store.clone(), digest.to_owned());
        let file = tokio::task::spawn_blocking(move || store.get(&wanted)).await;
        let of_store = |fault| LoadError {
            origin: format!("module `{name}`"),
            fault,
        };
        let file = file.map_err(|stopped| of_store(LoadFault::Invalid(stopped.to_string())))?;
        let Some(file) = file.map_err(|error| of_store(error.into()))? else {
            return Ok(None);
        };
        let slot = Slot::Aside { id, name, beside };
        let module = loader.load(ModuleSource::bytes(file), slot).await?;
        tracing::info!(
            module = name,
            version = module.identity.version,
            digest,
            "loaded from the module store, for deliveries that wait for this version"
        );
        Ok(Some(module))
    }
}
