//! The contract that this program was built with: the text of `wit/`.

use std::collections::BTreeMap;

use wit_parser::{Resolve, SourceMap, UnresolvedPackageGroup};

use super::component::ComponentError;
use super::sdk;

/// Reads the contract, and packages besides.
pub(crate) fn resolve(more: &[(&str, &str)]) -> Result<Resolve, ComponentError> {
    // By folder, which is a package; that of the contract itself is the first.
    let mut packages = BTreeMap::<&str, Vec<(&str, &str)>>::new();
    for (path, content) in sdk::WIT {
        let text = std::str::from_utf8(content).map_err(unreadable)?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        packages.entry(folder).or_default().push((path, text));
    }
    let hooks = parse(&packages.remove("").unwrap_or_default())?;
    let others = packages.into_values().chain(more.chunks(1).map(<[_]>::to_vec));
    let others = others.map(|files| parse(&files)).collect::<Result<_, _>>()?;
    let mut resolve = Resolve::default();
    resolve.push_groups(hooks, others).map_err(unreadable)?;
    Ok(resolve)
}

fn parse(files: &[(&str, &str)]) -> Result<UnresolvedPackageGroup, ComponentError> {
    let mut source = SourceMap::new();
    for (path, text) in files {
        source.push_str(path, *text);
    }
    source.parse().map_err(|(_, fault)| unreadable(fault))
}

fn unreadable(fault: impl std::fmt::Display) -> ComponentError {
    ComponentError::BuiltIn(fault.to_string())
}
