//! What a file is, seen from outside: nothing of it is compiled or run.

use std::fmt;

use semver::Version;
use serde::Serialize;
use wasmparser::{Encoding, Parser, Payload};

use crate::capabilities::wasi::OFFERED;
use crate::contract;
use crate::text;

/// A component, as its file shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// Bytes of the file.
    pub size: usize,
    /// Bytes of machine-independent code in it.
    pub code_size: usize,
    /// Bytes of custom sections, such as names for debugging.
    pub custom_size: usize,
    /// Core modules that it consists of.
    pub core_modules: usize,
    /// What it wants from its host, in the file's order.
    pub imports: Vec<Interface>,
    /// What it offers to its host, in the file's order.
    pub exports: Vec<Interface>,
}

/// The name of an import or an export, such as `wasi:clocks/wall-clock@0.2.12`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Interface {
    /// The name without the version. Control characters are replaced.
    pub name: String,
    /// The version, if the name has one.
    pub version: Option<Version>,
}

/// Why a file is not a component.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAComponent {
    /// There is nothing in it.
    #[error("the file is empty; build it again")]
    Empty,
    /// It does not begin as WebAssembly does.
    #[error("it is not WebAssembly: it does not begin with the bytes `\\0asm`; give a `.wasm` component")]
    NotWasm,
    /// It is the text format.
    #[error("it is WebAssembly text; translate it first, for example with `wasm-tools parse`")]
    Text,
    /// It is a core module.
    #[error(
        "it is a core module, not a component; build for the target `wasm32-wasip2`, or make a component of it with `wasm-tools component new`"
    )]
    CoreModule,
    /// It is damaged: cut off, for example.
    #[error("it is damaged at byte {offset}: {reason}; build or copy it again")]
    Damaged {
        /// Where.
        offset: usize,
        /// What is wrong there.
        reason: String,
    },
}

/// Why a component is not a module for this host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// It is a component of another world.
    #[error("it is a component, but not a module: it does not export `sclera:hooks/module@1`{}; build it for the world `sclera:hooks/hook-module`", exported(.0))]
    OtherWorld(Vec<Interface>),
    /// It was built for another version of the contract.
    #[error(
        "it was built for version {0} of the contract `sclera:hooks`, and this host speaks version 1; rebuild the module with an SDK of version 1"
    )]
    OtherVersion(Version),
    /// It wants what the host does not have.
    #[error("it imports what this host does not offer: {}", list(.0))]
    Unoffered(Vec<Unoffered>),
}

/// An import that this host does not offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unoffered {
    /// The import.
    pub import: Interface,
    /// What to do about it.
    pub advice: String,
}

fn exported(exports: &[Interface]) -> String {
    match exports {
        [] => " (it exports nothing)".into(),
        exports => format!(" (it exports {})", list(exports)),
    }
}

fn list<T: fmt::Display>(items: &[T]) -> String {
    const SHOWN: usize = 8;
    let mut text = items
        .iter()
        .take(SHOWN)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ");
    if items.len() > SHOWN {
        text.push_str(&format!("; and {} more", items.len() - SHOWN));
    }
    text
}

impl Inspection {
    /// Looks at the bytes of a `.wasm` file.
    pub fn of(bytes: &[u8]) -> Result<Self, NotAComponent> {
        if bytes.is_empty() {
            return Err(NotAComponent::Empty);
        }
        if !bytes.starts_with(b"\0asm") {
            let begin: &[u8] = bytes.trim_ascii_start();
            return Err(if begin.starts_with(b"(module") || begin.starts_with(b"(component") {
                NotAComponent::Text
            } else {
                NotAComponent::NotWasm
            });
        }
        if Parser::is_core_wasm(bytes) {
            return Err(NotAComponent::CoreModule);
        }
        let mut seen = Self {
            size: bytes.len(),
            code_size: 0,
            custom_size: 0,
            core_modules: 0,
            imports: Vec::new(),
            exports: Vec::new(),
        };
        seen.read(bytes).map_err(|error| NotAComponent::Damaged {
            offset: error.offset(),
            reason: text::shown(error.message(), 200),
        })?;
        Ok(seen)
    }

