use sclera_sdk::IocType::{self, *};

use super::*;

const REFANGED: (bool, bool) = (true, false);
const NORMALISED: (bool, bool) = (false, true);
const BOTH: (bool, bool) = (true, true);
const AS_IT_WAS: (bool, bool) = (false, false);

/// What is sent, what comes of it, and what was done.
#[rustfmt::skip]
const RIGHT: &[(IocType, &str, &str, (bool, bool))] = &[
    // Addresses.
    (IpAny, "192.0.2.7", "192.0.2.7", AS_IT_WAS),
    (IpAny, "192[.]0[.]2[.]7", "192.0.2.7", REFANGED),
    (IpSrc, "192.0.2[.]7", "192.0.2.7", REFANGED),
    (IpDst, "192(.)0{.}2[dot]7", "192.0.2.7", REFANGED),
    (IpDst, "192 [.] 0 [.] 2 [.] 7", "192.0.2.7", REFANGED),
    (IpAny, " 192.0.2.7\r\n", "192.0.2.7", NORMALISED),
    (IpAny, "192.0.\u{200b}2.7", "192.0.2.7", NORMALISED),
    (IpAny, "\u{feff}192[.]0[.]2[.]7 ", "192.0.2.7", BOTH),
    (IpAny, "192.0.2.0/24", "192.0.2.0/24", AS_IT_WAS),
    (IpAny, "2001:DB8:0:0:0:0:0:1", "2001:db8::1", NORMALISED),
    (IpAny, "2001[:]db8[:][:]1", "2001:db8::1", REFANGED),
    (IpAny, "[2001:db8::1]", "2001:db8::1", NORMALISED),
    (IpAny, "2001:db8::/32", "2001:db8::/32", AS_IT_WAS),
    (IpAny, "::ffff:192.0.2.7", "::ffff:192.0.2.7", AS_IT_WAS),
    // Names.
    (Domain, "evil.example", "evil.example", AS_IT_WAS),
    (Domain, "evil[.]example", "evil.example", REFANGED),
    (Domain, "evil[.example", "evil.example", REFANGED),
    (Domain, "evil\\.example", "evil.example", REFANGED),
    (Domain, "evil{DOT}example", "evil.example", REFANGED),
    (Domain, "evil[[.]]example", "evil.example", REFANGED),
    (Domain, "EVIL.Example", "evil.example", NORMALISED),
    (Domain, "EVIL[.]Example", "evil.example", BOTH),
    (Domain, "evil.example.", "evil.example", NORMALISED),
    (Domain, "ev\u{ad}il.example", "evil.example", NORMALISED),
    (Domain, "bücher.example", "xn--bcher-kva.example", NORMALISED),
    (Domain, "BÜCHER[.]example", "xn--bcher-kva.example", BOTH),
    (Domain, "xn--bcher-kva.example", "xn--bcher-kva.example", AS_IT_WAS),
    (Domain, "evil。example", "evil.example", NORMALISED),
    (Domain, "نامه\u{200c}ای.example", "xn--mgba3gch31f060k.example", NORMALISED),
    (Domain, "r3---sn-abc.example", "r3---sn-abc.example", AS_IT_WAS),
    (Domain, "_dmarc.evil.example", "_dmarc.evil.example", AS_IT_WAS),
    (Hostname, "FIN-WS-017", "fin-ws-017", NORMALISED),
    (Hostname, "www[.]evil[.]example", "www.evil.example", REFANGED),
    // E-mail addresses.
    (Email, "Jo.Doe@Evil.Example", "Jo.Doe@evil.example", NORMALISED),
    (Email, "jo@evil.example", "jo@evil.example", AS_IT_WAS),
    (EmailSrc, "jo[at]evil[.]example", "jo@evil.example", REFANGED),
    (EmailDst, "jo (at) evil (dot) example", "jo@evil.example", REFANGED),
    (Email, "jo[@]evil.example", "jo@evil.example", REFANGED),
    (Email, "mailto:jo@evil.example", "jo@evil.example", NORMALISED),
    (Email, "<jo@evil.example>", "jo@evil.example", NORMALISED),
    (Email, "\"jo doe\"@evil.example", "\"jo doe\"@evil.example", AS_IT_WAS),
    (Email, "jo+tag@bücher.example", "jo+tag@xn--bcher-kva.example", NORMALISED),
    (Email, "用户@例子.example", "用户@xn--fsqu00a.example", NORMALISED),
    // URLs.
    (Url, "https://evil.example/", "https://evil.example/", AS_IT_WAS),
    (Url, "hxxps://evil[.]example/login", "https://evil.example/login", REFANGED),
    (Url, "hXXp://evil.example/", "http://evil.example/", REFANGED),
    (Url, "hxxp[:]//evil.example/", "http://evil.example/", REFANGED),
    (Url, "hxxp[://]evil[.]example/a[.]php", "http://evil.example/a.php", REFANGED),
    (Url, "fxp://evil.example/", "ftp://evil.example/", REFANGED),
    (Url, "h**ps://evil(dot)example/", "https://evil.example/", REFANGED),
    (Url, "https://evil.example/jo(at)home(dot)html", "https://evil.example/jo(at)home(dot)html", AS_IT_WAS),
    (Url, "https://evil.example/?q=(.)", "https://evil.example/?q=(.)", AS_IT_WAS),
    (Url, " hxxps://EVIL[.]example/Login ", "https://evil.example/Login", BOTH),
    (Url, "https://evil.example:443/", "https://evil.example/", NORMALISED),
    (Url, "http://evil.example", "http://evil.example/", NORMALISED),
    (Url, "https://bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe", NORMALISED),
    (Url, "http://0x7f.1/", "http://127.0.0.1/", NORMALISED),
    (Url, "http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/", NORMALISED),
    (Url, "magnet:?xt=urn:btih:c12fe1", "magnet:?xt=urn:btih:c12fe1", AS_IT_WAS),
    (Url, "javascript:alert(1)", "javascript:alert(1)", AS_IT_WAS),
    // Hashes.
    (Md5, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e", NORMALISED),
    (Md5, "d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e", AS_IT_WAS),
    (Sha1, " da39a3ee5e6b4b0d3255bfef95601890afd80709", "da39a3ee5e6b4b0d3255bfef95601890afd80709", NORMALISED),
    (Sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", AS_IT_WAS),
    // What has no rules.
    (Filename, " invoice\u{202e}fdp[.]exe ", " invoice\u{202e}fdp[.]exe ", AS_IT_WAS),
    (Other, "evil[.]example", "evil[.]example", AS_IT_WAS),
    (Other, "", "", AS_IT_WAS),
];

/// What cannot be right, and a part of the reason.
#[rustfmt::skip]
const WRONG: &[(IocType, &str, &str)] = &[
    (IpAny, "", "is empty"),
    (IpAny, " \u{200b} ", "is empty"),
    (IpAny, "192.0.2", "an IPv4 address has four numbers"),
    (IpAny, "192.0.2.256", "at most 255"),
    (IpAny, "192.0.2.07", "leading zero"),
    (IpAny, "192.0.2.7:80", "`ip-dst|port`"),
    (IpAny, "[2001:db8::1]:80", "with a port"),
    (IpAny, "192.0.2.0/33", "from 0 to 32"),
    (IpAny, "2001:db8::/129", "from 0 to 128"),
    (IpAny, "2001:db8:::1", "is not an IP address"),
    (IpAny, "fe80::1%eth0", "zone"),
    (IpAny, "evil.example", "is not an IP address"),
    (Domain, "localhost", "`hostname`"),
    (Domain, "192.0.2.7", "`ip-any`"),
    (Domain, "https://evil.example/", "`url`"),
    (Domain, "jo@evil.example", "`email`"),
    (Domain, "evil..example", "an empty part"),
    (Domain, ".evil.example", "an empty part"),
    (Domain, "evil .example", "cannot have the character ` `"),
    (Domain, "*.evil.example", "cannot have the character `*`"),
    (Domain, "evil.123", "its last part is a number"),
    (Domain, "xn--a.example", "IDNA"),
    (Domain, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example", "longer than 63"),
    (Hostname, "fin ws", "cannot have the character"),
    (Email, "evil.example", "it has no `@`"),
    (Email, "@evil.example", "nothing before"),
    (Email, "jo@", "an empty part"),
    (Email, "jo doe@evil.example", "cannot have the character ` `"),
    (Email, "Jo <jo@evil.example>", "cannot have the character"),
    (Email, "jo@localhost", "it has one part only"),
    (Url, "evil.example", "`domain`"),
    (Url, "evil.example:8080/path", "it has no scheme"),
    (Url, "/login", "it has no scheme"),
    (Url, "https://", "it has no host"),
    (Url, "https://evil.example:99999/", "from 0 to 65535"),
    (Url, "https://192.0.2.300/", "its IP address"),
    (Url, "https://ev il.example/", "its host is not"),
    (Md5, "d41d8cd98f00b204e9800998ecf8427", "it has 31 characters, an MD5 has 32 hexadecimal digits"),
    (Md5, "z41d8cd98f00b204e9800998ecf8427e", "`z` is not a hexadecimal digit"),
    (Sha256, "da39a3ee5e6b4b0d3255bfef95601890afd80709", "the type `sha1`"),
    (Sha512, "e3b0c442", "a SHA-512 has 128"),
];

#[test]
fn what_can_be_right_is_put_right() {
    for (kind, sent, value, (refanged, normalised)) in RIGHT.iter().copied() {
        let expected = Indicator {
            value: value.to_owned(),
            refanged,
            normalised,
        };
        assert_eq!(
            read(kind, sent, &Config::default()),
            Ok(expected),
            "for the {} {sent:?}",
            kind.name()
        );
    }
}

#[test]
fn what_cannot_be_right_is_refused_with_a_reason() {
    for (kind, sent, part) in WRONG.iter().copied() {
        let Err(Fault(reason)) = read(kind, sent, &Config::default()) else {
            panic!("the {} {sent:?} was taken", kind.name());
        };
        assert!(
            reason.contains(part),
            "for the {} {sent:?}: {reason:?} does not have {part:?}",
            kind.name()
        );
    }
}

#[test]
fn putting_right_twice_is_putting_right_once() {
    let sent = RIGHT
        .iter()
        .map(|case| (case.0, case.1))
        .chain(WRONG.iter().map(|case| (case.0, case.1)));
    for (_, sent) in sent {
        for kind in IocType::ALL.iter().copied() {
            let Ok(once) = read(kind, sent, &Config::default()) else {
                continue;
            };
            let twice = read(kind, &once.value, &Config::default());
            let expected = Indicator {
                value: once.value,
                refanged: false,
                normalised: false,
            };
            assert_eq!(twice, Ok(expected), "for the {} {sent:?}", kind.name());
        }
    }
}

#[test]
fn a_huge_value_gets_a_short_answer() {
    let huge = 20_000;
    for unit in [
        "a", "[", "[.]", "a.", "(", "é", "\u{200d}", "1", ":", "/", "\\.", " ", "[[.]", "@", "🦀", "xn--", "%",
    ] {
        for prefix in ["", "http://", "https://a/", "jo@"] {
            let sent = prefix.to_owned() + &unit.repeat(huge / unit.len());
            for kind in [IpAny, Domain, Hostname, Email, Url, Sha256] {
                if let Err(Fault(reason)) = read(kind, &sent, &Config::default()) {
                    assert!(reason.len() < 1000, "the reason has {} bytes", reason.len());
                }
            }
        }
    }
}

#[test]
fn private_addresses_are_refused_only_on_request() {
    let strict = Config {
        reject_private_ips: true,
        ..Config::default()
    };
    for address in [
        "10.0.0.1",
        "192.168.0.0/16",
        "127.0.0.1",
        "169.254.1.1",
        "0.0.0.0",
        "fc00::1",
        "fe80::1",
        "::1",
        "::ffff:10.0.0.1",
    ] {
        assert!(read(IpAny, address, &Config::default()).is_ok(), "{address}");
        assert!(read(IpAny, address, &strict).is_err(), "{address}");
    }
    assert!(read(IpAny, "198.51.100.1", &strict).is_ok());
}
