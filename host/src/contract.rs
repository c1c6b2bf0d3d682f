//! The host's side of `wit/`: what a module may call, and what the host calls in it.

/// The major version of the contract that this host speaks: `sclera:hooks@1.x`.
pub(crate) const PACKAGE: &str = "sclera:hooks";
pub(crate) const MAJOR: u64 = 1;

wasmtime::component::bindgen!({
    path: "../wit",
    world: "sclera:hooks/hook-module",
    imports: {
        "wasi:keyvalue/atomics": async | trappable,
        "wasi:keyvalue/store": async | trappable,
        default: trappable,
    },
    exports: { default: async },
    // What is told to a module is lowered into its memory from where it is.
    ownership: Borrowing { duplicate_if_necessary: false },
    with: {
        "wasi:clocks": wasmtime_wasi::p2::bindings::clocks,
        "wasi:http": wasmtime_wasi_http::p2::bindings::http,
        "wasi:io": wasmtime_wasi::p2::bindings::io,
        "wasi:random": wasmtime_wasi::p2::bindings::random,
        "sclera:hooks/registry.registration": crate::capabilities::registry::Registration,
        "wasi:keyvalue/store.bucket": crate::capabilities::keyvalue::Bucket,
    },
});

pub(crate) use self::exports::sclera::hooks::module as exported;
pub(crate) use self::sclera::hooks::{registry, types};
pub(crate) use self::wasi::config::store;
pub(crate) use self::wasi::keyvalue::{atomics, store as keyvalue};
pub(crate) use self::wasi::logging::logging;
