//! `module.toml`: what a project says about itself.

use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, TableLike};

use super::language::Language;
use super::{MANIFEST, sdk};

/// A `module.toml`, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The module's name, which is also that of its file: `build/NAME.wasm`.
    pub(crate) name: String,
    /// What it is written in.
    pub(crate) language: Language,
    /// The source file that the build begins with: a path in the project.
    pub(crate) entry: PathBuf,
    /// The folder of the SDK, seen from the project.
    pub(crate) sdk: PathBuf,
}

/// Why a folder is not a project.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ManifestError {
    #[error("cannot open the folder {}: {source}", .folder.display())]
    NoFolder { folder: PathBuf, source: io::Error },
    #[error(
        "{} is not a module's project: it has no `{MANIFEST}`; give the folder that has one, or begin a project with `sclera new NAME`",
        .folder.display()
    )]
    Missing { folder: PathBuf },
    #[error("cannot read {}: {source}", .file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("{}: line {line}: it is not TOML: {reason}", .file.display())]
    Syntax { file: PathBuf, line: usize, reason: String },
    #[error("{}: {}", .file.display(), list(.faults))]
    Faults { file: PathBuf, faults: Vec<ManifestFault> },
}

/// One thing that is wrong with a `module.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ManifestFault {
    /// Where, counted from 1; none if something is missing.
    pub(crate) line: Option<usize>,
    pub(crate) what: Wrong,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wrong {
    #[error("the table `[module]` is missing")]
    NoTable,
    #[error("the key `{0}` is missing; add `{0} = \"{1}\"`")]
    NoKey(&'static str, &'static str),
    #[error("there is no key `{0}` here; there are {1}")]
    UnknownKey(String, &'static str),
    #[error("`{0}` must be {1}")]
    NotA(String, &'static str),
    #[error(
        "`{0}` cannot be a module's name: it must have 1 to 64 letters, digits, `_`, `-` and `.`, and begin with a letter or a digit"
    )]
    BadName(String),
    #[error("there is no language `{0}`; there are `rust`, `python`, `javascript`, `typescript`, `go` and `c`")]
    UnknownLanguage(String),
    #[error("`entry` must be a path in the project, without `..`, and not `{0}`")]
    EntryOutside(String),
    #[error("`entry` names `{0}`, which is not there")]
    NoEntry(String),
    #[error(
        "the SDK is not there: `{0}` is no folder with `{wit}/`; `sclera sdk` puts it into the project, in `{folder}/`",
        wit = sdk::WIT_FOLDER,
        folder = sdk::FOLDER
    )]
    NoSdk(String),
}

impl std::fmt::Display for ManifestFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.what.fmt(f)
    }
}

fn list(faults: &[ManifestFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

const TABLES: &str = "`[module]`";
const KEYS: &str = "`name`, `language`, `entry` and `sdk`";

impl Manifest {
    /// Reads the manifest of the project in `folder`, as a person calls it; `root` is the same folder, absolute.
    pub(super) fn read(folder: &Path, root: &Path) -> Result<Self, ManifestError> {
        Self::read_with(folder, root, true)
    }

    /// Reads the manifest of a project whose SDK may be missing.
    pub(crate) fn read_without_sdk(folder: &Path) -> Result<Self, ManifestError> {
        Self::read_with(folder, folder, false)
    }

    fn read_with(folder: &Path, root: &Path, with_sdk: bool) -> Result<Self, ManifestError> {
        let file = folder.join(MANIFEST);
        let text = match std::fs::read_to_string(root.join(MANIFEST)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ManifestError::Missing {
                    folder: folder.to_owned(),
                });
            }
            Err(source) => return Err(ManifestError::Unreadable { file, source }),
        };
        let document = Document::parse(text.as_str()).map_err(|error| ManifestError::Syntax {
            file: file.clone(),
            line: line_of(&text, error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        })?;
        let mut reader = Reader {
            text: &text,
            faults: Vec::new(),
            with_sdk,
        };
        let manifest = reader.manifest(document.as_item(), root);
        match manifest {
            Some(manifest) if reader.faults.is_empty() => Ok(manifest),
            _ => {
                reader.faults.sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
                Err(ManifestError::Faults {
                    file,
                    faults: reader.faults,
                })
            }
        }
    }
}

/// Collects the faults while it reads.
struct Reader<'a> {
    text: &'a str,
    faults: Vec<ManifestFault>,
    /// Whether the SDK must be there.
    with_sdk: bool,
}

