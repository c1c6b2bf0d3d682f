//! Sclera: a WebAssembly plugin host that gives a server the hook system of DFIR-IRIS, with every module in a sandbox.
//!
//! A server says that a *hook* happened, with the objects that it is about; *modules* — components in any language —
//! answer. Before an object is committed they may change or refuse it ([`Host::preload`]); afterwards they react
//! ([`Host::postload`]); and a user can choose one of them from a menu ([`Host::trigger_manual`]). Each delivery has a
//! fresh instance of the module, bounded in fuel, time and memory, that can reach nothing but what the contract in
//! `wit/` names. Whatever a module does, the caller has its answer in time and its payload intact.
//!
//! ```no_run
//! use sclera::{Host, ModuleSource, Payload, Trigger};
//!
//! # async fn example(request: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let host = Host::builder().build()?;
//! host.load(ModuleSource::file("modules/ioc_guard.wasm")).await?;
//!
//! // Before the commit: modules may change the request, or refuse it.
//! let trigger = Trigger::new("on_preload_ioc_create", Payload::parse(request)?)
//!     .by("alice")
//!     .metadata("case_id", 42);
//! let preload = host.preload(trigger).await?;
//! if let Some(refusal) = &preload.refusal {
//!     return Err(format!("{} refused it: {}", refusal.module, refusal.rejection.reason).into());
//! }
//!
//! // … commit `preload.payload`, and apply `preload.actions()` in the same transaction …
//! let committed = preload.payload;
//!
//! // After the commit: modules react.
//! let trigger = Trigger::new("on_postload_ioc_create", committed).by("alice").metadata("case_id", 42);
//! host.postload(trigger).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The way of a trigger through the crate: the [`catalog`] says which hooks there are, `subscriptions` who listens,
//! `dispatch` runs the chain, `sandbox` makes one call into one module, and `capabilities` answer what the module asks
//! for while it runs. `modules` turns files into what can be called, and [`Host`] is the front door.

#![deny(unsafe_code)]

mod access;
mod action;
mod capabilities;
pub mod catalog;
#[cfg_attr(
    fuzzing,
    expect(missing_docs, reason = "generated from the contract, which has the documentation")
)]
mod contract;
mod counters;
mod delivery;
mod dispatch;
mod envelope;
mod fault;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod grants;
mod host;
mod ledger;
mod limits;
mod match_rule;
mod modules;
mod outbox;
mod payload;
mod policy;
mod quarantine;
mod queue;
mod replay;
mod sandbox;
mod shadow;
mod subscriptions;
mod surroundings;
pub mod text;
mod trigger;
mod units;

pub use access::{BadGrants, GrantFault};
pub use action::{Action, ActionApplier, ApplyError, Change, Operation, TagChange};
pub use async_trait::async_trait;
pub use capabilities::actions::ActionsGrant;
pub use capabilities::config::ConfigError;
pub use capabilities::http::{
    HttpFault, HttpGrant, HttpGrantFault, HttpRequest, HttpResponse, NotAnOrigin, Resolver, Responder,
};
pub use capabilities::keyvalue::{KeepError, KeyvalueGrant};
pub use capabilities::log::{Level, LogLine};
pub use capabilities::secrets::{Place, SecretFault, SecretGrant};
pub use capabilities::transcript::{Before, HostCall, Parted, Seed, Transcript};
pub use catalog::{Catalog, Hook, HookKind, HookSpec};
pub use counters::Counter;
pub use delivery::{ActionState, Answer, Delivery, DeliveryId, NotAnId, Outcome, Rejection, Usage};
pub use dispatch::{Announced, Busy, Health, MenuEntry, Pending, PreloadReport, Refusal, Report, TriggerError};
pub use envelope::Envelope;
pub use fault::{Fault, FaultKind};
pub use grants::Grants;
pub use host::{BuildError, FolderEntry, Host, HostBuilder};
pub use ledger::{
    Attempt, Counts, Filter, HookKeep, Keep, Ledger, LedgerError, Purged, Record, RedriveError, Setup, State, Summary,
    Taken, WhenUnwritable,
};
pub use limits::{Capacity, CapacityOverrides, LimitOverrides, Limits, WhenFull};
pub use match_rule::{MatchRule, MatchRuleError};
pub use modules::{
    CacheError, CacheFault, Capability, CompileError, CompileLimits, Compiled, Compiler, Description, Examined,
    Inspection, Interface, LoadError, LoadFault, ModuleId, ModuleIdentity, ModuleInfo, ModuleSource, ModuleStore,
    NotAComponent, StoreError, StoreFault, Unfit, Unoffered,
};
pub use outbox::{Outbox, OutboxError};
pub use payload::{Payload, PayloadError};
pub use policy::{
    Approval, Lock, LockError, ModulePolicy, NotApproved, Permission, Policies, PolicyFileError, QueuePolicy,
    SubscriptionPolicy,
};
pub use quarantine::{QuarantinePolicy, Quarantined};
pub use queue::{DurableQueue, QueueError, QueueHealth, RabbitMq};
pub use replay::{Difference, Field, Replay, ReplayError, Replayed};
pub use sandbox::{Instances, ProfileError};
pub use shadow::{ShadowInfo, ShadowPolicy, Shadowed};
pub use subscriptions::{FailurePolicy, FailurePolicyError, Mode, OnFailure, Subscription};
pub use trigger::Trigger;
