//! IP addresses, and networks of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::config::Config;
use crate::excerpt::excerpt;
use crate::indicator::Fault;

/// Checks an IPv4 or IPv6 address, which may have a prefix length (`192.0.2.0/24`), and gives its canonical form
/// (RFC 5952 for IPv6).
pub(crate) fn check(value: &str, config: &Config) -> Result<String, Fault> {
    let (address, prefix) = match value.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (value, None),
    };
    let bare = address
        .strip_prefix('[')
        .and_then(|bare| bare.strip_suffix(']'))
        .unwrap_or(address);
    let address: IpAddr = bare.parse().map_err(|_| Fault(why_not(value, bare)))?;
    if config.reject_private_ips && is_private(address) {
        let message = format!(
            "{} is a private address, which this server does not take as an IOC",
            excerpt(value)
        );
        return Err(Fault(message));
    }
    let Some(prefix) = prefix else {
        return Ok(address.to_string());
    };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    match prefix.parse::<u8>() {
        Ok(prefix) if prefix <= longest => Ok(format!("{address}/{prefix}")),
        _ => Err(Fault(format!(
            "{} is not a network: its prefix length has to be a number from 0 to {longest}",
            excerpt(value)
        ))),
    }
}

fn why_not(value: &str, address: &str) -> String {
    let shown = excerpt(value);
    let octets: Vec<&str> = address.splitn(6, '.').collect();
    let all_numbers = octets
        .iter()
        .all(|octet| !octet.is_empty() && octet.bytes().all(|byte| byte.is_ascii_digit()));
    if address.contains('%') {
        format!("{shown} has a zone (`%…`), which means something on one machine only: leave it out")
    } else if address.parse::<std::net::SocketAddr>().is_ok() || value.parse::<std::net::SocketAddr>().is_ok() {
        format!("{shown} is an IP address with a port: leave the port out, or choose the type `ip-dst|port`")
    } else if all_numbers && octets.len() != 4 {
        format!("{shown} is not an IP address: an IPv4 address has four numbers")
    } else if all_numbers && octets.iter().any(|octet| octet.len() > 1 && octet.starts_with('0')) {
        format!("{shown} is not an IP address: a number with a leading zero can be read in two ways")
    } else if all_numbers {
        format!("{shown} is not an IP address: each number of an IPv4 address is at most 255")
    } else {
        format!("{shown} is not an IP address")
    }
}

/// Whether nobody can be reached at the address from the internet.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => address
            .to_ipv4_mapped()
            .map_or_else(|| is_private_v6(address), is_private_v4),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified()
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_unique_local() || address.is_loopback() || address.is_unicast_link_local() || address.is_unspecified()
}
