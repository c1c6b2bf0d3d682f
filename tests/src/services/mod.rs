//! The services that tests need, found or started: a test that needs one is never skipped.
//!
//! [`postgres`] and [`rabbitmq`] are for tests that only use one. Those that cut one start their own: a
//! [`PostgresCluster`] or a [`RabbitNode`]. Whatever is started here ends with the process that started it, also if that is
//! killed.

mod guard;
mod postgres;
mod rabbitmq;

use std::io::ErrorKind;
use std::net::TcpListener;

use anyhow::{Result, bail};

pub use postgres::PostgresCluster;
pub use rabbitmq::RabbitNode;

/// The URL of a PostgreSQL database that is empty, and of which nobody else knows.
///
/// It is in the server that `SCLERA_TEST_POSTGRES` names (the URL of any database there, of a user who may make others);
/// else in the one of this machine, if it lets us; else in one that is started for this process.
///
/// # Panics
///
/// If there is none, and none can be started: with what to install.
#[expect(clippy::panic, reason = "a test cannot go on without it, and must not be skipped")]
pub fn postgres() -> String {
    postgres::database().unwrap_or_else(|error| panic!("{error:#}"))
}

/// The URL of a RabbitMQ that others may use, too: give queues names of your own.
///
/// It is the one that `SCLERA_TEST_AMQP` names; else the one of this machine; else one that is started for this process.
///
/// # Panics
///
/// If there is none, and none can be started: with what to install.
#[expect(clippy::panic, reason = "a test cannot go on without it, and must not be skipped")]
pub fn rabbitmq() -> String {
    rabbitmq::url().unwrap_or_else(|error| panic!("{error:#}"))
}

/// Ports that the system gives to nobody unasked: a server that is started again finds its port free.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port that nobody listens at.
pub(crate) fn free_port() -> Result<u16> {
    // Others look for ports at the same time, and begin elsewhere.
    let began = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().subsec_nanos();
    let room = u32::from(PORTS.end - PORTS.start);
    for step in 0..room {
        let port = PORTS.start + u16::try_from((began + step) % room)?;
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => return Ok(port),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("no port between {} and {} is free", PORTS.start, PORTS.end);
}
