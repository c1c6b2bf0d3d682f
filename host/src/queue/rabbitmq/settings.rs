//! Where the broker is, and how it is talked to.

use std::fmt;
use std::path::PathBuf;

use lapin::tcp::OwnedTLSConfig;
use lapin::uri::{AMQPScheme, AMQPUri};
use url::Url;

use crate::queue::QueueError;

/// RabbitMQ 3.10 or later as the queue of one or of many hosts and workers.
#[derive(Clone)]
#[non_exhaustive]
pub struct RabbitMq {
    /// `amqp://user:password@host:port/vhost`, or `amqps://…` for TLS. No vhost means `/`. `heartbeat=SECONDS` as a parameter
    /// says after how long a connection that is silent counts as lost; 10 unless it is said.
    pub url: String,
    /// A SQLite file on a local disk that takes deliveries in while the broker does not answer. One for each process.
    pub outbox: PathBuf,
    /// For TLS: the certificates, as PEM, of who may vouch for the broker, besides those that browsers trust. Also
    /// `cacertfile=PATH` as a parameter of the URL, as RabbitMQ's own clients have it.
    pub ca: Option<PathBuf>,
    /// What the names of all exchanges and queues begin with: hosts with different prefixes know nothing of each other.
    pub prefix: String,
}

impl RabbitMq {
    /// The broker at that URL, with that file for what it does not take.
    pub fn new(url: impl Into<String>, outbox: impl Into<PathBuf>) -> Self {
        Self {
            url: url.into(),
            outbox: outbox.into(),
            ca: None,
            prefix: "sclera".to_owned(),
        }
    }
}

impl fmt::Debug for RabbitMq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = Url::parse(&self.url).map_or_else(|_| "not a URL".to_owned(), |url| place(&url));
        f.debug_struct("RabbitMq")
            .field("url", &place)
            .field("outbox", &self.outbox)
            .field("ca", &self.ca)
            .field("prefix", &self.prefix)
            .finish()
    }
}

/// The settings, read.
pub(super) struct Address {
    pub(super) uri: AMQPUri,
    /// What people may see of it: no password.
    pub(super) place: String,
    ca: Option<String>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl Address {
    /// Reads the settings, and the file of the certificate authority.
    pub(super) async fn read(settings: &RabbitMq) -> Result<Self, QueueError> {
        let unusable = |place: &str, reason: String| QueueError::Unavailable {
            place: place.to_owned(),
            reason,
        };
        // What is no URL may still have a password in it.
        let url = Url::parse(&settings.url).map_err(|error| {
            let reason = format!("its address is not a URL ({error}); write `amqp://user:password@host:5672/vhost`");
            unusable("RabbitMQ", reason)
        })?;
        let place = place(&url);
        if !matches!(url.scheme(), "amqp" | "amqps") || url.host_str().is_none_or(str::is_empty) {
            let reason = "its address must be `amqp://user:password@host:5672/vhost`, or begin with `amqps://` for TLS";
            return Err(unusable(&place, reason.to_owned()));
        }
        if url.path().contains('@') {
            let reason = "a `/` in its user or its password must be written as `%2F`";
            return Err(unusable(&place, reason.to_owned()));
        }
        let mut uri: AMQPUri = settings
            .url
            .parse()
            .map_err(|error| unusable(&place, format!("its address cannot be read: {error}")))?;
        // An address of IPv6 is no domain, which is all that the parser looks for.
        if let Some(host) = url.host_str() {
            uri.authority.host = host.trim_matches(['[', ']']).to_owned();
        }
        if uri.vhost.is_empty() {
            "/".clone_into(&mut uri.vhost);
        }
        uri.query.heartbeat.get_or_insert(10);

        let named = url.query_pairs().find(|(name, _)| name == "cacertfile");
        let file = settings
            .ca
            .clone()
            .or_else(|| named.map(|(_, path)| PathBuf::from(path.as_ref())));
        let ca = match file {
            Some(_) if uri.scheme == AMQPScheme::AMQP => {
                let reason = "a certificate authority is of use only with TLS; let the address begin with `amqps://`";
                return Err(unusable(&place, reason.to_owned()));
            }
            Some(file) => {
                let pem = tokio::fs::read_to_string(&file).await.map_err(|error| {
                    let reason = format!("the certificate authority {} cannot be read: {error}", file.display());
                    unusable(&place, reason)
                })?;
                if !pem.contains("-----BEGIN CERTIFICATE-----") {
                    let reason = format!("there is no certificate in {}; it must be in PEM", file.display());
                    return Err(unusable(&place, reason));
                }
                Some(pem)
            }
            None => None,
        };
        Ok(Self { uri, place, ca })
    }

    pub(super) fn tls(&self) -> OwnedTLSConfig {
        OwnedTLSConfig {
            identity: None,
            cert_chain: self.ca.clone(),
        }
    }

    pub(super) fn uses_tls(&self) -> bool {
        self.uri.scheme == AMQPScheme::AMQPS
    }

    pub(super) fn unavailable(&self, reason: impl Into<String>) -> QueueError {
        QueueError::Unavailable {
            place: self.place.clone(),
            reason: reason.into(),
        }
    }
}

/// An address without its password and its parameters. Of one that was not written as an address is, little is shown: what
/// looks like a path may be the rest of a password with a `/` in it.
fn place(url: &Url) -> String {
    if url.cannot_be_a_base() || !url.has_host() || url.path().contains('@') {
        return format!("{}://…", url.scheme());
    }
    let user = match url.username() {
        "" => String::new(),
        user => format!("{user}@"),
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let host = url.host_str().unwrap_or_default();
    format!("{}://{user}{host}{port}{}", url.scheme(), url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(url: &str) -> String {
        Address::read(&RabbitMq::new(url, "outbox.sqlite"))
            .await
            .expect_err("it is no address")
            .to_string()
    }

    #[tokio::test]
    async fn no_error_and_no_debug_output_shows_the_password() {
        for url in [
            "http://user:hunter2@host/vhost",
            "amqp://user:hunter2@:99999/",
            "amqp:user:hunter2",
            "amqp://user:1/hunter2@host/vhost",
            "user:hunter2@host",
            "amqp://user:hunter2@host/vhost?cacertfile=/nowhere/ca.pem",
            "amqps://user:hunter2@host/vhost?cacertfile=/nowhere/ca.pem",
            "amqp://user:hunter2@host/?heartbeat=hunter2",
        ] {
            let error = refused(url).await;
            assert!(!error.contains("hunter2"), "{error}");
            let debug = format!("{:?}", RabbitMq::new(url, "outbox.sqlite"));
            assert!(!debug.contains("hunter2"), "{debug}");
        }
    }

    #[tokio::test]
    async fn an_address_is_read_as_people_mean_it() {
        let read = async |url: &str| Address::read(&RabbitMq::new(url, "outbox.sqlite")).await.unwrap();
        assert_eq!(read("amqp://localhost").await.uri.vhost, "/");
        assert_eq!(read("amqp://localhost/").await.uri.vhost, "/");
        assert_eq!(read("amqp://localhost/%2f").await.uri.vhost, "/");
        assert_eq!(read("amqp://localhost/cases").await.uri.vhost, "cases");
        assert_eq!(read("amqp://[::1]:5673").await.uri.authority.host, "::1");
        assert_eq!(read("amqps://u:p@host/v").await.place, "amqps://u@host/v");
        assert_eq!(read("amqps://host").await.uri.authority.port, 5671);
    }
}
