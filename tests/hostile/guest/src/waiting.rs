//! Waiting for what does not come, and for what is there at once.

use crate::wasi::clocks::monotonic_clock::{subscribe_duration, subscribe_instant};
use crate::wasi::io::poll::poll;

const HOUR: u64 = 3_600_000_000_000;

pub(crate) fn attack(attack: &str) {
    match attack {
        "sleeps" => subscribe_duration(HOUR).block(),
        "sleeps-shortly" => loop {
            subscribe_duration(1_000_000).block();
        },
        "sleeps-until-the-end-of-time" => subscribe_instant(u64::MAX).block(),
        "polls-many" => {
            let timers: Vec<_> = (0..300).map(|_| subscribe_duration(HOUR)).collect();
            let timers: Vec<_> = timers.iter().collect();
            poll(&timers);
        }
        "yields" => loop {
            subscribe_duration(0).block();
        },
        _ => {}
    }
}
