//! What goes wrong between us and the broker, and what to do about it.

use std::fmt;
use std::io;

use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};
use lapin::{Error, ErrorKind};
use tokio::time::timeout;

use super::session::PATIENCE;

/// Why the broker did not do what it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    reason: String,
    /// Whether trying again is of no use before somebody has changed something.
    pub(super) is_final: bool,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Trouble {
    /// No answer in time.
    pub(super) fn silent(what: &str) -> Self {
        Self {
            reason: what.to_owned(),
            is_final: false,
        }
    }

    pub(super) fn refused(reason: String) -> Self {
        Self {
            reason,
            is_final: false,
        }
    }

    /// While it was connected to.
    pub(super) fn connecting(error: &Error, tls: bool) -> Self {
        let (hint, is_final) = match error.kind() {
            ErrorKind::IOError(io) if tls && is_tls(io) => (
                "TLS failed; name whoever vouches for the broker's certificate with `ca` (or `cacertfile=PATH` in the \
                 address), and let the address have the host name that is in the certificate",
                true,
            ),
            ErrorKind::IOError(io) if tls && io.kind() == io::ErrorKind::UnexpectedEof => (
                "it closed the connection while TLS began; does it speak TLS at this port?",
                false,
            ),
            ErrorKind::IOError(_) => ("it cannot be reached; does it run?", false),
            ErrorKind::ProtocolError(error) => match error.kind() {
                AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED) => {
                    ("it refuses the user, the password, or what the user is to do", true)
                }
                AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED) => (
                    "the vhost is not there, or not for this user; see `rabbitmqctl list_permissions`",
                    true,
                ),
                AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED) => (
                    "an exchange or a queue of that name is there, and is another one; choose another prefix, or delete it \
                     when it is empty",
                    true,
                ),
                _ => ("it refuses", false),
            },
            _ => ("it cannot be talked to", false),
        };
        Self {
            reason: format!("{hint} ({error})"),
            is_final,
        }
    }

    /// While it was connected.
    pub(super) fn talking(error: &Error) -> Self {
        Self {
            reason: format!("the connection was lost ({error})"),
            is_final: false,
        }
    }
}

/// What rustls complains about comes as invalid data.
fn is_tls(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other
    )
}

/// Waits for the broker's answer, but not for ever.
pub(super) async fn answer<T>(asked: impl Future<Output = lapin::Result<T>>) -> Result<T, Trouble> {
    match timeout(PATIENCE, asked).await {
        Ok(answered) => answered.map_err(|error| Trouble::talking(&error)),
        Err(_) => Err(Trouble::silent("it did not answer")),
    }
}
