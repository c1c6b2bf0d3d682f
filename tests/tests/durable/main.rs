//! What outlives its process: queue, ledger, outbox.

mod outbox;
