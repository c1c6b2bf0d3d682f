//! Where workers find modules by their digest: a folder that the processes of one server share.
//!
//! A delivery is for the very version of a module that was loaded when its hook happened. Whoever runs it may be another
//! process, or may have loaded another version since. What is loaded is therefore kept here, as `<digest>.wasm`, and never
//! changes; beside it, `<digest>.json` says whose version it is, so that a worker which has loaded nothing knows whom it can
//! work for. Both are there as a whole or not at all.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::source::digest;

/// A folder of modules, found by their digests. Clones are the same store.
#[derive(Clone, Debug)]
pub struct ModuleStore {
    folder: Arc<Path>,
}

/// Why a module could not be kept in the store, or taken out of it.
#[derive(Debug, thiserror::Error)]
#[error("the module store cannot use `{}`: {fault}", .file.display())]
pub struct StoreError {
    /// The file, or the folder itself.
    pub file: PathBuf,
    /// What is wrong.
    #[source]
    pub fault: StoreFault,
}

/// What is wrong with a store, or with a file in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreFault {
    /// It cannot be made, written or read.
    #[error("{0}; see whether the folder is there, has room, and belongs to this user")]
    Unusable(#[from] io::Error),
    /// What is in the file is not what its name says: it is damaged, or somebody has changed it. It is not run.
    #[error(
        "its content has the digest {found}, and not the one that it is named after: it is damaged, or was changed; look into that, remove it, and load the module again"
    )]
    Altered {
        /// The digest of what is there.
        found: String,
    },
    /// The file that says whose version it is cannot be understood.
    #[error("it does not say whose version it is: {0}; remove it, and load the module again")]
    NoLabel(String),
    /// The module was examined by a host that has no store, and its file is not known any more.
    #[error("the module was examined by a host without a store; load it from its file")]
    NoFile,
}

/// Whose version a file of the store is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) name: String,
    pub(crate) version: String,
}

impl ModuleStore {
    /// Opens the folder, and makes it if need be. Everyone who can write to it can keep modules from being found, but cannot
    /// have others run in their place.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        match fs::create_dir_all(&folder) {
            Ok(()) => Ok(Self { folder: folder.into() }),
            Err(error) => Err(StoreError {
                file: folder,
                fault: error.into(),
            }),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a module, if it is not there as it should be.
    pub(crate) fn put(&self, digest: &str, label: &Label, file: Option<&[u8]>) -> Result<(), StoreError> {
        match (self.get(digest), file) {
            (Ok(Some(_)), _) => {}
            (_, Some(file)) => self.write(&format!("{digest}.wasm"), file)?,
            (Err(error), None) => return Err(error),
            (Ok(None), None) => return Err(self.error(&format!("{digest}.wasm"), StoreFault::NoFile)),
        }
        let name = format!("{digest}.json");
        // A label is made of nothing that JSON cannot hold.
        let text = serde_json::to_vec(label).unwrap_or_default();
        match fs::read(self.folder.join(&name)) {
            Ok(there) if there == text => Ok(()),
            _ => self.write(&name, &text),
        }
    }

