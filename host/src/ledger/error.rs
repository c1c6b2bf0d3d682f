//! Why a ledger does not do what it was asked for, and what to do.

use super::place::Place;

/// Why the ledger did not do what it was asked for.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// It does not answer, or cannot write.
    #[error("the ledger {place} cannot be used: {reason}")]
    Unavailable {
        /// Where it is. No password is in it.
        place: String,
        /// What happened, and what to do.
        reason: String,
    },
    /// Nothing is there that could be a ledger.
    #[error(
        "that is no place for a ledger: {reason}; give the path of a SQLite file, or `postgres://USER@HOST/DATABASE`"
    )]
    NoPlace {
        /// What is wrong with it.
        reason: String,
    },
    /// Something else is there. It was not changed.
    #[error(
        "{place} is not a ledger: {reason}; it was not changed; give the path of a ledger, or of a file that is not there yet"
    )]
    NotALedger {
        /// Where it is.
        place: String,
        /// What is there.
        reason: String,
    },
    /// Parts of it cannot be read any more.
    #[error(
        "the ledger {place} is damaged: {reason}; put it aside with the files beside it that begin with its name, and take it from a backup, or save what can be read with `sqlite3 FILE .recover`"
    )]
    Corrupt {
        /// Where it is.
        place: String,
        /// What the database says.
        reason: String,
    },
    /// It was written by a version of Sclera that this one does not know. It was not changed.
    #[error(
        "the ledger {place} belongs to a newer version of Sclera (it has the change {migration}); use that version"
    )]
    Newer {
        /// Where it is.
        place: String,
        /// The first change of its tables that this version does not know.
        migration: i64,
    },
    /// This process may not write to it.
    #[error("the ledger {place} cannot be written; see that this user may write to it, and to its folder")]
    ReadOnly {
        /// Where it is.
        place: String,
    },
    /// There is no room for what must be written.
    #[error("there is no room left for the ledger {place}; make room on its disk, or keep less of it (`[ledger]`)")]
    DiskFull {
        /// Where it is.
        place: String,
    },
    /// It cannot write as fast as things happen.
    #[error("the ledger {place} does not keep up: {waiting} entries wait to be written; see whether its disk is slow")]
    Behind {
        /// Where it is.
        place: String,
        /// Entries that wait.
        waiting: usize,
    },
}

/// What a database's error means, whichever database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Somebody else is using it. It may work in a moment.
    Busy,
    /// The connection is gone, or there is none.
    Away,
    Full,
    ReadOnly,
    NotADatabase,
    Corrupt,
    Other,
}

impl Meaning {
    pub(super) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => error.code().map_or(Self::Other, |code| Self::of_code(&code)),
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed | sqlx::Error::PoolClosed => {
                Self::Away
            }
            _ => Self::Other,
        }
    }

    fn of_code(code: &str) -> Self {
        match code {
            // PostgreSQL: five letters or digits, see its appendix A.
            "40001" | "40P01" | "55P03" => return Self::Busy,
            "57P01" | "57P02" | "57P03" | "53300" => return Self::Away,
            "53100" => return Self::Full,
            "25006" | "42501" => return Self::ReadOnly,
            "XX001" | "XX002" => return Self::Corrupt,
            _ if code.len() == 5 => return Self::Other,
            _ => {}
        }
        // SQLite: the last byte says the kind.
        match code.parse::<i32>().unwrap_or_default() & 0xff {
            5 | 6 => Self::Busy,
            8 => Self::ReadOnly,
            11 => Self::Corrupt,
            13 => Self::Full,
            26 => Self::NotADatabase,
            _ => Self::Other,
        }
    }

    /// Whether it may pass by itself, and soon.
    pub(super) fn passes(self) -> bool {
        matches!(self, Self::Busy | Self::Away)
    }
}

impl LedgerError {
    pub(super) fn of(place: &Place, error: &sqlx::Error) -> Self {
        let place = place.to_string();
        match Meaning::of(error) {
            Meaning::Full => Self::DiskFull { place },
            Meaning::ReadOnly => Self::ReadOnly { place },
            Meaning::Corrupt => Self::Corrupt {
                place,
                reason: error.to_string(),
            },
            Meaning::NotADatabase => Self::NotALedger {
                place,
                reason: error.to_string(),
            },
            Meaning::Busy => Self::Unavailable {
                place,
                reason: format!("{error}; see which other process is using it for so long"),
            },
            Meaning::Away => Self::Unavailable {
                place,
                reason: format!("{error}; see that it runs, and can be reached from here"),
            },
            Meaning::Other => Self::Unavailable {
                place,
                reason: error.to_string(),
            },
        }
    }

    pub(super) fn ended(place: &Place) -> Self {
        Self::Unavailable {
            place: place.to_string(),
            reason: "its thread has ended; see the host's own log".into(),
        }
    }
}
