//! What an IOC is, in a line.

use sclera_sdk::Ioc;
use url::Host;

use crate::address::purpose;
use crate::indicator::Indicator;

/// How much of a value is shown, in characters.
const SHOWN: usize = 80;

/// Says in a line what an IOC is.
pub(crate) fn explain(ioc: &Ioc) -> String {
    let value = ioc.ioc_value.get().unwrap_or_default();
    let what = match Indicator::of(ioc) {
        Indicator::Address(address) => {
            let version = if address.is_ipv4() { "IPv4" } else { "IPv6" };
            let purpose =
                purpose(address).map_or_else(|| "of the internet".to_owned(), |what| format!("and is {what}"));
            format!("an {version} address, {purpose}")
        }
        Indicator::Hash(hash) => format!("a hash of {} bits: {}, as a rule", hash.digits * 4, hash.name),
        Indicator::Url(url) => {
            let host = match url.host() {
                Some(Host::Domain(name)) => format!("the host {}", decoded(name)),
                Some(Host::Ipv4(address)) => format!("the IP address {address}"),
                Some(Host::Ipv6(address)) => format!("the IP address {address}"),
                None => "no host".to_owned(),
            };
            let login = if url.username().is_empty() {
                ""
            } else {
                ", and a user name that may be there to mislead"
            };
            format!("a URL with the scheme {} and {host}{login}", url.scheme())
        }
        Indicator::Email { domain } => format!("an e-mail address at {}", decoded(&domain)),
        Indicator::Name(name) => {
            format!(
                "a name of {} parts under .{}: {}",
                name.split('.').count(),
                top(&name),
                decoded(&name)
            )
        }
        Indicator::Unknown => "nothing that can be told from its looks".to_owned(),
    };
    format!("{}: {what}{}", shown(value), saved_as(ioc))
}

/// A value in a line: its beginning, without anything that has no ink.
pub(crate) fn shown(value: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

fn saved_as(ioc: &Ioc) -> String {
    ioc.kind()
        .map_or_else(|| ".".to_owned(), |kind| format!(" (saved as {}).", kind.name()))
}

fn top(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A name, and how it looks to a person if that is something else.
fn decoded(name: &str) -> String {
    let (unicode, _) = idna::domain_to_unicode(name);
    let (name_shown, unicode_shown) = (shown(name), shown(&unicode));
    if unicode == name {
        return name_shown;
    }
    format!("{name_shown}, which looks like {unicode_shown}")
}
