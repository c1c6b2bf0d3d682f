//! The operator's file, which is edited and not written anew: a person has put comments into it.

use std::path::Path;

use anyhow::Context;
use sclera::Policies;
use toml_edit::DocumentMut;

/// What it says, and its text.
pub(super) struct PolicyFile<'a> {
    path: &'a Path,
    document: DocumentMut,
    policies: Policies,
}

impl<'a> PolicyFile<'a> {
    /// One that is not there is empty.
    pub(super) fn read(path: &'a Path) -> anyhow::Result<Self> {
        let there = path
            .try_exists()
            .with_context(|| format!("cannot read {}", path.display()))?;
        let (policies, text) = match there {
            true => (Policies::read(path)?, std::fs::read_to_string(path)?),
            false => (Policies::default(), String::new()),
        };
        let document = text
            .parse()
            .with_context(|| format!("cannot edit {}", path.display()))?;
        Ok(Self {
            path,
            document,
            policies,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.path
    }

    /// What it says, as it was read.
    pub(super) fn policies(&self) -> &Policies {
        &self.policies
    }

    pub(super) fn document_mut(&mut self) -> &mut DocumentMut {
        &mut self.document
    }

    /// Writes it, unless a host would not read it.
    pub(super) fn write(self) -> anyhow::Result<()> {
        let text = self.document.to_string();
        Policies::parse(&text).with_context(|| format!("{} cannot be changed so", self.path.display()))?;
        replace(self.path, &text)
    }
}

/// Writes a whole file, or nothing of it.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let new = path.with_extension("new");
    let written = std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, path));
    written.with_context(|| format!("cannot write {}", path.display()))
}
