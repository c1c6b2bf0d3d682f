//! The corpus of hostile modules: what each tries, and its exact end.
//!
//! An attack is written in one of three ways: as WebAssembly text that differs from a module that behaves
//! (`tests/hostile/wat`), as a function of a Rust module (`tests/hostile/guest`, and `tests/hostile/outside` for what
//! reaches outside), or as Rust code that makes a component too large or too strange to be written down.
//! [`all`] is the table; [`play`] plays one case and says how it ended.

/// The case whose attack is the file of its name in `tests/hostile/wat`.
macro_rules! wat {
    ($name:literal, $tries:literal, $end:expr) => {
        Case::text(
            $name,
            $tries,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/hostile/wat/", $name, ".wat")),
            $end,
        )
    };
}

mod answers;
mod attacker;
mod case;
mod compile_bombs;
mod computing;
mod contract_abi;
mod core_module;
mod floods;
mod generated;
mod host_calls;
mod memory;
mod outside;
mod registering;
mod sections;
mod shapes;
mod slack;
mod stage;
mod time;

pub use attacker::Attacker;
pub use case::{Case, End, Moment};
pub use core_module::{component_with, good};
pub use generated::{Generated, generate};
pub use slack::{Generator, Seen};
pub use stage::{Played, play};

/// Every case that this host is to survive.
pub fn all() -> Vec<Case> {
    [
        computing::cases(),
        memory::cases(),
        contract_abi::cases(),
        answers::cases(),
        floods::cases(),
        host_calls::cases(),
        time::cases(),
        registering::cases(),
        shapes::cases(),
        compile_bombs::cases(),
        outside::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
