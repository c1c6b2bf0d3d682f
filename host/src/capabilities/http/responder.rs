//! Somebody who answers requests in the place of the network.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, HeaderMap};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, SizeHint};
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;
use wasmtime_wasi_http::{Error, WasiBody};

use super::exchange::{Exchange, Failure, mask, unknown_name};
use super::gate::Gate;
use super::origin::Origin;
use crate::capabilities::secrets::{Placeholders, Vault};

/// Answers the requests of modules: from memory, for a test; or watches what goes over the network.
///
/// It is asked once for each request that the module's grants allow: origin, method, TLP, rate, secrets and the size of the
/// body have been checked, and the answer is held to the grant's limits as one from the network is. Names are not resolved,
/// and no address is checked, unless it [sends the request](HttpRequest::send) after all. Its time is the call's: it ends
/// with the call's deadline.
#[async_trait]
pub trait Responder: Send + Sync + 'static {
    /// The answer to a request.
    async fn respond(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault>;
}

/// A request that a module may make.
#[non_exhaustive]
pub struct HttpRequest {
    /// `GET`…
    pub method: String,
    /// The whole URL. A secret in its query is shown as `<secret KEY>`, with the configuration key that stands for it.
    pub url: String,
    /// The headers, by name and then in the module's order, names in lower case, without `host` and `content-length`, which
    /// are the host's. Secrets are shown as in the URL.
    pub headers: Vec<(String, String)>,
    /// The whole body. Secrets are shown as in the URL.
    pub body: Bytes,
    network: Network,
}

/// The way to the network that a request has.
struct Network {
    exchange: Exchange,
    head: Parts,
    body: Bytes,
    place: Arc<OwnedSemaphorePermit>,
}

/// The answer to a request, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// 200…
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body. One that is larger than the grant's `response-body` is an error for the module.
    pub body: Bytes,
}

/// Why there is no answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpFault {
    /// It took too long.
    #[error("no answer came in time")]
    Timeout,
    /// Nobody listens there.
    #[error("the connection was refused")]
    Refused,
    /// The host's name has no address.
    #[error("the name has no address")]
    UnknownHost,
    /// The server is not who it must be.
    #[error("TLS failed")]
    Tls,
    /// The connection ended before the answer did, or what came is no HTTP.
    #[error("the connection broke")]
    Broken,
    /// The answer is larger than is granted.
    #[error("the answer is larger than the grant allows")]
    TooLarge,
    /// The network is not granted after all: the address that the name has; why.
    #[error("{0}")]
    Denied(String),
}

/// A request's URL and headers, with the names of secrets.
pub(super) struct Shown {
    url: String,
    headers: Vec<(String, String)>,
}

impl Shown {
    /// How a request looks that has placeholders in it.
    pub(super) fn of(head: &Parts, origin: &Origin, placeholders: &Placeholders) -> Self {
        let named = |bytes: &[u8]| String::from_utf8_lossy(&placeholders.named(bytes)).into_owned();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let mut headers: Vec<_> = head
            .headers
            .iter()
            .filter(|(name, _)| **name != HOST && **name != CONTENT_LENGTH)
            .map(|(name, value)| (name.as_str().to_owned(), named(value.as_bytes())))
            .collect();
        headers.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self {
            url: format!("{origin}{}", named(target.as_bytes())),
            headers,
        }
    }

    /// As a transcript has it.
    pub(super) fn question(&self, method: &str) -> Value {
        json!({"method": method, "url": self.url, "headers": self.headers})
    }
}

impl HttpRequest {
    pub(super) fn new(
        exchange: Exchange,
        shown: Shown,
        shown_body: Bytes,
        head: Parts,
        body: Bytes,
        place: Arc<OwnedSemaphorePermit>,
    ) -> Self {
        Self {
            method: head.method.as_str().to_owned(),
            url: shown.url,
            headers: shown.headers,
            body: shown_body,
            network: Network {
                exchange,
                head,
                body,
                place,
            },
        }
    }

    /// Sends it to the network, as if there were no responder: with its secrets, to an address that is granted. The answer
    /// is read whole; a secret that the server repeats is masked in it.
    pub async fn send(self) -> Result<HttpResponse, HttpFault> {
        let Network {
            exchange,
            head,
            body,
            place,
        } = self.network;
        let (response, _connection) = exchange.reach(head, body, place).await.map_err(HttpFault::of)?;
        let (head, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| HttpFault::of(Failure::Error(error)))?
            .to_bytes();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = head.headers.iter();
        Ok(HttpResponse {
            status: head.status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
            body,
        })
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl HttpFault {
    fn of(failure: Failure) -> Self {
        match failure {
            Failure::Refused(_, why) => Self::Denied(why),
            Failure::Error(error) | Failure::Remarked(error, _) => match error {
                Error::DnsTimeout
                | Error::ConnectionTimeout
                | Error::ConnectionReadTimeout
                | Error::ConnectionWriteTimeout
                | Error::HttpResponseTimeout => Self::Timeout,
                Error::ConnectionRefused => Self::Refused,
                Error::DnsError { .. } | Error::DestinationNotFound => Self::UnknownHost,
                Error::Tls(_)
                | Error::TlsProtocolError
                | Error::TlsCertificateError
                | Error::TlsAlertReceived { .. } => Self::Tls,
                Error::HttpResponseBodySize(_) | Error::HttpResponseHeaderSectionSize(_) => Self::TooLarge,
                _ => Self::Broken,
            },
        }
    }

    pub(super) fn into_failure(self, limit: usize) -> Failure {
        Failure::Error(match self {
            Self::Timeout => Error::ConnectionReadTimeout,
            Self::Refused => Error::ConnectionRefused,
            Self::UnknownHost => unknown_name(),
            Self::Tls => Error::TlsCertificateError,
            Self::Broken => Error::ConnectionTerminated,
            Self::TooLarge => Error::HttpResponseBodySize(Some(limit as u64)),
            Self::Denied(why) => return Failure::Refused(Error::DestinationIpProhibited, why),
        })
    }
}

impl HttpResponse {
    /// The same for a module, within its grant's limits.
    pub(super) fn into_response(
        self,
        gate: &Gate,
        vault: &Vault,
        place: Arc<OwnedSemaphorePermit>,
    ) -> Result<Response<WasiBody>, Failure> {
        let bounds = &gate.bounds;
        if self.body.len() > bounds.response_body {
            return Err(Error::HttpResponseBodySize(Some(bounds.response_body as u64)).into());
        }
        let head: usize = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if head > bounds.response_head {
            return Err(Error::HttpResponseHeaderSectionSize(None).into());
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                (Ok(name), Ok(value)) => headers.append(name, value),
                _ => return Err(Error::HttpProtocolError.into()),
            };
        }
        mask(&mut headers, vault);
        let mut body = self.body.to_vec();
        vault.mask(&mut body);
        let whole = Whole {
            body: Full::new(body.into()),
            _place: place,
        };
        let mut response = Response::new(whole.boxed_unsync());
        *response.status_mut() = StatusCode::from_u16(self.status).map_err(|_| Error::HttpProtocolError)?;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// A body that is there. The request is under way until the module has read it, or dropped it.
struct Whole {
    body: Full<Bytes>,
    _place: Arc<OwnedSemaphorePermit>,
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body)
            .poll_frame(context)
            .map_err(|never| match never {})
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
