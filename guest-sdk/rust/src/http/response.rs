//! What is answered.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{BAD_ANSWER, STATUS};
use crate::Error;

/// How many characters of a body go into an error's message.
const SHOWN: usize = 200;

/// The answer of another server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// 200, 404…
    pub status: u16,
    /// The headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// An answer without headers and body, for the mock host.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// Adds a header, for the mock host.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body, for the mock host.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the body to JSON, for the mock host.
    #[must_use]
    pub fn with_json(self, body: &impl Serialize) -> Self {
        self.with_header("content-type", "application/json")
            .with_body(serde_json::to_vec(body).unwrap_or_default())
    }

    /// The first header of that name, in upper or lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether the status is from 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer, if its status is a success. Else an error with the code [`STATUS`], which has the status and the
    /// beginning of the body.
    pub fn success(self) -> Result<Self, Error> {
        if self.is_success() {
            return Ok(self);
        }
        let error = Error::new(STATUS, format!("the server answered {}: {}", self.status, self.shown()));
        Err(match self.status {
            408 | 425 | 429 | 500.. => error.retryable(),
            _ => error,
        })
    }

    /// The body as a text. Bytes that are not UTF-8 become `\u{fffd}`.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, in a type of the module's own. Fails with the code [`BAD_ANSWER`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let message = format!(
                "the server's answer is not what was expected: {error}: {}",
                self.shown()
            );
            Error::new(BAD_ANSWER, message)
        })
    }

    /// The beginning of the body, in a line.
    fn shown(&self) -> String {
        let text = self.text();
        let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
        if text.chars().nth(SHOWN).is_some() {
            shown.push('…');
        }
        format!("`{shown}`")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_status_that_is_no_success_is_an_error_that_may_be_worth_another_attempt() {
        for (status, retryable) in [
            (301, false),
            (401, false),
            (404, false),
            (429, true),
            (500, true),
            (503, true),
        ] {
            let error = Response::new(status).with_body("no\n").success().unwrap_err();
            assert_eq!((error.code.as_str(), error.retryable), (STATUS, retryable), "{status}");
            assert_eq!(error.message, format!("the server answered {status}: `no\\n`"));
        }
        assert!(Response::new(204).success().is_ok());
    }

    #[test]
    fn a_body_that_is_no_json_is_shown_in_part() {
        let error = Response::new(200)
            .with_body("<html>".repeat(1000))
            .json::<Value>()
            .unwrap_err();

        assert_eq!(error.code, BAD_ANSWER);
        assert!(error.message.ends_with("<h…`") && error.message.len() < 400, "{error}");
    }

    #[test]
    fn a_header_is_found_in_any_case() {
        let response = Response::new(200).with_header("Retry-After", "7");

        assert_eq!(response.header("retry-after"), Some("7"));
        assert_eq!(response.header("retry"), None);
    }
}
