//! Write Sclera modules in Rust.
//!
//! Sclera gives any server the hook system of DFIR-IRIS: a module says which hooks it listens to, and is called when
//! they happen: before an object is committed (*preload*), after (*postload*), or when a user chooses the module's entry
//! in a menu (*manual*). Each module runs in a sandbox of its own.
//!
//! This is a whole module, in a `cdylib` crate with one dependency:
//!
//! ```
//! use sclera_sdk::prelude::*;
//!
//! struct Tagger;
//!
//! #[derive(Deserialize)]
//! #[serde(crate = "sclera_sdk::serde")]
//! struct Config {
//!     tag: String,
//! }
//!
//! impl Module for Tagger {
//!     type Config = Config;
//!
//!     fn describe() -> Description {
//!         sclera_sdk::description!().config_schema(json!({
//!             "type": "object",
//!             "properties": {"tag": {"type": "string"}},
//!             "required": ["tag"],
//!         }))
//!     }
//!
//!     fn register(hooks: &Hooks, _: &Config) -> Result<(), Error> {
//!         hooks.subscribe(hook::PRELOAD_IOC_CREATE).priority(-10).submit()
//!     }
//!
//!     fn handle(event: &Event, config: &Config) -> Result<Answer, Error> {
//!         event.edit(|ioc: &mut Ioc| {
//!             if ioc.ioc_value.get().is_none_or(str::is_empty) {
//!                 return Err(Rejection::new("an IOC needs a value").at("/ioc_value"));
//!             }
//!             ioc.ioc_tags.add(&config.tag);
//!             Ok(())
//!         })
//!     }
//! }
//!
//! sclera_sdk::export!(Tagger);
//! #
//! # use sclera_sdk::mock::MockHost;
//! # let host = MockHost::new().config("tag", "new");
//! # assert_eq!(host.register::<Tagger>().unwrap()[0].hook, "on_preload_ioc_create");
//! # let handle = |ioc| host.event(hook::PRELOAD_IOC_CREATE, ioc).handle::<Tagger>().unwrap();
//! # assert_eq!(handle(json!({"ioc_value": ""})), Answer::reject("an IOC needs a value").at("/0/ioc_value"));
//! # let tagged: Ioc = serde_json::from_value(json!({"ioc_value": "a", "ioc_tags": "new"})).unwrap();
//! # assert_eq!(handle(json!({"ioc_value": "a"})), Answer::replace([tagged]));
//! ```
//!
//! Build it with `cargo build --release --target wasm32-wasip2`; test it with `cargo test`, where
#![cfg_attr(not(target_arch = "wasm32"), doc = "[`mock::MockHost`] stands in for the host.")]
#![cfg_attr(target_arch = "wasm32", doc = "`mock::MockHost` stands in for the host.")]
//!
//! # Where to look
//!
//! - [`Module`] and [`export!`]: what to write.
//! - [`hook`] and [`Hooks`]: which hooks there are, and how to ask for them.
//! - [`Event`], with its [`Metadata`], and the views of what is in it: [`Ioc`], [`Asset`], [`Note`],
//!   [`TimelineEvent`], [`Evidence`], [`Task`], [`GlobalTask`], [`Case`] and [`Report`].
//! - [`Answer`] and [`Action`]: what to answer.
//! - [`html::escape`]: text from elsewhere in a tab that is HTML.
//! - [`http`]: requests to other servers. [`keyvalue`]: what a module keeps between deliveries.
//! - The [`log`] facade: what is logged is kept with the delivery.
//!
//! The contract itself is in the WIT package `sclera:hooks`. Clocks and random numbers are those of `std`.

mod action;
mod answer;
mod config;
mod description;
mod error;
mod event;
mod generated;
pub mod hook;
mod hooks;
pub mod html;
pub mod http;
mod ioc_type;
pub mod keyvalue;
mod merge;
mod metadata;
mod module;
mod objects;
mod subscription;
mod tlp;

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
#[cfg(target_arch = "wasm32")]
mod logging;
#[cfg(not(target_arch = "wasm32"))]
pub mod mock;

pub use action::{Action, Operation};
pub use answer::{Answer, Outcome, Rejection};
pub use description::{Capability, Description};
pub use error::Error;
pub use event::{Event, HookKind};
pub use generated::ioc_types::IocType;
pub use generated::tlp::Tlp;
pub use hooks::{Hooks, Registration};
pub use merge::merge;
pub use metadata::Metadata;
pub use module::Module;
pub use objects::{
    Asset, Case, CustomAttributes, Evidence, Field, FieldType, GlobalTask, Ioc, Note, Object, Report, Tags, Task,
    TimelineEvent,
};
pub use subscription::{Fault, Policy, Subscription};

pub use {log, serde, serde_json};

/// A JSON object.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;

/// What almost every module uses.
pub mod prelude {
    pub use crate::{
        Action, Answer, Asset, Case, Description, Error, Event, Evidence, Fault, GlobalTask, HookKind, Hooks, Ioc,
        IocType, JsonObject, Module, Note, Object, Policy, Rejection, Report, Task, TimelineEvent, Tlp, hook, log,
        serde_json,
    };
    pub use serde::{Deserialize, Serialize};
    pub use serde_json::{Value, json};
}
