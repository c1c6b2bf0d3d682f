//! C: clang and wasm-ld make a core module, which becomes a component in this process.

use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use super::{BuildError, Found, Install, Job, Tool, ToolError, io_error};
use crate::project::component::component;

const PURPOSE: &str = "to build modules in C";
const TARGET: &str = "--target=wasm32-wasi";

/// Where somebody put the WASI SDK (<https://github.com/WebAssembly/wasi-sdk>), which has everything in one folder.
const WASI_SDK: &str = "WASI_SDK_PATH";

const CLANG: Tool = Tool {
    programs: &["clang-19", "clang-20", "clang-21", "clang-22", "clang-23", "clang"],
    purpose: PURPOSE,
    version_args: &["--version"],
    minimum: "19.0",
    install: Install::Packages {
        debian: "clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32",
        fedora: "",
        arch: "",
        alpine: "",
        brew: "",
        elsewhere: "unpack the WASI SDK from https://github.com/WebAssembly/wasi-sdk/releases, and set WASI_SDK_PATH to its \
                    folder",
    },
};

/// What is compiled of the SDK: folders in it, each with C files.
const SDK_SOURCES: [&str; 4] = ["src", "src/guest", "bindings", "vendor/yyjson"];

/// What the SDK and the module are compiled with.
const COMPILE: [&str; 5] = ["-std=gnu17", "-O2", "-g0", "-ffunction-sections", "-fdata-sections"];

/// A module without `main`; what nobody calls is left out. The stack comes first in memory, so that one that runs over traps
/// instead of writing into data. Names stay, for the traces of traps.
const LINK: [&str; 5] = [
    "-mexec-model=reactor",
    "-Wl,--gc-sections",
    "-Wl,--strip-debug",
    "-Wl,--stack-first",
    "-Wl,-z,stack-size=262144",
];

pub(super) fn build(job: &Job<'_>) -> Result<(), BuildError> {
    let clang = find()?;
    let sdk = compile_sdk(job, &clang)?;
    let core = job.work.join("core.wasm");
    let entry = job.project.entry();
    let folder = entry.parent().unwrap_or(&job.project.root);
    let mut command = clang_for(job, &clang);
    command
        .args(["-Wall", "-Wextra"])
        .args(LINK)
        .arg("-o")
        .arg(&core)
        .args(sources(folder)?)
        .args(sdk)
        .current_dir(&job.project.root);
    let said = job.steps.run("compiling with clang", &mut command)?;
    job.steps.tell(&said);
    let core = fs::read(&core).map_err(io_error(format!("read {}", core.display())))?;
    let component = job
        .steps
        .inside("making a component", || component(&core, &job.project.wit()))?;
    fs::write(&job.component, component).map_err(io_error(format!("write {}", job.component.display())))
}

/// Finds a clang that is new enough and has all it needs for WebAssembly.
fn find() -> Result<Found, ToolError> {
    let wasi_sdk = env::var_os(WASI_SDK).map(|folder| PathBuf::from(folder).join("bin"));
    let clang = match wasi_sdk {
        // What somebody chose comes before what the system has.
        Some(folder) if folder.join("clang").is_file() => Tool {
            programs: &["clang"],
            ..CLANG
        }
        .find(&[folder])?,
        _ => CLANG.find(&[])?,
    };
    let lacks = |what: &str| ToolError::Missing {
        what: format!("{what} for {} {}", clang.path.display(), clang.version),
        purpose: PURPOSE,
        install: CLANG.install.here(),
    };
    if !ask(&clang.path, &["--print-targets"]).is_some_and(|targets| targets.contains("wasm32")) {
        return Err(lacks("the target wasm32"));
    }
    // Each answers the path of what there is, or else the bare name that it looked for.
    let parts = [
        ("-print-prog-name=wasm-ld", "the linker `wasm-ld`"),
        ("-print-file-name=crt1-reactor.o", "WASI's C library"),
        (
            "-print-libgcc-file-name",
            "the run-time library of WebAssembly (`libclang_rt.builtins-wasm32.a`)",
        ),
    ];
    for (question, what) in parts {
        if !ask(&clang.path, &[TARGET, question]).is_some_and(|answer| Path::new(answer.trim()).is_file()) {
            return Err(lacks(what));
        }
    }
    Ok(clang)
}

fn ask(clang: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new(clang).args(args).stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command that knows the target, and where headers are. Paths of this machine do not get into the module.
fn clang_for(job: &Job<'_>, clang: &Found) -> Command {
    let sdk = job.project.sdk();
    let mut command = Command::new(&clang.path);
    command.arg(TARGET).args(COMPILE);
    for (folder, instead) in [(&sdk, "sclera-sdk"), (&job.project.root, ".")] {
        command.arg(format!("-ffile-prefix-map={}={instead}", folder.display()));
    }
    // System headers, so that the module's own warnings are told and no others.
    for folder in ["include", "bindings", "vendor/yyjson"] {
        command.arg("-isystem").arg(sdk.join(folder));
    }
    command
}

/// Compiles the SDK, if it is not the one that was compiled last; gives its object files.
fn compile_sdk(job: &Job<'_>, clang: &Found) -> Result<Vec<PathBuf>, BuildError> {
    let sdk = job.project.sdk();
    let mut files = Vec::new();
    for folder in SDK_SOURCES {
        files.extend(sources(&sdk.join(folder))?);
    }
    let made = job
        .work
        .join(format!("c-sdk-{:016x}", fingerprint(&sdk, &files, clang)?));
    let objects: Vec<_> = files
        .iter()
        .filter_map(|file| Some(made.join(file.file_name()?).with_extension("o")))
        .collect();
    if objects.iter().all(|object| object.is_file()) {
        return Ok(objects);
    }
    // Made aside, so that a build which is interrupted leaves nothing that looks whole.
    let making = job.work.join("c-sdk");
    let _ = fs::remove_dir_all(&making);
    fs::create_dir_all(&making).map_err(io_error(format!("make the folder {}", making.display())))?;
    let mut command = clang_for(job, clang);
    command.args(["-w", "-c"]).args(&files).current_dir(&making);
    job.steps.run("compiling the SDK with clang", &mut command)?;
    let _ = fs::remove_dir_all(&made);
    fs::rename(&making, &made).map_err(io_error(format!("write {}", made.display())))?;
    Ok(objects)
}

/// Changes if the SDK or the compiler does.
fn fingerprint(sdk: &Path, sources: &[PathBuf], clang: &Found) -> Result<u64, BuildError> {
    let mut files = sources.to_vec();
    for folder in ["include", "include/sclera", "src", "bindings", "vendor/yyjson"] {
        files.extend(list(&sdk.join(folder), "h")?);
    }
    let mut hasher = DefaultHasher::new();
    (clang.path.as_path(), clang.version.to_string(), COMPILE).hash(&mut hasher);
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file)
            .map_err(io_error(format!("read {}", file.display())))?
            .hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// The C files of a folder, in an order that does not change.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    list(folder, "c")
}

fn list(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, BuildError> {
    let read = || -> io::Result<Vec<PathBuf>> {
        let mut files: Vec<_> = fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?;
        files.retain(|file| file.extension().and_then(OsStr::to_str) == Some(extension));
        files.sort();
        Ok(files)
    };
    read().map_err(io_error(format!("read the folder {}", folder.display())))
}
