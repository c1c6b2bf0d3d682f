//! `--watch`: the file is shown anew whenever it changes, in whatever way.

use std::io::{BufRead, BufReader, pipe};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::folder::Folder;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A `sclera` that watches, and the lines that it prints.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Folder, line: &str) -> Self {
        // One pipe for both, so that errors keep their place among the lines.
        let (reader, writer) = pipe().unwrap();
        let child = folder
            .command(line)
            .stdin(Stdio::null())
            .stdout(writer.try_clone().unwrap())
            .stderr(writer)
            .spawn()
            .unwrap();
        let (tell, lines) = channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(reader).lines().map_while(Result::ok);
            lines.all(|line| tell.send(line).is_ok())
        });
        Self { child, lines }
    }

    /// The next line that begins so.
    fn line(&self, beginning: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|error| panic!("no line began with {beginning:?}: {error}"));
            if line.starts_with(beginning) {
                return line;
            }
        }
    }

    /// Presses Ctrl-C.
    fn interrupt(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // Fails if it has ended, as it should.
        let _ = self.child.kill();
    }
}

#[test]
fn every_way_to_change_a_file_is_seen() {
    let folder = Folder::new().misfit("behaves");
    std::fs::create_dir(folder.path("target")).unwrap();
    let module = folder.path("target/module.wasm");
    std::fs::rename(folder.path("behaves.wasm"), &module).unwrap();
    let watching = Watching::start(
        &folder,
        "test-load target/module.wasm --hook on_preload_ioc_create --watch",
    );
    watching.line("misfit-behaves 1.0.0");
    watching.line("waiting for target/module.wasm to change");

    // Replaced by another file.
    let folder = folder.misfit("marks");
    std::fs::rename(folder.path("marks.wasm"), &module).unwrap();
    watching.line("target/module.wasm has changed");
    watching.line("misfit-marks 1.0.0");
    watching.line("    + ");
    watching.line("waiting for");

    // Written in place.
    std::fs::write(&module, sclera_tests::misfit("rejects")).unwrap();
    watching.line("misfit-rejects 1.0.0");
    watching.line("  rejected");
    watching.line("waiting for");

    // Broken, and repaired.
    std::fs::write(&module, "not a module").unwrap();
    watching.line("error: cannot load");
    watching.line("waiting for");
    std::fs::write(&module, sclera_tests::misfit("traps")).unwrap();
    watching.line("misfit-traps 1.0.0");
    watching.line("waiting for");

    // Removed with its folder, and built anew.
    std::fs::remove_dir_all(folder.path("target")).unwrap();
    std::fs::create_dir(folder.path("target")).unwrap();
    std::fs::write(&module, sclera_tests::misfit("replaces")).unwrap();
    watching.line("misfit-replaces 1.0.0");
    watching.line("waiting for");

    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn a_file_that_is_not_there_yet_is_waited_for() {
    let folder = Folder::new();
    let watching = Watching::start(&folder, "test-load later.wasm --watch");
    watching.line("error: cannot load later.wasm");
    watching.line("waiting for later.wasm");
    std::fs::write(folder.path("later.wasm"), sclera_tests::misfit("behaves")).unwrap();
    watching.line("misfit-behaves 1.0.0");
    watching.line("waiting for");
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn for_a_machine_each_change_is_one_line() {
    let folder = Folder::new().misfit("traps");
    let watching = Watching::start(&folder, "test-load traps.wasm --all --watch --json");
    let first: Value = serde_json::from_str(&watching.line("{")).unwrap();
    assert_eq!(
        (&first["module"]["name"], &first["exit"]),
        (&"misfit-traps".into(), &1.into())
    );
    std::fs::write(folder.path("traps.wasm"), "not a module").unwrap();
    let second: Value = serde_json::from_str(&watching.line("{")).unwrap();
    assert_eq!(second["exit"], 3);
    assert!(second["error"].as_str().unwrap().contains("not WebAssembly"));
    assert_eq!(watching.interrupt(), Some(0));
}
