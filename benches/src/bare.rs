//! The least that wasmtime needs to make the same call: the floor.

use anyhow::Result;
use sclera::Limits;
use wasmtime::component::{Component, HasSelf, Linker, Resource, ResourceTable};
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, StoreLimits, StoreLimitsBuilder,
    UpdateDeadline,
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_config::{WasiConfig, WasiConfigVariables};
use wasmtime_wasi_http::WasiHttpCtx;

mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "sclera:hooks/hook-module",
        imports: { default: trappable },
        exports: { default: async },
        with: {
            "wasi:clocks": wasmtime_wasi::p2::bindings::clocks,
            "wasi:http": wasmtime_wasi_http::p2::bindings::http,
            "wasi:io": wasmtime_wasi::p2::bindings::io,
            "wasi:random": wasmtime_wasi::p2::bindings::random,
            "sclera:hooks/registry.registration": super::Registration,
            "wasi:keyvalue/store.bucket": super::keyvalue::Bucket,
        },
    });
}

use bindings::sclera::hooks::{registry, types};
use bindings::wasi::keyvalue::{atomics, store};
use bindings::wasi::logging::logging;
use bindings::{HookModule, HookModulePre};

mod http;
mod keyvalue;

/// What `register-hooks` would hold; nothing registers here.
#[derive(Debug)]
pub struct Registration;

/// What guards a call. Fuel and epochs are compiled into the module's code; the others are around it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guards {
    /// [`Limits::fuel`].
    pub fuel: bool,
    /// An epoch deadline.
    pub epoch: bool,
    /// [`Limits::memory`].
    pub memory: bool,
    /// [`Limits::host_call`].
    pub host_call: bool,
    /// [`Limits::deadline`], around the call.
    pub timeout: bool,
}

impl Guards {
    /// As the host has them.
    pub const ALL: Self = Self {
        fuel: true,
        epoch: true,
        memory: true,
        host_call: true,
        timeout: true,
    };
}

/// A compiled module, linked.
pub struct Bare {
    engine: Engine,
    module: HookModulePre<State>,
    guards: Guards,
    limits: Limits,
}

/// An instance of it.
pub struct Instance {
    store: Store<State>,
    module: HookModule,
    guards: Guards,
    limits: Limits,
}

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    nowhere: http::Nowhere,
    table: ResourceTable,
    config: WasiConfigVariables,
    memory: StoreLimits,
}

impl Bare {
    /// With the pool that the host's sandbox has.
    pub fn new(bytes: &[u8], limits: &Limits, guards: Guards) -> Result<Self> {
        let mut pool = PoolingAllocationConfig::default();
        pool.max_memory_size(limits.memory)
            .total_memories(POOL)
            .total_component_instances(POOL)
            .total_stacks(POOL)
            .table_elements(limits.table_elements)
            .linear_memory_keep_resident(1 << 20);
        let mut config = Config::new();
        config
            .consume_fuel(guards.fuel)
            .epoch_interruption(guards.epoch)
            .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config).map_err(error)?;
        let mut linker = Linker::<State>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(error)?;
        wasmtime_wasi_config::add_to_linker(&mut linker, |state: &mut State| WasiConfig::from(&state.config))
            .map_err(error)?;
        registry::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).map_err(error)?;
        types::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).map_err(error)?;
        logging::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).map_err(error)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).map_err(error)?;
        store::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).map_err(error)?;
        atomics::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).map_err(error)?;
        let component = Component::from_binary(&engine, bytes).map_err(error)?;
        let module = HookModulePre::new(linker.instantiate_pre(&component).map_err(error)?).map_err(error)?;
        Ok(Self {
            engine,
            module,
            guards,
            limits: limits.clone(),
        })
    }

    /// An instance that is ready for calls.
    pub async fn instance(&self) -> Result<Instance> {
        let state = State {
            wasi: WasiCtx::builder().build(),
            http: WasiHttpCtx::new(),
            nowhere: http::Nowhere,
            table: ResourceTable::new(),
            config: WasiConfigVariables::new(),
            memory: StoreLimitsBuilder::new().memory_size(self.limits.memory).build(),
        };
        let mut store = Store::new(&self.engine, state);
        if self.guards.fuel {
            store.set_fuel(self.limits.fuel).map_err(error)?;
        }
        if self.guards.epoch {
            store.set_epoch_deadline(1);
            store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
        }
        if self.guards.memory {
            store.limiter(|state| &mut state.memory);
        }
        if self.guards.host_call {
            store.set_hostcall_fuel(self.limits.host_call);
        }
        let module = self.module.instantiate_async(&mut store).await.map_err(error)?;
        Ok(Instance {
            store,
            module,
            guards: self.guards,
            limits: self.limits.clone(),
        })
    }

    /// A call into an instance of its own.
    pub async fn call(&self, hook: &str, payload: &str) -> Result<()> {
        let call = async { self.instance().await?.call(hook, payload).await };
        if self.guards.timeout {
            tokio::time::timeout(self.limits.deadline, call).await?
        } else {
            call.await
        }
    }
}