    /// The file of the module with this digest, if it is there.
    pub(crate) fn get(&self, wanted: &str) -> Result<Option<Vec<u8>>, StoreError> {
        // It may come from a message in a queue: nothing else may be in the name of a file.
        if wanted.len() != 64 || !wanted.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
            return Ok(None);
        }
        let name = format!("{wanted}.wasm");
        let file = match fs::read(self.folder.join(&name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.error(&name, error.into())),
        };
        match digest(&file) {
            found if found == wanted => Ok(Some(file)),
            found => Err(self.error(&name, StoreFault::Altered { found })),
        }
    }

    /// Whose versions are there, of those that are not in `seen`, which they are then. One that cannot be read is told, and
    /// does not keep the others from being found.
    pub(crate) fn labels(&self, seen: &mut HashSet<OsString>) -> Result<Vec<Label>, StoreError> {
        let listed = fs::read_dir(&self.folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let listed = listed.map_err(|error| self.error("", error.into()))?;
        let mut labels = Vec::new();
        for name in listed.into_iter().map(|entry| entry.file_name()) {
            let path = Path::new(&name);
            let is_label = path.extension().is_some_and(|extension| extension == "json");
            if !is_label || seen.contains(&name) {
                continue;
            }
            match fs::read(self.folder.join(path)).map(|text| serde_json::from_slice(&text)) {
                Ok(Ok(label)) => labels.push(label),
                Ok(Err(error)) => {
                    let fault = StoreFault::NoLabel(error.to_string());
                    tracing::error!("{}", self.error(&path.display().to_string(), fault));
                }
                Err(error) => {
                    tracing::error!("{}", self.error(&path.display().to_string(), error.into()));
                    continue;
                }
            }
            seen.insert(name);
        }
        Ok(labels)
    }

    /// Writes a file that is there as a whole, or not at all, and stays whatever crashes.
    fn write(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let temporary = self.folder.join(format!(".new-{}", Uuid::new_v4()));
        let written = (|| {
            let mut file = File::create_new(&temporary)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&temporary, self.folder.join(name))?;
            File::open(&self.folder)?.sync_all()
        })();
        written.map_err(|error| {
            // It may not even be there.
            let _ = fs::remove_file(&temporary);
            self.error(name, error.into())
        })
    }

    fn error(&self, name: &str, fault: StoreFault) -> StoreError {
        StoreError {
            file: self.folder.join(name),
            fault,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, ModuleStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = ModuleStore::open(folder.path().join("deep/modules")).unwrap();
        (folder, store)
    }

    fn label(name: &str) -> Label {
        Label {
            name: name.into(),
            version: "1.0.0".into(),
        }
    }

    #[test]
    fn what_was_put_is_found_by_its_digest_and_by_its_name() {
        let (_folder, store) = store();
        let id = digest(b"a module");
        assert_eq!(store.get(&id).unwrap(), None);
        store.put(&id, &label("one"), Some(b"a module")).unwrap();
        store.put(&id, &label("one"), None).unwrap();
        assert_eq!(store.get(&id).unwrap().as_deref(), Some(&b"a module"[..]));
        let mut seen = HashSet::new();
        assert_eq!(store.labels(&mut seen).unwrap(), [label("one")]);
        assert_eq!(store.labels(&mut seen).unwrap(), []);
        let names = fs::read_dir(store.folder()).unwrap().count();
        assert_eq!(names, 2, "nothing is left behind");
    }

    #[test]
    fn a_file_that_is_not_what_its_name_says_is_refused_and_written_anew_when_the_module_is_loaded() {
        let (_folder, store) = store();
        let id = digest(b"a module");
        store.put(&id, &label("one"), Some(b"a module")).unwrap();
        fs::write(store.folder().join(format!("{id}.wasm")), b"another").unwrap();
        let refused = store.get(&id).unwrap_err();
        assert!(matches!(refused.fault, StoreFault::Altered { .. }), "{refused}");
        store.put(&id, &label("one"), Some(b"a module")).unwrap();
        assert!(store.get(&id).unwrap().is_some());
    }

    #[test]
    fn a_digest_leads_to_no_file_outside_of_the_store() {
        let (folder, store) = store();
        fs::write(folder.path().join("secret.wasm"), b"x").unwrap();
        for wanted in ["../../secret", "", "ABC", &"A".repeat(64), &"é".repeat(32)] {
            assert_eq!(store.get(wanted).unwrap(), None, "{wanted}");
        }
    }

    #[test]
    fn a_label_that_nobody_understands_hides_no_other() {
        let (_folder, store) = store();
        store.put(&digest(b"a"), &label("one"), Some(b"a")).unwrap();
        fs::write(store.folder().join("broken.json"), b"{").unwrap();
        assert_eq!(store.labels(&mut HashSet::new()).unwrap(), [label("one")]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let refused = ModuleStore::open(file.join("modules")).unwrap_err();
        assert!(matches!(refused.fault, StoreFault::Unusable(_)), "{refused}");
    }
}
