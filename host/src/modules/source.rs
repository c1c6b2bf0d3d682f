//! Where a module's bytes come from.

use std::borrow::Cow;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::inspect::Inspection;
use super::{Examined, LoadError, LoadFault};
use crate::limits::Capacity;

/// A module that is to be loaded: a file, or bytes.
#[derive(Clone, Debug)]
pub struct ModuleSource {
    bytes: Bytes,
    config: Option<Value>,
    /// What a person calls it, if that is not told from its bytes.
    origin: Option<String>,
}

#[derive(Clone, Debug)]
enum Bytes {
    File(PathBuf),
    Memory(Vec<u8>),
    Examined(Box<Examined>),
}

impl ModuleSource {
    /// A `.wasm` file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            bytes: Bytes::File(path.into()),
            config: None,
            origin: None,
        }
    }

    /// The content of a `.wasm` file.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: Bytes::Memory(bytes.into()),
            config: None,
            origin: None,
        }
    }

    /// A module that was [examined](crate::Host::examine), by the same host or by one that this host was built
    /// [beside](crate::HostBuilder::beside). It is not read, compiled and described again.
    pub fn examined(module: Examined) -> Self {
        Self {
            bytes: Bytes::Examined(Box::new(module)),
            config: None,
            origin: None,
        }
    }

    /// The same, for one that came from `origin`, with its configuration.
    pub(super) fn prepared(module: Examined, config: Option<Value>, origin: String) -> Self {
        Self {
            config,
            origin: Some(origin),
            ..Self::examined(module)
        }
    }

    /// The module's configuration, a JSON object. Without it, the module gets what
    /// [`HostBuilder::configure`](crate::HostBuilder::configure) has for its name.
    pub fn config(mut self, config: impl Into<Value>) -> Self {
        self.config = Some(config.into());
        self
    }

    /// Looks at the module without compiling or running anything of it. Also gives its digest: the SHA-256 of its file,
    /// in hexadecimal digits.
    pub fn inspect(&self, capacity: &Capacity) -> Result<(Inspection, String), LoadError> {
        if let Bytes::Examined(module) = &self.bytes {
            return Ok((module.inspection.clone(), module.digest.clone()));
        }
        self.read(capacity.module_size)
            .and_then(|bytes| Ok((Inspection::of(&bytes)?, digest(&bytes))))
            .map_err(|fault| LoadError {
                origin: self.origin(),
                fault,
            })
    }

    /// What a person calls it.
    pub(super) fn origin(&self) -> String {
        if let Some(origin) = &self.origin {
            return origin.clone();
        }
        match &self.bytes {
            Bytes::File(path) => path.display().to_string(),
            Bytes::Memory(bytes) => format!("<{} bytes>", bytes.len()),
            Bytes::Examined(module) => format!("<examined module {}>", module.digest.get(..12).unwrap_or_default()),
        }
    }

    /// The bytes: read once, so that what is looked at, hashed and compiled is the same.
    pub(super) fn read(&self, limit: u64) -> Result<Cow<'_, [u8]>, LoadFault> {
        match &self.bytes {
            Bytes::File(path) => read_file(path, limit).map(Cow::Owned),
            Bytes::Memory(bytes) if bytes.len() as u64 > limit => Err(LoadFault::TooLarge { limit }),
            Bytes::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
            Bytes::Examined(_) => Ok(Cow::Borrowed(&[])),
        }
    }

    /// The same, to be kept.
    pub(super) fn into_bytes(self, limit: u64) -> Result<Vec<u8>, LoadFault> {
        match self.bytes {
            Bytes::File(path) => read_file(&path, limit),
            Bytes::Memory(bytes) if bytes.len() as u64 > limit => Err(LoadFault::TooLarge { limit }),
            Bytes::Memory(bytes) => Ok(bytes),
            Bytes::Examined(_) => Ok(Vec::new()),
        }
    }

    /// What is known of it already.
    pub(super) fn take_examined(&mut self) -> Option<Examined> {
        match std::mem::replace(&mut self.bytes, Bytes::Memory(Vec::new())) {
            Bytes::Examined(module) => Some(*module),
            other => {
                self.bytes = other;
                None
            }
        }
    }

    pub(super) fn take_config(&mut self) -> Option<Value> {
        self.config.take()
    }
}

/// The SHA-256 of `bytes`, in hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl From<&Path> for ModuleSource {
    fn from(path: &Path) -> Self {
        Self::file(path)
    }
}

/// Reads a file once, and never more than `limit` bytes of it, whatever it claims to be.
fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, LoadFault> {
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
