//! Compiling is guarded: whatever a file makes of the compiler, the host goes on.

use std::fmt::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sclera::{
    BuildError, CacheFault, CompileError, CompileLimits, Compiled, Compiler, Host, LoadFault, ModuleInfo, ModuleSource,
};
use sclera_tests::{misfit, sclera_program};
use wasm_encoder::{CodeSection, Component, Function, FunctionSection, Module, ModuleSection, TypeSection, ValType};

use super::{builder, ioc, load, preload};

fn compiler() -> Compiler {
    Compiler::program(sclera_program())
}

/// A program that behaves so when it is called as a compiler.
fn fake(behaviour: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/system/compilers")
        .join(behaviour)
}

fn host(compiler: Compiler) -> Host {
    builder().compile_with(compiler).build().unwrap()
}

/// A component that is a module as far as can be seen from outside, with `inside` in it.
fn with(inside: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(component
            {inside}
            (component $none) (instance $none (instantiate $none))
            (export "sclera:hooks/module@1.0.0" (instance $none)))"#
    ))
    .unwrap()
}

fn repeated(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        writeln!(text, "{}", line(index)).unwrap();
        text
    })
}

/// Few bytes, and 20⁸ instances.
fn instances_without_end() -> Vec<u8> {
    const LEVELS: usize = 8;
    let levels = repeated(LEVELS, |level| {
        let instances = repeated(20, |_| format!("(instance (instantiate $level{level}))"));
        format!("(component $level{} {instances})", level + 1)
    });
    with(&format!(
        "(component $level0 (core module $m (func)) (core instance (instantiate $m)))
         {levels} (instance (instantiate $level{LEVELS}))"
    ))
}

/// Code that takes seconds.
fn much_code() -> Vec<u8> {
    // local.get 0, i64.const 7, i64.mul, local.get 1, i64.xor, local.tee 1, local.set 0
    const STEP: &[u8] = b"\x20\x00\x42\x07\x7e\x20\x01\x85\x22\x01\x21\x00";
    const FUNCTIONS: u32 = 3_000;
    let mut body = Function::new([]);
    body.raw(STEP.repeat(400)).instructions().end();

    let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function([ValType::I64, ValType::I64], []);
    for _ in 0..FUNCTIONS {
        functions.function(0);
        code.function(&body);
    }
    let mut core = Module::new();
    core.section(&types).section(&functions).section(&code);
    let mut module = Component::new();
    module.section(&ModuleSection(&core));
    let mut module = module.finish();
    // The rest of a module follows, without its header.
    module.extend(&with("")[8..]);
    module
}

async fn refusal(host: &Host, module: Vec<u8>) -> CompileError {
    match host.load(ModuleSource::bytes(module)).await.unwrap_err().fault {
        LoadFault::Compile(error) => error,
        other => panic!("{other}"),
    }
}

async fn runs(host: &Host) {
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(report.deliveries.len(), 1);
    assert!(report.deliveries[0].result.is_ok(), "{:?}", report.deliveries[0].result);
    assert_ne!(report.payload, ioc());
}

async fn loads(host: &Host) -> ModuleInfo {
    load(host, "marks").await.unwrap()
}

#[tokio::test]
async fn a_module_that_another_process_has_compiled_runs() {
    let host = host(compiler());
    assert_eq!(loads(&host).await.compiled, Compiled::Now);
    runs(&host).await;
}

#[tokio::test]
async fn what_is_in_the_cache_is_not_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    assert_eq!(loads(&host(compiler().cache(&cache))).await.compiled, Compiled::Now);

    let without_compiler = host(Compiler::program("/nowhere").cache(&cache));
    assert_eq!(loads(&without_compiler).await.compiled, Compiled::Cached);
    runs(&without_compiler).await;
    let error = refusal(&without_compiler, misfit("behaves")).await;
    assert!(matches!(error, CompileError::NotStarted { .. }), "{error}");
}

