use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::modules::compile::folder::CacheFault;

const ENGINE: Fingerprint = Fingerprint([7; 32]);
const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("cache")
    }

    fn try_open(&self) -> Result<Cache, CacheFault> {
        Cache::open(&self.path(), 1_000, ENGINE).map_err(|error| error.fault)
    }

    fn open(&self) -> Cache {
        self.try_open().unwrap()
    }

    /// The files with code.
    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> = std::fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.ends_with(KEY))
            .collect();
        files.sort();
        files
    }

    /// The one file with code.
    fn file(&self) -> PathBuf {
        let files = self.files();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }
}

fn code(text: &str) -> Code {
    Code::from_compiler(text.into())
}

fn get(cache: &Cache, digest: &str) -> Option<String> {
    cache.get(digest).map(|code| match code.kept() {
        Kept::File(file) => {
            let mut bytes = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
            file.read_exact_at(&mut bytes, 0).unwrap();
            bytes.truncate(bytes.len() - TAG);
            String::from_utf8(bytes).unwrap()
        }
        Kept::Bytes(_) => panic!("it is in the cache"),
    })
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

fn mode_of(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn what_was_kept_is_there_for_the_next_process() {
    let place = Place::new();
    assert_eq!(get(&place.open(), DIGEST), None);
    place.open().put(DIGEST, &code("machine code"));
    assert_eq!(get(&place.open(), DIGEST).as_deref(), Some("machine code"));
    assert_eq!(get(&place.open(), &DIGEST.replace('0', "1")), None);
}

#[test]
fn nobody_else_can_look_or_write() {
    let place = Place::new();
    place.open().put(DIGEST, &code("machine code"));
    assert_eq!(mode_of(&place.path()), 0o700);
    assert_eq!(mode_of(&place.path().join(KEY)), 0o600);
    assert_eq!(mode_of(&place.file()), 0o600);
}

#[test]
fn code_for_another_engine_is_not_found() {
    let place = Place::new();
    place.open().put(DIGEST, &code("machine code"));
    let other = Cache::open(&place.path(), 1_000, Fingerprint([8; 32])).unwrap();
    assert_eq!(get(&other, DIGEST), None);
    other.put(DIGEST, &code("other code"));
    assert_eq!(get(&other, DIGEST).as_deref(), Some("other code"));
    assert_eq!(get(&place.open(), DIGEST).as_deref(), Some("machine code"));
}

#[test]
fn a_file_that_we_did_not_write_so_is_removed_and_not_used() {
    type Tamper = fn(&Place, &Path);
    let cases: [(&str, Tamper); 9] = [
        ("a bit of the code", |_, file| flip_bit(file, 3)),
        ("a bit of the MAC", |_, file| flip_bit(file, TAG)),
        ("cut off in the code", |_, file| cut(file, TAG + 3)),
        ("cut off in the MAC", |_, file| cut(file, TAG - 1)),
        ("empty", |_, file| cut(file, 0)),
        ("longer", |_, file| {
            let mut bytes = std::fs::read(file).unwrap();
            bytes.push(0);
            std::fs::write(file, bytes).unwrap();
        }),
        ("another key", |place, _| {
            std::fs::write(place.path().join(KEY), [9; KEY_SIZE]).unwrap();
        }),
        ("a link to the very same", |place, file| {
            let elsewhere = place.0.path().join("elsewhere");
            std::fs::rename(file, &elsewhere).unwrap();
            symlink(elsewhere, file).unwrap();
        }),
        ("others could have written it", |_, file| mode(file, 0o620)),
    ];
    for (name, tamper) in cases {
        let place = Place::new();
        place.open().put(DIGEST, &code("machine code"));
        tamper(&place, &place.file());
        assert_eq!(get(&place.open(), DIGEST), None, "{name}");
        assert!(place.files().is_empty(), "{name}");
        // It can be kept again.
        place.open().put(DIGEST, &code("compiled again"));
        assert_eq!(get(&place.open(), DIGEST).as_deref(), Some("compiled again"), "{name}");
    }
}

fn flip_bit(file: &Path, at: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[at] ^= 1;
    std::fs::write(file, bytes).unwrap();
}

fn cut(file: &Path, length: usize) {
    let bytes = std::fs::read(file).unwrap();
    std::fs::write(file, &bytes[..length]).unwrap();
}

#[test]
fn the_code_of_one_module_is_not_taken_for_that_of_another() {
    let place = Place::new();
    let cache = place.open();
    cache.put(DIGEST, &code("machine code"));
    let other = DIGEST.replace('0', "1");
    let moved = place.path().join(cache.name(&other));
    std::fs::rename(place.file(), moved).unwrap();
    assert_eq!(get(&cache, &other), None);
}

#[test]
fn what_is_no_file_does_not_keep_us_waiting() {
    let place = Place::new();
    let cache = place.open();
    let name = place.path().join(cache.name(DIGEST));
    rustix::fs::mkfifoat(rustix::fs::CWD, &name, rustix::fs::Mode::RWXU).unwrap();
    assert_eq!(get(&cache, DIGEST), None);
}

#[test]
fn a_folder_that_somebody_else_could_write_to_is_refused() {
    for wrong in [0o770, 0o702, 0o777] {
        let place = Place::new();
        place.open();
        mode(&place.path(), wrong);
        assert!(
            matches!(place.try_open(), Err(CacheFault::Writable { mode }) if mode == wrong),
            "{wrong:o}"
        );
    }
}

#[test]
fn a_link_to_a_folder_is_refused() {
    let place = Place::new();
    place.open();
    let link = place.0.path().join("link");
    symlink(place.path(), &link).unwrap();
    for link in [link.clone(), link.join("")] {
        let opened = Cache::open(&link, 1_000, ENGINE).map_err(|error| error.fault);
        assert!(matches!(opened, Err(CacheFault::NotAFolder)), "{}", link.display());
    }
}

#[test]
fn what_is_no_folder_is_refused() {
    let place = Place::new();
    std::fs::write(place.path(), "a file").unwrap();
    assert!(matches!(place.try_open(), Err(CacheFault::NotAFolder)));
}

#[test]
fn a_key_that_others_could_read_or_that_is_damaged_is_refused() {
    let place = Place::new();
    place.open();
    let key = place.path().join(KEY);
    for wrong in [0o640, 0o604, 0o666] {
        mode(&key, wrong);
        assert!(matches!(place.try_open(), Err(CacheFault::BadKey)), "{wrong:o}");
    }
    mode(&key, 0o600);
    for content in [&[1; KEY_SIZE - 1][..], &[1; KEY_SIZE + 1], &[]] {
        std::fs::write(&key, content).unwrap();
        assert!(matches!(place.try_open(), Err(CacheFault::BadKey)), "{}", content.len());
    }
}

#[test]
fn each_folder_has_a_key_of_its_own() {
    let key = |place: &Place| {
        place.open();
        std::fs::read(place.path().join(KEY)).unwrap()
    };
    assert_ne!(key(&Place::new()), key(&Place::new()));
}

#[test]
fn what_was_not_used_for_longest_goes_first() {
    let place = Place::new();
    let cache = place.open();
    let digests = ["a", "b", "c"].map(|digit| digit.repeat(64));
    let old = |digest: &str, seconds: u64| {
        let file = File::open(place.path().join(cache.name(digest))).unwrap();
        let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        file.set_modified(then).unwrap();
    };
    cache.put(&digests[0], &code(&"0".repeat(400)));
    cache.put(&digests[1], &code(&"1".repeat(400)));
    old(&digests[0], 1_000);
    old(&digests[1], 2_000);
    // The older one is used.
    assert!(get(&cache, &digests[0]).is_some());
    cache.put(&digests[2], &code(&"2".repeat(400)));
    let there = digests.each_ref().map(|digest| get(&cache, digest).is_some());
    assert_eq!(there, [true, false, true]);
}

#[test]
fn code_that_is_larger_than_the_cache_is_not_kept() {
    let place = Place::new();
    let cache = place.open();
    cache.put(DIGEST, &code("machine code"));
    cache.put(&DIGEST.replace('0', "1"), &code(&"0".repeat(1_000)));
    assert_eq!(place.files().len(), 1);
    assert!(get(&cache, DIGEST).is_some());
}

#[test]
fn there_is_never_more_than_its_size_however_small_what_is_kept() {
    let place = Place::new();
    let cache = place.open();
    // So small that it is not looked each time how many there are.
    let content = "machine code";
    for number in 0..100 {
        cache.put(&format!("{number:064}"), &code(content));
        let bytes: u64 = place.files().iter().map(|file| file.metadata().unwrap().len()).sum();
        assert!(bytes <= 1_000, "{bytes} bytes after {number} more");
    }
    assert!(place.files().len() >= 20, "no more than had to go");
}
