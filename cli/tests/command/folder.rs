//! Where the commands are run: a folder with modules.

use std::fmt;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::redaction::redact;

/// A folder for one test.
pub struct Folder(TempDir);

/// What a command printed, and how it ended.
pub struct Ran {
    line: String,
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With an example module: `ioc-guard` becomes `ioc-guard.wasm`.
    pub fn example(self, name: &str) -> Self {
        std::fs::copy(sclera_tests::example(name), self.path(&format!("{name}.wasm"))).unwrap();
        self
    }

    /// With the module that misbehaves so: `traps` becomes `traps.wasm`.
    pub fn misfit(self, behaviour: &str) -> Self {
        self.file(&format!("{behaviour}.wasm"), sclera_tests::misfit(behaviour))
    }

    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `sclera`, with its arguments separated by spaces.
    pub fn sclera(&self, line: &str) -> Ran {
        self.finish(line, command(self.0.path(), line))
    }

    /// The same, with something to read on standard input.
    pub fn sclera_reading(&self, input: &str, line: &str) -> Ran {
        let mut child = command(self.0.path(), line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::new(line, child.wait_with_output().unwrap())
    }

    /// The same, where colours are wanted although nobody sees them.
    pub fn sclera_in_colour(&self, line: &str) -> Ran {
        let mut command = command(self.0.path(), line);
        command.env("CLICOLOR_FORCE", "1");
        self.finish(line, command)
    }

    /// The same, where these programs are all that there is: shell scripts, by name.
    pub fn sclera_among(&self, programs: &[(&str, &str)], line: &str) -> Ran {
        self.sclera_in("", programs, line)
    }

    /// The same, in a folder of the folder.
    pub fn sclera_in(&self, inside: &str, programs: &[(&str, &str)], line: &str) -> Ran {
        let bin = self.path(".bin");
        std::fs::create_dir_all(&bin).unwrap();
        for (name, script) in programs {
            let file = bin.join(name);
            std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut command = command(&self.path(inside), line);
        command.env("PATH", &bin);
        let mut ran = self.finish(line, command);
        std::fs::remove_dir_all(&bin).unwrap();
        // Where the folder is, is another place each time.
        for text in [&mut ran.out, &mut ran.err] {
            *text = text.replace(&*self.0.path().to_string_lossy(), "<folder>");
        }
        ran
    }

    /// The command, to be run in some other way.
    pub fn command(&self, line: &str) -> Command {
        command(self.0.path(), line)
    }

    fn finish(&self, line: &str, mut command: Command) -> Ran {
        Ran::new(line, command.stdin(Stdio::null()).output().unwrap())
    }
}

fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sclera"));
    command.args(line.split(' ')).current_dir(folder);
    // What one test compiles, another need not; the user's own cache is not touched.
    command.env("XDG_CACHE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/caches"));
    for name in ["CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

impl Ran {
    fn new(line: &str, output: Output) -> Self {
        Self {
            line: line.to_owned(),
            code: output.status.code().expect("no signal ended it"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// As a person sees it, without what differs from run to run.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ sclera {}", self.line)?;
        f.write_str(&redact(&self.out))?;
        if !self.err.is_empty() {
            write!(f, "--- standard error\n{}", redact(&self.err))?;
        }
        write!(f, "--- exit code {}", self.code)
    }
}
