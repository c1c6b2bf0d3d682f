//! The facade: what a server holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use crate::action::ActionApplier;
use crate::capabilities::http::{Network, Resolver, Responder, SystemResolver};
use crate::capabilities::keyvalue::Spaces;
use crate::catalog::{Catalog, DeclareError, HookSpec};
use crate::counters::Counter;
use crate::delivery::Delivery;
use crate::dispatch::Background;
use crate::limits::{Capacity, Limits};
use crate::modules::{
    CacheError, Compiler, Examined, LoadError, LoadFault, Loader, Module, ModuleId, ModuleInfo, ModuleSource,
    OpenCompiler, Slot,
};
use crate::policy::{HostPolicies, Lock, ModulePolicy, Policies, beyond};
use crate::sandbox::Sandbox;
use crate::subscriptions::{Roster, Subscription};
use crate::surroundings::Surroundings;

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
    compiler: Arc<OpenCompiler>,
    pub(crate) roster: ArcSwap<Roster>,
    pub(crate) applier: Option<Box<dyn ActionApplier>>,
    pub(crate) observer: Option<Box<Observer>>,
    pub(crate) background: Background,
    pub(crate) policies: HostPolicies,
    spaces: Spaces,
    network: Network,
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
    policies: HostPolicies,
    compiler: Option<Compiler>,
    applier: Option<Box<dyn ActionApplier>>,
    observer: Option<Box<Observer>>,
    keep_in: Option<PathBuf>,
    resolver: Option<Arc<dyn Resolver>>,
    responder: Option<Arc<dyn Responder>>,
    stopped_at: Option<SystemTime>,
    seed: Option<u64>,
    beside: Option<Host>,
}

