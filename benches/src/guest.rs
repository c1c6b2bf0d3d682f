//! The modules that are measured: one for each language, in `guests/`, where each hook stands for a job.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sclera::Payload;
use serde::Serialize;

/// A language that has a module in `guests/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[value(rename_all = "lower")]
pub enum Language {
    /// Built by `cargo xtask modules`.
    Rust,
    /// The others are built by `sclera build`.
    C,
    /// By QuickJS.
    JavaScript,
    /// By CPython.
    Python,
    /// By Go's own compiler.
    Go,
}

impl Language {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 5] = [Self::Rust, Self::C, Self::JavaScript, Self::Python, Self::Go];

    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::C => "c",
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::Go => "go",
        }
    }

    /// Its module.
    pub(crate) fn module(self) -> Result<Vec<u8>> {
        let path = match self {
            Self::Rust => target().join("bench_guest.wasm"),
            other => {
                let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests").join(other.name());
                project.join(format!("build/bench-{}.wasm", other.name()))
            }
        };
        std::fs::read(&path).with_context(|| {
            format!(
                "failed to read {}: `cargo xtask bench` builds it, and `cargo xtask modules` the one in Rust",
                path.display()
            )
        })
    }
}

/// Where cargo builds to.
fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target))
}

/// What the modules in `guests/` do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// Answers without looking at the objects.
    NoOp,
    /// Parses the objects, adds a tag, prints them.
    Tag,
    /// Answers with what came. The one in Rust does so without reading it; the SDKs of the others parse and print.
    Echo,
}

impl Job {
    /// The hook that stands for it.
    pub(crate) fn hook(self) -> &'static str {
        match self {
            Self::NoOp => "on_preload_ioc_create",
            Self::Tag => "on_preload_asset_create",
            Self::Echo => "on_preload_note_create",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoOp => "no-op",
            Self::Tag => "tag",
            Self::Echo => "echo",
        }
    }

    /// Whether the module answers with other objects, or with the same ones anew.
    pub(crate) fn replaces(self) -> bool {
        self != Self::NoOp
    }

    /// One object of about 100 bytes.
    pub(crate) fn small(self) -> Result<Payload> {
        Ok(Payload::parse(match self {
            Self::NoOp => {
                r#"[{"ioc_value": "hxxps://evil[.]example/login", "ioc_type_id": 141, "ioc_tags": "phishing, spotted"}]"#
            }
            Self::Tag => {
                r#"[{"asset_name": "fs-01.example.org", "asset_type_id": 9, "asset_tags": "server", "asset_info": "Files"}]"#
            }
            Self::Echo => {
                r#"[{"directory_id": 7, "note_title": "Call with the bank", "note_content": "They call back at nine o'clock."}]"#
            }
        })?)
    }
}

/// A note of exactly so many bytes, of lines as people write them.
pub(crate) fn note(bytes: usize) -> Result<Payload> {
    const LINE: &str = r"The attacker used the account of a former employee, which nobody had closed.\n";
    let (begin, end) = (
        r#"[{"directory_id": 7, "note_title": "What happened", "note_content": ""#,
        r#""}]"#,
    );
    let room = bytes.saturating_sub(begin.len() + end.len());
    let mut text = String::with_capacity(bytes);
    text.push_str(begin);
    for _ in 0..room / LINE.len() {
        text.push_str(LINE);
    }
    text.extend(std::iter::repeat_n('.', room % LINE.len()));
    text.push_str(end);
    Ok(Payload::parse(text)?)
}

/// The module in Rust under another name, of at most 32 bytes. Its file has as many bytes as before.
pub(crate) fn renamed(module: &[u8], name: &str) -> Result<Vec<u8>> {
    const MARK: &str = "BENCH-NAME=";
    const ROOM: usize = 43;
    let mut module = module.to_vec();
    let place = module
        .windows(MARK.len())
        .position(|window| window == MARK.as_bytes())
        .context("the module has no place for a name")?;
    let text = format!("{:<ROOM$}", format!("{MARK}{name}"));
    ensure!(text.len() == ROOM, "the name `{name}` is too long");
    let place = module.get_mut(place..place + ROOM).context("the name is cut off")?;
    place.copy_from_slice(text.as_bytes());
    Ok(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_as_many_bytes_as_were_asked_for() {
        for bytes in [100, 1_000, 65_536] {
            assert_eq!(note(bytes).unwrap().as_str().len(), bytes);
        }
    }
}
