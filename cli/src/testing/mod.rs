//! Hermetic tests for a module in any language, from files of cases.
//!
//! A case says what happens and what is expected of the module. `file` reads cases, `case` is what one can say, `keys` knows
//! the words. `bench` runs them: the module is compiled once, and each case has a host of its own beside the one that
//! compiled it, with stopped clocks, seeded chance and `fixtures` in the place of the network. `expect` says what differs,
//! `exact` compares JSON to the last digit. `snapshot` and `fuel` keep what was accepted, `junit` tells other programs.

mod bench;
mod case;
mod exact;
mod expect;
mod file;
mod fixtures;
mod fuel;
mod granting;
mod junit;
mod keys;
mod record;
mod run;
mod snapshot;

pub(crate) use bench::{Bench, Ended, Verdict};
pub(crate) use expect::Detail;
pub(crate) use file::{CaseFile, find_files, read_all};
pub(crate) use fuel::{Fuel, FuelFile};
pub(crate) use junit::report as junit_report;
