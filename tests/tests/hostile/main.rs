//! The corpus of hostile modules: each ends as `tests/src/hostile` says, and the host is as it was.

#![expect(
    clippy::panic,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

mod corpus;
mod generated;
