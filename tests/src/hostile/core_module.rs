//! Hand-written core modules, made components of the contract's world.

use std::path::Path;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The module that behaves, and that an attack differs from.
const PRELUDE: &str = include_str!("../../hostile/prelude.wat");

/// What the prelude imports; imports come before everything else.
const IMPORTS: &str = r#"(import "sclera:hooks/registry@1.0.0" "register-to-hook"
  (func $register-to-hook (param i32 i32 i32 i32 i32 i32 i32 i32)))"#;

const EXPORTS: &str = r#"(export "memory" (memory $memory))
(export "cabi_realloc" (func $realloc))
(export "sclera:hooks/module@1.0.0#describe" (func $describe))
(export "sclera:hooks/module@1.0.0#register-hooks" (func $register-hooks))
(export "sclera:hooks/module@1.0.0#hooks-handler" (func $hooks-handler))"#;

/// The component whose core module is the prelude with `attack` in place of the parts of the same names.
///
/// # Panics
///
/// If the attack is not well formed: it is a mistake in the corpus.
pub fn component_with(attack: &str) -> Vec<u8> {
    component(core_module(attack))
}

/// A module that replaces the payload by itself, byte for byte, and is named `goodone`.
pub fn good() -> Vec<u8> {
    component(core_module("").replace("\"hostile\"", "\"goodone\""))
}

/// The text of the core module.
pub(super) fn core_module(attack: &str) -> String {
    let parts = PRELUDE.split("\n\n").filter(|part| match name_of(part) {
        Some(definition) => !attack.contains(&definition),
        None => true,
    });
    let parts: Vec<_> = parts.collect();
    format!("(module\n{IMPORTS}\n{attack}\n{}\n{EXPORTS})", parts.join("\n"))
}

/// `(func $describe` of a part that begins so, after its comments.
fn name_of(part: &str) -> Option<String> {
    let line = part.lines().find(|line| !line.starts_with(";;"))?;
    let mut words = line.split([' ', ')']);
    let (kind, name) = (words.next()?, words.next()?);
    name.starts_with('$').then(|| format!("{kind} {name}"))
}

#[expect(clippy::expect_used, reason = "a mistake in the corpus ends the test")]
fn component(text: String) -> Vec<u8> {
    let core = wat::parse_str(&text).expect("the attack is well formed");
    encode(core).expect("the attack has the shape of the world")
}

/// Makes a component of a core module; the error is that the module has not the shape of the contract's world.
pub fn encode(mut core: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    let world = resolve
        .push_path(wit)
        .and_then(|(package, _)| resolve.select_world(&[package], Some("hook-module")))
        .map_err(|error| format!("{error:#}"))?;
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).map_err(|error| format!("{error:#}"))?;
    ComponentEncoder::default()
        .module(&core)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| format!("{error:#}"))
}
