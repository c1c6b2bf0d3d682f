//! Puts the contract, the SDKs and the templates into the binary, so that it works wherever it is installed, alone.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What nobody wrote: folders of tools, and what they made.
const JUNK: &[&str] = &[
    ".DS_Store",
    ".git",
    ".idea",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "build",
    "coverage",
    "dist",
    "node_modules",
    "target",
    "venv",
];
const JUNK_ENDINGS: &[&str] = &[".egg-info", ".o", ".pyc", ".snap.new", ".tsbuildinfo"];

/// Folders with an SDK's own tests, which a module author does not need.
const TESTS: &[&str] = &["__tests__", "test", "tests"];

struct Tree {
    constant: &'static str,
    folder: &'static str,
    docs: &'static str,
    with_tests: bool,
}

const TREES: [Tree; 3] = [
    Tree {
        constant: "WIT",
        folder: "../wit",
        docs: "The contract: each file's path in `wit/`, and its content.",
        with_tests: true,
    },
    Tree {
        constant: "SDKS",
        folder: "../guest-sdk",
        docs: "The SDKs: each file's path in `guest-sdk/`, and its content. Without the contract.",
        with_tests: false,
    },
    Tree {
        constant: "TEMPLATES",
        folder: "templates",
        docs: "What `sclera new` writes: each file's path in `templates/`, and its content.",
        with_tests: true,
    },
];

fn main() -> io::Result<()> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let mut source = String::new();
    for tree in &TREES {
        let root = fs::canonicalize(here.join(tree.folder))?;
        // Cargo looks for changes in the whole folder.
        println!("cargo::rerun-if-changed={}", root.display());
        let mut files = Vec::new();
        collect(&root, tree.with_tests, &mut files)?;
        files.sort();
        // Writing to a string cannot fail.
        let _ = writeln!(
            source,
            "/// {}\npub(crate) static {}: &[(&str, &[u8])] = &[",
            tree.docs, tree.constant
        );
        for file in &files {
            let path = file
                .strip_prefix(&root)
                .map_err(io::Error::other)?
                .display()
                .to_string();
            let _ = writeln!(
                source,
                "    ({path:?}, include_bytes!({:?})),",
                file.display().to_string()
            );
        }
        source.push_str("];\n");
    }
    fs::write(Path::new(&variable("OUT_DIR")?).join("embedded.rs"), source)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

fn collect(folder: &Path, with_tests: bool, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let junk = JUNK.contains(&name.as_str()) || JUNK_ENDINGS.iter().any(|ending| name.ends_with(ending));
        if junk || (!with_tests && is_test(&name)) {
            continue;
        }
        let kind = entry.file_type()?;
        // A link is the way of an SDK in this repository to `wit/`; whoever writes the SDK puts the contract there.
        if kind.is_dir() {
            collect(&entry.path(), with_tests, files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// In Rust, unit tests are modules of the source and stay with it.
fn is_test(name: &str) -> bool {
    TESTS.contains(&name)
        || name.ends_with("_test.go")
        || (name.starts_with("test_") && name.ends_with(".py"))
        || [".test.js", ".test.mjs", ".test.ts"]
            .iter()
            .any(|ending| name.ends_with(ending))
}
