//! The engine's settings.

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::errands::ERRANDS;
use super::steward::BACKLOG;
use crate::limits::Capacity;

/// Core instances that one component may consist of. Interpreted languages bring dozens of them.
const CORE_INSTANCES: u32 = 100;
/// Memories that one component may have. A module has one, and one more for each adapter.
const MEMORIES: u32 = 8;
/// Tables that one component may have.
const TABLES: u32 = 40;
/// Bytes that an instance has written, of a memory or a table, that stay mapped when it goes. The kernel is asked which these
/// are; they are written over with what was there at first, and the next instance of the module does not have to wait for
/// the kernel to bring them in, one page fault after the other. Too high: the memory of every place of the pool. Too low: a
/// module that writes more pays for page faults.
pub(super) const KEEP_RESIDENT: usize = 8 << 20;

/// Bytes of stack for host functions.
const HOST_STACK: usize = 1 << 20;

/// The same where the kernel cannot tell (Linux before 6.7, and others): so much is written over at the beginning of a
/// memory, whether an instance has written it or not.
const KEEP_RESIDENT_BLINDLY: usize = 128 << 10;

pub(super) fn new(capacity: &Capacity) -> wasmtime::Result<Engine> {
    let keep_resident = match PoolingAllocationConfig::is_pagemap_scan_available() {
        true => KEEP_RESIDENT,
        false => KEEP_RESIDENT_BLINDLY,
    };
    // Those that are called, those that were made ahead, those that have not been cleared away, of which as many again may come
    // while they are; and those that are being made.
    let places = capacity.concurrency.saturating_add(match capacity.spares {
        0 => 0,
        spares => spares.saturating_add(2 * BACKLOG + ERRANDS + 1),
    });
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(places)
        .total_core_instances(places.saturating_mul(CORE_INSTANCES))
        .total_memories(places.saturating_mul(MEMORIES))
        .total_tables(places.saturating_mul(TABLES))
        .total_stacks(places)
        // A place that had an instance of the same module has its pages still.
        .max_unused_warm_slots(places)
        .pagemap_scan(Enabled::Auto)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_memory_size(capacity.memory)
        .table_elements(capacity.table_elements)
        .linear_memory_keep_resident(keep_resident)
        .table_keep_resident(keep_resident);

    let mut config = compile_settings();
    config
        .max_wasm_stack(capacity.stack)
        // Room above a module's own stack for the host functions that it calls.
        .async_stack_size(capacity.stack.saturating_add(HOST_STACK))
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}

/// An engine that makes the same code as [`new`], and reserves nothing to run it.
pub(crate) fn engine_for_compiling() -> wasmtime::Result<Engine> {
    Engine::new(&compile_settings())
}

/// What the compiled code depends on: the same in every engine of this version of the library.
fn compile_settings() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .wasm_component_model(true)
        .memory_init_cow(true);
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Fingerprint;

    #[test]
    fn code_that_is_compiled_elsewhere_is_for_the_engine_that_runs_it() {
        let roomy = Capacity {
            concurrency: 2,
            memory: 1 << 30,
            stack: 1 << 20,
            ..Capacity::default()
        };
        let elsewhere = Fingerprint::of(&engine_for_compiling().unwrap());
        for capacity in [Capacity::default(), roomy] {
            assert!(Fingerprint::of(&new(&capacity).unwrap()) == elsewhere, "{capacity:?}");
        }
        let other = Engine::new(compile_settings().consume_fuel(false)).unwrap();
        assert!(Fingerprint::of(&other) != elsewhere);
    }
}
