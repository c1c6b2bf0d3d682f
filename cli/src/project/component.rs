//! A core WebAssembly module, as C's and Go's compilers make it, becomes a component of the contract's world.
//!
//! It is what `wasm-tools component embed` and `component new --adapt` do, in this process, with an adapter that gives
//! nothing but what every module may have (`adapter/preview1.wat` says what).

mod segments;

use std::path::Path;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::contract;

const ADAPTER: &str = include_str!("adapter/preview1.wat");
const ADAPTER_PACKAGES: &[(&str, &str)] = &[
    ("cli.wit", include_str!("adapter/cli.wit")),
    ("preview1.wit", include_str!("adapter/preview1.wit")),
];

const ADAPTER_WORLD: &str = "sclera:preview1/adapter";

/// The world that a module is built for, of whatever version the contract in the SDK is.
const WORLD: &str = "sclera:hooks/hook-module";

/// What compilers call the interface that is adapted.
const PREVIEW_1: &str = "wasi_snapshot_preview1";

/// Why a core module cannot become a component.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ComponentError {
    /// The compiler's output is not one.
    #[error("the compiler's output is not a WebAssembly module: {0}")]
    NotWasm(String),
    /// It is one already: there is nothing to be done.
    #[error("the compiler's output is a component already; use it as it is")]
    AlreadyComponent,
    /// An export of the contract is not there, or an import is unknown, or one of them has another type.
    #[error(
        "the compiled code does not fit the world `hook-module`: {0}; it must be linked with the SDK of this `sclera`, \
         which has the bindings"
    )]
    DoesNotFit(String),
    /// The folder with the contract that the SDK is for.
    #[error("the contract of the SDK cannot be read: {0}")]
    Contract(String),
    /// The texts that are built into this program cannot be read. A test makes sure that they can.
    #[error("what is built into this program cannot be read: {0}")]
    BuiltIn(String),
}

/// Makes a component of a core module that was linked for WASI preview 1 and for the world `hook-module` of the contract
/// in the folder `wit`, that of the project's SDK. The module may have the contract's types in it, or not.
pub(crate) fn component(core: &[u8], wit: &Path) -> Result<Vec<u8>, ComponentError> {
    // A header: `\0asm`, a version, and whether it is a core module (0) or a component (1).
    match core.get(..8) {
        Some(b"\0asm\x01\0\0\0") => {}
        Some([0, b'a', b's', b'm', _, _, 1, 0]) => return Err(ComponentError::AlreadyComponent),
        _ => return Err(ComponentError::NotWasm("it does not begin as one".to_owned())),
    }
    let unreadable = |fault: anyhow::Error| ComponentError::Contract(format!("{fault:#}"));
    let built_in = |fault: anyhow::Error| ComponentError::BuiltIn(format!("{fault:#}"));

    let mut contract = Resolve::default();
    contract.push_path(wit).map_err(unreadable)?;
    let core = segments::joined(core).map_err(|fault| ComponentError::NotWasm(fault.to_string()))?;
    // What a binding generator has put into the module is the same, and they are merged.
    let core = with_world(core, &contract, WORLD).map_err(unreadable)?;

    let adapter = wat::parse_str(ADAPTER).map_err(|fault| ComponentError::BuiltIn(fault.to_string()))?;
    let adapter = with_world(adapter, &contract::resolve(ADAPTER_PACKAGES)?, ADAPTER_WORLD).map_err(built_in)?;

    ComponentEncoder::default()
        .validate(true)
        .module(&core)
        .map_err(|fault| ComponentError::NotWasm(format!("{fault:#}")))?
        .adapter(PREVIEW_1, &adapter)
        .map_err(built_in)?
        .encode()
        .map_err(|fault| ComponentError::DoesNotFit(format!("{fault:#}")))
}

fn with_world(mut module: Vec<u8>, resolve: &Resolve, world: &str) -> anyhow::Result<Vec<u8>> {
    let packages: Vec<_> = resolve.packages.iter().map(|(id, _)| id).collect();
    let world = resolve.select_world(&packages, Some(world))?;
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8)?;
    Ok(module)
}

#[cfg(test)]
mod tests;
