//! A module author's project: a folder with a `module.toml`, the module's source, its tests, and the SDK.

pub(crate) mod component;
pub(crate) mod confine;
pub(crate) mod contract;
pub(crate) mod language;
pub(crate) mod manifest;
pub(crate) mod scaffold;
pub(crate) mod sdk;
pub(crate) mod toolchain;

use std::path::{Path, PathBuf};

use self::manifest::{Manifest, ManifestError};

/// The name of the file that makes a folder a project.
pub(crate) const MANIFEST: &str = "module.toml";

/// The folder of a project in which everything is built.
pub(crate) const BUILD_FOLDER: &str = "build";

/// A folder with a `module.toml`.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder, as an absolute path.
    pub(crate) root: PathBuf,
    pub(crate) manifest: Manifest,
}

impl Project {
    /// Reads the `module.toml` of a folder, and checks that what it names is there.
    pub(crate) fn open(folder: &Path) -> Result<Self, ManifestError> {
        let root = std::fs::canonicalize(folder).map_err(|source| ManifestError::NoFolder {
            folder: folder.to_owned(),
            source,
        })?;
        let manifest = Manifest::read(folder, &root)?;
        Ok(Self { root, manifest })
    }

    /// What is built: the source file that the build begins with.
    pub(crate) fn entry(&self) -> PathBuf {
        self.root.join(&self.manifest.entry)
    }

    /// The SDK's folder.
    pub(crate) fn sdk(&self) -> PathBuf {
        self.root.join(&self.manifest.sdk)
    }

    /// The folder with the contract that the SDK is for.
    pub(crate) fn wit(&self) -> PathBuf {
        self.sdk().join(sdk::WIT_FOLDER)
    }

    /// The folder for everything that is built.
    pub(crate) fn build_folder(&self) -> PathBuf {
        self.root.join(BUILD_FOLDER)
    }

    /// The module.
    pub(crate) fn output(&self) -> PathBuf {
        self.build_folder().join(self.file_name())
    }

    /// The name of the module's file.
    pub(crate) fn file_name(&self) -> String {
        format!("{}.wasm", self.manifest.name)
    }
}