impl Reader<'_> {
    fn manifest(&mut self, document: &Item, root: &Path) -> Option<Manifest> {
        let document = document.as_table_like()?;
        for (key, item) in document.iter().filter(|(key, _)| *key != "module") {
            self.wrong_at(item, Wrong::UnknownKey(key.to_owned(), TABLES));
        }
        let Some(item) = document.get("module") else {
            self.wrong(None, Wrong::NoTable);
            return None;
        };
        let Some(table) = item.as_table_like() else {
            self.wrong_at(item, Wrong::NotA("module".into(), "a table: `[module]`"));
            return None;
        };
        for (key, item) in table.iter() {
            if !["name", "language", "entry", "sdk"].contains(&key) {
                self.wrong_at(item, Wrong::UnknownKey(key.to_owned(), KEYS));
            }
        }
        let name = self.required(table, "name", "tagger");
        let language = self.required(table, "language", "python");
        let entry = self.text(table, "entry");
        let sdk = self.text(table, "sdk");

        let name = name.filter(|(item, name)| {
            let good = is_name(name);
            if !good {
                self.wrong_at(item, Wrong::BadName(name.clone()));
            }
            good
        });
        let language = language.and_then(|(item, id)| {
            let language = Language::parse(&id);
            if language.is_none() {
                self.wrong_at(item, Wrong::UnknownLanguage(id));
            }
            language
        });
        let entry_line = entry.as_ref().and_then(|(item, _)| self.line(item));
        let entry = match entry {
            Some((_, entry)) => Some(entry),
            None => language.map(|language| language.entry().to_owned()),
        };
        if let Some(entry) = &entry {
            self.check_entry(entry, entry_line, root);
        }
        let sdk_line = sdk.as_ref().and_then(|(item, _)| self.line(item));
        let sdk = sdk.map_or_else(|| sdk::FOLDER.to_owned(), |(_, sdk)| sdk);
        if self.with_sdk && !root.join(&sdk).join(sdk::WIT_FOLDER).is_dir() {
            self.wrong(sdk_line, Wrong::NoSdk(sdk.clone()));
        }
        Some(Manifest {
            name: name?.1,
            language: language?,
            entry: entry?.into(),
            sdk: sdk.into(),
        })
    }

    fn check_entry(&mut self, entry: &str, line: Option<usize>, root: &Path) {
        use std::path::Component;
        let inside = Path::new(entry)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside || entry.is_empty() {
            self.wrong(line, Wrong::EntryOutside(entry.to_owned()));
        } else if !root.join(entry).exists() {
            self.wrong(line, Wrong::NoEntry(entry.to_owned()));
        }
    }

    fn required<'t>(
        &mut self,
        table: &'t dyn TableLike,
        key: &'static str,
        example: &'static str,
    ) -> Option<(&'t Item, String)> {
        if table.get(key).is_none() {
            self.wrong(None, Wrong::NoKey(key, example));
        }
        self.text(table, key)
    }

    fn text<'t>(&mut self, table: &'t dyn TableLike, key: &'static str) -> Option<(&'t Item, String)> {
        let item = table.get(key)?;
        let text = item.as_str();
        if text.is_none() {
            self.wrong_at(item, Wrong::NotA(key.into(), "a text in quotation marks"));
        }
        Some((item, text?.to_owned()))
    }

    fn wrong_at(&mut self, item: &Item, what: Wrong) {
        let line = self.line(item);
        self.wrong(line, what);
    }

    fn wrong(&mut self, line: Option<usize>, what: Wrong) {
        self.faults.push(ManifestFault { line, what });
    }

    fn line(&self, item: &Item) -> Option<usize> {
        Some(line_of(self.text, item.span()?.start))
    }
}

/// The line of a byte, counted from 1.
fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

/// As the contract has it, for `description.name`.
fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
