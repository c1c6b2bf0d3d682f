//! Answers that were accepted once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::exact;
use super::expect::Failure;

/// Characters of a case's name in the name of a file.
const SLUG: usize = 80;

/// A name for a file, for each of the names of one file's cases.
pub(super) fn slugs<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    names
        .map(|name| {
            let slug = slug(name);
            let count = taken.entry(slug.clone()).or_default();
            *count += 1;
            match *count {
                1 => slug,
                count => format!("{slug}-{count}"),
            }
        })
        .collect()
}

fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars().take(SLUG) {
        if character.is_alphanumeric() {
            slug.extend(character.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "case".to_owned()
    } else {
        slug.to_owned()
    }
}

/// Where the snapshot of a case is.
pub(super) fn file(case_file: &Path, stem: &str, slug: &str) -> PathBuf {
    let folder = case_file.parent().unwrap_or(Path::new(""));
    folder.join("snapshots").join(stem).join(format!("{slug}.json"))
}

/// Compares an answer with the accepted one; or accepts it.
pub(super) fn check(file: &Path, answer: &str, accept: bool) -> anyhow::Result<Option<Failure>> {
    let came = exact::pretty(answer).unwrap_or_else(|| answer.to_owned());
    let accepted = match std::fs::read_to_string(file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("failed to read the snapshot {}", file.display())),
    };
    if accepted.as_deref().is_some_and(|accepted| exact::same(accepted, &came)) {
        return Ok(None);
    }
    if accept {
        let cannot = || format!("failed to write the snapshot {}", file.display());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(cannot)?;
        }
        std::fs::write(file, format!("{came}\n")).with_context(cannot)?;
        return Ok(None);
    }
    Ok(Some(match accepted {
        None => Failure::with(
            "the case has no snapshot yet; if this is right, accept it with `sclera test --accept`",
            came,
        ),
        Some(accepted) => Failure::differs(
            "the answer is not that of the snapshot; if it is right, accept it with `sclera test --accept`",
            exact::pretty(&accepted).unwrap_or(accepted),
            came,
        ),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_different_and_harmless() {
        let names = ["A new IOC!", "a new ioc", "../../etc/passwd", "***", "Ünïcode 漢"];
        let expected = ["a-new-ioc", "a-new-ioc-2", "etc-passwd", "case", "ünïcode-漢"];
        assert_eq!(slugs(names.into_iter()), expected);
    }
}
