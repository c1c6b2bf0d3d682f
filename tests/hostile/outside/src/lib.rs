//! A module for the tests that reaches outside of its host, in the way that its mark names: to other servers, and
//! for secrets. `tests/src/hostile/outside.rs` says how each attack has to end.

#![expect(missing_docs, reason = "the generated bindings have none")]

wit_bindgen::generate!({ path: "../../../wit", world: "hook-module", generate_all });

mod network;
mod request;
mod secrets;

use exports::sclera::hooks::module::Guest;
use sclera::hooks::registry::register_to_hook;
use sclera::hooks::types::{Answer, Description, Error, Event, Outcome};
use wasi::config::store;

/// What the test writes over.
static MARK: [u8; 64] = *b"HOSTILE=nothing                                                 ";

fn attack() -> String {
    let mark = std::hint::black_box(&MARK);
    let text = String::from_utf8_lossy(mark);
    text.trim_start_matches("HOSTILE=").trim_end().to_owned()
}

/// A value of the configuration: where the servers are, and what stands for a secret.
fn setting(key: &str) -> String {
    store::get(key).ok().flatten().unwrap_or_default()
}

struct Outside;
export!(Outside);

impl Guest for Outside {
    fn describe() -> Description {
        Description {
            name: "hostile".into(),
            version: "1.0.0".into(),
            description: "Reaches outside.".into(),
            config_schema: Some(r#"{"type": "object"}"#.into()),
            capabilities: Vec::new(),
        }
    }

    fn register_hooks(module_id: u32) -> Result<(), Error> {
        register_to_hook(module_id, "on_preload_ioc_create", None, false)
    }

    fn hooks_handler(_: Event) -> Result<Answer, Error> {
        let attack = attack();
        let told = network::attack(&attack).or_else(|| secrets::attack(&attack));
        Ok(Answer {
            outcome: Outcome::Unchanged,
            actions: Vec::new(),
            message: told,
        })
    }
}
