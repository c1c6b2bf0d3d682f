//! One request and its response, on a connection of their own.

use std::error::Error as _;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderValue};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::task::AbortOnDropHandle;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::body::{ResponseBody, collect};
use super::gate::{Bounds, Gate, Unreachable};
use super::origin::{Origin, Scheme};
use super::responder::{HttpRequest, Shown};
use super::taped;
use crate::capabilities::octets;
use crate::capabilities::secrets::{Placeholders, PlacingError, Vault};
use crate::capabilities::tape::Place;

/// The least that hyper reads with.
const LEAST_BUFFER: usize = 8 << 10;

/// How long to wait: what the module asked for, where it is less than what is granted.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// For its turn; then, together, for the addresses, a connection and TLS.
    connect: Duration,
    /// For the head of the response, from the first byte of the request on.
    first_byte: Duration,
    between_bytes: Duration,
}

impl Patience {
    pub(super) fn of(options: Option<RequestOptions>, bounds: &Bounds) -> Self {
        let options = options.unwrap_or_default();
        let least = |asked: Option<Duration>| asked.map_or(bounds.timeout, |asked| asked.min(bounds.timeout));
        Self {
            connect: least(options.connect_timeout),
            first_byte: least(options.first_byte_timeout),
            between_bytes: least(options.between_bytes_timeout),
        }
    }
}

/// A response, and the task that keeps its connection going until it is dropped, if there is one.
pub(super) type Answered = (Response<WasiBody>, Option<AbortOnDropHandle<()>>);

/// What can go wrong.
pub(super) enum Failure {
    /// The module is told.
    Error(Error),
    /// It is not granted; why. The module is told, and the operator.
    Refused(Error, String),
    /// It is granted, and does not go for now; why. The module is told, and the operator.
    Remarked(Error, String),
}

