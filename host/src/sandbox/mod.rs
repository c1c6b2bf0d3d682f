//! Runs one call into one module: a fresh instance, with limits on everything that it can take.
//!
//! The instance is a [`cell`]: a store with all guards, for one call. Where it can, it was made ahead (`stock`), and it is cleared
//! away afterwards, so that nobody waits for either: by the thread that has used the one before, when it has nothing else to do
//! (`errands`), or by one that is there for that (`steward`).
//!
//! Three limits end a call, because none of them sees everything. *Fuel* bounds the work of the guest's own code and
//! does not depend on the machine. The *epoch* makes guest code that runs for long give the thread back every few
//! milliseconds and ends it at the deadline. The *outer timeout* ends a call that waits in a host function, where no
//! guest code runs that could be interrupted. The deadline is armed just before the call: waiting for a free place is
//! not the module's fault.

mod cell;
mod engine;
mod errands;
mod fingerprint;
mod memory;
mod pages;
mod profile;
mod programs;
mod pulse;
mod state;
mod steward;
mod stock;
mod verdict;

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use wasmparser::WasmFeatures;
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

use crate::capabilities::config::Settings;
use crate::capabilities::log::LogLine;
use crate::capabilities::registry::Enrolment;
use crate::capabilities::transcript::{Recording, Transcript};
use crate::catalog::Tlp;
use crate::contract::{HookModuleIndices, types};
use crate::delivery::Usage;
use crate::fault::Fault;
use crate::limits::{Capacity, Limits};
use crate::modules::{Code, Kept};
use crate::surroundings::Surroundings;
use cell::Cell;
pub(crate) use cell::Misfit;
pub(crate) use engine::engine_for_compiling;
use errands::ERRANDS;
pub(crate) use fingerprint::Fingerprint;
pub use profile::ProfileError;
use programs::Programs;
use pulse::{EPOCH, Pulse, SHORTEST_EPOCH};
use state::Phase;
pub(crate) use state::State;
pub use steward::Instances;
use steward::Steward;
pub(crate) use stock::Stock;
use verdict::fault_of;

/// Compiles modules, and runs calls into them. Clones are the same sandbox.
#[derive(Clone)]
pub(crate) struct Sandbox {
    engine: Engine,
    linker: Arc<Linker<State>>,
    /// How many more calls may run now.
    places: Arc<Semaphore>,
    surroundings: Arc<Surroundings>,
    /// How often it is looked at what the code of modules does, if it is.
    profile_every: Option<Duration>,
    programs: Arc<Programs>,
    pulse: Arc<Pulse>,
    steward: Arc<Steward>,
    /// How many more used instances may wait for the threads that used them.
    errands: Arc<Semaphore>,
}

/// A compiled module whose imports are all there: ready to be instantiated.
#[derive(Clone)]
pub(crate) struct Program(Arc<Linked>);

/// What makes instances of a program, and where their exports are.
struct Linked {
    pre: InstancePre<State>,
    exports: HookModuleIndices,
}

/// How a call ended, and what it took.
pub(crate) struct Run<T> {
    pub(crate) result: Result<T, Fault>,
    pub(crate) usage: Usage,
    pub(crate) logs: Vec<LogLine>,
    /// What the host answered, if that was recorded.
    pub(crate) transcript: Option<Transcript>,
}

impl Sandbox {
    /// Makes an engine, and its two threads: one makes its epochs pass, the other makes instances ahead.
    pub(crate) fn new(
        capacity: &Capacity,
        surroundings: Arc<Surroundings>,
        profile_every: Option<Duration>,
    ) -> wasmtime::Result<Self> {
        let engine = engine::new(capacity)?;
        let mut linker = Linker::new(&engine);
        state::add_to_linker(&mut linker)?;
        let steward = Steward::start(capacity)?;
        let desk = steward.desk();
        let epoch = profile_every.map_or(EPOCH, |every| every.clamp(SHORTEST_EPOCH, EPOCH));
        let pulse = Pulse::start(engine.weak(), epoch, move || desk.remind())?;
        Ok(Self {
            engine,
            profile_every,
            programs: Arc::default(),
            pulse: Arc::new(pulse),
            steward: Arc::new(steward),
            errands: Arc::new(Semaphore::new(ERRANDS as usize)),
            linker: Arc::new(linker),
            places: Arc::new(Semaphore::new(capacity.concurrency as usize)),
            surroundings,
        })
    }

    /// The same engine, which runs the same programs in the same places, with other surroundings; what the code of modules
    /// does is looked at by itself, too, at the engine's epochs.
    pub(crate) fn with(&self, surroundings: Arc<Surroundings>, profile_every: Option<Duration>) -> Self {
        Self {
            surroundings,
            profile_every,
            ..self.clone()
        }
    }

    /// How its instances fare.
    pub(crate) fn instances(&self) -> Instances {
        self.steward.instances()
    }

