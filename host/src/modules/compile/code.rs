//! Machine code that may be run.

/// Machine code of a component, as wasmtime's compiler made it.
///
/// The host runs what is in it, so it is made in two places only: where the compiler's answer arrives, and where the
/// cache has found that it wrote these very bytes itself.
pub(crate) struct Code(Vec<u8>);

impl Code {
    /// What a compiler answered: in this process, or in one that this process has started.
    pub(super) fn from_compiler(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What the cache has authenticated.
    pub(super) fn from_cache(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
