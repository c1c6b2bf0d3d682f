//! Where a server keeps what must not be lost: its ledger, its queue, and its modules. The same options wherever they are
//! needed.

use std::path::{Path, PathBuf};

use sclera::{Keep, Ledger};

use crate::exit::UsageError;

/// Where a server keeps what must not be lost.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct StateArgs {
    /// The server's data folder: `ledger.sqlite`, `queue.sqlite`, `outbox.sqlite`, `modules/`.
    #[arg(long, env = "SCLERA_DATA", value_name = "DIR", help_heading = STATE)]
    pub(crate) data: Option<PathBuf>,

    /// The ledger: a SQLite file, or `postgres://USER@HOST/DATABASE` [default: in the data folder].
    #[arg(long, env = "SCLERA_LEDGER", hide_env_values = true, value_name = "PLACE", help_heading = STATE)]
    pub(crate) ledger: Option<String>,

    /// The queue: a SQLite file, or `amqp://USER@HOST` of a RabbitMQ [default: in the data folder].
    #[arg(long, env = "SCLERA_QUEUE", hide_env_values = true, value_name = "PLACE", help_heading = STATE)]
    pub(crate) queue: Option<String>,
}

const STATE: &str = "State of the server";

impl StateArgs {
    /// Where the ledger is.
    pub(crate) fn ledger_place(&self) -> Result<String, UsageError> {
        self.place(self.ledger.as_ref(), "ledger", "ledger.sqlite")
    }

    /// Where the queue is.
    pub(crate) fn queue_place(&self) -> Result<String, UsageError> {
        self.place(self.queue.as_ref(), "queue", "queue.sqlite")
    }

    /// A file of the data folder, if there is one.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        self.data.as_deref().map(|folder: &Path| folder.join(name))
    }

    fn place(&self, given: Option<&String>, option: &str, file: &str) -> Result<String, UsageError> {
        if let Some(place) = given {
            return Ok(place.clone());
        }
        let file = self.file(file).ok_or_else(|| {
            UsageError(format!(
                "where is the {option}? Give the server's data folder with `--data DIR`, or the {option} with `--{option} PLACE`"
            ))
        })?;
        Ok(file.display().to_string())
    }
}

/// Where the ledger of a server is.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerArgs {
    /// The server's data folder, with `ledger.sqlite` in it.
    #[arg(long, env = "SCLERA_DATA", value_name = "DIR", help_heading = STATE)]
    pub(crate) data: Option<PathBuf>,

    /// The ledger: a SQLite file, or `postgres://USER@HOST/DATABASE` [default: in the data folder].
    #[arg(long, env = "SCLERA_LEDGER", hide_env_values = true, value_name = "PLACE", help_heading = STATE)]
    pub(crate) ledger: Option<String>,
}

impl LedgerArgs {
    /// Opens the ledger. One that is not there is a mistake, not a new ledger.
    pub(crate) async fn open(&self) -> anyhow::Result<Ledger> {
        let place = match (&self.ledger, &self.data) {
            (Some(place), _) => place.clone(),
            (None, Some(folder)) => folder.join("ledger.sqlite").display().to_string(),
            (None, None) => {
                let wrong = "where is the ledger? Give the server's data folder with `--data DIR`, or the ledger itself with `--ledger PLACE`";
                return Err(UsageError(wrong.into()).into());
            }
        };
        let is_file = !place.contains("://");
        let file = place.strip_prefix("sqlite:").unwrap_or(&place);
        if is_file && !std::path::Path::new(file).exists() {
            return Err(UsageError(format!(
                "there is no ledger {file}; see whether the server writes one there"
            ))
            .into());
        }
        // Only a host takes away what is too old, by its own rule.
        Ok(Ledger::open(&place, &Keep::default()).await?)
    }
}
