//! Runs one call into one module: a fresh instance, with limits on everything that it can take.
//!
//! Three limits end a call, because none of them sees everything. *Fuel* bounds the work of the guest's own code and
//! does not depend on the machine. The *epoch* makes guest code that runs for long give the thread back every few
//! milliseconds and ends it at the deadline. The *outer timeout* ends a call that waits in a host function, where no
//! guest code runs that could be interrupted. The deadline is armed just before the call: waiting for a free place is
//! not the module's fault.

mod engine;
mod fingerprint;
mod memory;
mod state;
mod verdict;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use wasmparser::WasmFeatures;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store, UpdateDeadline};

use crate::access::Access;
use crate::capabilities::config::Settings;
use crate::capabilities::log::LogLine;
use crate::capabilities::registry::Enrolment;
use crate::capabilities::transcript::{Recording, Transcript};
use crate::catalog::Tlp;
use crate::contract::{HookModule, HookModulePre, exported, types};
use crate::delivery::Usage;
use crate::fault::Fault;
use crate::limits::{Capacity, Limits};
use crate::modules::Code;
use crate::surroundings::{PATIENCE, Surroundings};
pub(crate) use engine::engine_for_compiling;
pub(crate) use fingerprint::Fingerprint;
use state::Phase;
pub(crate) use state::State;
use verdict::{DeadlineReached, fault_of};

/// Compiles modules, and runs calls into them. Clones are the same sandbox.
#[derive(Clone)]
pub(crate) struct Sandbox {
    engine: Engine,
    linker: Arc<Linker<State>>,
    /// How many more calls may run now.
    places: Arc<Semaphore>,
    surroundings: Arc<Surroundings>,
}

/// A compiled module whose imports are all there: ready to be instantiated.
#[derive(Clone)]
pub(crate) struct Program(Arc<HookModulePre<State>>);

/// How a call ended, and what it took.
pub(crate) struct Run<T> {
    pub(crate) result: Result<T, Fault>,
    pub(crate) usage: Usage,
    pub(crate) logs: Vec<LogLine>,
    /// What the host answered, if that was recorded.
    pub(crate) transcript: Option<Transcript>,
}

impl Sandbox {
    /// Makes an engine, and the thread that makes its epochs pass.
    pub(crate) fn new(capacity: &Capacity, surroundings: Surroundings) -> wasmtime::Result<Self> {
        let engine = engine::new(capacity)?;
        let mut linker = Linker::new(&engine);
        state::add_to_linker(&mut linker)?;
        Ok(Self {
            engine,
            linker: Arc::new(linker),
            places: Arc::new(Semaphore::new(capacity.concurrency as usize)),
            surroundings: Arc::new(surroundings),
        })
    }

    /// The same engine, which runs the same programs in the same places, with other surroundings.
    pub(crate) fn with(&self, surroundings: Surroundings) -> Self {
        Self {
            surroundings: Arc::new(surroundings),
            ..self.clone()
        }
    }

    /// What its calls find around themselves.
    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// Whether it can run that program.
    pub(crate) fn owns(&self, program: &Program) -> bool {
        Engine::same(&self.engine, program.0.engine())
    }

