//! Compiled code, kept between runs.
//!
//! Who can put a file here makes the host run it. So the folder is ours alone, and each file ends with a code over its
//! name and its content that is made with a key in that folder: a file that came here by another way — a restored
//! backup, a folder that was once writable, a disk that lost a block — is not used. The name says everything that the
//! machine code depends on.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::code::{Code, Kept};
use super::folder::{CacheError, CacheFault, Folder};
use crate::sandbox::Fingerprint;

/// Changes when what is in a file changes, or what is refused before it is compiled.
const FORMAT: &str = "v2";

const KEY: &str = "key";
const KEY_SIZE: usize = 32;

/// Bytes of the code that a file ends with. Before it is what is mapped into memory, which begins where a page does.
const TAG: usize = 32;

/// Bits of a mode: what others may not read.
const SECRET: u32 = 0o077;
const OPEN: u32 = 0;

/// A folder with compiled code for one engine. Several hosts and processes can share the folder.
pub(super) struct Cache {
    folder: Folder,
    mac: Hmac<Sha256>,
    size: u64,
    /// Bytes that may be written before it is looked at again how many there are.
    room: Mutex<u64>,
    fingerprint: Fingerprint,
}

impl Cache {
    /// At most `size` bytes of code are kept.
    pub(super) fn open(path: &Path, size: u64, fingerprint: Fingerprint) -> Result<Self, CacheError> {
        let failed = |fault| CacheError {
            folder: path.to_owned(),
            fault,
        };
        let folder = Folder::open(path).map_err(failed)?;
        let key = key(&folder).map_err(failed)?;
        let mac = Hmac::new_from_slice(&key).map_err(|_| failed(CacheFault::BadKey))?;
        Ok(Self {
            folder,
            mac,
            size,
            room: Mutex::new(0),
            fingerprint,
        })
    }

    /// The code of the module of that digest.
    pub(super) fn get(&self, digest: &str) -> Option<Code> {
        let name = self.name(digest);
        let found = self.folder.read(&name, self.size, OPEN).and_then(|bytes| match bytes {
            Some((file, bytes)) => self.authentic(&name, &bytes).map(|()| Some(Code::from_cache(file))),
            None => Ok(None),
        });
        match found {
            Ok(code) => {
                if code.is_some()
                    && let Err(error) = self.folder.touch(&name)
                {
                    tracing::warn!(file = name, "the compiled code cannot be kept for longer: {error}");
                }
                code
            }
            Err(error) => {
                tracing::warn!(
                    file = name,
                    "compiled code in the cache cannot be trusted, and was removed: {error}; the module is compiled again"
                );
                self.folder.remove(&name);
                None
            }
        }
    }

    /// Keeps code. That it cannot is no reason not to run it.
    pub(super) fn put(&self, digest: &str, code: &Code) {
        let name = self.name(digest);
        let Kept::Bytes(code) = code.kept() else {
            // It is in the cache.
            return;
        };
        if (TAG + code.len()) as u64 > self.size {
            tracing::warn!(
                bytes = code.len(),
                "compiled code is larger than the cache, and is not kept"
            );
            return;
        }
        let tag = self.mac(&name, code).finalize().into_bytes();
        let kept = self
            .folder
            .write(&name, &[code, &tag], true)
            .and_then(|()| self.make_room((code.len() + TAG) as u64));
        if let Err(error) = kept {
            tracing::warn!(
                file = name,
                "compiled code cannot be kept: {error}; the module will be compiled again"
            );
        }
    }

    fn name(&self, digest: &str) -> String {
        format!("{digest}-{}-{FORMAT}", self.fingerprint)
    }

    fn mac(&self, name: &str, code: &[u8]) -> Hmac<Sha256> {
        // A name has no zero byte, so that nothing can be moved from one part to the other.
        self.mac.clone().chain_update(name).chain_update([0]).chain_update(code)
    }

    fn authentic(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let Some((code, tag)) = bytes.split_last_chunk::<TAG>() else {
            return Err(io::Error::other("it is cut off"));
        };
        if self.mac(name, code).verify_slice(tag).is_err() {
            return Err(io::Error::other(
                "it was not written with this folder's key, or is damaged",
            ));
        }
        Ok(())
    }

    /// Removes what was not used for longest, after so many bytes were written. To look at thousands of files each time
    /// would take longer than to compile a small module.
    fn make_room(&self, written: u64) -> io::Result<()> {
        // What is in it is whole, whatever became of others who held it.
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = room.checked_sub(written) {
            *room = left;
            return Ok(());
        }
        *room = 0;
        let mut entries = self.folder.entries()?;
        entries.retain(|entry| entry.name != KEY);
        let mut sum: u64 = entries.iter().map(|entry| entry.size).sum();
        entries.sort_by_key(|entry| entry.modified);
        for entry in entries {
            if sum <= self.size {
                break;
            }
            self.folder.remove(&entry.name);
            sum = sum.saturating_sub(entry.size);
        }
        // No more than a part: other processes write into it, too.
        *room = self.size.saturating_sub(sum).min(self.size / 16);
        Ok(())
    }
}

/// The folder's key, made if need be.
fn key(folder: &Folder) -> Result<Vec<u8>, CacheFault> {
    let read = || match folder.read(KEY, KEY_SIZE as u64, SECRET) {
        Ok(Some((_, key))) if key.len() != KEY_SIZE => Err(CacheFault::BadKey),
        Ok(found) => Ok(found.map(|(_, key)| key)),
        Err(_) => Err(CacheFault::BadKey),
    };
    if let Some(key) = read()? {
        return Ok(key);
    }
    let mut key = [0; KEY_SIZE];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    folder.write(KEY, &[&key], false)?;
    // Of several that made one at the same time, the first has won.
    read()?.ok_or(CacheFault::BadKey)
}

#[cfg(test)]
mod tests;
