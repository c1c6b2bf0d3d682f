//! Whose messages are taken, and whether that one still lives: told by a lock, which the operating system ends with the
//! process, and not by a clock.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// A name, and a lock on the file of that name for as long as this is there.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    _lock: File,
}

impl Owner {
    pub(super) fn new(database: &Path) -> io::Result<Self> {
        let folder = folder(database);
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let name = Uuid::now_v7().to_string();
        let lock = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(folder.join(&name))?;
        lock.lock()?;
        Ok(Self {
            name,
            folder,
            _lock: lock,
        })
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // If it stays, somebody who looks whether this one lives removes it.
        let _ = std::fs::remove_file(self.folder.join(&self.name));
    }
}

/// Whether the owner of that name has ended.
pub(super) fn is_gone(database: &Path, name: &str) -> io::Result<bool> {
    match File::open(folder(database).join(name)) {
        Ok(file) => match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Removes what is left of an owner that has ended.
pub(super) fn forget(database: &Path, name: &str) {
    let _ = std::fs::remove_file(folder(database).join(name));
}

/// Beside the database: `queue.sqlite-owners`.
fn folder(database: &Path) -> PathBuf {
    let mut folder = database.as_os_str().to_owned();
    folder.push("-owners");
    folder.into()
}
