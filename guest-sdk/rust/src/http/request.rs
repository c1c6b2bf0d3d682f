//! What is asked.

use std::time::Duration;

use serde::Serialize;

use super::{INVALID, Response};
use crate::Error;

/// How long to wait unless said otherwise: for a connection, for the first byte, and from each byte to the next.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How large an answer may be unless said otherwise. It is held in the module's memory.
const LIMIT: usize = 4 << 20;

/// A request to another server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "nothing is sent before `send`"]
pub struct Request {
    /// `GET`, `POST`…
    pub method: String,
    /// Where to: `https://misp.example/attributes/restSearch`.
    pub url: String,
    /// The headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// How long to wait for a connection, for the first byte, and from each byte to the next. Default: 10 s. The delivery's
    /// own deadline, which is 2 s unless the operator says otherwise, ends everything.
    pub timeout: Duration,
    /// How many bytes the answer's body may have. Default: 4 MiB.
    pub limit: usize,
}

impl Request {
    /// A request with a method of any name.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout: TIMEOUT,
            limit: LIMIT,
        }
    }

    /// A `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// A `POST`.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new("POST", url)
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the body to JSON, and says so in a header.
    pub fn json(self, body: &impl Serialize) -> Self {
        // What fails to serialise is a map whose keys are no texts; its body is empty, and the server says so.
        let text = serde_json::to_vec(body).unwrap_or_default();
        self.header("content-type", "application/json").body(text)
    }

    /// How long to wait: see the field.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many bytes the answer's body may have.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Sends it, and waits for the whole answer, whatever its status is.
    ///
    /// Fails with one of the [codes](crate::http) for a request that has no answer.
    pub fn send(&self) -> Result<Response, Error> {
        let target = Target::of(&self.url).ok_or_else(|| {
            let message = format!(
                "`{}` cannot be asked: it is not a URL such as `https://example.org/`",
                self.url
            );
            Error::new(INVALID, message)
        })?;
        #[cfg(target_arch = "wasm32")]
        return crate::guest::http::send(self, &target);
        #[cfg(not(target_arch = "wasm32"))]
        {
            let _ = target;
            crate::mock::http::send(self)
        }
    }
}

/// A URL, in the parts that the host takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target<'url> {
    pub(crate) scheme: &'url str,
    pub(crate) authority: &'url str,
    pub(crate) path_with_query: String,
}

impl<'url> Target<'url> {
    /// Takes it apart; what the parts may be is checked by the host. None if it is no URL with a host.
    fn of(url: &'url str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        // What is behind a `#` is never sent.
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let slash = if path.starts_with('/') { "" } else { "/" };
        (!scheme.is_empty() && !authority.is_empty()).then(|| Self {
            scheme,
            authority,
            path_with_query: format!("{slash}{path}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let cases = [
            ("https://a.example", Some(("https", "a.example", "/"))),
            ("https://a.example/b?c=/d#e", Some(("https", "a.example", "/b?c=/d"))),
            ("http://[::1]:8080?q=1", Some(("http", "[::1]:8080", "/?q=1"))),
            ("https://a.example#e/f", Some(("https", "a.example", "/"))),
            ("a.example/b", None),
            ("https:///b", None),
            ("://a.example", None),
            ("", None),
        ];
        for (url, expected) in cases {
            let target = Target::of(url);
            let parts = target
                .as_ref()
                .map(|target| (target.scheme, target.authority, target.path_with_query.as_str()));
            assert_eq!(parts, expected, "{url}");
        }
    }

    #[test]
    fn what_is_no_url_is_not_asked() {
        assert_eq!(Request::get("a.example").send().unwrap_err().code, INVALID);
    }
}
