//! Golden fuel: what each case took when it was last accepted. Fuel counts instructions, so it is the same on every machine,
//! and a module that has become slower takes more of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::exit::UsageError;

/// Percent of the golden fuel that a case may take above it, unless the file says otherwise.
const TOLERANCE: f64 = 3.0;

/// The file with the golden fuel, which is edited and not written anew: a person may have put comments into it.
pub(crate) struct FuelFile {
    path: PathBuf,
    document: DocumentMut,
    tolerance: f64,
    golden: BTreeMap<(String, String), u64>,
}

/// What the golden fuel says of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fuel {
    /// Nothing.
    Unknown,
    /// It took as much, within the tolerance.
    Kept { golden: u64 },
    /// It took less.
    Less { golden: u64 },
    /// It took more.
    More { golden: u64 },
}

const BEGINNING: &str = "\
# What each case took, in units of fuel (WebAssembly instructions): the same on every machine. `sclera test` fails a case
# that takes more than `tolerance` percent above; `sclera test --accept` writes what the cases take now.
";

impl FuelFile {
    /// Reads it for the module of that name. One that is not there is empty.
    pub(crate) fn read(path: &Path, module: &str) -> anyhow::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("failed to read {}", path.display())),
        };
        let wrong = |fault: String| {
            UsageError(format!(
                "{}: {fault}; correct it, or remove it and write it anew with `sclera test --accept`",
                path.display()
            ))
        };
        let document: DocumentMut = text
            .parse()
            .map_err(|error: toml_edit::TomlError| wrong(format!("it is not TOML: {}", error.message())))?;
        let mut tolerance = TOLERANCE;
        let mut golden = BTreeMap::new();
        for (key, item) in document.iter() {
            match (key, item) {
                ("tolerance", item) => {
                    let percent = item
                        .as_float()
                        .or_else(|| item.as_integer().map(|percent| percent as f64));
                    tolerance = percent
                        .filter(|percent| (0.0..=1_000.0).contains(percent))
                        .ok_or_else(|| wrong("`tolerance` is a number of percent, from 0 to 1000".to_owned()))?;
                }
                ("fuel", Item::Table(modules)) => {
                    let Some(files) = modules.get(module) else { continue };
                    let odd = || {
                        wrong(format!(
                            "`fuel.{module}` has tables of cases, with a whole number for each"
                        ))
                    };
                    for (file, cases) in files.as_table_like().ok_or_else(odd)?.iter() {
                        for (case, fuel) in cases.as_table_like().ok_or_else(odd)?.iter() {
                            let fuel = fuel
                                .as_integer()
                                .and_then(|fuel| u64::try_from(fuel).ok())
                                .ok_or_else(odd)?;
                            golden.insert((file.to_owned(), case.to_owned()), fuel);
                        }
                    }
                }
                (other, _) => {
                    return Err(wrong(format!(
                        "it has `{}`; there are `tolerance` and the tables `fuel.MODULE.FILE`",
                        sclera::text::excerpt(other)
                    ))
                    .into());
                }
            }
        }
        Ok(Self {
            path: path.to_owned(),
            document,
            tolerance,
            golden,
        })
    }

    /// Percent that a case may take above.
    pub(crate) fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// Whether nothing was accepted yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.golden.is_empty()
    }

    /// Compares what a case took.
    pub(crate) fn check(&self, file: &str, case: &str, fuel: u64) -> Fuel {
        let Some(&golden) = self.golden.get(&(file.to_owned(), case.to_owned())) else {
            return Fuel::Unknown;
        };
        if fuel as f64 > golden as f64 * (1.0 + self.tolerance / 100.0) {
            Fuel::More { golden }
        } else if (fuel as f64) < golden as f64 * (1.0 - self.tolerance / 100.0) {
            Fuel::Less { golden }
        } else {
            Fuel::Kept { golden }
        }
    }

    /// Writes what the cases take now. Figures within the tolerance stay as they are, so that small steps do not add up
    /// unseen; `whole` files lose the figures of cases that are no more.
    pub(crate) fn accept(mut self, module: &str, taken: &[(String, String, u64)], whole: bool) -> anyhow::Result<()> {
        let mut files: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for (file, case, fuel) in taken {
            let fuel = match self.check(file, case, *fuel) {
                Fuel::Kept { golden } => golden,
                _ => *fuel,
            };
            files.entry(file).or_default().insert(case, fuel);
        }
        let is_new = self.document.is_empty();
        if is_new {
            self.document.insert("tolerance", value(3));
        }
        let implicit = || {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        };
        for (file, cases) in files {
            let modules = self.document.entry("fuel").or_insert_with(implicit);
            let modules = modules.as_table_mut().context("`fuel` is not a table")?;
            let own = modules.entry(module).or_insert_with(implicit);
            let own = own.as_table_mut().context("the module's own part is not a table")?;
            let table = own.entry(file).or_insert_with(|| Item::Table(Table::new()));
            let table = table.as_table_mut().context("a file's part is not a table")?;
            if whole {
                table.retain(|case, _| cases.contains_key(case));
            }
            for (case, fuel) in cases {
                let fuel = i64::try_from(fuel).unwrap_or(i64::MAX);
                match table.get_mut(case).and_then(Item::as_value_mut) {
                    Some(there) if there.as_integer() == Some(fuel) => {}
                    _ => drop(table.insert(case, value(fuel))),
                }
            }
        }
        let text = match is_new {
            true => format!("{BEGINNING}{}", self.document),
            false => self.document.to_string(),
        };
        std::fs::write(&self.path, text).with_context(|| format!("failed to write {}", self.path.display()))
    }
}
