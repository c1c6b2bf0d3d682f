//! `sclera inspect`, as a person reads it.

use insta::assert_snapshot;

use crate::folder::Folder;

#[test]
fn a_module_is_shown_from_outside() {
    let folder = Folder::new().example("ioc-guard");
    assert_snapshot!(folder.sclera("inspect ioc-guard.wasm"));
}

#[test]
fn a_component_that_the_host_cannot_load_is_shown_all_the_same() {
    let folder = Folder::new().file("other-world.wasm", b"\0asm\x0d\0\x01\0");
    assert_snapshot!(folder.sclera("inspect other-world.wasm"));
}

#[test]
fn nothing_of_the_module_runs() {
    let folder = Folder::new().misfit("describe-loops");
    assert_eq!(folder.sclera("inspect describe-loops.wasm").code, 0);
}
