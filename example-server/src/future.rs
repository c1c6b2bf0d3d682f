//! The future of a function that may come back to itself.

use std::pin::Pin;

/// A future on the heap, as a recursive function needs one.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
