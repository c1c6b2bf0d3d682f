//! The SDKs and the contract, which the binary carries.
//!
//! They are in no registry yet, so a project has its own copy: `sclera new` writes it. In each SDK's folder, `wit/` is
//! the contract that it is for; in Sclera's own repository, that is a link.

mod cargo;

use std::fs;
use std::io;
use std::path::Path;

use super::language::Language;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The folder of the SDK in a project.
pub(crate) const FOLDER: &str = "sclera-sdk";

/// The folder of the contract in an SDK.
pub(crate) const WIT_FOLDER: &str = "wit";

/// The file in an SDK's folder that says its version.
const VERSION_FILE: &str = "VERSION";

/// The version of all SDKs that the binary carries: its own.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Writes the SDK of a language, with the contract, into a folder, which is made.
pub(crate) fn write(language: Language, folder: &Path) -> io::Result<()> {
    for (path, content) in files(SDKS, language.sdk()) {
        if language == Language::Rust && path == "Cargo.toml" {
            put(folder, path, cargo::standalone(content)?.as_bytes())?;
        } else {
            put(folder, path, content)?;
        }
    }
    put(folder, VERSION_FILE, format!("{VERSION}\n").as_bytes())?;
    write_wit(&folder.join(WIT_FOLDER))
}

/// The version of the SDK in a folder; that of the binary if it does not say, as in Sclera's own repository.
pub(crate) fn version(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join(VERSION_FILE));
    text.map_or_else(|_| VERSION.to_owned(), |text| text.trim().to_owned())
}

/// Writes the contract into a folder, which is made.
fn write_wit(folder: &Path) -> io::Result<()> {
    WIT.iter().try_for_each(|(path, content)| put(folder, path, content))
}

/// The files of a template of `sclera new`: their paths in the project, and their content.
pub(crate) fn template(language: Language) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    files(TEMPLATES, language.id())
}

/// What is in a folder of an embedded tree, with paths that begin in that folder.
fn files(
    tree: &'static [(&'static str, &'static [u8])],
    folder: &'static str,
) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    tree.iter().filter_map(move |(path, content)| {
        let path = path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((path, *content))
    })
}

/// Writes one file, and makes the folders above it.
pub(crate) fn put(folder: &Path, path: &str, content: &[u8]) -> io::Result<()> {
    let file = folder.join(path);
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(file, content)
}
