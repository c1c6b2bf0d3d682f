//! The broker and the database: killed in a moment, started again in seconds, while everything else goes on.

use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Result, anyhow};

use crate::services::{PostgresCluster, RabbitNode};

/// What can be killed and started again.
pub(super) trait Mortal: Send + 'static {
    fn kill9(&mut self) -> Result<()>;
    fn start_again(&mut self) -> Result<()>;
}

impl Mortal for RabbitNode {
    fn kill9(&mut self) -> Result<()> {
        Self::kill9(self)
    }

    fn start_again(&mut self) -> Result<()> {
        Self::start_again(self)
    }
}

impl Mortal for PostgresCluster {
    fn kill9(&mut self) -> Result<()> {
        Self::kill9(self)
    }

    fn start_again(&mut self) -> Result<()> {
        Self::start_again(self)
    }
}

/// A service that others use while it comes and goes.
pub(super) struct Service<M> {
    mortal: Arc<Mutex<M>>,
    coming_back: Option<JoinHandle<Result<()>>>,
}

impl<M: Mortal> Service<M> {
    pub(super) fn new(mortal: M) -> Self {
        Self {
            mortal: Arc::new(Mutex::new(mortal)),
            coming_back: None,
        }
    }

    /// Kills it, and has it come back after a while. False if it is not back yet from the last time.
    pub(super) fn kill9(&mut self, away: Duration) -> Result<bool> {
        if self.coming_back.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return Ok(false);
        }
        self.wait_until_back()?;
        self.with(M::kill9)?;
        let mortal = self.mortal.clone();
        self.coming_back = Some(std::thread::spawn(move || {
            std::thread::sleep(away);
            mortal.lock().unwrap_or_else(PoisonError::into_inner).start_again()
        }));
        Ok(true)
    }

    /// Does something with it, if it is there now.
    pub(super) fn with<T: Default>(&self, act: impl FnOnce(&mut M) -> Result<T>) -> Result<T> {
        match self.mortal.try_lock() {
            Ok(mut mortal) => act(&mut mortal),
            Err(TryLockError::Poisoned(poisoned)) => act(&mut poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Ok(T::default()),
        }
    }

    pub(super) fn wait_until_back(&mut self) -> Result<()> {
        match self.coming_back.take() {
            Some(thread) => thread
                .join()
                .map_err(|_| anyhow!("starting a service again panicked"))?,
            None => Ok(()),
        }
    }
}
