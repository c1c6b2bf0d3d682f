//! `sclera doctor`: what differs between a module's world and the host's, told from the file's own types.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve, SourceMap, UnresolvedPackageGroup};

use crate::folder::Folder;

/// A change of the contract's text: what it is called, what is replaced, and by what.
type Altered = (&'static str, &'static [(&'static str, &'static str)]);

/// Each of these is another world than the host's.
const MISFITS: &[Altered] = &[
    (
        "enum-case-more",
        &[("manual,\n    }", "manual,\n        scheduled,\n    }")],
    ),
    (
        "enum-cases-in-another-order",
        &[("create,\n", "delete,\n"), ("delete,\n    }", "create,\n    }")],
    ),
    ("field-renamed", &[("triggered-by:", "caused-by:")]),
    ("field-missing", &[("menu-name: option<string>,", "")]),
    ("field-of-another-type", &[("attempt: u32", "attempt: u64")]),
    (
        "case-with-another-type",
        &[("replace(string)", "replace(list<string>)")],
    ),
    (
        "function-that-the-host-has-not",
        &[(
            "resource registration {",
            "pause: func(module-id: u32) -> result<_, error>;\nresource registration {\nset-label: func(label: string);",
        )],
    ),
    (
        "function-that-the-module-has-not",
        &[("describe: func() -> description;", "")],
    ),
    (
        "parameter-more",
        &[(
            "run-asynchronously: bool,\n    )",
            "run-asynchronously: bool,\npriority: s32,\n    )",
        )],
    ),
    (
        "result-is-another",
        &[(
            "describe: func() -> description;",
            "describe: func() -> result<description, error>;",
        )],
    ),
    (
        "draft",
        &[("sclera:hooks@1.0.0", "sclera:hooks@0.9.0"), ("attempt: u32,", "")],
    ),
    (
        "draft-of-this-version",
        &[("sclera:hooks@1.0.0", "sclera:hooks@1.0.0-rc.1")],
    ),
    (
        "future",
        &[
            ("sclera:hooks@1.0.0", "sclera:hooks@2.0.0"),
            ("attempt: u32", "attempt: u64"),
        ],
    ),
    (
        "future-minor",
        &[
            ("sclera:hooks@1.0.0", "sclera:hooks@1.1.0"),
            (
                "resource registration {",
                "resource registration {\nset-label: func(label: string);",
            ),
        ],
    ),
    (
        "future-interface",
        &[
            ("sclera:hooks@1.0.0", "sclera:hooks@1.1.0"),
            (
                "world hook-module {",
                "interface store {\nkeep: func(text: string);\n}\nworld hook-module {\nimport store;",
            ),
        ],
    ),
    ("other-world", &[("export module;", "export run: func();")]),
    (
        "import-that-nobody-offers",
        &[(
            "world hook-module {",
            "world hook-module {\nimport fetch: func(url: string);",
        )],
    ),
    (
        "files",
        &[(
            "world hook-module {",
            "world hook-module {\nimport wasi:filesystem/types@0.2.9; import wasi:filesystem/preopens@0.2.9;",
        )],
    ),
    ("wasi-that-was-changed", &[("critical,\n", "")]),
];

/// These link, although they are not quite the host's.
const FITS: &[Altered] = &[
    ("as-it-is", &[]),
    (
        "an-extra-export",
        &[(
            "export module;",
            "export module;\nexport init: func();\nexport more: interface { f: func(); }",
        )],
    ),
    (
        "all-that-the-host-offers-besides",
        &[(
            "world hook-module {",
            "world hook-module {
import wasi:cli/environment@0.2.12; import wasi:cli/exit@0.2.12; import wasi:cli/stdin@0.2.12;
import wasi:cli/stdout@0.2.12; import wasi:cli/stderr@0.2.12; import wasi:cli/terminal-stdin@0.2.12;
import wasi:cli/terminal-stdout@0.2.12; import wasi:cli/terminal-stderr@0.2.12;
import wasi:random/insecure@0.2.12; import wasi:random/insecure-seed@0.2.12;",
        )],
    ),
    (
        "fewer-imports",
        &[
            ("import wasi:http/outgoing-handler@0.2.12;", ""),
            ("set-priority: func(priority: s32);", ""),
        ],
    ),
    (
        "a-parameter-by-another-name",
        &[("run-asynchronously: bool,\n    )", "in-background: bool,\n    )")],
    ),
    (
        "a-later-minor-version-without-news",
        &[("sclera:hooks@1.0.0", "sclera:hooks@1.3.0")],
    ),
];

fn parse(files: &[(String, String)]) -> UnresolvedPackageGroup {
    let mut source = SourceMap::new();
    for (path, text) in files {
        source.push_str(path, text);
    }
    source.parse().map_err(|(_, error)| error).unwrap()
}

fn read(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.is_file()).collect();
    files.sort();
    files
        .iter()
        .map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The contract, altered.
