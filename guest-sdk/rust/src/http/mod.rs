//! Requests to other servers, as far as the operator grants them (capability `http`).
//!
//! ```
//! use sclera_sdk::http::Request;
//! use sclera_sdk::prelude::*;
//!
//! fn reputation(key: &str, name: &str) -> Result<i64, Error> {
//!     let response = Request::get(format!("https://rep.example/v1/{name}"))
//!         .header("x-apikey", key) // a placeholder: the host writes the secret in its place
//!         .send()?
//!         .success()?;
//!     let body: Value = response.json()?;
//!     Ok(body["score"].as_i64().unwrap_or_default())
//! }
//! #
//! # use sclera_sdk::http::Response;
//! # use sclera_sdk::mock::MockHost;
//! # struct Asks;
//! # impl Module for Asks {
//! #     type Config = ();
//! #     fn describe() -> Description { Description::new("asks", "1.0.0", "Asks.") }
//! #     fn register(_: &Hooks, _: &()) -> Result<(), Error> { Ok(()) }
//! #     fn handle(_: &Event, _: &()) -> Result<Answer, Error> {
//! #         Ok(Answer::unchanged().message(reputation("<secret key>", "evil.example")?.to_string()))
//! #     }
//! # }
//! # let host = MockHost::new().http(|_| Ok(Response::new(200).with_json(&json!({"score": 7}))));
//! # let answer = host.event(hook::POSTLOAD_IOC_CREATE, json!({})).handle::<Asks>().unwrap();
//! # assert_eq!(answer.message.as_deref(), Some("7"));
//! # assert_eq!(host.requests()[0].url, "https://rep.example/v1/evil.example");
//! ```
//!
//! A request waits until the answer is there, or fails with an [`Error`](crate::Error) whose code is one of those below.
//! Return it: the host then knows why the delivery failed, and attempts one that is retryable again.
//!
//! The host follows no redirect: it is an answer like any other. Its limits hold on top of those that are set here.

mod request;
mod response;

pub use request::Request;
#[cfg(target_arch = "wasm32")]
pub(crate) use request::Target;
pub use response::Response;

/// The operator does not grant it: the origin, the method, the address behind the name, or any network at this TLP. Also
/// where a secret may not go.
pub const REFUSED: &str = "http-refused";

/// The server did not answer in time. Retryable.
pub const TIMEOUT: &str = "http-timeout";

/// There is no connection to the server: its name has no address, it does not accept one, TLS fails, or it ends in
/// between. Retryable.
pub const UNREACHABLE: &str = "http-unreachable";

/// The request cannot be sent as it is: its URL, its method or a header.
pub const INVALID: &str = "http-invalid";

/// The answer, or the request, is larger than it may be.
pub const TOO_LARGE: &str = "http-too-large";

/// The server answered with a status that is no success. Retryable for 408, 425, 429 and from 500 on.
pub const STATUS: &str = "http-status";

/// The answer's body is not what was expected.
pub const BAD_ANSWER: &str = "http-bad-answer";
