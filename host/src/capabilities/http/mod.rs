//! `wasi:http`: outgoing requests to granted origins.

mod grant;

pub use grant::HttpGrant;
