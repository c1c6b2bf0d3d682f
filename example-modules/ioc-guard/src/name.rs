//! Domain names and the names of machines.

use std::net::IpAddr;

use idna::AsciiDenyList;

use crate::excerpt::excerpt;
use crate::indicator::Fault;

/// More than any name can have in Unicode before it is turned into at most 253 characters of ASCII.
const LONGEST_SENT: usize = 4 * 253;

/// The longest name of the DNS as text, and the longest label (RFC 1035).
const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Checks a domain name, and gives it in lower case, international ones in Punycode (UTS 46).
pub(crate) fn check_domain(value: &str) -> Result<String, Fault> {
    let name = check_hostname(value)?;
    if !name.contains('.') {
        return Err(Fault(format!(
            "{} is not a domain name: it has one part only; choose the type `hostname` for the name of a machine",
            excerpt(value)
        )));
    }
    Ok(name)
}

/// Checks the name of a machine, in full or its first part only.
pub(crate) fn check_hostname(value: &str) -> Result<String, Fault> {
    let fault = |why: &str| Err(Fault(format!("{} is not a domain name: {why}", excerpt(value))));

    if value.len() > LONGEST_SENT {
        return fault("it is longer than 253 characters");
    }
    if value.contains(['/', '\\']) {
        return fault("it has a path; choose the type `url`");
    }
    if value.contains('@') {
        return fault("it has an `@`; choose the type `email`");
    }
    if value.parse::<IpAddr>().is_ok() {
        return fault("it is an IP address; choose the type `ip-any`");
    }
    let Ok(name) = idna::domain_to_ascii_cow(value.as_bytes(), AsciiDenyList::EMPTY) else {
        return fault("an international name has to follow the rules of IDNA, and this one does not");
    };
    let name = name.strip_suffix('.').unwrap_or(&name);
    if name.len() > LONGEST {
        return fault("it is longer than 253 characters");
    }
    for label in name.split('.') {
        if label.is_empty() {
            return fault("it has an empty part");
        }
        if label.len() > LONGEST_LABEL {
            return fault("one of its parts is longer than 63 characters");
        }
        // A name of the DNS may have any character; these are those that names have in practice, underscores included.
        if let Some(odd) = label
            .chars()
            .find(|odd| !odd.is_ascii_alphanumeric() && !matches!(odd, '-' | '_'))
        {
            return fault(&format!("it cannot have the character {}", excerpt(&odd.to_string())));
        }
    }
    if name
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return fault("its last part is a number");
    }
    Ok(name.to_owned())
}
