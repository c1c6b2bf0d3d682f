//! The languages that a module can be written in.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// A language for which there is an SDK, a template and a way to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// JavaScript.
    #[value(name = "javascript", alias = "js")]
    JavaScript,
    /// TypeScript.
    #[value(name = "typescript", alias = "ts")]
    TypeScript,
    /// Go.
    Go,
    /// C.
    C,
}

impl Language {
    /// All of them, in the order in which they are listed.
    pub(crate) const ALL: [Self; 6] = [
        Self::Rust,
        Self::Python,
        Self::JavaScript,
        Self::TypeScript,
        Self::Go,
        Self::C,
    ];

    /// Its name in a `module.toml` and on the command line; also the folder of its template.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Go => "go",
            Self::C => "c",
        }
    }

    /// The folder of its SDK in `guest-sdk/`.
    pub(crate) fn sdk(self) -> &'static str {
        match self {
            Self::TypeScript => Self::JavaScript.id(),
            _ => self.id(),
        }
    }

    /// What is built, if a `module.toml` does not say: a path in the project.
    pub(crate) fn entry(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::Python => "app.py",
            Self::JavaScript => "module.js",
            Self::TypeScript => "module.ts",
            Self::Go => "module.go",
            Self::C => "module.c",
        }
    }

    pub(crate) fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.id() == id)
    }
}

/// As a person writes it: `JavaScript`.
impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::TypeScript => "TypeScript",
            Self::Go => "Go",
            Self::C => "C",
        })
    }
}
