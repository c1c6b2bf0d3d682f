//! `sclera build`: what can go wrong on the way from source to module, and the way when nothing does.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use crate::folder::Folder;
use crate::new::LANGUAGES;

/// A cargo that makes the module of the test's folder, and says so as cargo does.
const GOOD_CARGO: &str = r#"
if [ "$1" = --version ]; then echo "cargo 1.95.0"; exit; fi
echo "   Compiling tagger v0.1.0" >&2
echo "warning: unused variable: \`a\`" >&2
echo '{"reason":"compiler-artifact","manifest_path":"'"$PWD"'/Cargo.toml","filenames":["'"$PWD"'/../made.wasm"]}'
"#;
const GOOD_RUSTC: &str = r#"if [ "$1" = --version ]; then echo "rustc 1.95.0 (59807616e 2026-04-14)"; else echo /; fi"#;

fn project() -> Folder {
    let folder = Folder::new().example("ioc-guard");
    fs::rename(folder.path("ioc-guard.wasm"), folder.path("made.wasm")).unwrap();
    let ran = folder.sclera("new tagger --lang rust");
    assert_eq!(ran.code, 0, "{ran}");
    folder
}

#[test]
fn a_module_that_is_built_is_test_loaded() {
    let folder = project();
    let ran = folder.sclera_among(&[("rustc", GOOD_RUSTC), ("cargo", GOOD_CARGO)], "build tagger");
    assert_eq!(ran.code, 0, "{ran}");
    assert_snapshot!(ran);
    assert!(folder.path("tagger/build/tagger.wasm").is_file());
}

#[test]
fn a_module_that_is_built_says_with_which_sdk() {
    let folder = project();
    folder.sclera_among(&[("rustc", GOOD_RUSTC), ("cargo", GOOD_CARGO)], "build tagger");
    let ran = folder.sclera("doctor tagger/build/tagger.wasm --json");
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(document["made_with"]["sdks"][0]["name"], "sclera-sdk-rust");
    assert_eq!(document["made_with"]["sdks"][0]["version"], "0.1.0");
    assert_eq!(document["made_with"]["languages"][0]["name"], "Rust");
}

#[test]
fn a_script_reads_one_document() {
    let folder = project();
    let ran = folder.sclera_among(&[("rustc", GOOD_RUSTC), ("cargo", GOOD_CARGO)], "build tagger --json");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["file"], "tagger/build/tagger.wasm");
    assert_eq!(document["module"]["name"], "ioc-guard");
    assert_eq!(document["exit"], 0);
}

#[test]
fn the_examples_of_the_help_are_understood() {
    let folder = project();
    for (subcommand, at) in [("build", "tagger"), ("sdk", "tagger"), ("build", ""), ("sdk", "")] {
        let help = folder.sclera(&format!("{subcommand} --help")).out;
        assert!(help.contains(&format!("  sclera {subcommand}\n")), "{help}");
        assert!(
            help.contains(&format!("  sclera {subcommand} modules/tagger")),
            "{help}"
        );
        let line = format!("{subcommand} {at}");
        let ran = match at {
            "" => folder.sclera_in("tagger", &[("rustc", GOOD_RUSTC), ("cargo", GOOD_CARGO)], line.trim()),
            _ => folder.sclera_among(&[("rustc", GOOD_RUSTC), ("cargo", GOOD_CARGO)], &line),
        };
        assert_eq!(ran.code, 0, "{ran}");
    }
}

#[test]
fn an_sdk_of_another_version_is_told() {
    let folder = project().file("tagger/sclera-sdk/VERSION", "0.0.1\n");
    let ran = folder.sclera_among(&[("rustc", GOOD_RUSTC), ("cargo", GOOD_CARGO)], "build tagger");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(
        ran.err.contains("version 0.0.1") && ran.err.contains("`sclera sdk`"),
        "{ran}"
    );
}

#[test]
fn a_tool_that_is_missing_too_old_or_broken_is_5_and_told_with_the_command_that_installs_it() {
    let folder = project();
    let cases: [(&str, &[(&str, &str)]); 5] = [
        ("no rustc", &[]),
        ("no cargo", &[("rustc", GOOD_RUSTC)]),
        ("an old rustc", &[("rustc", "echo rustc 1.80.1"), ("cargo", GOOD_CARGO)]),
        (
            "a broken rustc",
            &[("rustc", "echo no toolchain >&2; exit 1"), ("cargo", GOOD_CARGO)],
        ),
        (
            "no target",
            &[
                (
                    "rustc",
                    "if [ $1 = --version ]; then echo rustc 1.95.0; else echo /nowhere/at/all; fi",
                ),
                ("cargo", GOOD_CARGO),
            ],
        ),
    ];
    let mut told = Vec::new();
    for (name, programs) in cases {
        let ran = folder.sclera_among(programs, "build tagger");
        assert_eq!(ran.code, 5, "{name}: {ran}");
        told.push(format!("{name}\n{}", ran.err));
    }
    assert_snapshot!(told.join("\n"));
}

