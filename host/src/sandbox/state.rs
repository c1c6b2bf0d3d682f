//! What the host holds for one call.

use std::sync::Arc;
use std::time::Instant;

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
use crate::capabilities::wasi::{self, Began, Clocks};
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
        /// Whether it is recorded.
        recording: Recording,
    },
}

/// When the guest's code is interrupted, and what happens then.
#[derive(Clone, Copy)]
pub(super) struct Armed {
    /// When the call ends.
    pub(super) deadline: Instant,
    /// Whether it keeps its thread until then.
    pub(super) keeps_thread: bool,
}

/// The data of one call's store. It is made for the call and dropped after it.
pub(crate) struct State {
    phase: Phase,
    /// Whether it has seen its event. Nothing is to be reached before.
    is_open: bool,
    pub(super) armed: Armed,
    pub(crate) log: Log,
    pub(crate) table: ResourceTable,
    pub(super) memory: MemoryLimit,
    pub(crate) refusals: Refusals,
    pub(crate) placeholders: Arc<Placeholders>,
    /// The clocks, if they are stopped.
    pub(crate) stopped: Option<StoppedClock>,
    /// What it asks, and what it is answered.
    pub(crate) tape: Tape,
    /// When its own time begins.
    began: Began,
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
        let began = Began::default();
        let clocks = match (&phase, &stopped) {
            (Phase::Describe, _) => Clocks::Frozen,
            (_, Some(clock)) => Clocks::Stopped(clock.clone()),
            (Phase::Handle { access, .. }, None) if access.grants.fine_clocks => Clocks::Fine,
            (Phase::Register { .. } | Phase::Handle { .. }, None) => Clocks::Coarse(began.clone()),
        };
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.resources);
        let wasi = wasi::context(log.stream(Stream::Stdout), log.stream(Stream::Stderr), clocks, seed);
        let refusals = Refusals::new(log.clone());
        let (nowhere, secrets) = match &phase {
            Phase::Describe => ("no import answers while `describe` runs", Arc::default()),
            Phase::Register { .. } => ("`register-hooks` has no network", Arc::default()),
            Phase::Handle { access, .. } => ("no event has come yet", access.secrets.clone()),
        };
        log.redact(secrets.clone());
        let placeholders = Arc::new(Placeholders::new(
            secrets,
            seed.map(|seed| seed.numbers(Chance::Placeholders)),
        ));
        let outgoing = Outgoing::new(
            Reach::Nowhere(nowhere),
            placeholders.clone(),
            refusals.clone(),
            stopped.clone(),
            tape.clone(),
        );
        let http = Http::new(outgoing);
        if !matches!(phase, Phase::Handle { .. }) {
            began.now();
        }
        Self {
            phase,
            is_open: false,
            armed: Armed {
                deadline: Instant::now(),
                keeps_thread: false,
            },
            began,
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

    /// Lets it see an event that is marked with `tlp`, under `limits`. Says no if it has more than they allow already.
    pub(super) fn open(&mut self, limits: &Limits, tlp: Option<Tlp>) -> bool {
        let Phase::Handle { access, .. } = &self.phase else {
            return false;
        };
        self.http.open(Reach::Granted(access.http.clone(), tlp));
        self.is_open = true;
        self.began.now();
        self.table.set_max_capacity(limits.resources);
        self.log.open(LogLimits::of(limits));
        self.memory.allow(limits)
    }

    /// Ends everything that goes on outside of the instance's own code.
    pub(super) fn close(&mut self) {
        self.is_open = false;
        drop(std::mem::take(&mut self.table));
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
            Phase::Handle { access, .. } if self.is_open => Some(access),
            Phase::Handle { .. } | Phase::Describe | Phase::Register { .. } => None,
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
