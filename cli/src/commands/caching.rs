//! Where compiled modules are kept.

use std::path::PathBuf;

use sclera::Compiler;

use crate::args::Cache;

/// The compiler, with the cache that the user wants.
pub(super) fn with_cache(compiler: Compiler, args: &Cache) -> Compiler {
    if args.no_cache {
        return compiler;
    }
    match args.cache.clone().or_else(users_folder) {
        Some(folder) => compiler.cache(folder),
        None => compiler,
    }
}

/// As the XDG base directory specification says: a path that is not absolute does not count.
fn users_folder() -> Option<PathBuf> {
    let absolute = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(caches.join("sclera"))
}
