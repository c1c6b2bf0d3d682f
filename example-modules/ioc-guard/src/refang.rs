//! Undoing what people do to indicators so that nobody clicks on them.

use crate::excerpt::excerpt;
use crate::indicator::Fault;

/// In how much of a value every way of defanging is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it: addresses and names.
    All,
    /// From the scheme to the first slash of a URL. Behind it, `(at)` may be what the URL says; only square brackets
    /// are undone there, which a URL cannot have.
    Authority,
}

/// How deep brackets may be put inside brackets. Each level is one more walk through the value.
const DEPTH: usize = 4;

/// What `http` and its like become.
const SCHEMES: [(&str, &str); 9] = [
    ("hxxp", "http"),
    ("hxxps", "https"),
    ("hxtp", "http"),
    ("hxtps", "https"),
    ("htxp", "http"),
    ("htxps", "https"),
    ("h**p", "http"),
    ("h**ps", "https"),
    ("fxp", "ftp"),
];

/// What is put into brackets.
const WORDS: [(&str, &str); 7] = [
    ("://", "://"),
    (".", "."),
    (":", ":"),
    ("/", "/"),
    ("@", "@"),
    ("dot", "."),
    ("at", "@"),
];

const BRACKETS: [(char, char); 3] = [('[', ']'), ('(', ')'), ('{', '}')];

/// Undoes it, until nothing is left to undo.
pub(crate) fn refang(value: &str, extent: Extent) -> Result<String, Fault> {
    let mut refanged = value.to_owned();
    for _ in 0..DEPTH {
        let again = once(&refanged, extent);
        if again == refanged {
            return Ok(refanged);
        }
        refanged = again;
    }
    Err(Fault(format!(
        "{} has too many brackets inside brackets",
        excerpt(value)
    )))
}

fn once(value: &str, extent: Extent) -> String {
    let mut done = String::with_capacity(value.len());
    let mut rest = value;
    let mut everywhere = true;
    let mut behind_scheme = false;
    while let Some(next) = rest.chars().next() {
        if let Some((text, behind)) = token(rest, everywhere) {
            // People write `evil [.] example`, too.
            done.truncate(done.trim_end_matches(' ').len());
            done.push_str(text);
            rest = behind.trim_start_matches(' ');
            behind_scheme = text.starts_with(':');
            continue;
        }
        match next {
            ':' => behind_scheme = true,
            // The slashes behind a scheme.
            '/' | '\\' if behind_scheme => {}
            '/' | '\\' | '?' | '#' if extent == Extent::Authority => everywhere = false,
            _ => behind_scheme = false,
        }
        done.push(next);
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
    }
    with_scheme(done)
}

/// What the beginning of `rest` stands for if it is defanged, and what is behind it.
fn token(rest: &str, everywhere: bool) -> Option<(&'static str, &str)> {
    // A dot that is escaped for a regular expression, and half a bracket.
    if everywhere && let Some(behind) = rest.strip_prefix("\\.") {
        return Some((".", behind));
    }
    if everywhere && rest.starts_with("[.") && !rest.starts_with("[.]") {
        return Some((".", rest.get(2..)?));
    }
    let (_, close) = BRACKETS.into_iter().find(|(open, _)| rest.starts_with(*open))?;
    if close != ']' && !everywhere {
        return None;
    }
    let inside = rest.get(1..)?.trim_start_matches(' ');
    if !inside.starts_with(['.', ':', '/', '@', 'd', 'D', 'a', 'A']) {
        return None;
    }
    WORDS.into_iter().find_map(|(word, text)| {
        if !everywhere && word.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        let head = inside.get(..word.len())?;
        let behind = inside.get(word.len()..)?.trim_start_matches(' ').strip_prefix(close)?;
        head.eq_ignore_ascii_case(word).then_some((text, behind))
    })
}

fn with_scheme(value: String) -> String {
    let Some((scheme, rest)) = value.split_once(':') else {
        return value;
    };
    match SCHEMES.iter().find(|(fanged, _)| scheme.eq_ignore_ascii_case(fanged)) {
        Some((_, scheme)) => format!("{scheme}:{rest}"),
        None => value,
    }
}
