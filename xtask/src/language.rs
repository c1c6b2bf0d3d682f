//! The languages that modules are written in, as far as there is an SDK.

use std::fmt;

/// A language with an SDK and a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lower")]
pub enum Language {
    /// Rust.
    Rust,
    /// Python, by componentize-py.
    Python,
    /// JavaScript, by jco and QuickJS.
    JavaScript,
    /// TypeScript: bundled, then as JavaScript.
    TypeScript,
    /// C, by clang.
    C,
    /// Go.
    Go,
}

impl Language {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 6] = [
        Self::Rust,
        Self::Python,
        Self::JavaScript,
        Self::TypeScript,
        Self::C,
        Self::Go,
    ];

    /// The name that `sclera new --lang`, `module.toml` and folders have.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::C => "c",
            Self::Go => "go",
        }
    }

    /// Those that were chosen, or all.
    pub fn chosen(languages: &[Self]) -> Vec<Self> {
        if languages.is_empty() {
            return Self::ALL.to_vec();
        }
        Self::ALL
            .into_iter()
            .filter(|language| languages.contains(language))
            .collect()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