/// Places in each pool: there is one engine for each combination of guards, and their address space adds up.
const POOL: u32 = 16;

impl Instance {
    /// A call into this instance.
    pub async fn call(&mut self, hook: &str, payload: &str) -> Result<()> {
        if self.guards.fuel {
            self.store.set_fuel(self.limits.fuel).map_err(error)?;
        }
        let event = types::Event {
            delivery_id: "019aa000-0000-7000-8000-000000000000".into(),
            attempt: 1,
            hook: hook.into(),
            kind: types::HookKind::Preload,
            menu_name: None,
            triggered_at_ms: 0,
            triggered_by: Some("alice".into()),
            metadata: r#"{"case_id":42}"#.into(),
            schema_id: "urn:sclera:schema:on_preload_ioc_create:1".into(),
            payload: payload.into(),
        };
        let answer = self
            .module
            .sclera_hooks_module()
            .call_hooks_handler(&mut self.store, &event);
        let answer = answer.await.map_err(error)?;
        answer.map(drop).map_err(|error| anyhow::anyhow!("{error:?}"))
    }
}

fn error(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:?}")
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl types::Host for State {}

impl logging::Host for State {
    fn log(&mut self, _: logging::Level, _: String, _: String) -> wasmtime::Result<()> {
        Ok(())
    }
}

fn not_measured<T>() -> wasmtime::Result<T> {
    Err(wasmtime::Error::msg("only the call itself is measured"))
}

impl registry::Host for State {
    fn register_to_hook(
        &mut self,
        _: u32,
        _: String,
        _: Option<String>,
        _: bool,
    ) -> wasmtime::Result<Result<(), types::Error>> {
        not_measured()
    }

    fn deregister_from_hook(&mut self, _: u32, _: String) -> wasmtime::Result<Result<(), types::Error>> {
        not_measured()
    }
}

impl registry::HostRegistration for State {
    fn new(&mut self, _: u32, _: String) -> wasmtime::Result<Resource<Registration>> {
        not_measured()
    }

    fn set_menu_name(&mut self, _: Resource<Registration>, _: String) -> wasmtime::Result<()> {
        not_measured()
    }

    fn set_asynchronous(&mut self, _: Resource<Registration>, _: bool) -> wasmtime::Result<()> {
        not_measured()
    }

    fn set_priority(&mut self, _: Resource<Registration>, _: i32) -> wasmtime::Result<()> {
        not_measured()
    }

    fn set_match_rule(&mut self, _: Resource<Registration>, _: String) -> wasmtime::Result<()> {
        not_measured()
    }

    fn set_failure_policy(&mut self, _: Resource<Registration>, _: String, _: String) -> wasmtime::Result<()> {
        not_measured()
    }

    fn submit(&mut self, _: Resource<Registration>) -> wasmtime::Result<Result<(), types::Error>> {
        not_measured()
    }

    fn drop(&mut self, _: Resource<Registration>) -> wasmtime::Result<()> {
        Ok(())
    }
}
