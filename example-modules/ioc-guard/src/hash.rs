//! Hashes.

use sclera_sdk::IocType;

use crate::excerpt::excerpt;
use crate::indicator::Fault;

/// Each kind of hash: what people call it, and its length in hexadecimal digits.
const HASHES: [(IocType, &str, usize); 6] = [
    (IocType::Md5, "an MD5", 32),
    (IocType::Sha1, "a SHA-1", 40),
    (IocType::Sha224, "a SHA-224", 56),
    (IocType::Sha256, "a SHA-256", 64),
    (IocType::Sha384, "a SHA-384", 96),
    (IocType::Sha512, "a SHA-512", 128),
];

/// Checks a hash of one kind, and gives it in lower case.
pub(crate) fn check(kind: IocType, value: &str) -> Result<String, Fault> {
    let Some((_, name, digits)) = HASHES.into_iter().find(|(known, ..)| *known == kind) else {
        return Ok(value.to_owned());
    };
    let shown = excerpt(value);
    if let Some(odd) = value.chars().find(|odd| !odd.is_ascii_hexdigit()) {
        let odd = excerpt(&odd.to_string());
        return Err(Fault(format!(
            "{shown} is not {name}: {odd} is not a hexadecimal digit"
        )));
    }
    if value.len() != digits {
        let mut reason = format!(
            "{shown} is not {name}: it has {} characters, {name} has {digits} hexadecimal digits",
            value.len(),
        );
        if let Some((other, name, _)) = HASHES.into_iter().find(|(.., digits)| *digits == value.len()) {
            reason.push_str(&format!(
                "; {name} would have as many, which is the type `{}`",
                other.name()
            ));
        }
        return Err(Fault(reason));
    }
    Ok(value.to_ascii_lowercase())
}
