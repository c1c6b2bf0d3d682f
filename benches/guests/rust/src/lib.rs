//! The module in Rust that is measured. A hook stands for a job:
//!
//! | hook | job |
//! |---|---|
//! | `on_preload_ioc_create` | no-op: answers without looking at the objects |
//! | `on_preload_asset_create` | tag: parses the objects, adds a tag, prints them |
//! | `on_preload_note_create` | echo: answers with the text that came |
//!
//! No-op and tag are what an author writes. An SDK has no echo, because nobody needs one; it is here because the time that
//! text takes on its way in and out would not be seen behind the parsing. So it is written against the contract.

use sclera_sdk::prelude::*;

/// What the bench writes another name over, of at most 32 bytes, to have many modules of one file.
static NAME: [u8; 43] = *b"BENCH-NAME=bench-rust                      ";

/// The module.
pub struct Measured;

impl Module for Measured {
    type Config = ();

    fn describe() -> Description {
        Description::new(name(), "1.0.0", "Is measured.")
    }

    fn register(hooks: &Hooks, (): &()) -> Result<(), Error> {
        if name().starts_with("idle-") {
            // One of many that are loaded, and not called.
            return hooks.subscribe(hook::PRELOAD_TASK_CREATE).submit();
        }
        for hook in [
            hook::PRELOAD_IOC_CREATE,
            hook::PRELOAD_ASSET_CREATE,
            hook::PRELOAD_NOTE_CREATE,
        ] {
            hooks.subscribe(hook).submit()?;
        }
        Ok(())
    }

    fn handle(event: &Event, (): &()) -> Result<Answer, Error> {
        match event.hook.as_str() {
            hook::PRELOAD_ASSET_CREATE => event.edit(|asset: &mut Asset| {
                // Its own, so that in a chain each module has something to change.
                asset.asset_tags.add(&name());
                Ok(())
            }),
            _ => Ok(Answer::unchanged()),
        }
    }
}

fn name() -> String {
    let text = String::from_utf8_lossy(std::hint::black_box(&NAME));
    text.trim_start_matches("BENCH-NAME=").trim_end().to_owned()
}

#[cfg(target_arch = "wasm32")]
mod component {
    use sclera_sdk::guest::Component;
    use sclera_sdk::guest::bindings::exports::sclera::hooks::module::{Answer, Description, Error, Event, Guest};
    use sclera_sdk::guest::bindings::sclera::hooks::types::Outcome;
    use sclera_sdk::hook;

    use crate::Measured;

    struct Exported;

    impl Guest for Exported {
        fn describe() -> Description {
            Component::<Measured>::describe()
        }

        fn register_hooks(module_id: u32) -> Result<(), Error> {
            Component::<Measured>::register_hooks(module_id)
        }

        fn hooks_handler(event: Event) -> Result<Answer, Error> {
            if event.hook != hook::PRELOAD_NOTE_CREATE {
                return Component::<Measured>::hooks_handler(event);
            }
            Ok(Answer {
                outcome: Outcome::Replace(event.payload),
                actions: Vec::new(),
                message: None,
            })
        }
    }

    sclera_sdk::guest::bindings::export_component!(Exported with_types_in sclera_sdk::guest::bindings);
}
