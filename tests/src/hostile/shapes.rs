//! Components of strange shape: too many of something, nested too deep, or not what they claim to be.

use std::fmt::Write;

use sclera::Delivery;

use super::Case;
use super::case::End::{Leaves, Refused};
use super::core_module::{component_with, good};
use super::sections::{number, sections, with_section};

// Numbers of a component's sections.
const CUSTOM: u8 = 0;
const COMPONENT: u8 = 4;
const INSTANCE: u8 = 5;
const EXPORT: u8 = 11;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::made(
            "memories",
            "consists of 50 memories",
            || beside(&core_instances(50, "(memory 1)")),
            Refused("51 Wasm linear memories"),
        ),
        Case::made(
            "tables",
            "consists of 90 tables",
            || beside(&core_instances(90, "(table 1 funcref)")),
            Refused("91 tables"),
        ),
        Case::made(
            "instances",
            "consists of 900 instances",
            || beside(&core_instances(900, "")),
            Refused("903 core module instances"),
        ),
        Case::made(
            "instances-of-memories",
            "is instantiated to 2,048 memories",
            || beside(&doubling(11)),
            Refused("2051 core module instances"),
        ),
        Case::made(
            "types",
            "has 100,000 types",
            || beside(&types(100_000)),
            Refused("has 100036 types"),
        ),
        Case::made(
            "type-doubles",
            "has a type of 2^60 parts",
            || beside(&doubling_type(60)),
            Refused("effective type size exceeds the limit"),
        ),
        Case::made(
            "type-nested",
            "has a type that is nested 5,000 deep",
            || beside(&nested_type(5_000)),
            Refused("type nesting is too deep"),
        ),
        Case::made(
            "components-nested",
            "has components that are nested 1,000 deep",
            || nested_components(1_000),
            Refused("levels of nested components"),
        ),
        Case::made(
            "core-exports",
            "has 2,000 exports of a core module",
            || beside(&exports(2_000)),
            Leaves(works),
        ),
        Case::made(
            "exports",
            "has 5,000 exports",
            || with_exports(5_000),
            Refused("instances count exceeds limit"),
        ),
        Case::made(
            "exports-by-the-hundred",
            "has 900 exports",
            || with_exports(900),
            Leaves(works),
        ),
        Case::made(
            "imports",
            "has 10,000 imports that nobody offers",
            || with_imports(10_000),
            Refused("and 9992 more"),
        ),
        Case::made(
            "sockets",
            "wants sockets",
            || importing("wasi:sockets/tcp@0.2.0"),
            Refused("modules have no sockets"),
        ),
        Case::made(
            "files",
            "wants files",
            || importing("wasi:filesystem/types@0.2.0"),
            Refused("modules have no files"),
        ),
        Case::made(
            "itself",
            "is a part of itself",
            || behaving_with_section(INSTANCE, &[1, 0, 0xe7, 0x07, 0]),
            Refused("unknown component 999"),
        ),
        Case::made(
            "section-beyond-the-end",
            "has a section that is longer than the file",
            lying_section,
            Refused("is damaged"),
        ),
        Case::made(
            "section-without-end",
            "has a section whose length has no end",
            endless_length,
            Refused("is damaged"),
        ),
        Case::made(
            "names-of-ten-megabytes",
            "has a name section of 10 MB that is none",
            garbage_names,
            Leaves(works),
        ),
        Case::made(
            "export-twice",
            "exports the same name twice",
            || with_exports_named(&["same", "same"]),
            Refused("conflicts with previous name"),
        ),
        Case::made(
            "shared-memory",
            "shares its memory with threads",
            || component_with("(memory $shared 1 1 shared)"),
            Refused("threads must be enabled"),
        ),
        Case::made(
            "garbage-collected",
            "wants a garbage collector",
            || component_with("(type $s (struct (field i32)))"),
            Refused("gc types are disabled"),
        ),
        Case::made(
            "core-module",
            "is no component at all",
            || b"\0asm\x01\0\0\0".to_vec(),
            Refused("is a core module"),
        ),
        Case::made(
            "file-of-65-mb",
            "is larger than a file may be",
            || garbage(65 << 20),
            Refused("raise the limit `module_size`"),
        ),
        wat!(
            "forged-function-name",
            "traps in a function whose name moves the cursor",
            Leaves(clean_sentence)
        ),
    ]
}

fn works(delivery: &Delivery) -> Result<(), String> {
    delivery.failure().map_or(Ok(()), Err)
}

fn clean_sentence(delivery: &Delivery) -> Result<(), String> {
    let sentence = delivery.failure().ok_or("it did not fail")?;
    if sentence.chars().any(char::is_control) || sentence.len() > 2_000 {
        return Err(format!("{sentence:?} is not fit to be shown"));
    }
    Ok(())
}

