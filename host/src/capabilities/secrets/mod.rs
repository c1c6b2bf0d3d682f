//! Secrets: named in the operator's configuration, placed into requests by the host.
//!
//! A module never holds a secret. `wasi:config` answers a placeholder in its place, made anew for each delivery; where a
//! request to one of the secret's origins carries the placeholder in a granted place, the host writes the secret there on
//! the way out, and masks it in what comes back. A placeholder is text that means nothing to anybody else.
//!
//! The module sends the placeholder as it got it: one that was encoded first, as the user name and password of Basic
//! authentication are in base64, is not found. For such a server, the secret is the encoded text: configure
//! `dXNlcjpwYXNz` in place of `user:pass`.

mod answer;
mod grant;
mod placeholders;
mod vault;

pub use grant::{Place, SecretGrant};
pub(crate) use placeholders::{Placeholders, PlacingError, STAND_IN};
use vault::Secret;
pub use vault::SecretFault;
pub(crate) use vault::{Values, Vault};

#[cfg(test)]
mod tests;
