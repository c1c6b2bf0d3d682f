//! Takes the files and the sockets out of a component, and leaves it everything else that it imports.
//!
//! A language's runtime brings the whole of WASI along, whether the program uses it or not, and a host does not load a
//! module that imports files or sockets. The component is put into another one, beside a small one that stands in for
//! those interfaces: there are no directories, and whatever else it is asked for is refused. So `open` says that there is
//! no such file and `socket` that access is denied, while clocks, random numbers and standard output stay what they are.
//! (`componentize-py --stub-wasi` traps in all of WASI, HTTP and logging included.)

use std::path::{Path, PathBuf};
use std::{fs, io, mem};

use wasm_compose::composer::ComponentComposer;
use wasm_compose::config::Config;
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ExportKind, ExportSection, Function, FunctionSection, MemorySection,
    MemoryType, Module, TypeSection, ValType,
};
use wit_component::{ComponentEncoder, DecodedWasm, StringEncoding};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{
    InterfaceId, LiftLowerAbi, ManglingAndAbi, PackageName, Resolve, WasmExport, WasmExportKind, WorldId, WorldItem,
    WorldKey,
};

/// The packages of WASI that no host offers to a module.
const REFUSED: [&str; 2] = ["filesystem", "sockets"];
/// Those that their interfaces are made of.
const NEEDED: [&str; 2] = ["clocks", "io"];

/// Why a component cannot be confined.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfineError {
    #[error("failed to read or write {}: {source}", .file.display())]
    Io { file: PathBuf, source: io::Error },
    #[error("what was built is not a component: {0}")]
    NotAComponent(String),
    #[error("its files and sockets cannot be replaced: {0}")]
    NotReplaced(String),
}

/// Confines the component in a file. `stand_in` is a file to write on the way.
pub(crate) fn confine(component: &Path, stand_in: &Path) -> Result<Vec<u8>, ConfineError> {
    let bytes = fs::read(component).map_err(at(component))?;
    // A header: `\0asm`, a version, and whether it is a core module (0) or a component (1).
    if !matches!(bytes.get(..8), Some([0, b'a', b's', b'm', _, _, 1, 0])) {
        return Err(ConfineError::NotAComponent("it does not begin as one".to_owned()));
    }
    let (mut resolve, world) = match wit_component::decode(&bytes) {
        Ok(DecodedWasm::Component(resolve, world)) => (resolve, world),
        Ok(DecodedWasm::WitPackage(..)) => {
            return Err(ConfineError::NotAComponent("it is a package of WIT".to_owned()));
        }
        Err(error) => return Err(ConfineError::NotAComponent(format!("{error:#}"))),
    };
    let Some(refusing) = refusing_world(&mut resolve, world) else {
        return Ok(bytes);
    };
    let not_replaced = |error: anyhow::Error| ConfineError::NotReplaced(format!("{error:#}"));
    let mut core = refusing_module(&resolve, refusing);
    wit_component::embed_component_metadata(&mut core, &resolve, refusing, StringEncoding::UTF8)
        .map_err(not_replaced)?;
    let refusing = ComponentEncoder::default()
        .module(&core)
        .and_then(|encoder| encoder.validate(true).encode())
        .map_err(not_replaced)?;
    fs::write(stand_in, refusing).map_err(at(stand_in))?;
    let config = Config {
        definitions: vec![stand_in.to_owned()],
        // The host that loads it validates it anyway, and it is large.
        skip_validation: true,
        ..Config::default()
    };
    ComponentComposer::new(component, &config)
        .compose()
        .map_err(not_replaced)
}

fn at(file: &Path) -> impl FnOnce(io::Error) -> ConfineError {
    let file = file.to_owned();
    |source| ConfineError::Io { file, source }
}

