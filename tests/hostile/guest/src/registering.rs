//! Attacks in `register-hooks`.

use crate::sclera::hooks::registry::{Registration, deregister_from_hook, register_to_hook};
use crate::sclera::hooks::types::Error;
use crate::wasi::clocks::monotonic_clock::subscribe_duration;

const HOOK: &str = "on_preload_ioc_create";

pub(crate) fn attack(attack: &str, module_id: u32) -> Result<(), Error> {
    let with_rule = |rule: &str| {
        let registration = Registration::new(module_id, HOOK);
        registration.set_match_rule(rule);
        registration.submit()
    };
    match attack {
        "sleeps-in-register" => subscribe_duration(3_600_000_000_000).block(),
        "other-module" => register_to_hook(module_id + 1, HOOK, None, false)?,
        "silences-other-module" => deregister_from_hook(module_id.wrapping_sub(1), HOOK)?,
        "subscriptions" => {
            for number in 0..10_000 {
                register_to_hook(module_id, "on_manual_trigger_ioc", Some(&number.to_string()), false)?;
            }
        }
        "hook-name-of-a-megabyte" => register_to_hook(module_id, &"x".repeat(1 << 20), None, false)?,
        "menu-name-forged" => register_to_hook(module_id, "on_manual_trigger_ioc", Some("Look\u{1b}[2Jup"), false)?,
        "registers-then-traps" => {
            register_to_hook(module_id, HOOK, None, false)?;
            panic!("half way");
        }
        "registrations" => keep_for_ever(|| Registration::new(module_id, HOOK)),
        "registrations-with-text" => {
            let text = "x".repeat(1 << 20);
            keep_for_ever(|| {
                let registration = Registration::new(module_id, &text);
                registration.set_menu_name(&text);
                registration
            });
        }
        "match-rule-of-a-megabyte" => with_rule(&format!("'{}' == ''", "x".repeat(1 << 20)))?,
        "match-rule-nested" => with_rule(&format!("{}true{}", "(".repeat(10_000), ")".repeat(10_000)))?,
        "match-rule-explodes" => {
            let list = format!("[{}]", vec!["1"; 100].join(","));
            let rule = ["a", "b", "c", "d", "e", "f", "g", "h"]
                .iter()
                .fold("true".to_owned(), |inner, name| format!("{list}.all({name}, {inner})"));
            with_rule(&rule)?;
        }
        _ => {}
    }
    Ok(())
}

fn keep_for_ever<T>(make: impl Fn() -> T) {
    loop {
        std::mem::forget(make());
    }
}
