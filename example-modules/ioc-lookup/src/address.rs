//! What an IP address is for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What the IANA registries of special-purpose addresses say of an address; none for one of the internet.
pub(crate) fn purpose(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => purpose_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => Some(purpose_v4(mapped).unwrap_or("an IPv4 address, written as IPv6")),
            None => purpose_v6(address),
        },
    }
}

fn purpose_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "of the network it is in, and no address to reach (RFC 791)",
        [127, ..] => "the machine itself: loopback (RFC 1122)",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private (RFC 1918)",
        [100, 64..=127, ..] => "private to a provider: carrier-grade NAT (RFC 6598)",
        [169, 254, 169, 254] => "the metadata service of a cloud, link-local (RFC 3927)",
        [169, 254, ..] => "link-local (RFC 3927)",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "for documentation (RFC 5737)",
        [198, 18..=19, ..] => "for benchmarks (RFC 2544)",
        [224..=239, ..] => "multicast (RFC 5771)",
        [255, 255, 255, 255] => "everybody on the network: broadcast (RFC 919)",
        [240..=255, ..] => "reserved (RFC 1112)",
        _ => return None,
    })
}

fn purpose_v6(address: Ipv6Addr) -> Option<&'static str> {
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified (RFC 4291)",
        [0, 0, 0, 0, 0, 0, 0, 1] => "the machine itself: loopback (RFC 4291)",
        [0x2001, 0x0db8, ..] => "for documentation (RFC 3849)",
        [0x3fff, 0..=0x0fff, ..] => "for documentation (RFC 9637)",
        [0x2001, 0, ..] => "of a Teredo tunnel (RFC 4380)",
        [0x2002, ..] => "of a 6to4 tunnel (RFC 3056)",
        [0x0064, 0xff9b, 0, 0, 0, 0, ..] => "an IPv4 address behind NAT64 (RFC 6052)",
        [0xfc00..=0xfdff, ..] => "private: unique local (RFC 4193)",
        [0xfe80..=0xfebf, ..] => "link-local (RFC 4291)",
        [0xff00..=0xffff, ..] => "multicast (RFC 4291)",
        _ => return None,
    })
}
