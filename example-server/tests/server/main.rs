//! The server as its clients see it, with no module loaded. What modules make of it is tested in `tests/` of the
//! workspace.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

mod actions;
mod client;
mod faults;
mod objects;
