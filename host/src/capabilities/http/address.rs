//! Addresses that no request is sent to unless the operator grants them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Why no request may be sent to `address`; none if it may. The address is one that would be connected to.
pub(super) fn refusal(address: IpAddr, granted: &[IpNet]) -> Option<&'static str> {
    // What a socket makes of `::ffff:127.0.0.1` is a connection to 127.0.0.1.
    let address = address.to_canonical();
    if granted.iter().any(|range| range.contains(&address)) {
        return None;
    }
    match address {
        IpAddr::V4(address) => refused_v4(address),
        IpAddr::V6(address) => refused_v6(address),
    }
}

fn refused_v4(address: Ipv4Addr) -> Option<&'static str> {
    let range = REFUSED_V4.iter().find(|(range, _)| range.contains(&address));
    range.map(|(_, what)| *what)
}

fn refused_v6(address: Ipv6Addr) -> Option<&'static str> {
    // A translator makes an IPv4 connection of it; the web of networks that have nothing but IPv6 is behind one.
    if NAT64.contains(&address) {
        return refused_v4(last_four_bytes(address));
    }
    let range = REFUSED_V6.iter().find(|(range, _)| range.contains(&address));
    range.map(|(_, what)| *what)
}

fn last_four_bytes(address: Ipv6Addr) -> Ipv4Addr {
    Ipv4Addr::from_bits((address.to_bits() & u128::from(u32::MAX)) as u32)
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(begin: [u16; 4], prefix: u8) -> Ipv6Net {
    let [a, b, c, d] = begin;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), prefix)
}

/// RFC 6052.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0], 96);

/// The IANA IPv4 Special-Purpose Address Registry, and multicast.
const REFUSED_V4: &[(Ipv4Net, &str)] = &[
    (v4(0, 0, 0, 0, 8), "this network itself (RFC 791)"),
    (v4(10, 0, 0, 0, 8), "private (RFC 1918)"),
    (v4(100, 64, 0, 0, 10), "carrier-grade NAT (RFC 6598)"),
    (v4(127, 0, 0, 0, 8), "loopback (RFC 1122)"),
    // The metadata service of most clouds is 169.254.169.254.
    (v4(169, 254, 0, 0, 16), "link-local, or a cloud's metadata (RFC 3927)"),
    (v4(172, 16, 0, 0, 12), "private (RFC 1918)"),
    (v4(192, 0, 0, 0, 24), "reserved for protocols (RFC 6890)"),
    (v4(192, 0, 2, 0, 24), "for documentation (RFC 5737)"),
    (v4(192, 31, 196, 0, 24), "an anycast of AS112 (RFC 7535)"),
    (v4(192, 52, 193, 0, 24), "an anycast of AMT (RFC 7450)"),
    (v4(192, 88, 99, 0, 24), "a relay for 6to4 (RFC 7526)"),
    (v4(192, 168, 0, 0, 16), "private (RFC 1918)"),
    (v4(192, 175, 48, 0, 24), "an anycast of AS112 (RFC 7534)"),
    (v4(198, 18, 0, 0, 15), "for benchmarks (RFC 2544)"),
    (v4(198, 51, 100, 0, 24), "for documentation (RFC 5737)"),
    (v4(203, 0, 113, 0, 24), "for documentation (RFC 5737)"),
    (v4(224, 0, 0, 0, 4), "multicast (RFC 5771)"),
    (v4(255, 255, 255, 255, 32), "broadcast (RFC 919)"),
    (v4(240, 0, 0, 0, 4), "reserved (RFC 1112)"),
];

