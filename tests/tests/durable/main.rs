//! What outlives its process: queue, ledger, outbox, and the versions of modules.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

mod ledger;
mod outbox;
mod processes;
mod versions;
mod workers;
