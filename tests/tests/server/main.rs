//! The example server with modules in it, as its clients see it: every hook at its moment, and what modules make of a
//! request.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

mod actions;
mod client;
mod faults;
mod menu;
mod moments;
mod preload;
mod requests;
