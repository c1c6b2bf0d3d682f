//! The secrets of one module, read from where its operator keeps them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use http::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{Place, SecretGrant};
use crate::capabilities::http::{NotAnOrigin, Origin};
use crate::text;

/// Every secret of a module. They are wiped from memory when the last delivery that knows them is over.
#[derive(Debug, Default)]
pub(crate) struct Vault(Vec<Secret>);

/// A secret, and where it may go.
#[derive(Debug)]
pub(crate) struct Secret {
    /// The configuration key that stands for it.
    pub(crate) key: String,
    value: SecretString,
    pub(super) origins: Vec<Origin>,
    pub(super) places: Vec<Place>,
}

/// What is wrong with a secret. No message has any of its value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretFault {
    /// It is said to be nowhere, or in two places.
    #[error("exactly one of `env` and `file` must say where it is")]
    Where,
    /// The environment has no such variable, or not as text.
    #[error("the environment variable `{0}` is not set, or is not UTF-8 text; set it for the host's process")]
    Variable(String),
    /// The file cannot be read.
    #[error("the file `{}` cannot be read: {why}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The operating system's word for it.
        why: io::Error,
    },
    /// It is empty or very short, or very long.
    #[error("it has {0} bytes, and must have from {least} to {most}: a shorter one cannot be told from other text", least = LEAST, most = MOST)]
    Length(usize),
    /// A header cannot carry it.
    #[error("it has a line break or another control character, which no header can carry; grant other `places`")]
    Header,
    /// It has nowhere to go.
    #[error("it has no `{0}`, and could never be sent")]
    Nowhere(&'static str),
    /// One of its origins is none.
    #[error("its origin `{origin}` is not one: {why}")]
    Origin {
        /// As it is written.
        origin: String,
        /// What is wrong with it.
        why: NotAnOrigin,
    },
    /// One of its origins is not the module's to send requests to.
    #[error("its origin {0} is not among the origins of the grant `http`; add it there, or remove it here")]
    NotGranted(String),
}

/// Which values secrets have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Their own.
    Real,
    /// None: nothing is sent, as in a replay.
    Absent,
}

/// Bytes of a secret. Shorter ones appear in honest text by chance, and masking them would garble it.
const LEAST: usize = 4;
const MOST: usize = 16 << 10;

impl Vault {
    /// Reads the secrets of a module that may send requests to the origins `granted`. All faults are reported at once, by
    /// the key of the secret.
    #[cfg(test)]
    pub(crate) fn open(
        grants: &BTreeMap<String, SecretGrant>,
        granted: &[Origin],
    ) -> Result<Self, Vec<(String, SecretFault)>> {
        Self::holding(Values::Real, grants, granted)
    }

    /// The secrets of a module that may send requests to the origins `granted`. All faults are reported at once, by the key
    /// of the secret.
    pub(crate) fn holding(
        values: Values,
        grants: &BTreeMap<String, SecretGrant>,
        granted: &[Origin],
    ) -> Result<Self, Vec<(String, SecretFault)>> {
        let mut secrets = Vec::with_capacity(grants.len());
        let mut faults = Vec::new();
        for (key, grant) in grants {
            match Secret::open(key, grant, granted, values) {
                Ok(secret) => secrets.push(secret),
                Err(found) => faults.extend(found.into_iter().map(|fault| (key.clone(), fault))),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        // If one is a part of another, the longer one is masked whole.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.value().len()));
        Ok(Self(secrets))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }

    /// `text` without secrets: what a server repeats must not come into a log.
    pub(crate) fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for secret in &self.0 {
            if text.contains(secret.value()) {
                text = Cow::Owned(text.replace(secret.value(), &format!("[secret {}]", secret.key)));
            }
        }
        text
    }

    /// As [`redact`](Self::redact), in place.
    pub(crate) fn redact_in(&self, text: &mut String) {
        if let Cow::Owned(redacted) = self.redact(text) {
            *text = redacted;
        }
    }

    /// Writes stars over every secret in `bytes`. The length stays: whoever was told it counts on it.
    pub(crate) fn mask(&self, bytes: &mut [u8]) {
        for secret in &self.0 {
            let value = secret.value().as_bytes();
            let mut rest = &mut *bytes;
            while let Some(at) = find(rest, value) {
                let (found, after) = std::mem::take(&mut rest).split_at_mut(at + value.len());
                if let Some(found) = found.get_mut(at..) {
                    found.fill(b'*');
                }
                rest = after;
            }
        }
    }

    /// How many bytes at the end of `bytes` may be the beginning of a secret.
    pub(crate) fn begun(&self, bytes: &[u8]) -> usize {
        self.0
            .iter()
            .filter_map(|secret| {
                let value = secret.value().as_bytes();
                let longest = (value.len() - 1).min(bytes.len());
                (1..=longest).rev().find(|&length| {
                    let (end, begin) = (bytes.get(bytes.len() - length..), value.get(..length));
                    end == begin
                })
            })
            .max()
            .unwrap_or(0)
    }
}

/// Where `wanted`, which is not empty, first stands in `bytes`.
pub(super) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|&byte| byte == first)?;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

