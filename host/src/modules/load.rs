//! From a file to a module that listens.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::source::digest;
use super::{
    Compiled, Description, Inspection, Label, LoadError, LoadFault, Module, ModuleId, ModuleIdentity, ModuleSource,
    ModuleStore, OpenCompiler,
};
use crate::access::Access;
use crate::capabilities::config::Settings;
use crate::capabilities::http::Network;
use crate::capabilities::keyvalue::Spaces;
use crate::capabilities::registry::Enrolment;
use crate::capabilities::secrets::Values;
use crate::catalog::Catalog;
use crate::counters::ModuleCounts;
use crate::fault::Fault;
use crate::limits::{Capacity, Limits};
use crate::policy::{HostPolicies, Lock};
use crate::quarantine::Quarantine;
use crate::sandbox::{Program, Sandbox, Stock};
use crate::subscriptions::Roster;
use crate::text;

/// A module that was read, compiled and described, but did not register: what an operator decides by.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Examined {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its file, in hexadecimal digits.
    pub digest: String,
    /// The version of the contract that it was built for.
    pub contract: String,
    /// What it says about itself.
    #[serde(flatten)]
    pub description: Description,
    /// What its file shows.
    pub inspection: Inspection,
    /// It, ready to be run.
    #[serde(skip)]
    pub(super) ready: Ready,
}

/// A module that is compiled and linked.
#[derive(Clone)]
pub(super) struct Ready {
    program: Program,
    compiled: Compiled,
    /// Its file, if it is to be kept in a store.
    file: Option<Arc<[u8]>>,
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ready").field(&self.compiled).finish()
    }
}

/// What loading needs.
pub(crate) struct Loader<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) compiler: &'a OpenCompiler,
    pub(crate) catalog: &'a Arc<Catalog>,
    pub(crate) limits: &'a Limits,
    pub(crate) capacity: &'a Capacity,
    /// What the operator decided.
    pub(crate) policies: &'a HostPolicies,
    /// What modules keep.
    pub(crate) spaces: &'a Spaces,
    /// Who stands between modules and other servers.
    pub(crate) network: &'a Network,
    /// Where what is loaded is kept.
    pub(crate) store: Option<&'a ModuleStore>,
    /// Whether the secrets are read that modules are granted.
    pub(crate) secrets: Values,
    /// Whether what the host answers to modules is recorded.
    pub(crate) records: bool,
    /// What was reviewed, where only that may be loaded.
    pub(crate) lock: Option<&'a Lock>,
}

/// The place that a module is loaded into.
#[derive(Clone, Copy)]
pub(crate) enum Slot<'a> {
    /// A new one, with this number, beside those that are there.
    New(ModuleId, &'a Roster),
    /// The place of this module.
    Replace(&'a Module),
    /// None: it is run only for deliveries that were accepted for it. It has this number and this name, and what the version of it that is loaded
    /// was configured with.
    Aside {
        id: ModuleId,
        name: &'a str,
        beside: Option<&'a Module>,
    },
}

impl Slot<'_> {
    /// What is in its place now, or beside it.
    fn loaded(&self) -> Option<&Module> {
        match self {
            Self::New(..) => None,
            Self::Replace(old) => Some(old),
            Self::Aside { beside, .. } => *beside,
        }
    }
}

