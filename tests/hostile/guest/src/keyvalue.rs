//! Keeping too much, and reading what others have kept.

use crate::wasi::keyvalue::{atomics, store};

pub(crate) fn attack(attack: &str) -> Option<String> {
    let bucket = match attack {
        "kv-not-granted" => return Some(opened("")),
        "kv-of-another" => return Some(opened("goodone")),
        "kv-on-a-path" => return Some(opened("../goodone")),
        name if name.starts_with("kv-") => store::open("").ok()?,
        _ => return None,
    };
    Some(match attack {
        "kv-keys" => until_refused(|number| bucket.set(&format!("key-{number}"), b"x")),
        "kv-bytes" => {
            let value = vec![b'x'; 1 << 20];
            until_refused(|number| bucket.set(&format!("key-{number}"), &value))
        }
        "kv-key-of-a-megabyte" => said(bucket.set(&"k".repeat(1 << 20), b"x")),
        "kv-value-of-20-mb" => said(bucket.set("key", &vec![b'x'; 20 << 20])),
        "kv-key-as-sql" => {
            let key = "'; DROP TABLE entries; --";
            let kept = bucket.set(key, b"x").and_then(|()| bucket.get(key));
            match kept {
                Ok(Some(value)) if value == b"x" => "a key like any other".into(),
                other => format!("{other:?}"),
            }
        }
        "kv-counter-on-text" => {
            let _ = bucket.set("key", b"not a number");
            match atomics::increment(&bucket, "key", 1) {
                Ok(value) => value.to_string(),
                Err(_) => "refused".into(),
            }
        }
        "kv-cursor" => match bucket.list_keys(Some(u64::MAX)) {
            Ok(response) => format!("{} keys", response.keys.len()),
            Err(_) => "refused".into(),
        },
        "kv-buckets" => loop {
            std::mem::forget(store::open(""));
        },
        _ => return None,
    })
}

fn opened(identifier: &str) -> String {
    match store::open(identifier) {
        Ok(_) => "opened".into(),
        Err(store::Error::NoSuchStore) => "no such store".into(),
        Err(store::Error::AccessDenied) => "access denied".into(),
        Err(store::Error::Other(reason)) => reason,
    }
}

fn until_refused(set: impl Fn(u32) -> Result<(), store::Error>) -> String {
    for number in 0..1_000_000 {
        if set(number).is_err() {
            return "refused".into();
        }
    }
    "never refused".into()
}

fn said<T>(result: Result<T, store::Error>) -> String {
    if result.is_ok() { "kept" } else { "refused" }.into()
}
