//! Waits until a file changes.
//!
//! It looks at the file five times a second instead of asking the system for notifications: those are silent on network
//! file systems and on folders that a container shares with its host, and end for good when a `cargo clean` removes the
//! folder. A look costs a microsecond.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A compiler writes a file in several steps; when it looks the same for this long, it is whole.
const PERIOD: Duration = Duration::from_millis(200);

/// A file that is watched.
pub(super) struct Watched {
    file: PathBuf,
    /// How it looked when it was last shown; none if it was missing.
    seen: Option<Look>,
}

/// What tells two states of a file apart without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    modified: SystemTime,
    size: u64,
}

impl Watched {
    /// Begins to watch. The file need not be there yet.
    pub(super) fn new(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            seen: Look::at(file),
        }
    }

    /// Waits until the file is another one than before. While it is missing, nothing has changed: what removes a file
    /// mostly makes it anew.
    pub(super) async fn changed(&mut self) {
        let mut last = None;
        loop {
            tokio::time::sleep(PERIOD).await;
            let now = Look::at(&self.file);
            if now.is_some() && now != self.seen && now == last {
                self.seen = now;
                return;
            }
            last = now;
        }
    }
}

impl Look {
    fn at(file: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(file).ok()?;
        Some(Self {
            modified: metadata.modified().ok()?,
            size: metadata.len(),
        })
    }
}
