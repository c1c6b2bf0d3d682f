//! From a file to a module that listens.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::source::digest;
use super::{Description, Inspection, Module, ModuleId, ModuleIdentity, ModuleSource, NotAComponent, Unfit};
use crate::access::{Access, BadGrants};
use crate::capabilities::config::{ConfigError, Settings};
use crate::capabilities::http::Resolver;
use crate::capabilities::registry::Enrolment;
use crate::catalog::Catalog;
use crate::fault::Fault;
use crate::limits::{Capacity, Limits};
use crate::policy::ModulePolicy;
use crate::sandbox::Sandbox;
use crate::subscriptions::Roster;
use crate::text;

/// Why a module could not be loaded, enabled or reloaded. What was loaded before is as it was.
#[derive(Debug, thiserror::Error)]
#[error("cannot load {origin}: {fault}")]
pub struct LoadError {
    /// The module's name once it is known, else its file.
    pub origin: String,
    /// What is wrong.
    #[source]
    pub fault: LoadFault,
}

/// What is wrong with a module that could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadFault {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The file is too large.
    #[error("the file has more than {limit} bytes; raise the limit `module_size` if it is what it should be")]
    TooLarge {
        /// [`Capacity::module_size`].
        limit: u64,
    },
    /// The file is not a component.
    #[error(transparent)]
    NotAComponent(#[from] NotAComponent),
    /// The component is not a module for this host.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The component is not valid, or does not fit to what the host offers.
    #[error("it cannot be compiled and linked: {0}; rebuild it with current tools")]
    Invalid(String),
    /// The call of `describe` failed.
    #[error("its `describe` failed: {0}; {remedy}", remedy = .0.remedy())]
    Describe(Fault),
    /// What `describe` said cannot be used.
    #[error("its description cannot be used: {0}; report it to the module's author")]
    BadDescription(String),
    /// A module of that name is loaded.
    #[error("a module named `{0}` is loaded already; unload it first, or reload it from this file")]
    NameTaken(String),
    /// A reload would change the module's name.
    #[error("it is named `{found}`, and cannot take the place of `{expected}`; load it as a module of its own")]
    OtherName {
        /// The module that was to be reloaded.
        expected: String,
        /// The name in the new file.
        found: String,
    },
    /// The configuration does not fit.
    #[error("{0}; correct the configuration, and load it again")]
    Config(#[from] ConfigError),
    /// The operator's grants for it cannot be kept.
    #[error("its grants cannot be kept: {0}; correct them, and load it again")]
    Grants(#[from] BadGrants),
    /// The call of `register-hooks` failed.
    #[error("its `register-hooks` failed, and nothing that it asked for took effect: {0}; {remedy}", remedy = .0.remedy())]
    Register(Fault),
    /// There is no such module.
    #[error("no module of that name is loaded; see the list of modules")]
    NotLoaded,
}

/// What loading needs.
pub(crate) struct Loader<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) catalog: &'a Arc<Catalog>,
    pub(crate) limits: &'a Limits,
    pub(crate) capacity: &'a Capacity,
    /// What the operator decided, by name of module.
    pub(crate) policies: &'a BTreeMap<String, ModulePolicy>,
    /// Who looks up the hosts that modules send requests to.
    pub(crate) resolver: &'a Arc<dyn Resolver>,
}

/// The place that a module is loaded into.
#[derive(Clone, Copy)]
pub(crate) enum Slot<'a> {
    /// A new one, with this number, beside those that are there.
    New(ModuleId, &'a Roster),
    /// The place of this module.
    Replace(&'a Module),
}

impl Loader<'_> {
    /// Reads, compiles and describes a module, and lets it register.
    pub(crate) async fn load(&self, source: ModuleSource, slot: Slot<'_>) -> Result<Module, LoadError> {
        let mut origin = source.origin();
        self.load_from(source, slot, &mut origin)
            .await
            .map_err(|fault| LoadError { origin, fault })
    }

    async fn load_from(
        &self,
        mut source: ModuleSource,
        slot: Slot<'_>,
        origin: &mut String,
    ) -> Result<Module, LoadFault> {
        let config = source.take_config();
        // Reading and compiling block for long.
        let limit = self.capacity.module_size;
        let sandbox = self.sandbox.clone();
        let compiled = tokio::task::spawn_blocking(move || {
            let bytes = source.read(limit)?;
            Inspection::of(&bytes)?.check()?;
            let program = sandbox
                .compile(&bytes)
                .map_err(|error| LoadFault::Invalid(text::shown(&format!("{error:#}"), 500)))?;
            Ok::<_, LoadFault>((program, digest(&bytes)))
        });
        let (program, digest) = match compiled.await {
            Ok(compiled) => compiled?,
            Err(stopped) => return Err(LoadFault::Invalid(stopped.to_string())),
        };

        let described = self.sandbox.describe(&program, self.limits).await;
        let description = described.result.map_err(LoadFault::Describe)?;
        let description = Description::check(description).map_err(LoadFault::BadDescription)?;
        *origin = format!("module `{}` ({origin})", description.name);
        let id = match slot {
            Slot::New(_, roster) if roster.module(&description.name).is_some() => {
                return Err(LoadFault::NameTaken(description.name));
            }
            Slot::New(id, _) => id,
            Slot::Replace(old) if old.identity.name != description.name => {
                return Err(LoadFault::OtherName {
                    expected: old.identity.name.clone(),
                    found: description.name,
                });
            }
            Slot::Replace(old) => old.identity.id,
        };
        let policy = self.policies.get(&description.name).cloned().unwrap_or_default();
        let config = match (config, slot) {
            (Some(config), _) => config,
            (None, Slot::Replace(old)) => old.config.clone(),
            (None, Slot::New(..)) => policy.config.clone(),
        };
        let settings = Settings::new(
            &config,
            policy.grants.secrets.keys(),
            description.config_schema.as_ref(),
        )?;
        let access = Access::new(policy.grants, self.resolver)?;
        let module = Module {
            identity: Arc::new(ModuleIdentity {
                id,
                name: description.name.clone(),
                version: description.version.to_string(),
                digest,
            }),
            description,
            program,
            config,
            settings: Arc::new(settings),
            limits: Arc::new(policy.limits.over(self.limits)),
            access: Arc::new(access),
            enabled: true,
            subscriptions: Vec::new(),
            registration_log: Vec::new(),
        };
        self.registered(&module).await
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
        );
        let (run, enrolment) = self
            .sandbox
            .register(&module.program, &module.limits, module.settings.clone(), enrolment)
            .await;
        run.result
            .and_then(|answer| answer.map_err(Fault::from))
            .map_err(LoadFault::Register)?;
        let subscriptions = enrolment.map(Enrolment::into_subscriptions).unwrap_or_default();
        for subscription in &subscriptions {
            // So that no request pays for it.
            if let Some(hook) = self.catalog.get(&subscription.hook) {
                hook.prepare();
            }
        }
        Ok(Module {
            enabled: true,
            subscriptions: subscriptions.into_iter().map(Arc::new).collect(),
            registration_log: run.logs,
            ..module.clone()
        })
    }
}
