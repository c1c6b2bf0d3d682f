//! Floods of what is kept: log lines, standard output, and what a terminal makes of them.

use sclera::FaultKind::{Timeout, Trap};
use sclera::{Delivery, Limits};

use super::Case;
use super::case::End::{Fault, Leaves};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::guest("log-lines", "logs 100,000 lines", Leaves(little_log)),
        Case::guest("log-long-lines", "logs 20 lines of a megabyte", Leaves(little_log)),
        Case::guest("log-contexts", "logs lines whose contexts are long", Leaves(little_log)),
        Case::guest("log-line-too-long", "logs one line of 40 MB", Fault(Trap, "")),
        Case::guest(
            "log-escapes",
            "logs what moves a terminal's cursor, and forges lines",
            Leaves(clean_log),
        ),
        Case::guest("stdout-lines", "prints 10 MB in lines", Leaves(little_log)),
        Case::guest(
            "stdout-one-line",
            "prints 20 MB without a line break",
            Leaves(little_log),
        ),
        Case::guest("stdout-line-breaks", "prints a million empty lines", Leaves(little_log)),
        Case::guest(
            "stderr-escapes",
            "prints what moves a terminal's cursor to standard error",
            Leaves(clean_log),
        ),
        Case::guest(
            "last-words",
            "panics with a megabyte of last words",
            Leaves(short_sentence),
        ),
        wat!(
            "log-until-the-deadline",
            "logs 60,000 bytes again and again",
            Fault(Timeout, "")
        )
        .until_the_deadline(),
    ]
}

fn little_log(delivery: &Delivery) -> Result<(), String> {
    let limits = Limits::default();
    let lines = delivery.logs.len();
    let bytes: usize = delivery
        .logs
        .iter()
        .map(|line| line.message.len() + line.context.len())
        .sum();
    // One line more says what was dropped, and a character of a line may become three bytes.
    if lines > limits.log_lines + 1 || bytes > limits.log_bytes * 2 {
        return Err(format!("{lines} lines and {bytes} bytes of log are left"));
    }
    delivery.failure().map_or(Ok(()), Err)
}

fn clean_log(delivery: &Delivery) -> Result<(), String> {
    if delivery.logs.is_empty() {
        return Err("nothing was logged".into());
    }
    let forged = |text: &str| text.chars().any(|c| c.is_control() || c == '\u{202e}');
    match delivery
        .logs
        .iter()
        .find(|line| forged(&line.message) || forged(&line.context))
    {
        Some(line) => Err(format!("{line:?} is not fit to be shown")),
        None => delivery.failure().map_or(Ok(()), Err),
    }
}

fn short_sentence(delivery: &Delivery) -> Result<(), String> {
    let sentence = delivery.failure().ok_or("it did not fail")?;
    if sentence.len() > 4_000 {
        return Err(format!("the sentence about it has {} bytes", sentence.len()));
    }
    Ok(())
}
