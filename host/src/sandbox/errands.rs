//! What a thread does for the next call once nobody waits for it: clears the instance away that it has used, and makes another.
//!
//! The steward could do both. But then the next call finds memory that another processor has written last, and to fetch that
//! is most of what such a call takes. What takes long is for the steward in any case, because a thread of the caller's runtime
//! may soon have something better to do; and so is everything, when a thread comes to nothing else than calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;

use super::cell::Cell;
use super::stock::Stock;

/// Used instances that wait for the threads that used them, at most.
pub(super) const ERRANDS: u32 = 32;
/// So many for one thread. When there are more, they are all for the steward.
const OF_ONE_THREAD: usize = 4;

thread_local! {
    static OWN: Arc<Mutex<Errands>> = Arc::default();
}

/// What waits for one thread.
#[derive(Default)]
struct Errands {
    used: Vec<Used>,
    /// Whether somebody does it. There is one task for all of it: of a second one, the thread's runtime would tell another
    /// thread, and wake it for that.
    is_under_way: bool,
    are_too_many: bool,
}

struct Used {
    cell: Cell,
    stock: Arc<Stock>,
    _place: OwnedSemaphorePermit,
}

/// Lets this thread clear a used instance away and make another one of the same stock, when it has nothing else to do; or the
/// steward, if there are enough of them.
pub(super) fn leave(stock: &Arc<Stock>, cell: Cell, places: &Arc<Semaphore>) {
    let Some(runtime) = nearby() else {
        return stock.clear_away(cell);
    };
    let errands = OWN.with(Arc::clone);
    let mut own = lock(&errands);
    if own.used.len() == OF_ONE_THREAD {
        own.are_too_many = true;
        let used = std::mem::take(&mut own.used);
        drop(own);
        used.into_iter().for_each(|used| used.stock.clear_away(used.cell));
        return stock.clear_away(cell);
    }
    let place = match own.are_too_many {
        true => None,
        false => places.clone().try_acquire_owned().ok(),
    };
    let Some(place) = place else {
        drop(own);
        return stock.clear_away(cell);
    };
    own.used.push(Used {
        cell,
        stock: stock.clone(),
        _place: place,
    });
    let is_under_way = std::mem::replace(&mut own.is_under_way, true);
    drop(own);
    if !is_under_way {
        let mut doing = Doing {
            errands,
            is_over: false,
        };
        runtime.spawn(async move {
            while let Some(Used { cell, stock, _place }) = doing.next() {
                drop(cell);
                stock.restock().await;
            }
        });
    }
}

/// The runtime of this thread, if it can be given something to do without waking anybody.
fn nearby() -> Option<Handle> {
    let runtime = Handle::try_current().ok()?;
    let is_own = task::try_id().is_some() || runtime.runtime_flavor() == RuntimeFlavor::CurrentThread;
    is_own.then_some(runtime)
}

/// Does what waits for a thread.
struct Doing {
    errands: Arc<Mutex<Errands>>,
    is_over: bool,
}

impl Doing {
    fn next(&mut self) -> Option<Used> {
        let mut own = lock(&self.errands);
        let next = own.used.pop();
        if next.is_none() {
            *own = Errands::default();
            self.is_over = true;
        }
        next
    }
}

/// A runtime that ends does not come to its end. Then nothing waits any more, either.
impl Drop for Doing {
    fn drop(&mut self) {
        if !self.is_over {
            let left = std::mem::take(&mut *lock(&self.errands));
            drop(left);
        }
    }
}

fn lock(errands: &Mutex<Errands>) -> MutexGuard<'_, Errands> {
    // Nothing that is done while it is held can panic half way.
    errands.lock().unwrap_or_else(PoisonError::into_inner)
}
