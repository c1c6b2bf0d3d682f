//! Asking for hooks, while a module registers.

use crate::subscription::{Fault, Policy, Subscription};
use crate::{Error, hook};

/// How a module says which hooks it listens to: the contract's `registry`.
///
/// What is asked for takes effect together when [`Module::register`](crate::Module::register) returns ok, and not at
/// all when it fails. What is not asked for again at the next registration is gone.
///
/// ```
/// use sclera_sdk::prelude::*;
///
/// fn register(hooks: &Hooks) -> Result<(), Error> {
///     hooks.subscribe(hook::PRELOAD_IOC_CREATE).priority(-10).submit()?;
///     hooks.subscribe(hook::MANUAL_TRIGGER_IOC).menu("Explain indicator").synchronous().submit()?;
///     hooks.register_to_hook("on_postload_alert_create", None, true) // the IRIS way
/// }
/// ```
pub struct Hooks {
    module_id: u32,
    registry: Box<dyn Registry>,
}

/// What stands behind [`Hooks`]: the host's registry in a component, the mock host in a test.
pub(crate) trait Registry {
    fn register(&self, module_id: u32, hook: &str, menu_name: Option<&str>, asynchronous: bool) -> Result<(), Error>;
    fn submit(&self, module_id: u32, subscription: Subscription) -> Result<(), Error>;
    fn deregister(&self, module_id: u32, hook: &str) -> Result<(), Error>;
}

impl Hooks {
    pub(crate) fn new(module_id: u32, registry: Box<dyn Registry>) -> Self {
        Self { module_id, registry }
    }

    /// The module's id in this host. The other methods give it to the host by themselves.
    pub fn module_id(&self) -> u32 {
        self.module_id
    }

    /// Begins a subscription to `hook`, which can say everything that the contract has. Nothing happens before
    /// [`submit`](Registration::submit).
    ///
    /// The defaults are those of IRIS: no menu name, asynchronous. Only a preload hook begins as synchronous, because
    /// it cannot be anything else.
    pub fn subscribe(&self, hook: impl Into<String>) -> Registration<'_> {
        let hook = hook.into();
        let mut subscription = Subscription::new(&hook);
        subscription.asynchronous = !hook::is_preload(&hook);
        Registration {
            hooks: self,
            subscription,
        }
    }

    /// Subscribes the module to a hook, in the words of the IRIS hooks documentation.
    ///
    /// `menu_name` is what the user of a manual hook reads; none gives `<module name>::<hook name>`, and it is ignored
    /// for other hooks. IRIS's default for `run_asynchronously` is true. Asking for an asynchronous preload hook gives
    /// a synchronous one and a warning.
    ///
    /// Fails with the codes `unknown-hook`, `invalid-menu-name` and `too-many-subscriptions`.
    pub fn register_to_hook(&self, hook: &str, menu_name: Option<&str>, run_asynchronously: bool) -> Result<(), Error> {
        self.registry
            .register(self.module_id, hook, menu_name, run_asynchronously)
    }

    /// Withdraws the module from a hook: every subscription to it, whatever the menu name. Fine if there is none.
    pub fn deregister_from_hook(&self, hook: &str) -> Result<(), Error> {
        self.registry.deregister(self.module_id, hook)
    }
}

/// A subscription that is being asked for. What is not set keeps the default that is named here.
#[must_use = "nothing happens before `submit`"]
pub struct Registration<'hooks> {
    hooks: &'hooks Hooks,
    subscription: Subscription,
}

impl Registration<'_> {
    /// What the user reads in the menu, for a manual hook: 1 to 128 characters. Default: `<module name>::<hook name>`.
    pub fn menu(mut self, name: impl Into<String>) -> Self {
        self.subscription.menu_name = Some(name.into());
        self
    }

    /// The server's request waits until the module has answered. Default, except for preload hooks: nobody waits.
    pub fn synchronous(mut self) -> Self {
        self.subscription.asynchronous = false;
        self
    }

    /// Where in the order of a hook's subscriptions this one comes: lower first. Default: 0.
    pub fn priority(mut self, priority: i32) -> Self {
        self.subscription.priority = priority;
        self
    }

    /// Which events the subscription is for: a CEL expression (<https://cel.dev>) over `payload` and `metadata`, such
    /// as `payload.exists(o, o.ioc_type_id == 76)`. Default: every event.
    pub fn matching(mut self, expression: impl Into<String>) -> Self {
        self.subscription.match_rule = Some(expression.into());
        self
    }

    /// What becomes of the server's request when a delivery fails. A later call for the same fault replaces the
    /// earlier one. Default: [`Policy::Continue`].
    pub fn on_failure(mut self, fault: Fault, policy: Policy) -> Self {
        self.subscription.failure_policies.retain(|(known, _)| *known != fault);
        self.subscription.failure_policies.push((fault, policy));
        self
    }

    /// Asks for the subscription.
    ///
    /// Fails with the codes of [`Hooks::register_to_hook`], and with `invalid-failure-policy`, `invalid-match-rule`
    /// and `unsupported`, if this host cannot honour what was set.
    pub fn submit(self) -> Result<(), Error> {
        self.hooks.registry.submit(self.hooks.module_id, self.subscription)
    }
}
