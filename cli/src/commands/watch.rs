//! Waits until a file changes.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// A file that is watched.
pub(crate) struct Watched {
    changes: mpsc::UnboundedReceiver<()>,
    _watcher: notify::RecommendedWatcher,
}

/// A compiler writes a file in several steps; after this long without another one it is whole.
const QUIET: Duration = Duration::from_millis(200);

impl Watched {
    /// Begins to watch. The folder is watched, because many tools replace a file instead of writing it.
    pub(crate) fn new(file: &Path) -> anyhow::Result<Self> {
        let file = std::path::absolute(file)?;
        let folder = file.parent().context("the file is in no folder")?.to_owned();
        let (tell, changes) = mpsc::unbounded_channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let concerns = event.is_ok_and(|event| !event.kind.is_access() && event.paths.contains(&file));
            if concerns {
                // Fails only when nobody waits any more.
                let _ = tell.send(());
            }
        })?;
        watcher
            .watch(&folder, RecursiveMode::NonRecursive)
            .with_context(|| format!("failed to watch {}", folder.display()))?;
        Ok(Self {
            changes,
            _watcher: watcher,
        })
    }

    /// Waits for the next change. False on Ctrl-C.
    pub(crate) async fn changed(&mut self) -> anyhow::Result<bool> {
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => {
                pressed?;
                return Ok(false);
            }
            change = self.changes.recv() => if change.is_none() {
                return Ok(false);
            }
        }
        while let Ok(Some(())) = tokio::time::timeout(QUIET, self.changes.recv()).await {}
        Ok(true)
    }
}