#[test]
fn where_there_are_no_tools_every_language_says_what_to_install() {
    let folder = Folder::new();
    for language in LANGUAGES {
        folder.sclera(&format!("new tagger --lang {language} --dir {language}"));
        let ran = folder.sclera_among(&[], &format!("build {language}"));
        assert_eq!(ran.code, 5, "{ran}");
        let sentence = ran.err.trim_end();
        assert!(
            sentence.starts_with("error: ") && sentence.lines().count() == 1,
            "{ran}"
        );
        assert!(
            sentence.contains(" is needed to ") && sentence.contains("; install it with `"),
            "{ran}"
        );
    }
}

#[test]
fn a_clang_that_lacks_a_part_for_webassembly_is_5_and_the_part_is_named() {
    let folder = Folder::new();
    folder.sclera("new tagger --lang c");
    // What clang answers when it is asked for its parts: a file that is there, or else the bare name.
    let clang = |has: &str| {
        format!(
            r#"case " $* " in
*" --version "*) echo "Debian clang version 19.1.7 (3+b1)"; exit;;
*" --print-targets "*) echo "    x86-64 - 64-bit X86"; [ {has} = nothing ] || echo "    wasm32 - WebAssembly 32-bit"; exit;;
*"wasm-ld"*) [ {has} = target ] && echo wasm-ld || echo /bin/sh; exit;;
*"crt1"*) [ {has} = linker ] && echo crt1-reactor.o || echo /bin/sh; exit;;
*"libgcc"*) [ {has} = library ] && echo /nowhere/libclang_rt.builtins-wasm32.a || echo /bin/sh; exit;;
esac
echo "module.c:1:1: error: expected identifier" >&2; exit 1"#
        )
    };
    let cases = [
        (
            "echo Debian clang version 14.0.6".to_owned(),
            5,
            "`clang` 19.0 or newer is needed to build modules in C",
        ),
        (
            clang("nothing"),
            5,
            "the target wasm32 for <folder>/.bin/clang 19.1.7 is needed",
        ),
        (
            clang("target"),
            5,
            "the linker `wasm-ld` for <folder>/.bin/clang 19.1.7 is needed",
        ),
        (
            clang("linker"),
            5,
            "WASI's C library for <folder>/.bin/clang 19.1.7 is needed",
        ),
        (clang("library"), 5, "the run-time library of WebAssembly"),
        (clang("everything"), 6, "error: compiling the SDK with clang failed"),
    ];
    for (script, code, part) in cases {
        let ran = folder.sclera_among(&[("clang", &script)], "build tagger");
        assert_eq!(ran.code, code, "{ran}");
        assert!(ran.err.contains(part), "{part}: {ran}");
    }
}

#[test]
fn a_step_that_fails_is_6_and_leaves_the_module_as_it_was() {
    let folder = project();
    fs::create_dir(folder.path("tagger/build")).unwrap();
    let folder = folder.file("tagger/build/tagger.wasm", "the one before");
    let fails = r#"if [ "$1" = --version ]; then echo "cargo 1.95.0"; exit; fi
echo "error[E0425]: cannot find value \`x\`" >&2; exit 101"#;
    let ran = folder.sclera_among(&[("rustc", GOOD_RUSTC), ("cargo", fails)], "build tagger");
    assert_eq!(ran.code, 6, "{ran}");
    assert_snapshot!(ran);
    assert_eq!(
        fs::read_to_string(folder.path("tagger/build/tagger.wasm")).unwrap(),
        "the one before"
    );
}

#[test]
fn a_build_that_ends_well_and_makes_nothing_is_6() {
    let folder = project();
    let nothing = r#"if [ "$1" = --version ]; then echo "cargo 1.95.0"; fi"#;
    let ran = folder.sclera_among(&[("rustc", GOOD_RUSTC), ("cargo", nothing)], "build tagger");
    assert_eq!(ran.code, 6, "{ran}");
    assert!(ran.err.contains("crate-type = [\"cdylib\"]"), "{ran}");
    assert!(!folder.path("tagger/build/tagger.wasm").exists());
}

#[test]
fn what_was_built_and_is_no_module_is_3() {
    let folder = project().file("made.wasm", b"\0asm\x0d\0\x01\0");
    let ran = folder.sclera_among(&[("rustc", GOOD_RUSTC), ("cargo", GOOD_CARGO)], "build tagger");
    assert_eq!(ran.code, 3, "{ran}");
}

#[test]
fn a_manifest_with_faults_names_all_of_them() {
    let cases = [
        "",
        "[module\n",
        "module = 3\n",
        "[module]\n",
        "[module]\nname = \"tagger\"\nlanguage = \"cobol\"\n",
        "[module]\nname = \"../x\"\nlanguage = 3\nlang = \"rust\"\nentry = \"../Cargo.toml\"\n\n[build]\n",
        "[module]\nname = \"tagger\"\nlanguage = \"rust\"\nentry = \"nowhere.toml\"\nsdk = \"nowhere\"\n",
    ];
    let folder = project();
    let mut told = Vec::new();
    for manifest in cases {
        fs::write(folder.path("tagger/module.toml"), manifest).unwrap();
        let ran = folder.sclera("build tagger");
        assert_eq!(ran.code, 2, "{manifest}: {ran}");
        told.push(format!("{manifest}---\n{}", ran.err));
    }
    assert_snapshot!(told.join("\n"));
}
