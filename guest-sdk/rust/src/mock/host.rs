//! The mock host itself.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use super::capture::{self, LogLine};
use super::registry::MockRegistry;
use super::trigger::MockTrigger;
use crate::subscription::Subscription;
use crate::{Description, Error, Hooks, Module, config, hook};

/// The id that the mock host gives to the module.
const MODULE_ID: u32 = 7;

/// A host for a module's unit tests.
///
/// It answers like the real one where a module could notice: configuration as texts, subscriptions that take effect
/// together, outcomes that a hook does not allow. It has no sandbox; a module that panics ends the test.
///
/// ```
/// use sclera_sdk::mock::MockHost;
/// use sclera_sdk::prelude::*;
///
/// struct Greeter;
/// impl Module for Greeter {
///     type Config = ();
///     fn describe() -> Description {
///         Description::new("greeter", "1.0.0", "Greets.")
///     }
///     fn register(hooks: &Hooks, _: &()) -> Result<(), Error> {
///         hooks.subscribe(hook::MANUAL_TRIGGER_IOC).menu("Greet").synchronous().submit()
///     }
///     fn handle(event: &Event, _: &()) -> Result<Answer, Error> {
///         log::info!("greeting {} IOCs", event.objects::<Ioc>()?.len());
///         Ok(Answer::unchanged().message("Hello."))
///     }
/// }
///
/// let host = MockHost::new();
/// let subscriptions = host.register::<Greeter>().unwrap();
/// assert_eq!(subscriptions[0].menu_name.as_deref(), Some("Greet"));
///
/// let answer = host.event(hook::MANUAL_TRIGGER_IOC, json!({"ioc_id": 1})).menu("Greet").handle::<Greeter>().unwrap();
/// assert_eq!(answer.message.as_deref(), Some("Hello."));
/// assert_eq!(host.logs()[0].message, "greeting 1 IOCs");
/// ```
#[derive(Debug, Default)]
pub struct MockHost {
    config: Vec<(String, String)>,
    more_hooks: Vec<String>,
    logs: RefCell<Vec<LogLine>>,
}

impl MockHost {
    /// A host with the 58 hooks of the IRIS hooks documentation and without configuration.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a configuration key, as an operator's file has it: a string is passed on as it is, everything else as JSON.
    #[must_use]
    pub fn config(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        let text = match value.into() {
            Value::String(text) => text,
            value => value.to_string(),
        };
        self.config.push((key.into(), text));
        self
    }

    /// Adds a hook to the catalog.
    #[must_use]
    pub fn hook(mut self, name: impl Into<String>) -> Self {
        self.more_hooks.push(name.into());
        self
    }

    /// What the module says about itself.
    pub fn describe<M: Module>(&self) -> Description {
        self.capturing(M::describe)
    }

    /// Lets the module register, and says which subscriptions took effect.
    pub fn register<M: Module>(&self) -> Result<Vec<Subscription>, Error> {
        self.capturing(|| {
            let known = hook::ALL
                .iter()
                .map(ToString::to_string)
                .chain(self.more_hooks.iter().cloned());
            let registry = Rc::new(MockRegistry::new(M::describe().name, known.collect()));
            let config = self.load::<M>()?;
            M::register(&Hooks::new(MODULE_ID, Box::new(Rc::clone(&registry))), &config)?;
            Ok(registry.subscriptions())
        })
    }

    /// Begins an event: a hook that happened, with its objects as a JSON array, or as an object if it is one only.
    pub fn event(&self, hook: impl Into<String>, payload: impl Into<Value>) -> MockTrigger<'_> {
        MockTrigger::new(self, hook.into(), payload.into())
    }

    /// What the module has logged so far.
    pub fn logs(&self) -> Vec<LogLine> {
        self.logs.borrow().clone()
    }

    pub(super) fn load<M: Module>(&self) -> Result<M::Config, Error> {
        config::load(|| Ok(self.config.clone()))
    }

    pub(super) fn capturing<T>(&self, run: impl FnOnce() -> T) -> T {
        let (result, lines) = capture::during(run);
        self.logs.borrow_mut().extend(lines);
        result
    }
}