/// The IANA IPv6 Special-Purpose Address Registry, multicast, and everything that is not global unicast. The first that
/// fits is the one that is named.
const REFUSED_V6: &[(Ipv6Net, &str)] = &[
    (
        Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128),
        "unspecified (RFC 4291)",
    ),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "loopback (RFC 4291)"),
    (v6([0, 0, 0, 0], 96), "an IPv4-compatible form (RFC 4291)"),
    (v6([0x64, 0xff9b, 1, 0], 48), "a local translator (RFC 8215)"),
    (v6([0x100, 0, 0, 0], 64), "for discarding (RFC 6666)"),
    (v6([0x2001, 0, 0, 0], 32), "a Teredo form (RFC 4380)"),
    (v6([0x2001, 2, 0, 0], 48), "for benchmarks (RFC 5180)"),
    (v6([0x2001, 0xdb8, 0, 0], 32), "for documentation (RFC 3849)"),
    (v6([0x2001, 0, 0, 0], 23), "reserved for protocols (RFC 2928)"),
    (v6([0x2002, 0, 0, 0], 16), "a 6to4 form (RFC 3056)"),
    (v6([0x2620, 0x4f, 0x8000, 0], 48), "an anycast of AS112 (RFC 7534)"),
    (v6([0x3fff, 0, 0, 0], 20), "for documentation (RFC 9637)"),
    // The metadata service of AWS is fd00:ec2::254.
    (
        v6([0xfc00, 0, 0, 0], 7),
        "unique-local, or a cloud's metadata (RFC 4193)",
    ),
    (v6([0xfe80, 0, 0, 0], 10), "link-local (RFC 4291)"),
    (v6([0xfec0, 0, 0, 0], 10), "site-local (RFC 3879)"),
    (v6([0xff00, 0, 0, 0], 8), "multicast (RFC 4291)"),
    (v6([0, 0, 0, 0], 3), "not global unicast (RFC 4291)"),
    (v6([0x4000, 0, 0, 0], 2), "not global unicast (RFC 4291)"),
    (v6([0x8000, 0, 0, 0], 1), "not global unicast (RFC 4291)"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_that_is_not_of_the_public_internet_is_refused() {
        let cases = [
            ("0.0.0.0", "this network"),
            ("10.1.2.3", "private"),
            ("100.64.0.1", "carrier-grade"),
            ("100.127.255.255", "carrier-grade"),
            ("127.0.0.1", "loopback"),
            ("127.255.255.254", "loopback"),
            ("169.254.169.254", "metadata"),
            ("172.31.255.255", "private"),
            ("192.0.0.170", "protocols"),
            ("192.0.2.1", "documentation"),
            ("192.168.0.1", "private"),
            ("198.19.255.255", "benchmarks"),
            ("198.51.100.1", "documentation"),
            ("203.0.113.1", "documentation"),
            ("224.0.0.1", "multicast"),
            ("239.255.255.255", "multicast"),
            ("240.0.0.1", "reserved"),
            ("255.255.255.255", "broadcast"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::127.0.0.1", "IPv4-compatible"),
            ("::8.8.8.8", "IPv4-compatible"),
            ("::ffff:127.0.0.1", "loopback"),
            ("::ffff:169.254.169.254", "metadata"),
            ("::ffff:0:127.0.0.1", "not global"),
            ("64:ff9b::10.0.0.1", "private"),
            ("64:ff9b::169.254.169.254", "metadata"),
            ("64:ff9b:1::10.0.0.1", "translator"),
            ("100::1", "discarding"),
            ("2001:0:7f00:1::", "Teredo"),
            ("2001:2::1", "benchmarks"),
            ("2001:10::1", "protocols"),
            ("2001:db8::1", "documentation"),
            ("2002:7f00:1::1", "6to4"),
            ("3fff::1", "documentation"),
            ("fc00::1", "unique-local"),
            ("fd00:ec2::254", "metadata"),
            ("fe80::1", "link-local"),
            ("fec0::1", "site-local"),
            ("ff02::1", "multicast"),
            ("5f00::1", "not global"),
            ("9000::1", "not global"),
        ];
        for (address, expected) in cases {
            let refused = refusal(address.parse().unwrap(), &[]);
            assert!(
                refused.is_some_and(|what| what.contains(expected)),
                "{address}: {refused:?}"
            );
        }
    }

    #[test]
    fn public_addresses_are_not() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2001:4860:4860::8888",
            "2606:4700::1111",
        ] {
            assert_eq!(refusal(address.parse().unwrap(), &[]), None, "{address}");
        }
    }

    #[test]
    fn a_granted_range_opens_itself_and_nothing_else() {
        let granted = ["10.0.0.0/8".parse().unwrap(), "fd00:1::/32".parse().unwrap()];
        for (address, open) in [
            ("10.9.8.7", true),
            ("::ffff:10.9.8.7", true),
            ("fd00:1::5", true),
            ("11.0.0.1", true),
            ("127.0.0.1", false),
            ("64:ff9b::10.9.8.7", false),
            ("fd00:2::5", false),
        ] {
            assert_eq!(refusal(address.parse().unwrap(), &granted).is_none(), open, "{address}");
        }
    }
}
