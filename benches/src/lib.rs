//! Side-by-side measurements: `cargo xtask bench`, and the figures of `cargo xtask languages`.

pub mod bare;
