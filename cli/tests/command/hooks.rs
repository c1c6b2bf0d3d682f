//! `sclera hooks`, as a person reads it.

use insta::assert_snapshot;

use crate::folder::Folder;

#[test]
fn the_catalog_is_listed() {
    let ran = Folder::new().sclera("hooks");
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!(lines.len(), 60, "58 hooks, an empty line and the next step");
    assert_snapshot!([&lines[..6], &lines[58..]].concat().join("\n"));
}

#[test]
fn one_kind_of_object_is_listed() {
    assert_snapshot!(Folder::new().sclera("hooks --object ioc"));
}

#[test]
fn one_hook_is_shown_with_schema_and_sample() {
    assert_snapshot!(Folder::new().sclera("hooks on_postload_ioc_delete"));
}

#[test]
fn every_sample_is_a_payload_for_its_hook() {
    let folder = Folder::new().misfit("tells-all");
    let ran = folder.sclera("test-load tells-all.wasm --all");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    assert_eq!(ran.out.matches("\non_").count(), 58, "{ran}");

    let sample = Folder::new().sclera("hooks on_preload_ioc_create --sample");
    let folder = Folder::new().misfit("behaves");
    let line = "test-load behaves.wasm --hook on_preload_ioc_create --payload -";
    let ran = folder.sclera_reading(&sample.out, line);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
}

#[test]
fn no_line_ends_with_spaces() {
    let folder = Folder::new().example("ioc-guard").misfit("tells");
    for line in [
        "hooks",
        "hooks on_preload_ioc_create",
        "inspect ioc-guard.wasm",
        "test-load ioc-guard.wasm --all",
        "test-load tells.wasm --all",
    ] {
        let ran = folder.sclera(line);
        assert!(ran.out.lines().all(|line| line.trim_end() == line), "{ran}");
    }
}
