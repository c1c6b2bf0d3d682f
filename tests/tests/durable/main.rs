//! What outlives its process: queue, ledger, outbox.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

mod ledger;
mod outbox;