/// A world that exports what `world` imports of the refused interfaces, and imports what they are made of. None if it
/// imports none of them.
fn refusing_world(resolve: &mut Resolve, world: WorldId) -> Option<WorldId> {
    let mut refusing = resolve.worlds.get(world)?.clone();
    refusing.name = "refusing".to_owned();
    refusing.exports.clear();
    for (key, item) in mem::take(&mut refusing.imports) {
        let WorldItem::Interface { id, .. } = &item else {
            continue;
        };
        let Some(package) = package_of(resolve, *id).filter(|package| package.namespace == "wasi") else {
            continue;
        };
        if REFUSED.contains(&package.name.as_str()) {
            refusing.exports.insert(key, item);
        } else if NEEDED.contains(&package.name.as_str()) {
            refusing.imports.insert(key, item);
        }
    }
    if refusing.exports.is_empty() {
        return None;
    }
    let package = refusing.package;
    let id = resolve.worlds.alloc(refusing);
    if let Some(package) = package.and_then(|package| resolve.packages.get_mut(package)) {
        package.worlds.insert("refusing".to_owned(), id);
    }
    Some(id)
}

fn package_of(resolve: &Resolve, interface: InterfaceId) -> Option<&PackageName> {
    let package = resolve.interfaces.get(interface)?.package?;
    Some(&resolve.packages.get(package)?.name)
}

/// Where in memory an empty list is, and where `result::err` with the error code 1, which is `access-denied` of
/// `wasi:sockets` and `would-block` of `wasi:filesystem`, none of whose functions can be called without a descriptor.
const NOTHING: i32 = 0;
const DENIED: i32 = 64;

/// The code behind the refusing world.
fn refusing_module(resolve: &Resolve, world: WorldId) -> Vec<u8> {
    let mangling = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);
    let mut parts = Parts::default();
    for (key, function) in exported_functions(resolve, world) {
        let name = resolve.wasm_export_name(
            mangling,
            WasmExport::Func {
                interface: Some(key),
                func: function,
                kind: WasmExportKind::Normal,
            },
        );
        let signature = resolve.wasm_signature(AbiVariant::GuestExport, function);
        let mut code = Function::new([]);
        match (signature.retptr, function.name.as_str()) {
            (true, "get-directories") => code.instructions().i32_const(NOTHING),
            (true, _) => code.instructions().i32_const(DENIED),
            // There is nothing to say no with.
            (false, _) => code.instructions().unreachable(),
        };
        let types = |types: &[WasmType]| types.iter().map(value_type).collect::<Vec<_>>();
        parts.function(&name, types(&signature.params), types(&signature.results), code);
    }
    // Nothing is handed over that would need memory.
    let mut realloc = Function::new([]);
    realloc.instructions().unreachable();
    let name = resolve.wasm_export_name(mangling, WasmExport::Realloc);
    parts.function(&name, vec![ValType::I32; 4], vec![ValType::I32], realloc);
    parts.module(&resolve.wasm_export_name(mangling, WasmExport::Memory))
}

fn exported_functions(resolve: &Resolve, world: WorldId) -> impl Iterator<Item = (&WorldKey, &wit_parser::Function)> {
    let exports = resolve.worlds.get(world).into_iter().flat_map(|world| &world.exports);
    exports
        .filter_map(|(key, item)| match item {
            WorldItem::Interface { id, .. } => Some((key, resolve.interfaces.get(*id)?)),
            _ => None,
        })
        .flat_map(|(key, interface)| interface.functions.values().map(move |function| (key, function)))
}

fn value_type(of: &WasmType) -> ValType {
    match of {
        WasmType::I64 | WasmType::PointerOrI64 => ValType::I64,
        WasmType::F32 => ValType::F32,
        WasmType::F64 => ValType::F64,
        WasmType::I32 | WasmType::Pointer | WasmType::Length => ValType::I32,
    }
}

/// A core module with exported functions and one page of memory.
#[derive(Default)]
struct Parts {
    count: u32,
    types: TypeSection,
    functions: FunctionSection,
    exports: ExportSection,
    code: CodeSection,
}

