//! Modules that are small, and cost much to compile.

use std::fmt::Write;

use sclera::Delivery;

use super::Case;
use super::case::End::{Leaves, Refused};
use super::core_module::component_with;
use super::shapes::{beside, doubling, exports, nested_components};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::made(
            "functions",
            "has 10,000 functions",
            || component_with(&functions(10_000)),
            Leaves(works),
        ),
        Case::made(
            "function-of-100-kb",
            "has a function of 30,000 operations",
            || component_with(&sums(30_000)),
            Leaves(works),
        ),
        Case::made(
            "function-too-large",
            "has a function of 8 MB",
            || {
                beside(&format!(
                    "(component (core module $m (func {})) (core instance (instantiate $m)))",
                    "nop ".repeat(8 << 20)
                ))
            },
            Refused("function body size count exceeds limit"),
        ),
        Case::made(
            "br-table",
            "has a jump table with a million entries",
            || component_with(&jump_table(1_000_000)),
            Refused("`br_table` has 1000000 targets"),
        ),
        Case::made(
            "blocks",
            "has blocks that are nested 20,000 deep",
            || component_with(&blocks(20_000)),
            Leaves(works),
        ),
        Case::made(
            "locals",
            "has 50,000 variables in one function",
            || component_with(&locals(1, 50_000)),
            Leaves(works),
        ),
        Case::made(
            "locals-too-many",
            "has four billion variables in one function",
            too_many_locals,
            Refused("too many locals"),
        ),
        Case::made(
            "merges",
            "has 1,300 loops that each change 500 variables",
            || component_with(&merges(1_300, 500)),
            Refused("compil"),
        ),
        Case::made(
            "locals-everywhere",
            "has 50,000 variables in each of 100 functions",
            || component_with(&locals(100, 50_000)),
            Leaves(works),
        ),
        Case::made(
            "function-of-600-kb",
            "has a function of 200,000 operations",
            || component_with(&sums(200_000)),
            Leaves(works),
        ),
        Case::made(
            "instances-without-end",
            "is instantiated to a billion memories",
            billion_instances,
            Refused("compil"),
        ),
        Case::made(
            "components-nested-deeper",
            "has components that are nested 20,000 deep",
            || nested_components(20_000),
            Refused("compil"),
        ),
        Case::made(
            "core-exports-by-the-thousand",
            "has 50,000 exports of a core module",
            || beside(&exports(50_000)),
            Refused("compil"),
        ),
    ]
}

fn works(delivery: &Delivery) -> Result<(), String> {
    delivery.failure().map_or(Ok(()), Err)
}

fn functions(count: u32) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "(func (param i32) (result i32) (i32.add (local.get 0) (i32.const {number})))"
        );
        text
    })
}

fn sums(operations: usize) -> String {
    format!(
        "(func (param i32) (result i32) local.get 0 {})",
        "local.get 0 i32.add i32.clz ".repeat(operations / 2)
    )
}

fn jump_table(entries: usize) -> String {
    format!(
        "(func (param i32) (block (block (br_table {} 1 (local.get 0)))))",
        "0 ".repeat(entries)
    )
}

fn blocks(levels: usize) -> String {
    format!(
        "(func (param i32) {} nop {})",
        "block ".repeat(levels),
        "end ".repeat(levels)
    )
}

fn locals(functions: usize, count: usize) -> String {
    format!("(func (local {}))", "i64 ".repeat(count)).repeat(functions)
}

fn too_many_locals() -> Vec<u8> {
    // The text has no short way to say it: in the binary, four billion is one number.
    let module = component_with("(func (local i64 i64 i64 i64 i64 i64 i64) nop nop nop nop)");
    const BEFORE: &[u8] = &[1, 7, 0x7e, 1, 1, 1, 1, 0x0b];
    const AFTER: &[u8] = &[1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7e, 0x0b];
    replaced(module, BEFORE, AFTER)
}

#[expect(clippy::expect_used, reason = "a mistake in the corpus ends the test")]
fn replaced(mut module: Vec<u8>, before: &[u8], after: &[u8]) -> Vec<u8> {
    let at = module
        .windows(before.len())
        .position(|window| window == before)
        .expect("the bytes are there");
    module.splice(at..at + before.len(), after.iter().copied());
    module
}

fn merges(loops: usize, variables: usize) -> String {
    let change: String = (0..variables).fold(String::new(), |mut text, number| {
        let next = (number + 1) % variables;
        let _ = write!(
            text,
            "(local.set {number} (i64.add (local.get {number}) (local.get {next})))"
        );
        text
    });
    let body = format!("(loop {change} (br_if 0 (i32.wrap_i64 (local.get 0))))").repeat(loops);
    format!("(func (local {}) {body})", "i64 ".repeat(variables))
}

fn billion_instances() -> Vec<u8> {
    beside(&doubling(30))
}
