//! Where a module's bytes come from.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::load::LoadFault;

/// A module that is to be loaded: a file, or bytes.
#[derive(Clone, Debug)]
pub struct ModuleSource {
    bytes: Bytes,
    config: Option<Value>,
}

#[derive(Clone, Debug)]
enum Bytes {
    File(PathBuf),
    Memory(Vec<u8>),
}

impl ModuleSource {
    /// A `.wasm` file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            bytes: Bytes::File(path.into()),
            config: None,
        }
    }

    /// The content of a `.wasm` file.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: Bytes::Memory(bytes.into()),
            config: None,
        }
    }

    /// The module's configuration, a JSON object. Without it, the module gets what
    /// [`HostBuilder::configure`](crate::HostBuilder::configure) has for its name.
    pub fn config(mut self, config: impl Into<Value>) -> Self {
        self.config = Some(config.into());
        self
    }

    /// What a person calls it.
    pub(super) fn origin(&self) -> String {
        match &self.bytes {
            Bytes::File(path) => path.display().to_string(),
            Bytes::Memory(bytes) => format!("<{} bytes>", bytes.len()),
        }
    }

    pub(super) fn into_parts(self, limit: u64) -> Result<(Vec<u8>, Option<Value>), LoadFault> {
        let bytes = match self.bytes {
            Bytes::File(path) => read(&path, limit)?,
            Bytes::Memory(bytes) if bytes.len() as u64 > limit => return Err(LoadFault::TooLarge { limit }),
            Bytes::Memory(bytes) => bytes,
        };
        Ok((bytes, self.config))
    }
}

impl From<&Path> for ModuleSource {
    fn from(path: &Path) -> Self {
        Self::file(path)
    }
}

/// Reads a file once, and never more than `limit` bytes of it, whatever it claims to be.
fn read(path: &Path, limit: u64) -> Result<Vec<u8>, LoadFault> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(LoadFault::Unreadable(io::ErrorKind::IsADirectory.into()));
    }
    if metadata.len() > limit {
        return Err(LoadFault::TooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(LoadFault::TooLarge { limit });
    }
    Ok(bytes)
}
