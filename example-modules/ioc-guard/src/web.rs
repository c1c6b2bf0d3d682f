//! URLs.

use url::{ParseError, Url};

use crate::excerpt::excerpt;
use crate::indicator::Fault;
use crate::name;

/// The schemes of URLs that have no `//`. Anything else before a colon is a host and its port: `evil.example:8080`.
const WITHOUT_SLASHES: [&str; 10] = [
    "about",
    "blob",
    "data",
    "javascript",
    "magnet",
    "mailto",
    "sip",
    "sms",
    "tel",
    "urn",
];

/// Checks a URL, and gives it as the URL standard (<https://url.spec.whatwg.org/>) writes it.
pub(crate) fn check(value: &str) -> Result<String, Fault> {
    let fault = |why: &str| Err(Fault(format!("{} is not a URL: {why}", excerpt(value))));

    let scheme = match value.split_once(':') {
        Some((scheme, rest)) if rest.starts_with(['/', '\\']) => scheme,
        Some((scheme, _)) if WITHOUT_SLASHES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) => scheme,
        _ if name::check_domain(value).is_ok() => return fault("it has no scheme; choose the type `domain`"),
        _ => return fault("it has no scheme, such as `https://`"),
    };
    if scheme.eq_ignore_ascii_case("file") {
        // It has no host, or one that nobody but a Windows machine means.
        return Ok(value.to_owned());
    }
    match Url::parse(value) {
        Ok(url) => Ok(url.into()),
        Err(ParseError::EmptyHost) => fault("it has no host"),
        Err(ParseError::InvalidPort) => fault("its port has to be a number from 0 to 65535"),
        Err(ParseError::InvalidIpv4Address | ParseError::InvalidIpv6Address) => fault("its IP address is not one"),
        Err(ParseError::IdnaError | ParseError::InvalidDomainCharacter) => fault("its host is not a domain name"),
        Err(error) => fault(&error.to_string()),
    }
}
