//! Where the server keeps what must not be lost: the ledger, the queue, and the modules.

use std::path::{Path, PathBuf};

/// Where the server keeps what must not be lost. By default nothing is kept: the ledger and the queue end with the process.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// A folder for all of it, made if need be. Workers elsewhere are given the same.
    pub folder: Option<PathBuf>,
    /// The ledger, if it is not in the folder: a SQLite file, or the URL of a PostgreSQL.
    pub ledger: Option<String>,
    /// The queue, if it is not in the folder: a SQLite file, or the URL of a RabbitMQ.
    pub queue: Option<String>,
}

impl State {
    /// The ledger; in `temporary` if it was given no place.
    pub(crate) fn ledger_in(&self, temporary: &Path) -> String {
        let file = || self.folder.as_deref().unwrap_or(temporary).join("ledger.sqlite");
        self.ledger.clone().unwrap_or_else(|| file().display().to_string())
    }

    /// The queue, and the file for what it does not take while it is down. None: it is in memory.
    pub(crate) fn queue(&self) -> Option<(String, Option<PathBuf>)> {
        let file = self.file("queue.sqlite").map(|file| file.display().to_string());
        Some((self.queue.clone().or(file)?, self.file("outbox.sqlite")))
    }

    /// The folder of the modules, for workers elsewhere.
    pub(crate) fn modules(&self) -> Option<PathBuf> {
        self.file("modules")
    }

    /// What modules keep between deliveries.
    pub(crate) fn keyvalue(&self) -> Option<PathBuf> {
        self.file("keyvalue.sqlite")
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_deref().map(|folder| folder.join(name))
    }
}
