//! The command line, used as a person, a script and a hostile module use it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

mod bench;
mod build;
mod deliveries;
mod doctor;
mod exit_codes;
mod folder;
mod help;
mod hooks;
mod inspect;
mod json;
mod new;
mod redaction;
mod reference;
mod replay;
mod review;
mod terminal;
mod test;
mod test_load;
mod tune;
mod watch;
