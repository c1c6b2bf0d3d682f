//! Many modules.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use sclera::{Compiled, Host, ModuleSource};
use sclera_tests::hostile::component_with;

use crate::Context;
use crate::guest::{Language, renamed};

/// Modules that are as small as one can be, of another name each, and that listen to another hook than what is measured.
/// The code of as many as a host should bear is compiled in seconds.
pub(crate) fn small(count: usize) -> Result<Vec<Vec<u8>>> {
    let module = component_with(SMALL);
    let place = module
        .windows(NAME.len())
        .position(|window| window == NAME)
        .context("the module has no place for a name")?;
    let named = |number: usize| {
        let mut module = module.clone();
        let name = format!("small-{number:06}");
        let place = module
            .get_mut(place..place + NAME.len())
            .context("the name is cut off")?;
        place.copy_from_slice(name.as_bytes());
        Ok(module)
    };
    (0..count).map(named).collect()
}

const NAME: &[u8] = b"small-000000";
/// What differs from the module of `tests/hostile/prelude.wat`.
const SMALL: &str = r#"
(data (i32.const 1024) "small-000000")
(data (i32.const 1040) "on_preload_task_create")
(data (i32.const 1088) "\00\04\00\00\0c\00\00\00\20\00\00\00\05\00\00\00\30\00\00\00\07\00\00\00")
(func $describe (result i32) (i32.const 1088))
(func $register-hooks (param $id i32) (result i32)
  (call $register-to-hook
    (local.get $id) (i32.const 1040) (i32.const 22)
    (i32.const 0) (i32.const 0) (i32.const 0)
    (i32.const 0)
    (i32.const 320))
  (i32.const 320))
"#;

/// A folder with so many modules in Rust, of a real size, of another name each. One of them listens to what is measured, the
/// others do not.
pub(crate) fn folder(context: &Context, count: usize) -> Result<PathBuf> {
    let module = Language::Rust.module()?;
    let folder = context.folder.join(format!("modules-{count}"));
    // What another version of this program has put there is of another name.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("bench-rust.wasm"), &module)?;
    for number in 1..count {
        let name = format!("idle-{number:05}");
        std::fs::write(folder.join(format!("{name}.wasm")), renamed(&module, &name)?)?;
    }
    Ok(folder)
}

/// Loads a folder. Says whether all of the code came from the cache.
pub(crate) async fn load_all(host: &Host, folder: &std::path::Path) -> Result<bool> {
    let mut cached = true;
    for (file, loaded) in host.load_folder(folder).await? {
        let module = loaded.with_context(|| format!("failed to load {}", file.display()))?;
        cached &= module.compiled == Compiled::Cached;
    }
    Ok(cached)
}

/// Loads modules one by one.
pub(crate) async fn load(host: &Host, modules: impl IntoIterator<Item = Vec<u8>>) -> Result<()> {
    for module in modules {
        host.load(ModuleSource::bytes(module)).await?;
    }
    Ok(())
}
