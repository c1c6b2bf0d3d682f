//! The book itself, by mdBook.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::cargo;

/// The version of mdBook.
const MDBOOK: &str = "0.5.4";

/// Builds it, and returns its folder.
pub fn build() -> Result<PathBuf> {
    // Without what serves and watches, it takes a third of the time to build.
    let mdbook = cargo::installed("mdbook", MDBOOK, &["--no-default-features", "--features", "search"])?;
    let built = cargo::target().join("book");
    let mut build = Command::new(mdbook);
    build
        .arg("build")
        .arg(cargo::root().join("docs"))
        .arg("--dest-dir")
        .arg(&built);
    cargo::succeed(&mut build)?;
    Ok(built)
}