    fn read(&mut self, bytes: &[u8]) -> wasmparser::Result<()> {
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::Version { encoding, .. } => {
                    depth += 1;
                    self.core_modules += usize::from(encoding == Encoding::Module);
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CodeSectionStart { size, .. } => self.code_size += size as usize,
                Payload::CustomSection(section) => self.custom_size += section.data().len(),
                Payload::ComponentImportSection(section) if depth == 1 => {
                    for import in section {
                        self.imports.push(Interface::parse(import?.name.name));
                    }
                }
                Payload::ComponentExportSection(section) if depth == 1 => {
                    for export in section {
                        self.exports.push(Interface::parse(export?.name.name));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The version of the contract that the component was built for; none if it is of another world.
    pub fn contract(&self) -> Option<&Version> {
        let module = format!("{}/module", contract::PACKAGE);
        self.exports
            .iter()
            .find(|export| export.name == module)
            .and_then(|export| export.version.as_ref())
    }

    /// The interfaces that a module may import beside those of the contract: their names, and the newest version of each.
    pub fn offered() -> impl Iterator<Item = (&'static str, &'static str)> {
        OFFERED.iter().copied()
    }

    /// What it imports although this host does not offer it.
    pub fn unoffered(&self) -> Vec<Unoffered> {
        self.imports.iter().filter_map(Unoffered::of).collect()
    }

    /// Whether this host can load the component, as far as its file shows.
    pub fn check(&self) -> Result<(), Unfit> {
        match self.contract() {
            None => return Err(Unfit::OtherWorld(self.exports.clone())),
            Some(version) if version.major != contract::MAJOR => return Err(Unfit::OtherVersion(version.clone())),
            Some(_) => {}
        }
        let unoffered = self.unoffered();
        if unoffered.is_empty() {
            Ok(())
        } else {
            Err(Unfit::Unoffered(unoffered))
        }
    }
}

impl Interface {
    fn parse(name: &str) -> Self {
        let name = text::shown(name, 200);
        let versioned = name
            .rsplit_once('@')
            .and_then(|(name, version)| Some((name.to_owned(), Version::parse(version).ok()?)));
        match versioned {
            Some((name, version)) => Self {
                name,
                version: Some(version),
            },
            None => Self { name, version: None },
        }
    }

    /// `wasi:clocks` of `wasi:clocks/wall-clock`.
    fn package(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}

impl From<Interface> for String {
    fn from(interface: Interface) -> Self {
        interface.to_string()
    }
}

impl Unoffered {
    fn of(import: &Interface) -> Option<Self> {
        let advice = if import.package() == contract::PACKAGE {
            let version = import.version.as_ref()?;
            if version.major == contract::MAJOR {
                return None;
            }
            "this host speaks version 1 of the contract; rebuild the module with an SDK of version 1".to_owned()
        } else if let Some((_, offered)) = OFFERED.iter().find(|(name, _)| *name == import.name) {
            if is_compatible(import.version.as_ref(), offered) {
                return None;
            }
            format!("the host offers it in version {offered}; rebuild the module with tools for that version")
        } else {
            advice_on(import.package()).to_owned()
        };
        Some(Self {
            import: import.clone(),
            advice,
        })
    }
}

impl fmt::Display for Unoffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.import, self.advice)
    }
}

/// The component model's rule: the same up to the first digit that is not zero; a pre-release only to itself.
fn is_compatible(wanted: Option<&Version>, offered: &str) -> bool {
    let (Some(wanted), Ok(offered)) = (wanted, Version::parse(offered)) else {
        return false;
    };
    if !wanted.pre.is_empty() || !offered.pre.is_empty() {
        return *wanted == offered;
    }
    match offered.major {
        0 => {
            wanted.major == 0 && wanted.minor == offered.minor && (offered.minor != 0 || wanted.patch == offered.patch)
        }
        major => wanted.major == major,
    }
}

fn advice_on(package: &str) -> &'static str {
    match package {
        "wasi:filesystem" => {
            "modules have no files; build it with `sclera build`, or with tools that leave WASI's file system out"
        }
        "wasi:sockets" => "modules have no sockets; build without them",
        "wasi:http" => "of HTTP, modules have `outgoing-handler` and `types`; remove what needs more",
        "wasi:keyvalue" => "of `wasi:keyvalue`, modules have `store` and `atomics`; remove what needs more",
        _ => "it is not part of the world `sclera:hooks/hook-module`; remove what needs it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compatible_as_the_component_model_says() {
        let cases = [
            ("0.2.0", "0.2.12", true),
            ("0.2.20", "0.2.12", true),
            ("0.3.0", "0.2.12", false),
            ("1.0.0", "0.2.12", false),
            ("0.2.0-rc.1", "0.2.0-rc.1", true),
            ("0.2.0-draft", "0.2.0-rc.1", false),
            ("1.7.0", "1.0.0", true),
        ];
        for (wanted, offered, expected) in cases {
            let wanted = Version::parse(wanted).unwrap();
            assert_eq!(is_compatible(Some(&wanted), offered), expected, "{wanted} of {offered}");
        }
    }
}
