//! Machine code that may be run.

use std::fs::File;

/// Machine code of a component, as wasmtime's compiler made it.
///
/// The host runs what is in it, so it is made in two places only: where the compiler's answer arrives, and where the
/// cache has found that it wrote these very bytes itself.
pub(crate) struct Code(Kept);

/// Where it is.
pub(crate) enum Kept {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file, and in nobody else's hands. Something that is no code may come after it.
    File(File),
}

impl Code {
    /// What a compiler answered: in this process, or in one that this process has started.
    pub(super) fn from_compiler(bytes: Vec<u8>) -> Self {
        Self(Kept::Bytes(bytes))
    }

    /// What the cache has authenticated.
    pub(super) fn from_cache(file: File) -> Self {
        Self(Kept::File(file))
    }

    pub(crate) fn kept(&self) -> &Kept {
        &self.0
    }
}