fn contract(changes: &[(&str, &str)]) -> Resolve {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    let mut folders = vec![read(&wit)];
    folders.push(vec![(
        "cli.wit".into(),
        include_str!("../../src/doctor/cli.wit").into(),
    )]);
    let files = "package wasi:filesystem@0.2.9; interface types { open: func(); } interface preopens { all: func(); }";
    folders.push(vec![("filesystem.wit".into(), files.into())]);
    folders.extend(
        fs::read_dir(wit.join("deps"))
            .unwrap()
            .map(|folder| read(&folder.unwrap().path())),
    );
    for (from, to) in changes {
        let mut replaced = 0;
        for (_, text) in folders.iter_mut().flatten() {
            replaced += text.matches(from).count();
            *text = text.replace(from, to);
        }
        assert!(replaced > 0, "{from:?} is not in the contract");
    }
    let mut packages = folders.iter().map(|files| parse(files));
    let own = packages.next().unwrap();
    let mut resolve = Resolve::default();
    resolve.push_groups(own, packages.collect()).unwrap();
    resolve
}

/// A component of that world, of which every function traps.
fn component(changes: &[(&str, &str)]) -> Vec<u8> {
    let resolve = contract(changes);
    let packages: Vec<_> = resolve.packages.iter().map(|(id, _)| id).collect();
    let worlds = resolve.worlds.iter().map(|(id, _)| id);
    let world = worlds
        .into_iter()
        .find(|id| resolve.worlds[*id].name == "hook-module")
        .unwrap();
    assert!(!packages.is_empty());
    let mut core = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&core).unwrap().encode().unwrap()
}

/// The contract itself, in binary form.
pub fn package() -> Vec<u8> {
    let resolve = contract(&[]);
    let (package, _) = resolve
        .packages
        .iter()
        .find(|(_, package)| package.name.name == "hooks")
        .unwrap();
    wit_component::encode(&resolve, package).unwrap()
}

#[test]
fn what_differs_is_told_to_the_case_and_the_field() {
    for (name, changes) in MISFITS {
        let folder = Folder::new().file("module.wasm", component(changes));
        let ran = folder.sclera("doctor module.wasm");
        assert_eq!(ran.code, 3, "{name}: {ran}");
        assert_snapshot!(*name, ran);
    }
}

#[test]
fn what_fits_fits_and_extra_exports_do_no_harm() {
    for (name, changes) in FITS {
        let folder = Folder::new().file("module.wasm", component(changes));
        let ran = folder.sclera("doctor module.wasm");
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}: {ran}");
        assert_eq!(
            ran.out.contains("it also exports init, more"),
            *name == "an-extra-export",
            "{ran}"
        );
    }
}

#[test]
fn the_host_links_what_the_doctor_says_that_links() {
    for (fits, cases) in [(true, FITS), (false, MISFITS)] {
        for (name, changes) in cases {
            let folder = Folder::new().file("module.wasm", component(changes));
            // Its functions trap, so a module that links fails when it is asked to describe itself.
            let ran = folder.sclera("test-load module.wasm");
            assert_eq!(ran.code, if fits { 1 } else { 3 }, "{name}: {ran}");
        }
    }
}

#[test]
fn a_script_reads_what_a_person_reads() {
    let folder = Folder::new().file("module.wasm", component(&[("triggered-by:", "caused-by:")]));
    let ran = folder.sclera("doctor module.wasm --json");
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (ran.code, &document["exit"], &document["links"]),
        (3, &3.into(), &false.into())
    );
    let finding = &document["findings"][0];
    assert_eq!(finding["side"], "export");
    assert_eq!(finding["interface"], "sclera:hooks/module@1.0.0");
    let difference = &finding["differences"][0];
    assert_eq!(difference["place"], "record `event` of `sclera:hooks/types`");
    assert_eq!(difference["is"], "renamed");
    assert_eq!(
        (&difference["host"], &difference["module"]),
        (&"triggered-by".into(), &"caused-by".into())
    );
    assert_eq!(document["remedies"].as_array().unwrap().len(), 1);
}

#[test]
fn an_sdk_that_wrote_its_version_is_named() {
    let mut producers = wasm_metadata::Producers::empty();
    producers.add("language", "Python", "");
    producers.add("sdk", "sclera-sdk-python", "0.0.3");
    let module = producers.add_to_wasm(&component(&[("triggered-by:", "caused-by:")]));
    let ran = Folder::new()
        .file("module.wasm", module.unwrap())
        .sclera("doctor module.wasm");
    assert_eq!(ran.code, 3, "{ran}");
    let mends = "it was built with version 0.0.3 of the SDK: rebuild it with version 0.1.0 of the SDK";
    assert!(ran.out.contains(mends), "{ran}");
    assert!(
        ran.out.contains("Python") && ran.out.contains("sclera-sdk-python 0.0.3"),
        "{ran}"
    );
}
