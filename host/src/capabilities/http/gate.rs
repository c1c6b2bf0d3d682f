//! The way out for one module: what its grant says, in the form in which it is kept.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use http::Method;
use ipnet::IpNet;
use tokio::sync::Semaphore;

use super::address;
use super::grant::HttpGrant;
use super::origin::{Host, NotAnOrigin, Origin, listed};
use super::resolver::Resolver;
use super::responder::Responder;
use super::tls::Tls;
use crate::catalog::Tlp;
use crate::text;

/// Made once for a module, when it is loaded; all of its deliveries share it.
pub(crate) struct Gate {
    origins: Vec<Origin>,
    methods: Vec<Method>,
    max_tlp: Tlp,
    addresses: Vec<IpNet>,
    resolver: Arc<dyn Resolver>,
    /// Who answers in the place of the network.
    pub(super) responder: Option<Arc<dyn Responder>>,
    pub(super) tls: Tls,
    pub(super) bounds: Bounds,
    /// How many more requests may be under way.
    pub(super) places: Arc<Semaphore>,
    rate: DefaultDirectRateLimiter,
}

/// Who stands between a host's modules and other servers.
#[derive(Clone)]
pub(crate) struct Network {
    /// Looks up names.
    pub(crate) resolver: Arc<dyn Resolver>,
    /// Answers in the place of the network.
    pub(crate) responder: Option<Arc<dyn Responder>>,
}

/// How long, and how much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) timeout: Duration,
    pub(super) request_body: usize,
    pub(super) response_head: usize,
    pub(super) response_body: usize,
}

/// What is wrong with a grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpGrantFault {
    /// One of the origins is none.
    #[error("the origin `{origin}` cannot be granted: {why}")]
    Origin {
        /// As it is written.
        origin: String,
        /// What is wrong with it.
        why: NotAnOrigin,
    },
    /// One of the methods is none, or one that cannot be granted.
    #[error(
        "the method `{0}` cannot be granted; grant methods such as `GET` and `POST` (`CONNECT` makes a tunnel, and `TRACE` repeats secrets)"
    )]
    Method(String),
    /// The certificate authorities cannot be used.
    #[error("the certificate authorities in `{}` cannot be used: {why}", .file.display())]
    Authorities {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A limit that leaves nothing: the field of the grant.
    #[error("`{0}` must be at least 1")]
    Zero(&'static str),
    /// TLS cannot be set up at all.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl Gate {
    /// Checks a grant. All faults are reported at once.
    pub(crate) fn new(grant: &HttpGrant, network: &Network) -> Result<Self, Vec<HttpGrantFault>> {
        let mut faults = Vec::new();
        let origins = kept(grant.origins.iter().map(|origin| granted_origin(origin)), &mut faults);
        let methods = kept(grant.methods.iter().map(|method| granted_method(method)), &mut faults);
        let tls = kept([tls(grant)], &mut faults).pop();
        let bounds = Bounds {
            timeout: grant.timeout.unwrap_or(Duration::from_secs(10)),
            request_body: grant.request_body.unwrap_or(1 << 20),
            response_head: grant.response_head.unwrap_or(64 << 10),
            response_body: grant.response_body.unwrap_or(8 << 20),
        };
        let concurrent = grant.concurrent.unwrap_or(8);
        if concurrent == 0 {
            faults.push(HttpGrantFault::Zero("concurrent"));
        }
        let per_minute = NonZeroU32::new(grant.per_minute.unwrap_or(120));
        if per_minute.is_none() {
            faults.push(HttpGrantFault::Zero("per-minute"));
        }
        match (tls, per_minute) {
            (Some(tls), Some(per_minute)) if faults.is_empty() => Ok(Self {
                origins,
                methods,
                max_tlp: grant.max_tlp,
                addresses: grant.addresses.clone(),
                resolver: network.resolver.clone(),
                responder: network.responder.clone(),
                tls,
                bounds,
                places: Arc::new(Semaphore::new(concurrent.min(Semaphore::MAX_PERMITS))),
                rate: RateLimiter::direct(Quota::per_minute(per_minute)),
            }),
            _ => Err(faults),
        }
    }

    /// Whether an event with this mark may have a network. The error says why not.
    pub(super) fn admits(&self, tlp: Option<Tlp>) -> Result<(), String> {
        match tlp {
            Some(tlp) if tlp > self.max_tlp => Err(format!(
                "the event is marked TLP:{tlp}, and the grant's `max-tlp` is {}",
                self.max_tlp
            )),
            _ => Ok(()),
        }
    }

    /// Whether a request may be made, as far as its head shows. The error says why not.
    pub(super) fn allows(&self, method: &Method, origin: &Origin) -> Result<(), String> {
        if !self.origins.contains(origin) {
            return Err(format!("granted are the origins {}", listed(&self.origins)));
        }
        if !self.methods.contains(method) {
            let methods: Vec<_> = self.methods.iter().map(Method::as_str).collect();
            return Err(format!("granted are the methods {}", methods.join(", ")));
        }
        Ok(())
    }

    /// Whether the module has sent fewer requests of late than it may. Counts as one.
    pub(super) fn has_time(&self) -> bool {
        self.rate.check().is_ok()
    }

    /// Where to connect to. Every address of the host is checked: with one that is refused, none is used.
    pub(super) async fn resolve(&self, origin: &Origin) -> Result<Vec<SocketAddr>, Unreachable> {
        let addresses = match &origin.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => self.resolver.resolve(name).await.map_err(|_| Unreachable::Unknown)?,
        };
        if addresses.is_empty() {
            return Err(Unreachable::Unknown);
        }
        for address in &addresses {
            if let Some(what) = address::refusal(*address, &self.addresses) {
                return Err(Unreachable::Refused(format!(
                    "its address is {address}, which is {what}, and no such range is in the grant's `addresses`"
                )));
            }
        }
        let checked = addresses.into_iter();
        Ok(checked
            .map(|address| SocketAddr::new(address.to_canonical(), origin.port))
            .collect())
    }
}

/// Why there is nothing to connect to.
pub(super) enum Unreachable {
    /// The name has no address.
    Unknown,
    /// An address is not granted; why.
    Refused(String),
}

/// What is right of `checked`; what is wrong goes to `faults`.
fn kept<T>(checked: impl IntoIterator<Item = Result<T, HttpGrantFault>>, faults: &mut Vec<HttpGrantFault>) -> Vec<T> {
    let checked = checked.into_iter();
    checked
        .filter_map(|one| one.map_err(|fault| faults.push(fault)).ok())
        .collect()
}

fn granted_origin(origin: &str) -> Result<Origin, HttpGrantFault> {
    Origin::parse(origin).map_err(|why| HttpGrantFault::Origin {
        // A password that stands in it is no text for a message.
        origin: text::excerpt(origin.rsplit('@').next().unwrap_or_default()),
        why,
    })
}

fn granted_method(method: &str) -> Result<Method, HttpGrantFault> {
    match Method::from_bytes(method.to_ascii_uppercase().as_bytes()) {
        Ok(method) if method != Method::CONNECT && method != Method::TRACE => Ok(method),
        _ => Err(HttpGrantFault::Method(text::excerpt(method))),
    }
}

fn tls(grant: &HttpGrant) -> Result<Tls, HttpGrantFault> {
    Tls::new(grant.ca.as_deref()).map_err(|why| match &grant.ca {
        Some(file) => HttpGrantFault::Authorities {
            file: file.clone(),
            why,
        },
        None => HttpGrantFault::Tls(why),
    })
}
