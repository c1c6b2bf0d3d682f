//! Side-by-side measurements: `cargo xtask bench`, and the figures of `cargo xtask languages`.
//!
//! # How it is measured
//!
//! A *group* measures one question: what a preload costs, or a chain of them. It gives *samples*: what one *way* to do
//! something took, such as bare wasmtime or the host. A run makes several *passes*. In each, every group has a process of
//! its own, so that none of them feels the memory, the threads and the luck of another one. A *row* is the median of a
//! sample over all passes, and its spread says how far they were apart, and so how far two runs may be. Ratios are taken
//! within a pass, where both sides had the same machine in the same mood, and then treated alike.
//!
//! Within a group, the ways are taken in turn, round by round, so that what the machine does meanwhile hits all of them
//! alike. After each call there is a pause, the same for every way: a server's requests are not back to back, and the host
//! uses the time between them to make the next instance. Without a pause, the refill would be measured, not the request.
//! How much can be done without a pause is another question, and has rows of its own, in deliveries a second. The pause
//! keeps the processor busy, so that no way pays for waking it up.

pub mod bare;
mod compare;
mod extent;
mod group;
mod groups;
mod guest;
mod hosts;
mod many;
mod model;
mod passes;
mod plot;
mod rounds;
mod sample;
mod table;

pub use compare::{Comparison, compare};
pub use extent::Extent;
pub use group::{Context, Group};
pub use guest::Language;
pub use model::{Floor, Quantiles, Ratio, Report, Row, Section, Unit};
pub use passes::Run;
pub use plot::draw;
pub use sample::Sample;
pub use table::{differences, of as table};
