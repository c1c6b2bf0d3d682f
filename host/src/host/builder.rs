//! How a host is made: what an embedder says before there is one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use super::{Host, Inner, Observer};
use crate::action::ActionApplier;
use crate::capabilities::http::{Network, Resolver, Responder, SystemResolver};
use crate::capabilities::keyvalue::Spaces;
use crate::capabilities::secrets::Values;
use crate::catalog::{Catalog, DeclareError, HookSpec};
use crate::delivery::Delivery;
use crate::dispatch::{Admission, Workers};
use crate::ledger::Ledger;
use crate::limits::{Capacity, Limits};
use crate::modules::{CacheError, Compiler, ModuleStore, Versions};
use crate::outbox::{OpenOutbox, Outbox};
use crate::policy::{HostPolicies, Lock, ModulePolicy, Policies, beyond};
use crate::queue::{DurableQueue, MemoryQueue};
use crate::sandbox::Sandbox;
use crate::shadow::Shadows;
use crate::surroundings::Surroundings;

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
    profile_every: Option<Duration>,
    beside: Option<Host>,
    ledger: Option<Ledger>,
    queue: Option<DurableQueue>,
    outbox: Option<Outbox>,
    store: Option<ModuleStore>,
    replays: bool,
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

    /// Where every delivery is recorded, with what the host answered to the module. Without it, nothing is.
    pub fn ledger(mut self, ledger: Ledger) -> Self {
        self.ledger = Some(ledger);
        self
    }

    /// Where asynchronous deliveries wait. Without it, in this process's memory: those that are not over when it ends are
    /// lost.
    pub fn queue(mut self, queue: DurableQueue) -> Self {
        self.queue = Some(queue);
        self
    }

    /// The table of the server's own database through which [`announce`](Host::announce) tells modules what is committed
    /// there. What a process that ended has left in it is moved into the queue by the next one that has
    /// [started its workers](Host::start_workers).
    pub fn outbox(mut self, outbox: Outbox) -> Self {
        self.outbox = Some(outbox);
        self
    }

    /// Where modules are kept by their digests: what is loaded is put in, and a delivery that was accepted for a version which
    /// is not loaded here is run with the one from the store. Share it with the workers elsewhere, and keep it between
    /// restarts. Without it, such a delivery is run by the version that is loaded.
    pub fn module_store(mut self, store: ModuleStore) -> Self {
        self.store = Some(store);
        self
    }

    /// Modules are answered from transcripts only: no secret is read, and no certificate.
    pub(crate) fn replays(mut self) -> Self {
        self.replays = true;
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

    /// Looks every `interval` at what the code of each module does while a delivery runs, for
    /// [`write_profile`](Host::write_profile). Guest code is looked at where it enters a function or begins a loop anew, and
    /// not while it waits for the host. To find out what takes a module's time, not to measure how long it takes; the samples
    /// stay in memory. [Beside](Self::beside) another host, it is looked at when that one would. Default: never.
    pub fn profile_every(mut self, interval: Duration) -> Self {
        self.profile_every = Some(interval);
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
        let surroundings = Arc::new(Surroundings::new(self.stopped_at, self.seed));
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
            Some(other) => (
                other.sandbox.with(surroundings.clone(), self.profile_every),
                other.compiler.clone(),
            ),
            None => {
                let sandbox = Sandbox::new(&capacity, surroundings.clone(), self.profile_every);
                let sandbox = sandbox.map_err(|error| BuildError::Sandbox(format!("{error:#}")))?;
                let compiler = self.compiler.unwrap_or_else(unlimited).open(&sandbox)?;
                (sandbox, Arc::new(compiler))
            }
        };
        let queue = match self.queue {
            Some(durable) => durable.queue,
            None => Arc::new(MemoryQueue::default()),
        };
        Ok(Host {
            inner: Arc::new(Inner {
                admission: Admission::new(&capacity, &catalog),
                catalog: Arc::new(catalog),
                sandbox,
                surroundings,
                compiler,
                roster: ArcSwap::default(),
                applier: self.applier,
                observer: self.observer,
                workers: Arc::new(Workers::new(queue, &capacity)),
                ledger: self.ledger,
                outbox: self.outbox.map(|outbox| Arc::new(OpenOutbox::new(outbox))),
                policies: self.policies,
                spaces: Spaces::new(self.keep_in),
                network: Network {
                    resolver: self.resolver.unwrap_or_else(|| Arc::new(SystemResolver)),
                    responder: self.responder,
                },
                versions: self.store.map(|store| Versions::new(store, capacity.versions)),
                secrets: match self.replays {
                    true => Values::Absent,
                    false => Values::Real,
                },
                shadows: Shadows::new(),
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
