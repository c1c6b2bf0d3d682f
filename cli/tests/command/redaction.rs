//! What differs from run to run, and from build to build, taken out of a text.

/// Replaces durations, sizes, fuel, digests and lines of source code.
pub fn redact(text: &str) -> String {
    text.split_inclusive('\n').map(line).collect()
}

fn line(line: &str) -> String {
    let mut words = line.split(' ').peekable();
    let mut redacted: Vec<String> = Vec::new();
    while let Some(word) = words.next() {
        let next = words.peek().map_or("", |next| bare(next));
        let replaced = match () {
            () if !is_number(word) && is_digest(bare(word)) => replace(word, "<sha256>"),
            () if is_number(word) && matches!(next, "µs" | "ms" | "s") => replace(words.next().unwrap(), "<time>"),
            () if is_number(word) && matches!(next, "B" | "KiB" | "MiB") => replace(words.next().unwrap(), "<size>"),
            () if is_number(bare(word)) && redacted.last().is_some_and(|last| last == "fuel") => {
                replace(word, "<fuel>")
            }
            () => match word.split_once(".rs:") {
                Some((file, _)) => format!("{file}.rs:<line>{}", if word.ends_with('\n') { "\n" } else { "" }),
                None => word.to_owned(),
            },
        };
        redacted.push(replaced);
    }
    redacted.join(" ")
}

/// A word without the punctuation at its end.
fn bare(word: &str) -> &str {
    word.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':'))
}

fn replace(word: &str, with: &str) -> String {
    format!("{with}{}", &word[bare(word).len()..])
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

fn is_digest(word: &str) -> bool {
    word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit())
}

#[test]
fn only_what_differs_is_taken_out() {
    let said = "fuel 138,540, time 5.9 ms, peak memory 1.19 MiB\nat a/lib.rs:3:4:\npriority 5 of 10\n";
    let left = "fuel <fuel>, time <time>, peak memory <size>\nat a/lib.rs:<line>\npriority 5 of 10\n";
    assert_eq!(redact(said), left);
}
