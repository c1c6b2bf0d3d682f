//! Requests through the contract's `wasi:http`.

use super::bindings::wasi::http::outgoing_handler;
use super::bindings::wasi::http::types::{
    ErrorCode, Fields, IncomingResponse, Method, OutgoingBody, OutgoingRequest, RequestOptions, Scheme, http_error_code,
};
use super::bindings::wasi::io::streams::{InputStream, OutputStream, StreamError};
use crate::Error;
use crate::http::{INVALID, REFUSED, Request, Response, TIMEOUT, TOO_LARGE, Target, UNREACHABLE};

/// What `blocking-write-and-flush` takes at a time.
const CHUNK: usize = 4096;

/// What is asked for at a time.
const READ: u64 = 64 << 10;

pub(crate) fn send(request: &Request, target: &Target<'_>) -> Result<Response, Error> {
    let about = |error: Failure| error.about(request, target);
    let outgoing = outgoing(request, target).map_err(about)?;
    let body = outgoing.body().map_err(|()| about(Failure::Invalid("body")))?;
    let answer = outgoing_handler::handle(outgoing, Some(options(request))).map_err(|code| about(code.into()))?;
    write(body, &request.body).map_err(about)?;
    answer.subscribe().block();
    let response = match answer.get() {
        Some(Ok(Ok(response))) => response,
        Some(Ok(Err(code))) => return Err(about(code.into())),
        // It is ready, and was not taken before.
        Some(Err(())) | None => return Err(about(ErrorCode::InternalError(None).into())),
    };
    let headers = response.headers().entries().into_iter();
    Ok(Response {
        status: response.status(),
        headers: headers
            .map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned()))
            .collect(),
        body: read(&response, request.limit).map_err(about)?,
    })
}

fn outgoing(request: &Request, target: &Target<'_>) -> Result<OutgoingRequest, Failure> {
    let headers: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into_bytes()))
        .collect();
    let headers = Fields::from_list(&headers).map_err(|_| Failure::Invalid("headers"))?;
    let outgoing = OutgoingRequest::new(headers);
    outgoing
        .set_method(&method(&request.method))
        .map_err(|()| Failure::Invalid("method"))?;
    outgoing
        .set_scheme(Some(&scheme(target.scheme)))
        .and_then(|()| outgoing.set_authority(Some(target.authority)))
        .and_then(|()| outgoing.set_path_with_query(Some(&target.path_with_query)))
        .map_err(|()| Failure::Invalid("URL"))?;
    Ok(outgoing)
}

fn method(name: &str) -> Method {
    match name {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "OPTIONS" => Method::Options,
        "PATCH" => Method::Patch,
        other => Method::Other(other.to_owned()),
    }
}

fn scheme(name: &str) -> Scheme {
    match name {
        "https" => Scheme::Https,
        "http" => Scheme::Http,
        other => Scheme::Other(other.to_owned()),
    }
}

fn options(request: &Request) -> RequestOptions {
    let options = RequestOptions::new();
    let nanoseconds = u64::try_from(request.timeout.as_nanos()).ok();
    // A host that does not know one of them has its own.
    let _ = options.set_connect_timeout(nanoseconds);
    let _ = options.set_first_byte_timeout(nanoseconds);
    let _ = options.set_between_bytes_timeout(nanoseconds);
    options
}

fn write(body: OutgoingBody, bytes: &[u8]) -> Result<(), Failure> {
    if !bytes.is_empty() {
        let stream: OutputStream = body.write().map_err(|()| Failure::Invalid("body"))?;
        for chunk in bytes.chunks(CHUNK) {
            match stream.blocking_write_and_flush(chunk) {
                Ok(()) => {}
                // The host wants no more of it. What it answers says why.
                Err(StreamError::Closed) => break,
                Err(StreamError::LastOperationFailed(error)) => return Err(error_code(&error).into()),
            }
        }
    }
    // As above: an answer that came before the end of the request is the answer.
    let _ = OutgoingBody::finish(body, None);
    Ok(())
}

fn read(response: &IncomingResponse, limit: usize) -> Result<Vec<u8>, Failure> {
    let lost = |()| ErrorCode::HttpResponseIncomplete;
    let body = response.consume().map_err(lost)?;
    let stream: InputStream = body.stream().map_err(lost)?;
    let mut read = Vec::new();
    loop {
        match stream.blocking_read(READ) {
            Ok(bytes) => read.extend(bytes),
            Err(StreamError::Closed) => return Ok(read),
            Err(StreamError::LastOperationFailed(error)) => return Err(error_code(&error).into()),
        }
        if read.len() > limit {
            return Err(Failure::TooLarge(limit));
        }
    }
}

fn error_code(error: &super::bindings::wasi::io::error::Error) -> ErrorCode {
    http_error_code(error).unwrap_or_else(|| ErrorCode::InternalError(Some(error.to_debug_string())))
}

/// Why there is no answer.
enum Failure {
    /// A part of the request cannot be.
    Invalid(&'static str),
    /// The answer has more bytes than this.
    TooLarge(usize),
    Code(ErrorCode),
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self::Code(code)
    }
}

impl Failure {
    /// The error that the module gets. It names the server, and not the whole URL, in which a value may be.
    fn about(self, request: &Request, target: &Target<'_>) -> Error {
        let to = format!("{} {}://{}", request.method, target.scheme, target.authority);
        let code = match self {
            Self::Invalid(part) => {
                return Error::new(INVALID, format!("{to} cannot be sent: its {part} is not one"));
            }
            Self::TooLarge(limit) => {
                let message = format!("the answer to {to} has more than {limit} bytes");
                return Error::new(TOO_LARGE, message);
            }
            Self::Code(code) => code,
        };
        match code {
            ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => Error::new(
                REFUSED,
                format!(
                    "{to} is not granted to this module; the delivery's log says why, and `sclera module review` grants it"
                ),
            ),
            ErrorCode::DnsTimeout
            | ErrorCode::ConnectionTimeout
            | ErrorCode::ConnectionReadTimeout
            | ErrorCode::ConnectionWriteTimeout
            | ErrorCode::HttpResponseTimeout => {
                Error::new(TIMEOUT, format!("{to} got no answer in time ({code:?})")).retryable()
            }
            ErrorCode::HttpRequestUriInvalid
            | ErrorCode::HttpRequestUriTooLong
            | ErrorCode::HttpRequestMethodInvalid
            | ErrorCode::HttpRequestHeaderSectionSize(_)
            | ErrorCode::HttpRequestHeaderSize(_) => {
                Error::new(INVALID, format!("{to} cannot be sent as it is: {code:?}"))
            }
            ErrorCode::HttpRequestBodySize(_)
            | ErrorCode::HttpResponseBodySize(_)
            | ErrorCode::HttpResponseHeaderSectionSize(_)
            | ErrorCode::HttpResponseHeaderSize(_) => {
                Error::new(TOO_LARGE, format!("{to} or its answer is too large: {code:?}"))
            }
            code => Error::new(UNREACHABLE, format!("{to} failed: {code:?}")).retryable(),
        }
    }
}
