//! The facade: what a server holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use crate::action::ActionApplier;
use crate::capabilities::http::{Resolver, SystemResolver};
use crate::catalog::{Catalog, DeclareError, HookSpec};
use crate::delivery::Delivery;
use crate::dispatch::Background;
use crate::limits::{Capacity, Limits};
use crate::modules::{LoadError, LoadFault, Loader, Module, ModuleId, ModuleInfo, ModuleSource, Slot};
use crate::policy::ModulePolicy;
use crate::sandbox::Sandbox;
use crate::subscriptions::{Roster, Subscription};

/// A plugin host: modules, and the hooks that they listen to. Clones are the same host.
#[derive(Clone)]
pub struct Host {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) limits: Limits,
    pub(crate) capacity: Capacity,
    pub(crate) sandbox: Sandbox,
    pub(crate) roster: ArcSwap<Roster>,
    pub(crate) applier: Option<Box<dyn ActionApplier>>,
    pub(crate) observer: Option<Box<Observer>>,
    pub(crate) background: Background,
    policies: BTreeMap<String, ModulePolicy>,
    resolver: Arc<dyn Resolver>,
    /// The number of the next module. Whoever changes the roster holds it, so that changes come one after the other.
    next_id: Mutex<ModuleId>,
}

/// Whoever wants to know of every finished delivery.
pub(crate) type Observer = dyn Fn(&Delivery) + Send + Sync;

/// Makes a [`Host`].
#[derive(Default)]
pub struct HostBuilder {
    hooks: Vec<HookSpec>,
    limits: Limits,
    capacity: Capacity,
    policies: BTreeMap<String, ModulePolicy>,
    applier: Option<Box<dyn ActionApplier>>,
    observer: Option<Box<Observer>>,
    resolver: Option<Arc<dyn Resolver>>,
}

/// Why a host could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A hook cannot be declared.
    #[error(transparent)]
    Hook(#[from] DeclareError),
    /// The machine does not give what the limits need: address space for [`Capacity::concurrency`] instances of
    /// [`Capacity::memory`] bytes, or a thread.
    #[error("failed to set up the sandbox: {0}; lower the limits `concurrency` and `memory`")]
    Sandbox(String),
}

impl HostBuilder {
    /// Offers a hook of the server's own, beside those of the IRIS hooks documentation.
    pub fn hook(mut self, spec: HookSpec) -> Self {
        self.hooks.push(spec);
        self
    }

    /// What one call into a module may take, unless the module's policy says otherwise.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// What the host as a whole takes from its machine and its callers.
    pub fn capacity(mut self, capacity: Capacity) -> Self {
        self.capacity = capacity;
        self
    }

    /// The configuration of the module of that name, a JSON object; a second one for the same name replaces the first.
    pub fn configure(mut self, module: impl Into<String>, config: impl Into<serde_json::Value>) -> Self {
        self.policies.entry(module.into()).or_default().config = config.into();
        self
    }

    /// What the operator decides about the module of that name; replaces what was said before. Without it, a module gets
    /// the host's limits, no configuration, and no grant.
    pub fn policy(mut self, module: impl Into<String>, policy: ModulePolicy) -> Self {
        self.policies.insert(module.into(), policy);
        self
    }

    /// Who applies the actions of postload and manual deliveries. Without it, they stay with the delivery.
    pub fn apply_actions_with(mut self, applier: impl ActionApplier) -> Self {
        self.applier = Some(Box::new(applier));
        self
    }

