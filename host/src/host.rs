//! The facade: what a server holds.

mod builder;

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Semaphore};
use tokio_util::task::AbortOnDropHandle;

pub use self::builder::{BuildError, HostBuilder};
use crate::action::ActionApplier;
use crate::capabilities::http::Network;
use crate::capabilities::keyvalue::Spaces;
use crate::capabilities::secrets::Values;
use crate::catalog::Catalog;
use crate::counters::Counter;
use crate::delivery::Delivery;
use crate::dispatch::{Admission, Workers};
use crate::ledger::Ledger;
use crate::limits::{Capacity, Limits};
use crate::modules::{
    Examined, LoadError, LoadFault, Loader, Module, ModuleId, ModuleInfo, ModuleSource, OpenCompiler, Slot, Versions,
};
use crate::outbox::OpenOutbox;
use crate::policy::HostPolicies;
use crate::sandbox::{Instances, ProfileError, Sandbox};
use crate::shadow::Shadows;
use crate::subscriptions::{Roster, Subscription};
use crate::surroundings::Surroundings;

/// A plugin host: modules, and the hooks that they listen to. Clones are the same host.
///
/// A delivery may leave a task behind on the tokio runtime that it ran on, of some ten microseconds: it clears the instance away
/// that was used, and makes the next one.
#[derive(Clone)]
pub struct Host {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) limits: Limits,
    pub(crate) capacity: Capacity,
    pub(crate) sandbox: Sandbox,
    /// The time, and chance.
    pub(crate) surroundings: Arc<Surroundings>,
    compiler: Arc<OpenCompiler>,
    pub(crate) roster: ArcSwap<Roster>,
    pub(crate) applier: Option<Box<dyn ActionApplier>>,
    pub(crate) observer: Option<Box<Observer>>,
    pub(crate) admission: Admission,
    pub(crate) workers: Arc<Workers>,
    pub(crate) ledger: Option<Ledger>,
    pub(crate) outbox: Option<Arc<OpenOutbox>>,
    pub(crate) policies: HostPolicies,
    spaces: Spaces,
    network: Network,
    /// What is loaded only because deliveries wait for it. None without a module store.
    pub(crate) versions: Option<Versions>,
    /// Whether the secrets are read that modules are granted: not where all answers come from transcripts.
    secrets: Values,
    /// Versions that run beside others.
    pub(crate) shadows: Shadows,
    /// The number of the next module. Whoever changes the roster holds it, so that changes come one after the other.
    next_id: Mutex<ModuleId>,
}

/// Whoever wants to know of every finished delivery.
pub(crate) type Observer = dyn Fn(&Delivery) + Send + Sync;

impl Host {
    /// Begins to make a host.
    pub fn builder() -> HostBuilder {
        HostBuilder::default()
    }

    /// The hooks that this host has.
    pub fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    /// The limits that it was built with.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// The capacity that it was built with.
    pub fn capacity(&self) -> &Capacity {
        &self.inner.capacity
    }

    /// Loads a module: reads it, compiles it, asks it what it is, and lets it register. Nothing happens to the modules
    /// that are loaded already, whatever this one does.
    pub async fn load(&self, source: impl Into<ModuleSource>) -> Result<ModuleInfo, LoadError> {
        // What takes long keeps no other from being loaded.
        let source = self.loader().prepare(source.into()).await?;
        let mut next_id = self.inner.next_id.lock().await;
        let roster = self.inner.roster.load_full();
        let module = self.loader().load(source, Slot::New(*next_id, &roster)).await?;
        *next_id += 1;
        let info = self.put(module).await;
        self.shadow_as_decided(&info.identity.name).await;
        Ok(info)
    }

    /// Looks at a module as [`load`](Self::load) does, up to its description; it does not register, and is not loaded.
    pub async fn examine(&self, source: impl Into<ModuleSource>) -> Result<Examined, LoadError> {
        self.loader().examine(source.into()).await
    }

