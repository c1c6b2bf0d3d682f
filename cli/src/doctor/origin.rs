//! What a module was made with, as its `producers` section says:
//! <https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md>.

use serde::Serialize;
use wasmparser::{BinaryReader, Parser, Payload, ProducersSectionReader};

/// What a module was made with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Origin {
    /// The languages that it was written in, with the edition or standard, if they say so.
    pub(crate) languages: Vec<Producer>,
    /// The SDKs, with their versions.
    pub(crate) sdks: Vec<Producer>,
    /// The tools, with their versions.
    pub(crate) tools: Vec<Producer>,
}

/// A name, and a version that may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Producer {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Characters of what a file says about itself that are shown.
const NAME: usize = 60;

impl Origin {
    /// Reads a file. One that does not say, or says nonsense, gives nothing.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut sections = Vec::new();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
            match payload {
                Payload::Version { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CustomSection(section) if section.name() == "producers" => {
                    sections.push((depth, section.data(), section.data_offset()));
                }
                _ => {}
            }
        }
        // The component's own come first; a language's compiler may have written only into the core module.
        sections.sort_by_key(|(depth, ..)| *depth);
        let mut origin = Self::default();
        for (_, data, offset) in sections {
            // What can be read of it counts.
            let _ = origin.add(BinaryReader::new(data, offset));
        }
        origin
    }

    /// The Sclera SDK's version, if it says so.
    pub(crate) fn sclera_sdk(&self) -> Option<&Producer> {
        self.sdks.iter().find(|sdk| sdk.name.starts_with("sclera-sdk"))
    }

    fn add(&mut self, section: BinaryReader<'_>) -> wasmparser::Result<()> {
        for field in ProducersSectionReader::new(section)? {
            let field = field?;
            for value in field.values {
                let value = value?;
                let producer = Producer {
                    name: sclera::text::shown(value.name, NAME),
                    version: sclera::text::shown(value.version, NAME),
                };
                let list = match field.name {
                    "language" => &mut self.languages,
                    "sdk" => &mut self.sdks,
                    _ => &mut self.tools,
                };
                if !list.contains(&producer) {
                    list.push(producer);
                }
            }
        }
        Ok(())
    }
}