/// Why a host could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A hook cannot be declared.
    #[error(transparent)]
    Hook(#[from] DeclareError),
    /// Limits, capacity and policies do not go together. All faults are listed.
    #[error("{}", .0.join("; "))]
    Policies(Vec<String>),
    /// The machine does not give what the limits need: address space for [`Capacity::concurrency`] instances of
    /// [`Capacity::memory`] bytes, or a thread.
    #[error("failed to set up the sandbox: {0}; lower the limits `concurrency` and `memory`")]
    Sandbox(String),
    /// The folder for compiled code cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
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

    /// Who compiles modules. Without it, that is [`Compiler::in_process`], with a warning: a module from a stranger can
    /// then take all memory and time that the server has, before anything of it runs. With a compiler in another process,
    /// the runtime that modules are loaded on needs its IO driver.
    pub fn compile_with(mut self, compiler: Compiler) -> Self {
        self.compiler = Some(compiler);
        self
    }

    /// The configuration of the module of that name, a JSON object; a second one for the same name replaces the first.
    pub fn configure(mut self, module: impl Into<String>, config: impl Into<serde_json::Value>) -> Self {
        self.policies.modules.entry(module.into()).or_default().config = config.into();
        self
    }

    /// What the operator decides about the module of that name; replaces what was said before. Without it, a module gets
    /// the host's limits, no configuration, and no grant.
    pub fn policy(mut self, module: impl Into<String>, policy: ModulePolicy) -> Self {
        self.policies.modules.insert(module.into(), policy);
        self
    }

    /// What holds for modules that have no policy of their own. Without it they get no configuration, and no grant.
    pub fn default_policy(mut self, policy: ModulePolicy) -> Self {
        self.policies.default = policy;
        self
    }

    /// Everything that an operator decided in a file: limits, capacity, quarantine and modules.
    pub fn policies(mut self, policies: Policies) -> Self {
        self.limits = policies.limits.over(&self.limits);
        self.capacity = policies.capacity.over(&self.capacity);
        self.policies.quarantine = policies.quarantine;
        self.policies.default = policies.default;
        self.policies.modules.extend(policies.modules);
        self
    }

    /// What was reviewed. With it, a module that asks for more, or is granted more, than what was reviewed is not loaded.
    pub fn lock(mut self, lock: Lock) -> Self {
        self.policies.lock = Some(lock);
        self
    }

    /// The file for what modules keep between deliveries, as far as they are granted a key-value store: a SQLite
    /// database, made when the first of these modules is loaded. Several hosts may use the same file. A module finds there
    /// again what a module of its name has kept, also when it was unloaded meanwhile.
    ///
    /// Without it, they keep it in memory: it lasts as long as the host, and takes at most the sum of the grants.
    pub fn keep_in(mut self, database: impl Into<PathBuf>) -> Self {
        self.keep_in = Some(database.into());
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

    /// Who answers the requests of modules in the place of the network, after everything has been checked that is granted.
    /// Without it, the network does.
    pub fn answer_requests_with(mut self, responder: impl Responder) -> Self {
        self.responder = Some(Arc::new(responder));
        self
    }

    /// Stops the clocks: each call begins at `now`, no time passes while a module computes, and what it waits for comes at
    /// once, because its clocks move on by as much. Requests that are under way are answered before, and a module that waits
    /// past its deadline has reached it. Deliveries happen `now`, too. For tests: with [`seed`](Self::seed) and
    /// [`answer_requests_with`](Self::answer_requests_with), on a runtime of one thread, a module does the same whenever and
    /// wherever it runs, with the same fuel.
    ///
    /// The deadline is counted on the stopped clocks, so that it does not depend on the machine; what ends a busy loop is
    /// fuel, or, at the latest, a minute of the machine's time. Such a loop keeps its thread.
    pub fn stop_clocks_at(mut self, now: SystemTime) -> Self {
        self.stopped_at = Some(now);
        self
    }

    /// Makes everything of `seed` that is random otherwise: the numbers of `wasi:random`, secure or not, which are the same in
    /// each call, the placeholders of secrets, and the identities of deliveries. For tests, and for nothing else: whoever
    /// knows the seed can guess them all.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Makes the host beside another one, and shares its engine: memory for instances, and compiled modules. A module that
    /// the other host has [examined](Host::examine) can be loaded here in no time. Capacity, compiler and hooks are the other
    /// host's; everything else is not.
    pub fn beside(mut self, host: &Host) -> Self {
        self.beside = Some(host.clone());
        self
    }

    /// Makes the host. It runs on the tokio runtime that its functions are called on; the runtime needs its timer.
    pub fn build(self) -> Result<Host, BuildError> {
        let surroundings = Surroundings::new(self.stopped_at, self.seed);
        let beside = self.beside.as_ref().map(|host| &*host.inner);
        let mut catalog = beside.map_or_else(Catalog::iris, |other| Catalog::clone(&other.catalog));
        let capacity = beside.map_or(self.capacity, |other| other.capacity.clone());
        for hook in self.hooks {
            catalog.declare(hook)?;
        }
        let mut faults = beyond(&self.limits, &capacity);
        let own = self.policies.default.faults(&catalog, &self.limits, &capacity);
        faults.extend(own.into_iter().map(|fault| format!("in the default policy, {fault}")));
        for (name, policy) in &self.policies.modules {
            let own = policy.faults(&catalog, &self.limits, &capacity);
            faults.extend(own.into_iter().map(|fault| format!("for module `{name}`, {fault}")));
        }
        if !faults.is_empty() {
            return Err(BuildError::Policies(faults));
        }
        let (sandbox, compiler) = match beside {
            Some(other) => (other.sandbox.with(surroundings), other.compiler.clone()),
            None => {
                let sandbox = Sandbox::new(&capacity, surroundings);
                let sandbox = sandbox.map_err(|error| BuildError::Sandbox(format!("{error:#}")))?;
                let compiler = self.compiler.unwrap_or_else(unlimited).open(&sandbox)?;
                (sandbox, Arc::new(compiler))
            }
        };
        Ok(Host {
            inner: Arc::new(Inner {
                catalog: Arc::new(catalog),
                sandbox,
                compiler,
                roster: ArcSwap::default(),
                applier: self.applier,
                observer: self.observer,
                background: Background::new(capacity.background),
                policies: self.policies,
                spaces: Spaces::new(self.keep_in),
                network: Network {
                    resolver: self.resolver.unwrap_or_else(|| Arc::new(SystemResolver)),
                    responder: self.responder,
                },
                capacity,
                next_id: Mutex::new(1),
                limits: self.limits,
            }),
        })
    }
}

/// Compiles where nobody said who is to do it.
fn unlimited() -> Compiler {
    tracing::warn!(
        "modules are compiled in this process, without limits on memory and time; \
         give the host a `Compiler::this_program()` with `HostBuilder::compile_with`"
    );
    Compiler::in_process()
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

    /// Looks at a module as [`load`](Self::load) does, up to its description; it does not register, and is not loaded.
    pub async fn examine(&self, source: impl Into<ModuleSource>) -> Result<Examined, LoadError> {
        self.loader().examine(source.into()).await
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

    /// Waits until no delivery is in the background.
    pub async fn drain(&self) {
        self.inner.background.drain().await;
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
