//! `sclera new`: a folder in which a module is begun.

use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::{fs, io, process};

use anyhow::Context;
use dialoguer::Select;

use crate::args::New;
use crate::exit::{Exit, UsageError};
use crate::project::language::Language;
use crate::project::{scaffold, sdk};
use crate::view;

pub(crate) fn run(args: &New) -> anyhow::Result<Exit> {
    check_name(&args.name)?;
    let folder = args.dir.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    check_folder(&folder)?;
    let language = match args.lang {
        Some(language) => language,
        None => ask()?,
    };
    write(&args.name, language, &folder)?;
    view::made(&args.name, language, &folder)?;
    Ok(Exit::Fine)
}

/// Narrower than the contract: it must do as the name of a package in every language.
fn check_name(name: &str) -> Result<(), UsageError> {
    let good = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.contains("--");
    match good {
        true => Ok(()),
        false => Err(UsageError(format!(
            "`{name}` cannot be the name of a new module: it must have 1 to 64 lower-case letters, digits and single `-`, and begin with a letter, as `ioc-tagger`"
        ))),
    }
}

fn check_folder(folder: &Path) -> anyhow::Result<()> {
    let other = "give another with `--dir`";
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(UsageError(format!("the folder {} is not empty; {other}", folder.display())).into()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(UsageError(format!("{} is a file, and not a folder; {other}", folder.display())).into())
        }
        Err(error) => Err(error).with_context(|| format!("failed to look into {}", folder.display())),
    }
}

fn ask() -> anyhow::Result<Language> {
    if !stdin().is_terminal() || !io::stderr().is_terminal() {
        let ids: Vec<_> = Language::ALL.iter().map(|language| language.id()).collect();
        return Err(UsageError(format!(
            "say what to write it in: `--lang` with one of {}",
            ids.join(", ")
        ))
        .into());
    }
    let chosen = Select::new()
        .with_prompt("Write it in")
        .items(Language::ALL)
        .default(0)
        .interact_opt()
        .context("failed to ask")?;
    chosen
        .and_then(|index| Language::ALL.get(index).copied())
        .ok_or_else(|| UsageError("nothing was chosen, and nothing was made".into()).into())
}

/// Writes everything beside the folder, and then puts it there as a whole.
fn write(name: &str, language: Language, folder: &Path) -> anyhow::Result<()> {
    let failed = || format!("failed to make {}", folder.display());
    let parent = match folder.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).with_context(failed)?;
    let beside = parent.join(format!(".{name}-{}", process::id()));
    let written = scaffold::write(name, language, &beside)
        .and_then(|()| sdk::write(language, &beside.join(sdk::FOLDER)))
        .and_then(|()| fs::rename(&beside, folder));
    if written.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    written.with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_do_in_every_language() {
        for good in ["a", "tagger", "ioc-tagger", "vt2", "a-1"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        let long = "a".repeat(65);
        for bad in [
            "", "2fast", "-a", "a-", "a--b", "Tagger", "a_b", "a.b", "../a", "é", "a b", &long,
        ] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