impl Parts {
    fn function(&mut self, name: &str, params: Vec<ValType>, results: Vec<ValType>, mut code: Function) {
        self.types.ty().function(params, results);
        self.functions.function(self.count);
        self.exports.export(name, ExportKind::Func, self.count);
        code.instructions().end();
        self.code.function(&code);
        self.count += 1;
    }

    fn module(mut self, memory_name: &str) -> Vec<u8> {
        self.exports.export(memory_name, ExportKind::Memory, 0);
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: Some(1),
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut denied = [0; 64];
        // The case of the result. Where the case of the error is depends on what it could be instead: after 1, 2, 4 or 8 bytes.
        for at in [0, 1, 2, 4, 8] {
            if let Some(byte) = denied.get_mut(at) {
                *byte = 1;
            }
        }
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(DENIED), denied);
        let mut module = Module::new();
        module
            .section(&self.types)
            .section(&self.functions)
            .section(&memories)
            .section(&self.exports)
            .section(&self.code)
            .section(&data);
        module.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens a socket, asks for the directories, and reads the clock; and exports what it imports from a host.
    const OPEN: &str = r#"(component
        (import "wasi:clocks/wall-clock@0.2.12" (instance $clock
            (export "seconds" (func (result u64)))))
        (import "wasi:io/streams@0.2.9" (instance $io (export "input-stream" (type (sub resource)))))
        (alias export $io "input-stream" (type $stream))
        (import "wasi:filesystem/types@0.2.9" (instance $types
            (export "descriptor" (type $descriptor (sub resource)))
            (alias outer 1 $stream (type $s))
            (export "input-stream" (type $input (eq $s)))
            (type $error' (enum "access" "would-block"))
            (export "error-code" (type $error (eq $error')))
            (export "[method]descriptor.read-via-stream" (func
                (param "self" (borrow $descriptor)) (param "offset" u64) (result (result (own $input) (error $error)))))))
        (alias export $types "descriptor" (type $descriptor))
        (import "wasi:filesystem/preopens@0.2.9" (instance $preopens
            (alias outer 1 $descriptor (type $d))
            (export "descriptor" (type $descriptor (eq $d)))
            (export "get-directories" (func (result (list (tuple (own $descriptor) string)))))))
        (export "seconds" (func $clock "seconds")))"#;

    fn confined(text: &str) -> Result<Vec<u8>, ConfineError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("open.wasm");
        fs::write(&file, wat::parse_str(text).unwrap()).unwrap();
        confine(&file, &folder.path().join("stand-in.wasm"))
    }

    fn imports_and_exports(component: &[u8]) -> (Vec<String>, usize) {
        let Ok(DecodedWasm::Component(resolve, world)) = wit_component::decode(component) else {
            panic!("it is not a component")
        };
        let world = &resolve.worlds[world];
        let imports = world.imports.keys().map(|key| resolve.name_world_key(key)).collect();
        (imports, world.exports.len())
    }

    #[test]
    fn files_and_sockets_are_imported_no_more_and_everything_else_is() {
        let confined = confined(OPEN).unwrap();

        let (imports, exports) = imports_and_exports(&confined);
        assert!(
            imports.contains(&"wasi:clocks/wall-clock@0.2.12".to_owned()),
            "{imports:?}"
        );
        assert!(
            !imports.iter().any(|name| name.starts_with("wasi:filesystem")),
            "{imports:?}"
        );
        assert_eq!(exports, 1);
    }

    #[test]
    fn what_imports_none_of_them_stays_as_it_is() {
        let text = r#"(component (import "wasi:clocks/wall-clock@0.2.12" (instance)))"#;
        assert_eq!(confined(text).unwrap(), wat::parse_str(text).unwrap());
    }

    #[test]
    fn what_is_not_a_component_is_said_to_be_none() {
        assert!(matches!(confined("(module)"), Err(ConfineError::NotAComponent(_))));
    }
}