/// The module that behaves, with an instance of `component` in it.
#[expect(clippy::expect_used, reason = "a mistake in the corpus ends the test")]
pub(super) fn beside(component: &str) -> Vec<u8> {
    with_component(&wat::parse_str(component).expect("the component is well formed"))
}

pub(super) fn with_component(component: &[u8]) -> Vec<u8> {
    let behaves = component_with("");
    let nested = sections(&behaves).iter().filter(|(id, _)| *id == COMPONENT).count();
    let mut instance = vec![1, 0];
    instance.extend(number(nested));
    instance.push(0);
    with_section(with_section(behaves, COMPONENT, component), INSTANCE, &instance)
}

/// The module that behaves, with one more section.
fn behaving_with_section(id: u8, content: &[u8]) -> Vec<u8> {
    with_section(component_with(""), id, content)
}

fn core_instances(count: usize, content: &str) -> String {
    let instances = "(core instance (instantiate $m))".repeat(count);
    format!("(component (core module $m {content}) {instances})")
}

/// Each component has two of the one before.
pub(super) fn doubling(levels: u32) -> String {
    let mut text = "(component (component $c0 (core module $m (memory 1)) (core instance (instantiate $m)))".to_owned();
    for level in 1..=levels {
        let before = level - 1;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "(component $c{level} (alias outer 1 $c{before} (component $c)) \
             (instance (instantiate $c)) (instance (instantiate $c)))"
        );
    }
    text + &format!("(instance (instantiate $c{levels})))")
}

fn types(count: usize) -> String {
    format!("(component {})", "(type (list u8))".repeat(count))
}

fn doubling_type(levels: usize) -> String {
    let mut text = "(component (type $t0 (tuple u8 u8))".to_owned();
    for level in 1..=levels {
        let _ = write!(text, "(type $t{level} (tuple $t{0} $t{0}))", level - 1);
    }
    text + ")"
}

fn nested_type(levels: usize) -> String {
    let mut text = "(component (type $t0 (list u8))".to_owned();
    for level in 1..=levels {
        let _ = write!(text, "(type $t{level} (list $t{}))", level - 1);
    }
    text + ")"
}

pub(super) fn nested_components(levels: usize) -> Vec<u8> {
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";
    let nested = (0..levels).fold(EMPTY.to_vec(), |inner, _| {
        with_section(EMPTY.to_vec(), COMPONENT, &inner)
    });
    with_component(&nested)
}

pub(super) fn exports(count: usize) -> String {
    let mut text = "(component (core module $m".to_owned();
    for number in 0..count {
        let _ = write!(text, "(func (export \"f{number}\"))");
    }
    text.push(')');
    text + "(core instance (instantiate $m)))"
}

fn with_exports(count: usize) -> Vec<u8> {
    let names: Vec<_> = (0..count).map(|number| format!("e{number}")).collect();
    with_exports_named(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The module that behaves, which exports its first import by these names, too.
fn with_exports_named(names: &[&str]) -> Vec<u8> {
    let mut section = number(names.len());
    for name in names {
        section.push(0);
        section.extend(number(name.len()));
        section.extend_from_slice(name.as_bytes());
        // The first instance; its type is not said again.
        section.extend([5, 0, 0]);
    }
    behaving_with_section(EXPORT, &section)
}

fn with_imports(count: usize) -> Vec<u8> {
    let names: Vec<_> = (0..count)
        .map(|number| format!("acme:fax{number}/send@1.0.0"))
        .collect();
    with_imports_named(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

fn importing(name: &str) -> Vec<u8> {
    with_imports_named(&[name])
}

/// The module that behaves, which wants empty instances of these names, too.
fn with_imports_named(names: &[&str]) -> Vec<u8> {
    let mut text = "(component".to_owned();
    for name in names {
        let _ = write!(text, "(import \"{name}\" (instance))");
    }
    text.push_str(
        r#"(component $c) (instance $i (instantiate $c)) (export "sclera:hooks/module@1.0.0" (instance $i)))"#,
    );
    wat::parse_str(text).unwrap_or_default()
}

fn lying_section() -> Vec<u8> {
    let mut module = component_with("");
    module.extend([0, 0xff, 0xff, 0xff, 0x7f, 4]);
    module.extend(b"name");
    module
}

fn endless_length() -> Vec<u8> {
    let mut module = component_with("");
    module.extend([0; 1]);
    module.extend([0xff; 100]);
    module
}

fn garbage_names() -> Vec<u8> {
    let mut content = number(14);
    content.extend(b"component-name");
    content.extend(std::iter::repeat_n(0xa5, 10 << 20));
    behaving_with_section(CUSTOM, &content)
}

fn garbage(bytes: usize) -> Vec<u8> {
    let mut module = good();
    module.resize(bytes, 0);
    module
}
