//! Files that are not modules: each has one clear error, and harms nobody.

use std::path::PathBuf;

use sclera::ModuleSource;
use sclera_tests::{example, misfit};

use super::{builder, ioc, load, preload};

async fn refusal(source: ModuleSource) -> String {
    let host = builder().build().unwrap();
    load(&host, "replaces").await.unwrap();
    let error = host.load(source).await.unwrap_err().to_string();
    // The module that was there before goes on.
    let report = host.preload(preload()).await.unwrap();
    assert_eq!(report.deliveries.len(), 1);
    assert_eq!(report.payload, ioc());
    error
}

#[tokio::test]
async fn bytes_that_are_no_module_are_told_apart() {
    let component = misfit("behaves");
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "the file is empty"),
        ("text", b"hello".to_vec(), "is not WebAssembly"),
        ("wat", b" (component)".to_vec(), "is WebAssembly text"),
        ("zeros", vec![0; 1 << 20], "is not WebAssembly"),
        ("core module", b"\0asm\x01\0\0\0".to_vec(), "is a core module"),
        ("empty component", b"\0asm\x0d\0\x01\0".to_vec(), "it exports nothing"),
        ("truncated", component[..component.len() / 2].to_vec(), "is damaged"),
        ("cut short", component[..10].to_vec(), "is damaged"),
    ];
    for (name, bytes, expected) in cases {
        let error = refusal(ModuleSource::bytes(bytes)).await;
        assert!(error.contains(expected), "{name}: {error}");
    }
}

#[tokio::test]
async fn every_cut_of_a_module_is_refused_without_harm() {
    let host = builder().build().unwrap();
    let component = misfit("behaves");
    for cut in (0..component.len()).step_by(component.len() / 40) {
        assert!(
            host.load(ModuleSource::bytes(&component[..cut])).await.is_err(),
            "cut at {cut}"
        );
    }
}

#[tokio::test]
async fn a_component_of_another_world_or_version_says_what_it_is() {
    let other = wat::parse_str(
        r#"(component (component $c) (instance $i (instantiate $c)) (export "wasi:cli/run@0.2.0" (instance $i)))"#,
    )
    .unwrap();
    let error = refusal(ModuleSource::bytes(other)).await;
    assert!(
        error.contains("wasi:cli/run@0.2.0") && error.contains("not a module"),
        "{error}"
    );

    let future = wat::parse_str(r#"(component (component $c) (instance $i (instantiate $c)) (export "sclera:hooks/module@2.0.0" (instance $i)))"#).unwrap();
    let error = refusal(ModuleSource::bytes(future)).await;
    assert!(
        error.contains("version 2.0.0") && error.contains("speaks version 1"),
        "{error}"
    );

    let hollow = wat::parse_str(r#"(component (component $c) (instance $i (instantiate $c)) (export "sclera:hooks/module@1.0.0" (instance $i)))"#).unwrap();
    let error = refusal(ModuleSource::bytes(hollow)).await;
    assert!(error.contains("cannot be linked"), "{error}");
}

#[tokio::test]
async fn an_import_that_is_not_offered_is_explained() {
    let asking = |import: &str| {
        let text = format!(
            r#"(component (import "{import}" (instance)) (component $c) (instance $i (instantiate $c)) (export "sclera:hooks/module@1.0.0" (instance $i)))"#
        );
        ModuleSource::bytes(wat::parse_str(text).unwrap())
    };
    let cases = [
        ("wasi:sockets/tcp@0.2.0", "modules have no sockets"),
        ("wasi:filesystem/types@0.2.6", "modules have no files"),
        ("wasi:clocks/wall-clock@0.3.0", "offers it in version 0.2.12"),
        (
            "sclera:hooks/registry@2.0.0",
            "rebuild the module with an SDK of version 1",
        ),
        ("acme:fax/send@1.0.0", "not part of the world"),
    ];
    for (import, advice) in cases {
        let error = refusal(asking(import)).await;
        assert!(error.contains(import) && error.contains(advice), "{import}: {error}");
    }
}

#[tokio::test]
async fn what_is_not_a_file_of_sane_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let huge = folder.path().join("huge.wasm");
    std::fs::File::create(&huge).unwrap().set_len(200_000_000).unwrap();
    let link = folder.path().join("loop.wasm");
    std::os::unix::fs::symlink(&link, &link).unwrap();
    let cases: [(PathBuf, &str); 5] = [
        (huge, "raise the limit `module_size`"),
        (folder.path().to_owned(), "is a directory"),
        (link, "symbolic links"),
        (folder.path().join("nowhere.wasm"), "No such file"),
        ("/dev/zero".into(), "raise the limit `module_size`"),
    ];
    for (path, expected) in cases {
        let error = refusal(ModuleSource::file(&path)).await;
        assert!(error.contains(expected), "{}: {error}", path.display());
        assert!(error.contains(&path.display().to_string()), "{error}");
    }
}

#[tokio::test]
async fn a_folder_with_bad_files_gives_the_good_ones() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.wasm"), b"junk").unwrap();
    std::fs::copy(example("ioc-guard"), folder.path().join("b.wasm")).unwrap();
    std::fs::write(folder.path().join("notes.txt"), b"not looked at").unwrap();
    let host = builder().build().unwrap();
    let loaded = host.load_folder(folder.path()).await.unwrap();
    let results: Vec<_> = loaded.iter().map(|(_, result)| result.is_ok()).collect();
    assert_eq!(results, [false, true]);
    assert_eq!(host.modules().len(), 1);

    let error = host.load_folder(folder.path().join("nowhere")).await.unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
}
