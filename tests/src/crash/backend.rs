//! Where the queue and the ledger are.

use serde::Serialize;

/// Where the queue and the ledger are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// Both in SQLite files.
    Sqlite,
    /// The queue in a RabbitMQ, the ledger in a SQLite file.
    Rabbitmq,
    /// The queue in a RabbitMQ, the ledger in a PostgreSQL.
    RabbitmqPostgres,
    /// The queue in a SQLite file, the ledger in a PostgreSQL.
    Postgres,
}

impl Backend {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sqlite, Self::Rabbitmq, Self::RabbitmqPostgres, Self::Postgres];

    pub(super) fn has_broker(self) -> bool {
        matches!(self, Self::Rabbitmq | Self::RabbitmqPostgres)
    }

    pub(super) fn has_database(self) -> bool {
        matches!(self, Self::Postgres | Self::RabbitmqPostgres)
    }
}
