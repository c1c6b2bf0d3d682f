//! What a module holds in place of its secrets during one delivery.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::request::Parts;
use http::uri::PathAndQuery;
use rand_chacha::rand_core::Rng;
use uuid::Uuid;

use super::vault::find;
use super::{Place, Secret, Vault};
use crate::capabilities::http::{Origin, listed};

/// A placeholder for each secret. No two deliveries have the same, and none can be guessed.
pub(crate) struct Placeholders {
    vault: Arc<Vault>,
    /// In the vault's order.
    texts: Vec<String>,
}

/// What every placeholder begins with; and what stands for a secret while `register-hooks` runs, when there are no
/// requests.
pub(crate) const STAND_IN: &str = "sclera-secret";

/// Why a request with placeholders in it is not sent.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlacingError {
    #[error("it carries the secret `{key}`, which may be sent only to {granted}")]
    Origin { key: String, granted: String },
    #[error("it carries the secret `{key}` in {place}, and the secret's `places` are {granted}")]
    Place {
        key: String,
        place: String,
        granted: String,
    },
    #[error("with its secrets, it is too large")]
    TooLarge,
    #[error("the secret `{key}` makes it no request")]
    Malformed { key: String },
}

/// Bytes of a request's path, of its query, and of all its headers, with the secrets in them.
const HEAD: usize = 64 << 10;

impl Placeholders {
    /// Makes them for one delivery. They are made of `seeded` numbers if there are any: then they can be guessed.
    pub(crate) fn new(vault: Arc<Vault>, mut seeded: Option<impl Rng>) -> Self {
        let mut unique = || match &mut seeded {
            None => Uuid::new_v4(),
            Some(numbers) => {
                let mut bytes = [0; 16];
                numbers.fill_bytes(&mut bytes);
                uuid::Builder::from_random_bytes(bytes).into_uuid()
            }
        };
        // In the order of their keys, and not in that of the vault, which depends on their values: a replay has none.
        let keys = vault.iter().map(|secret| secret.key.as_str());
        let keys = keys.collect::<BTreeSet<_>>().into_iter();
        let texts: BTreeMap<_, _> = keys
            .map(|key| (key, format!("{STAND_IN}-{}", unique().simple())))
            .collect();
        let texts = vault
            .iter()
            .filter_map(|secret| texts.get(secret.key.as_str()).cloned());
        let texts = texts.collect();
        Self { vault, texts }
    }

