//! Asynchronous deliveries: tasks of this process, bounded in number.

use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};
use tokio_util::task::TaskTracker;

use super::Pending;
use crate::catalog::Hook;
use crate::host::Host;
use crate::subscriptions::Listener;
use crate::trigger::Trigger;

/// The deliveries that are accepted but not finished.
pub(crate) struct Background {
    tasks: TaskTracker,
    room: Arc<Semaphore>,
}

impl Background {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            tasks: TaskTracker::new(),
            room: Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Waits until there is no delivery in the background.
    pub(crate) async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }
}

impl Host {
    pub(super) async fn run_in_background(
        &self,
        listener: Listener,
        hook: Arc<Hook>,
        trigger: Arc<Trigger>,
    ) -> Pending {
        let background = &self.inner.background;
        // A delivery whose actions fired this hook holds its own place: if all of them waited here for another one, none
        // would ever be free. Their number is bounded by the depth of the chain.
        let place = if trigger.causes.is_empty() {
            background.room.clone().acquire_owned().await.ok()
        } else {
            None
        };
        let id = self.inner.sandbox.surroundings().delivery();
        let module = listener.module.identity.name.clone();
        let (finish, finished) = oneshot::channel();
        let host = self.clone();
        background.tasks.spawn(async move {
            let delivery = host.react(id, &listener, &hook, &trigger).await;
            // Nobody has to wait for it.
            let _ = finish.send(Arc::new(delivery));
            drop(place);
        });
        Pending { id, module, finished }
    }
}
