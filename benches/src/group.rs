//! A question, and who answers it.

use std::path::PathBuf;

use anyhow::Result;

use crate::guest::Language;
use crate::{Extent, Sample, groups};

/// A question, and who answers it.
pub struct Group {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What is asked.
    pub question: &'static str,
    pub(crate) measure: fn(&Context) -> Result<Vec<Sample>>,
}

/// What a group is told.
#[derive(Clone, Debug)]
pub struct Context {
    /// How much to measure.
    pub extent: Extent,
    /// Where files may be put; compiled code is kept there for the next pass.
    pub folder: PathBuf,
    /// The languages whose modules are measured, where there is a choice.
    pub languages: Vec<Language>,
    /// A Python that has Celery.
    pub celery: Option<PathBuf>,
}

impl Group {
    /// All of them, in the order of the table.
    pub const ALL: [Self; groups::ALL.len()] = groups::ALL;

    /// The group of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name == name)
    }

    /// Measures, once.
    pub fn measure(&self, context: &Context) -> Result<Vec<Sample>> {
        (self.measure)(context)
    }
}
