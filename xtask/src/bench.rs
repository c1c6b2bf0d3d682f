//! `cargo xtask bench`.

use anyhow::Result;

use crate::{cargo, modules};

pub fn run() -> Result<()> {
    modules::build()?;
    cargo::run(["bench", "--locked", "--package", "sclera-benches"])
}
