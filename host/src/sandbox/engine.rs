//! The engine's settings, and the thread that makes its epochs pass.

use std::time::Duration;

use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::limits::Capacity;

/// How often guest code that runs for long gives its thread back, and looks at its deadline. A call ends at most this
/// much, and what the machine's scheduler adds, after its deadline.
const EPOCH: Duration = Duration::from_millis(2);

/// Core instances that one component may consist of. Interpreted languages bring dozens of them.
const CORE_INSTANCES: u32 = 100;
/// Memories that one component may have. A module has one, and one more for each adapter.
const MEMORIES: u32 = 8;
/// Tables that one component may have.
const TABLES: u32 = 40;
/// Bytes of a memory that stay mapped, and are cleared by hand, when an instance goes: clearing
/// little memory costs less than mapping it anew, and clearing much costs more.
const KEEP_RESIDENT: usize = 1 << 20;

/// Bytes of stack for host functions.
const HOST_STACK: usize = 1 << 20;

pub(super) fn new(capacity: &Capacity) -> wasmtime::Result<Engine> {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(capacity.concurrency)
        .total_core_instances(capacity.concurrency.saturating_mul(CORE_INSTANCES))
        .total_memories(capacity.concurrency.saturating_mul(MEMORIES))
        .total_tables(capacity.concurrency.saturating_mul(TABLES))
        .total_stacks(capacity.concurrency)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_memory_size(capacity.memory)
        .table_elements(capacity.table_elements)
        .linear_memory_keep_resident(KEEP_RESIDENT);

    let mut config = compile_settings();
    config
        .max_wasm_stack(capacity.stack)
        // Room above a module's own stack for the host functions that it calls.
        .async_stack_size(capacity.stack.saturating_add(HOST_STACK))
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    let engine = Engine::new(&config)?;

    let weak = engine.weak();
    std::thread::Builder::new().name("sclera-epoch".into()).spawn(move || {
        // Ends with the last clone of the engine.
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(EPOCH);
        }
    })?;
    Ok(engine)
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