    /// Loads every `.wasm` file of a folder, in the order of their names; several are read and compiled at the same time. One
    /// that cannot be loaded does not keep the others from it.
    pub async fn load_folder(&self, folder: impl AsRef<Path>) -> Result<Vec<FolderEntry>, LoadError> {
        let folder = folder.as_ref();
        let files = wasm_files(folder).map_err(|error| LoadError {
            origin: folder.display().to_string(),
            fault: error.into(),
        })?;
        let at_once = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let places = Arc::new(Semaphore::new(at_once));
        let preparing: Vec<_> = files
            .iter()
            .map(|file| {
                let (host, places, source) = (self.clone(), places.clone(), ModuleSource::file(file));
                AbortOnDropHandle::new(tokio::spawn(async move {
                    // Nobody closes it.
                    let _place = places.acquire().await;
                    host.loader().prepare(source).await
                }))
            })
            .collect();
        let mut loaded = Vec::with_capacity(files.len());
        for (file, prepared) in files.into_iter().zip(preparing) {
            let result = match prepared.await {
                Ok(Ok(source)) => self.load(source).await,
                Ok(Err(error)) => Err(error),
                Err(stopped) => Err(LoadError {
                    origin: file.display().to_string(),
                    fault: LoadFault::Invalid(stopped.to_string()),
                }),
            };
            loaded.push((file, result));
        }
        Ok(loaded)
    }

    /// Puts a new version in the place of the module of that name. It keeps its number and its place in the order.
    /// Deliveries that run go on with the old one; if the new one cannot be loaded, so does everything.
    pub async fn reload(&self, name: &str, source: impl Into<ModuleSource>) -> Result<ModuleInfo, LoadError> {
        self.module(name)?;
        let source = self.loader().prepare(source.into()).await?;
        let _changing = self.inner.next_id.lock().await;
        let old = self.module(name)?;
        let module = self.loader().load(source, Slot::Replace(&old)).await?;
        Ok(self.put(module).await)
    }

    /// Serves the module of that name again: it registers anew, as if it had just been loaded.
    pub async fn enable(&self, name: &str) -> Result<ModuleInfo, LoadError> {
        let _changing = self.inner.next_id.lock().await;
        let module = self.module(name)?;
        let module = self.loader().enable(&module).await?;
        Ok(self.put(module).await)
    }

    /// Stops serving the module of that name. Deliveries that run, or wait in the background, are finished.
    pub async fn disable(&self, name: &str) -> Result<ModuleInfo, LoadError> {
        let _changing = self.inner.next_id.lock().await;
        let module = self.module(name)?;
        module.stock.clear();
        let disabled = Module {
            enabled: false,
            ..Module::clone(&module)
        };
        Ok(self.put(disabled).await)
    }

    /// Forgets the module of that name. Deliveries that run, or wait in the background, are finished.
    pub async fn unload(&self, name: &str) -> Result<(), LoadError> {
        let _changing = self.inner.next_id.lock().await;
        let module = self.module(name)?;
        let roster = self.inner.roster.load().without(module.identity.id);
        self.inner.roster.store(Arc::new(roster));
        self.unshadow(name);
        Ok(())
    }

    /// The modules, in the order in which they were loaded.
    pub fn modules(&self) -> Vec<ModuleInfo> {
        self.inner.roster.load().modules().map(|module| module.info()).collect()
    }

