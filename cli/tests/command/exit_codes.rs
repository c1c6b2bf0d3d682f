//! The exit codes tell apart whose fault it is, and each error says what to do.

use insta::assert_snapshot;

use crate::folder::{Folder, Ran};

/// The files that the cases are about.
fn folder() -> Folder {
    let folder = Folder::new()
        .example("ioc-guard")
        .file("list.json", r#"[{"ioc_value": "evil.example", "ioc_type_id": 20}]"#)
        .file("object.json", r#"{"ioc_value": "evil.example"}"#)
        .file("empty.json", "[]")
        .file("broken.json", r#"[{"ioc_value": "#)
        .file("good-config.json", r#"{"tag_prefix": "guard"}"#)
        .file("bad-config.json", r#"{"tag_prefix": 3}"#)
        .file("text.txt", "hello")
        .file("text.wat", "(component)")
        .file("nothing.wasm", "")
        .file("core.wasm", b"\0asm\x01\0\0\0")
        .file("other-world.wasm", b"\0asm\x0d\0\x01\0")
        .file("cut.wasm", &sclera_tests::misfit("behaves")[..1_000]);
    std::fs::create_dir(folder.path("dir")).unwrap();
    std::fs::create_dir(folder.path("dir-with-files")).unwrap();
    let folder = folder
        .file("dir-with-files/a.txt", "")
        .file("package.wasm", crate::doctor::package());
    [
        "behaves",
        "traps",
        "rejects",
        "wants-config",
        "describe-traps",
        "describe-loops",
        "bad-name",
        "bad-schema",
        "register-traps",
        "register-fails",
        "unknown-hook",
    ]
    .into_iter()
    .fold(folder, Folder::misfit)
}

const FINE: &[&str] = &[
    "hooks",
    "hooks on_preload_ioc_create",
    "inspect ioc-guard.wasm",
    "doctor ioc-guard.wasm",
    "test-load ioc-guard.wasm",
    "test-load ioc-guard.wasm --config good-config.json",
    "test-load ioc-guard.wasm --hook on_preload_ioc_create --payload list.json",
    "test-load rejects.wasm --hook on_preload_ioc_create",
    "--help",
    "--version",
];

const MISBEHAVED: &[&str] = &[
    "test-load describe-traps.wasm",
    "test-load describe-loops.wasm --fuel 1000000",
    "test-load bad-name.wasm",
    "test-load bad-schema.wasm",
    "test-load register-traps.wasm",
    "test-load register-fails.wasm",
    "test-load unknown-hook.wasm",
    "test-load traps.wasm --hook on_preload_ioc_create",
    "test-load traps.wasm --all --json",
    "test-load traps.wasm --hook on_preload_ioc_create --repeat 3",
    "bench traps.wasm --rounds 1 --json",
];

const USAGE: &[&str] = &[
    "nonsense",
    "test-load",
    "test-load behaves.wasm --nonsense",
    "test-load behaves.wasm --repeat 5",
    "test-load behaves.wasm --all --repeat 0",
    "test-load behaves.wasm --all --payload list.json",
    "test-load behaves.wasm --all --metadata tlp",
    "test-load behaves.wasm --fuel 0",
    "test-load behaves.wasm --hook on_prelaod_ioc_create",
    "test-load behaves.wasm --hook hello",
    "test-load behaves.wasm --hook on_preload_case_create",
    "test-load behaves.wasm --hook on_manual_trigger_ioc --menu Other",
    "test-load behaves.wasm --hook on_preload_ioc_create --payload nowhere.json",
    "test-load behaves.wasm --hook on_preload_ioc_create --payload broken.json",
    "test-load behaves.wasm --hook on_preload_ioc_create --payload object.json",
    "test-load behaves.wasm --hook on_preload_ioc_create --payload empty.json",
    "test-load behaves.wasm --hook on_preload_ioc_create --payload - --config -",
    "test-load behaves.wasm --config good-config.json",
    "test-load wants-config.wasm",
    "test-load ioc-guard.wasm --config bad-config.json",
    "test-load ioc-guard.wasm --config list.json",
    "test-load ioc-guard.wasm --config broken.json",
    "bench behaves.wasm --rounds 0",
    "bench behaves.wasm --rounds 5 --seconds 5",
    "bench behaves.wasm --hook on_prelaod_ioc_create",
    "bench behaves.wasm --hook on_preload_case_create",
    "bench behaves.wasm --payload list.json",
    "hooks on_prelaod_ioc_create",
    "hooks --object nonsense",
    "hooks --sample",
    "completions nonsense",
    "man nonsense",
    "new",
    "new Tagger --lang rust",
    "new ../tagger --lang rust",
    "new tagger --lang cobol",
    "new tagger",
    "new tagger --lang rust --dir dir-with-files",
    "new tagger --lang rust --dir text.txt",
    "build",
    "build nowhere",
    "build text.txt",
    "sdk",
];

const NOT_A_MODULE: &[&str] = &[
    "test-load nowhere.wasm",
    "test-load dir",
    "test-load text.txt",
    "test-load text.wat",
    "test-load nothing.wasm",
    "test-load core.wasm",
    "test-load other-world.wasm",
    "test-load cut.wasm",
    "inspect nowhere.wasm",
    "inspect dir",
    "inspect core.wasm",
    "inspect other-world.wasm",
    "doctor nowhere.wasm",
    "doctor text.txt",
    "doctor core.wasm",
    "doctor other-world.wasm",
    "doctor cut.wasm",
    "doctor package.wasm",
];

fn all(lines: &[&str], code: i32) -> Vec<Ran> {
    let folder = folder();
    let ran: Vec<_> = lines.iter().map(|line| folder.sclera(line)).collect();
    for ran in &ran {
        assert_eq!(ran.code, code, "{ran}");
    }
    ran
}

/// The command lines with what they print as an error.
fn errors(ran: &[Ran]) -> String {
    let error = |ran: &Ran| {
        let shown = ran.to_string();
        let command = shown.lines().next().unwrap_or_default().to_owned();
        let error = shown.split_once("--- standard error\n").map_or("", |(_, error)| error);
        let error = error.split("--- exit code").next().unwrap_or_default();
        format!("{command}\n{error}")
    };
    ran.iter().map(error).collect::<Vec<_>>().join("\n")
}

#[test]
fn fine_is_0_and_has_no_errors() {
    for ran in all(FINE, 0) {
        assert_eq!(ran.err, "", "{ran}");
        assert_ne!(ran.out, "", "{ran}");
    }
}

#[test]
fn a_module_that_misbehaves_is_1() {
    assert_snapshot!(errors(&all(MISBEHAVED, 1)));
}

#[test]
fn wrong_usage_is_2() {
    assert_snapshot!(errors(&all(USAGE, 2)));
}

#[test]
fn what_is_not_a_module_is_3() {
    assert_snapshot!(errors(&all(NOT_A_MODULE, 3)));
}

#[test]
fn a_typing_error_is_told_before_the_module_is_looked_at() {
    let ran = Folder::new().sclera("test-load nowhere.wasm --hook on_prelaod_ioc_create");
    assert_eq!(ran.code, 2, "{ran}");
}
