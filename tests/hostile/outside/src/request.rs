//! One request, and all that comes of it.

use crate::wasi::http::outgoing_handler::handle;
use crate::wasi::http::types::{ErrorCode, Fields, IncomingResponse, Method, OutgoingRequest, Scheme};
use crate::wasi::io::streams::StreamError;

/// Sends a GET for `url`, with these headers. The URL is taken apart here as naively as can be, and the parts are given
/// to the host as they are.
pub(crate) fn get(url: &str, headers: &[(&str, &str)]) -> Result<IncomingResponse, ErrorCode> {
    send(Method::Get, url, headers)
}

pub(crate) fn send(method: Method, url: &str, headers: &[(&str, &str)]) -> Result<IncomingResponse, ErrorCode> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let (authority, path) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, "/"),
    };
    let fields = Fields::new();
    for (name, value) in headers {
        fields
            .append(name, value.as_bytes())
            .map_err(|error| ErrorCode::InternalError(Some(format!("header refused: {error:?}"))))?;
    }
    let request = OutgoingRequest::new(fields);
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    };
    let refused = |()| ErrorCode::HttpRequestUriInvalid;
    request.set_method(&method).map_err(refused)?;
    request.set_scheme(Some(&scheme)).map_err(refused)?;
    request.set_authority(Some(authority)).map_err(refused)?;
    request.set_path_with_query(Some(path)).map_err(refused)?;
    let answer = handle(request, None)?;
    answer.subscribe().block();
    match answer.get() {
        Some(Ok(answer)) => answer,
        _ => Err(ErrorCode::InternalError(None)),
    }
}

/// Reads at most `limit` bytes of an answer's body, and says why there is no more if it was cut off.
pub(crate) fn body(answer: &IncomingResponse, limit: usize) -> (Vec<u8>, Option<String>) {
    let mut read = Vec::new();
    let Ok(body) = answer.consume() else {
        return (read, Some("no body".into()));
    };
    let Ok(stream) = body.stream() else {
        return (read, Some("no stream".into()));
    };
    while read.len() < limit {
        match stream.blocking_read(64 << 10) {
            Ok(bytes) => read.extend(bytes),
            Err(StreamError::Closed) => return (read, None),
            Err(StreamError::LastOperationFailed(error)) => return (read, Some(error.to_debug_string())),
        }
    }
    (read, None)
}

/// The error's name, and nothing that changes from run to run.
pub(crate) fn name_of(error: &ErrorCode) -> String {
    let text = format!("{error:?}");
    let name = text.trim_start_matches("ErrorCode::");
    name.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}
