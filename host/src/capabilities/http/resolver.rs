//! From names to addresses.

use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

/// Looks up the addresses of hosts that modules send requests to.
///
/// The host asks once for each request, checks every address of the answer, and connects to one that it has checked: a
/// name that changes its mind in between gains nothing.
#[async_trait]
pub trait Resolver: Send + Sync + 'static {
    /// The addresses of `host`, a name in ASCII and lower case without a dot at its end. It is not asked for hosts that
    /// are addresses. An empty answer, like an error, is a failed request for the module.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the operating system.
pub(crate) struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}
