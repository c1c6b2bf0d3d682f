//! `wasi:io/poll`: what of several things is ready first.
//!
//! That is chance, and so it is recorded. A wait for one thing only has one answer, and is recorded only while it lasts: if
//! it is still there at the end, the call ended waiting, and so does its replay.

use serde_json::json;
use wasmtime::component::{HasSelf, Linker, Resource};
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi::p2::bindings::io::poll;

use super::tape::{Given, Turn};
use crate::sandbox::State;

const POLL: &str = "wasi:io/poll.poll";
const READY: &str = "wasi:io/poll.ready";
const BLOCK: &str = "wasi:io/poll.block";

/// Offers the interface.
pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    poll::add_to_linker::<State, HasSelf<State>>(linker, |state| state)
}

impl State {
    /// Waits for one thing.
    async fn wait(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        if !self.tape.is_on() {
            return poll::HostPollable::block(&mut self.table, pollable).await;
        }
        let in_vain = self.tape.waited_in_vain(BLOCK);
        let waiting = self.tape.while_waiting(BLOCK);
        if in_vain {
            return self.tape.hang().await;
        }
        poll::HostPollable::block(&mut self.table, pollable).await?;
        waiting.forget();
        Ok(())
    }
}

impl poll::Host for State {
    async fn poll(&mut self, pollables: Vec<Resource<DynPollable>>) -> wasmtime::Result<Vec<u32>> {
        if !self.tape.is_on() || pollables.is_empty() {
            return poll::Host::poll(&mut self.table, pollables).await;
        }
        if let [pollable] = pollables.as_slice() {
            self.wait(Resource::new_borrow(pollable.rep())).await?;
            return Ok(vec![0]);
        }
        let Turn { given, place } = self.tape.ask(POLL, json!(pollables.len()));
        let ready = match given {
            Given::Unknown | Given::Nobody => poll::Host::poll(&mut self.table, pollables).await?,
            Given::Never => self.tape.hang().await,
            Given::Answer(answer) => {
                let ready: Vec<u32> = serde_json::from_value(answer).unwrap_or_default();
                // They are: everything else that is needed has been answered. But some of it takes a moment.
                for index in &ready {
                    if let Some(pollable) = pollables.get(*index as usize) {
                        let pollable = Resource::new_borrow(pollable.rep());
                        poll::HostPollable::block(&mut self.table, pollable).await?;
                    }
                }
                ready
            }
        };
        place.answer(|| json!(ready));
        Ok(ready)
    }
}

impl poll::HostPollable for State {
    async fn ready(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<bool> {
        let Turn { given, place } = self.tape.ask(READY, serde_json::Value::Null);
        let ready = match given {
            Given::Answer(answer) => {
                let ready = answer.as_bool().unwrap_or_default();
                if ready {
                    poll::HostPollable::block(&mut self.table, pollable).await?;
                }
                ready
            }
            _ => poll::HostPollable::ready(&mut self.table, pollable).await?,
        };
        place.answer(|| ready.into());
        Ok(ready)
    }

    async fn block(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        self.wait(pollable).await
    }

    fn drop(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        poll::HostPollable::drop(&mut self.table, pollable)
    }
}