#[tokio::test]
async fn code_that_somebody_changed_in_the_cache_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    loads(&host(compiler().cache(&cache))).await;
    for entry in std::fs::read_dir(&cache).unwrap() {
        let path = entry.unwrap().path();
        if !path.ends_with("key") {
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(&path, bytes).unwrap();
        }
    }
    let host = host(compiler().cache(&cache));
    assert_eq!(loads(&host).await.compiled, Compiled::Now);
    runs(&host).await;
}

#[tokio::test]
async fn a_cache_that_others_can_write_to_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(folder.path(), mode).unwrap();
    let error = builder()
        .compile_with(compiler().cache(folder.path()))
        .build()
        .unwrap_err();
    let BuildError::Cache(error) = error else {
        panic!("{error}")
    };
    assert!(matches!(error.fault, CacheFault::Writable { .. }), "{error}");
}

#[tokio::test]
async fn a_compile_bomb_ends_at_each_limit_and_the_host_goes_on() {
    type Expected = fn(&CompileError) -> bool;
    let limits = CompileLimits::default;
    let cases: [(&str, Vec<u8>, CompileLimits, Expected); 3] = [
        (
            "memory",
            instances_without_end(),
            CompileLimits {
                memory: 512 << 20,
                ..limits()
            },
            |error| matches!(error, CompileError::OutOfMemory { limit } if *limit == 512 << 20),
        ),
        (
            "processor time",
            much_code(),
            CompileLimits {
                cpu: Duration::from_millis(1),
                ..limits()
            },
            |error| matches!(error, CompileError::OutOfCpu { limit } if *limit == Duration::from_secs(1)),
        ),
        (
            "time on the clock",
            misfit("behaves"),
            CompileLimits {
                wall: Duration::from_millis(1),
                ..limits()
            },
            |error| matches!(error, CompileError::OutOfTime { .. }),
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    loads(&host(compiler().cache(folder.path().join("cache")))).await;
    for (name, bomb, limits, expected) in cases {
        let host = host(compiler().limits(limits).cache(folder.path().join("cache")));
        let error = refusal(&host, bomb).await;
        assert!(expected(&error), "{name}: {error}");
        loads(&host).await;
        runs(&host).await;
    }
}

#[tokio::test]
async fn a_compiler_that_does_not_compile_is_told_apart() {
    type Expected = fn(&CompileError) -> bool;
    let cases: [(&str, Expected, &str); 8] = [
        (
            "silent",
            |error| matches!(error, CompileError::OutOfTime { .. }),
            "longer than 1000 ms",
        ),
        (
            "crashes",
            |error| matches!(error, CompileError::Crashed { .. }),
            "SIGSEGV",
        ),
        (
            "killed",
            |error| matches!(error, CompileError::Crashed { .. }),
            "the machine had no memory left",
        ),
        (
            "gives-up",
            |error| matches!(error, CompileError::Crashed { .. }),
            "last words: a bug in the compiler",
        ),
        (
            "server",
            |error| matches!(error, CompileError::NotACompiler { .. }),
            "Compiler::this_program()",
        ),
        (
            "nothing",
            |error| matches!(error, CompileError::NotACompiler { .. }),
            "compilers/nothing",
        ),
        (
            "boasts",
            |error| matches!(error, CompileError::TooLarge { .. }),
            "9223372036854775808 bytes",
        ),
        (
            "stops-short",
            |error| matches!(error, CompileError::NotACompiler { .. }),
            "compilers/stops-short",
        ),
    ];
    for (behaviour, expected, said) in cases {
        let wall = match behaviour {
            "silent" => Duration::from_secs(1),
            _ => CompileLimits::default().wall,
        };
        let limits = CompileLimits {
            wall,
            ..CompileLimits::default()
        };
        let host = host(Compiler::program(fake(behaviour)).limits(limits));
        let error = refusal(&host, misfit("behaves")).await;
        assert!(
            expected(&error) && error.to_string().contains(said),
            "{behaviour}: {error}"
        );
    }
}

#[tokio::test]
async fn garbage_from_a_compiler_is_not_run() {
    let host = host(Compiler::program(fake("lies")));
    let error = load(&host, "behaves").await.unwrap_err();
    assert!(matches!(error.fault, LoadFault::Invalid(_)), "{error}");
}

#[tokio::test]
async fn a_file_of_countless_pieces_is_not_compiled_at_all() {
    let nested = (0..40).fold(String::new(), |inside, _| format!("(component {inside})"));
    let cases = [
        (
            "exports",
            with(&format!(
                "(core module (func) {})",
                repeated(100_000, |n| format!(r#"(export "{n}" (func 0))"#))
            )),
        ),
        (
            "types",
            with(&format!(
                "(core module {})",
                repeated(100_000, |_| "(type (func))".into())
            )),
        ),
        ("types", with(&repeated(100_000, |_| "(type (list u8))".into()))),
        (
            "functions",
            with(&format!("(core module {})", repeated(300_000, |_| "(func)".into()))),
        ),
        (
            "imports",
            with(&format!(
                "(core module {})",
                repeated(100_000, |n| format!(r#"(import "" "{n}" (func))"#))
            )),
        ),
        ("levels of nested components", with(&nested)),
    ];
    // If it were started, that would be another error.
    let host = host(Compiler::program("/nowhere"));
    for (pieces, module) in cases {
        let error = refusal(&host, module).await;
        assert!(
            matches!(error, CompileError::TooComplex { what, .. } if what == pieces),
            "{pieces}: {error}"
        );
    }
}

#[tokio::test]
async fn a_file_that_is_not_valid_is_not_compiled_at_all() {
    let host = host(Compiler::program("/nowhere"));
    let error = refusal(&host, with("(core module (func (result i32)))")).await;
    assert!(matches!(error, CompileError::Invalid { offset: 1.., .. }), "{error}");
}

#[tokio::test]
async fn no_more_modules_are_compiled_at_once_than_it_may_be() {
    let folder = tempfile::tempdir().unwrap();
    symlink(sclera_program(), folder.path().join("sclera")).unwrap();
    let program = folder.path().join("compiler");
    symlink(fake("one-at-a-time"), &program).unwrap();
    let one = CompileLimits {
        at_once: 1,
        ..CompileLimits::default()
    };
    let compiler = Compiler::program(program).limits(one);
    let hosts = [(); 3].map(|()| host(compiler.clone()));
    let (a, b, c) = tokio::join!(loads(&hosts[0]), loads(&hosts[1]), loads(&hosts[2]));
    assert_eq!([a, b, c].map(|module| module.compiled), [Compiled::Now; 3]);
    assert!(!folder.path().join("overlap").exists());
}

#[tokio::test]
async fn what_one_of_two_has_compiled_the_other_takes_from_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let one = CompileLimits {
        at_once: 1,
        ..CompileLimits::default()
    };
    let compiler = compiler().limits(one).cache(folder.path().join("cache"));
    let hosts = [(); 2].map(|()| host(compiler.clone()));
    let (a, b) = tokio::join!(loads(&hosts[0]), loads(&hosts[1]));
    assert!(
        [Compiled::Now, Compiled::Cached]
            .into_iter()
            .all(|one| a.compiled == one || b.compiled == one)
    );
}

#[tokio::test]
async fn the_same_file_is_compiled_once_for_all_hosts_beside_one_another() {
    let host = builder().build().unwrap();
    assert_eq!(loads(&host).await.compiled, Compiled::Now);
    let beside = builder().beside(&host).build().unwrap();
    assert_eq!(loads(&beside).await.compiled, Compiled::Cached);
    // Each has the program for itself: the other may go.
    drop(host);
    runs(&beside).await;
}
