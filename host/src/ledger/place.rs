//! Where a ledger is: a file, or a server.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use url::Url;

use super::LedgerError;

/// Where a ledger is. Shown, it has no password.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A SQLite database.
    File(PathBuf),
    /// A PostgreSQL database.
    Server(Url),
}

/// What every SQLite database begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

impl Place {
    pub(super) fn parse(text: &str) -> Result<Self, LedgerError> {
        let wrong = |reason: String| LedgerError::NoPlace { reason };
        if text.is_empty() {
            return Err(wrong("it is empty".into()));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Self::File(text.strip_prefix("sqlite:").unwrap_or(text).into()));
        };
        match scheme {
            "sqlite" => Ok(Self::File(rest.into())),
            // The text itself may have a password, and is not repeated.
            "postgres" | "postgresql" => Url::parse(text)
                .map(Self::Server)
                .map_err(|error| wrong(format!("it is not a URL: {error}"))),
            _ => Err(wrong(format!(
                "nothing is known of `{}://`",
                crate::text::excerpt(scheme)
            ))),
        }
    }

    /// As the database driver wants it.
    pub(super) fn url(&self) -> Result<Url, LedgerError> {
        match self {
            Self::Server(url) => Ok(url.clone()),
            Self::File(path) => {
                let path = std::path::absolute(path).map_err(|reason| self.unreadable(&reason))?;
                // A `%`, a `?` or a `#` would mean something to the driver.
                let path = path
                    .to_string_lossy()
                    .replace('%', "%25")
                    .replace('?', "%3F")
                    .replace('#', "%23");
                Url::parse(&format!("sqlite://{path}")).map_err(|error| LedgerError::NoPlace {
                    reason: error.to_string(),
                })
            }
        }
    }

    /// Makes the file if it is not there, for this user only; and sees that one that is there is a database, so that nothing
    /// else is ever written to.
    pub(super) fn prepare(&self) -> Result<(), LedgerError> {
        let Self::File(path) = self else { return Ok(()) };
        let mut begin = Vec::new();
        make_private(path)
            .and_then(|()| {
                std::fs::File::open(path)?
                    .take(MAGIC.len() as u64)
                    .read_to_end(&mut begin)
            })
            .map_err(|reason| self.unreadable(&reason))?;
        if begin.is_empty() || begin == MAGIC {
            Ok(())
        } else {
            Err(LedgerError::NotALedger {
                place: self.to_string(),
                reason: "it is not a SQLite database".into(),
            })
        }
    }

    fn unreadable(&self, reason: &io::Error) -> LedgerError {
        match reason.kind() {
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => LedgerError::ReadOnly {
                place: self.to_string(),
            },
            io::ErrorKind::StorageFull => LedgerError::DiskFull {
                place: self.to_string(),
            },
            _ => LedgerError::Unavailable {
                place: self.to_string(),
                reason: format!("{reason}; see that its folder is there"),
            },
        }
    }
}

/// SQLite gives the files beside it the same permissions.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(())
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(url) => {
                let mut shown = url.clone();
                // A URL that cannot have a password has none. What else it says may be one: `?password=`.
                let _ = shown.set_password(None);
                shown.set_query(None);
                shown.fmt(f)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_without_its_password() {
        let cases = [
            ("postgres://sclera:hidden@db/sclera", "postgres://sclera@db/sclera"),
            ("postgres://db/sclera?user=a&password=hidden", "postgres://db/sclera"),
            ("state/ledger.sqlite", "state/ledger.sqlite"),
            ("sqlite:state/ledger.sqlite", "state/ledger.sqlite"),
            ("sqlite:///var/ledger.sqlite", "/var/ledger.sqlite"),
        ];
        for (text, shown) in cases {
            assert_eq!(Place::parse(text).unwrap().to_string(), shown);
        }
        for text in ["", "mysql://root:hidden@db/x", "postgres://a:hidden@[/"] {
            let error = Place::parse(text).unwrap_err().to_string();
            assert!(!error.contains("hidden"), "{error}");
        }
    }
}
