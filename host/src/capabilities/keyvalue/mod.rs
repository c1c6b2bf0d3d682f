//! `wasi:keyvalue`: what a module keeps between deliveries.

mod grant;

pub use grant::KeyvalueGrant;
