//! An origin: scheme, host and port, in the one form in which two of them are compared.

use std::fmt;
use std::net::IpAddr;

use url::Url;

use crate::text;

/// Where a request goes. Two texts that name the same server are the same origin: `HTTP://2130706433.:80/` and
/// `http://127.0.0.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(super) scheme: Scheme,
    pub(super) host: Host,
    pub(super) port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// In ASCII and lower case, without a dot at its end.
    Name(String),
    /// Never an IPv6 form of an IPv4 address.
    Address(IpAddr),
}

/// Why a text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnOrigin {
    /// It is no URL.
    #[error("it is not a URL ({0}); write it like `https://api.example.com`")]
    NotAUrl(String),
    /// Its scheme is another one.
    #[error("its scheme is neither `http` nor `https`")]
    Scheme,
    /// It has no host.
    #[error("it has no host")]
    NoHost,
    /// It has a user name or a password.
    #[error("it has a user name or a password; credentials belong in a secret")]
    Credentials,
    /// It stands for many hosts.
    #[error("its host has a `*`; name each host")]
    Wildcard,
    /// It is more than an origin.
    #[error("it goes on after the host and port; an origin has no path, query or fragment")]
    MoreThanOrigin,
}

impl Origin {
    /// Reads `https://api.example.com` or `https://api.example.com:8443/`.
    pub(crate) fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let url = Url::parse(text).map_err(|error| NotAnOrigin::NotAUrl(error.to_string()))?;
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(NotAnOrigin::Scheme),
        };
        // An empty user name leaves no trace in the URL, but it is one.
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err(NotAnOrigin::Credentials);
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(NotAnOrigin::MoreThanOrigin);
        }
        let host = match url.host().ok_or(NotAnOrigin::NoHost)? {
            url::Host::Domain(name) => Host::name(name)?,
            url::Host::Ipv4(address) => Host::Address(address.into()),
            url::Host::Ipv6(address) => Host::Address(IpAddr::V6(address).to_canonical()),
        };
        let port = url.port_or_known_default().ok_or(NotAnOrigin::NoHost)?;
        Ok(Self { scheme, host, port })
    }

    /// The origin of a request as a guest made it.
    pub(super) fn of(uri: &http::Uri) -> Result<Self, NotAnOrigin> {
        let scheme = uri.scheme_str().ok_or(NotAnOrigin::Scheme)?;
        let authority = uri.authority().ok_or(NotAnOrigin::NoHost)?;
        Self::parse(&format!("{scheme}://{authority}/"))
    }

    /// The value of the `Host` header: no port where it is the scheme's own.
    pub(super) fn authority(&self) -> String {
        match (self.scheme, self.port) {
            (Scheme::Http, 80) | (Scheme::Https, 443) => self.host.to_string(),
            (_, port) => format!("{}:{port}", self.host),
        }
    }
}

impl Host {
    fn name(name: &str) -> Result<Self, NotAnOrigin> {
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.is_empty() || name.split('.').any(str::is_empty) {
            return Err(NotAnOrigin::NoHost);
        }
        if name.contains('*') {
            return Err(NotAnOrigin::Wildcard);
        }
        Ok(Self::Name(name.to_owned()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(f, "{scheme}://{}", self.authority())
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(&text::excerpt(name)),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// `https://a, https://b`, for a message.
pub(crate) fn listed(origins: &[Origin]) -> String {
    match origins {
        [] => "none".to_owned(),
        origins => origins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_name_one_server_are_one_origin() {
        let cases = [
            ("https://API.Example.com", "https://api.example.com"),
            ("https://api.example.com.:443/", "https://api.example.com"),
            ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example"),
            ("https://%65xample.com", "https://example.com"),
            ("http://\u{ff25}xample.com", "http://example.com"),
            ("http://2130706433/", "http://127.0.0.1"),
            ("http://0x7f000001/", "http://127.0.0.1"),
            ("http://0177.0.0.1/", "http://127.0.0.1"),
            ("http://127.1/", "http://127.0.0.1"),
            ("http://127.0.0.1./", "http://127.0.0.1"),
            ("http://[::ffff:127.0.0.1]/", "http://127.0.0.1"),
            ("http://[::FFFF:7f00:1]:8080/", "http://127.0.0.1:8080"),
            ("http://[0:0:0:0:0:0:0:1]/", "http://[::1]"),
        ];
        for (text, expected) in cases {
            assert_eq!(Origin::parse(text).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn origins_that_differ_in_anything_differ() {
        let origin = Origin::parse("https://example.com").unwrap();
        for other in [
            "http://example.com",
            "https://example.com:8443",
            "https://www.example.com",
            "https://example.com.evil.test",
        ] {
            assert_ne!(Origin::parse(other).unwrap(), origin, "{other}");
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_none() {
        let cases = [
            ("https://user:pass@example.com", NotAnOrigin::Credentials),
            ("https://example.com@evil.test", NotAnOrigin::Credentials),
            ("https://@example.com", NotAnOrigin::Credentials),
            ("https://example.com/api", NotAnOrigin::MoreThanOrigin),
            ("https://example.com?q", NotAnOrigin::MoreThanOrigin),
            ("https://example.com#f", NotAnOrigin::MoreThanOrigin),
            ("https://example.com\\evil", NotAnOrigin::MoreThanOrigin),
            ("ftp://example.com", NotAnOrigin::Scheme),
            ("file:///etc/passwd", NotAnOrigin::Scheme),
            ("https://.", NotAnOrigin::NoHost),
            ("https://*.example.com", NotAnOrigin::Wildcard),
            ("https://example..com", NotAnOrigin::NoHost),
        ];
        for (text, expected) in cases {
            assert_eq!(Origin::parse(text).unwrap_err(), expected, "{text}");
        }
        for text in [
            "example.com",
            "https://",
            "https://*.example.com:x",
            "http://1.2.3.4.5/",
        ] {
            assert!(matches!(Origin::parse(text), Err(NotAnOrigin::NotAUrl(_))), "{text}");
        }
    }
}
