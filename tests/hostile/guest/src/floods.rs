//! Floods of what the host keeps.

use std::io::Write;

use crate::wasi::logging::logging::{Level, log};

/// Clears the screen, goes up a line, turns the direction of writing, rings.
const ESCAPES: &str = "\u{1b}[2J\u{1b}[1A\r2026-01-01 root logged in\u{202e}\u{7}\u{9b}31m";

pub(crate) fn attack(attack: &str) {
    match attack {
        "log-lines" => (0..100_000).for_each(|line| log(Level::Info, "flood", &format!("line {line}"))),
        "log-long-lines" => {
            let line = "x".repeat(1 << 20);
            (0..20).for_each(|_| log(Level::Info, "flood", &line));
        }
        "log-contexts" => {
            let context = "x".repeat(10_000);
            (0..1_000).for_each(|_| log(Level::Info, &context, "line"));
        }
        "log-line-too-long" => log(Level::Info, "flood", &"x".repeat(40 << 20)),
        "log-escapes" => log(Level::Info, ESCAPES, &format!("one\ntwo{ESCAPES}")),
        "stdout-lines" => (0..1_000).for_each(|_| println!("{}", "x".repeat(10_000))),
        "stdout-one-line" => {
            let part = "x".repeat(1 << 20);
            (0..20).for_each(|_| print!("{part}"));
        }
        "stdout-line-breaks" => {
            let breaks = [b'\n'; 10_000];
            for _ in 0..100 {
                let _ = std::io::stdout().write_all(&breaks);
            }
        }
        "stderr-escapes" => eprintln!("{ESCAPES}"),
        "last-words" => panic!("{}", "x".repeat(1 << 20)),
        _ => {}
    }
}