impl From<PlacingError> for Failure {
    fn from(error: PlacingError) -> Self {
        match error {
            PlacingError::TooLarge => Self::Error(Error::HttpRequestBodySize(None)),
            PlacingError::Origin { .. } | PlacingError::Place { .. } | PlacingError::Malformed { .. } => {
                Self::Refused(Error::HttpRequestDenied, error.to_string())
            }
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// A request that may be sent.
pub(super) struct Exchange {
    pub(super) gate: Arc<Gate>,
    pub(super) origin: Origin,
    pub(super) patience: Patience,
    pub(super) placeholders: Arc<Placeholders>,
    /// How it looks to whoever answers in the place of the network, if somebody does.
    pub(super) shown: Option<Shown>,
    /// Where it is recorded, if it is.
    pub(super) record: Place,
}

impl Exchange {
    /// Has it answered, as soon as it has its turn. Its body is held whole before anything is sent: what must not leave does
    /// not leave in part.
    pub(super) async fn send(mut self, head: Parts, body: WasiBody) -> Result<Answered, Failure> {
        let place = timeout(self.patience.connect, self.gate.places.clone().acquire_owned())
            .await
            .map_err(|_| Error::ConnectionLimitReached)?
            .map_err(|_| Error::ConnectionTerminated)?;
        let place = Arc::new(place);
        let limit = self.gate.bounds.request_body;
        let collected = collect(body, limit).await?;
        self.record_body(&collected);
        let body = self
            .placeholders
            .place_in_body(collected.clone(), &head.headers, &self.origin, limit)?;
        match (self.shown.take(), self.gate.responder.clone()) {
            (Some(shown), Some(responder)) => {
                let shown_body = self.placeholders.named(&collected).into_owned().into();
                let gate = self.gate.clone();
                let placeholders = self.placeholders.clone();
                let request = HttpRequest::new(self, shown, shown_body, head, body, place.clone());
                let limit = gate.bounds.response_body;
                let response = responder.respond(request).await;
                let response = response.map_err(|fault| fault.into_failure(limit))?;
                Ok((response.into_response(&gate, placeholders.vault(), place)?, None))
            }
            _ => {
                let (response, connection) = self.reach(head, body, place).await?;
                Ok((response.map(BodyExt::boxed_unsync), Some(connection)))
            }
        }
    }

    /// Takes in the body that it has, and answers it as it was answered before.
    pub(super) async fn replay(self, body: WasiBody, answered: &Value) -> Result<Response<WasiBody>, Failure> {
        let collected = collect(body, self.gate.bounds.request_body).await?;
        let asked = self.record_body(&collected);
        if asked != self.record.asked_before("body") {
            self.record.part_from_before();
            return Err(taped::nobody());
        }
        taped::replay(answered, &self.record).unwrap_or_else(|| Err(taped::nobody()))
    }

    /// The body as it is recorded, with the names of secrets.
    fn record_body(&self, body: &[u8]) -> Option<Value> {
        if !self.record.is_kept() || body.is_empty() {
            return None;
        }
        let body = octets::written(&self.placeholders.named(body));
        self.record.asked_too("body", body.clone());
        Some(body)
    }

    /// Sends it over the network.
    pub(super) async fn reach(
        self,
        head: Parts,
        body: Bytes,
        place: Arc<OwnedSemaphorePermit>,
    ) -> Result<(Response<ResponseBody>, AbortOnDropHandle<()>), Failure> {
        let deadline = Instant::now() + self.patience.connect;
        let addresses = timeout_at(deadline, self.gate.resolve(&self.origin))
            .await
            .map_err(|_| Error::DnsTimeout)?
            .map_err(|why| match why {
                Unreachable::Unknown => Failure::Error(unknown_name()),
                Unreachable::Refused(why) => Failure::Refused(Error::DestinationIpProhibited, why),
            })?;
        let stream = connect(&addresses, deadline).await?;
        let (response, connection) = match self.origin.scheme {
            Scheme::Http => self.converse(stream, head, body).await?,
            Scheme::Https => {
                let secured = timeout_at(deadline, self.gate.tls.secure(&self.origin.host, stream));
                let stream = secured.await.map_err(|_| Error::ConnectionTimeout)??;
                self.converse(stream, head, body).await?
            }
        };
        let limit = self.gate.bounds.response_body;
        if response.body().size_hint().lower() > limit as u64 {
            return Err(Error::HttpResponseBodySize(Some(limit as u64)).into());
        }
        let patience = self.patience.between_bytes;
        let vault = self.placeholders.vault();
        let mut response = response.map(|incoming| ResponseBody::new(incoming, limit, patience, vault.clone(), place));
        mask(response.headers_mut(), vault);
        Ok((response, connection))
    }

    async fn converse(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        head: Parts,
        body: Bytes,
    ) -> Result<(Response<Incoming>, AbortOnDropHandle<()>), Error> {
        let (mut sender, connection) = http1::Builder::new()
            .max_header_size(self.gate.bounds.response_head)
            .max_buf_size(self.gate.bounds.response_head.max(LEAST_BUFFER))
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| fault_of(&error))?;
        // It ends with the response, whose body reports what goes wrong with it.
        let connection = AbortOnDropHandle::new(tokio::spawn(async move {
            let _ = connection.await;
        }));
        let request = self.request(head, body)?;
        let response = timeout(self.patience.first_byte, sender.send_request(request))
            .await
            .map_err(|_| Error::ConnectionReadTimeout)?
            .map_err(|error| fault_of(&error))?;
        Ok((response, connection))
    }

    /// The request as it is written on the connection: only the path and query of its URL, and a `Host` and a length that
    /// are true.
    fn request(&self, head: Parts, body: Bytes) -> Result<Request<Full<Bytes>>, Error> {
        let target = match head.uri.query() {
            Some(query) => PathAndQuery::try_from(format!("{}?{query}", head.uri.path())),
            None => PathAndQuery::try_from(head.uri.path()),
        };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = head.method;
        *request.uri_mut() = Uri::from(target.map_err(|_| Error::HttpRequestUriInvalid)?);
        *request.headers_mut() = head.headers;
        let host = HeaderValue::try_from(self.origin.authority()).map_err(|_| Error::HttpRequestUriInvalid)?;
        request.headers_mut().insert(HOST, host);
        request.headers_mut().remove(CONTENT_LENGTH);
        Ok(request)
    }
}

/// Connects to the first of the addresses that answers. Each of them has been checked.
async fn connect(addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, Error> {
    let mut last = Error::DestinationNotFound;
    for (index, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        // One that does not answer must not use up the time of all.
        let share = left / u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // A request is written at once; there is nothing to wait for.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last = connect_fault(&error),
            Err(_) => last = Error::ConnectionTimeout,
        }
    }
    Err(last)
}

pub(super) fn mask(headers: &mut HeaderMap, vault: &Vault) {
    if vault.is_empty() {
        return;
    }
    for value in headers.values_mut() {
        let mut masked = value.as_bytes().to_vec();
        vault.mask(&mut masked);
        if masked != value.as_bytes()
            && let Ok(masked) = HeaderValue::try_from(masked)
        {
            *value = masked;
        }
    }
}

pub(super) fn unknown_name() -> Error {
    Error::DnsError {
        rcode: Some("the name has no address".to_owned()),
        info_code: None,
    }
}

fn connect_fault(error: &std::io::Error) -> Error {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::ConnectionRefused => Error::ConnectionRefused,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Error::DestinationIpUnroutable,
        ErrorKind::TimedOut => Error::ConnectionTimeout,
        _ => Error::DestinationUnavailable,
    }
}

/// What the module is told when a connection breaks. Nothing of hyper's own text: it may quote the server.
pub(super) fn fault_of(error: &hyper::Error) -> Error {
    if error.is_parse_too_large() {
        Error::HttpResponseHeaderSectionSize(None)
    } else if error.is_parse() {
        Error::HttpProtocolError
    } else if error.is_incomplete_message() || ends_early(error) {
        Error::HttpResponseIncomplete
    } else if error.is_timeout() {
        Error::HttpResponseTimeout
    } else {
        Error::ConnectionTerminated
    }
}

/// Whether the connection was closed within a body.
fn ends_early(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
    cause.is_some_and(|cause| cause.kind() == std::io::ErrorKind::UnexpectedEof)
}

/// A future that never ends before `connection` does, and that ends it when it is dropped.
pub(super) async fn until_over(connection: Option<impl Future>) -> Result<(), Error> {
    if let Some(connection) = connection {
        let _ = connection.await;
    }
    Ok(())
}
