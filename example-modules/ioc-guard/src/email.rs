//! E-mail addresses.

use crate::excerpt::excerpt;
use crate::indicator::Fault;
use crate::name;

/// The longest local part (RFC 5321).
const LONGEST_LOCAL: usize = 64;

/// Checks an e-mail address, and gives it with its domain in lower case. The part before the `@` stays as it is: upper
/// and lower case may be different mailboxes.
pub(crate) fn check(value: &str) -> Result<String, Fault> {
    let fault = |why: &str| Err(Fault(format!("{} is not an e-mail address: {why}", excerpt(value))));

    let address = match value.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => value.get(7..).unwrap_or_default(),
        _ => value,
    };
    let address = address
        .strip_prefix('<')
        .and_then(|bare| bare.strip_suffix('>'))
        .unwrap_or(address);
    let Some((local, domain)) = address.rsplit_once('@') else {
        return fault("it has no `@`");
    };
    if local.is_empty() {
        return fault("there is nothing before the `@`");
    }
    if local.len() > LONGEST_LOCAL {
        return fault("the part before the `@` is longer than 64 characters");
    }
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    if !quoted && let Some(odd) = local.chars().find(|&odd| !may_be_unquoted(odd)) {
        return fault(&format!(
            "the part before the `@` cannot have the character {}",
            excerpt(&odd.to_string())
        ));
    }
    match name::check_domain(domain) {
        Ok(domain) => Ok(format!("{local}@{domain}")),
        Err(Fault(why)) => fault(&why),
    }
}

/// RFC 5322's atext and the dot; and with RFC 6531, every letter of the world.
fn may_be_unquoted(character: char) -> bool {
    character.is_alphanumeric()
        || ".!#$%&'*+-/=?^_`{|}~".contains(character)
        || !(character.is_ascii() || character.is_whitespace())
}