    /// Which code it can run.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.engine)
    }

    /// What of WebAssembly its modules may use.
    pub(crate) fn features(&self) -> WasmFeatures {
        self.engine.get_wasm_features()
    }

    /// Compiles a component in this process, without any limit. It can take seconds: call it where blocking is allowed.
    pub(crate) fn precompile(&self, bytes: &[u8]) -> wasmtime::Result<Vec<u8>> {
        self.engine.precompile_component(bytes)
    }

    /// Makes compiled code ready to be run. Call it where blocking is allowed.
    #[expect(
        unsafe_code,
        reason = "running machine code is what the sandbox is for; there is no safe way to load it"
    )]
    pub(crate) fn load(&self, code: &Code) -> wasmtime::Result<Program> {
        // SAFETY: `deserialize` trusts the bytes to be what wasmtime's compiler made. A `Code` is made only by the room
        // `modules::compile`, of what a compiler that this process chose and started has answered, through a pipe that
        // nobody else holds, or of a file that carries a MAC by a key that only this user can read. That the code is for
        // this very engine wasmtime checks by itself. The bytes are copied, so nobody can change them afterwards.
        let component = unsafe { Component::deserialize(&self.engine, code.as_bytes()) }?;
        let pre = self.linker.instantiate_pre(&component)?;
        Ok(Program(Arc::new(HookModulePre::new(pre)?)))
    }

    /// Asks a module what it is. No import answers.
    pub(crate) async fn describe(&self, program: &Program, limits: &Limits) -> Run<types::Description> {
        let run = self.run(program, limits, Phase::Describe, async |store, module| {
            module.call_describe(store).await
        });
        run.await.0
    }

    /// Lets a module ask for its subscriptions. They are in the returned enrolment, and nowhere else yet.
    pub(crate) async fn register(
        &self,
        program: &Program,
        limits: &Limits,
        settings: Arc<Settings>,
        enrolment: Enrolment,
    ) -> (Run<Result<(), types::Error>>, Option<Enrolment>) {
        let module_id = enrolment.module_id();
        let phase = Phase::Register { settings, enrolment };
        let (run, state) = self
            .run(program, limits, phase, async |store, module| {
                module.call_register_hooks(store, module_id).await
            })
            .await;
        (run, state.and_then(State::into_enrolment))
    }

    /// Delivers an event, marked with `tlp`, to a module.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another part of the event, or of what the module may take"
    )]
    pub(crate) async fn handle(
        &self,
        program: &Program,
        limits: &Limits,
        settings: Arc<Settings>,
        access: Arc<Access>,
        tlp: Option<Tlp>,
        recording: Recording,
        event: &types::Event,
    ) -> Run<Result<types::Answer, types::Error>> {
        let secrets = access.secrets.clone();
        let run = self.run(
            program,
            limits,
            Phase::Handle {
                settings,
                access,
                tlp,
                recording,
            },
            async |store, module| module.call_hooks_handler(store, event).await,
        );
        let (mut run, state) = run.await;
        if let Ok(answer) = &mut run.result {
            secrets.redact_answer(answer);
        }
        run.transcript = state.as_ref().and_then(|state| state.tape.take());
        if let Some(refusal) = state.and_then(|state| state.refusals.take()) {
            // A module that copes with a refusal has not failed.
            run.result = match run.result {
                Err(fault @ Fault::Trap { .. }) => Err(refusal.behind(&fault)),
                Ok(Err(error)) => Err(refusal.behind(&Fault::from(error))),
                other => other,
            };
        }
        run
    }

    /// What of a module's exports has not the types of the contract, if anything. Wasmtime tells it only of an instance.
    pub(crate) async fn misfit(&self, program: &Program, limits: &Limits) -> Option<String> {
        let run = self.run_in(limits, Phase::Describe, async |store| {
            // What goes wrong here goes wrong again when the module is described, and is told then.
            let instance = program.0.instance_pre().instantiate_async(&mut *store).await?;
            Ok(HookModule::new(store, &instance).err())
        });
        let misfit = run.await.0.result.ok().flatten();
        misfit.map(|error| format!("{error:#}"))
    }

    async fn run<T>(
        &self,
        program: &Program,
        limits: &Limits,
        phase: Phase,
        call: impl AsyncFnOnce(&mut Store<State>, &exported::Guest) -> wasmtime::Result<T>,
    ) -> (Run<T>, Option<State>) {
        self.run_in(limits, phase, async |store| {
            let instance: HookModule = program.0.instantiate_async(&mut *store).await?;
            call(store, instance.sclera_hooks_module()).await
        })
        .await
    }

    /// Does something in a fresh store, within the limits.
    async fn run_in<T>(
        &self,
        limits: &Limits,
        phase: Phase,
        work: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> (Run<T>, Option<State>) {
        let Ok(_place) = self.places.acquire().await else {
            let reason = "it is shutting down".to_owned();
            return (Run::not_started(Fault::Host { reason }), None);
        };
        let state = State::new(phase, limits, &self.surroundings);
        let stopped = state.stopped.clone();
        let tape = state.tape.clone();
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.memory);
        // What a call may make the host copy out of its memory; a list of a million references to one long string
        // would otherwise become a million strings here.
        store.set_hostcall_fuel(limits.host_call);

        let started = Instant::now();
        // On stopped clocks, the deadline is where the module sees it; how fast this machine computes is nothing to it.
        let deadline = match stopped {
            None => started + limits.deadline,
            Some(_) => started + limits.deadline.max(PATIENCE),
        };
        let is_stopped = stopped.is_some();
        let armed = store.set_fuel(limits.fuel);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            if Instant::now() >= deadline {
                Err(DeadlineReached.into())
            } else if is_stopped {
                // Where the thread is given back depends on the machine, and what others do meanwhile would, too.
                Ok(UpdateDeadline::Continue(1))
            } else {
                Ok(UpdateDeadline::Yield(1))
            }
        });
        let work = async {
            armed?;
            work(&mut store).await
        };
        let overdue = async {
            match &stopped {
                None => std::future::pending().await,
                Some(clock) => clock.overdue().await,
            }
        };
        let result = tokio::select! {
            biased;
            ended = tokio::time::timeout_at(deadline.into(), work) => ended.unwrap_or_else(|_| Err(DeadlineReached.into())),
            () = overdue => Err(DeadlineReached.into()),
            () = tape.overdue() => Err(DeadlineReached.into()),
        };

        let usage = Usage {
            fuel: limits.fuel - store.get_fuel().unwrap_or_default().min(limits.fuel),
            duration: started.elapsed(),
            peak_memory: store.data().memory.peak(),
        };
        let mut state = store.into_data();
        let logs = state.log.take();
        let result = result.map_err(|error| fault_of(&error, limits, &state.memory, &logs));
        (
            Run {
                result,
                usage,
                logs,
                transcript: None,
            },
            Some(state),
        )
    }
}

impl<T> Run<T> {
    fn not_started(fault: Fault) -> Self {
        Self {
            result: Err(fault),
            usage: Usage {
                fuel: 0,
                duration: Duration::ZERO,
                peak_memory: 0,
            },
            logs: Vec::new(),
            transcript: None,
        }
    }
}
