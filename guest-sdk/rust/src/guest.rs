//! The component's side of the contract: what [`export!`](crate::export) makes of a [`Module`].
//!
//! Everything here is plumbing between the contract's generated types and the SDK's own, which are also there natively.

pub(crate) mod http;
pub(crate) mod keyvalue;

use std::marker::PhantomData;
use std::sync::Once;

use self::bindings::exports::sclera::hooks::module::Guest;
use self::bindings::sclera::hooks::{registry, types as wire};
use self::bindings::wasi::config::store;
use crate::hooks::Registry;
use crate::subscription::Subscription;
use crate::{
    Action, Answer, Description, Error, Event, HookKind, Hooks, JsonObject, Module, Operation, Outcome, config,
};

#[expect(missing_docs, reason = "generated from the contract, which has the documentation")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "wit",
        world: "hook-module",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_component",
        default_bindings_module: "sclera_sdk::guest::bindings",
    });
}

/// A [`Module`] as the contract's `module` interface.
pub struct Component<M>(PhantomData<M>);

impl<M: Module> Guest for Component<M> {
    fn describe() -> wire::Description {
        start();
        M::describe().into()
    }

    fn register_hooks(module_id: u32) -> Result<(), wire::Error> {
        start();
        let config = load_config::<M>()?;
        Ok(M::register(&Hooks::new(module_id, Box::new(HostRegistry)), &config)?)
    }

    fn hooks_handler(event: wire::Event) -> Result<wire::Answer, wire::Error> {
        start();
        let event = Event::try_from(event)?;
        let config = load_config::<M>()?;
        Ok(M::handle(&event, &config)?.into())
    }
}

/// Sends the log facade and panics to the host. An instance is fresh at each call, but need not be: once is enough.
fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(crate::logging::to_host);
}

fn load_config<M: Module>() -> Result<M::Config, Error> {
    config::load(|| {
        store::get_all().map_err(|error| {
            let message = match error {
                store::Error::Upstream(message) | store::Error::Io(message) => message,
            };
            Error::new("configuration-unavailable", message).retryable()
        })
    })
}

struct HostRegistry;

impl Registry for HostRegistry {
    fn register(&self, module_id: u32, hook: &str, menu_name: Option<&str>, asynchronous: bool) -> Result<(), Error> {
        registry::register_to_hook(module_id, hook, menu_name, asynchronous).map_err(from_host)
    }

    fn submit(&self, module_id: u32, subscription: Subscription) -> Result<(), Error> {
        let registration = registry::Registration::new(module_id, &subscription.hook);
        if let Some(name) = &subscription.menu_name {
            registration.set_menu_name(name);
        }
        registration.set_asynchronous(subscription.asynchronous);
        registration.set_priority(subscription.priority);
        if let Some(rule) = &subscription.match_rule {
            registration.set_match_rule(rule);
        }
        for (fault, policy) in &subscription.failure_policies {
            registration.set_failure_policy(fault.as_str(), policy.as_str());
        }
        registration.submit().map_err(from_host)
    }

    fn deregister(&self, module_id: u32, hook: &str) -> Result<(), Error> {
        registry::deregister_from_hook(module_id, hook).map_err(from_host)
    }
}

/// Not a `From`: the generated type is a `std::error::Error`, whose conversion would lose the code.
fn from_host(error: wire::Error) -> Error {
    let mut ours = Error::new(error.code, error.message);
    ours.retryable = error.retryable;
    ours
}

impl From<Error> for wire::Error {
    fn from(error: Error) -> Self {
        Self {
            code: error.code,
            message: error.message,
            retryable: error.retryable,
        }
    }
}

impl From<Description> for wire::Description {
    fn from(description: Description) -> Self {
        Self {
            name: description.name,
            version: description.version,
            description: description.description,
            config_schema: description.config_schema.map(|schema| schema.to_string()),
            capabilities: description
                .capabilities
                .into_iter()
                .map(|capability| wire::Capability {
                    name: capability.name,
                    parameters: capability.parameters.to_string(),
                    reason: capability.reason,
                })
                .collect(),
        }
    }
}

impl TryFrom<wire::Event> for Event {
    type Error = Error;

    fn try_from(event: wire::Event) -> Result<Self, Error> {
        let metadata: JsonObject = serde_json::from_str(&event.metadata).map_err(|error| {
            Error::new(
                Error::BAD_EVENT,
                format!("the metadata of {} is not a JSON object: {error}", event.hook),
            )
        })?;
        Ok(Self {
            delivery_id: event.delivery_id,
            attempt: event.attempt,
            hook: event.hook,
            kind: match event.kind {
                wire::HookKind::Preload => HookKind::Preload,
                wire::HookKind::Postload => HookKind::Postload,
                wire::HookKind::Manual => HookKind::Manual,
            },
            menu_name: event.menu_name,
            triggered_at_ms: event.triggered_at_ms,
            triggered_by: event.triggered_by,
            metadata: metadata.into(),
            schema_id: event.schema_id,
            payload: event.payload,
        })
    }
}

impl From<Answer> for wire::Answer {
    fn from(answer: Answer) -> Self {
        Self {
            outcome: match answer.outcome {
                Outcome::Unchanged => wire::Outcome::Unchanged,
                Outcome::Replace(objects) => {
                    let objects = objects.into_iter().map(serde_json::Value::Object).collect();
                    wire::Outcome::Replace(serde_json::Value::Array(objects).to_string())
                }
                Outcome::Reject(rejection) => wire::Outcome::Reject(wire::Rejection {
                    reason: rejection.reason,
                    pointer: rejection.pointer,
                }),
            },
            actions: answer.actions.into_iter().map(Into::into).collect(),
            message: answer.message,
        }
    }
}

impl From<Action> for wire::Action {
    fn from(action: Action) -> Self {
        Self {
            change: action.change().to_string(),
            operation: match action.operation {
                Operation::Create => wire::Operation::Create,
                Operation::Update => wire::Operation::Update,
                Operation::Delete => wire::Operation::Delete,
            },
            object: action.object,
            target: action.target,
        }
    }
}
