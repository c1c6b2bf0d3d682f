//! What the host holds for one call.

use std::sync::Arc;

use wasmtime::component::{HasSelf, Linker, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtxView, WasiHttpView};

use crate::access::Access;
use crate::capabilities::clocks::StoppedClock;
use crate::capabilities::config::Settings;
use crate::capabilities::http::{Http, Outgoing, Reach};
use crate::capabilities::log::{Log, LogLimits, Stream};
use crate::capabilities::refusal::Refusals;
use crate::capabilities::registry::Enrolment;
use crate::capabilities::secrets::Placeholders;
use crate::capabilities::tape::Tape;
use crate::capabilities::transcript::Recording;
use crate::capabilities::wasi::{self, Clocks};
use crate::catalog::Tlp;
use crate::contract::{atomics, keyvalue, logging, registry, store, types};
use crate::limits::Limits;
use crate::surroundings::{Chance, Surroundings, since_epoch};

use super::memory::MemoryLimit;

/// Which of the contract's functions is called, with what it may use.
pub(super) enum Phase {
    Describe,
    Register {
        settings: Arc<Settings>,
        enrolment: Enrolment,
    },
    Handle {
        settings: Arc<Settings>,
        access: Arc<Access>,
        /// How the event is marked.
        tlp: Option<Tlp>,
        /// Whether it is recorded.
        recording: Recording,
    },
}

/// The data of one call's store. It is made for the call and dropped after it.
pub(crate) struct State {
    phase: Phase,
    pub(crate) log: Log,
    pub(crate) table: ResourceTable,
    pub(super) memory: MemoryLimit,
    pub(crate) refusals: Refusals,
    pub(crate) placeholders: Arc<Placeholders>,
    /// The clocks, if they are stopped.
    pub(crate) stopped: Option<StoppedClock>,
    /// What it asks, and what it is answered.
    pub(crate) tape: Tape,
    wasi: WasiCtx,
    http: Http,
}

impl State {
    pub(super) fn new(mut phase: Phase, limits: &Limits, surroundings: &Surroundings) -> Self {
        let recording = match &mut phase {
            Phase::Handle { recording, .. } => std::mem::take(recording),
            Phase::Describe | Phase::Register { .. } => Recording::Off,
        };
        let tape = Tape::new(recording, surroundings.seed());
        let seed = tape.seed().or_else(|| surroundings.seed());
        let log = Log::new(LogLimits::of(limits));
        let stopped = match (&phase, surroundings.stopped_at) {
            (Phase::Describe, _) | (_, None) => None,
            (_, Some(now)) => Some(StoppedClock::new(since_epoch(now), limits.deadline)),
        };
        if let Some(clock) = &stopped {
            log.keep_time_by(clock.clone());
        }
        let clocks = match (&phase, &stopped) {
            (Phase::Describe, _) => Clocks::Frozen,
            (_, Some(clock)) => Clocks::Stopped(clock.clone()),
            (Phase::Handle { access, .. }, None) if access.grants.fine_clocks => Clocks::Fine,
            (Phase::Register { .. } | Phase::Handle { .. }, None) => Clocks::Coarse,
        };
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.resources);
        let wasi = wasi::context(log.stream(Stream::Stdout), log.stream(Stream::Stderr), clocks, seed);
        let refusals = Refusals::new(log.clone());
        let (reach, secrets) = match &phase {
            Phase::Describe => (
                Reach::Nowhere("no import answers while `describe` runs"),
                Arc::default(),
            ),
            Phase::Register { .. } => (Reach::Nowhere("`register-hooks` has no network"), Arc::default()),
            Phase::Handle { access, tlp, .. } => (Reach::Granted(access.http.clone(), *tlp), access.secrets.clone()),
        };
        log.redact(secrets.clone());
        let placeholders = Arc::new(Placeholders::new(
            secrets,
            seed.map(|seed| seed.numbers(Chance::Placeholders)),
        ));
        let outgoing = Outgoing::new(
            reach,
            placeholders.clone(),
            refusals.clone(),
            stopped.clone(),
            tape.clone(),
        );
        let http = Http::new(outgoing);
        Self {
            phase,
            log,
            refusals,
            placeholders,
            stopped,
            tape,
            http,
            table,
            memory: MemoryLimit::new(limits),
            wasi,
        }
    }

    /// The module's settings; none while `describe` runs.
    pub(crate) fn settings(&self) -> Option<&Settings> {
        match &self.phase {
            Phase::Describe => None,
            Phase::Register { settings, .. } | Phase::Handle { settings, .. } => Some(settings),
        }
    }

    /// What the module may reach; nothing unless it handles an event.
    pub(crate) fn access(&self) -> Option<&Access> {
        match &self.phase {
            Phase::Handle { access, .. } => Some(access),
            Phase::Describe | Phase::Register { .. } => None,
        }
    }

    /// What the module has asked for; none unless `register-hooks` runs.
    pub(crate) fn enrolment(&mut self) -> Option<&mut Enrolment> {
        match &mut self.phase {
            Phase::Register { enrolment, .. } => Some(enrolment),
            Phase::Describe | Phase::Handle { .. } => None,
        }
    }

    /// Whether `describe` runs, when no import answers.
    pub(crate) fn describing(&self) -> bool {
        matches!(self.phase, Phase::Describe)
    }

    pub(super) fn into_enrolment(self) -> Option<Enrolment> {
        match self.phase {
            Phase::Register { enrolment, .. } => Some(enrolment),
            Phase::Describe | Phase::Handle { .. } => None,
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        self.http.view(&mut self.table)
    }
}

/// Offers everything that a module may import.
pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    registry::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    types::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    logging::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    store::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    keyvalue::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    atomics::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    wasi::add_to_linker(linker)
}

impl types::Host for State {}