impl Loader<'_> {
    /// Reads, compiles and describes a module, and lets it register.
    pub(crate) async fn load(&self, source: ModuleSource, slot: Slot<'_>) -> Result<Module, LoadError> {
        let mut origin = source.origin();
        self.load_from(source, slot, &mut origin)
            .await
            .map_err(|fault| LoadError { origin, fault })
    }

    /// Does everything that can be done before a module has a place: what is left of its loading takes no time.
    pub(crate) async fn prepare(&self, mut source: ModuleSource) -> Result<ModuleSource, LoadError> {
        let (origin, config) = (source.origin(), source.take_config());
        match self.examined(source).await {
            Ok(examined) => Ok(ModuleSource::prepared(examined, config, origin)),
            Err(fault) => Err(LoadError { origin, fault }),
        }
    }

    /// Reads, compiles and describes a module, without letting it register.
    pub(crate) async fn examine(&self, source: ModuleSource) -> Result<Examined, LoadError> {
        let origin = source.origin();
        match self.examined(source).await {
            Ok(examined) => Ok(examined),
            Err(fault) => Err(LoadError { origin, fault }),
        }
    }

    async fn examined(&self, mut source: ModuleSource) -> Result<Examined, LoadFault> {
        if let Some(examined) = source.take_examined() {
            return match self.sandbox.owns(&examined.ready.program) {
                true => Ok(examined),
                false => Err(LoadFault::Invalid(
                    "it was examined by a host with another engine; examine it with this host, or build this host `beside` that one"
                        .into(),
                )),
            };
        }
        let (ready, digest, inspection) = self.program(source).await?;
        let described = self.sandbox.describe(&ready.program, self.limits).await;
        let description = described.result.map_err(LoadFault::Describe)?;
        let description = description.map_err(|misfit| LoadFault::Invalid(text::shown(&misfit.to_string(), 500)))?;
        let description = Description::check(description).map_err(LoadFault::BadDescription)?;
        let examined = Examined {
            name: description.name.clone(),
            version: description.version.to_string(),
            digest,
            contract: inspection.contract().map(ToString::to_string).unwrap_or_default(),
            description,
            inspection,
            ready,
        };
        Ok(examined)
    }

    async fn load_from(
        &self,
        mut source: ModuleSource,
        slot: Slot<'_>,
        origin: &mut String,
    ) -> Result<Module, LoadFault> {
        let config = source.take_config();
        let examined = self.examined(source).await?;
        *origin = format!("module `{}` ({origin})", examined.name);
        let id = match slot {
            Slot::New(_, roster) if roster.module(&examined.name).is_some() => {
                return Err(LoadFault::NameTaken(examined.name));
            }
            Slot::New(id, _) => id,
            Slot::Replace(old) if old.identity.name != examined.name => {
                return Err(LoadFault::OtherName {
                    expected: old.identity.name.clone(),
                    found: examined.name,
                });
            }
            Slot::Aside { name, .. } if name != examined.name => {
                return Err(LoadFault::OtherName {
                    expected: name.to_owned(),
                    found: examined.name,
                });
            }
            Slot::Replace(old) => old.identity.id,
            Slot::Aside { id, .. } => id,
        };
        let policy = self.policies.of(&examined.name).clone();
        if let Some(lock) = self.lock {
            lock.check(&examined, &policy.grants)
                .map_err(|refused| LoadFault::NotApproved(Box::new(refused)))?;
        }
        let config = match (config, slot.loaded()) {
            (Some(config), _) => config,
            (None, Some(loaded)) => loaded.config.clone(),
            (None, None) => policy.config.clone(),
        };
        let settings = Settings::new(
            &config,
            policy.grants.secrets.keys(),
            examined.description.config_schema.as_ref(),
        )?;
        let keyvalue = match &policy.grants.keyvalue {
            Some(grant) => Some(self.spaces.of(&examined.name, grant).await?),
            None => None,
        };
        let file = examined.ready.file;
        let access = Access::new(policy.grants.clone(), keyvalue, self.network, self.secrets)?;
        let (settings, access) = (Arc::new(settings), Arc::new(access));
        let limits = Arc::new(policy.limits.over(self.limits));
        let stock = Stock::new(
            &examined.name,
            self.sandbox.clone(),
            examined.ready.program,
            settings.clone(),
            access.clone(),
            limits.clone(),
            self.records,
        );
        let module = Module {
            identity: Arc::new(ModuleIdentity {
                id,
                name: examined.name,
                version: examined.version,
                digest: examined.digest,
            }),
            description: examined.description,
            contract: examined.contract,
            stock,
            compiled: examined.ready.compiled,
            config,
            settings,
            limits,
            access,
            quarantine: Arc::new(Quarantine::new(
                policy
                    .quarantine
                    .clone()
                    .unwrap_or_else(|| self.policies.quarantine.clone()),
            )),
            counts: match slot {
                Slot::Replace(old) => old.counts.clone(),
                Slot::New(..) | Slot::Aside { .. } => ModuleCounts::default(),
            },
            policy: Arc::new(policy),
            enabled: true,
            subscriptions: Vec::new(),
            registration_log: Vec::new(),
            setups: Arc::default(),
        };
        let module = self.registered(&module).await?;
        if let (Some(store), Slot::New(..) | Slot::Replace(_)) = (self.store, slot) {
            let (store, identity) = (store.clone(), module.identity.clone());
            blocking(move || {
                let label = Label {
                    name: identity.name.clone(),
                    version: identity.version.clone(),
                };
                Ok(store.put(&identity.digest, &label, file.as_deref())?)
            })
            .await?;
        }
        Ok(module)
    }

    /// Reads a module, and makes it ready to be run. Also gives its digest, and what its file shows.
    async fn program(&self, source: ModuleSource) -> Result<(Ready, String, Inspection), LoadFault> {
        let limit = self.capacity.module_size;
        let (bytes, digest, inspection) = blocking(move || {
            // Read once: what is looked at and hashed is what is compiled.
            let bytes = source.into_bytes(limit)?;
            let inspection = Inspection::of(&bytes)?;
            inspection.check()?;
            let digest = digest(&bytes);
            Ok((bytes, digest, inspection))
        })
        .await?;
        let file = self.store.map(|_| Arc::from(bytes.as_slice()));
        if let Some(program) = self.sandbox.program(&digest) {
            let ready = Ready {
                program,
                compiled: Compiled::Cached,
                file,
            };
            return Ok((ready, digest, inspection));
        }
        let (code, compiled) = self.compiler.compile(self.sandbox, bytes, &digest).await?;
        let sandbox = self.sandbox.clone();
        blocking(move || match sandbox.load(&code, &digest) {
            Ok(program) => {
                let ready = Ready {
                    program,
                    compiled,
                    file,
                };
                Ok((ready, digest, inspection))
            }
            Err(error) => Err(LoadFault::Invalid(text::shown(&format!("{error:#}"), 500))),
        })
        .await
    }

    /// Enables a module: lets it register anew.
    pub(crate) async fn enable(&self, module: &Module) -> Result<Module, LoadError> {
        self.registered(module).await.map_err(|fault| LoadError {
            origin: format!("module `{}`", module.identity.name),
            fault,
        })
    }

    async fn registered(&self, module: &Module) -> Result<Module, LoadFault> {
        let identity = &module.identity;
        let enrolment = Enrolment::new(
            identity.id,
            identity.name.clone(),
            self.catalog.clone(),
            self.capacity.subscriptions,
            self.limits.clone(),
        );
        let (run, enrolment) = self
            .sandbox
            .register(
                module.stock.program(),
                &module.limits,
                module.settings.clone(),
                enrolment,
            )
            .await;
        run.result
            .and_then(|answer| answer.map_err(Fault::from))
            .map_err(LoadFault::Register)?;
        let asked = enrolment.map(Enrolment::into_subscriptions).unwrap_or_default();
        let mut subscriptions = Vec::with_capacity(asked.len());
        let mut counts = module.counts.clone();
        for asked in asked {
            let decided = module.policy.decide(asked, self.limits).map_err(LoadFault::Policy)?;
            // So that no request pays for it.
            if let Some(hook) = self.catalog.get(&decided.hook) {
                hook.prepare();
            }
            counts.entry(decided.hook.clone()).or_default();
            subscriptions.push(Arc::new(decided));
        }
        Ok(Module {
            enabled: true,
            subscriptions,
            counts,
            registration_log: run.logs,
            ..module.clone()
        })
    }
}

/// Where files and long computations keep no other task waiting.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LoadFault> + Send + 'static,
) -> Result<T, LoadFault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(stopped) => Err(LoadFault::Invalid(stopped.to_string())),
    }
}
