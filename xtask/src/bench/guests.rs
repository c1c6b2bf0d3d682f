//! The modules that are measured, in the languages other than Rust: `benches/guests`.

use anyhow::{Context, Result};

use crate::language::Language;
use crate::languages::Workshop;
use crate::{cargo, modules, toolchains};

/// A language that a module in `benches/guests` is written in.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "lower")]
pub enum GuestLanguage {
    /// Built with the other modules in Rust.
    Rust,
    /// By clang.
    C,
    /// By jco.
    JavaScript,
    /// By componentize-py.
    Python,
    /// By Go.
    Go,
}

impl GuestLanguage {
    const ALL: [Self; 5] = [Self::Rust, Self::C, Self::JavaScript, Self::Python, Self::Go];

    /// Those that were chosen, or all.
    pub(super) fn chosen(languages: &[Self]) -> Vec<Self> {
        let chosen = |language: &Self| languages.is_empty() || languages.contains(language);
        Self::ALL.into_iter().filter(chosen).collect()
    }

    /// As the folder is called.
    pub(super) fn name(self) -> &'static str {
        self.language().name()
    }

    fn language(self) -> Language {
        match self {
            Self::Rust => Language::Rust,
            Self::C => Language::C,
            Self::JavaScript => Language::JavaScript,
            Self::Python => Language::Python,
            Self::Go => Language::Go,
        }
    }
}

/// Builds them, as an author would.
pub(super) fn build(languages: &[GuestLanguage]) -> Result<()> {
    let languages: Vec<_> = languages.iter().map(|language| language.language()).collect();
    let others: Vec<_> = languages
        .into_iter()
        .filter(|language| *language != Language::Rust)
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    let environment = toolchains::install(&others)?;
    let workshop = Workshop::new(cargo::sclera()?, modules::build()?, environment)?;
    for language in others {
        let folder = cargo::root().join("benches/guests").join(language.name());
        eprintln!("building {}", folder.display());
        workshop.sclera(["build", folder.to_str().context("its path is not UTF-8")?, "--json"])?;
    }
    Ok(())
}
