//! A module for the tests that attacks its host, in the way that its mark names. `tests/src/hostile` says how each
//! attack has to end.
//!
//! A test writes the name of an attack over the mark in the compiled file. One file for each family of attacks; what
//! reaches outside of the host is in `tests/hostile/outside`.

#![expect(missing_docs, reason = "the generated bindings have none")]
#![expect(clippy::panic, reason = "panicking is among the things that it is there for")]

wit_bindgen::generate!({ path: "../../../wit", world: "hook-module", generate_all });

mod answers;
mod describing;
mod floods;
mod host_calls;
mod keyvalue;
mod registering;
mod waiting;

use exports::sclera::hooks::module::Guest;
use sclera::hooks::registry::register_to_hook;
use sclera::hooks::types::{Action, Answer, Description, Error, Event, Outcome};

/// What the test writes over.
static MARK: [u8; 64] = *b"HOSTILE=nothing                                                 ";

fn attack() -> String {
    let mark = std::hint::black_box(&MARK);
    let text = String::from_utf8_lossy(mark);
    text.trim_start_matches("HOSTILE=").trim_end().to_owned()
}

struct Hostile;
export!(Hostile);

impl Guest for Hostile {
    fn describe() -> Description {
        let harmless = Description {
            name: "hostile".into(),
            version: "1.0.0".into(),
            description: "Attacks its host.".into(),
            config_schema: Some(r#"{"properties": {"text": {"default": "a text"}}}"#.into()),
            capabilities: Vec::new(),
        };
        describing::attack(&attack(), harmless)
    }

    fn register_hooks(module_id: u32) -> Result<(), Error> {
        registering::attack(&attack(), module_id)?;
        for hook in ["on_preload_ioc_create", "on_postload_ioc_create"] {
            register_to_hook(module_id, hook, None, false)?;
        }
        Ok(())
    }

    fn hooks_handler(_: Event) -> Result<Answer, Error> {
        let attack = attack();
        floods::attack(&attack);
        waiting::attack(&attack);
        if let Some(told) = host_calls::attack(&attack).or_else(|| keyvalue::attack(&attack)) {
            return Ok(says(told));
        }
        answers::attack(&attack)
    }
}

/// Leaves the payload as it is.
fn harmless() -> Answer {
    Answer {
        outcome: Outcome::Unchanged,
        actions: Vec::new(),
        message: None,
    }
}

fn says(message: String) -> Answer {
    Answer {
        message: Some(message),
        ..harmless()
    }
}

fn asks(actions: Vec<Action>) -> Answer {
    Answer { actions, ..harmless() }
}
