//! The contract that this program was built with: the text of `wit/`.

use wit_parser::{Resolve, SourceMap, UnresolvedPackageGroup};

use super::component::ComponentError;

/// The contract's own package: the files of `wit/`, with their paths in it.
pub(crate) const HOOKS: &[(&str, &str)] = &[
    ("module.wit", include_str!("../../../wit/module.wit")),
    ("registry.wit", include_str!("../../../wit/registry.wit")),
    ("types.wit", include_str!("../../../wit/types.wit")),
    ("world.wit", include_str!("../../../wit/world.wit")),
];

/// The packages that it names: the files of `wit/deps/`, each with its path in `wit/`.
pub(crate) const DEPENDENCIES: &[&[(&str, &str)]] = &[
    &[("deps/io/io.wit", include_str!("../../../wit/deps/io/io.wit"))],
    &[(
        "deps/clocks/clocks.wit",
        include_str!("../../../wit/deps/clocks/clocks.wit"),
    )],
    &[(
        "deps/random/random.wit",
        include_str!("../../../wit/deps/random/random.wit"),
    )],
    &[(
        "deps/logging/logging.wit",
        include_str!("../../../wit/deps/logging/logging.wit"),
    )],
    &[
        (
            "deps/config/store.wit",
            include_str!("../../../wit/deps/config/store.wit"),
        ),
        (
            "deps/config/world.wit",
            include_str!("../../../wit/deps/config/world.wit"),
        ),
    ],
    &[("deps/http/http.wit", include_str!("../../../wit/deps/http/http.wit"))],
    &[
        (
            "deps/keyvalue/atomic.wit",
            include_str!("../../../wit/deps/keyvalue/atomic.wit"),
        ),
        (
            "deps/keyvalue/store.wit",
            include_str!("../../../wit/deps/keyvalue/store.wit"),
        ),
    ],
];

/// The world that a module is built for.
pub(crate) const WORLD: &str = "sclera:hooks/hook-module@1.0.0";

/// Reads the contract, and packages besides.
pub(super) fn resolve(more: &[(&str, &str)]) -> Result<Resolve, ComponentError> {
    let mut resolve = Resolve::default();
    let mut packages: Vec<_> = DEPENDENCIES.to_vec();
    packages.extend(more.chunks(1));
    let packages = packages.into_iter().map(parse).collect::<Result<_, _>>()?;
    resolve
        .push_groups(parse(HOOKS)?, packages)
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