    /// All subscriptions of enabled modules, hook by hook, in the order in which they run.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        let roster = self.inner.roster.load();
        self.inner
            .catalog
            .iter()
            .flat_map(|hook| roster.listeners(hook.name()))
            .map(|listener| Subscription::clone(&listener.subscription))
            .collect()
    }

    /// Ends the quarantine of the module of that name, and forgets its faults. Says whether it was in quarantine.
    pub fn release(&self, name: &str) -> Result<bool, LoadError> {
        Ok(self.module(name)?.quarantine.release())
    }

    /// How often each module ran on each hook that it listens to, and how it ended.
    pub fn counters(&self) -> Vec<Counter> {
        let roster = self.inner.roster.load();
        let of_module = |module: &Arc<Module>| {
            let name = module.identity.name.clone();
            let counts = module.counts.iter();
            counts
                .map(|(hook, counts)| counts.counter(&name, hook))
                .collect::<Vec<_>>()
        };
        roster.modules().flat_map(of_module).collect()
    }

    /// How many instances were made ahead of the deliveries that they were for.
    pub fn instances(&self) -> Instances {
        self.inner.sandbox.instances()
    }

    /// Writes what the code of the module of that name did while deliveries ran, and ends its profile: a JSON file that the
    /// [Firefox profiler](https://profiler.firefox.com) shows as a flame graph. Gives how many samples it has. See
    /// [`HostBuilder::profile_every`].
    pub fn write_profile(&self, name: &str, out: impl io::Write) -> Result<u64, ProfileError> {
        let roster = self.inner.roster.load();
        let module = roster
            .module(name)
            .ok_or_else(|| ProfileError::NotLoaded(name.to_owned()))?;
        module.stock.write_profile(out)
    }

    /// The ledger that it was built with.
    pub fn ledger(&self) -> Option<&Ledger> {
        self.inner.ledger.as_ref()
    }

    /// Waits until every asynchronous delivery is over that this process has accepted.
    pub async fn drain(&self) {
        self.inner.workers.drain().await;
    }

    /// Ends its work: takes nothing more out of the queue, waits at most `grace` for the deliveries that run, and lets go of
    /// the queue. What is not over stays there, if the queue is durable.
    pub async fn stop(&self, grace: Duration) {
        self.inner.workers.stop(grace).await;
    }

    fn loader(&self) -> Loader<'_> {
        Loader {
            sandbox: &self.inner.sandbox,
            compiler: &self.inner.compiler,
            catalog: &self.inner.catalog,
            limits: &self.inner.limits,
            capacity: &self.inner.capacity,
            policies: &self.inner.policies,
            spaces: &self.inner.spaces,
            network: &self.inner.network,
            store: self.inner.versions.as_ref().map(|versions| &versions.store),
            secrets: self.inner.secrets,
            records: self.inner.ledger.is_some(),
            lock: self.inner.policies.lock.as_ref(),
        }
    }

    /// For what reaches nothing, and so needs no approval.
    pub(crate) fn shadow_loader(&self) -> Loader<'_> {
        Loader {
            spaces: &self.inner.shadows.spaces,
            secrets: Values::Absent,
            lock: None,
            // It is where its operator has put it, and no delivery waits for it.
            store: None,
            ..self.loader()
        }
    }

    /// Runs the version beside a module that its policy names. The module itself is served in any case.
    async fn shadow_as_decided(&self, name: &str) {
        let Some(shadow) = &self.inner.policies.of(name).shadow else {
            return;
        };
        if let Err(error) = self.shadow(name, ModuleSource::file(&shadow.file)).await {
            tracing::error!(module = name, "no shadow runs beside module `{name}`: {error}");
        }
    }

    /// The version of a module that a delivery was accepted for, out of the module store. None if it is not there; why, if it
    /// cannot be loaded.
    pub(crate) async fn stored(&self, name: &str, digest: &str) -> Result<Option<Arc<Module>>, String> {
        let Some(versions) = &self.inner.versions else {
            return Ok(None);
        };
        let loaded = self.inner.roster.load().module(name).cloned();
        // The same module, of another version; or one that is not loaded, which no roster has a number for.
        let id = loaded.as_ref().map_or(0, |loaded| loaded.identity.id);
        versions.get(&self.loader(), name, digest, id, loaded.as_deref()).await
    }

    pub(crate) fn module(&self, name: &str) -> Result<Arc<Module>, LoadError> {
        self.inner.roster.load().module(name).cloned().ok_or_else(|| LoadError {
            origin: format!("module `{name}`"),
            fault: LoadFault::NotLoaded,
        })
    }

    /// Takes a module in. The caller holds the lock.
    async fn put(&self, module: Module) -> ModuleInfo {
        let info = module.info();
        if module.enabled {
            module.stock.expect().await;
        }
        self.inner
            .workers
            .serve(&module.identity.name, &module.policy.queue, &self.inner.capacity);
        let roster = self.inner.roster.load().with(Arc::new(module));
        self.inner.roster.store(Arc::new(roster));
        info
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.workers.cancel();
    }
}

/// A file of a folder, and the module that was loaded from it.
pub type FolderEntry = (PathBuf, Result<ModuleInfo, LoadError>);

fn wasm_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    files.sort();
    Ok(files)
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}
