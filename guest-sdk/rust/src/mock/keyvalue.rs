//! A store in memory.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::Error;
use crate::keyvalue::UNAVAILABLE;

/// Keys, and what is kept under them.
pub(super) type Entries = BTreeMap<String, Vec<u8>>;

thread_local! {
    // As for requests: the store is that of the host that runs the module.
    static CURRENT: RefCell<Entries> = RefCell::default();
}

/// Runs something with these entries.
pub(super) fn with<T>(entries: &RefCell<Entries>, run: impl FnOnce() -> T) -> T {
    let outer = CURRENT.replace(entries.take());
    let result = run();
    entries.replace(CURRENT.replace(outer));
    result
}

pub(crate) fn get(key: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(CURRENT.with_borrow(|entries| entries.get(key).cloned()))
}

pub(crate) fn set(key: &str, value: &[u8]) -> Result<(), Error> {
    CURRENT.with_borrow_mut(|entries| entries.insert(key.to_owned(), value.to_vec()));
    Ok(())
}

pub(crate) fn delete(key: &str) -> Result<(), Error> {
    CURRENT.with_borrow_mut(|entries| entries.remove(key));
    Ok(())
}

pub(crate) fn increment(key: &str, by: u64) -> Result<u64, Error> {
    let number = match get(key)? {
        Some(digits) => std::str::from_utf8(&digits)
            .ok()
            .and_then(|digits| digits.parse::<u64>().ok())
            .ok_or_else(|| Error::new(UNAVAILABLE, format!("what is kept under `{key}` is no number")))?,
        None => 0,
    };
    let sum = number
        .checked_add(by)
        .ok_or_else(|| Error::new(UNAVAILABLE, format!("the number under `{key}` would be too large")))?;
    set(key, sum.to_string().as_bytes())?;
    Ok(sum)
}
