//! Calls into the host: too many, too large, at the wrong time.

use crate::sclera::hooks::registry::{Registration, register_to_hook};
use crate::wasi::clocks::monotonic_clock::{now, subscribe_duration};
use crate::wasi::config::store;
use crate::wasi::random::random::get_random_bytes;

/// What the module got, if it got anything.
pub(crate) fn attack(attack: &str) -> Option<String> {
    match attack {
        "random-gigabytes" => Some(get_random_bytes(4_000_000_000).len().to_string()),
        "random-for-ever" => for_ever(|| drop(get_random_bytes(60_000))),
        "clock-for-ever" => for_ever(|| {
            now();
        }),
        "config-for-ever" => for_ever(|| drop(store::get_all())),
        "registry-for-ever" => for_ever(|| drop(register_to_hook(1, "on_preload_ioc_create", None, false))),
        "registry-too-late" => {
            let answer = register_to_hook(1, "on_preload_ioc_create", None, false);
            Some(answer.err().map(|error| error.code).unwrap_or_default())
        }
        "environment" => Some(format!("{} {}", std::env::args().count(), std::env::vars().count())),
        "pollables" => for_ever(|| std::mem::forget(subscribe_duration(1))),
        "traps-with-resources" => {
            let _timers: Vec<_> = (0..50).map(|_| subscribe_duration(1_000_000)).collect();
            let _registrations: Vec<_> = (0..50).map(|_| Registration::new(1, "on_preload_ioc_create")).collect();
            panic!("with my hands full")
        }
        "exits-well" => std::process::exit(0),
        "exits-badly" => std::process::exit(3),
        _ => None,
    }
}

fn for_ever(call: impl Fn()) -> ! {
    loop {
        call();
    }
}
