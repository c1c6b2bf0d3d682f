//! What moves while a person waits. Only where a person looks, and gone when it is over.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::args::{Bench, Test, TestLoad};

/// As many runs as it takes for a bar to be worth its flicker.
const MANY: u32 = 1_000;

/// For something of unknown length.
pub(crate) fn spinner(quietly: bool, message: &'static str) -> ProgressBar {
    if quietly || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner().with_message(message);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// For `--repeat`.
pub(crate) fn bar(args: &TestLoad) -> ProgressBar {
    if args.json || args.repeat < MANY || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("running {wide_bar} {human_pos} of {human_len}, {eta} left");
    ProgressBar::new(args.repeat.into()).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// For the cases of a test.
pub(crate) fn cases(args: &Test, count: usize) -> ProgressBar {
    if args.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("testing {wide_bar} {pos} of {len} {msg:.red}");
    ProgressBar::new(count as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// For the deliveries of one hook that are measured: as many, or for as long, as the options say.
pub(crate) fn rounds(args: &Bench, hook: &str) -> ProgressBar {
    if args.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (length, template) = match args.rounds {
        Some(rounds) => (
            rounds,
            "measuring {msg} {wide_bar} {human_pos} of {human_len}, {eta} left",
        ),
        None => (u64::from(args.seconds) * 1_000, "measuring {msg} {wide_bar} {eta} left"),
    };
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(length)
        .with_message(hook.to_owned())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
