//! Side-by-side measurements: see `benches/`. Run them with `cargo xtask bench`.
