//! `sclera:hooks/registry`: a module asks for the hooks that it listens to.

use std::sync::Arc;

use wasmtime::component::Resource;

use super::log::{Level, Log};
use crate::catalog::{Catalog, HookKind};
use crate::contract::registry::{Host, HostRegistration};
use crate::contract::types::Error;
use crate::limits::Limits;
use crate::match_rule::MatchRule;
use crate::modules::ModuleId;
use crate::sandbox::State;
use crate::subscriptions::{FailurePolicy, Mode, OnFailure, Subscription};
use crate::text;

/// What one module asks for while its `register-hooks` runs. It takes effect as a whole, afterwards, or not at all.
pub(crate) struct Enrolment {
    module_id: ModuleId,
    module: String,
    catalog: Arc<Catalog>,
    /// How many subscriptions there may be.
    limit: usize,
    /// What each of their calls may take.
    limits: Limits,
    wanted: Vec<Subscription>,
}

/// The resource `registration`: a subscription that is not submitted yet.
pub struct Registration {
    module_id: ModuleId,
    hook: String,
    menu_name: Option<String>,
    asynchronous: bool,
    priority: i32,
    failure_policy: FailurePolicy,
    match_rule: Option<MatchRule>,
    /// The first thing that was set and cannot be had.
    refused: Option<Error>,
    submitted: bool,
}

/// Characters of a menu name.
const MENU_NAME: usize = 128;
/// Characters of a hook's name that are kept. No hook has a longer one.
const HOOK_NAME: usize = 256;

impl Enrolment {
    pub(crate) fn new(
        module_id: ModuleId,
        module: String,
        catalog: Arc<Catalog>,
        limit: usize,
        limits: Limits,
    ) -> Self {
        Self {
            module_id,
            module,
            catalog,
            limit,
            limits,
            wanted: Vec::new(),
        }
    }

    pub(crate) fn module_id(&self) -> ModuleId {
        self.module_id
    }

    /// What the module asked for, in order.
    pub(crate) fn into_subscriptions(self) -> Vec<Subscription> {
        self.wanted
    }

    fn subscribe(&mut self, wanted: Registration, log: &Log) -> Result<(), Error> {
        self.check_caller(wanted.module_id)?;
        let hook = self
            .catalog
            .lookup(&wanted.hook)
            .map_err(|unknown| refusal("unknown-hook", unknown.to_string()))?;
        if let Some(refused) = wanted.refused {
            return Err(refused);
        }
        let menu_name = match (hook.kind(), wanted.menu_name) {
            (HookKind::Manual, Some(name)) => Some(checked_menu_name(name)?),
            (HookKind::Manual, None) => Some(format!("{}::{}", self.module, hook.name())),
            (HookKind::Preload | HookKind::Postload, _) => None,
        };
        let mut asynchronous = wanted.asynchronous;
        if hook.kind() == HookKind::Preload && asynchronous {
            asynchronous = false;
            log.note(
                Level::Warn,
                &format!(
                    "`{}` runs synchronously, as every preload hook does; it was asked to run asynchronously",
                    hook.name()
                ),
            );
        }
        wanted
            .failure_policy
            .check(hook.name(), hook.kind(), asynchronous)
            .map_err(|error| refusal("invalid-failure-policy", error.to_string()))?;
        let mut failure_policy = FailurePolicy::default_for(asynchronous);
        failure_policy.update(&wanted.failure_policy);
        let subscription = Subscription {
            module: self.module.clone(),
            hook: hook.name().to_owned(),
            kind: hook.kind(),
            menu_name,
            asynchronous,
            priority: wanted.priority,
            failure_policy,
            match_rule: wanted.match_rule,
            mode: Mode::Enforce,
            limits: self.limits.clone(),
        };
        let same =
            |other: &&mut Subscription| other.hook == subscription.hook && other.menu_name == subscription.menu_name;
        if let Some(earlier) = self.wanted.iter_mut().find(same) {
            *earlier = subscription;
            return Ok(());
        }
        if self.wanted.len() >= self.limit {
            return Err(refusal(
                "too-many-subscriptions",
                format!(
                    "a module may have {} subscriptions here; ask the operator to raise the limit `subscriptions`",
                    self.limit
                ),
            ));
        }
        self.wanted.push(subscription);
        Ok(())
    }

    fn withdraw(&mut self, module_id: ModuleId, hook: &str, log: &Log) -> Result<(), Error> {
        self.check_caller(module_id)?;
        if let Err(unknown) = self.catalog.lookup(hook) {
            log.note(Level::Warn, &format!("deregistering does nothing: {unknown}"));
        }
        self.wanted.retain(|subscription| subscription.hook != hook);
        Ok(())
    }

    fn check_caller(&self, module_id: ModuleId) -> Result<(), Error> {
        if module_id == self.module_id {
            return Ok(());
        }
        Err(refusal(
            "not-your-module",
            format!(
                "{module_id} is not the id of this module, which is {}: give back the `module-id` that `register-hooks` was called with",
                self.module_id
            ),
        ))
    }
}

fn checked_menu_name(name: String) -> Result<String, Error> {
    let fault = if name.trim().is_empty() {
        "is empty"
    } else if name.chars().nth(MENU_NAME).is_some() {
        "is longer than 128 characters"
    } else if name.chars().any(text::is_forging) {
        "has control characters"
    } else {
        return Ok(name);
    };
    Err(refusal(
        "invalid-menu-name",
        format!(
            "the menu name `{}` {fault}; give one that fits into a menu",
            text::shown(&name, 40)
        ),
    ))
}

