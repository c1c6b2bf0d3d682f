//! One instance in a store of its own: made for one delivery, and never used again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::{Engine, Store, UpdateDeadline};

use super::Program;
use super::profile::Profile;
use super::state::{Armed, State};
use super::verdict::DeadlineReached;
use crate::catalog::Tlp;
use crate::contract::{HookModule, exported};
use crate::limits::Limits;
use crate::surroundings::PATIENCE;

/// A store, and the instance in it once it is made.
pub(super) struct Cell {
    store: Store<State>,
    module: Option<HookModule>,
    /// Fuel that was used so far, by its making and by its call.
    spent: u64,
}

/// What of a module's exports has not the types of the contract.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misfit(String);

impl Cell {
    /// A store with every guard in its place. None is armed before [`within`](Self::within). What its code does is told to
    /// `profile` at each epoch.
    pub(super) fn new(engine: &Engine, state: State, profile: Option<Arc<Profile>>) -> Self {
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(move |store| {
            if let Some(profile) = &profile {
                profile.sample(&store);
            }
            let Armed { deadline, keeps_thread } = store.data().armed;
            if Instant::now() >= deadline {
                Err(DeadlineReached.into())
            } else if keeps_thread {
                // Where the thread is given back depends on the machine, and what others do meanwhile would, too.
                Ok(UpdateDeadline::Continue(1))
            } else {
                Ok(UpdateDeadline::Yield(1))
            }
        });
        Self {
            store,
            module: None,
            spent: 0,
        }
    }

    /// Does some work in it, within the limits. Also says how long that took.
    pub(super) async fn within<T>(
        &mut self,
        limits: &Limits,
        work: impl AsyncFnOnce(&mut Self) -> wasmtime::Result<T>,
    ) -> (wasmtime::Result<T>, Duration) {
        let started = Instant::now();
        let stopped = self.state().stopped.clone();
        let tape = self.state().tape.clone();
        // On stopped clocks, the deadline is where the module sees it; how fast this machine computes is nothing to it.
        let deadline = match stopped {
            None => started + limits.deadline,
            Some(_) => started + limits.deadline.max(PATIENCE),
        };
        self.state_mut().armed = Armed {
            deadline,
            keeps_thread: stopped.is_some(),
        };
        let fuel = limits.fuel.saturating_sub(self.spent);
        let armed = self.store.set_fuel(fuel);
        self.store.set_epoch_deadline(1);
        // What a call may make the host copy out of its memory; a list of a million references to one long string
        // would otherwise become a million strings here.
        self.store.set_hostcall_fuel(limits.host_call);

        let work = async {
            armed?;
            work(self).await
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
        self.spent += fuel.saturating_sub(self.store.get_fuel().unwrap_or_default());
        (result, started.elapsed())
    }

    /// Makes the instance. Its own code may run already, as far as it runs before it is called. Only of an instance does
    /// wasmtime tell what of the exports has not the types of the contract.
    pub(super) async fn instantiate(&mut self, program: &Program) -> wasmtime::Result<Result<(), Misfit>> {
        let instance = program.0.pre.instantiate_async(&mut self.store).await?;
        Ok(match program.0.exports.load(&mut self.store, &instance) {
            Ok(module) => {
                self.module = Some(module);
                Ok(())
            }
            Err(error) => Err(Misfit(format!("{error:#}"))),
        })
    }

    /// Lets it see one event, marked with `tlp`, under `limits`. Says no if it has taken more than these allow already.
    pub(super) fn open(&mut self, limits: &Limits, tlp: Option<Tlp>) -> bool {
        self.spent <= limits.fuel && self.store.data_mut().open(limits, tlp)
    }

    /// Its store, and what it exports.
    pub(super) fn parts(&mut self) -> wasmtime::Result<(&mut Store<State>, &exported::Guest)> {
        let module = self.module.as_ref().map(HookModule::sclera_hooks_module);
        let module = module.ok_or_else(|| wasmtime::Error::msg("it was called before it was made"))?;
        Ok((&mut self.store, module))
    }

    pub(super) fn state(&self) -> &State {
        self.store.data()
    }

    pub(super) fn state_mut(&mut self) -> &mut State {
        self.store.data_mut()
    }

    pub(super) fn into_state(self) -> State {
        self.store.into_data()
    }

    /// Fuel that was used so far.
    pub(super) fn spent(&self) -> u64 {
        self.spent
    }
}
