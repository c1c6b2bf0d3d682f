//! What a command is expected to print.

use std::fmt::Write as _;

/// Compares line by line. `[..]` stands for any text within a line, and a line `...` for any number of lines.
///
/// Gives the difference in words, if there is one.
pub fn compare(expected: &[String], printed: &str) -> Option<String> {
    if expected.is_empty() {
        return None;
    }
    let lines: Vec<_> = printed.lines().map(str::trim_end).collect();
    let lines = trimmed(&lines);
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    if fits(trimmed(&expected), lines) {
        return None;
    }
    let mut difference = String::new();
    for (title, lines) in [("expected", expected.as_slice()), ("printed", lines)] {
        let _ = writeln!(difference, "  {title}:");
        for line in lines {
            let _ = writeln!(difference, "    {line}");
        }
    }
    Some(difference)
}

/// Without empty lines around them.
fn trimmed<'a, 'b>(lines: &'b [&'a str]) -> &'b [&'a str] {
    let start = lines.iter().take_while(|line| line.is_empty()).count();
    let end = lines.iter().rev().take_while(|line| line.is_empty()).count();
    lines.get(start..lines.len().saturating_sub(end)).unwrap_or_default()
}

fn fits(expected: &[&str], lines: &[&str]) -> bool {
    match (expected, lines) {
        ([], []) => true,
        (["...", rest @ ..], _) => {
            (0..=lines.len()).any(|skipped| lines.get(skipped..).is_some_and(|lines| fits(rest, lines)))
        }
        ([expected, rest @ ..], [line, lines @ ..]) => line_fits(expected, line) && fits(rest, lines),
        _ => false,
    }
}

fn line_fits(expected: &str, line: &str) -> bool {
    let Some((start, rest)) = expected.split_once("[..]") else {
        return expected == line;
    };
    let Some(line) = line.strip_prefix(start) else {
        return false;
    };
    line.char_indices()
        .map(|(index, _)| index)
        .chain([line.len()])
        .any(|index| line.get(index..).is_some_and(|line| line_fits(rest, line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(expected: &str, printed: &str) -> bool {
        compare(&expected.lines().map(str::to_owned).collect::<Vec<_>>(), printed).is_none()
    }

    #[test]
    fn lines_are_compared_whole() {
        assert!(fit("a\nb", "a\nb\n"));
        assert!(!fit("a\nb", "a\nbc"));
        assert!(!fit("a", "a\nb"));
        assert!(!fit("a\nb", "a"));
    }

    #[test]
    fn what_differs_each_time_is_left_out() {
        assert!(fit("built in [..] ms", "built in 12 ms"));
        assert!(!fit("built in [..] ms", "built in 12 s"));
        assert!(fit("...\nfine", "one\ntwo\nfine"));
        assert!(fit("a\n...", "a"));
        assert!(!fit("...\nfine", "one\ntwo"));
    }
}
