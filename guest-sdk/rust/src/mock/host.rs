//! The mock host itself.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use super::capture::{self, LogLine};
use super::http::{self, Network};
use super::keyvalue::{self, Entries};
use super::registry::MockRegistry;
use super::trigger::MockTrigger;
use crate::http::{Request, Response};
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
    network: Network,
    store: RefCell<Entries>,
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

    /// Answers the module's requests. An error stands for a request without an answer, such as
    /// `Error::new(http::TIMEOUT, "…").retryable()`.
    #[must_use]
    pub fn http(mut self, answers: impl Fn(&Request) -> Result<Response, Error> + 'static) -> Self {
        self.network = Network::answering(Rc::new(answers));
        self
    }

    /// The requests that the module has sent so far, in their order.
    pub fn requests(&self) -> Vec<Request> {
        self.network.sent()
    }

    /// Puts something into the module's key-value store, for the deliveries that come.
    #[must_use]
    pub fn stored(self, key: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.store.borrow_mut().insert(key.into(), value.into());
        self
    }

    /// What the module keeps under a key of its store.
    pub fn kept(&self, key: &str) -> Option<Vec<u8>> {
        self.store.borrow().get(key).cloned()
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
        let (result, lines) = capture::during(|| http::through(&self.network, || keyvalue::with(&self.store, run)));
        self.logs.borrow_mut().extend(lines);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;
    use crate::{http, keyvalue};

    struct Counts;

    impl Module for Counts {
        type Config = ();

        fn describe() -> Description {
            Description::new("counts", "1.0.0", "Counts, and tells.")
        }

        fn register(_: &Hooks, _: &()) -> Result<(), Error> {
            Ok(())
        }

        fn handle(_: &Event, _: &()) -> Result<Answer, Error> {
            let times = keyvalue::increment("times", 1)?;
            let told = Request::post("https://a.example/").json(&times).send()?.success()?;
            Ok(Answer::unchanged().message(told.text()))
        }
    }

    fn handle(host: &MockHost) -> Result<Answer, Error> {
        host.event(hook::POSTLOAD_IOC_CREATE, json!({})).handle::<Counts>()
    }

    #[test]
    fn a_store_and_a_network_belong_to_their_host() {
        let first = MockHost::new()
            .stored("times", "41")
            .http(|request| Ok(Response::new(200).with_body(request.body.clone())));
        let second = MockHost::new();

        assert_eq!(handle(&first).unwrap().message.as_deref(), Some("42"));
        assert_eq!(handle(&first).unwrap().message.as_deref(), Some("43"));
        assert_eq!(handle(&second).unwrap_err().code, http::UNREACHABLE);

        assert_eq!(first.kept("times").as_deref(), Some(&b"43"[..]));
        assert_eq!(second.kept("times").as_deref(), Some(&b"1"[..]));
        assert_eq!((first.requests().len(), second.requests().len()), (2, 1));
    }
}
