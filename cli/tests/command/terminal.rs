//! What reaches a terminal: colours where they are wanted, and nothing that a module has made up.

use std::io::pipe;
use std::process::Stdio;

use crate::folder::Folder;

const REWRITING: &str = "test-load marks.wasm --hook on_preload_ioc_create --payload hostile.json";

/// What clears a screen, sets a title, or turns the direction of writing: as JSON escapes, and raw where JSON allows.
const HOSTILE: &str = "[{\"ioc_value\": \"\\u001b[2J\\u001b]0;title\\u0007\\u009b2J\u{9b}2J\\u202e\u{202e}\u{2067}\u{7f}\", \"ioc_type_id\": 20}]";

fn hostile() -> Folder {
    let folder = Folder::new().file("hostile.json", HOSTILE);
    [
        "marks",
        "bad-name",
        "register-fails",
        "forged-menu-name",
        "forges-log",
        "rejects",
        "tells",
        "describe-traps",
    ]
    .into_iter()
    .fold(folder, Folder::misfit)
}

#[test]
fn colours_are_for_terminals_or_for_whom_forces_them() {
    let folder = hostile();
    assert!(!folder.sclera(REWRITING).out.contains('\u{1b}'));
    let coloured = folder.sclera_in_colour(REWRITING).out;
    assert!(
        coloured.contains("\u{1b}[31m- ") && coloured.contains("\u{1b}[32m+ "),
        "{coloured:?}"
    );
}

#[test]
fn no_text_of_a_module_or_a_payload_moves_the_cursor() {
    let folder = hostile();
    let raw = "a\u{1b}[2Jb\u{202e}.wasm";
    std::fs::copy(folder.path("marks.wasm"), folder.path(raw)).unwrap();
    for line in [
        REWRITING.to_owned(),
        format!("{REWRITING} --json"),
        "test-load tells.wasm --hook on_preload_ioc_create --payload hostile.json".into(),
        "test-load bad-name.wasm".into(),
        "test-load register-fails.wasm".into(),
        "test-load describe-traps.wasm".into(),
        "test-load forged-menu-name.wasm".into(),
        "test-load forges-log.wasm --all".into(),
        "test-load forges-log.wasm --all --json".into(),
        "test-load rejects.wasm --hook on_preload_ioc_create".into(),
        format!("test-load {raw}"),
        format!("test-load {raw} --json"),
        format!("inspect {raw}"),
        format!("inspect {raw} --json"),
        format!("inspect no-{raw}"),
        format!("test-load marks.wasm --hook on_preload_ioc_create --payload no-{raw}"),
        format!("hooks {raw}"),
    ] {
        let ran = folder.sclera_in_colour(&line);
        for text in [&ran.out, &ran.err] {
            let plain = without_colours(text);
            let forging = plain.chars().find(|c| is_forging(*c));
            assert_eq!(forging, None, "{line}: {plain:?}");
        }
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = hostile();
    for line in [
        "hooks",
        "hooks --json",
        "man",
        "completions bash",
        REWRITING,
        "inspect marks.wasm",
    ] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let ended = folder
            .command(line)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(0), "{line}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{line}");
    }
}

#[test]
fn an_error_that_nobody_reads_keeps_its_exit_code() {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let ended = Folder::new()
        .command("inspect nowhere.wasm")
        .stderr(writer)
        .status()
        .unwrap();
    assert_eq!(ended.code(), Some(3));
}

/// Takes out `ESC [ digits m`, the only sequence that the command itself writes.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match rest.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => {
                plain.push_str("\u{1b}[");
                plain.push_str(part);
            }
        }
    }
    plain
}

fn is_forging(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
