//! A folder that only we can write to.

use std::fs::{DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, RenameFlags};
use uuid::Uuid;

/// Why a folder cannot keep compiled code. The host is not built: to go on without it would hide that somebody else can
/// write where the host reads what it runs.
#[derive(Debug, thiserror::Error)]
#[error("the cache for compiled code `{}` cannot be used: {fault}", .folder.display())]
pub struct CacheError {
    /// The folder.
    pub folder: PathBuf,
    /// What is wrong with it.
    #[source]
    pub fault: CacheFault,
}

/// What is wrong with a folder for compiled code, or with a file in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheFault {
    /// It cannot be made, or read.
    #[error("{0}; choose a folder that this user can make")]
    Unusable(#[from] io::Error),
    /// It is something else, or is somewhere else.
    #[error("it is a symbolic link, or not a folder; name the folder itself")]
    NotAFolder,
    /// It is somebody else's.
    #[error("it belongs to user {owner}, and this is user {us}; choose another folder")]
    SomebodyElses {
        /// The user's number.
        owner: u32,
        /// Ours.
        us: u32,
    },
    /// Others can write to it.
    #[error("others can write to it (its mode is {mode:o}); look at what is in it, then `chmod 700` it")]
    Writable {
        /// The permissions.
        mode: u32,
    },
    /// Its key is damaged, or others could have read it.
    #[error("its file `key` is damaged, or others can read it; remove the folder, and it will be made anew")]
    BadKey,
}

/// A folder that only we can write to. It is held open: whatever becomes of its name, it stays the one that was checked.
pub(super) struct Folder(OwnedFd);

/// A file in it.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
    /// Seconds and nanoseconds.
    pub(super) modified: (i64, i64),
}

impl Folder {
    /// Makes the folder if need be.
    pub(super) fn open(path: &Path) -> Result<Self, CacheFault> {
        // With a slash at the end, a link would be followed.
        let path: PathBuf = path.components().collect();
        if let Some(parent) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = match rustix::fs::open(&path, flags, Mode::empty()) {
            Err(rustix::io::Errno::NOTDIR | rustix::io::Errno::LOOP) => return Err(CacheFault::NotAFolder),
            opened => File::from(opened.map_err(io::Error::from)?),
        };
        let metadata = folder.metadata()?;
        let us = us();
        if metadata.uid() != us {
            let owner = metadata.uid();
            return Err(CacheFault::SomebodyElses { owner, us });
        }
        if metadata.mode() & 0o022 != 0 {
            let mode = metadata.mode() & 0o7777;
            return Err(CacheFault::Writable { mode });
        }
        Ok(Self(folder.into()))
    }

    /// A file that only we could have written, and could not be read by those in `hidden_from` (bits of a mode), with all that
    /// is in it. None: it is not there. Whatever else is in its place, or larger than `limit`, is an error.
    pub(super) fn read(&self, name: &str, limit: u64, hidden_from: u32) -> io::Result<Option<(File, Vec<u8>)>> {
        // What is no file must not keep us waiting.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file = match rustix::fs::openat(&self.0, name, flags, Mode::empty()) {
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            opened => File::from(opened?),
        };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        if metadata.uid() != us() || metadata.mode() & (0o022 | hidden_from) != 0 {
            return Err(io::Error::other("it is not ours alone"));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or_default());
        (&file).take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::other("it is too large"));
        }
        Ok(Some((file, bytes)))
    }

    /// Writes a file that is there as a whole, or not at all. `replacing`: in the place of one of that name; otherwise,
    /// one that is there stays, and all is well.
    pub(super) fn write(&self, name: &str, content: &[&[u8]], replacing: bool) -> io::Result<()> {
        let temporary = format!("new-{}", Uuid::new_v4());
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(
            &self.0,
            &temporary,
            flags,
            Mode::from_raw_mode(0o600),
        )?);
        let written = (|| {
            for part in content {
                file.write_all(part)?;
            }
            file.sync_all()?;
            let rename = if replacing {
                RenameFlags::empty()
            } else {
                RenameFlags::NOREPLACE
            };
            match rustix::fs::renameat_with(&self.0, &temporary, &self.0, name, rename) {
                Err(rustix::io::Errno::EXIST) if !replacing => {
                    self.remove(&temporary);
                    Ok(())
                }
                renamed => Ok(renamed?),
            }
        })();
        if written.is_err() {
            self.remove(&temporary);
        }
        written
    }

    /// Says that a file is in use: it is then the youngest.
    pub(super) fn touch(&self, name: &str) -> io::Result<()> {
        let now = rustix::fs::Timespec {
            tv_sec: 0,
            tv_nsec: rustix::fs::UTIME_NOW,
        };
        let times = rustix::fs::Timestamps {
            last_access: now,
            last_modification: now,
        };
        Ok(rustix::fs::utimensat(&self.0, name, &times, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// Removes a file, if it is there.
    pub(super) fn remove(&self, name: &str) {
        // One that cannot be removed is not trusted any more for it.
        let _ = rustix::fs::unlinkat(&self.0, name, AtFlags::empty());
    }

    /// The files in it.
    pub(super) fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().to_str() else {
                continue;
            };
            // One that has just gone is no entry any more.
            let Ok(stat) = rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) else {
                continue;
            };
            if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile {
                entries.push(Entry {
                    name: name.to_owned(),
                    size: u64::try_from(stat.st_size).unwrap_or_default(),
                    modified: (stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or_default()),
                });
            }
        }
        Ok(entries)
    }
}

fn us() -> u32 {
    rustix::process::geteuid().as_raw()
}
