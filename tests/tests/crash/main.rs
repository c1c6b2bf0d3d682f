//! Nothing that was accepted is lost, whatever is killed.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

mod services;
mod short;
