//! Modules that nobody wrote: arbitrary code behind the contract's functions, arbitrary components, and modules with
//! bytes changed in them.

use arbitrary::Unstructured;
use wasm_smith::{Component, Config, Module};

use super::core_module::{component_with, encode};
use super::sections::{number, read_number, sections, with_section};
use super::shapes::with_component;

/// A module that was generated.
pub struct Generated {
    /// How it was made.
    pub kind: &'static str,
    /// The component.
    pub bytes: Vec<u8>,
}

/// The module of this number in the sequence that `seed` begins: the same at each call.
pub fn generate(seed: u64, index: u64) -> Generated {
    let mut random = Random(seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    // Most begin to run only if the contract around them is kept.
    match index % 4 {
        0 => Generated {
            kind: "arbitrary component",
            bytes: component(&mut random),
        },
        1 => Generated {
            kind: "changed bytes",
            bytes: changed(&mut random),
        },
        _ => Generated {
            kind: "arbitrary handler",
            bytes: arbitrary_handler(&mut random),
        },
    }
}

fn config() -> Config {
    Config {
        // What the host does not have would only be refused.
        gc_enabled: false,
        reference_types_enabled: false,
        exceptions_enabled: false,
        threads_enabled: false,
        memory64_enabled: false,
        max_instructions: 2_000,
        max_memory32_bytes: 8 << 20,
        memory_max_size_required: false,
        ..Config::default()
    }
}

fn behaves() -> Vec<u8> {
    component_with("")
}

fn component(random: &mut Random) -> Vec<u8> {
    let bytes = random.bytes(8 << 10);
    Component::new(config(), &mut Unstructured::new(&bytes))
        .map_or_else(|_| behaves(), |component| with_component(&component.to_bytes()))
}

fn changed(random: &mut Random) -> Vec<u8> {
    let mut module = behaves();
    let length = module.len();
    for _ in 0..=random.below(8) {
        let at = random.below(length);
        if let Some(byte) = module.get_mut(at) {
            *byte = random.byte();
        }
    }
    module
}

/// What every generated module has of its own: it exports its memory and the handler. The import is the first function.
const SHAPE: &str = r#"(module
  (import "sclera:hooks/registry@1.0.0" "register-to-hook" (func (param i32 i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 2)
  (func (export "sclera:hooks/module@1.0.0#hooks-handler") (param i32) (result i32) unreachable))"#;

/// What is added to it: the functions that are called before the handler. They use its memory, the registry, and nothing
/// else, so that they fit into any module of that shape.
const FRAME: &str = r#"(module
  (type $describe (func (result i32)))
  (type $register-hooks (func (param i32) (result i32)))
  (type $realloc (func (param i32 i32 i32 i32) (result i32)))
  (import "sclera:hooks/registry@1.0.0" "register-to-hook"
    (func $register-to-hook (param i32 i32 i32 i32 i32 i32 i32 i32)))
  (memory 2)
  (data (i32.const 8) "\00\00\01\00")
  (data (i32.const 16) "hostile")
  (data (i32.const 32) "1.0.0")
  (data (i32.const 64) "on_preload_ioc_create")
  (data (i32.const 128) "\10\00\00\00\07\00\00\00\20\00\00\00\05\00\00\00\20\00\00\00\05\00\00\00")
  (func (type $describe) (i32.const 128))
  (func (type $register-hooks)
    (call $register-to-hook
      (local.get 0) (i32.const 64) (i32.const 21)
      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 320))
    (i32.const 320))
  (func (type $realloc) (local $at i32)
    (local.set $at (i32.load (i32.const 8)))
    (i32.store (i32.const 8)
      (i32.and (i32.add (i32.add (local.get $at) (local.get 3)) (i32.const 7)) (i32.const -8)))
    (local.get $at)))"#;

/// The functions of the frame: name, and type in WebAssembly's own bytes.
const FRAME_FUNCTIONS: [(&str, &[u8]); 3] = [
    ("sclera:hooks/module@1.0.0#describe", &[0x60, 0, 1, 0x7f]),
    ("sclera:hooks/module@1.0.0#register-hooks", &[0x60, 1, 0x7f, 1, 0x7f]),
    ("cabi_realloc", &[0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f]),
];

// Numbers of a core module's sections.
const TYPE: u8 = 1;
const FUNCTION: u8 = 3;
const EXPORT: u8 = 7;
const CODE: u8 = 10;
const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;

fn arbitrary_handler(random: &mut Random) -> Vec<u8> {
    let bytes = random.bytes(16 << 10);
    let config = Config {
        module_shape: wat::parse_str(SHAPE).ok(),
        ..config()
    };
    Module::new(config, &mut Unstructured::new(&bytes))
        .ok()
        .and_then(|module| encode(framed(&module.to_bytes())).ok())
        .unwrap_or_else(behaves)
}

/// Adds the frame to a core module: what it has is appended to the sections of the same number.
fn framed(module: &[u8]) -> Vec<u8> {
    let own = sections(module);
    let count = |id: u8| {
        own.iter()
            .find(|(of, _)| *of == id)
            .map_or(0, |(_, content)| read_number(content).0)
    };
    // The import is the first function.
    let (types, functions) = (count(TYPE), count(FUNCTION) + 1);
    let mut added = [TYPE, FUNCTION, EXPORT]
        .map(|id| (id, FRAME_FUNCTIONS.len(), Vec::new()))
        .to_vec();
    if let [(_, _, type_items), (_, _, function_items), (_, _, export_items)] = added.as_mut_slice() {
        for (index, (name, signature)) in FRAME_FUNCTIONS.into_iter().enumerate() {
            type_items.extend_from_slice(signature);
            function_items.extend(number(types + index));
            export_items.extend(number(name.len()));
            export_items.extend_from_slice(name.as_bytes());
            export_items.push(0);
            export_items.extend(number(functions + index));
        }
    }
    for (id, content) in sections(&wat::parse_str(FRAME).unwrap_or_default()) {
        let (items, rest) = read_number(&content);
        match id {
            CODE => added.push((CODE, items, rest.to_vec())),
            DATA => added.extend([(DATA, items, rest.to_vec()), (DATA_COUNT, items, Vec::new())]),
            _ => {}
        }
    }

    let mut merged = module.get(..8).unwrap_or_default().to_vec();
    for (id, content) in own {
        let place = added.iter().position(|(of, ..)| *of == id);
        let content = match place.map(|place| added.swap_remove(place)) {
            Some((_, more, items)) => {
                let (had, rest) = read_number(&content);
                [number(had + more), rest.to_vec(), items].concat()
            }
            None => content,
        };
        merged = with_section(merged, id, &content);
    }
    match added.into_iter().find(|(id, ..)| *id == DATA) {
        Some((_, more, items)) => with_section(merged, DATA, &[number(more), items].concat()),
        None => merged,
    }
}

/// Numbers that are the same for the same beginning (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or_default()
    }
}