    /// Whether it can run that program.
    pub(crate) fn owns(&self, program: &Program) -> bool {
        Engine::same(&self.engine, program.0.pre.engine())
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

    /// The program of that digest, if anybody has it.
    pub(crate) fn program(&self, digest: &str) -> Option<Program> {
        self.programs.get(digest)
    }

    /// Makes the compiled code of a component with that digest ready to be run. Call it where blocking is allowed.
    #[expect(
        unsafe_code,
        reason = "running machine code is what the sandbox is for; there is no safe way to load it"
    )]
    pub(crate) fn load(&self, code: &Code, digest: &str) -> wasmtime::Result<Program> {
        // SAFETY: `deserialize` trusts the bytes to be what wasmtime's compiler made. A `Code` is made only by the room
        // `modules::compile`, of what a compiler that this process chose and started has answered, through a pipe that
        // nobody else holds, or of a file that carries a MAC by a key that only this user can read. That the code is for
        // this very engine wasmtime checks by itself. Bytes in memory are copied. A file is mapped: the very one that was
        // authenticated, which is open, is never written to again, and can be written to only by this user, who could as
        // well write into this process.
        let component = unsafe {
            match code.kept() {
                Kept::Bytes(bytes) => Component::deserialize(&self.engine, bytes),
                Kept::File(file) => Component::deserialize_file(&self.engine, path_of(file)),
            }
        }?;
        let pre = self.linker.instantiate_pre(&component)?;
        let exports = HookModuleIndices::new(&pre)?;
        let program = Program(Arc::new(Linked { pre, exports }));
        self.programs.put(digest, &program);
        Ok(program)
    }

    /// Asks a module what it is, if its exports have the types of the contract: else gives what of them has not. No import
    /// answers.
    pub(crate) async fn describe(&self, program: &Program, limits: &Limits) -> Run<Result<types::Description, Misfit>> {
        let described = self.run_in(limits, Phase::Describe, async |cell| {
            if let Err(misfit) = cell.instantiate(program).await? {
                return Ok(Err(misfit));
            }
            let (store, module) = cell.parts()?;
            module.call_describe(store).await.map(Ok)
        });
        described.await.0
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
            .run_in(limits, phase, async |cell| {
                cell.instantiate(program).await??;
                let (store, module) = cell.parts()?;
                module.call_register_hooks(store, module_id).await
            })
            .await;
        (run, state.and_then(State::into_enrolment))
    }

    /// Delivers an event, marked with `tlp`, to a module.
    pub(crate) async fn handle(
        &self,
        stock: &Arc<Stock>,
        limits: &Limits,
        tlp: Option<Tlp>,
        recording: Recording,
        event: types::Event<'_>,
    ) -> Run<Result<types::Answer, types::Error>> {
        let Ok(_place) = self.places.acquire().await else {
            return Run::not_started();
        };
        let _beating = self.pulse.beat();
        let ahead = stock.take(&recording);
        let ahead = ahead.and_then(|mut cell| cell.open(limits, tlp).then_some(cell));
        let is_made = ahead.is_some();
        let mut cell = ahead.unwrap_or_else(|| stock.cell(limits, recording));
        let called = cell.within(limits, async |cell| {
            if !is_made {
                cell.instantiate(stock.program()).await??;
                // What it may not have taken yet is refused to it while it takes more.
                cell.open(limits, tlp);
            }
            let (store, module) = cell.parts()?;
            module.call_hooks_handler(store, event).await
        });
        let called = called.await;
        let mut run = Run::of(called, &mut cell, limits);
        if let Ok(answer) = &mut run.result {
            stock.access().secrets.redact_answer(answer);
        }
        let state = cell.state_mut();
        run.transcript = state.tape.take();
        if let Some(refusal) = state.refusals.take() {
            // A module that copes with a refusal has not failed.
            run.result = match run.result {
                Err(fault @ Fault::Trap { .. }) => Err(refusal.behind(&fault)),
                Ok(Err(error)) => Err(refusal.behind(&Fault::from(error))),
                other => other,
            };
        }
        state.close();
        stock.renew(cell);
        run
    }

    /// Does something in a fresh store, within the limits.
    async fn run_in<T>(
        &self,
        limits: &Limits,
        phase: Phase,
        work: impl AsyncFnOnce(&mut Cell) -> wasmtime::Result<T>,
    ) -> (Run<T>, Option<State>) {
        let Ok(_place) = self.places.acquire().await else {
            return (Run::not_started(), None);
        };
        let _beating = self.pulse.beat();
        let mut cell = Cell::new(&self.engine, State::new(phase, limits, &self.surroundings), None);
        let called = cell.within(limits, work).await;
        let run = Run::of(called, &mut cell, limits);
        (run, Some(cell.into_state()))
    }
}

/// A name for a file that is open, whatever has become of the name that it was opened by.
fn path_of(file: &File) -> PathBuf {
    format!("/dev/fd/{}", file.as_raw_fd()).into()
}

impl<T> Run<T> {
    /// How a call ended that took `duration`.
    fn of((result, duration): (wasmtime::Result<T>, Duration), cell: &mut Cell, limits: &Limits) -> Self {
        let fuel = cell.spent();
        let state = cell.state_mut();
        let logs = state.log.take();
        Self {
            result: result.map_err(|error| fault_of(&error, limits, &state.memory, &logs)),
            usage: Usage {
                fuel,
                duration,
                peak_memory: state.memory.peak(),
            },
            logs,
            transcript: None,
        }
    }

    fn not_started() -> Self {
        Self {
            result: Err(Fault::Host {
                reason: "it is shutting down".into(),
            }),
            usage: Usage::default(),
            logs: Vec::new(),
            transcript: None,
        }
    }
}
