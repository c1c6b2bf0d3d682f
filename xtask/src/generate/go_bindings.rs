//! The Go SDK's bindings, from `wit/`, by `wit-bindgen-go`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;
use wit_bindgen_go::{Format, Opts};

use crate::cargo;

/// The package of the bindings, and the one that the exports call.
const BINDINGS: &str = "sclera/internal/bindings";
const EXPORTS: &str = "sclera/internal/exports";

pub fn files() -> Result<Vec<(PathBuf, String)>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(cargo::root().join("wit"))?;
    let world = resolve.select_world(&[package], Some("hook-module"))?;
    let options = Opts {
        format: Format::False,
        pkg_name: Some(BINDINGS.to_owned()),
        export_pkg_name: Some(EXPORTS.to_owned()),
        ..Opts::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    let mut bindings = Vec::new();
    for (name, content) in files.iter() {
        let text = std::str::from_utf8(content).with_context(|| format!("{name} is not text"))?;
        bindings.push((
            format!("guest-sdk/go/internal/bindings/{name}").into(),
            adapted(name, text),
        ));
    }
    Ok(bindings)
}

/// The runtime package is the SDK's own copy, and WebAssembly's functions are there in WebAssembly only.
fn adapted(name: &str, text: &str) -> String {
    let text = text.replace("go.bytecodealliance.org/pkg/wit/", "sclera/internal/wit/");
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n") + "\n";
    if name.ends_with(".go") {
        format!("//go:build wasip1\n\n{text}")
    } else {
        text
    }
}