fn refusal(code: &str, message: String) -> Error {
    Error {
        code: code.into(),
        message,
        retryable: false,
    }
}

impl State {
    /// The enrolment and the log, or why there is no enrolment now.
    fn enrolling(&mut self) -> wasmtime::Result<Result<(&mut Enrolment, Log), Error>> {
        if self.describing() {
            return Err(wasmtime::Error::msg(
                "`describe` called the registry, but no import answers while it runs",
            ));
        }
        let log = self.log.clone();
        Ok(match self.enrolment() {
            Some(enrolment) => Ok((enrolment, log)),
            None => Err(refusal(
                "not-registering",
                "the registry answers only while `register-hooks` runs".into(),
            )),
        })
    }

    fn submit(&mut self, wanted: Registration) -> wasmtime::Result<Result<(), Error>> {
        let hook = text::shown(&wanted.hook, 128);
        Ok(self.enrolling()?.and_then(|(enrolment, log)| {
            enrolment.subscribe(wanted, &log).inspect_err(|error| {
                // A module may ignore the error; its operator should not have to.
                log.note(
                    Level::Warn,
                    &format!("the subscription to `{hook}` is refused: {}", error.message),
                );
            })
        }))
    }
}

impl Host for State {
    fn register_to_hook(
        &mut self,
        module_id: u32,
        iris_hook_name: String,
        manual_hook_name: Option<String>,
        run_asynchronously: bool,
    ) -> wasmtime::Result<Result<(), Error>> {
        let mut wanted = Registration::new(module_id, iris_hook_name);
        wanted.menu_name = manual_hook_name;
        wanted.asynchronous = run_asynchronously;
        self.submit(wanted)
    }

    fn deregister_from_hook(&mut self, module_id: u32, iris_hook_name: String) -> wasmtime::Result<Result<(), Error>> {
        Ok(self
            .enrolling()?
            .and_then(|(enrolment, log)| enrolment.withdraw(module_id, &iris_hook_name, &log)))
    }
}

impl Registration {
    fn new(module_id: ModuleId, hook: String) -> Self {
        Self {
            module_id,
            hook,
            menu_name: None,
            asynchronous: true,
            priority: 0,
            failure_policy: FailurePolicy::default(),
            match_rule: None,
            refused: None,
            submitted: false,
        }
    }

    fn set_failure_policy(&mut self, fault: &str, policy: &str) -> Result<(), Error> {
        let invalid = |message: String| refusal("invalid-failure-policy", message);
        let policy = match policy {
            "continue" => OnFailure::Continue,
            "reject" => OnFailure::Reject,
            "retry" => OnFailure::Retry,
            other => {
                return Err(invalid(format!(
                    "there is no policy `{}`; use `continue`, `reject` or `retry`",
                    text::shown(other, 40)
                )));
            }
        };
        self.failure_policy
            .set(fault, policy)
            .map_err(|error| invalid(error.to_string()))
    }
}

impl HostRegistration for State {
    fn new(&mut self, module_id: u32, iris_hook_name: String) -> wasmtime::Result<Resource<Registration>> {
        // A module may hold as many registrations as resources: what is kept of each must be short.
        let hook = text::shown(&iris_hook_name, HOOK_NAME);
        Ok(self.table.push(Registration::new(module_id, hook))?)
    }

    fn set_menu_name(&mut self, this: Resource<Registration>, menu_name: String) -> wasmtime::Result<()> {
        // One character too many is enough to refuse it for its length.
        let kept = menu_name.chars().take(MENU_NAME + 1).collect();
        self.table.get_mut(&this)?.menu_name = Some(kept);
        Ok(())
    }

    fn set_asynchronous(&mut self, this: Resource<Registration>, run_asynchronously: bool) -> wasmtime::Result<()> {
        self.table.get_mut(&this)?.asynchronous = run_asynchronously;
        Ok(())
    }

    fn set_priority(&mut self, this: Resource<Registration>, priority: i32) -> wasmtime::Result<()> {
        self.table.get_mut(&this)?.priority = priority;
        Ok(())
    }

    fn set_match_rule(&mut self, this: Resource<Registration>, expression: String) -> wasmtime::Result<()> {
        let registration = self.table.get_mut(&this)?;
        match MatchRule::parse(&expression) {
            Ok(rule) => registration.match_rule = Some(rule),
            Err(error) => {
                registration
                    .refused
                    .get_or_insert_with(|| refusal("invalid-match-rule", error.to_string()));
            }
        }
        Ok(())
    }

    fn set_failure_policy(
        &mut self,
        this: Resource<Registration>,
        fault: String,
        policy: String,
    ) -> wasmtime::Result<()> {
        let registration = self.table.get_mut(&this)?;
        if let Err(error) = registration.set_failure_policy(&fault, &policy) {
            registration.refused.get_or_insert(error);
        }
        Ok(())
    }

    fn submit(&mut self, this: Resource<Registration>) -> wasmtime::Result<Result<(), Error>> {
        let registration = self.table.get_mut(&this)?;
        if std::mem::replace(&mut registration.submitted, true) {
            return Ok(Err(refusal(
                "already-submitted",
                "a registration can be submitted once; make a new one".into(),
            )));
        }
        let hook = registration.hook.clone();
        let wanted = std::mem::replace(registration, Registration::new(registration.module_id, hook));
        registration.submitted = true;
        State::submit(self, wanted)
    }

    fn drop(&mut self, this: Resource<Registration>) -> wasmtime::Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}