    /// `text` with `<secret KEY>` where a placeholder stands.
    pub(crate) fn named<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut named = Vec::new();
        let mut rest = text;
        while let Some((at, secret)) = self.next(rest) {
            let (before, found) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            named.extend_from_slice(before);
            named.extend_from_slice(format!("<secret {}>", secret.key).as_bytes());
            rest = found.get(self.length()..).unwrap_or_default();
        }
        if rest.len() == text.len() {
            return Cow::Borrowed(text);
        }
        named.extend_from_slice(rest);
        Cow::Owned(named)
    }

    pub(crate) fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// What stands for the secret under a configuration key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let mut both = self.vault.iter().zip(&self.texts);
        both.find(|(secret, _)| secret.key == key)
            .map(|(_, text)| text.as_str())
    }

    /// Writes the secrets into the head of a request to `origin`.
    pub(crate) fn place_in_head(&self, head: &mut Parts, origin: &Origin) -> Result<(), PlacingError> {
        if self.texts.is_empty() {
            return Ok(());
        }
        for name in head.headers.keys() {
            self.none_in(name.as_str().as_bytes(), "the name of a header")?;
        }
        self.place_in_url(head, origin)?;
        self.place_in_headers(&mut head.headers, origin)
    }

    /// Writes the secrets into a request's body of at most `limit` bytes, in the manner of its content type.
    pub(crate) fn place_in_body(
        &self,
        body: Bytes,
        headers: &HeaderMap,
        origin: &Origin,
        limit: usize,
    ) -> Result<Bytes, PlacingError> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let write = match content_type.and_then(|value| value.split(';').next()).map(str::trim) {
            Some("application/x-www-form-urlencoded") => percent_encoded,
            Some(json) if json == "application/json" || json.ends_with("+json") => json_escaped,
            _ => as_it_is,
        };
        let placed = self.place(&body, Place::Body, origin, write, limit)?;
        Ok(placed.map_or(body, |(placed, _)| placed.into()))
    }

    fn place_in_url(&self, head: &mut Parts, origin: &Origin) -> Result<(), PlacingError> {
        let path = head.uri.path().as_bytes();
        let query = head.uri.query().unwrap_or_default().as_bytes();
        let in_path = self.place(path, Place::Path, origin, path_encoded, HEAD)?;
        let in_query = self.place(query, Place::Query, origin, percent_encoded, HEAD)?;
        let Some(key) = in_path.as_ref().or(in_query.as_ref()).map(|(_, key)| *key) else {
            return Ok(());
        };
        let malformed = || PlacingError::Malformed { key: key.to_owned() };
        let mut whole = in_path.map_or_else(|| path.to_vec(), |(placed, _)| placed);
        if head.uri.query().is_some() {
            whole.push(b'?');
            whole.extend(in_query.map_or_else(|| query.to_vec(), |(placed, _)| placed));
        }
        let mut parts = head.uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(whole).map_err(|_| malformed())?);
        head.uri = http::Uri::from_parts(parts).map_err(|_| malformed())?;
        Ok(())
    }

    fn place_in_headers(&self, headers: &mut HeaderMap, origin: &Origin) -> Result<(), PlacingError> {
        let mut left = HEAD;
        for value in headers.values_mut() {
            if let Some((placed, key)) = self.place(value.as_bytes(), Place::Header, origin, as_it_is, left)? {
                left = left.saturating_sub(placed.len());
                *value = HeaderValue::try_from(placed).map_err(|_| PlacingError::Malformed { key: key.to_owned() })?;
                value.set_sensitive(true);
            }
        }
        Ok(())
    }

    /// `text` with secrets in it, and the key of one of them; none if there is no placeholder in it.
    fn place<'a>(
        &'a self,
        text: &[u8],
        place: Place,
        origin: &Origin,
        write: fn(&str) -> Cow<'_, str>,
        limit: usize,
    ) -> Result<Option<(Vec<u8>, &'a str)>, PlacingError> {
        let Some((mut at, mut secret)) = self.next(text) else {
            return Ok(None);
        };
        let mut placed = Vec::new();
        let mut rest = text;
        loop {
            secret.may_go(origin, place)?;
            let (before, found) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            placed.extend_from_slice(before);
            placed.extend_from_slice(write(secret.value()).as_bytes());
            rest = found.get(self.length()..).unwrap_or_default();
            // Looked at each time: one secret may be much longer than its placeholder, and stand there many times.
            if placed.len() > limit {
                return Err(PlacingError::TooLarge);
            }
            match self.next(rest) {
                Some(next) => (at, secret) = next,
                None => break,
            }
        }
        placed.extend_from_slice(rest);
        if placed.len() > limit {
            return Err(PlacingError::TooLarge);
        }
        Ok(Some((placed, &secret.key)))
    }

    fn none_in(&self, text: &[u8], place: &str) -> Result<(), PlacingError> {
        match self.next(text) {
            None => Ok(()),
            Some((_, secret)) => Err(secret.misplaced(place.to_owned())),
        }
    }

    /// The first placeholder in `text`: where it is, and which.
    fn next(&self, text: &[u8]) -> Option<(usize, &Secret)> {
        let mut from = 0;
        loop {
            let at = from + find(text.get(from..)?, STAND_IN.as_bytes())?;
            let rest = text.get(at..)?;
            let mut both = self.vault.iter().zip(&self.texts);
            if let Some((secret, _)) = both.find(|(_, placeholder)| rest.starts_with(placeholder.as_bytes())) {
                return Some((at, secret));
            }
            from = at + 1;
        }
    }

    /// Bytes of a placeholder.
    fn length(&self) -> usize {
        self.texts.first().map_or(0, String::len)
    }
}

impl Secret {
    fn may_go(&self, origin: &Origin, place: Place) -> Result<(), PlacingError> {
        if !self.origins.contains(origin) {
            return Err(PlacingError::Origin {
                key: self.key.clone(),
                granted: listed(&self.origins),
            });
        }
        if !self.places.contains(&place) {
            return Err(self.misplaced(place.to_string()));
        }
        Ok(())
    }

    fn misplaced(&self, place: String) -> PlacingError {
        let granted: Vec<_> = self.places.iter().map(ToString::to_string).collect();
        PlacingError::Place {
            key: self.key.clone(),
            place,
            granted: granted.join(", "),
        }
    }
}

fn as_it_is(secret: &str) -> Cow<'_, str> {
    Cow::Borrowed(secret)
}

/// RFC 3986: everything but its unreserved characters.
fn percent_encoded(secret: &str) -> Cow<'_, str> {
    encoded(secret, b"-._~")
}

/// RFC 3986: everything but what a path may have. A slash stays: the secret may be several of its parts.
fn path_encoded(secret: &str) -> Cow<'_, str> {
    encoded(secret, b"-._~!$&'()*+,;=:@/")
}

/// Everything but letters, digits and the bytes `kept`.
fn encoded<'a>(secret: &str, kept: &[u8]) -> Cow<'a, str> {
    let mut encoded = String::with_capacity(secret.len());
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(byte.into());
        } else {
            // Writing to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded.into()
}

/// As it stands within a string of JSON.
fn json_escaped(secret: &str) -> Cow<'_, str> {
    let quoted = serde_json::Value::from(secret).to_string();
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    Cow::Owned(inner.to_owned())
}