    /// Calls `observe` once for each finished delivery, synchronous or not, after its actions were applied. It runs on
    /// the delivery's own task: hand over work that takes long.
    pub fn on_delivery(mut self, observe: impl Fn(&Delivery) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observe));
        self
    }

    /// Who looks up the hosts that modules send requests to. Without it, the operating system does.
    pub fn resolve_with(mut self, resolver: impl Resolver) -> Self {
        self.resolver = Some(Arc::new(resolver));
        self
    }

    /// Makes the host. It runs on the tokio runtime that its functions are called on; the runtime needs its timer.
    pub fn build(self) -> Result<Host, BuildError> {
        let mut catalog = Catalog::iris();
        for hook in self.hooks {
            catalog.declare(hook)?;
        }
        let sandbox = Sandbox::new(&self.capacity).map_err(|error| BuildError::Sandbox(format!("{error:#}")))?;
        Ok(Host {
            inner: Arc::new(Inner {
                catalog: Arc::new(catalog),
                sandbox,
                roster: ArcSwap::default(),
                applier: self.applier,
                observer: self.observer,
                background: Background::new(self.capacity.background),
                policies: self.policies,
                resolver: self.resolver.unwrap_or_else(|| Arc::new(SystemResolver)),
                capacity: self.capacity,
                next_id: Mutex::new(1),
                limits: self.limits,
            }),
        })
    }
}

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
        let mut next_id = self.inner.next_id.lock().await;
        let roster = self.inner.roster.load_full();
        let module = self.loader().load(source.into(), Slot::New(*next_id, &roster)).await?;
        *next_id += 1;
        Ok(self.put(module))
    }

    /// Loads every `.wasm` file of a folder, by name. One that cannot be loaded does not keep the others from it.
    pub async fn load_folder(&self, folder: impl AsRef<Path>) -> Result<Vec<FolderEntry>, LoadError> {
        let folder = folder.as_ref();
        let files = wasm_files(folder).map_err(|error| LoadError {
            origin: folder.display().to_string(),
            fault: error.into(),
        })?;
        let mut loaded = Vec::with_capacity(files.len());
        for file in files {
            let result = self.load(ModuleSource::file(&file)).await;
            loaded.push((file, result));
        }
        Ok(loaded)
    }

    /// Puts a new version in the place of the module of that name. It keeps its number and its place in the order.
    /// Deliveries that run go on with the old one; if the new one cannot be loaded, so does everything.
    pub async fn reload(&self, name: &str, source: impl Into<ModuleSource>) -> Result<ModuleInfo, LoadError> {
        let _changing = self.inner.next_id.lock().await;
        let old = self.module(name)?;
        let module = self.loader().load(source.into(), Slot::Replace(&old)).await?;
        Ok(self.put(module))
    }

    /// Serves the module of that name again: it registers anew, as if it had just been loaded.
    pub async fn enable(&self, name: &str) -> Result<ModuleInfo, LoadError> {
        let _changing = self.inner.next_id.lock().await;
        let module = self.module(name)?;
        let module = self.loader().enable(&module).await?;
        Ok(self.put(module))
    }

    /// Stops serving the module of that name. Deliveries that run, or wait in the background, are finished.
    pub async fn disable(&self, name: &str) -> Result<ModuleInfo, LoadError> {
        let _changing = self.inner.next_id.lock().await;
        let module = self.module(name)?;
        Ok(self.put(Module {
            enabled: false,
            ..Module::clone(&module)
        }))
    }

    /// Forgets the module of that name. Deliveries that run, or wait in the background, are finished.
    pub async fn unload(&self, name: &str) -> Result<(), LoadError> {
        let _changing = self.inner.next_id.lock().await;
        let module = self.module(name)?;
        let roster = self.inner.roster.load().without(module.identity.id);
        self.inner.roster.store(Arc::new(roster));
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

    /// Waits until no delivery is in the background.
    pub async fn drain(&self) {
        self.inner.background.drain().await;
    }

    fn loader(&self) -> Loader<'_> {
        Loader {
            sandbox: &self.inner.sandbox,
            catalog: &self.inner.catalog,
            limits: &self.inner.limits,
            capacity: &self.inner.capacity,
            policies: &self.inner.policies,
            resolver: &self.inner.resolver,
        }
    }

    fn module(&self, name: &str) -> Result<Arc<Module>, LoadError> {
        self.inner.roster.load().module(name).cloned().ok_or_else(|| LoadError {
            origin: format!("module `{name}`"),
            fault: LoadFault::NotLoaded,
        })
    }

    /// Takes a module in. The caller holds the lock.
    fn put(&self, module: Module) -> ModuleInfo {
        let info = module.info();
        let roster = self.inner.roster.load().with(Arc::new(module));
        self.inner.roster.store(Arc::new(roster));
        info
    }
}

/// A file of a folder, and the module that was loaded from it.
pub type FolderEntry = (PathBuf, Result<ModuleInfo, LoadError>);

fn wasm_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
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