impl Secret {
    fn open(key: &str, grant: &SecretGrant, granted: &[Origin], values: Values) -> Result<Self, Vec<SecretFault>> {
        let mut faults = Vec::new();
        let value = match values {
            Values::Real => read(grant),
            // Long enough to be found in no other text.
            Values::Absent => Ok(SecretString::from(format!("absent-{}", Uuid::new_v4().simple()))),
        };
        let value = value.map_err(|fault| faults.push(fault)).ok();
        if let Some(value) = &value {
            let value = value.expose_secret();
            if !(LEAST..=MOST).contains(&value.len()) {
                faults.push(SecretFault::Length(value.len()));
            }
            if grant.places.contains(&Place::Header) && HeaderValue::from_str(value).is_err() {
                faults.push(SecretFault::Header);
            }
        }
        for (is_empty, what) in [
            (grant.origins.is_empty(), "origins"),
            (grant.places.is_empty(), "places"),
        ] {
            if is_empty {
                faults.push(SecretFault::Nowhere(what));
            }
        }
        let mut origins = Vec::new();
        for text in &grant.origins {
            match Origin::parse(text) {
                Ok(origin) if granted.contains(&origin) => origins.push(origin),
                Ok(origin) => faults.push(SecretFault::NotGranted(origin.to_string())),
                Err(why) => faults.push(SecretFault::Origin {
                    origin: text::excerpt(text.rsplit('@').next().unwrap_or_default()),
                    why,
                }),
            }
        }
        match value {
            Some(value) if faults.is_empty() => Ok(Self {
                key: key.to_owned(),
                value,
                origins,
                places: grant.places.clone(),
            }),
            _ => Err(faults),
        }
    }

    pub(super) fn value(&self) -> &str {
        self.value.expose_secret()
    }
}

fn read(grant: &SecretGrant) -> Result<SecretString, SecretFault> {
    match (&grant.env, &grant.file) {
        (Some(variable), None) => {
            let value = std::env::var(variable).map(Zeroizing::new);
            let value = value.map_err(|_| SecretFault::Variable(variable.clone()))?;
            Ok(SecretString::from(value.as_str()))
        }
        (None, Some(file)) => {
            let value = read_file(file).map_err(|why| SecretFault::File {
                file: file.clone(),
                why,
            })?;
            Ok(SecretString::from(value.trim_end()))
        }
        _ => Err(SecretFault::Where),
    }
}

fn read_file(file: &Path) -> io::Result<Zeroizing<String>> {
    // Reserved whole, so that no growing buffer leaves copies behind; a little more than the most, so that a file that is
    // too long is seen to be.
    let room = MOST + 64;
    let mut value = Zeroizing::new(String::with_capacity(room));
    File::open(file)?.take(room as u64).read_to_string(&mut value)?;
    Ok(value)
}
