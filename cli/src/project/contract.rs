//! The contract that this program was built with: the text of `wit/`, read.

use std::collections::BTreeMap;

use wit_parser::{Resolve, SourceMap, UnresolvedPackageGroup};

use super::component::ComponentError;
use super::sdk;

/// The world that a module is built for.
pub(crate) const WORLD: &str = "sclera:hooks/hook-module@1.0.0";

/// Reads the contract, and packages besides: each a file.
pub(crate) fn resolve(more: &[(&str, &str)]) -> Result<Resolve, ComponentError> {
    // A package is a folder: the contract's own is `wit/` itself, and those that it names are in `wit/deps/`.
    let mut folders: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (path, text) in sdk::WIT {
        let text = std::str::from_utf8(text).map_err(|fault| ComponentError::Contract(format!("{path}: {fault}")))?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push((path, text));
    }
    let own = parse(&folders.remove("").unwrap_or_default())?;
    let mut packages = Vec::new();
    for files in folders.values().map(Vec::as_slice).chain(more.chunks(1)) {
        packages.push(parse(files)?);
    }
    let mut resolve = Resolve::default();
    resolve
        .push_groups(own, packages)
        .map_err(|fault| ComponentError::Contract(fault.to_string()))?;
    Ok(resolve)
}

fn parse(files: &[(&str, &str)]) -> Result<UnresolvedPackageGroup, ComponentError> {
    let mut source = SourceMap::new();
    for (path, text) in files {
        source.push_str(path, *text);
    }
    source
        .parse()
        .map_err(|(_, fault)| ComponentError::Contract(fault.to_string()))
}
